"""Effects of the state, handed out to the devices once each, and how they ended written down."""

from __future__ import annotations

import logging

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.devices import Outcome
from appliance.core.refusal import Refusal
from appliance.core.state import Effect, PrintJob
from appliance.effects import Effects
from appliance.journal import Journal
from appliance.writer import Writer

log = logging.getLogger(__name__)


class Errands:
    """Used on the Till's thread only."""

    def __init__(self, effects: Effects, journal: Journal, writer: Writer) -> None:
        self._effects = effects
        self._journal = journal
        self._writer = writer
        self._handed_out: set[f.EffectId] = set()

    def hand_out(self) -> None:
        """What was not handed out yet; the journal holds it durably."""
        effects = self._journal.state.effects
        if not effects and not self._handed_out:
            return
        for effect in effects:
            if effect.effect not in self._handed_out:
                self._handed_out.add(effect.effect)
                self._start(effect)
        self._handed_out &= {effect.effect for effect in effects}

    def ended(self, effect: str, outcome: Outcome, detail: str) -> None:
        """A device says so; what it did by itself has no number."""
        if not effect.isdigit():
            return
        command = c.EndEffect(f.EffectId(int(effect)), outcome, detail)
        answer = self._writer.decided(command, "till", "")
        if isinstance(answer, Refusal):
            log.warning("effect %s ended %s, which nobody waited for", effect, outcome)

    def _start(self, effect: Effect) -> None:
        """A device that cannot even be asked fails its effect, never the till."""
        try:
            if isinstance(effect, PrintJob):
                self._effects.print(effect, self._journal)
            elif not self._effects.kick(effect):
                self.ended(str(effect.effect), Outcome.FAILED, "no drawer")
        except Exception as error:
            log.exception("effect %d", effect.effect)
            self.ended(str(effect.effect), Outcome.FAILED, f"{type(error).__name__}: {error}")
