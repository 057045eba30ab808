"""A terminal speaking Caisse-AP over IP: one question, one answer, and no memory of either."""

from __future__ import annotations

from appliance.payments.caisse_ap.message import Field, decode, encode, value_of
from hw_sim.terminal import Kind, Link, Temper, Terminal

PAN = "4761739001010119"
"""A published test card: terminals put its number, masked or not, into AA."""

TICK_S = 0.01


class CaisseApTerminal(Terminal):
    def serve(self, link: Link) -> None:
        asked = self._question(link)
        if asked is None:
            return
        self.heard.append("credit" if value_of(asked, "CD") == "1" else "debit")
        temper = self.temper(int(value_of(asked, "CB") or 0))
        if temper.mood == "wait" and self._presented():
            temper = self.taken_up(temper)
        if temper.mood == "silent":
            while not self.stopping and link.receive(TICK_S) is not None:
                pass
        elif temper.mood == "busy":
            self._answer(link, asked, "01", AF="11")
        elif temper.mood == "decline":
            self.show("declined")
            self._answer(link, asked, "01", AF="07")
        elif temper.mood in ("wait", "cancel"):
            self.show("cancelled")
            self._answer(link, asked, "01", AF="08")
        else:
            self._charge(link, asked, temper)

    def _question(self, link: Link) -> list[Field] | None:
        """A question ends with its last field, CB: a whole one decodes."""
        got = b""
        while not self.stopping:
            data = link.receive(TICK_S)
            if data is None:
                return None
            got += data
            try:
                fields = decode(got.decode("ascii"))
            except ValueError:
                continue
            if value_of(fields, "CB") is not None:
                return fields
        return None

    def _presented(self) -> bool:
        """It waits for the card whether or not the till is still there."""
        while not (self.stopping or self.red.is_set()):
            if self.presented.wait(TICK_S):
                return True
        return False

    def _charge(self, link: Link, asked: list[Field], temper: Temper) -> None:
        amount = int(value_of(asked, "CB") or 0)
        if temper.amount_minor is not None:
            amount = temper.amount_minor
        kind: Kind = "refund" if value_of(asked, "CD") == "1" else "payment"
        made = self.charge(kind, amount)
        if temper.mood != "charge_silently":
            self._answer(link, asked, "10", amount=str(amount), AA=PAN, AC=made.reference)

    def _answer(
        self, link: Link, asked: list[Field], action: str, amount: str = "", **more: str
    ) -> None:
        told = dict(asked) | ({"CB": amount} if amount else {}) | {"AE": action} | more
        link.send(encode(told.items()).encode("ascii"))
