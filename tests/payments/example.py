"""The smallest terminal protocol there can be, to prove the runner and the story book on: lines."""

from __future__ import annotations

import time

from appliance.core.facts import TenderOutcome
from appliance.core.payment_answer import Totals
from appliance.malformed import Malformed
from appliance.payments.dialogue import Answer, Dialogue, Errand
from appliance.payments.line import SLICE_S, Line, LineLost
from hw_sim.terminal import Link, Terminal

_OUTCOMES = {
    "OK": TenderOutcome.APPROVED,
    "NO": TenderOutcome.DECLINED,
    "OFF": TenderOutcome.CANCELLED,
}


class ExampleDialogue(Dialogue):
    """PAY id amount -> OK amount ref | NO | OFF | BUSY; LAST id -> the same | NONE | WAIT."""

    def __init__(self, line: Line, *, answer_s: float = 0.5) -> None:
        self._line = line
        self._answer_s = answer_s
        self._rest = b""

    def connect(self) -> None:
        self._line.open()
        self._rest = b""
        self._asked("HELLO")

    def disconnect(self) -> None:
        self._line.close()

    def pay(self, errand: Errand) -> Answer:
        self._asked("HELLO")  # a wire that died in idleness shows before anything leaves
        errand.leave(id=errand.intent.id)
        return self._money(errand, f"PAY {errand.intent.id} {errand.intent.amount_minor}")

    def refund(self, errand: Errand) -> Answer:
        errand.leave(id=errand.intent.id)
        amount = -errand.intent.amount_minor
        return self._money(errand, f"REF {errand.intent.id} {amount} {errand.intent.original}")

    def inquire(self, errand: Errand) -> Answer:
        words = self._asked(f"LAST {errand.memo['id']}")
        if words == ["NONE"]:
            return Answer(TenderOutcome.DECLINED, detail="it never came")
        return self._meant(words)

    def totals(self) -> Totals:
        return Totals(*(int(word) for word in self._asked("SUM")))

    def _money(self, errand: Errand, question: str) -> Answer:
        self._line.send(question.encode() + b"\n")
        until, cancelled = time.monotonic() + self._answer_s, False
        while time.monotonic() < until and not errand.closing:
            if errand.cancel_wanted and not cancelled:
                cancelled = True
                self._line.send(b"CANCEL\n")
            words = self._read(SLICE_S / 5)
            if words == ["WAIT"]:
                until = time.monotonic() + self._answer_s
                errand.say("Present card")
            elif words:
                return self._meant(words)
        return Answer(TenderOutcome.UNKNOWN, detail="no answer")

    def _asked(self, question: str) -> list[str]:
        self._line.send(question.encode() + b"\n")
        until = time.monotonic() + self._answer_s
        while time.monotonic() < until:
            if words := self._read(SLICE_S / 5):
                return words
        raise LineLost("no answer")

    def _read(self, timeout_s: float) -> list[str]:
        if b"\n" not in self._rest:
            self._rest += self._line.receive(timeout_s)
        if b"\n" not in self._rest:
            return []
        line, _, self._rest = self._rest.partition(b"\n")
        return line.decode("ascii", "replace").split()

    def _meant(self, words: list[str]) -> Answer:
        if words[0] == "BUSY":
            return Answer(TenderOutcome.DECLINED, detail="busy")
        if words[0] == "WAIT":
            return Answer(TenderOutcome.UNKNOWN, detail="still busy with it")
        if words[0] not in _OUTCOMES:
            raise Malformed(f"no answer: {' '.join(words)}")
        amount = int(words[1]) if len(words) > 1 else None
        return Answer(_OUTCOMES[words[0]], amount, words[2] if len(words) > 2 else "")


class ExampleTerminal(Terminal):
    """The other end, with a memory of how each question ended."""

    def __init__(self) -> None:
        super().__init__()
        self.ended: dict[str, str] = {}
        self.running = ""

    def serve(self, link: Link) -> None:
        rest = b""
        while not self.stopping:
            data = link.receive(0.05)
            if data is None:
                return
            rest += data
            while b"\n" in rest:
                line, _, rest = rest.partition(b"\n")
                rest += self._heard(link, line.decode().split())

    def _heard(self, link: Link, words: list[str]) -> bytes:
        self.heard.append(words[0])
        match words:
            case ["HELLO"]:
                link.send(b"HI\n")
            case ["SUM"]:
                paid = [it.amount_minor for it in self.ledger if it.kind == "payment"]
                back = [it.amount_minor for it in self.ledger if it.kind == "refund"]
                sums = (len(paid), sum(paid), len(back), sum(back))
                link.send(" ".join(map(str, sums)).encode() + b"\n")
            case ["LAST", which]:
                ended = "WAIT" if which == self.running else self.ended.get(which, "NONE")
                link.send(ended.encode() + b"\n")
            case ["PAY" | "REF" as verb, which, amount, *_]:
                return self._operate(link, verb == "PAY", which, int(amount))
        return b""

    def _operate(self, link: Link, pays: bool, which: str, amount: int) -> bytes:
        temper = self.temper()
        if temper.mood == "busy":
            link.send(b"BUSY\n")
            return b""
        self.running, rest, off = which, b"", False
        if temper.mood == "wait":
            link.send(b"WAIT\n")
            while not self.presented.wait(0.02) and not self.stopping:
                data = link.receive(0.01)
                if data is None:
                    break
                rest += data
                if b"CANCEL\n" in rest:
                    rest = rest.replace(b"CANCEL\n", b"")
                    off = not temper.deaf_to_cancel
                    break
            off = off or not (self.presented.is_set() or temper.deaf_to_cancel)
        if off:
            ended = "OFF"
        elif temper.mood == "decline":
            ended = "NO"
        elif temper.mood == "silent":
            self.running = ""
            return rest
        else:
            taken = amount if temper.amount_minor is None else temper.amount_minor
            made = self.charge("payment" if pays else "refund", taken)
            ended = f"OK {taken} {made.reference}"
        self.ended[which], self.running = ended, ""
        if temper.mood != "charge_silently":
            link.send(ended.encode() + b"\n")
        return rest
