"""One case at a time: the sale, the fault, the way back, and what the two ledgers say of it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from typing import Any

from appliance.core.intents import OPEN, Intent, IntentState
from hw_sim.terminal import Charge, Terminal

from .cases import TEMPERS, Case, Fault, Story
from .drivers import Cable
from .ledgers import Shown, compared, journal_net, terminal_net
from .shop import Shop, until
from .tally import Tally

SETTLE_S = 12.0
"""In which a terminal that can be asked has told what became of a payment."""
UNASKABLE_S = 1.0
FIRST_MINOR = 10_00
LEFT_ALONE = 4
"""Every so many unknown payments are left to the till's own asking; the others are asked at once."""
LAST_S = 0.1
"""For a story's last message, which nobody waits for."""
LENGTHS = 3
"""So often a story is played unharmed to see how many messages it has; the longest counts."""


class Player:
    """Every case is a sale of its own. can_ask: the terminal tells what became of a payment;
    can_cancel: its protocol has a cancel, else the customer has the terminal's red key. card: held to
    a reader of the till for as long as a sale takes."""

    def __init__(
        self,
        shop: Shop,
        terminal: Terminal,
        cable: Cable,
        tally: Tally,
        *,
        can_ask: bool,
        can_cancel: bool,
        card: Callable[[], AbstractContextManager[object]],
    ) -> None:
        self._shop, self._terminal, self._cable, self._tally = shop, terminal, cable, tally
        self._settle_s = SETTLE_S if can_ask else UNASKABLE_S
        self._can_cancel = can_cancel
        self._card = card
        self._held = ExitStack()
        self._sale = 0
        self._amount = FIRST_MINOR
        self._doubts = 0

    def length(self, story: Story) -> int:
        """How many messages a story has when nothing breaks."""
        longest = 1
        for turn in range(LENGTHS + 1):
            self._ring(story)
            before = self._cable.messages
            self._tell(story)
            self._find_out("")
            if turn:  # the first one after a start has a greeting, and more
                longest = max(longest, self._cable.messages - before)
            self._close()
        return longest

    def case(self, case: Case) -> None:
        self._ring(case.story)
        strikes: dict[Fault, Callable[[], None]] = {
            Fault.TILL: self._shop.kill,
            Fault.WIRE: self._cable.hang_up,
            Fault.TERMINAL: self._terminal.restart,
        }
        self._cable.at(case.message, case.arrives, strikes[case.fault])
        self._tell(case.story)
        self._wait(lambda: not self._asked() or self._struck())
        if case.story is Story.CANCEL:
            self._terminal.press_red()  # whoever still stands there goes
        self._find_out(str(case))
        self._cable.struck.wait(LAST_S)
        self._cable.quiet()
        self._shop.back()
        self._tally.cases += 1
        if self._struck():
            self._tally.struck(case)
        else:
            self._tally.unreached.append(str(case))
        self._judge(str(case), wants_back=case.story is Story.REFUND)
        self._close()
        self._next_customer(case)

    def _next_customer(self, case: Case) -> None:
        """Pays as if nothing had been; the wire works again for the next case, too."""
        self._ring(Story.APPROVE)
        self._tell(Story.APPROVE)
        self._find_out("")
        if terminal_net(self._made()) != self._amount:
            told = [f"{it.state}, {it.detail}" for it in self._shop.intents(self._sale)]
            self._tally.stuck.append(f"{case}: {'; '.join(told)}")
        self._judge(f"after {case}", wants_back=False)
        self._close()

    def day(self) -> tuple[int, int]:
        """All that the terminal has, and all that the journal has, after managers decided."""
        booked = sum(journal_net(self._shop.intents(it)) for it in range(1, self._sale + 1))
        return terminal_net(self._terminal.ledger), booked

    def _struck(self) -> bool:
        return self._cable.struck.is_set()

    # The sale.

    def _ring(self, story: Story) -> None:
        self._cable.quiet()
        self._cable.struck.clear()
        self._terminal.presented.clear()
        self._terminal.red.clear()
        self._terminal.next.clear()
        self._terminal.next.extend(TEMPERS[story])
        self._from = len(self._terminal.ledger)
        self._sale += 1
        self._amount += 1
        self._held.enter_context(self._card())
        goods = self._amount + (1 if story is Story.REFUND else 0)
        self._shop.does("sell_item", item="service", unit_price_minor=goods)
        if story is Story.REFUND:
            self._shop.does("ask_tender", type="card", amount_minor=self._amount)
            self._wait(lambda: not self._asked())
            self._cable.quiet()

    def _tell(self, story: Story) -> None:
        if story is Story.REFUND:
            self._shop.tries("give_up_sale", reason="left")
            return
        self._shop.tries("ask_tender", type="card")
        if story is Story.CANCEL:
            self._wait(lambda: self._sent() or self._struck())
            self._shop.tries("cancel_tender", tender=1)
            if not self._can_cancel:
                self._terminal.press_red()

    def _sent(self) -> bool:
        return any(it.state is not IntentState.CREATED for it in self._shop.intents(self._sale))

    def _find_out(self, case: str) -> None:
        """Until nobody waits for an answer, or the till says plainly that it does not know. The fault
        may strike as late as this. case "": the length is taken, nothing counts."""
        self._wait(self._answered)
        if not self._unsure():
            return
        self._doubts += 1
        alone = self._doubts % LEFT_ALONE == 0

        def settled() -> bool:
            self._shop.back()
            if not alone:
                for it in self._unsure():
                    self._shop.tries("inquire_tender", tender=it.tender, sale=self._sale)
            return not self._open()

        resolved = self._wait(settled, self._settle_s)
        if not case:
            return
        self._tally.unknown += 1
        if resolved:
            self._tally.resolved += 1
            return
        self._tally.shown += 1
        made = [(it.kind, it.amount_minor, it.reversed) for it in self._made()]
        details = ", ".join(it.detail or "no word" for it in self._unsure())
        self._tally.told.append(f"{case}: {details}; the terminal has {made or 'nothing'}")

    def _made(self) -> list[Charge]:
        return self._terminal.ledger[self._from :]

    def _open(self) -> list[Intent]:
        return [it for it in self._shop.intents(self._sale) if it.state in OPEN]

    def _unsure(self) -> list[Intent]:
        return [it for it in self._open() if it.state is IntentState.UNKNOWN]

    def _asked(self) -> bool:
        """A payment that has not come to any end; the till's own view counts, not its journal's."""
        look = self._shop.look()
        if look is None:
            return not self._struck()
        pay = look.get("pay", {})
        asked = pay.get("asked")
        if asked is not None and not asked.get("unsure"):
            return True
        return any(it.get("waits") for it in pay.get("open", ()))

    def _answered(self) -> bool:
        self._shop.back()
        return not self._asked()

    def _wait(self, holds: Callable[[], bool], patience_s: float = SETTLE_S) -> bool:
        return until(holds, patience_s)

    # The verdict.

    def _judge(self, case: str, *, wants_back: bool) -> None:
        """Two ledgers that never met: what the terminal charged, and what the journal says."""
        made, intents, shown = self._at_rest()
        self._tally.charges += sum(it.kind == "payment" for it in made)
        for wrong in compared(made, intents, shown, wants_back=wants_back):
            told = [(it.tender, it.asked_minor, it.state.value, it.amount_minor) for it in intents]
            self._tally.wrong.append((wrong, f"{case}: journal {told}, terminal {made}"))

    def _at_rest(self) -> tuple[list[Charge], list[Intent], Shown]:
        """All three of one moment: nothing was answered while they were read."""
        while True:
            before = self._shop.intents(self._sale)
            made, shown = self._made(), self._shown()
            if before == self._shop.intents(self._sale):
                return made, before, shown

    def _shown(self) -> Shown:
        look = self._shop.look() or {}
        pay = look.get("pay", {})
        open_ = [it for it in pay.get("open", ()) if it["sale"] == self._sale]
        unknown = {
            it["asked"] if it.get("reversal") else it["tender"]
            for it in open_
            if it.get("unsure") or it.get("waits")
        }
        asked = pay.get("asked")
        if asked is not None:
            unknown.add(asked["tender"])
        return Shown(unknown, {it["tender"] for it in open_ if it.get("reversal")})

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
        self._held.close()
        for it in self._unsure():
            made = self._made()
            back = any(one.reversed or one.kind == "refund" for one in made)
            moved = back if it.asked_minor < 0 else bool(terminal_net(made))
            self._decide(it.tender, "approved" if moved else "declined")
        for job in self._jobs():
            named = {"sale": job["sale"], "tender": job["tender"]}
            if job.get("reversal"):
                self._give_back()
                self._shop.does("close_reversal", **named, reason="by hand")
            elif job.get("stray"):
                self._give_back()
                self._shop.does("close_stray", **named, reason="by hand", given_back=True)
        assert self._wait(self._basket_is_gone), self._shop.look()

    def _basket_is_gone(self) -> bool:
        """Or on its way: what is refused now was decided on a look a moment old."""
        look = self._shop.look()
        basket = {} if look is None else look.get("basket") or {}
        if not basket.get("lines"):
            return look is not None
        if not basket.get("left_minor"):
            self._shop.tries("settle")
        elif any(it["status"] == "taken" for it in basket.get("tenders", ())):
            self._shop.tries("tender_cash")
        else:
            self._shop.tries("void_sale")
        return False

    def _give_back(self) -> None:
        """Somebody does it on the terminal, for the till could not."""
        left = terminal_net(self._made())
        if left > 0:
            self._terminal.charge("refund", left)
