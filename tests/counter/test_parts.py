"""The counter's small parts, each for itself."""

import io
import sys
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from appliance.core.barcode.check_digits import check_digit
from hw_sim import day_script, day_steps, goods, toml_text, wire_notes
from hw_sim.screen_stream import HEAD, ScreenStream
from hw_sim.till_process import Power, TillProcess
from hw_sim.traffic import Direction, Traffic
from hw_sim.x_display import Frame


def frame(colour: bytes, spot: tuple[int, int] | None = None) -> Frame:
    width, height = 40, 30
    data = bytearray(colour * (width * height))
    if spot is not None:
        at = (spot[1] * width + spot[0]) * 4
        data[at : at + 4] = b"\x00\x00\xff\x00"
    return Frame(width, height, bytes(data))


def test_a_screen_stream_sends_the_whole_then_only_what_changed() -> None:
    stream = ScreenStream()
    first = stream.part(frame(b"\x10\x20\x30\x00"))
    assert first is not None
    assert HEAD.unpack(first[: HEAD.size]) == (0, 0, 40, 30, 40, 30)
    picture = Image.open(io.BytesIO(first[HEAD.size :]))
    assert picture.getpixel((5, 5)) == (0x30, 0x20, 0x10)
    assert stream.part(frame(b"\x10\x20\x30\x00")) is None
    spot = stream.part(frame(b"\x10\x20\x30\x00", (7, 9)))
    assert spot is not None
    assert HEAD.unpack(spot[: HEAD.size]) == (7, 9, 1, 1, 40, 30)


def test_goods_have_right_codes_but_for_the_scratched_one() -> None:
    for good in goods.load():
        if good.code:
            right = good.code[-1] == str(check_digit(good.code[:-1]))
            assert right == (good.hint != "damaged"), good


def test_a_weight_label_holds_item_and_grams() -> None:
    code = goods.weight_label("151", Decimal("0.436"))
    assert code[:12] == "210015100436"
    assert code[12] == str(check_digit(code[:12]))


def test_settings_survive_being_written_and_read() -> None:
    table = {
        "shop": {"name": 'На "розі"', "address": ["a", "b"], "taxes": {"VAT20": {"rate": 20}}},
        "devices": [{"name": "x", "pin": 17, "on": True}, {"name": "y", "port": "a\\b"}],
        "cash": {"step": 0.5},
    }
    assert tomllib.loads(toml_text.dumps(table)) == table


@pytest.mark.parametrize(
    ("wire", "from_till", "data", "note"),
    [
        ("scanner", False, b"4820000123457\r", ("scanned", "4820000123457")),
        ("printer", True, b"\x10\x04\x04", ("paper_how", "")),
        ("printer", False, b"\x72", ("paper_out", "")),
        ("printer", False, b"\x1e", ("paper_low", "")),
        ("printer", False, b"\x12", ("well", "")),
        ("printer", True, b"\x1b@\x1dv0\x00" + b"x" * 99, ("receipt_raster", "")),
        ("scale", False, b"\x0200.436\r", ("weight", "0.436")),
        ("pole", True, b"\x1f$\x01\x01" + "Сир   9,00".encode("cp866"), ("pole_text", "Сир 9,00")),
        ("drawer", True, b"GPIO17=1", ("pulse_begins", "")),
        ("drawer", False, b"GPIO27=0", ("sensor_closed", "")),
    ],
)
def test_bytes_are_explained(wire: str, from_till: bool, data: bytes, note: tuple) -> None:
    way = Direction.FROM_TILL if from_till else Direction.TO_TILL
    assert wire_notes.explain(Traffic(wire, way, data, 0)) == note


def test_the_demo_day_uses_only_what_hands_can_do_and_eyes_can_see() -> None:
    day = day_script.load()
    acts = [act for step in day.steps for act in step.acts]
    seen = [step.expect for step in day.steps] + [act["see"] for act in acts if "see" in act]
    for act in acts:
        assert callable(getattr(day_steps.Hands, next(iter(act)))), act
    assert {name for expected in seen for name in expected} <= day_steps.EYES.keys()
    assert {act["tap"] for act in acts if "tap" in act} <= day.taps.keys()
    assert all(step.text["uk"] != step.text["en"] for step in day.steps)


def supervised(tmp_path: Path, script: str) -> TillProcess:
    return TillProcess([sys.executable, "-c", script], {}, tmp_path / "log")


def test_a_till_that_ends_by_itself_is_started_again(tmp_path: Path) -> None:
    powers: list[Power] = []
    marker = tmp_path / "second"
    script = (
        f"import pathlib, time; p = pathlib.Path({str(marker)!r})\n"
        "if not p.exists(): p.touch(); raise SystemExit('first one dies')\n"
        "time.sleep(60)"
    )
    till = supervised(tmp_path, script)
    till._on_power = powers.append
    till.start()
    try:
        assert till.wait(lambda _: powers.count(Power.STARTING) == 2, 15)
        assert powers[:3] == [Power.STARTING, Power.CRASHED, Power.STARTING]
        assert till.crashes == 1
        assert "first one dies" in till.last_lines
    finally:
        till.stop()
    assert till.pid is None


def test_a_power_cut_takes_the_tills_children_too(tmp_path: Path) -> None:
    child = tmp_path / "child"
    script = (
        "import subprocess, sys, time\n"
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(child)!r} + '.new', 'w').write(str(p.pid))\n"
        f"import os; os.rename({str(child)!r} + '.new', {str(child)!r})\n"
        "print('up', flush=True); time.sleep(60)"
    )
    till = supervised(tmp_path, script)
    till.start()
    try:
        assert till.wait(lambda _: till.pid is not None, 5)
        while "up" not in till.last_lines:
            till.wait(lambda _: False, 0.02)
        pid = int(child.read_text())
        till.cut()
        while Path(f"/proc/{pid}/stat").exists():
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                break
        assert till.power is Power.OFF
    finally:
        till.stop()
