"""What comes out on paper for a card, a balance and money ahead, laid out like any slip."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from appliance.card_slips import TITLES
from appliance.codes.seeded import seeded_code
from appliance.core import commands as c
from appliance.core.accounts_look import AdvanceLook
from appliance.core.barcode.own import OwnKind, read_own
from appliance.core.facts import AccountKind, PrintWhat
from appliance.core.receipt import Receipt, Report, ShopHeader
from appliance.core.state import PrintJob
from appliance.documents import Papers
from appliance.i18n import translator
from appliance.receipt.compose import compose
from appliance.receipt.text import to_text
from tests.core.builders import POLICY
from tests.till.builders import NAMES, Running, open_shift, running
from tests.till.cards import RULES

PEPPER = b"pepper"
PAPERS = Papers(ShopHeader("На розі"), POLICY, NAMES, "uk", pepper=PEPPER)


def slips(it: Running) -> list[PrintJob]:
    return [job for job in it.hands.printed if job.what is PrintWhat.SLIP]


def words(document: Report | Receipt) -> str:
    return to_text(compose(document))


def test_a_new_card_comes_out_with_its_code_its_worth_and_its_day(tmp_path: Path) -> None:
    policy = replace(POLICY, accounts=replace(RULES, card_months=36))
    with running(tmp_path, policy=policy, pepper=PEPPER) as it:
        open_shift(it)
        it.does(c.SellGiftCard(500_00))
        it.does(c.TenderCash())
        document = PAPERS.document(slips(it)[-1], it.till.journal)
        assert isinstance(document, Report)
        own = read_own(document.qr)
        assert own is not None
        text = words(document)
        assert own.grouped in text
        assert "500,00" in text
        assert "23.11.2029" in text
        it.does(c.CheckCard(document.qr))
        card = it.till.look.accounts.card
        assert card is not None
        it.does(c.PrintBalance(card.account))
        assert "Залишок" in words(PAPERS.document(slips(it)[-1], it.till.journal))


def test_money_ahead_has_a_slip_with_name_sum_and_day(tmp_path: Path) -> None:
    with running(tmp_path, pepper=PEPPER) as it:
        open_shift(it)
        it.does(c.TakeAdvance(100_00, "Замовлення 7", "2026-12-24"))
        it.does(c.TenderCash())
        text = words(PAPERS.document(slips(it)[-1], it.till.journal))
        assert "Замовлення 7" in text
        assert "100,00" in text
        assert "24.12.2026" in text
        it.does(c.ListAdvances())
        (advance,) = it.till.look.accounts.advances or ()
        assert isinstance(advance, AdvanceLook)


def test_the_same_seed_gives_the_same_code_and_another_key_another() -> None:
    first = seeded_code(OwnKind.GIFT_CARD, "abc", b"one").text
    assert first == seeded_code(OwnKind.GIFT_CARD, "abc", b"one").text
    assert first != seeded_code(OwnKind.GIFT_CARD, "abc", b"two").text
    assert read_own(first) is not None


def test_every_kind_of_account_has_a_title_in_ukrainian() -> None:
    assert set(TITLES) == set(AccountKind)
    assert all(translator("uk")(title) != title for title in TITLES.values())
