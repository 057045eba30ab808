"""Forty tills in the middle of a rollout: what a manager finds on the page of updates."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from appliance.fleet.store import Store
from appliance.fleet.updates.planning import usual
from appliance.wire.firmware import Report, Stage
from hw_sim.fleet_bundle import COMPATIBLE
from tests.fleet.updates.builders import DAY_MS, HOUR_MS, Desk

NAMES = ("Городоцька", "Хрещатик", "Дерибасівська", "Соборна", "Сумська", "Проспект Свободи",
         "Поділ", "Оболонь", "Троєщина", "Аркадія")  # fmt: skip


def rolling(store: Store, folder: Path, now_ms: int) -> tuple[Desk, str]:
    """In its second wave, sales compared, one till back from it in an earlier release."""
    desk = Desk(store, folder, now_ms=now_ms - 2 * DAY_MS)
    tills = desk.tills(40, a_shop=4)
    with store.transaction() as tx:
        for number, name in enumerate(NAMES):
            tx.run(
                "UPDATE shop SET name = :name, region = 'Центр' WHERE shop = :shop",
                name=name,
                shop=f"shop-{number:03}",
            )
        for number, till in enumerate(tills):
            tx.run(
                "UPDATE till SET name = :name WHERE uid = :uid",
                name=f"Каса {number % 4 + 1}",
                uid=till,
            )
    desk.weeks(tills, 6, weeks=5, hours=36)
    sha256 = desk.publish("1.4.0")
    id_ = desk.rollouts.make("olena", sha256, [""], usual(tills[:3]), "Швидший пошук")
    desk.rollouts.move("olena", id_, "start")
    desk.steps(id_)
    desk.update(tills[:3])
    start = desk.now_ms - desk.now_ms % HOUR_MS
    desk.sell(tills, start, start + 30 * HOUR_MS, 6)
    desk.now_ms = start + 30 * HOUR_MS
    desk.hears(tills)
    desk.steps(id_)
    desk.rollouts.let_through("olena", id_, desk.row(id_)["wave"])
    desk.steps(id_)
    offered = sorted(set(desk.offers()) - set(tills[:3]))
    desk.now_ms = now_ms - 3 * HOUR_MS
    desk.update(offered[:2])
    at = desk.now_ms
    stages = (
        Report("1.3.0", "A", Stage.FETCHING, at, 1, done=31_000_000, size=104_000_000),
        Report("1.3.0", "A", Stage.WAITING, at, 1, reasons=("shift", "window")),
        Report("1.4.0", "B", Stage.TRIAL, at, 0, tries=1),
        Report("1.3.0", "A", Stage.INSTALLED, at, 1, reasons=("outbox",)),
    )
    for till, report in zip(offered[2:], stages, strict=False):
        desk.says(till, _about(report, id_, at))
    desk.now_ms = now_ms
    desk.steps(id_)
    return desk, id_


def _about(report: Report, rollout: str, at_ms: int) -> Report:
    return replace(
        report, compatible=COMPATIBLE, wanted="1.4.0", rollout=rollout, since_ms=at_ms - HOUR_MS
    )


def halted(store: Store, folder: Path, now_ms: int) -> tuple[Desk, str]:
    """The second wave, and one till that went back."""
    desk, id_ = rolling(store, folder, now_ms)
    back = [it for it in desk.offers() if it not in ("till-000", "till-001", "till-002")][-1]
    desk.returns(back, id_)
    desk.steps(id_)
    return desk, id_
