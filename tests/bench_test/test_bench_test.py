"""The bench test over the real drivers on simulated wires: what works, what does not, who says so."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from appliance.bench_test import machine_steps, plan
from appliance.core import facts as f
from appliance.core.devices import DeviceState
from appliance.core.verdict import Verdict
from appliance.ui.bench_port import BenchLook, Said
from appliance.wire import bench_result
from appliance.wire.trust import Trust
from hw_sim.nfc_tag import Type2Tag
from hw_sim.printer_paper import codes
from hw_sim.rig import Rig
from hw_sim.terminal_stand import TerminalStand
from tests.bench_test.builders import GOOD, Counter, counter, new_paper, says, verdicts

DEVICES = ("drawer", "printer", "cutter", "scanner", "paper", "scale", "pole")


@pytest.fixture(autouse=True)
def _any_machine_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the machine is like that runs this is not its matter."""
    monkeypatch.setattr(machine_steps, "MB_PER_S_MIN", 0.0)
    monkeypatch.setattr(machine_steps, "COMMIT_MS_MAX", 1e9)
    monkeypatch.setattr(machine_steps.vitals, "clock_trust", lambda: Trust.RTC)
    monkeypatch.setattr(machine_steps.power, "temperature_mc", lambda: 48_000)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Counter]:
    with counter(tmp_path, Rig.devices) as it:
        until_there(it, *it.appliance.devices)
        yield it


def until_there(it: Counter, *names: str) -> None:
    """Those drivers have found their devices."""
    there = threading.Event()

    def on_look(_look: object) -> None:
        states = {it.appliance.devices[name].health().state for name in names}
        if states <= {DeviceState.READY}:
            there.set()

    end = it.appliance.counter.subscribe(on_look)
    assert there.wait(20)
    end()


def journalled(it: Counter) -> list[f.BenchTested]:
    records = it.appliance.journal.records()
    return [record.fact for record in records if isinstance(record.fact, f.BenchTested)]


def why(look: BenchLook, step: str) -> str:
    return next(it.says.told(str) for it in look.steps if it.id == step)


def test_all_is_well_and_the_till_signs_it(at: Counter) -> None:
    look = at.test(**GOOD)
    found = verdicts(look)
    assert {found[it] for it in DEVICES} == {Verdict.PASSED}, look
    assert found["card"] is found["nfc"] is found["terminal"] is Verdict.ABSENT
    assert look.passed

    opened, _key = bench_result.opened(look.code)
    assert (opened.till, opened.at, opened.steps) == ("till-1", "2026-11-29T13:45", found)
    kept = json.loads((at.appliance.settings.till.data_dir / plan.FILE).read_bytes())
    assert kept["code"] == look.code
    (fact,) = journalled(at)
    assert (fact.passed, fact.code) == (True, look.code)
    ruler, told = at.rig.printer.receipts
    assert codes(told) == [look.code]
    assert ruler.getbbox() is not None


def test_the_till_hears_nothing_of_the_test_and_all_of_its_devices_after_it(at: Counter) -> None:
    before = len(at.appliance.journal.records())
    at.test(**GOOD)
    names = [type(it.fact).__name__ for it in at.appliance.journal.records()[before:]]
    assert "EffectEnded" not in names
    assert at.appliance.counter.look.notice is None
    heard = threading.Event()
    end = at.appliance.counter.subscribe(lambda look: heard.set() if look.notice else None)
    at.rig.scanner.scan("4820024700016")
    assert heard.wait(10)
    end()


def test_the_customer_s_display_shows_the_till_s_words_again(at: Counter) -> None:
    at.test(**GOOD)
    at.rig.pole.wait_lines("      На розi", "")  # its code page has no і


def test_a_printer_without_paper_waits_for_a_roll(at: Counter) -> None:
    at.rig.printer.set_paper(0)
    look = at.test(**GOOD, printer=[new_paper, says(Said.YES)])
    assert verdicts(look)["printer"] is Verdict.PASSED
    assert "The printer is out of paper. Put in a new roll." in at.asked


def test_a_printer_that_stays_without_paper_fails_and_says_why(at: Counter) -> None:
    at.rig.printer.set_paper(0)
    look = at.test(**{**GOOD, "printer": says(Said.NO), "scanner": says(Said.SKIP)})
    found = verdicts(look)
    assert found["printer"] is Verdict.FAILED
    assert why(look, "printer") == "Out of paper."
    assert found["cutter"] is found["paper"] is Verdict.ABSENT
    assert found["scanner"] is Verdict.SKIPPED
    assert not look.passed
    assert not bench_result.opened(look.code)[0].passed
    assert at.rig.printer.receipts == []
    at.rig.printer.set_paper(100)


