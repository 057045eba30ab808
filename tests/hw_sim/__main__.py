"""`python -m hw_sim`: the counter for a person, or a scripted day without one."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import sys
import threading
from pathlib import Path

from hw_sim import day_script
from hw_sim.card_terminals import PROTOCOLS
from hw_sim.counter import ROOT, Counter, CounterFault, Plan
from hw_sim.day import Day, print_line
from hw_sim.pay_desk import PATIENCE_S
from hw_sim.web import PORT, Web
from hw_sim.x_display import NoDisplay

OUT = ROOT / "out"
DAY_PATIENCE_S = 2.0
"""How long the till of the scripted day waits for a terminal's answer."""
DAY_LIMIT_S = 170.0
"""The day takes half a minute; on a machine that is busy with something else, longer."""


def main() -> int:
    options = _options()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    headless = options.headless or not (sys.stdin.isatty() and sys.stdout.isatty())
    folder = "day" if headless else "counter"
    data = options.data or OUT / folder
    if headless and options.data is None:
        shutil.rmtree(data, ignore_errors=True)
    say = print_line
    if headless and (data / "journal.db").exists():
        say(f"{data} holds a till's journal already; a scripted day begins in a new folder.")
        return 2
    say("Setting up the counter: devices, screen, the demo shop's goods ...")
    try:
        counter = Counter(_plan(options, data, headless))
    except OSError as error:
        say(f"The counter cannot be set up: {error}")
        return 1
    try:
        counter.start()
        if headless:
            return _day(counter, options, stopping)
        return _open_counter(counter, options, stopping)
    except (CounterFault, NoDisplay) as fault:
        say(f"\n{fault}")
        return 1
    finally:
        counter.close()


def _plan(options: argparse.Namespace, data: Path, headless: bool) -> Plan:
    return Plan(
        data,
        virtual=headless or options.virtual,
        restarts=not headless,
        terminal=options.terminal or ("privat" if options.currency == "UAH" else "zvt"),
        patience_s=DAY_PATIENCE_S if headless else PATIENCE_S,
        currency=options.currency,
        slot=not headless,
    )


def _day(counter: Counter, options: argparse.Namespace, stopping: threading.Event) -> int:
    """On a thread of its own, so that Ctrl+C and a day that hangs both end it in order."""
    language = "uk" if os.environ.get("LANG", "").startswith("uk") else "en"
    day = Day(counter, day_script.load(options.day), options.out, language, print_line)
    answer: list[int] = []

    def play() -> None:
        try:
            answer.append(day.run())
        finally:
            stopping.set()

    player = threading.Thread(target=play, name="day", daemon=True)
    player.start()
    ended = stopping.wait(DAY_LIMIT_S)
    if not ended:
        print_line(f"The day did not end within {DAY_LIMIT_S:.0f} s.")
    elif not answer:
        player.join(0.5)
    return answer[0] if answer else 1


def _open_counter(counter: Counter, options: argparse.Namespace, stopping: threading.Event) -> int:
    web = Web(counter, options.port)
    web.start()
    try:
        where = "in its window and in the page" if not counter.screen.own else "in the page"
        print_line(f"\n  The counter:  {web.address}\n")
        print_line(f"Open this address in a browser. You see the till {where}.")
        print_line("Ctrl+C ends everything.")
        stopping.wait()
        print_line("\nEnding the till and the counter ...")
    finally:
        web.close()
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hw_sim", description=__doc__)
    parser.add_argument(
        "--headless",
        action="store_true",
        default=os.environ.get("HEADLESS", "") not in ("", "0"),
        help="ring the scripted day and end (also when there is no terminal)",
    )
    parser.add_argument("--virtual", action="store_true", help="do not open a window")
    parser.add_argument("--port", type=int, default=PORT, help="of the page")
    parser.add_argument("--data", type=Path, default=None, help="the till's folder")
    parser.add_argument("--out", type=Path, default=OUT, help="receipts and screenshots")
    parser.add_argument("--terminal", choices=PROTOCOLS, help="which card terminal stands there")
    parser.add_argument("--currency", default="UAH", help="the shop's; EUR for Caisse-AP")
    parser.add_argument("--day", type=Path, default=day_script.FILE, help="another day")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
