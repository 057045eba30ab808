"""Switches the machine off in order: what is under way ends first, the screen says so, then the helper
is asked.

Every fact is on the card before anything follows from it, and an open basket is there again after the
next start: nothing else needs saving. What is waited for is what the world would be left unsure of, a
payment that was sent and paper that has begun to print.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from appliance import system
from appliance.core.state import PrintJob, State, TenderStatus
from appliance.mailbox import MachineSaid

log = logging.getLogger(__name__)

PATIENT_S, URGENT_S = 90.0, 10.0
"""A customer at a card terminal has a minute and a half; a battery that is nearly empty has not."""
LOOK_S = 0.2


def busy(state: State) -> bool:
    """Would somebody be left unsure: of money on its way, or of half a receipt?"""
    tenders = state.sale.tenders if state.sale is not None else ()
    printing = any(isinstance(it, PrintJob) and it.started for it in state.effects)
    return printing or any(it.status is TenderStatus.PENDING for it in tenders)


@dataclass(slots=True)
class SwitchingOff:
    """state: the till's, now. say: takes a notice to whoever stands there."""

    state: Callable[[], State]
    say: Callable[[MachineSaid], None]
    ask: Callable[[Mapping[str, Any]], Mapping[str, Any]] = system.ask
    patient_s: float = PATIENT_S
    _under_way: threading.Lock = field(default_factory=threading.Lock)
    _urgent: threading.Event = field(default_factory=threading.Event)

    def wanted(self, *, urgent: bool) -> None:
        """Returns at once. A second wish while the first is under way only makes it more urgent."""
        if urgent:
            self._urgent.set()
        if self._under_way.acquire(blocking=False):
            threading.Thread(target=self._run, name="switching-off", daemon=True).start()

    def _run(self) -> None:
        try:
            self._go()
        finally:
            self._under_way.release()

    def _go(self) -> None:
        log.warning("the machine is to be switched off")
        began = time.monotonic()
        if busy(self.state()):
            self.say(MachineSaid("switching_off_waits"))
        while busy(self.state()):
            patience = URGENT_S if self._urgent.is_set() else self.patient_s
            if time.monotonic() - began > patience:
                log.warning("something is under way still; it is switched off all the same")
                break
            time.sleep(LOOK_S)
        self.say(MachineSaid("switching_off"))
        try:
            answer = self.ask({"do": "power_off"})
        except system.NoSystem as error:
            answer = {"ok": False, "why": str(error)}
        if not answer.get("ok"):
            log.error("the machine cannot be switched off: %s", answer.get("why"))
            self.say(MachineSaid("switching_off_failed"))
