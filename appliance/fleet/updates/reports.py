"""What tills say of their software, kept: what each booted, what it waits for, when one came back."""

from __future__ import annotations

import json

from appliance.fleet.store import Insert, Transaction
from appliance.fleet.store.bodies import plain
from appliance.fleet.store.database import replacing
from appliance.wire.firmware import Report, Stage

BACK = frozenset({Stage.RETURNED, Stage.REFUSED})
"""The till will not come to the wanted version by itself."""


def keep(tx: Transaction, till: str, report: Report, now_ms: int) -> None:
    """booted_ms: when this version was first heard of, so that a late word counts no hour too many."""
    before = tx.one("SELECT version, booted_ms FROM till_firmware WHERE till = :till", till=till)
    same = before is not None and before["version"] == plain(report.version)
    row = (
        *(till, plain(report.version), plain(report.slot), report.stage.value),
        *(plain(report.compatible), report.good_ms, report.serial, plain(report.wanted)),
        *(plain(report.rollout), report.since_ms, report.tries),
        json.dumps([plain(it) for it in report.reasons]),
        *(plain(report.why), plain(report.detail), report.done, report.size, report.at_ms, now_ms),
        before["booted_ms"] if before is not None and same else now_ms,
    )
    tx.insert(Insert("till_firmware", _FIRMWARE, [row], replacing(("till",), _FIRMWARE)))
    if report.stage in BACK:
        told = (till, plain(report.wanted), report.since_ms or report.at_ms, plain(report.rollout))
        said = (report.stage.value, plain(report.why), plain(report.detail), now_ms)
        tx.insert(Insert("till_return", _RETURN, [(*told, *said)]))


_FIRMWARE = (
    *("till", "version", "slot", "stage", "compatible", "good_ms", "serial", "wanted", "rollout"),
    *("since_ms", "tries", "reasons", "why", "detail", "done", "size", "at_ms", "heard_ms"),
    "booted_ms",
)
_RETURN = ("till", "wanted", "at_ms", "rollout", "stage", "why", "detail", "heard_ms")
