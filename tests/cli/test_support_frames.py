"""A short report as QR codes: whatever order they are read in, by a decoder of other people."""

from __future__ import annotations

import json
import random
import zlib
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageSequence
from typer.testing import CliRunner

from appliance.cli import main
from appliance.support import ShopSupport
from appliance.support_frames import FRAMES_MAX, _bytes, _cut, _letters, frames, joined
from appliance.ui.support_port import StickEnd

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda it: st.lists(it, max_size=4) | st.dictionaries(st.text(max_size=8), it, max_size=4),
    max_leaves=20,
)


@given(
    st.dictionaries(st.text(max_size=8).filter(lambda it: it != "log"), JSON, max_size=6),
    st.randoms(),
)
def test_frames_read_in_any_order_give_the_report_back(report: dict, chance: random.Random):
    texts = frames(report)
    seen = [*texts, chance.choice(texts), "4820000000017", "KRAM1*broken"]
    chance.shuffle(seen)
    assert joined(seen) == {**report, "log": []}


def test_a_report_of_lists_in_lists_is_none():
    with pytest.raises(ValueError, match="cannot be read"):
        joined(_cut(zlib.compress(b"[" * 100_000)))


@given(st.binary(max_size=300))
def test_letters_give_the_bytes_back(data: bytes):
    assert _bytes(_letters(data)) == data


def test_letters_are_those_of_the_norm():
    """RFC 9285, 4.3."""
    assert _letters(b"AB") == "BB8"
    assert _letters(b"Hello!!") == "%69 VD92EX0"
    assert _letters(b"base-45") == "UJCLQE7W581"
    assert _bytes("QED8WEX0") == b"ietf!"


def lines(count: int) -> list[str]:
    chance = random.Random(count)
    return [f"{at} {chance.getrandbits(400):x}" for at in range(count)]


def test_log_is_cut_to_its_newest_lines_until_it_fits():
    log = lines(200)
    texts = frames({"v": 1}, log)
    kept = joined(texts)["log"]
    assert len(texts) <= FRAMES_MAX
    assert kept == log[-len(kept) :]
    assert 20 < len(kept) < 200


def test_report_that_cannot_be_made_short_enough_is_said():
    with pytest.raises(ValueError, match="too long"):
        frames({"doctor": lines(200)})


def test_missing_frames_are_named():
    texts = frames({"doctor": lines(20)})
    with pytest.raises(ValueError, match=f"of {len(texts)} frames there are still missing: 2, 3$"):
        joined([texts[0], *texts[3:]])
    with pytest.raises(ValueError, match="no frame"):
        joined(["hello"])


@given(st.text(alphabet="KRAM1*0F9AB", max_size=40), st.data())
def test_nonsense_is_a_value_error_and_no_report(nonsense: str, data: st.DataObject):
    text = data.draw(st.sampled_from([nonsense, f"KRAM1*00000000*1*1*{nonsense}"]))
    with pytest.raises(ValueError):
        joined([text])


@pytest.fixture(scope="module")
def runner() -> CliRunner:
    if not main.app.registered_groups:
        main._mount()
    return CliRunner()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "shop.toml"
    path.write_text(
        f'[shop]\nname = "Kiosk"\nlanguage = "en"\n[till]\ndata_dir = "{tmp_path}/data"\n'
    )
    return path


def test_moving_picture_is_read_back_by_a_decoder_of_others(
    runner: CliRunner, shop: Path, tmp_path: Path
):
    picture, scans = tmp_path / "report.gif", tmp_path / "scans.txt"
    done = runner.invoke(main.app, ["--config", str(shop), "support-bundle", str(picture), "--qr"])
    assert done.exit_code == 0, done.output
    assert picture.stat().st_mode & 0o777 == 0o600
    read = [
        zxingcpp.read_barcodes(frame.convert("L"))[0].text
        for frame in ImageSequence.Iterator(Image.open(picture))
    ]
    scans.write_text("\n".join(reversed(read)))
    told = runner.invoke(main.app, ["support-bundle", "--join", str(scans)])
    assert told.exit_code == 0, told.output
    report = json.loads(told.output)
    assert report["about"]["kram"]
    assert ["till", "missing", "Not running.", ""] in report["doctor"]
    scans.write_text("\n".join(read[1:]))
    assert runner.invoke(main.app, ["support-bundle", "--join", str(scans)]).exit_code == 1


@pytest.mark.parametrize("wrong", [[], ["a.tar.gz", "--stick"], ["--qr", "--stick"]])
def test_one_way_out_is_to_be_chosen(runner: CliRunner, shop: Path, wrong: list[str]):
    done = runner.invoke(main.app, ["--config", str(shop), "support-bundle", *wrong])
    assert done.exit_code == 2


def test_screen_is_given_the_texts_by_a_process_of_its_own(shop: Path):
    support = ShopSupport(shop)
    assert joined(support.frames())["about"]["kram"]
    assert not support.has_stick
    assert support.to_stick() is StickEnd.FAILED


def test_desk_has_no_stick_to_write_to(runner: CliRunner, shop: Path):
    done = runner.invoke(main.app, ["--config", str(shop), "support-bundle", "--stick"])
    assert done.exit_code == 1
    assert "Only an appliance" in done.output
