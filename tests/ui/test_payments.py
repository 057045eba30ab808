"""Cards by touch: an answer that does not come, money that goes back, the terminal's day."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.payment_answer import AskingAgain, PaymentSaid
from tests.ui.rig import BREAD, Rig, demo_till
from tests.ui.scenes.paying import (
    BY_WIRE,
    LEFT_OPEN,
    LOST,
    TERMINAL_OFF,
    WIRED_NAME,
    _wired,
    wire_answer,
)
from tests.ui.scenes.scene import OPEN
from tests.ui.scenes.terminals import PAID_BY_CARD

Wired = Callable[..., Rig]
APPROVED, UNKNOWN = f.TenderOutcome.APPROVED, f.TenderOutcome.UNKNOWN


@pytest.fixture
def wired(kivy: None, tmp_path: Path) -> Iterator[Wired]:
    """A desk whose terminal has a wire, and says only what the test tells."""
    with demo_till(tmp_path, change=_wired) as parts:
        rigs: list[Rig] = []

        def make(*requests: c.Request) -> Rig:
            rig = Rig(*parts)
            rigs.append(rig)
            rig.does(*requests)
            rig.settle()
            return rig

        yield make
        for rig in rigs:
            rig.close()


def facts(rig: Rig, kind: type) -> list[f.Fact]:
    return [it.fact for it in rig.till.journal.records() if isinstance(it.fact, kind)]


def titles(rig: Rig) -> list[str]:
    from appliance.ui.widgets.key import Key

    return [key.face.title for key in rig.screen.every(Key) if key.rect.w]


def test_what_the_terminal_shows_stands_on_the_till_s_screen(wired: Wired) -> None:
    rig = wired(*BY_WIRE)
    rig.till.tell(PaymentSaid(f.SaleId(1), 1, "Вставте картку"))
    rig.settle()
    assert rig.screen.asked.says == "Вставте картку"
    assert titles(rig) == ["Скасувати на терміналі"]


def test_a_cancel_is_only_asked_for(wired: Wired) -> None:
    rig = wired(*BY_WIRE)
    rig.tap("Скасувати на терміналі")
    assert rig.desk.name == "terminal"
    assert rig.screen.asked.cancelling
    rig.does(wire_answer(1, 1, APPROVED))
    rig.settle()
    assert rig.desk.name == "pay"
    assert rig.screen.finish.face.enabled
    rig.tap("Покупець пішов")
    assert [it.reversal for it in rig.till.look.pay.open] == [True]
    assert rig.till.look.basket is None


def test_nobody_knows_and_the_next_customer_pays_in_cash(wired: Wired) -> None:
    rig = wired(*LOST)
    rig.tap("Обслужити наступного")
    assert rig.desk.name == "sale"
    rig.does(c.SellItem(BREAD), c.TenderCash())
    rig.does(wire_answer(1, 1, APPROVED))
    assert not rig.till.look.pay.open
    assert rig.till.look.suspended


def test_the_seconds_until_the_terminal_is_asked_again_run_down(wired: Wired) -> None:
    rig = wired(*LOST)
    assert "сама" in rig.screen._again_in()
    rig.till.tell(AskingAgain(f.SaleId(1), 1, time.monotonic_ns() + 9_900_000_000))
    rig.settle()
    assert rig.screen._again_in() == "Каса сама запитає термінал через 10 с."
    rig.till.tell(AskingAgain(f.SaleId(1), 1, time.monotonic_ns() - 1))
    rig.settle()
    assert rig.screen._again_in() == "Каса сама запитає термінал через 0 с."


def test_ask_now_asks_about_the_payment_and_for_no_money(wired: Wired) -> None:
    rig = wired(*LOST)
    rig.tap("Запитати зараз")
    assert len(facts(rig, f.TenderInquired)) == 1
    assert len(facts(rig, f.TenderAsked)) == 1


def test_a_cashier_s_word_is_not_enough_and_a_manager_s_is_signed(wired: Wired) -> None:
    rig = wired(*LOST)
    rig.tap("Вирішує керівник")
    assert not rig.screen.yes.face.enabled
    rig.tap("Чек термінала", "Оплачено")
    assert rig.desk.name == "approve"
    rig.tap("Ірина")
    (answered,) = [it for it in facts(rig, f.TenderAnswered) if getattr(it, "by_hand", False)]
    assert isinstance(answered, f.TenderAnswered)
    assert (answered.outcome, answered.reason) == (APPROVED, "Чек термінала")
    (allowed,) = facts(rig, f.Overridden)
    assert isinstance(allowed, f.Overridden)
    assert (allowed.cashier, allowed.approver) == ("olena", "iryna")
    assert rig.till.look.done is not None


def test_a_part_is_approved_and_the_rest_stays_to_be_paid(wired: Wired) -> None:
    rig = wired(*BY_WIRE)
    rig.does(wire_answer(1, 1, APPROVED, 200_00))
    rig.settle()
    assert rig.till.look.basket.left_minor == 296_40
    assert rig.desk.name == "cash"
    rig.does(c.TenderCash())
    rig.settle()
    assert rig.desk.name == "done"


def test_money_to_give_back_is_asked_for_once_more_and_leaves_the_list(wired: Wired) -> None:
    rig = wired(*LEFT_OPEN, wire_answer(2, 1, APPROVED))
    rig.desk.go("payments")
    rig.tap("Повернути гроші")
    assert rig.till.look.pay.open[0].waits
    rig.does(wire_answer(1, 1002, APPROVED, -200_00))
    rig.settle()
    assert rig.screen.count() == 0


def test_a_difference_is_looked_at_one_by_one_and_signed_by_a_manager(wired: Wired) -> None:
    rig = wired(*TERMINAL_OFF)
    rig.desk.go("terminals")
    rig.tap("По одній")
    assert [it.explains for it in rig.screen.terminal.doubts] == [True]
    rig.tap("Має рацію термінал")
    assert rig.desk.name == "approve"
    rig.tap("Ірина")
    (accepted,) = facts(rig, f.TotalsAccepted)
    assert isinstance(accepted, f.TotalsAccepted)
    assert (accepted.amount_minor, accepted.reason) == (319_00, "Має рацію термінал")


def test_a_terminal_is_asked_for_its_sums_and_shown_as_being_asked(wired: Wired) -> None:
    rig = wired(*LEFT_OPEN)
    rig.desk.go("terminals")
    rig.tap("Запитати підсумки")
    (asked,) = facts(rig, f.TotalsAsked)
    assert asked == f.TotalsAsked(WIRED_NAME)


def test_all_payments_lead_to_the_one_that_nobody_knows(wired: Wired) -> None:
    rig = wired(*PAID_BY_CARD)
    rig.desk.go("past_payments")
    rig.until(lambda: rig.screen.count() == 4)
    states = [it.intent.state.value for it in rig.screen.payments]
    assert states == ["unknown", "partially_approved", "declined", "approved"]
    rig.tap("Розібратися")
    assert rig.desk.name == "payments"
    rig.tap("Запитати зараз")
    (asked,) = facts(rig, f.TenderInquired)
    assert isinstance(asked, f.TenderInquired)
    assert (asked.sale, asked.tender) == (3, 1)
    rig.desk.go("past_payments")
    rig.tap("Лише без відповіді")
    rig.until(lambda: rig.screen.count() == 1)


def test_all_payments_are_the_manager_s_to_see(wired: Wired) -> None:
    rig = wired(*LEFT_OPEN)
    rig.desk.go("past_payments")
    rig.settle()
    assert not rig.till.look.people.reports
    assert rig.screen.count() == 0


def test_what_is_open_of_a_terminal_leads_to_its_row(wired: Wired) -> None:
    rig = wired(*OPEN)
    for serial in ("P400-1", "P400-2"):
        rig.till.ask(c.ListTerminal(serial, "Verifone", "P400", "каса 1"), actor="iryna")
    rig.till.ask(c.InspectTerminal("P400-2", tampered=True, seen="накладка"), actor="iryna")
    rig.settle()
    rig.desk.go("open_matters")
    rig.tap("Розібратися")
    assert (rig.desk.name, rig.screen.chosen) == ("terminal_list", 1)


def test_a_terminal_that_was_looked_at_is_noted_with_the_manager_s_name(wired: Wired) -> None:
    rig = wired(*OPEN)
    rig.till.ask(c.ListTerminal("P400-1", "Verifone", "P400", "каса 1"), actor="iryna")
    rig.settle()
    rig.desk.go("terminal_list")
    rig.tap("Оглянуто сьогодні")
    assert rig.desk.name == "approve"
    rig.tap("Ірина")
    (looked,) = facts(rig, f.TerminalInspected)
    assert isinstance(looked, f.TerminalInspected)
    assert (looked.serial, looked.by, looked.tampered) == ("P400-1", "iryna", False)
