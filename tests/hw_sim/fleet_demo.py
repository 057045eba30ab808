"""`make fleet-demo`: a fleet's server as people start it, and fifty simulated tills that trade there.

Ten shops over Ukraine, this day and the same a week before in their books, and now: one printer has no paper,
one till is cut off, one has a wrong clock, one keeps old prices. A new release goes out meanwhile: one
till comes back from it, and another never closes its shift.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from appliance.core.devices import Category, DeviceState, Problem
from appliance.fleet.alerts.settings import FILE as ALERTS
from appliance.fleet.console.access import passwords
from appliance.fleet.console.access.people import People
from appliance.fleet.console.access.roles import EVERYTHING, Role, Scope
from appliance.fleet.serve import library
from appliance.fleet.site import Site, reopen
from appliance.fleet.updates.trust import UpdateMistake
from appliance.wire.alert import Severity, TillAlert
from appliance.wire.document import DocumentName
from appliance.wire.state import Doing
from hw_sim import fleet_pictures, fleet_roster
from hw_sim.broker import free_port
from hw_sim.counter import ROOT
from hw_sim.fleet_book import CASHIERS, DAY_MS, GOODS, HOUR_MS, OFFSET_MIN, Book
from hw_sim.fleet_release import QUICK, Maker
from hw_sim.fleet_sim import FleetSim, Wired, now_ms, trade, update
from hw_sim.fleet_till import SOFTWARE, SimTill
from hw_sim.fleet_updater import Fate, Updater, from_server

OUT = ROOT / "out"
LOGIN = "demo"
TILLS_EACH = 5
TILLS = TILLS_EACH * len(fleet_roster.SHOPS)
SALES_AN_HOUR, LIVE_SALES_AN_HOUR = 2, 240
"""Before, and while somebody looks: a sale a quarter of a minute at each till."""
HEADLESS_S = 30.0
START_S = 60.0
TROUBLES_AFTER_S = 4.0
NEXT = "2.5.0"
UPDATE_STEP_MS = 1_500
FATES = {17: Fate.RETURNS, 30: Fate.NEVER, 41: Fate.NEVER}
CLOCK_WRONG_MS = -47 * 60_000
OPENS_H, CLOSES_H = 8, 21
IMPATIENT = """\
# Nobody waits five minutes in a demo.
rules.offline.after_s = 4
rules.device.after_s = 2
rules.clock.after_s = 2
rules.drift.after_s = 2
rules.drift.hours = 0
"""


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """`till fleet serve` in a process of its own; its port, once it answers. Its log: serve.log."""
    folder.mkdir()
    (folder / ALERTS).write_text(IMPATIENT)
    (folder / ALERTS).chmod(0o600)
    port, broker, service = free_port(), free_port(), free_port()
    command = [str(Path(sys.executable).with_name("till")), "fleet", "serve", "--data", str(folder)]
    command += ["--address", "127.0.0.1", "--host", "localhost", "--port", str(port)]
    command += ["--broker-port", str(broker), "--service-port", str(service)]
    with (folder.parent / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        until = time.monotonic() + START_S
        while not _listens(port):
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError((folder.parent / "serve.log").read_text()[-2000:])
            time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def visitor(site: Site) -> str:
    """Somebody who may look at everything and answer alerts, without a phone; the password."""
    people = People(site.store, site.console_key)
    people.add(LOGIN, "Демо", Role.OPERATOR, Scope.parse(EVERYTHING), now_ms())
    password = passwords.one_time()
    people.set_password(LOGIN, password)
    return password


def books(count: int) -> list[Book]:
    """With this day until now, and the same day a week before."""
    at_ms = now_ms()
    midnight = at_ms - (at_ms + OFFSET_MIN * 60_000) % DAY_MS
    before = midnight - 7 * DAY_MS
    opens, closes = (before + hour * HOUR_MS for hour in (OPENS_H, CLOSES_H))
    today = min(at_ms, midnight + OPENS_H * HOUR_MS)
    made = []
    for number in range(count):
        who = CASHIERS[number % len(CASHIERS)]
        book = fleet_roster.begun(f"till-{number % TILLS_EACH + 1}", number, before)
        book.receives(before, 150)
        book.open_shift(opens, who)
        book.trade(opens, closes, SALES_AN_HOUR, who)
        book.close_shift(closes, who, -120_50 if number == 7 else 0)
        book.open_shift(today, who)
        book.trade(today, at_ms - 5_000, SALES_AN_HOUR, who)
        made.append(book)
    return made


async def troubles(site: Site, wired: Sequence[Wired]) -> None:
    """What a manager should find."""
    paper, cut_off, wrong_clock, old_prices = (wired[it] for it in (3, 12, 21, 33))
    at_ms = now_ms()
    paper.till.book.device(at_ms, "printer", DeviceState.ATTENTION, Problem.PAPER_OUT)
    out = Problem.PAPER_OUT.value
    paper.till.complains(
        TillAlert("device", "printer", out, Severity.CRITICAL, at_ms, Category.POS_PRINTER.value)
    )
    wrong_clock.till.skew_ms = CLOCK_WRONG_MS
    old_prices.till.keeps_documents = True
    for number, it in enumerate(wired):
        printer = f"attention.{out}" if it is paper else "ready"
        numbers = {"temperature_mc": 47_000 + number * 210, "disk_free_bytes": 11_000_000_000}
        words = {"device.printer": printer, "device.scanner": "ready"}
        it.till.feels(at_ms + it.till.skew_ms, numbers, words)
        it.till.does(Doing.SELLING, at_ms)
        it.happened()
    dearer = {sku: f"{price * 21 // 20 / 100:.2f}" for sku, _, price in GOODS[:3]}
    plan = {"lists": {"weekend": {"name": "Вихідні", "prices": dearer}}}
    await asyncio.to_thread(library(site).change, LOGIN, DocumentName.PRICES, [""], plan)
    cut_off.away = True
    cut_off.cut()
    cut_off.till.book.sell(now_ms())


def updaters(site: Site, many: Sequence[SimTill], papers: Path) -> Maker:
    """Each till installs what it is given, as fate has it."""
    maker = Maker.at(site, papers.parent / "build")
    url = urlsplit(site.public.url)
    root = next(papers.glob("*/ca.crt")).read_text()
    fetch = from_server("localhost", url.port or 443, root)
    for number, till in enumerate(many):
        fate = FATES.get(number, Fate.PROVES)
        till.updater = Updater(SOFTWARE, maker.roots, fetch, fate, UPDATE_STEP_MS)
    return maker


async def roll_out(site: Site, maker: Maker, wired: Sequence[Wired]) -> None:
    """For ever; the server itself would look three times a minute."""
    pilots = [it.till.place.till for it in wired[:3]]
    await asyncio.sleep(TROUBLES_AFTER_S)
    gate = replace(QUICK, returned=100)
    id_ = await asyncio.to_thread(maker.roll_out, NEXT, pilots, 300, 1000, gate=gate)
    while True:
        with contextlib.suppress(UpdateMistake):
            await asyncio.to_thread(site.rollouts.advance, id_)
        await asyncio.sleep(1.0)


async def play(
    site: Site, many: Sequence[SimTill], maker: Maker, seconds: float, began_s: float
) -> int:
    """Trade goes on until the time is over; how many sales."""
    sold = 0
    port = site.public.cells["1"][0].rpartition(":")[2]

    def counted(it: Wired) -> None:
        nonlocal sold
        sold += 1
        if sold == 1:
            it.till.acknowledged = first

    def first(_upto: int) -> None:
        for it in sim.wired:
            it.till.acknowledged = lambda _upto: None
        print(f"  The first live sale came in {time.monotonic() - began_s:.1f} s after the start.")

    async with FleetSim(many, "localhost", int(port)) as sim:
        await sim.connected(START_S)
        working = [it for number, it in enumerate(sim.wired) if number != 12]
        chance = random.Random(1)
        selling = asyncio.create_task(trade(working, LIVE_SALES_AN_HOUR, seconds, chance, counted))
        beside = [
            asyncio.create_task(update(sim.wired)),
            asyncio.create_task(roll_out(site, maker, sim.wired)),
        ]
        await asyncio.sleep(TROUBLES_AFTER_S)
        await troubles(site, sim.wired)
        await selling
        for it in beside:
            it.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
    return sold


def _headless() -> bool:
    return os.environ.get("HEADLESS", "") not in ("", "0")


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(prog="make fleet-demo", description=__doc__)
    parser.add_argument("--seconds", type=float, default=0.0, help="how long; until Ctrl+C")
    parser.add_argument("--headless", action="store_true", default=_headless())
    options = parser.parse_args()
    seconds = options.seconds or (HEADLESS_S if options.headless else 12 * 3600.0)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    began_s = time.monotonic()
    print("Starting the fleet's server and 50 tills in 10 shops ...", flush=True)
    with (
        contextlib.suppress(KeyboardInterrupt),
        tempfile.TemporaryDirectory(prefix="kram-fleet-demo-") as temporary,
        contextlib.ExitStack() as stack,
        ThreadPoolExecutor(1) as writer,
    ):
        past = writer.submit(books, TILLS)
        port = stack.enter_context(serving(Path(temporary) / "fleet"))
        site = reopen(Path(temporary) / "fleet", "")
        password = visitor(site)
        address = f"https://localhost:{port}"
        print(f"\n  Console:  {address}\n  Login:    {LOGIN}\n  Password: {password}\n")
        print("  Its certificate is the demo's own: let the browser go on. Ctrl+C ends everything.")
        fleet_roster.open_shops(site.store, fleet_roster.SHOPS)
        shops, papers = fleet_roster.SHOPS, Path(temporary) / "tills"
        many = list(fleet_roster.enrolled(site, papers, shops, TILLS_EACH, past.result()))
        maker = updaters(site, many, papers)
        return _run(
            site, many, maker, seconds, began_s, options.headless, (address, LOGIN, password)
        )
    return 0


def _run(
    site: Site,
    many: Sequence[SimTill],
    maker: Maker,
    seconds: float,
    began_s: float,
    headless: bool,
    access: tuple[str, str, str],
) -> int:
    taken: list[bool] = []

    def pictures() -> None:
        time.sleep(seconds * 0.6)
        taken.append(fleet_pictures.take(*access, OUT, many[3].place.till))

    photographer = threading.Thread(target=pictures, daemon=True)
    if headless:
        photographer.start()
    try:
        sold = asyncio.run(play(site, many, maker, seconds, began_s))
    finally:
        if headless:
            photographer.join(60)
        site.store.close()
    print(f"  {sold} live sales.")
    return 0 if not headless or taken == [True] else 1


if __name__ == "__main__":
    sys.exit(main())