def test_a_drawer_that_is_locked_fails_without_a_question(at: Counter) -> None:
    at.rig.drawer.locked = True
    look = at.test(**GOOD)
    assert verdicts(look)["drawer"] is Verdict.FAILED
    assert why(look, "drawer") == "The drawer did not open."
    assert not any("drawer" in it for it in at.asked)


def test_a_scanner_that_is_not_there_fails_when_the_person_says_that_it_reads_nothing(
    at: Counter,
) -> None:
    at.rig.plug("scanner", on=False)
    look = at.test(**{**GOOD, "scanner": says(Said.NO)})
    assert verdicts(look)["scanner"] is Verdict.FAILED


def test_the_code_of_something_else_does_not_prove_the_scanner(at: Counter) -> None:
    def scans_milk(it: Counter, _look: BenchLook) -> None:
        it.rig.scanner.scan("4820024700016")

    look = at.test(**{**GOOD, "scanner": [scans_milk, GOOD["scanner"]]})  # type: ignore[list-item]
    assert verdicts(look)["scanner"] is Verdict.PASSED
    assert "That was another code. Scan the one below the ruler." in at.asked


@pytest.mark.parametrize("step", ["touch", "sound", "cutter", "pole", "clock"])
def test_a_person_who_says_no_fails_the_step(at: Counter, step: str) -> None:
    look = at.test(**{**GOOD, step: says(Said.NO)})
    assert verdicts(look)[step] is Verdict.FAILED
    (fact,) = journalled(at)
    assert not fact.passed
    assert [it.step for it in fact.steps if it.verdict == "failed"] == [step]


def test_ending_early_leaves_nothing_behind(at: Counter) -> None:
    look = at.test(touch=says(Said.STOP))
    assert not look.code
    assert journalled(at) == []


def test_any_card_held_to_the_reader_will_do(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    table = {"name": "nfc", "category": "ContactlessReader", "driver": "nfcpy"}
    reader = {**table, "path": f"udp:127.0.0.1:{port}", "kinds": "106A"}
    with ExitStack() as held, counter(tmp_path, lambda _rig: [reader]) as it:

        def holds_a_card(_it: Counter, _look: BenchLook) -> None:
            held.enter_context(Type2Tag(port, bytes.fromhex("04A1B2C3D4E5F6"), None))

        until_there(it, "nfc")
        look = it.test(nfc=holds_a_card)
    assert verdicts(look)["nfc"] is Verdict.PASSED


def test_devices_that_are_not_set_up_are_absent_and_a_till_of_only_a_screen_passes(
    tmp_path: Path,
) -> None:
    with counter(tmp_path, lambda _rig: []) as it:
        look = it.test()
    found = verdicts(look)
    assert {found[step] for step in DEVICES} == {Verdict.ABSENT}
    assert look.passed


def test_a_result_that_cannot_be_kept_says_so(at: Counter) -> None:
    kept = at.appliance.settings.till.data_dir / plan.FILE
    kept.mkdir()
    look = at.test(**GOOD)
    assert not look.code
    assert look.saying.told(str).startswith("It cannot be kept: ")


def test_a_terminal_is_asked_whether_it_is_ready_and_for_no_money(tmp_path: Path) -> None:
    stand = TerminalStand("zvt", tmp_path, 5.0, lambda: None)
    try:
        with counter(tmp_path, lambda _rig: [], [stand.table()]) as it:
            assert verdicts(it.test())["terminal"] is Verdict.PASSED
            stand.plug(on=False)
            look = it.test()
            assert verdicts(look)["terminal"] is Verdict.FAILED
            assert stand.name in why(look, "terminal")
            assert stand.moved() == []
    finally:
        stand.close()


def test_a_shop_whose_terminal_is_asked_by_hand_has_none_to_test(tmp_path: Path) -> None:
    by_hand = {"name": "terminal", "type": "card", "driver": "manual"}
    with counter(tmp_path, lambda _rig: [], [by_hand]) as it:
        assert verdicts(it.test())["terminal"] is Verdict.ABSENT
