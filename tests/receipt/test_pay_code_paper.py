"""A payment's code on paper: with the sign where the printer draws, and read back from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import zxingcpp

from appliance.payments.qr.schemes import Bill, Nbu
from appliance.receipt import escpos
from appliance.receipt.image import to_image
from appliance.receipt.layout import Layout, QrCode
from appliance.receipt.metrics import for_paper
from appliance.receipt.profile import Mode, profile

AT = datetime(2026, 11, 23, 14, 32, tzinfo=UTC)
SHOP = Nbu(account="UA213223130000026007233566001", holder="ФОП Гончар О.В.", tax_id="3141592653")
CODE = SHOP.write(Bill(496_40, "UAH", "3-1-421-1", AT, AT))
LAYOUT = Layout((QrCode(CODE),), "", "uk")
NATIVE = b"\x1d(k"


@pytest.mark.parametrize("width_mm", [80, 58])
def test_a_phone_reads_a_signed_code_from_paper(width_mm: int) -> None:
    picture = to_image(LAYOUT, for_paper(width_mm), padding=30).convert("L")
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == CODE
    middle = picture.width // 2, picture.height // 2
    signed = picture.crop((middle[0] - 12, middle[1] - 12, middle[0] + 12, middle[1] + 12))
    assert signed.getextrema() == (0, 255)


def test_a_printer_that_draws_no_pictures_prints_the_code_without_its_sign() -> None:
    printer = replace(profile("TM-T20II"), mode=Mode.TEXT)
    assert NATIVE not in escpos.encode(LAYOUT, printer)
    assert NATIVE in escpos.encode(LAYOUT, replace(printer, raster=False))
    other = Layout((QrCode("https://pay.mbnk.biz/1"),), "", "uk")
    assert NATIVE in escpos.encode(other, printer)
