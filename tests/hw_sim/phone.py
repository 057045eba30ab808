"""The customer's phone: its camera reads the code off the till's screen, its bank app pays or does not."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import zxingcpp
from PIL import Image

from appliance.malformed import Malformed
from appliance.qr import nbu
from hw_sim.mono_bank import Bill, MonoBank

Word = Literal["asleep", "nothing", "bill", "transfer", "paid", "failed", "never", "later", "over"]
"""What it shows. bill: one that its bank can pay at once; transfer: a code without a bank's answer;
over: the bill can be paid no more."""
Act = Literal["pay", "other", "fail", "never", "late"]

TOO_MUCH_MINOR = 1_00
LATE_S = 8.0


@dataclass
class Phone:
    bank: MonoBank
    on_change: Callable[[], None] = lambda: None
    late_s: float = LATE_S
    word: Word = "asleep"
    amount_minor: int = 0
    payee: str = ""
    _bill: Bill | None = field(default=None, repr=False)
    _timer: threading.Timer | None = field(default=None, repr=False)

    @property
    def bill(self) -> str:
        """The bank's number of the bill that it looks at; empty for none."""
        return "" if self._bill is None else self._bill.id

    def scan(self, picture: Image.Image) -> None:
        """Holds the camera to what the till shows. What it showed before stays till it has looked:
        its keys do not go away under a finger."""
        for code in zxingcpp.read_barcodes(picture):
            bill = self.bank.bills.get(code.text.rpartition("/")[2])
            if bill is not None:
                self._bill = bill
                self._show("bill", bill.amount_minor)
                return
            try:
                transfer = nbu.read(code.text)
            except Malformed:
                continue
            self._bill = None
            self._show("transfer", transfer.amount_minor or 0, transfer.fields[5])
            return
        self._bill = None
        self._show("nothing")

    def act(self, act: Act) -> None:
        if act == "never":
            self._show("never")
        elif self.word == "transfer":
            self._show("paid")  # between the two banks; nobody tells the till
        elif self._bill is not None and act == "late":
            self._show("later")
            self._timer = threading.Timer(self.late_s, self._pay, (self._bill, None))
            self._timer.daemon = True
            self._timer.start()
        elif self._bill is not None and act == "fail":
            self._end(self._bill, lambda bill: setattr(bill, "status", "failure"), "failed")
        elif self._bill is not None:
            more = self._bill.amount_minor + TOO_MUCH_MINOR if act == "other" else None
            self._pay(self._bill, more)

    def state(self) -> dict[str, Any]:
        return {"word": self.word, "amount": self.amount_minor, "payee": self.payee}

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _pay(self, bill: Bill, amount_minor: int | None) -> None:
        self._end(bill, lambda it: self.bank.pay(it.id, amount_minor), "paid")

    def _end(self, bill: Bill, how: Callable[[Bill], None], word: Word) -> None:
        """The bank refuses a bill that has ended."""
        if bill.status != "created" or self.bank.now() >= bill.ends_at:
            self._show("over")
            return
        how(bill)
        self._show(word, bill.paid_minor or bill.amount_minor)

    def _show(self, word: Word, amount_minor: int = 0, payee: str = "") -> None:
        self.word, self.amount_minor, self.payee = word, amount_minor, payee
        self.on_change()
