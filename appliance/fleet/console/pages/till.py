"""One till: what it is doing, how it feels, and its days in words."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import groupby
from typing import Any

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.responses import Response

from appliance.fleet.authority.registry import keys_of
from appliance.fleet.console import condition, order_words, plots, rollout_words, story
from appliance.fleet.console.listing import ROWS, onwards, wants_csv
from appliance.fleet.console.page import Page
from appliance.fleet.console.pages.commands import recent
from appliance.fleet.console.pages.problems import open_problems
from appliance.fleet.console.saying import N_, Saying, zone
from appliance.fleet.console.visit import Visit

_LOOK_BACK = 20_000
"""Facts that are looked through for some of a kind: no page reads a whole year for the three that
are asked for; it leads on to the next so many."""
CSV_FACTS = 10_000
_PLOT_MS = 24 * 3_600_000
_POINTS_MAX = 400
PLOTTED = {
    "temperature_mc": (N_("Temperature, °C"), 1_000),
    "disk_free_bytes": (N_("Free on the SD card, GB"), 1_000_000_000),
    "journal_bytes": (N_("Journal, MB"), 1_000_000),
    "fsync_p99_us": (N_("Writing to the SD card, slowest 1 %, ms"), 1_000),
    "clock_skew_ms": (N_("Clock is off by, s"), 1_000),
    "outbox_waiting": (N_("Facts not delivered"), 1),
}
"""Metrics worth a plot: their names and what a unit on the axis is made of."""


def show(visit: Visit) -> Response:
    till = one_till(visit, visit.path("till"))
    visit.saying.home = zone(till["timezone"])
    health = _health_now(visit, till["uid"])
    return visit.page(
        "till.html", title=f"{till['name']} · {till['shop_name'] or till['shop']}", till=till,
        names=condition.NAMES, devices=_devices(visit.saying, health), hello=_hello(till),
        vitals=_vitals(visit.saying, health), plots=_plots(visit, till["uid"], health),
        problems=open_problems(visit, 6, till=till["uid"]), documents=_documents(visit, till["uid"]),
        shift=_shift(visit, till["uid"]), log=_log(visit, till["uid"]), days=_story(visit, till, ROWS // 3)[0],
        orders=recent(visit, till["uid"]), words=order_words, software=_software(visit, till["uid"]),
        update_words=rollout_words,
    )  # fmt: skip


def show_story(visit: Visit) -> Response:
    """The timeline alone, with its filter and all of its past."""
    till = one_till(visit, visit.path("till"))
    visit.saying.home = zone(till["timezone"])
    days, listing = _story(visit, till, CSV_FACTS if wants_csv(visit) else ROWS)
    if wants_csv(visit):
        return _csv(visit, till, listing.rows)
    t = visit.saying.t
    kinds = [("", t("all")), *((word, t(name)) for word, (name, _) in story.KINDS.items())]
    return visit.page(
        "story.html", title=t("Timeline"), till=till, days=days, listing=listing, kinds=kinds,
        kind=visit.query("kind"),
    )  # fmt: skip


def one_till(visit: Visit, uid: str) -> dict[str, Any]:
    where, params = visit.shops()
    row = visit.row(
        f"SELECT t.*, s.name AS shop_name, s.region, s.timezone, s.currency,"
        f" {condition.CONDITION} AS condition, {condition.BACKLOG} AS owed, c.next, c.at_ms AS upto_ms,"
        f" c.recv_ms FROM {condition.TILLS} WHERE t.uid = :uid AND {where}",
        uid=uid, now=visit.now_ms, **params,
    )  # fmt: skip
    if row is None:
        raise HTTPException(404)
    return row


def _story(visit: Visit, till: dict[str, Any], most: int) -> tuple[list[Any], Any]:
    """Facts as days of sentences, the newest first."""
    _, kinds = story.KINDS.get(visit.query("kind"), ("", story.EVERY_KIND))
    marks = ", ".join(f":kind{number}" for number in range(len(kinds)))
    params = {f"kind{number}": kind for number, kind in enumerate(kinds)}
    epoch, top = _top(visit, till)
    floor = top - _LOOK_BACK
    listing = onwards(
        visit,
        "SELECT f.epoch, f.seq, f.till, f.at_ms, f.type, f.actor, f.body FROM fact f"
        f" WHERE f.till = :uid AND f.type IN ({marks}) AND (f.epoch < :epoch OR f.seq > :floor)",
        ["f.epoch", "f.seq"],
        {"uid": till["uid"], "epoch": epoch, "floor": floor} | params, most,
    )  # fmt: skip
    if floor > 0 and not listing.further:
        listing = replace(listing, further=visit.link(before=f"{epoch}~{floor + 1}"))
    say, keys = visit.saying, keys_of(visit.console.store, till["uid"])
    told = [
        (say.at(row["at_ms"]), row["actor"], story.tell(say, row, till["currency"], keys))
        for row in listing.rows
    ]
    days = [
        (say.date(date.isoformat()), list(each))
        for date, each in groupby(told, key=lambda it: it[0].date())
    ]
    return days, listing


def _top(visit: Visit, till: dict[str, Any]) -> tuple[int, int]:
    """The epoch and seq before which this page begins."""
    epoch, _, seq = visit.query("before").partition("~")
    if epoch.isdecimal() and seq.isdecimal() and len(epoch) < 19 and len(seq) < 19:
        return int(epoch), int(seq)
    return int(till["epoch"]), int(till["max_seq"]) + 1


def _csv(visit: Visit, till: dict[str, Any], rows: Any) -> Response:
    t = visit.saying.t
    keys = keys_of(visit.console.store, till["uid"])
    told = ((row, story.tell(visit.saying, row, till["currency"], keys)) for row in rows)
    return visit.csv(
        f"till-{till['uid']}", [t("When"), t("Who"), t("Kind"), t("What happened"), t("Detail")],
        ((visit.saying.stamp(row["at_ms"]), row["actor"], row["type"], each.text, each.detail)
         for row, each in told),
    )  # fmt: skip


def _health_now(visit: Visit, uid: str) -> dict[str, dict[str, Any]]:
    rows = visit.rows("SELECT * FROM health_now WHERE till = :uid LIMIT 300", uid=uid)
    return {row["metric"]: row for row in rows}


def _devices(say: Saying, health: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """What hangs on the till: "device.printer" says "ready" or "fault.paper_out"."""
    found = []
    for metric, row in sorted(health.items()):
        if metric.startswith("device."):
            state, _, problem = row["text"].partition(".")
            words = say.t(story.DEVICE_STATES.get(state, state))
            mark = {"ready": "ok", "attention": "late"}.get(state, "lost")
            name = metric.removeprefix("device.")
            found.append({"name": name, "words": words, "mark": mark, "at_ms": row["at_ms"],
                          "problem": story.problem(say, problem)})  # fmt: skip
    return found


def _vitals(say: Saying, health: dict[str, dict[str, Any]]) -> list[tuple[str, str]]:
    """The newest figure of each metric that has a name here, then of every other."""
    found = []
    for metric, row in sorted(health.items()):
        if metric.startswith("device."):
            continue
        name, unit = PLOTTED.get(metric, (metric.replace("_", " "), 1))
        value = row["text"] or say.short((row["value"] or 0) / unit)
        found.append((say.t(name), value))
    return found


def _plots(visit: Visit, uid: str, health: dict[str, Any]) -> list[tuple[str, Markup]]:
    say = visit.saying
    since = visit.now_ms - _PLOT_MS
    drawn = []
    for metric, (name, unit) in PLOTTED.items():
        if metric not in health:
            continue
        rows = visit.rows(
            "SELECT at_ms, value FROM health WHERE till = :uid AND metric = :metric"
            " AND at_ms >= :since ORDER BY at_ms DESC LIMIT :most",
            uid=uid, metric=metric, since=since, most=_POINTS_MAX,
        )  # fmt: skip
        points = [(row["at_ms"], row["value"] / unit) for row in reversed(rows)]
        if len(points) > 1:
            label = say.t(name)
            series = plots.Series(label, "now", points)
            lowest = min(value for _, value in points)
            frame = plots.Frame(
                label, _hours(say, since, visit.now_ms), say.short, low=lowest, height=150
            )
            drawn.append((label, plots.lines(frame, [series], wide=420)))
    return drawn


def _hours(say: Saying, since: int, until: int) -> list[tuple[float, str]]:
    """Every third full hour of the shop's own clock."""
    hour = 3_600_000
    first = since - since % hour + hour
    hours = range(first, until, hour)
    return [(at, f"{say.at(at):%H}") for at in hours if say.at(at).hour % 3 == 0]


