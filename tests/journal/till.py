"""A till that is only a journal: it rings whole sales with the bench's facts."""

from __future__ import annotations

from appliance.core import facts as f
from appliance.journal import Journal, Record
from bench import shop


class Ringing:
    """Appends what a cashier would cause; every append is a second later."""

    def __init__(self, path, **options):
        self.journal = Journal.open(path, "T1", **options)
        self.seconds = self.journal.last_seq

    def append(self, *facts: f.Fact) -> tuple[Record, ...]:
        self.seconds += 1
        return self.journal.append(
            facts, actor="olena", at=shop.later(self.seconds), cause=f"c{self.seconds}"
        )

    def open_shift(self):
        self.append(shop.shift_opened(self.journal.state))

    def close_shift(self):
        self.append(shop.shift_closed(self.journal.state))

    def basket(self, lines: int = 3):
        for facts in shop.drafts(self.journal.state, lines):
            self.append(*facts)

    def pay(self, discount_minor: int = 0):
        self.append(*shop.payment(self.journal.state, discount_minor))

    def finish_effects(self):
        for facts in shop.effects(self.journal.state):
            self.append(*facts)

    def sell(self, lines: int = 3):
        self.basket(lines)
        self.pay()
        self.finish_effects()

    def day(self, sales: int = 5):
        self.open_shift()
        for number in range(sales):
            self.sell(1 + number % 4)
        self.close_shift()
