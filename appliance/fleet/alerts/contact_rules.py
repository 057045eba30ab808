"""Rules of contact: tills that are away, facts that do not come, copies of what should be there once.

Of one cause there is one alert: all tills of a shop away is the shop's connection, nearly all shops of
a cell at once is the fleet's own side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from appliance.fleet.alerts.rule import (
    CRITICAL,
    HOUR_MS,
    MINUTE_MS,
    SECOND_MS,
    WARNING,
    Finding,
    Key,
    Limits,
    Moment,
    Rule,
    held,
)
from appliance.fleet.store import Row

OUT_OF_CONTACT = (
    "t.status = 'active' AND (t.state = 'lost' OR coalesce(t.seen_ms, 0) < :now - 1000 * :silent_s)"
)
"""Its last will was read, or nothing was heard for longer than a till is ever silent."""
_CELL_SHOPS_MIN = 3
_CELL_PERCENT = 80

OFFLINE, SHOP_OFFLINE, CELL_OFFLINE = "offline", "shop_offline", "cell_offline"


def offline(rows: list[Row], moment: Moment, limits: Limits) -> Iterator[Finding]:
    """rows: every active till, `away` or not. Only of shops that are open; a till that closed its
    shift is at home with its hours as any other."""
    shops: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        shops[row["shop"]].append(row)
    whole: dict[str, list[Finding]] = defaultdict(list)
    open_: dict[str, int] = defaultdict(int)
    single: list[Finding] = []
    for shop, tills in shops.items():
        opened = moment.opened_ms(shop)
        if opened is None:
            continue
        cell = tills[0]["cell"]
        open_[cell] += 1
        gone = [it for it in tills if it["away"]]
        if len(gone) == len(tills):
            since = max(opened, *(_gone_ms(it) for it in gone))
            about = {"tills": len(gone)} if len(gone) > 1 else {}
            covers = tuple(Key(OFFLINE, shop, it["uid"]) for it in gone)
            key = Key(SHOP_OFFLINE, shop)
            whole[cell].append(Finding(key, CRITICAL, about, since, covers))
        else:
            single += (
                Finding(Key(OFFLINE, shop, it["uid"]), WARNING, {}, max(opened, _gone_ms(it)))
                for it in gone
            )
    yield from single
    for cell, found in whole.items():
        ripe = [it for it in found if _ripe(it, moment, limits)]
        if len(ripe) >= _CELL_SHOPS_MIN and 100 * len(ripe) >= _CELL_PERCENT * open_[cell]:
            since = max(it.since_ms or 0 for it in ripe)
            covers = tuple(key for it in found for key in (it.key, *it.covers))
            yield Finding(Key(CELL_OFFLINE, "", "", cell), CRITICAL, {}, since, covers)
        else:
            yield from found


def _ripe(found: Finding, moment: Moment, limits: Limits) -> bool:
    return moment.now_ms - (found.since_ms or 0) >= limits["after_s"] * SECOND_MS


def _gone_ms(till: Row) -> int:
    """One that was never heard is away since it belongs to the fleet."""
    if till["state"] == "lost":
        return int(till["state_ms"] or till["seen_ms"] or 0)
    return int(till["seen_ms"] or till["enrolled_ms"] or 0)


def sync(rows: list[Row], moment: Moment, limits: Limits) -> Iterable[Finding]:
    for row in rows:
        late = moment.now_ms - row["at_ms"]
        if late >= limits["long_h"] * HOUR_MS:
            severity = CRITICAL
        elif row["away"]:
            continue
        else:
            severity = WARNING
        yield Finding(Key("sync", row["shop"], row["uid"]), severity, {"since": row["at_ms"]})


def clock(rows: list[Row], _moment: Moment, limits: Limits) -> Iterable[Finding]:
    for row in rows:
        bad = abs(row["clock_skew_ms"]) > limits["critical_s"] * SECOND_MS
        minutes = abs(row["clock_skew_ms"]) // MINUTE_MS
        detail = {"direction": "ahead" if row["clock_skew_ms"] > 0 else "behind"}
        if bad and minutes:
            detail["minutes"] = minutes
        yield Finding(Key("clock", row["shop"], row["uid"]), CRITICAL if bad else WARNING, detail)


RULES = (
    Rule(
        OFFLINE,
        "SELECT t.uid, t.shop, t.cell, t.state, t.state_ms, t.seen_ms, t.enrolled_ms,"
        f" CASE WHEN {OUT_OF_CONTACT} THEN 1 ELSE 0 END AS away FROM till t"
        " WHERE t.status = 'active'",
        offline,
        held(300, 60, silent_s=900),
        of_contact=False,
        opens=(OFFLINE, SHOP_OFFLINE, CELL_OFFLINE),
    ),
    Rule(
        "sync",
        f"SELECT t.uid, t.shop, c.at_ms, CASE WHEN {OUT_OF_CONTACT} THEN 1 ELSE 0 END AS away"
        " FROM till t JOIN cursor c ON c.till = t.uid AND c.epoch = t.epoch"
        " WHERE t.status = 'active' AND t.max_seq >= c.next AND c.at_ms < :now - 60000 * :lag_min",
        sync,
        held(120, 60, silent_s=900, lag_min=15, long_h=24),
        of_contact=False,
    ),
    Rule(
        "clock",
        "SELECT t.uid, t.shop, t.clock_skew_ms FROM till t WHERE t.status = 'active'"
        " AND (t.clock_skew_ms > 1000 * :warn_s OR t.clock_skew_ms < -1000 * :warn_s)",
        clock,
        held(60, 120, warn_s=5, critical_s=60),
    ),
)
