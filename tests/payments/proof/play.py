"""One case at a time: the sale, the fault, the way back, and what the two ledgers say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from appliance.core.intents import OPEN, TAKEN, Intent, IntentState
from hw_sim.terminal import Charge, Terminal

from .cases import TEMPERS, Case, Fault, Story
from .shop import Shop, until
from .wiretap import Wiretap

SETTLE_S = 10.0
"""In which a terminal that can be asked has told what became of a payment."""
FIRST_MINOR = 10_00
LEFT_ALONE = 4
"""Every so many unknown payments are left to the till's own asking; the others are asked at once."""


@dataclass
class Sums:
    """What the last line tells. unknowns: payments that nobody knew of for a while, all of which were
    resolved by the terminal's own word or shown to a manager."""

    cuts: int = 0
    charges: int = 0
    unknowns: int = 0
    resolved: int = 0
    shown: int = 0
    losses: list[str] = field(default_factory=list)

    def line(self) -> str:
        return (
            f"{self.cuts} cuts, {self.charges} charges, {self.unknowns} unknown:"
            f" {self.resolved} resolved, {self.shown} shown; {len(self.losses)} losses"
        )


class Player:
    """Every case is a sale of its own. can_ask: the terminal tells what became of a payment."""

    def __init__(
        self, shop: Shop, terminal: Terminal, cable: Wiretap, sums: Sums, *, can_ask: bool
    ) -> None:
        self._shop, self._terminal, self._cable, self._sums = shop, terminal, cable, sums
        self._settle_s = SETTLE_S if can_ask else 1.0
        self._sale = 0
        self._amount = FIRST_MINOR
        self._doubts = 0

    def length(self, story: Story) -> int:
        """How many messages a story has when nothing breaks."""
        self._ring(story)
        before = self._cable.messages
        self._tell(story)
        self._wait(lambda: not self._asked())
        count = self._cable.messages - before
        self._close()
        return max(1, count)

    def case(self, case: Case) -> None:
        self._ring(case.story)
        strikes: dict[Fault, Callable[[], None]] = {
            Fault.TILL: self._shop.kill,
            Fault.WIRE: self._cable.hang_up,
            Fault.TERMINAL: self._terminal.restart,
        }
        self._cable.at(case.message, case.arrives, strikes[case.fault])
        self._tell(case.story)
        self._wait(lambda: not self._asked() or self._cable.struck.is_set())
        self._cable.quiet()
        self._sums.cuts += self._cable.struck.is_set()
        self._shop.back()
        self._find_out()
        self._judge(case)
        self._close()

    # The sale.

    def _ring(self, story: Story) -> None:
        self._cable.quiet()
        self._terminal.presented.clear()
        self._terminal.next.clear()
        self._terminal.next.extend(TEMPERS[story])
        self._from = len(self._terminal.ledger)
        self._reversed = self._gone(self._terminal.ledger)
        self._sale += 1
        self._amount += 1
        goods = self._amount + (1 if story is Story.REFUND else 0)
        self._shop.does("sell_item", item="service", unit_price_minor=goods)
        if story is Story.REFUND:
            self._shop.does("ask_tender", type="card", amount_minor=self._amount)
            self._wait(lambda: not self._asked())

    def _tell(self, story: Story) -> None:
        if story is Story.REFUND:
            self._shop.tries("give_up_sale", reason="left")
            return
        self._shop.tries("ask_tender", type="card")
        if story is Story.CANCEL:
            self._wait(lambda: self._sent() or self._cable.struck.is_set())
            self._shop.tries("cancel_tender", tender=1)

    def _sent(self) -> bool:
        return any(it.state is not IntentState.CREATED for it in self._shop.intents(self._sale))

    def _find_out(self) -> None:
        """Until nobody waits for an answer, or the till says plainly that it does not know."""
        self._wait(lambda: not self._asked())
        if not self._unsure():
            return
        self._sums.unknowns += 1
        self._doubts += 1
        alone = self._doubts % LEFT_ALONE == 0

        def settled() -> bool:
            if not alone:
                for it in self._unsure():
                    self._shop.tries("inquire_tender", tender=it.tender, sale=self._sale)
            return not self._open()

        if self._wait(settled, self._settle_s):
            self._sums.resolved += 1

    def _open(self) -> list[Intent]:
        return [it for it in self._shop.intents(self._sale) if it.state in OPEN]

    def _unsure(self) -> list[Intent]:
        return [it for it in self._open() if it.state is IntentState.UNKNOWN]

    def _asked(self) -> bool:
        """A payment that has not come to any end; the till's own view counts, not its journal's."""
        look = self._shop.look()
        if look is None:
            return not self._cable.struck.is_set()
        pay = look.get("pay", {})
        asked = pay.get("asked")
        if asked is not None and not asked.get("unsure"):
            return True
        return any(it.get("waits") for it in pay.get("open", ()))

    def _wait(self, holds: Callable[[], bool], patience_s: float = SETTLE_S) -> bool:
        return until(holds, patience_s)

    # The verdict.

    def _judge(self, case: Case) -> None:
        """Two ledgers that never met: what the terminal charged, and what the journal says."""
        ledger = self._terminal.ledger
        made = ledger[self._from :]
        charged = [it.amount_minor for it in made if it.kind == "payment"]
        back = sum(it.amount_minor for it in made if it.kind == "refund")
        back += self._gone(ledger) - self._reversed
        self._sums.charges += len(charged)
        intents = self._shop.intents(self._sale)
        booked = [it.amount_minor for it in intents if it.state in TAKEN and it.amount_minor > 0]
        booked += [it.amount_minor for it in intents if it.state is IntentState.REVERSED]
        returned = sum(-it.amount_minor for it in intents if it.amount_minor < 0)
        unsure = [it for it in intents if it.state is IntentState.UNKNOWN]
        if len(charged) > 1:
            self._lost(case, f"charged {len(charged)} times", intents, made)
        if back > sum(charged):
            self._lost(case, f"{back} given back of {sum(charged)}", intents, made)
        if unsure:
            self._shown(case, unsure)
            return
        if sorted(charged) != sorted(booked):
            self._lost(case, f"charged {charged}, booked {booked}", intents, made)
        if back != returned:
            self._lost(case, f"given back {back}, booked {returned}", intents, made)
        open_jobs = [it for it in self._jobs() if it.get("reversal")]
        if case.story is Story.REFUND and back < sum(charged) and not open_jobs:
            self._lost(case, "money to give back is forgotten", intents, made)

    @staticmethod
    def _gone(ledger: list[Charge]) -> int:
        return sum(it.amount_minor for it in ledger if it.reversed)

    def _shown(self, case: Case, unsure: list[Intent]) -> None:
        """Nobody can tell: then the till has to say so."""
        look = self._shop.look() or {}
        pay = look.get("pay", {})
        told = len([it for it in pay.get("open", ()) if it.get("unsure") or it.get("waits")])
        told += bool(pay.get("asked"))
        if told < len(unsure):
            self._lost(case, "an unknown payment is not shown", unsure, [])
        self._sums.shown += len(unsure)

    def _lost(self, case: Case, what: str, intents: Any, made: Any) -> None:
        told = [(it.tender, it.asked_minor, it.state.value, it.amount_minor) for it in intents]
        self._sums.losses.append(f"{case}: {what}; journal {told}, terminal {made}")

    # What a manager does before the next customer.

    def _jobs(self) -> list[dict[str, Any]]:
        look = self._shop.look() or {}
        jobs: list[dict[str, Any]] = look.get("pay", {}).get("open", [])
        return jobs

    def _decide(self, tender: int, outcome: str) -> None:
        """A manager's word, as soon as the terminal is not just being asked; or its own comes first."""
        body = {"sale": self._sale, "tender": tender, "outcome": outcome, "reason": "slip"}

        def done() -> bool:
            answer = self._shop.tries("resolve_tender", **body)
            return bool(answer.get("ok")) or all(it.tender != tender for it in self._unsure())

        assert self._wait(done), f"{body} is not taken"

    def _close(self) -> None:
        """By what the terminal's slip says, where nobody else can; then the basket is ended."""
        made = self._terminal.ledger[self._from :]
        for it in self._unsure():
            moved = any((one.kind == "refund") == (it.asked_minor < 0) for one in made)
            moved = moved or (
                it.asked_minor < 0 and self._gone(self._terminal.ledger) > self._reversed
            )
            outcome = "approved" if moved else "declined"
            self._decide(it.tender, outcome)
        for job in self._jobs():
            if job.get("reversal"):
                named = {"sale": job["sale"], "tender": job["tender"]}
                self._shop.does("close_reversal", **named, reason="by hand")
            elif job.get("stray"):
                named = {"sale": job["sale"], "tender": job["tender"]}
                self._shop.does("close_stray", **named, reason="by hand", given_back=True)
        look = self._shop.look() or {}
        basket = look.get("basket")
        if basket is None or not basket.get("lines"):
            return
        if not basket.get("left_minor"):
            self._shop.does("settle")
        elif any(it["status"] == "taken" for it in basket.get("tenders", ())):
            self._shop.does("tender_cash")
        else:
            self._shop.does("void_sale")
