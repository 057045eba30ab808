"""A card, its firmware and its till, as small as an update can tell: for tests of the pure machine."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from appliance.update.machine import (
    Health,
    Order,
    Seen,
    Verdict,
    done,
    failed,
    step,
    writes_still,
)
from appliance.update.record import Record, Target
from appliance.update.stages import Why


def release(serial: int, version: str = "", **rest: object) -> Target:
    told = {"manifest": f"blocks of {serial}", **rest}
    return Target(serial, version or f"1.{serial}.0", f"/releases/{serial}", **told)  # type: ignore[arg-type]


@dataclass(slots=True)
class World:
    """What survives a power cut: slots, the primary one, marks, the record, the last word of the
    health check. What does not: the trial that was armed, and whatever runs.

    boots: versions that start at all; whole: of these, those whose health check passes. foreign: what is
    written calls itself as the release does, and is another."""

    slots: dict[str, str] = field(default_factory=lambda: {"A": "1.0.0", "B": ""})
    primary: str = "A"
    running: str = "A"
    bad: set[str] = field(default_factory=set)
    record: Record = field(default_factory=Record)
    saved: Record = field(default_factory=Record)
    health: Health = field(default_factory=Health)
    offer: Target | None = None
    objection: str = ""
    holds: tuple[str, ...] = ()
    sick: set[str] = field(default_factory=set)
    dead: set[str] = field(default_factory=set)
    manifests: dict[str, str] = field(default_factory=dict)
    foreign: bool = False
    now_ms: int = 1_000_000
    boot: int = 1
    ordered: list[Order] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(2))

    @property
    def version(self) -> str:
        return self.slots[self.running]

    def seen(self) -> Seen:
        others = {name: it for name, it in self.slots.items() if name != self.running and it}
        return Seen(
            self.now_ms,
            f"boot{self.boot}",
            self.version,
            self.running,
            self.primary,
            others,
            self.offer if self.offer is None or self.offer.version != self.version else None,
            self.objection,
            self.holds,
            frozenset({"outbox"}),
            self.health,
            manifests={it: self.manifests.get(it, "") for it in others},
        )

    def run(self, cut: str = "") -> Order:
        """One turn of the updater. cut: where the power goes: before or after the order, or before
        its answer is written down."""
        self.now_ms += 120_000
        record, order = step(self.saved, self.seen())
        self.saved = record
        if cut == "before":
            self.power_cut()
            return order
        answer = self._carry_out(order, half=cut == "during")
        if cut in ("during", "after"):
            self.power_cut()
            return order
        if answer is not None:
            self.saved = answer
        return order

    def _carry_out(self, order: Order, *, half: bool) -> Record | None:
        self.ordered.append(order)
        other = "B" if self.running == "A" else "A"
        assert order is not Order.INSTALL or not set(self.holds) - {"outbox"}, "written while held"
        assert order is not Order.TRIAL or not self.holds, "started while held"
        match order:
            case Order.INSTALL:
                target = self.saved.target
                assert target is not None
                assert other != self.primary, "the slot that starts by itself is never written"
                self.slots[other] = "" if half else target.version
                self.manifests[other] = "others" if self.foreign else target.manifest
                if half:
                    return None
                wrote = {"version": target.version, "manifest": self.manifests[other]}
                return done(self.saved, order, self.now_ms, **wrote)
            case Order.TRIAL:
                assert self.manifests[other] != "others", "started, though nobody signed it"
                self.bad.discard(other)
                self.start(other)
            case Order.BACK:
                self.start(self.primary)
            case Order.GOOD:
                assert self.health.verdict is Verdict.PASSED, "committed without a health check"
                assert self.health.boot == f"boot{self.boot}"
                self.primary = self.running
                self.bad.discard(self.running)
            case Order.BAD:
                assert other != self.primary
                self.bad.add(other)
                return done(self.saved, order, self.now_ms)
            case Order.NOTHING:
                pass
        return None

    def breaks(self, why: str = Why.BROKEN) -> None:
        """The order to install is answered by an error."""
        self.now_ms += 120_000
        self.saved, order = step(self.saved, self.seen())
        if order is Order.INSTALL:
            self.saved = failed(self.saved, order, self.now_ms, why, "no")

    def is_at_it(self) -> None:
        """The helper still writes for an updater that was killed."""
        self.now_ms += 120_000
        self.saved, order = step(self.saved, self.seen())
        if order is Order.INSTALL:
            self.saved = writes_still(self.saved)

    def start(self, slot: str) -> None:
        """The firmware starts a slot; one that does not come up is left to the watchdog."""
        self.boot = next(self.numbers)
        if not self.slots[slot] or self.slots[slot] in self.dead:
            assert slot != self.primary, "a till that starts no more"
            slot = self.primary
            self.boot = next(self.numbers)
        self.running = slot

    def power_cut(self) -> None:
        self.start(self.primary)

    def check_health(self, verdict: Verdict, detail: str = "sale") -> None:
        self.health = Health(f"boot{self.boot}", self.version, verdict, detail)