def _hello(till: dict[str, Any]) -> dict[str, Any]:
    try:
        hello = json.loads(till["hello"])
    except ValueError:
        return {}
    return hello if isinstance(hello, dict) else {}


def _documents(visit: Visit, uid: str) -> list[dict[str, Any]]:
    return visit.rows("SELECT * FROM shadow WHERE till = :uid ORDER BY document LIMIT 50", uid=uid)


def _software(visit: Visit, uid: str) -> dict[str, Any] | None:
    """What it booted, and what it is at; with its last return, if it ever came back."""
    row = visit.row("SELECT * FROM till_firmware WHERE till = :uid", uid=uid)
    if row is None:
        return None
    back = visit.row(
        "SELECT wanted, why, detail, stage, at_ms FROM till_return WHERE till = :uid"
        " ORDER BY at_ms DESC LIMIT 1",
        uid=uid,
    )
    return row | {"back": back if row["stage"] == "idle" else None}


def _shift(visit: Visit, uid: str) -> dict[str, Any] | None:
    return visit.row(
        "SELECT * FROM shift WHERE till = :uid ORDER BY epoch DESC, shift DESC LIMIT 1", uid=uid
    )


def _log(visit: Visit, uid: str) -> tuple[int, list[str]] | None:
    """The lines that the till answered when it was last asked for its log, and when."""
    row = visit.row(
        "SELECT state_ms, answer FROM command WHERE till = :uid AND type = 'logs'"
        " AND state = 'succeeded' ORDER BY issued_ms DESC LIMIT 1",
        uid=uid,
    )
    try:
        lines = json.loads(row["answer"])["lines"] if row else []
    except (ValueError, KeyError, TypeError):
        return None
    return (row["state_ms"], [str(line) for line in lines]) if row and lines else None


PAGE = Page("/tills/{till}", N_("Till"), "tills", show, tab=False)
STORY = Page("/tills/{till}/story", N_("Timeline"), "tills", show_story, tab=False)
