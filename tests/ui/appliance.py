"""What surrounds a screen on an appliance: networks in the air, and a bench test at any of its steps."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec

from appliance.core.devices import DeviceMessage
from appliance.core.verdict import Verdict
from appliance.qr.wifi import Wifi
from appliance.ui.bench_port import Asked, BenchLook, Said, Saying, StepLook
from appliance.ui.machine_port import Network, NetworkLook, WifiEnd
from appliance.ui.setup_port import Answers, CountryRow, Page, Proposal
from appliance.wire.bench_result import Result, signed

AIR = (
    Network("Крамниця-2.4G", 88, secured=True),
    Network("Kyivstar_Fiber_5F20", 61, secured=True),
    Network("Аптека гостьова", 42, secured=False),
    Network("TP-LINK_9C1A", 17, secured=True),
)

_KEY = ec.derive_private_key(0x6B72616D, ec.SECP256R1())


@dataclass
class Air:
    """A machine's networks. ends: what comes of joining, by the network's name."""

    look: NetworkLook = field(default_factory=lambda: NetworkLook(wifi=True, networks=AIR))
    ends: dict[str, WifiEnd] = field(default_factory=dict)
    joined: list[Wifi] = field(default_factory=list)
    waits: threading.Event | None = None

    def network(self) -> NetworkLook:
        return self.look

    def join(self, wifi: Wifi) -> WifiEnd:
        self.joined.append(wifi)
        if self.waits is not None:
            self.waits.wait(10)
        end = self.ends.get(wifi.ssid, WifiEnd.JOINED)
        if end is WifiEnd.JOINED:
            self.look = replace(self.look, joined=wifi.ssid)
        return end


@dataclass
class Lender:
    """Devices that one screen at a time may hear."""

    hears: Callable[[DeviceMessage], bool] | None = None

    def __call__(self, hears: Callable[[DeviceMessage], bool]) -> Callable[[], None]:
        self.hears = hears

        def end() -> None:
            self.hears = None

        return end


@dataclass
class ShownRun:
    """A bench test that stands at one look."""

    look: BenchLook
    said: list[tuple[Said, int]] = field(default_factory=list)

    def __call__(self, show: Callable[[BenchLook], None]) -> ShownRun:
        self.show = show
        show(self.look)
        return self

    def answer(self, said: Said, serial: int) -> None:
        self.said.append((said, serial))

    def scanned(self, code: str) -> None: ...

    def stop(self) -> None:
        self.said.append((Said.STOP, 0))


STEPS: tuple[tuple[str, str, Verdict, str], ...] = (
    ("touch", "Touch screen", Verdict.PASSED, ""),
    ("sound", "Sound", Verdict.PASSED, ""),
    ("drawer", "Cash drawer", Verdict.PASSED, ""),
    ("printer", "Printer", Verdict.PASSED, ""),
    ("cutter", "Paper cutter", Verdict.PASSED, ""),
    ("scanner", "Scanner", Verdict.PASSED, ""),
    ("paper", "Paper sensor", Verdict.PASSED, ""),
    ("scale", "Scale", Verdict.FAILED, "The scale gave no weight."),
    ("pole", "Customer display", Verdict.ABSENT, ""),
    ("card", "Card reader", Verdict.SKIPPED, ""),
    ("nfc", "Contactless reader", Verdict.ABSENT, ""),
    ("terminal", "Payment terminal", Verdict.PASSED, ""),
    ("clock", "Clock", Verdict.PASSED, ""),
    ("network", "Network", Verdict.PASSED, ""),
    ("storage", "Memory card", Verdict.PASSED, ""),
    ("heat", "Temperature", Verdict.PASSED, ""),
    ("power", "Power supply", Verdict.PASSED, ""),
)


def bench_at(step: str, text: str, asked: Asked = Asked.YES_NO) -> BenchLook:
    """A test that has come to this step."""
    names = [name for name, *_ in STEPS]
    at = names.index(step)
    looks = (
        StepLook(name, title, verdict if place < at else None, Saying(why))
        for place, (name, title, verdict, why) in enumerate(STEPS)
    )
    return BenchLook(tuple(looks), at, Saying(text), asked, serial=at + 1)


def bench_ended(*, good: bool) -> BenchLook:
    steps = tuple(
        StepLook(name, title, Verdict.PASSED if good and why else verdict, Saying(why))
        for name, title, verdict, why in STEPS
    )
    found = {it.id: it.verdict for it in steps if it.verdict is not None}
    result = Result("till-1", "100000008c2f1a7e", "2026-11-29T13:45", "0.9.0", found)
    # The signature differs each time; its picture must not.
    code = "KRAM1" + signed(result, _KEY)[5:200] + "A" * 180
    return BenchLook(steps, len(steps), code=code)


COUNTRIES = (
    CountryRow("ua", "Україна", "Ukraine", "UAH"),
    CountryRow("at", "Österreich", "Austria", "EUR"),
    CountryRow("cz", "Česko", "Czechia", "CZK"),
    CountryRow("ee", "Eesti", "Estonia", "EUR"),
    CountryRow("fi", "Suomi", "Finland", "EUR"),
    CountryRow("fr", "France", "France", "EUR"),
    CountryRow("de", "Deutschland", "Germany", "EUR"),
    CountryRow("pl", "Polska", "Poland", "PLN"),
)
PLUGGED = (
    Proposal(
        "p",
        "Xprinter XP-80C",
        "POSPrinter",
        "usb",
        sure=True,
        table={"name": "printer", "category": "POSPrinter"},
    ),
    Proposal(
        "d",
        "Xprinter XP-80C",
        "CashDrawer",
        "",
        sure=True,
        table={"name": "drawer", "category": "CashDrawer"},
    ),
    Proposal(
        "s",
        "Newland NLS-HR22",
        "Scanner",
        "/dev/ttyACM0",
        sure=True,
        table={"name": "scanner", "category": "Scanner"},
    ),
    Proposal(
        "w",
        "QinHeng CH340",
        "Scale",
        "/dev/ttyUSB0",
        sure=False,
        table={"name": "scale", "category": "Scale"},
    ),
)


@dataclass
class ShownSetup:
    """A first run at one of its pages."""

    page: Page = Page.LANGUAGE
    answers: Answers = field(default_factory=Answers)
    plugged: tuple[Proposal, ...] = PLUGGED
    said: tuple[str, ...] = ()
    why: str = ""
    begun: bool = False
    paired: Callable[[Callable[[str, str], None], threading.Event], str] = lambda _show, _up: ""

    pages = tuple(Page)
    countries = COUNTRIES

    def notice(self, _language: str) -> tuple[str, ...]:
        return self.said

    def put(self, page: Page, **answers: Any) -> None:
        self.page, self.answers = page, replace(self.answers, **answers)

    def proposals(self) -> tuple[Proposal, ...]:
        return self.plugged

    def pair(
        self, _server: str, show: Callable[[str, str], None], given_up: threading.Event
    ) -> str:
        return self.paired(show, given_up)

    def finish(self) -> str:
        return self.why

    def begin(self) -> None:
        self.begun = True
