"""The scripted day: rings a shop's day on the counter by itself, and says what came of it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

from appliance.journal import reports
from hw_sim.counter import Counter, Event
from hw_sim.day_script import Script, Step
from hw_sim.day_steps import Hands, NotAsExpected
from hw_sim.receipt_text import receipt_text
from hw_sim.till_process import Power

Say = Callable[[str], None]

UP_WITHIN_S = 40.0
SETTLED_S = 0.35
"""A screen that has just changed is drawn within this."""
SCREEN_WITHIN_S = 10.0
PLAIN_COLOURS_MAX = 16
"""An empty screen has fewer colours."""


class Day:
    """say: prints a line for people. out: where receipts and screenshots go."""

    def __init__(
        self, counter: Counter, script: Script, out: Path, language: str, say: Say
    ) -> None:
        self._counter = counter
        self._script = script
        self._out = out
        self._language = language
        self._say = say
        self._hands = Hands(counter, script.taps)
        self._facts: list[Event] = []
        self._papers_saved = 0
        self._receipts_told = 0
        counter.on_event(self._on_event)

    def run(self) -> int:
        """0 when everything was as the script expects, otherwise 1 after saying what was not."""
        self._prepare_folder()
        began = time.monotonic()
        try:
            self._wait_for_the_till()
            before = self._stock()
            for number, step in enumerate(self._script.steps, 1):
                self._step(number, step, began)
            self._all_printed()
            self._check_books(before)
        except NotAsExpected as wrong:
            self._picture("failed")
            self._say(f"\nNOT AS EXPECTED: {wrong}")
            self._say(f"The screen then: {self._out / 'screen-failed.png'}")
            self._say(f"What the till said: {self._counter.plan.data / 'till.log'}")
            return 1
        self._farewell(time.monotonic() - began)
        return 0

    def _on_event(self, event: Event) -> None:
        if event["t"] == "fact":
            self._facts.append(event)

    def _prepare_folder(self) -> None:
        self._out.mkdir(parents=True, exist_ok=True)
        for pattern in ("receipt-*.png", "screen-*.png"):
            for old in self._out.glob(pattern):
                old.unlink()

    def _wait_for_the_till(self) -> None:
        till = self._counter.till
        if not till.wait(lambda power: power in (Power.ON, Power.CRASHED), UP_WITHIN_S):
            raise NotAsExpected(f"the till did not start within {UP_WITHIN_S:.0f} s")
        if till.power is Power.CRASHED:
            raise NotAsExpected("the till ended by itself:\n" + "\n".join(till.last_lines))

    def _step(self, number: int, step: Step, began: float) -> None:
        text = step.text.get(self._language, step.text["en"])
        self._say(
            f"{time.monotonic() - began:5.1f} s  {number:2}/{len(self._script.steps)}  {text}"
        )
        try:
            for act in step.acts:
                self._hands.do(act)
            self._hands.see(step.expect)
        except (NotAsExpected, OSError) as wrong:
            raise NotAsExpected(f"step {number} ({text}): {wrong}") from wrong
        crashed = self._counter.till.crashes
        if crashed:
            raise NotAsExpected(f"step {number} ({text}): the till ended by itself")
        self._print_papers()
        self._print_receipts()
        if step.screen:
            self._picture(step.screen)

    # Paper and pictures

    def _print_papers(self) -> None:
        """Each new piece of paper: as a picture, and as text here."""
        while self._papers_saved < len(self._counter.rig.printer.receipts):
            picture = self._counter.receipt_png(self._papers_saved)
            self._papers_saved += 1
            file = self._out / f"receipt-{self._papers_saved:02}.png"
            file.write_bytes(picture)
            self._say(f"         paper {self._papers_saved}: {file}")

    def _print_receipts(self) -> None:
        """What the sales since the last time have on their receipts."""
        completed = [e["body"]["sale"] for e in list(self._facts) if e["type"] == "SaleCompleted"]
        for sale in completed[self._receipts_told :]:
            journal = self._counter.plan.data / "journal.db"
            text = receipt_text(self._counter.config, journal, sale)
            self._say(textwrap.indent(text.rstrip(), " " * 11 + "│ ", lambda _row: True))
        self._receipts_told = len(completed)

    def _picture(self, name: str) -> None:
        """Waits for a screen that shows something: after a start the socket answers first."""
        end = time.monotonic() + SCREEN_WITHIN_S
        while time.monotonic() < end:
            frame = self._counter.eye.look()
            if frame is not None:
                image = frame.image()
                if image.getcolors(PLAIN_COLOURS_MAX) is None:
                    time.sleep(SETTLED_S)
                    last = self._counter.eye.look() or frame
                    last.image().save(self._out / f"screen-{name}.png", optimize=True)
                    return
            time.sleep(0.05)

    # The books

    def _stock(self) -> dict[str, Decimal]:
        with reports.reading(self._counter.plan.data / "journal.db") as con:
            return {row.item: row.quantity for row in reports.stock(con)}

    def _all_printed(self) -> None:
        wanted = {"receipts": self._script.receipts, "matters": 0}
        try:
            self._hands.see(wanted)
        except NotAsExpected as wrong:
            raise NotAsExpected(f"at the end of the day: {wrong}") from wrong
        self._print_papers()

    def _check_books(self, before: dict[str, Decimal]) -> None:
        """Takings by three ways, the stock, and the journal's chain."""
        script = self._script
        sold = [e["body"] for e in self._facts if e["type"] == "SaleCompleted"]
        closed = [e["body"] for e in self._facts if e["type"] == "ShiftClosed"]
        if len(closed) != 1:
            raise NotAsExpected(f"one shift should have been closed, {len(closed)} were")
        due = sum(body["total_minor"] + body.get("rounding_minor", 0) for body in sold)
        totals = closed[0]["totals"]
        self._same("sales", script.sales, len(sold))
        self._same("takings", script.takings_minor, due)
        self._same("cash in the Z report", script.cash_minor, totals["cash_sales_minor"])
        self._same("counted less expected", 0, closed[0]["difference_minor"])
        after = self._stock()
        for sku, quantity in script.stock.items():
            change = after.get(sku, Decimal(0)) - before.get(sku, Decimal(0))
            self._same(f"change of the stock of {sku}", quantity, change)
        self._verify_chain()

    def _same(self, what: str, wanted: object, found: object) -> None:
        if wanted != found:
            raise NotAsExpected(f"{what} should be {wanted}, is {found}")

    def _verify_chain(self) -> None:
        done = subprocess.run(
            self._counter.command("journal", "verify"),
            env=self._counter.environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            raise NotAsExpected(f"the journal's chain: {done.stdout}{done.stderr}")
        self._say("         " + done.stdout.strip().splitlines()[-1])

    def _farewell(self, seconds: float) -> None:
        script, out = self._script, self._out
        takings = f"{Decimal(script.takings_minor) / 100:.2f}"
        self._say(
            f"\nThe day is over after {seconds:.0f} s: {script.sales} sales, takings {takings}, "
            f"drawer, stock and journal agree."
        )
        self._say(f"Receipts: {out}/receipt-*.png ({self._papers_saved})")
        self._say(f"Screens:  {out}/screen-*.png ({len(list(out.glob('screen-*.png')))})")
        self._say(f"Journal:  {self._counter.plan.data / 'journal.db'}")


def print_line(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
