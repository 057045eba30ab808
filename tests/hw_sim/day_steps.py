"""What the scripted day's hands can do, and what its eyes can look for."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from hw_sim import goods
from hw_sim.counter import Counter
from hw_sim.till_watch import Look, ask

SEEN_WITHIN_S = 12.0
BETWEEN_SCANS_S = 0.03
"""A quick cashier's hand; the till itself takes them much faster."""
HAND_S = 0.35


class NotAsExpected(AssertionError):
    """The till did or showed something else; the text says what."""


class Hands:
    """One verb of an act per method of the same name."""

    def __init__(self, counter: Counter, taps: Mapping[str, tuple[int, int]]) -> None:
        self._counter = counter
        self._taps = taps

    def do(self, act: Mapping[str, Any]) -> None:
        verb = next(iter(act))
        method = getattr(self, verb, None)
        if method is None or verb.startswith("_") or verb == "do":
            raise NotAsExpected(f"the day's file asks for {verb!r}, which nobody can do")
        rest = {key: value for key, value in act.items() if key != verb}
        method(act[verb], **rest)

    def scan(self, skus: str | list[str]) -> None:
        """Goods over the scanner's wire, by their SKU or the page's own names."""
        for sku in [skus] if isinstance(skus, str) else skus:
            self._counter.scan(sku)
            time.sleep(BETWEEN_SCANS_S)

    def scan_paper(self, kind: str) -> None:
        """The newest code of this kind ("RC", "GC") on printed paper, read off its picture."""
        if not self._counter.scan_paper(kind):
            raise NotAsExpected(f"no paper has a code that begins with {kind}")

    def coupon(self, word: str) -> None:
        """A paper coupon that the shop gave out, always the same one."""
        self._counter.scan_code(self._counter.coupon(word))

    def take_back(self, picks: list[dict[str, Any]], reason: str, approved_by: str = "") -> None:
        """Lines of the receipt that was looked up come back."""
        sale = self._soon(lambda look: _receipt(look).get("sale"), "a receipt that was found")
        request = {"command": "return_lines", "sale": sale, "picks": picks, "reason": reason}
        self.ask(_approved(request, approved_by))

    def label(self, plu: str, kg: str) -> None:
        """A weighed good's label, printed elsewhere in the shop."""
        self._counter.scan_code(goods.weight_label(plu, Decimal(kg)))

    def load(self, kg: str) -> None:
        self._counter.weigh(Decimal(kg))

    def tap(self, name: str) -> None:
        """As a person does, who first sees the screen and then moves the hand; the till does not
        hear taps on a screen that has only just come up."""
        time.sleep(HAND_S)
        self._counter.hand.tap(*self._taps[name])

    def type(self, text: str) -> None:
        self._counter.hand.type(text)

    def key(self, name: str) -> None:
        self._counter.hand.key(name)

    def ask(self, request: dict[str, Any], refused: str = "") -> None:
        """Through the till's socket, as another program would."""
        answer = ask(self._counter.socket, {**request, "spoken": True})
        said = "" if answer.get("ok") else str(answer.get("refusal"))
        if said != refused:
            wanted = f"refuse with {refused}" if refused else "do it"
            raise NotAsExpected(f"{request} should {wanted}, the till said {answer}")

    def ask_line(
        self, request: dict[str, Any], sku: str, approved_by: str = "", refused: str = ""
    ) -> None:
        """A request about the basket's line of this item; a manager may allow it on the spot."""

        def lines(look: Look) -> list[int]:
            rows = _part(look, "basket").get("lines", [])
            return [row["line"] for row in rows if row["item"] == sku]

        line = self._soon(lines, f"a line of {sku} in the basket")[-1]
        self.ask(_approved({**request, "line": line}, approved_by), refused)

    def undo(self, _yes: bool) -> None:
        """What the toast offers."""
        self.ask(dict(self._soon(lambda look: _part(look, "notice").get("undo"), "an undo")))

    def recall(self, name: str) -> None:
        def sales(look: Look) -> list[int]:
            return [row["sale"] for row in look.get("suspended", []) if row["name"] == name]

        sale = self._soon(sales, f"a basket called {name} that waits")[0]
        self.ask({"command": "recall_sale", "sale": sale})

    def terminal(self, key: Any) -> None:
        """A key of the card terminal, once it wants a card."""
        self.see({"wants_card": True})
        self._counter.pay.stand.press(key)

    def phone(self, act: Any) -> None:
        """The customer's camera sees the code on the till's screen; then the bank app does this."""
        phone, end = self._counter.pay.phone, time.monotonic() + SEEN_WITHIN_S
        while phone.word != "bill":
            if time.monotonic() > end:
                raise NotAsExpected("the phone sees no code on the till's screen")
            self._counter.phone_scans()
        phone.act(act)

    def _soon(self, find: Callable[[Look], Any], what: str) -> Any:
        """What is found in the view, as soon as it shows it."""
        look = self._counter.watch.wait(lambda look: bool(find(look)), SEEN_WITHIN_S)
        if look is None:
            raise NotAsExpected(f"there should be {what}")
        return find(look)

    def pull(self, cable: str) -> None:
        self._counter.plug(cable, on=False)

    def plug(self, cable: str) -> None:
        self._counter.plug(cable, on=True)

    def paper(self, percent: int) -> None:
        self._counter.paper(percent)

    def paper_ends_after(self, dots: int) -> None:
        """The roll ends in the middle of what is printed next."""
        self._counter.rig.printer.set_paper_dots(dots)

    def push_drawer(self, _yes: bool) -> None:
        """Once it is open and the till has noticed."""
        self.see({"drawer": "open", "drawer_seen": True})
        self._counter.drawer(is_open=False)

    def shut_drawer(self, _yes: bool) -> None:
        """After a power cut: the pulse may have come through, or not."""
        self._counter.drawer(is_open=False)
        self.see({"drawer": "closed", "drawer_seen": False})

    def cut_power(self, _yes: bool) -> None:
        """SIGKILL; back after a moment."""
        self._counter.power_cut(dark_s=0.3)

    def settle(self, reason: str) -> None:
        """Whatever print is in doubt after a power cut: somebody looked at the paper."""
        self.see({"receipt_state": ["printed", "unknown"]})
        for matter in self._counter.watch.look.get("matters", []):
            if not matter.get("waiting"):
                self.ask({"command": "settle_matter", "effect": matter["effect"], "reason": reason})

    def see(self, expected: Mapping[str, Any]) -> None:
        """Wait until all of this is so."""
        end = time.monotonic() + SEEN_WITHIN_S
        while True:
            wrong = unlike(self._counter, expected)
            if not wrong:
                return
            if time.monotonic() > end:
                raise NotAsExpected("; ".join(wrong))
            time.sleep(0.02)


