"""What a bench test of this till consists of, and where its result goes."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from appliance import __version__, whole_files
from appliance.bench_test import device_steps, machine_steps, papers
from appliance.bench_test.device_steps import Terminal, ended_print, of_a
from appliance.bench_test.hands import Hands
from appliance.bench_test.run import BenchRun, Step
from appliance.config import Settings
from appliance.core import commands as c
from appliance.core.devices import Category
from appliance.core.facts import StepTested
from appliance.core.verdict import Verdict
from appliance.drivers.base import AnyPrinter, Driver
from appliance.i18n import translator
from appliance.training import Counter
from appliance.ui.bench_port import BenchLook
from appliance.ui.sentences.mark import N_
from appliance.wire import bench_result as results
from appliance.wire.bench_result import Result

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.hazmat.primitives.asymmetric import ec

FILE = "bench-test.json"
"""In the data folder: the newest result, for whoever looks at the card; the journal has them all."""


def steps(
    settings: Settings, now: Callable[[], datetime], terminals: Sequence[Terminal] = ()
) -> Sequence[Step]:
    """now: the shop's own time, without an offset."""
    say, language = translator(settings.shop.language), settings.shop.language.value
    fleet = settings.fleet
    servers = tuple(filter(None, (fleet.server, *fleet.brokers)))
    ruler = device_steps.printer(papers.ruler(say, language))
    slot = device_steps.card_reader(N_("Put any card into the reader."))
    held = device_steps.card_reader(N_("Hold any card to the reader."))
    return (
        Step("touch", N_("Touch screen"), machine_steps.touch),
        Step("sound", N_("Sound"), machine_steps.sound),
        Step("drawer", N_("Cash drawer"), of_a(Category.CASH_DRAWER, device_steps.drawer)),
        Step("printer", N_("Printer"), of_a(Category.POS_PRINTER, ruler)),
        Step("cutter", N_("Paper cutter"), device_steps.cutter),
        Step("scanner", N_("Scanner"), of_a(Category.SCANNER, device_steps.scanner)),
        Step("paper", N_("Paper sensor"), of_a(Category.POS_PRINTER, device_steps.paper_sensor)),
        Step("scale", N_("Scale"), of_a(Category.SCALE, device_steps.scale)),
        Step("pole", N_("Customer display"), of_a(Category.LINE_DISPLAY, device_steps.pole)),
        Step("card", N_("Card reader"), of_a(Category.SMART_CARD_READER, slot)),
        Step("nfc", N_("Contactless reader"), of_a(Category.CONTACTLESS_READER, held)),
        Step("terminal", N_("Payment terminal"), device_steps.ready_to_pay(terminals)),
        Step("clock", N_("Clock"), machine_steps.clock(now)),
        Step("network", N_("Network"), machine_steps.network(servers)),
        Step("storage", N_("Memory card"), machine_steps.card(Path(settings.till.data_dir))),
        Step("heat", N_("Temperature"), machine_steps.heat),
        Step("power", N_("Power supply"), machine_steps.voltage),
    )


def begin(
    settings: Settings,
    counter: Counter,
    devices: Mapping[str, Driver],
    now: Callable[[], datetime],
    show: Callable[[BenchLook], None],
    can: frozenset[str] = frozenset(),
) -> BenchRun:
    """A bench test of the running till, started."""
    seal = partial(_sealed, settings, counter, now)
    run = BenchRun(
        steps(settings, now, counter.real.terminals), devices, counter.lend, show, seal, can
    )
    run.start()
    return run


def _sealed(
    settings: Settings,
    counter: Counter,
    now: Callable[[], datetime],
    look: BenchLook,
    hands: Hands,
) -> str:
    """Signed, journalled, kept and printed."""
    from appliance.telemetry import hardware

    verdicts = {it.id: it.verdict for it in look.steps if it.verdict is not None}
    till = settings.fleet.uid or settings.till.id
    serial = hardware.of_this_machine().serial
    at = now()
    result = Result(till, serial, f"{at:%Y-%m-%dT%H:%M}", __version__, verdicts)
    code = results.signed(result, _key(Path(settings.till.data_dir)))
    noted = tuple(
        StepTested(it.id, it.verdict.value, it.says.told(str)) for it in look.steps if it.verdict
    )
    counter.ask(c.NoteBenchTest(noted, code), actor="till", spoken=False)
    told = {"code": code, "steps": {it.step: [it.verdict, it.says] for it in noted}}
    content = json.dumps(told, ensure_ascii=False, indent=1).encode()
    whole_files.write(Path(settings.till.data_dir) / FILE, content)
    if verdicts.get("printer") is Verdict.PASSED:
        _print(settings, hands, replace(look, code=code), at)
    return code


def _print(settings: Settings, hands: Hands, look: BenchLook, at: datetime) -> None:
    """Waited for: without the test nobody may print under its name."""
    say, language = translator(settings.shop.language), settings.shop.language.value
    name = f"{settings.shop.name} · {settings.till.name}"
    job = hands.job()
    printer = cast("AnyPrinter", hands.first(Category.POS_PRINTER))
    printer.submit(job, papers.result(look, name, at, say, language))
    hands.told(ended_print(job), device_steps.PRINT_S)


def _key(data: Path) -> ec.EllipticCurvePrivateKey:
    """The till's own, by which its fleet knows it; of one that belongs to none yet, the one that it
    will join with."""
    from appliance.telemetry import membership

    folder = membership.folder_of(data)
    try:
        return membership.read(folder).key
    except membership.NotAMember:
        return membership.new_key(folder)
