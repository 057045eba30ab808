"""Rules of a shop: cash that a manager looks at twice, and goods."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from appliance.fleet.alerts.rule import WARNING, Finding, Key, Limits, Moment, Rule, held
from appliance.fleet.store import Row

_COUNTED = {
    "voided_sales": "voids",
    "voided_lines": "lines",
    "returns": "refunds",
    "no_sales": "no_sales",
}
"""Sums of a cashier's day, and the limit of each."""


def cashiers(rows: list[Row], moment: Moment, limits: Limits) -> Iterable[Finding]:
    """One alert for a person's day, whatever of it is too much: it says the most telling."""
    since = dt.datetime.fromtimestamp(moment.now_ms / 1000, dt.UTC).date() - dt.timedelta(days=1)
    for row in rows:
        over = [name for name, limit in _COUNTED.items() if row[name] >= limits[limit]]
        if over and row["day"] >= since.isoformat():
            what = max(over, key=lambda name: row[name] / max(1, limits[_COUNTED[name]]))
            key = Key("cashier", row["shop"], "", f"{row['cashier']} {row['day']}")
            yield Finding(key, WARNING, {"what": what, "limit": limits[_COUNTED[what]]})


def cash(rows: list[Row], _moment: Moment, _limits: Limits) -> Iterable[Finding]:
    for row in rows:
        cause = f"{row['epoch']}/{row['shift']}"
        detail = {
            "minor": row["difference_minor"],
            "currency": row["currency"],
            "person": row["closed_by"] or row["owner"],
        }
        yield Finding(Key("cash", row["shop"], row["till"], cause), WARNING, detail)


def goods(rule: str) -> Callable[[list[Row], Moment, Limits], Iterable[Finding]]:
    """One alert for a shop: a delivery that nobody booked is one cause, not forty items."""

    def judge(rows: list[Row], _moment: Moment, _limits: Limits) -> Iterable[Finding]:
        for row in rows:
            yield Finding(Key(rule, row["shop"]), WARNING, {"sku": row["sku"]})

    return judge


RULES = (
    Rule(
        "cashier",
        "SELECT shop, day, cashier, voided_sales, voided_lines, returns, no_sales FROM cashier_day"
        " WHERE day >= :day AND (voided_sales >= :voids OR voided_lines >= :lines"
        " OR returns >= :refunds OR no_sales >= :no_sales)",
        cashiers,
        held(0, 0, voids=5, lines=20, refunds=5, no_sales=5),
        every_s=60,
        of_contact=False,
        once=True,
    ),
    Rule(
        "cash",
        "SELECT till, epoch, shift, shop, owner, closed_by, currency, difference_minor FROM shift"
        " WHERE closed_ms >= :now - 86400000"
        " AND (difference_minor >= :minor OR difference_minor <= -:minor)",
        cash,
        held(0, 0, minor=5000),
        every_s=60,
        of_contact=False,
        once=True,
    ),
    Rule(
        "stock_negative",
        "SELECT shop, min(sku) AS sku FROM stock WHERE quantity < 0 GROUP BY shop",
        goods("stock_negative"),
        held(300, 300),
        every_s=60,
        of_contact=False,
    ),
    Rule(
        "stock_low",
        "SELECT k.shop, min(k.sku) AS sku FROM item i JOIN stock k ON k.sku = i.sku"
        " JOIN shop s ON s.shop = k.shop AND s.tenant = i.tenant"
        " WHERE i.low IS NOT NULL AND k.quantity < i.low AND k.quantity >= 0 GROUP BY k.shop",
        goods("stock_low"),
        held(300, 300),
        every_s=300,
        of_contact=False,
    ),
    Rule(
        "count_old",
        "SELECT shop, min(sku) AS sku FROM stock WHERE count_ms < :now - 86400000 * :days"
        " GROUP BY shop",
        goods("count_old"),
        held(0, 0, days=365),
        every_s=3600,
        of_contact=False,
    ),
)
