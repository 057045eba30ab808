"""What must be true when everything is healed: the tills' own books beside the fleet's database."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from appliance.core.facts import CommandEnd
from appliance.fleet.store import Store
from appliance.telemetry.outbox import SEEN
from appliance.wire.batch import WireFact

Epochs = Mapping[int, Sequence[WireFact]]


@dataclass(slots=True)
class Verdict:
    """wrong: sentences; none when all is well."""

    sold: int = 0
    rows: int = 0
    lost: int = 0
    doubled: int = 0
    reordered: int = 0
    commands: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def well(self) -> bool:
        return not (self.lost or self.doubled or self.reordered or self.wrong)


def judge(store: Store, tills: Mapping[str, Epochs], shops: Sequence[str]) -> Verdict:
    """tills: by uid, of honest tills; shops: where only such tills stand."""
    verdict = Verdict()
    total = 0
    for uid, epochs in tills.items():
        told = _receipts(epochs)
        total += sum(amount for _, _, amount in told)
        rows = store.rows(
            "SELECT epoch, receipt, total_minor FROM sale WHERE till = :till"
            " AND status = 'completed' ORDER BY epoch, seq",
            till=uid,
        )
        here = [(row["epoch"], row["receipt"], row["total_minor"]) for row in rows]
        _compare(verdict, told, here)
        _chain(verdict, store, uid, epochs)
    if not verdict.lost and not verdict.doubled:
        _sums(verdict, store, shops, total)
    return verdict


def _receipts(epochs: Epochs) -> list[tuple[int, int, int]]:
    """Epoch, receipt, total of each sale, in the till's order."""
    return [
        (epoch, body["receipt"], body["total_minor"])
        for epoch, facts in epochs.items()
        for body in _bodies(facts, "SaleCompleted")
    ]


def _bodies(facts: Iterable[WireFact], kind: str) -> Iterable[dict[str, Any]]:
    return (json.loads(it.body) for it in facts if it.type == kind)


def _compare(
    verdict: Verdict, told: list[tuple[int, int, int]], here: list[tuple[int, int, int]]
) -> None:
    verdict.sold += len(told)
    verdict.rows += len(here)
    verdict.lost += (Counter(told) - Counter(here)).total()
    verdict.doubled += (Counter(here) - Counter(told)).total()
    if Counter(told) == Counter(here):
        verdict.reordered += sum(one != other for one, other in zip(told, here, strict=True))


def _chain(verdict: Verdict, store: Store, uid: str, epochs: Epochs) -> None:
    """Every fact in its place, by its hash."""
    rows = store.rows("SELECT epoch, seq, hash FROM fact WHERE till = :till", till=uid)
    here = {(row["epoch"], row["seq"]): bytes(row["hash"]) for row in rows}
    verdict.doubled += len(rows) - len(here)
    told = {
        (epoch, seq): fact.hash
        for epoch, facts in epochs.items()
        for seq, fact in enumerate(facts, 1)
    }
    verdict.lost += sum(seq <= proven(epochs[epoch]) for epoch, seq in told.keys() - here.keys())
    verdict.doubled += len(here.keys() - told.keys())
    verdict.reordered += sum(here[at] != told[at] for at in told.keys() & here.keys())


def proven(facts: Sequence[WireFact]) -> int:
    """The last fact that is on the disk for sure, before which all must arrive; what comes after it
    may leave the till or not."""
    return next((seq for seq in range(len(facts), 0, -1) if facts[seq - 1].type in SEEN), 0)


def _sums(verdict: Verdict, store: Store, shops: Sequence[str], total: int) -> None:
    """Money and stock balance, whichever table they are read from."""
    among = "(" + ", ".join(f"'{it}'" for it in shops) + ")"
    money = {
        "receipts": f"SELECT sum(total_minor) AS n FROM sale WHERE shop IN {among} AND status = 'completed'",
        "hours": f"SELECT sum(gross_minor + rounding_minor) AS n FROM hour_total WHERE shop IN {among}",
        "payments": "SELECT sum(p.amount_minor) - (SELECT sum(change_minor) FROM sale WHERE status ="
        f" 'completed' AND shop IN {among}) AS n FROM payment p JOIN sale s ON s.till = p.till AND"
        f" s.epoch = p.epoch AND s.sale = p.sale WHERE s.shop IN {among} AND s.status = 'completed'"
        " AND p.status = 'taken' AND p.voided = 0",
    }
    for name, sql in money.items():
        row = store.one(sql)
        found = int(row["n"] or 0) if row else 0
        if found != total:
            verdict.wrong.append(f"the money of {name} is {found}, the tills took {total}")
    apart = store.rows(
        "SELECT coalesce(s.shop, m.shop) AS shop, coalesce(s.sku, m.sku) AS sku, s.quantity, m.moved"
        " FROM stock s FULL JOIN (SELECT shop, sku, sum(delta) AS moved FROM movement"
        " WHERE within = 0 GROUP BY shop, sku) m ON m.shop = s.shop AND m.sku = s.sku"
        " WHERE s.quantity IS NULL OR m.moved IS NULL OR s.quantity <> m.moved"
    )
    verdict.wrong += [
        f"the stock of {it['sku']} in {it['shop']} is not its movements" for it in apart
    ]
    row = store.one(
        f"SELECT (SELECT -sum(delta) FROM movement WHERE reason = 'sale' AND shop IN {among}) AS moved,"
        " (SELECT sum(l.quantity) FROM sale_line l JOIN sale s ON s.till = l.till AND s.epoch = l.epoch"
        f" AND s.sale = l.sale WHERE s.shop IN {among}) AS sold"
    )
    if row and row["moved"] != row["sold"]:
        verdict.wrong.append(f"{row['sold']} was sold and {row['moved']} left the shelves")


def commands(
    verdict: Verdict, tills: Mapping[str, Epochs], never: set[str], expired: set[str]
) -> None:
    """Each at most once, and none that is forged, foreign or too late."""
    for uid, epochs in tills.items():
        facts = [it for some in epochs.values() for it in some]
        began = Counter(body["id"] for body in _bodies(facts, "FleetCommandReceived"))
        done = Counter(
            body["id"]
            for body in _bodies(facts, "FleetCommandEnded")
            if body["end"] == CommandEnd.SUCCEEDED.value
        )
        verdict.commands += len(done)
        for id_, many in (began | done).items():
            if many > 1:
                verdict.wrong.append(f"command {id_} was acted on {many} times at {uid}")
        verdict.wrong += [
            f"a false command {it} is in the journal of {uid}" for it in never & began.keys()
        ]
        verdict.wrong += [
            f"the expired command {it} was done at {uid}" for it in expired & done.keys()
        ]
