"""Bytes for the printer, read back by the simulated printer, by zbar and by tesseract."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from receipt_samples import SAMPLES, line, sale_en, sale_uk

from appliance.core.receipt import Document
from appliance.receipt import escpos
from appliance.receipt.compose import compose
from appliance.receipt.drawer_pulse import pulse
from appliance.receipt.image import to_image
from appliance.receipt.layout import Layout, Style, Text
from appliance.receipt.profile import BAND_ROWS_MAX, Cutter, Mode, PrinterProfile, names, profile
from appliance.receipt.text import to_text
from hw_sim.printer_commands import Decoder, Hooks
from hw_sim.printer_paper import Paper, png

WIDE = profile("TM-T20II")
NARROW = profile("POS-5890")

needs_zbar = pytest.mark.skipif(not shutil.which("zbarimg"), reason="needs zbar-tools")
needs_tesseract = pytest.mark.skipif(
    not shutil.which("tesseract"), reason="needs tesseract-ocr-ukr"
)


class _Done(Exception):
    pass


def printed(data: bytes, width: int) -> Decoder:
    """What a printer makes of the bytes."""
    left = bytearray(data)

    def take(count: int) -> bytes:
        if len(left) < count:
            assert not left, f"a command was cut short: {bytes(left)!r}"
            raise _Done
        found = bytes(left[:count])
        del left[:count]
        return found

    paper = Paper(width)
    hooks = Hooks(
        take=take,
        gate=lambda: None,
        burn=lambda _rows: None,
        kick=lambda _pin, _ms: None,
        answer=lambda _data: None,
        paper_status=lambda: 0,
        cut=paper.cut,
    )
    decoder = Decoder(paper, hooks)
    with pytest.raises(_Done):
        decoder.run()
    return decoder


def out(document: Document, model: PrinterProfile) -> Decoder:
    decoder = printed(escpos.encode(compose(document), model), model.dots)
    assert decoder.unknown == []
    return decoder


def squeezed(text: str) -> str:
    return " ".join(text.split())


def ink(image: Image.Image) -> Image.Image:
    """The picture without the white below it."""
    box = Image.eval(image.convert("L"), lambda value: 255 - value).getbbox()
    assert box is not None
    return image.crop((0, 0, image.width, box[3]))


@pytest.mark.parametrize("model", [WIDE, NARROW], ids=["80 mm", "58 mm"])
@pytest.mark.parametrize("make", SAMPLES.values(), ids=SAMPLES.keys())
def test_a_raster_receipt_comes_out_dot_for_dot(
    make: Callable[[], Document], model: PrinterProfile
) -> None:
    decoder = out(make(), replace(model, mode=Mode.RASTER, cutter=Cutter.PART))
    (paper,) = decoder.paper.cut_off
    meant = to_image(compose(make()), model.metrics)
    assert ink(paper).tobytes() == ink(meant).tobytes()


def test_one_code_page_for_everything_prints_in_the_printers_own_font() -> None:
    decoder = out(sale_en(), WIDE)
    text = "\n".join(decoder.text)
    assert "£66.19" in text
    assert "Case of 12" in text
    assert "-10.00" in text


def test_the_hryvnia_sign_makes_the_whole_receipt_a_picture() -> None:
    decoder = out(sale_uk(), WIDE)
    assert [row for row in decoder.text if row.strip()] == []
    assert len(decoder.paper.cut_off) == 1


def test_row_by_row_only_what_no_page_holds_is_a_picture() -> None:
    decoder = out(sale_uk(), replace(WIDE, mode=Mode.TEXT))
    text = "\n".join(decoder.text)
    for words in ("Молоко", "«Яготинське»", "2 x 24,50", "−31,90".replace("−", "-"), "Решта"):
        assert words in text
    assert "СУМА" not in text
    assert "?" not in text


@pytest.mark.parametrize("model", names())
def test_ukrainian_letters_never_become_question_marks(model: str) -> None:
    known = profile(model)
    if not known.raster:
        pytest.skip("this model prints no pictures")
    document = replace(sale_uk(), lines=(line("Ґудзик, їжак, єнот, індик №1", "1", 100, 100),))
    for mode in Mode:
        data = escpos.encode(compose(document), replace(known, mode=mode))
        decoder = printed(data, known.dots)
        assert not any("?" in row for row in decoder.text)


def test_text_rows_never_run_over_the_printers_columns() -> None:
    for make in SAMPLES.values():
        for model in (WIDE, NARROW):
            bare = replace(model, mode=Mode.TEXT, qr=False, barcode=False)
            data = escpos.encode(compose(make()), bare)
            decoder = printed(data, bare.dots)
            assert all(len(row) <= bare.columns for row in decoder.text)


def test_a_printer_without_a_cutter_feeds_to_the_tear_bar() -> None:
    data = escpos.encode(compose(sale_uk()), NARROW)
    assert b"\x1dV" not in data[-8:]
    assert data.endswith(b"\x1bd\x04")


def test_a_head_of_180_dpi_is_told_to_count_in_dots() -> None:
    data = escpos.encode(compose(sale_uk()), profile("TM-T88V"))
    assert data.startswith(b"\x1b@\x1dP\xb4\xb4")


def test_no_raster_band_is_longer_than_a_small_buffer_holds() -> None:
    data = escpos.encode(compose(sale_uk()), replace(WIDE, mode=Mode.RASTER))
    at = data.find(escpos.RASTER)
    bands = 0
    while at >= 0:
        row_bytes = int.from_bytes(data[at + 4 : at + 6], "little")
        rows = int.from_bytes(data[at + 6 : at + 8], "little")
        assert rows <= BAND_ROWS_MAX
        assert row_bytes <= WIDE.dots // 8
        bands += 1
        at = data.find(escpos.RASTER, at + 8 + row_bytes * rows)
    assert bands > 5


@pytest.mark.parametrize(
    ("pin", "pulse_ms", "bytes_meant"),
    [
        (2, 100, b"\x1bp\x00\x32\x64"),
        (5, 120, b"\x1bp\x01\x3c\x78"),
        (2, 1, b"\x1bp\x00\x01\x02"),
        (2, 9999, b"\x1bp\x00\xff\xff"),
    ],
)
def test_a_drawer_pulse_in_steps_of_two_milliseconds(
    pin: int, pulse_ms: int, bytes_meant: bytes
) -> None:
    assert pulse(pin, pulse_ms) == bytes_meant


@needs_zbar
@pytest.mark.parametrize("mode", [Mode.RASTER, Mode.TEXT])
@pytest.mark.parametrize("model", [WIDE, NARROW], ids=["80 mm", "58 mm"])
@pytest.mark.parametrize("make", [sale_uk, sale_en], ids=["QR", "barcode"])
def test_a_scanner_reads_the_code_back(
    make: Callable[[], Document], model: PrinterProfile, mode: Mode, tmp_path: Path
) -> None:
    document = make()
    decoder = out(document, replace(model, mode=mode, cutter=Cutter.PART))
    path = tmp_path / "receipt.png"
    path.write_bytes(png(decoder.paper.cut_off[0]))
    read = subprocess.run(
        ["zbarimg", "--quiet", "--raw", str(path)], capture_output=True, text=True, check=True
    )
    assert read.stdout.strip() == (document.qr or document.number)


@needs_tesseract
@pytest.mark.parametrize("model", [WIDE, NARROW], ids=["80 mm", "58 mm"])
def test_a_reader_reads_the_words_back(model: PrinterProfile, tmp_path: Path) -> None:
    decoder = out(sale_uk(), replace(model, cutter=Cutter.PART))
    paper = decoder.paper.cut_off[0].convert("L")
    path = tmp_path / "receipt.png"
    path.write_bytes(png(paper.resize((paper.width * 3, paper.height * 3))))
    read = subprocess.run(
        ["tesseract", str(path), "-", "-l", "ukr", "--psm", "6"],
        capture_output=True,
        text=True,
        check=True,
    )
    words = squeezed(read.stdout)
    for meant in ("Дарницький різаний", "49,00", "Саксаганського", "464,40", "Решта", "135,50"):
        assert meant in words


@pytest.mark.parametrize(
    "words",
    [
        "\x1bp\x00\x19\xfa",
        "\x10\x14\x01\x00\x08",
        "\x1b@",
        "\x1d(k\x03\x001E1",
        "a\nb\r\0",
        "\u202e1",
    ],
    ids=ascii,
)
def test_no_words_command_the_printer(words: str) -> None:
    """An item's name, a shop's, a cashier's: whatever a catalogue or a script put there. "ESC p"
    would open the drawer."""
    sale = sale_en()
    shop = replace(sale.shop, name=words, legal=(words,), footer=(words,))
    evil = replace(sale, shop=shop, cashier=words, lines=(line(words, "1", 100, 100),))
    layout = compose(evil)
    shown = "".join(f"{getattr(b, 'text', '')}{getattr(b, 'left', '')}" for b in layout.blocks)
    assert shown.replace("\u00a0", " ").isprintable()
    for mode in Mode:
        data = escpos.encode(layout, replace(WIDE, mode=mode, raster=False))
        assert b"\x1bp" not in data
        assert b"\x10\x14" not in data


def test_text_that_no_composer_cleaned_commands_nothing_either() -> None:
    layout = Layout((Text("\x1bp\x00\x19\xfa\x10\x14\x01", Style()),), "", "en")
    data = escpos.encode(layout, replace(WIDE, mode=Mode.TEXT))
    assert b"\x1bp" not in data
    assert b"\x10\x14" not in data


def test_a_file_in_the_name_is_not_metres_of_paper() -> None:
    long = compose(replace(sale_en(), lines=(line("x" * 1_000_000, "1", 100, 100),)))
    assert len(to_text(long).splitlines()) < 60
