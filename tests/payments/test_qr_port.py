"""A payment by code that no bank answers: shown with its amount, for a time, booked by a person."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.pay_look import CodeLook
from appliance.core.policy import PortRule
from appliance.core.refusal import Reason, Refusal
from appliance.core.view import Look
from appliance.payments import registry
from appliance.payments.cashdesk import CashDesk
from appliance.payments.options import Options
from appliance.payments.qr.port import QrPort
from appliance.payments.qr.schemes import SCHEMES, Bill, Scheme, creditor_reference
from appliance.payments.registry import PortError
from appliance.pole import pole_lines
from appliance.qr import epc, mpm, nbu, swiss
from tests.core.builders import POLICY
from tests.till.builders import Running, open_shift, running

QR = f.TenderType.QR
RULES = replace(POLICY, ports=(PortRule("QR", QR, by_hand=True),))
LIFETIME = timedelta(minutes=10)
SHOPS: dict[str, dict[str, Any]] = {
    "nbu": {
        "code": "nbu",
        "account": "UA213223130000026007233566001",
        "holder": "ФОП Гончар О.В.",
        "tax_id": "3141592653",
    },
    "epc": {"code": "epc", "account": "AT611904300234573201", "holder": "Café Müller"},
    "swiss": {
        "code": "swiss",
        "account": "CH9300762011623852957",
        "holder": "Muster Laden",
        "postcode": "3000",
        "town": "Bern",
    },
    "emvco": {
        "code": "emvco",
        "guid": "ua.kram.pay",
        "account": "K7-421",
        "category": "5462",
        "country": "UA",
        "holder": "Пекарня",
        "town": "Lviv",
    },
}
TWO_CARDS = "hQVDUFYwMWEhTwegAAAABBAQUApNQVNURVJDQVJEVwpUEzMAiQIAEdMBYQ9PB6AAAAADEBBQBFZpc2E="
"""A wallet's code: two applications, the first with its track 2 (a test card's)."""

MADE = datetime(2026, 11, 23, 14, 32, tzinfo=UTC)


def scheme(name: str = "nbu", **more: Any) -> Scheme:
    options = Options("QR", {**SHOPS[name], **more})
    return SCHEMES[options.one_of("code", tuple(SCHEMES))](options)


def desk(lifetime: timedelta = LIFETIME, **more: Any) -> CashDesk:
    return CashDesk([QrPort("QR", QR, scheme(**more), lifetime)], id_of=lambda s, t: f"3-1-{s}-{t}")


def until(it: Running, holds: Callable[[Look], bool]) -> Look:
    seen = threading.Event()
    end = it.till.subscribe(lambda look: seen.set() if holds(look) else None)
    try:
        assert holds(it.till.look) or seen.wait(10)
    finally:
        end()
    return it.till.look


def shown(it: Running) -> CodeLook:
    code = until(it, lambda look: look.pay.code is not None).pay.code
    assert code is not None
    return code


def asks(it: Running) -> CodeLook:
    open_shift(it)
    it.sells("milk")
    it.does(c.AskTender(QR))
    return shown(it)


def unsure(look: Look) -> bool:
    return look.pay.asked is not None and look.pay.asked.unsure


def test_the_code_holds_the_amount_the_account_and_a_reference_of_its_own(tmp_path: Path) -> None:
    with running(tmp_path, policy=RULES, payments=desk()) as it:
        code = asks(it)
        assert it.till.look.basket is not None
        read = nbu.read(code.code)
        assert read.amount_minor == it.till.look.basket.total_minor
        assert read.iban_valid
        assert code.reference == "3-1-1-1" == read.fields[10]
        assert "3-1-1-1" in read.fields[11]


def test_the_journal_knows_the_code_before_anybody_sees_it(tmp_path: Path) -> None:
    with running(tmp_path, policy=RULES, payments=desk()) as it:
        code = asks(it)
        (sent,) = [r.fact for r in it.till.journal.records() if isinstance(r.fact, f.TenderSent)]
        assert code.code in sent.memo
        assert it.till.journal.durable_seq == it.till.journal.last_seq


def test_only_a_person_s_word_books_it(tmp_path: Path) -> None:
    with running(tmp_path, policy=RULES, payments=desk()) as it:
        asks(it)
        assert it.till.look.done is None
        it.does(c.ConfirmTender(1, f.TenderOutcome.APPROVED))
        look = until(it, lambda look: look.done is not None)
        assert look.pay.code is None


def test_a_code_whose_time_ends_after_the_money_came_says_nothing_more(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    said = threading.Event()
    port = QrPort("QR", QR, scheme(), timedelta(seconds=0.3))
    end = port._end

    def ended(*told: Any) -> None:
        end(*told)
        said.set()

    port._end = ended  # type: ignore[method-assign]
    payments = CashDesk([port], id_of=lambda s, t: f"3-1-{s}-{t}")
    with running(tmp_path, policy=RULES, payments=payments) as it:
        asks(it)
        it.does(c.ConfirmTender(1, f.TenderOutcome.APPROVED))
        until(it, lambda look: look.done is not None)
        assert said.wait(5)
        it.sells("milk")  # the till has heard whatever was said before
    assert [it.message for it in caplog.records if it.levelname == "WARNING"] == []


def test_what_nobody_confirmed_in_time_is_unknown_and_not_paid(tmp_path: Path) -> None:
    with running(tmp_path, policy=RULES, payments=desk(timedelta(seconds=0.05))) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.AskTender(QR))
        look = until(it, unsure)
        assert look.pay.code is None
        assert look.done is None
        it.does(c.ConfirmTender(1, f.TenderOutcome.APPROVED))
        assert until(it, lambda look: look.done is not None).done is not None


def test_a_basket_with_an_unconfirmed_payment_waits_while_the_next_one_is_served(
    tmp_path: Path,
) -> None:
    with running(tmp_path, policy=RULES, payments=desk(timedelta(seconds=0.05))) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.AskTender(QR))
        until(it, unsure)
        it.does(c.SuspendSale("Оплата невідома"))
        it.sells("bread")
        it.does(c.AskTender(QR))
        code = shown(it)
        assert code.reference == "3-1-2-1"


def test_after_a_restart_the_same_code_is_shown_for_the_time_it_has_left(tmp_path: Path) -> None:
    with running(tmp_path, policy=RULES, payments=desk()) as it:
        before = asks(it)
    with running(tmp_path, policy=RULES, payments=desk()) as it:
        assert shown(it) == before
        sent = [r for r in it.till.journal.records() if isinstance(r.fact, f.TenderSent)]
        assert len(sent) == 1


def test_a_code_that_ran_out_while_the_till_was_off_is_unknown(tmp_path: Path) -> None:
    with running(tmp_path, policy=RULES, payments=desk()) as it:
        asks(it)
    later = QrPort("QR", QR, scheme(), LIFETIME, lambda: datetime.now(UTC) + timedelta(hours=1))
    with running(tmp_path, policy=RULES, payments=CashDesk([later])) as it:
        look = until(it, unsure)
        assert look.pay.code is None


def test_another_currency_than_the_code_s_is_declined_at_once(tmp_path: Path) -> None:
    with running(tmp_path, policy=RULES, payments=desk(name="epc")) as it:
        open_shift(it)
        it.sells("milk")
        it.does(c.AskTender(QR))
        until(it, lambda look: look.pay.asked is None)
        assert it.till.journal.state.sale is not None
        (tender,) = it.till.journal.state.sale.tenders
        assert tender.detail == "no such code for UAH"


def test_the_pole_tells_what_a_pole_can(tmp_path: Path) -> None:
    with running(tmp_path, policy=RULES, payments=desk()) as it:
        asks(it)
        lines = pole_lines(it.till.look, "uk", "Вітаємо")
        assert lines[0] == "Скануйте QR-код"
        assert lines[1].startswith("До сплати")
        assert all(len(line) <= 20 for line in lines)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("hQVDUFYwMQ", ""),
        (TWO_CARDS, " (MASTERCARD, Visa)"),
        (TWO_CARDS.rstrip("=")[:26], ""),
        ("hQVDUFYwMWEA", ""),
        ("]Q3hQVDUFYwMQ==", ""),
    ],
)
def test_a_customer_s_own_code_is_recognised_and_refused_in_words_without_a_trace(
    tmp_path: Path, code: str, names: str
) -> None:
    with running(tmp_path, policy=RULES, payments=desk()) as it:
        asks(it)
        answer = it.tries(c.Scan(code))
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.CUSTOMER_CODE
        assert answer.params == {"names": names}
        assert shown(it)
    held = b"".join(it.read_bytes() for it in tmp_path.iterdir() if it.is_file())
    assert code.encode() not in held
    assert b"541333008902" not in held


# What is written in each kind of code

MINOR = st.integers(1, 99_999_999)


@given(MINOR, st.sampled_from(["002", "003"]), st.sampled_from(["lf", "crlf"]))
def test_a_ukrainian_code_is_read_back(amount: int, version: str, eol: str) -> None:
    shop = scheme(version=version, line_end=eol, encoding="cp1251")
    code = nbu.read(shop.write(Bill(amount, "UAH", "3-1-421-1", MADE, MADE + LIFETIME)))
    assert (code.version, code.amount_minor, code.iban_valid) == (version, amount, True)
    if version == "003":
        assert code.editable is False
        assert code.fields[14:16] == ["261123164200", "261123163200"]


@given(MINOR)
def test_a_european_a_swiss_and_an_emvco_code_are_read_back(amount: int) -> None:
    bill = Bill(amount, "EUR", "3-1-421-1", MADE, MADE + LIFETIME)
    euro = epc.read(scheme("epc").write(bill))
    assert (euro.amount_minor, euro.iban_valid) == (amount, True)
    bill = replace(bill, currency="CHF")
    franc = swiss.read(scheme("swiss").write(bill))
    assert (franc.amount_minor, franc.currency) == (amount, "CHF")
    assert franc.iban_valid
    assert franc.reference_valid
    assert franc.fields[swiss.REFERENCE - 1] == euro.fields[epc.REFERENCE - 1]
    bill = replace(bill, currency="UAH")
    merchant = mpm.read(scheme("emvco").write(bill))
    assert (merchant.amount_minor, merchant.currency) == (amount, "980")
    assert ("62", [("05", "3-1-421-1")]) in merchant.tree


def test_a_yen_has_no_decimals_and_a_dinar_three() -> None:
    for currency, text in (("JPY", "1999"), ("KWD", "1.999"), ("UAH", "19.99")):
        bill = Bill(1999, currency, "1-1-1-1", MADE, MADE)
        assert ("54", text) in mpm.read(scheme("emvco").write(bill)).tree


def test_a_creditor_reference_tells_the_payments_apart() -> None:
    assert creditor_reference("3-1-421-1") != creditor_reference("3-14-21-1")
    assert creditor_reference("3-1-421-1")[4:] == "3X1X421X1"


# Settings


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "pix"}, "code must be one of nbu, epc, swiss, emvco"),
        ({"code": 1}, "code must be one of"),
        ({"account": "UA213223130000026007233566002"}, "account is no account number"),
        ({"account": None}, "account"),
        ({"tax_id": "12"}, "tax_id"),
        ({"holder": ""}, "holder"),
        ({"holder": "a\nb"}, "holder"),
        ({"lifetime_minutes": 0}, "lifetime_minutes"),
        ({"acount": "x"}, "acount is not known"),
        ({"version": "001"}, "version"),
    ],
    ids=str,
)
def test_a_wrong_setting_says_which_and_what(change: dict[str, Any], said: str) -> None:
    table = {"name": "QR", "type": "qr", "driver": "qr", **SHOPS["nbu"], **change}
    with pytest.raises(PortError, match=said):
        registry.create(table)


@pytest.mark.parametrize("name", SHOPS)
def test_the_settings_of_each_kind_make_a_port_that_a_person_answers_for(name: str) -> None:
    port = registry.create({"name": "QR", "type": "qr", "driver": "qr", **SHOPS[name]})
    assert port.by_hand
    spaced = {**SHOPS["nbu"], "account": "UA21 3223 1300 0002 6007 2335 66001"}
    assert registry.create({"name": "QR", "type": "qr", "driver": "qr", **spaced}).name == "QR"
