"""One card terminal on its cable, with keys for everything that its customer or bad luck may do."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from hw_sim.card_terminals import PROTOCOLS
from hw_sim.cut_proxy import CutProxy, Way
from hw_sim.pay_book import Moved
from hw_sim.terminal import Mood, Temper, Terminal

Key = Literal[
    "approve", "decline", "cancel", "part", "other", "lose", "silent", "busy", "foreign", "late"
]
"""part, other: another amount is charged than was asked for. lose: it charges and its answer is
lost. foreign: somebody types a payment on it by hand, and the till's own one ends without a word.
late: it charges, and answers after the till's patience is over."""

MOODS: dict[str, Mood] = {
    "approve": "approve",
    "decline": "decline",
    "cancel": "cancel",
    "part": "approve",
    "other": "approve",
    "late": "approve",
    "lose": "charge_silently",
    "silent": "silent",
    "foreign": "silent",
    "busy": "busy",
}
ONLY_NEXT = ("busy",)
ONLY_NOW = ("cancel", "part", "other", "late")

CUTS: dict[str, tuple[Way, int | None]] = {
    "before_question": ("to_terminal", 0),
    "after_question": ("to_terminal", None),
    "before_answer": ("to_till", 0),
}
TOO_MUCH_MINOR = 1_00
BY_HAND_MINOR = 77_00
LATE = 1.5
"""Of the till's patience."""


@dataclass
class TerminalStand:
    """A press is for the payment that waits for its card; where none waits, for the next one."""

    protocol: str
    folder: Path
    patience_s: float
    on_change: Callable[[], None]

    def __post_init__(self) -> None:
        self.name = f"Термінал {PROTOCOLS[self.protocol].label}"
        self.terminal: Terminal = PROTOCOLS[self.protocol].make(self.folder)
        self.terminal.always = Temper("wait")
        self.terminal.on_display = self._changed
        self._chosen = ""
        self._charged_at: list[float] = []
        self.terminal.start()
        self.cable = CutProxy(self.terminal.port)
        self.cable.__enter__()

    def table(self) -> dict[str, object]:
        """Its [[payments]]."""
        return {
            "name": self.name,
            "type": "card",
            "driver": self.protocol,
            "host": "127.0.0.1",
            "tcp_port": self.cable.port,
            **PROTOCOLS[self.protocol].options(self.folder, self.patience_s),
        }

    @property
    def waits(self) -> bool:
        return self.terminal.display.word == "card"

    def press(self, key: Key) -> None:
        if key in (ONLY_NEXT if self.waits else ONLY_NOW):
            return
        asked = self.terminal.display.amount_minor
        amount = {"part": asked // 2, "other": asked + TOO_MUCH_MINOR}.get(key)
        fares = Temper(MOODS[key], amount)
        if key == "foreign":
            self.terminal.pay_by_hand(BY_HAND_MINOR)
        if key == "late":
            self.cable.hold("to_till", self.patience_s * LATE)
        if asked and self.waits:
            self.terminal.present(fares)
        else:
            self._chosen = key
            self.terminal.next.clear()
            self.terminal.next.append(fares)
        self._changed()

    def cut(self, where: str) -> None:
        self.cable.cut(*CUTS[where])

    def plug(self, *, on: bool) -> None:
        self.cable.torn = not on
        if not on:
            self.cable.hang_up()

    def restart(self) -> None:
        self.terminal.restart()

    def moved(self) -> list[Moved]:
        times = zip(self.terminal.ledger, self._charged_at, strict=False)
        return [Moved(it.kind, it.amount_minor, at, it.reversed, it.by_hand) for it, at in times]

    def state(self) -> dict[str, Any]:
        shown = self.terminal.display
        return {
            "protocol": self.protocol,
            "word": shown.word,
            "amount": shown.amount_minor,
            "next": self._chosen if self.terminal.next else "",
        }

    def close(self) -> None:
        self.terminal.on_display = lambda: None
        self.cable.__exit__()
        self.terminal.stop()

    def _changed(self) -> None:
        while len(self._charged_at) < len(self.terminal.ledger):
            self._charged_at.append(time.time())
        self.on_change()
