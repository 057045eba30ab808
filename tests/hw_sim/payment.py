"""A card terminal that does as it is told: approves, declines, keeps silent, answers late or else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from appliance.core.facts import TenderOutcome, TenderType
from appliance.core.payment_answer import PaymentAnswered, Totals, TotalsTold
from appliance.payments.port import Intent, MaySend, Tell

Reaction = Callable[[Intent], PaymentAnswered | None]


def approve(amount_minor: int | None = None, reference: str = "RRN1") -> Reaction:
    """amount_minor: another one than was asked for."""
    return lambda it: PaymentAnswered(
        it.sale,
        it.tender,
        TenderOutcome.APPROVED,
        it.amount_minor if amount_minor is None else amount_minor,
        reference,
    )


def decline(detail: str = "51") -> Reaction:
    return lambda it: PaymentAnswered(it.sale, it.tender, TenderOutcome.DECLINED, detail=detail)


def lose() -> Reaction:
    """The line went dead after the question: nobody knows."""
    return lambda it: PaymentAnswered(it.sale, it.tender, TenderOutcome.UNKNOWN, detail="no answer")


def silent(_intent: Intent) -> None:
    return None


@dataclass
class SimulatedPort:
    """Answers within the verb, unless it is silent; `late` sends what it would have said. seen:
    verbs in order, with the intent's id; also in `log`, which outlives a killed process."""

    name: str = "terminal"
    type: TenderType = TenderType.CARD
    on_ask: Reaction = field(default_factory=approve)
    on_inquire: Reaction = field(default_factory=lose)
    on_cancel: Reaction = silent
    on_totals: Totals | None = None
    log: Path | None = None
    by_hand: bool = False
    seen: list[tuple[str, str]] = field(default_factory=list)
    opened: bool = False
    _tell: Tell | None = None

    def open(self, tell: Tell, _may_send: MaySend) -> None:
        self._tell = tell
        self.opened = True

    def close(self) -> None:
        self.opened = False

    def ask(self, intent: Intent) -> None:
        self._hear("ask", intent, self.on_ask)

    def inquire(self, intent: Intent) -> None:
        self._hear("inquire", intent, self.on_inquire)

    def cancel(self, intent: Intent) -> None:
        self._hear("cancel", intent, self.on_cancel)

    def totals(self) -> None:
        self._count(settled=False)

    def settle(self) -> None:
        self._count(settled=True)

    def _count(self, *, settled: bool) -> None:
        assert self._tell is not None
        self.seen.append(("settle" if settled else "totals", self.name))
        self._tell(TotalsTold(self.name, self.on_totals, settled))

    def late(self, answer: PaymentAnswered) -> None:
        assert self._tell is not None
        self._tell(answer)

    def _hear(self, verb: str, intent: Intent, reaction: Reaction) -> None:
        self.seen.append((verb, intent.id))
        if self.log is not None:
            with self.log.open("a") as file:
                file.write(f"{verb} {intent.id}\n")
        answer = reaction(intent)
        if answer is not None:
            self.late(answer)


def create(name: str, kind: TenderType, _options: Mapping[str, object]) -> SimulatedPort:
    return SimulatedPort(name, kind)
