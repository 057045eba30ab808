"""Payment codes against other people's programs: made by one and read by the other."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
import segno.helpers
import stdnum.ch.esr
import stdnum.exceptions
import stdnum.iban
import stdnum.iso11649
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from qrbill import QRBill

from appliance.qr import currencies, epc, iban, swiss


def seen(qr: segno.QRCode) -> str:
    """What a phone's camera makes of it."""
    png = io.BytesIO()
    qr.save(png, kind="png", scale=4, border=4)
    (found,) = zxingcpp.read_barcodes(Image.open(png))
    return found.text


@pytest.mark.parametrize("amount", ["12.30", "0.01", "7", "999999999.99"])
@pytest.mark.parametrize("version", [1, 2])
def test_what_segno_prints_is_read_as_it_was_meant(amount: str, version: int) -> None:
    qr = segno.helpers.make_epc_qr(
        name="Bäckerei Müller",
        iban="AT611904300234573201",
        amount=Decimal(amount),
        text="Bon 7 Öffnung",
        bic="BKAUATWW",
        encoding=1,
    )
    payload = seen(qr).replace("\n002\n", f"\n00{version}\n", 1)
    code = epc.read(payload)
    assert code.amount_minor == Decimal(amount) * 100
    assert code.iban_valid
    assert code.fields[epc.NAME - 1] == "Bäckerei Müller"
    assert code.fields[epc.TEXT - 1] == "Bon 7 Öffnung"
    assert epc.build(code.fields).splitlines() == payload.splitlines()


@pytest.mark.parametrize(
    ("account", "reference"),
    [
        ("CH9300762011623852957", None),
        ("CH9300762011623852957", "RF18539007547034"),
        ("CH4431999123000889012", "210000000003139471430009017"),
    ],
)
def test_a_bill_of_qrbill_is_read_and_ours_is_the_same(account: str, reference: str | None) -> None:
    bill = QRBill(
        account=account,
        creditor={
            "name": "Muster Laden",
            "street": "Hauptgasse",
            "house_num": "7",
            "pcode": "3000",
            "city": "Bern",
            "country": "CH",
        },
        amount="48.50",
        currency="CHF",
        reference_number=reference,
        additional_information="Bon 7",
    )
    code = swiss.read(bill.qr_data())
    assert (code.amount_minor, code.currency) == (4850, "CHF")
    assert code.iban_valid
    assert code.reference_valid
    assert swiss.build(code.fields).split("\r\n") == code.fields


def test_the_registry_is_the_one_that_stdnum_has() -> None:
    text = (Path(stdnum.__file__).parent / "iban.dat").read_text("utf-8")
    countries = {row[:2] for row in text.splitlines() if 'bban="' in row and row[0] not in "# "}
    assert set(iban.LENGTHS) == countries


@given(st.from_regex("(UA|DE|AT|CH|NO|MT)[0-9]{13,32}", fullmatch=True))
def test_an_account_number_that_stdnum_takes_is_valid(text: str) -> None:
    """stdnum looks into the bank's part too, which a payment code does not judge."""
    try:
        stdnum.iban.validate(text, check_country=False)
    except stdnum.exceptions.InvalidFormat:
        return
    except stdnum.exceptions.ValidationError:
        assert not iban.is_valid(text)
    else:
        assert iban.is_valid(text)


@given(st.from_regex("[0-9]{26}", fullmatch=True), st.from_regex("[A-Z0-9]{1,21}", fullmatch=True))
def test_swiss_references_are_valid_for_both(digits: str, body: str) -> None:
    assert str(swiss.check_digit(digits)) == stdnum.ch.esr.calc_check_digit(digits)
    creditor = f"RF{98 - iban.mod_97(f'RF00{body}'):02}{body}"
    assert swiss.REFERENCES["SCOR"](creditor)
    assert stdnum.iso11649.is_valid(creditor)


def test_no_two_currencies_share_a_number() -> None:
    assert len(set(currencies.NUMERIC.values())) == len(currencies.NUMERIC)
