"""The running till: a scan from the wire to the view, a whole sale, and paper's bytes."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

from appliance.catalogue.store import Catalogue
from appliance.core import commands as c
from appliance.core.devices import DeviceMessage
from appliance.core.item import Unit
from appliance.core.look import Names
from appliance.core.policy import Denomination, Person, Policy, TaxRule
from appliance.core.refusal import Refusal
from appliance.core.view import Look
from appliance.drivers import registry
from appliance.effects import Effects
from appliance.journal import Journal
from appliance.payments.cashdesk import CashDesk
from appliance.till import Till
from bench.items import entries
from bench.row import Row, median, percentile
from hw_sim.serial_scanner import SerialScanner

POLICY = Policy(
    taxes={"VAT20": TaxRule("VAT20", "ПДВ", "А", rate=Decimal(20))},
    cash_step_minor=50,
    denominations=tuple(Denomination(v * 100) for v in (1000, 500, 200, 100, 50, 20)),
    staff=(Person("1", "Каса"),),
)
TRYTON_SALE_MS = 600.0
"""A popular ERP's point of sale (Tryton 8.2) for the same sale on this class of machine."""


@contextmanager
def till_on(
    folder: Path, shelf: Path, policy: Policy = POLICY, payments: CashDesk | None = None
) -> Iterator[Till]:
    """A till with a new journal in this folder and a catalogue that exists, without devices."""
    with (
        Catalogue(shelf) as catalogue,
        Journal.open(folder / "journal.db", "till-1") as journal,
    ):
        effects = Effects(_no_document, _no_layout, lambda _: ("", ""))  # type: ignore[arg-type]
        names = Names("Bench", "1")
        till = Till(journal, catalogue, policy, names, effects, payments=payments)
        till.start()
        till.ask(c.OpenShift(0))
        yield till
        till.stop()
        till.close_payments()


def _no_document(*_: object) -> None:
    return None


_no_layout = _no_document


def codes(count: int, items: int) -> list[str]:
    """EAN-13s of items spread over the whole catalogue, as a scanner sends them."""
    pieces = (item for item in entries(items) if item.unit is Unit.PIECE)
    spread = itertools.islice(pieces, 0, None, max(1, items * 9 // 10 // count))
    return [item.gtins[0][1:] for item in itertools.islice(spread, count)]


def scan_to_view(folder: Path, shelf: Path, items: int, scans: int) -> Row:
    """From the write of a scan's bytes into the cable to the view that shows its line."""
    seen = threading.Event()
    wanted = [0]

    def on_look(look: Look) -> None:
        basket = look.basket
        if basket is not None and sum(int(x.quantity) for x in basket.lines) >= wanted[0]:
            seen.set()

    samples = []
    with till_on(folder, shelf) as till, SerialScanner(folder / "scanner") as cable:
        device = {
            "name": "scanner", "category": "Scanner", "driver": "serial", "port": cable.port,
        }  # fmt: skip
        scanner = registry.create(device)
        ready = threading.Event()

        def heard(message: DeviceMessage) -> None:
            till.tell(message)
            ready.set()

        scanner.open(heard)
        ready.wait(5)
        till.subscribe(on_look)
        for scan, code in enumerate(codes(scans, items)):
            if scan % 10 == 0:
                till.ask(c.VoidSale())
                wanted[0] = 0
            wanted[0] += 1
            seen.clear()
            began = time.perf_counter()
            cable.scan(code)
            if not seen.wait(5):
                raise RuntimeError("a scan was lost")
            samples.append((time.perf_counter() - began) * 1000)
        scanner.close()
    return Row(
        f"scan bytes to new view, {items:,} items, p99",
        percentile(samples, 99),
        "ms",
        "limit",
        5.0,
        "at most 5 ms",
        samples=tuple(samples),
    )


def whole_sale(folder: Path, shelf: Path, items: int, sales: int) -> Row:
    """Three scans, exact cash, durable, effects handed out; median over many sales."""
    samples = []
    goods = codes(sales * 3, items)
    with till_on(folder, shelf) as till:
        for at in range(0, len(goods) - 2, 3):
            scanned = goods[at : at + 3]
            began = time.perf_counter()
            for code in scanned:
                till.submit(c.Scan(code))
            answer = till.ask(c.TenderCash())
            samples.append((time.perf_counter() - began) * 1000)
            assert not isinstance(answer, Refusal), answer
    return Row(
        f"whole sale: 3 scans, cash, durable, median (Tryton 8.2: {TRYTON_SALE_MS:.0f} ms)",
        median(samples),
        "ms",
        "limit",
        5.0,
        "at most 5 ms",
        samples=tuple(samples),
    )
