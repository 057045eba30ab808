"""Alerts: what is open, worst first, with what people answer to it; and what was."""

from __future__ import annotations

from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.fleet.alerts.answers import Answer
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.alert_words import alert_words
from appliance.fleet.console.listing import all_rows, onwards, wants_csv
from appliance.fleet.console.page import Act, Page
from appliance.fleet.console.saying import N_
from appliance.fleet.console.stream import Stream, stream
from appliance.fleet.console.visit import Visit

NEWS = "alerts"
OPEN_MAX = 200
_MINUTE_MS, _HOUR_MS = 60_000, 3_600_000
SNOOZES = {"1": N_("for an hour"), "4": N_("for 4 hours"), "24": N_("for a day")}
DEEDS = {
    "acknowledge": N_("Somebody is at it: {count}."),
    "snooze": N_("Put off: {count}."),
    "opening": N_("Silent until the shop opens: {count}."),
    "mute": N_("Silent until it is over: {count}."),
    "recall": N_("Asks for somebody again: {count}."),
    "close": N_("Said to be over: {count}."),
}
_ALERTS = (
    "SELECT a.*, s.name AS shop_name, t.name AS till_name FROM alert a"
    " LEFT JOIN shop s ON s.shop = a.shop LEFT JOIN till t ON t.uid = a.till WHERE "
)
_WORST = "CASE a.severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END"


def show(visit: Visit) -> Response:
    """Those that ask for somebody, then those that were silenced."""
    inbox = _inbox(visit, _open(visit))
    return visit.page("alerts.html", title=visit.saying.t("Alerts"), snoozes=SNOOZES, **inbox)


def show_stream(visit: Visit) -> Response:
    """Each event is the whole inbox, so that what came, was answered or is over needs no rules."""
    changed = _Changed(visit)
    return stream(
        visit, Stream(NEWS, changed, lambda rows: visit.piece("alerts_open.html", **rows[0]))
    )


class _Changed:
    """The inbox when it is another than it was told, or when its ages are a minute old."""

    def __init__(self, visit: Visit) -> None:
        self._visit = visit
        self._told: object = None

    def __call__(self) -> list[dict[str, Any]]:
        self._visit.now_ms = self._visit.console.now_ms()
        rows = _open(self._visit)
        now = (rows, self._visit.now_ms // _MINUTE_MS)
        if now == self._told:
            return []
        self._told = now
        return [_inbox(self._visit, rows)]


def _open(visit: Visit) -> list[dict[str, Any]]:
    where, params = visit.shops()
    return visit.rows(
        f"{_ALERTS} a.cleared_ms IS NULL AND {where}"
        " ORDER BY CASE WHEN a.muted = 1 OR coalesce(a.snoozed_until_ms, 0) > :now THEN 1 ELSE 0 END,"
        f" CASE WHEN a.acked_by = '' THEN 0 ELSE 1 END, {_WORST}, a.opened_ms DESC LIMIT :most",
        now=visit.now_ms, most=OPEN_MAX, **params,
    )  # fmt: skip


def _inbox(visit: Visit, rows: list[dict[str, Any]]) -> dict[str, Any]:
    silent = [it for it in rows if _is_silent(it, visit.now_ms)]
    loud = [it for it in rows if it not in silent]
    return {"loud": loud, "silent": silent, "full": len(rows) == OPEN_MAX}


def show_history(visit: Visit) -> Response:
    where, params = visit.shops()
    till = visit.query("till")
    if till:
        where, params = f"{where} AND a.till = :till", params | {"till": till}
    sql = f"{_ALERTS} {where}"
    if wants_csv(visit):
        return _csv(visit, all_rows(visit, sql, "a.opened_ms DESC", params))
    listing = onwards(visit, sql, ["a.opened_ms", "a.id"], params)
    return visit.page(
        "alert_history.html", title=visit.saying.t("History"), listing=listing, till=till
    )


def answer(visit: Visit) -> Response:
    ids = visit.form.get("alert", "").split()
    deed = visit.form.get("deed", "")
    said = Answer(visit.console.store, visit.login, visit.scope, visit.now_ms, visit.address)
    match deed:
        case "acknowledge":
            count = said.acknowledge(ids)
        case "snooze" if (hours := visit.form.get("hours", "1")) in SNOOZES:
            count = said.snooze(ids, visit.now_ms + int(hours) * _HOUR_MS)
        case "opening":
            count = said.mute_until_opening(ids)
        case "mute":
            count = said.mute(ids)
        case "recall":
            count = said.recall(ids)
        case "close":
            count = said.close(ids)
        case _:
            raise HTTPException(400)
    visit.console.news.tell((NEWS,))
    if not ids:
        return visit.go("/alerts", visit.saying.t("Tick what you mean first."))
    return visit.go("/alerts", visit.saying.t(DEEDS[deed]).format(count=count))


def _is_silent(alert: dict[str, Any], now_ms: int) -> bool:
    return bool(alert["muted"]) or (alert["snoozed_until_ms"] or 0) > now_ms


def _csv(visit: Visit, rows: list[dict[str, Any]]) -> Response:
    t, stamp = visit.saying.t, visit.saying.stamp
    names = [t("When"), t("Until"), t("State"), t("Shop"), t("Till"), t("What happened"), t("Who")]
    return visit.csv("alerts", names, (
        (stamp(it["opened_ms"]), stamp(it["cleared_ms"]), it["severity"], it["shop"], it["till"],
         alert_words(visit, it), it["acked_by"]) for it in rows
    ))  # fmt: skip


PAGE = Page("/alerts", N_("Open"), "alerts", show, acts=(Act("/alerts", answer, Role.OPERATOR),))
STREAM = Page("/alerts/stream", N_("Open"), "alerts", show_stream, tab=False)
HISTORY = Page("/alerts/history", N_("History"), "alerts", show_history)
