"""A person who pays at the counter's page: hands with a mouse, eyes on journal and ledger."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counter.browser import Browser

from hw_sim.counter import HEIGHT, WIDTH, Counter, Plan
from hw_sim.day_steps import HAND_S
from hw_sim.pay_book import Row
from hw_sim.till_process import Power
from hw_sim.till_watch import Look, ask
from hw_sim.web import Web

TAPS = {
    "other_amount": (515, 546),
    "terminal": (70, 557),
    "bank": (224, 557),
    "other_ways": (355, 557),
    "club": (877, 230),
    "by_gift_card": (845, 547),
    "call_off": (736, 547),
    "next_customer": (736, 575),
}
"""Points of the till's screen at 1024x600."""
GO, QUIET_KEY = (14, 122, 78), (251, 250, 247)
SPOTS = {
    "sale": {(500, 300): QUIET_KEY, (985, 515): GO, (300, 480): (255, 255, 255)},
    "cash": {(300, 480): (227, 242, 234), (985, 515): GO},
    "pay": {(20, 560): (252, 239, 217)},
}
"""Points by whose colours a screen is known."""
SOON_S = 30.0
BACK_WITHIN_S = 3.0
"""Goods that come before the till has drawn an empty basket leave it at its cash screen."""
CHANGES_WITHIN_S = 1.0
LOOKS_EVERY_S = 0.05
MILK_MINOR = 46_90


