"""What needs somebody: open alerts, worst and newest first, as the overview and pages show them."""

from __future__ import annotations

from typing import Any

from appliance.fleet.console.visit import Visit


def open_problems(visit: Visit, most: int, shop: str = "", till: str = "") -> list[dict[str, Any]]:
    """Not those that were muted or put off."""
    where, params = visit.shops()
    for name, value in (("shop", shop), ("till", till)):
        if value:
            where, params = f"{where} AND a.{name} = :at_{name}", params | {f"at_{name}": value}
    return visit.rows(
        "SELECT a.id, a.rule, a.severity, a.shop, a.till, a.cause, a.detail, a.opened_ms, a.acked_by,"
        " s.name AS shop_name, t.name AS till_name FROM alert a JOIN shop s ON s.shop = a.shop"
        " LEFT JOIN till t ON t.uid = a.till WHERE a.cleared_ms IS NULL AND a.muted = 0"
        f" AND coalesce(a.snoozed_until_ms, 0) < :now AND {where}"
        " ORDER BY CASE a.severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END,"
        " a.opened_ms DESC LIMIT :most",
        now=visit.now_ms, most=most, **params,
    )  # fmt: skip