def _approved(request: dict[str, Any], by: str) -> dict[str, Any]:
    return {"command": "approved", "request": request, "staff": by} if by else request


def unlike(counter: Counter, expected: Mapping[str, Any]) -> list[str]:
    """What is not as expected now, in words; empty when all is."""
    look = counter.watch.look
    if not look:
        return ["the till does not answer"]
    wrong = []
    for name, wanted in expected.items():
        eye = EYES.get(name)
        if eye is None:
            return [f"the day's file looks for {name!r}, which nobody can see"]
        seen = eye(counter, look)
        allowed = wanted if isinstance(wanted, list) else [wanted]
        if seen not in allowed:
            wrong.append(f"{name} should be {wanted}, is {seen}")
    return wrong


def _money(amount_minor: int | None) -> str | None:
    return None if amount_minor is None else f"{Decimal(amount_minor) / 100:.2f}"


def _part(look: Look, part: str) -> dict[str, Any]:
    return look.get(part) or {}


def _receipt(look: Look) -> dict[str, Any]:
    return _part(_part(look, "receipts"), "receipt")


def _device(name: str) -> Callable[[Counter, Look], str | None]:
    def problem(_counter: Counter, look: Look) -> str | None:
        for device in look.get("devices", []):
            if device["device"] == name:
                return str(device.get("problem", "none"))
        return None

    return problem


def _asked(_counter: Counter, look: Look) -> str | None:
    """What the till waits for: the customer's age, or somebody's permission."""
    wanted = _part(_part(look, "people"), "wanted")
    if not wanted:
        return None
    return "age" if wanted["reason"] == "age_check_needed" else "approval"


EYES: dict[str, Callable[[Counter, Look], Any]] = {
    "shift": lambda _c, look: "shift" in look,
    "lines": lambda _c, look: len(_part(look, "basket").get("lines", ())),
    "total": lambda _c, look: _money(_part(look, "basket").get("total_minor")),
    "basket": lambda _c, look: "basket" in look,
    "due": lambda _c, look: _money(_part(look, "basket").get("cash_due_minor")),
    "done": lambda _c, look: _money(_part(look, "done").get("due_minor")),
    "change": lambda _c, look: _money(_part(look, "done").get("change_minor", 0)),
    "receipt_state": lambda _c, look: _part(look, "done").get("receipt"),
    "suspended": lambda _c, look: len(look.get("suspended", ())),
    "notice": lambda _c, look: _part(look, "notice").get("key"),
    "price": lambda _c, look: _money(_part(look, "price").get("price_minor")),
    "drawer": lambda c, _look: "open" if c.rig.drawer.is_open else "closed",
    "drawer_seen": lambda _c, look: bool(look.get("drawer_open")),
    "receipts": lambda c, _look: len(c.rig.printer.receipts),
    "matters": lambda _c, look: len(look.get("matters", ())),
    "sales": lambda _c, look: _part(look, "shift").get("sales", 0),
    "z": lambda _c, look: look.get("last_z", 0),
    "asked": _asked,
    "customer": lambda _c, look: _part(_part(look, "accounts"), "customer").get("name"),
    "card": lambda _c, look: _money(_part(_part(look, "accounts"), "card").get("balance")),
    "receipt_found": lambda _c, look: bool(_receipt(look)),
    "training": lambda _c, look: bool(_part(look, "people").get("training")),
    "unsure": lambda _c, look: bool(_part(_part(look, "pay"), "asked").get("unsure")),
    "code": lambda _c, look: "code" in _part(look, "pay"),
    "wants_card": lambda c, _look: c.pay.stand.waits,
    "charged": lambda c, _look: sum(row.charged for row in c.book()),
    "agrees": lambda c, _look: all(row.verdict == "agrees" for row in c.book()),
    "terminal": lambda _c, look: "asked" in _part(look, "pay"),
    "scanner": _device("scanner"),
    "printer": _device("printer"),
    "scale": _device("scale"),
}
"""What can be looked for, by name, on the till's view and on the counter."""