@dataclass
class Payer:
    counter: Counter
    page: Browser

    def tap(self, name: str) -> None:
        time.sleep(HAND_S)  # the till hears no tap on a screen that has only just come up
        x, y = TAPS[name]
        self.page.click("#screen", (x / WIDTH, y / HEIGHT))

    def takes(self, *skus: str) -> None:
        """Goods from the counter into the basket."""
        self.page.click("[data-tab='goods']")
        for sku in skus:
            self.page.click(f"[data-good='{sku}']")
        self.sees(lambda look: len(look.get("basket", {}).get("lines", ())) == len(skus))
        self.page.click("[data-tab='pay']")

    def asks(self, way: str) -> Row:
        """Milk, and the way to pay is touched on the till's screen. The payment, once it is sent."""
        self.takes("1063")
        before = len(self.book)
        until = time.monotonic() + SOON_S
        self._is_up("sale", BACK_WITHIN_S)
        while not self._is_up("cash", CHANGES_WITHIN_S):
            # A busy machine may miss a tap. One too many is on "Back", and it begins again.
            assert time.monotonic() < until, "the till does not come to its cash screen"
            if self._is_up("sale", CHANGES_WITHIN_S):
                self.tap("other_amount")
        if way == "club":
            self.tap("other_ways")
            self._until_screen("pay")
        self.tap(way)
        self.sees(lambda look: "asked" in look.get("pay", {}))
        self.page.until(
            f"document.querySelectorAll('#book [data-payment^=\"1-\"]').length > {before}"
        )
        return self.book[-1]

    def key(self, name: str) -> None:
        """Of the terminal, which waits for a card."""
        self.shows("card")
        self.page.click(f"[data-terminal='{name}']")

    def chooses(self, protocol: str) -> None:
        """Another terminal stands there; the till is set up for it and starts anew."""
        pid = self.counter.till.pid
        self.page.run(
            "(() => { const s = document.querySelector('#protocol');"
            f"s.value = '{protocol}'; s.dispatchEvent(new Event('change')); }})()"
        )
        self.waits_for(lambda: self.counter.till.pid not in (pid, None))
        assert self.counter.till.wait(lambda power: power is Power.ON, 60)
        self.page.until(f"document.querySelector('#protocol').value === '{protocol}'")

    def shows(self, word: str) -> None:
        self.page.until(f"document.querySelector('#terminal-lcd').dataset.word === '{word}'")

    def phone(self, *acts: str) -> None:
        """Looks at the code on the till's screen until it is that of the newest bill."""
        phone, bills = self.counter.pay.phone, self.counter.pay.bank.bills
        self.sees(lambda look: "code" in look.get("pay", {}))
        until = time.monotonic() + SOON_S
        while not bills or phone.bill != list(bills)[-1]:
            assert time.monotonic() < until, phone
            self.page.click("[data-phone='scan']")
            self.page.until("document.querySelector('#phone-screen').dataset.word !== 'asleep'")
        for act in acts:
            self.page.until(f"!document.querySelector(\"[data-phone='{act}']\").disabled")
            self.page.click(f"[data-phone='{act}']")

    def switch(self, cable: str, *, on: bool) -> None:
        self.page.click(f"[data-switch='{cable}']")
        wanted = str(on).lower()
        self.page.until(
            f"document.querySelector(\"[data-switch='{cable}']\").ariaChecked === '{wanted}'"
        )

    def sees(self, wanted: Any) -> Look:
        look = self.counter.watch.wait(wanted, SOON_S)
        assert look is not None, self.counter.watch.look
        return look

    def waits_for(self, seen: Callable[[], object]) -> None:
        until = time.monotonic() + SOON_S
        while not seen():
            assert time.monotonic() < until, "it never came"
            time.sleep(LOOKS_EVERY_S)

    def ends(self, state: str, *, charged: int) -> Row:
        """The page shows the last payment so, charged so often, and journal and ledger agree."""
        row = "document.querySelector('#book tr[data-payment^=\"1-\"]')"
        self.page.until(
            f"(() => {{ const r = {row}; return r && r.dataset.state === '{state}'"
            f" && r.dataset.charged === '{charged}' && r.className === 'agrees'; }})()",
            SOON_S,
        )
        assert all(it.charged <= 1 for it in self.book), self.book
        return self.book[-1]

    @property
    def book(self) -> list[Row]:
        return [it for it in self.counter.book() if it.payment]

    def tidies(self) -> None:
        """For the next customer: nothing in the basket, no payment on its way."""
        look = self.sees(lambda look: "asked" not in look.get("pay", {}))
        if look.get("basket", {}).get("lines"):
            void = {"command": "void_sale", "reason": "next customer"}
            ok = ask(self.counter.socket, void)["ok"] or self._does("tender_cash")
            assert ok, look
        self.sees(lambda look: "basket" not in look)

    def _does(self, command: str) -> bool:
        return bool(ask(self.counter.socket, {"command": command})["ok"])

    def _until_screen(self, name: str) -> None:
        assert self._is_up(name, SOON_S), name

    def _is_up(self, name: str, within_s: float) -> bool:
        """A person looks before the hand moves; the view is ahead of the screen."""
        until = time.monotonic() + within_s
        while time.monotonic() < until:
            frame = self.counter.eye.look()
            if frame is not None:
                picture = frame.image()
                if all(picture.getpixel(at) == colour for at, colour in SPOTS[name].items()):
                    return True
            time.sleep(LOOKS_EVERY_S)
        return False


@contextmanager
def at_the_counter(folder: Path, **plan: Any) -> Iterator[Payer]:
    """A till that waits 2 s for its terminal, an open shift, the page in a browser."""
    counter = Counter(Plan(folder / "till", virtual=True, patience_s=2.0, **plan))
    web = browser = None
    try:
        counter.start()
        assert counter.till.wait(lambda power: power is Power.ON, 60), counter.till.last_lines
        assert ask(counter.socket, {"command": "sign_in", "staff": "olena"})["ok"]
        assert ask(counter.socket, {"command": "open_shift", "float_minor": 100_00})["ok"]
        web = Web(counter, 0)
        web.start()
        browser = Browser(folder / "browser")
        browser.open(web.address)
        browser.until("document.querySelectorAll('.good').length > 8")
        yield Payer(counter, browser)
    finally:
        if browser is not None:
            browser.close()
        if web is not None:
            web.close()
        counter.close()
