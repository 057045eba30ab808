"""Payments at the counter's page, with the mouse: what the journal says and what was really charged."""

from collections.abc import Iterator

import pytest
from counter.paying import MILK_MINOR, Payer, at_the_counter

from hw_sim.till_process import Power
from hw_sim.till_watch import ask

pytestmark = [pytest.mark.screen, pytest.mark.alone, pytest.mark.proof]


@pytest.fixture(scope="module")
def payer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Payer]:
    with at_the_counter(tmp_path_factory.mktemp("counter")) as made:
        yield made


@pytest.fixture(autouse=True)
def next_customer(payer: Payer) -> Iterator[None]:
    yield
    payer.tidies()


def test_a_card_is_approved_and_one_is_declined(payer: Payer) -> None:
    payer.asks("terminal")
    payer.key("approve")
    assert payer.ends("approved", charged=1).charged_minor == MILK_MINOR
    payer.sees(lambda look: "done" in look)
    payer.asks("terminal")
    payer.key("decline")
    payer.ends("declined", charged=0)


def test_a_part_is_approved_and_the_rest_is_open(payer: Payer) -> None:
    payer.asks("terminal")
    payer.key("part")
    assert payer.ends("partially_approved", charged=1).booked_minor == MILK_MINOR // 2
    look = payer.sees(lambda look: look.get("basket", {}).get("left_minor") == MILK_MINOR // 2)
    assert "done" not in look or look["done"]["sale"] != look["basket"]["sale"]


def test_an_answer_that_is_lost_is_found_and_charged_once(payer: Payer) -> None:
    payer.asks("terminal")
    payer.key("lose")
    payer.sees(lambda look: look.get("pay", {}).get("asked", {}).get("unsure"))
    payer.ends("approved", charged=1)


def test_a_wire_that_is_cut_and_a_till_without_power_charge_once(payer: Payer) -> None:
    payer.asks("terminal")
    payer.shows("card")
    payer.page.click("[data-cut='before_answer']")
    payer.key("approve")
    payer.ends("approved", charged=1)
    payer.asks("terminal")
    payer.shows("card")
    payer.page.click("#power")
    assert payer.counter.till.wait(lambda power: power is Power.OFF, 10)
    payer.key("approve")
    assert payer.counter.till.wait(lambda power: power is Power.ON, 60)
    payer.ends("approved", charged=1)


def test_a_cable_that_is_out_takes_no_money(payer: Payer) -> None:
    payer.switch("terminal", on=False)
    payer.asks("terminal")
    payer.ends("declined", charged=0)
    payer.switch("terminal", on=True)


def test_a_phone_pays_a_code_that_it_reads_off_the_screen(payer: Payer) -> None:
    payer.asks("bank")
    payer.phone("pay")
    payer.ends("approved", charged=1)
    payer.sees(lambda look: "done" in look)
    payer.asks("bank")
    payer.phone("other")
    assert payer.ends("approved", charged=1).charged_minor == MILK_MINOR + 1_00


def test_a_phone_that_never_pays_is_called_off(payer: Payer) -> None:
    payer.asks("bank")
    payer.phone("never")
    payer.tap("call_off")
    payer.ends("cancelled", charged=0)


def test_a_bank_that_cannot_be_reached_is_asked_until_it_tells(payer: Payer) -> None:
    payer.asks("bank")
    payer.phone("late")
    payer.switch("bank", on=False)
    payer.page.until("document.querySelector('#phone-screen').dataset.word === 'paid'", 30)
    payer.switch("bank", on=True)
    payer.ends("approved", charged=1)


def test_a_club_card_pays_and_a_bank_card_belongs_to_the_terminal(payer: Payer) -> None:
    payer.asks("club")
    payer.page.click("[data-card='bank']")
    payer.sees(lambda look: look.get("notice", {}).get("key") == "tag_bank_card")
    payer.page.click("[data-card='club']")
    payer.ends("approved", charged=1)


def test_a_gift_card_is_scanned_from_its_paper_and_held_to_the_reader(payer: Payer) -> None:
    socket = payer.counter.socket
    assert ask(socket, {"command": "sell_gift_card", "amount_minor": 100_00})["ok"]
    assert ask(socket, {"command": "tender_cash"})["ok"]
    payer.waits_for(lambda: payer.counter.printed("GC"))
    for card in ("code", "gift"):
        payer.takes("1063")
        payer.page.click(f"[data-card='{card}']")
        payer.sees(lambda look: look.get("accounts", {}).get("card", {}).get("balance"))
        payer.tap("by_gift_card")
        payer.sees(lambda look: "done" in look and "basket" not in look)


@pytest.mark.parametrize(
    ("protocol", "red"), [("zvt", "cancelled"), ("nexo", "cancelled"), ("ecr17", "declined")]
)
def test_another_terminal_is_set_up_and_charges_once(payer: Payer, protocol: str, red: str) -> None:
    """red: what the terminal says when its customer presses the red key."""
    payer.chooses(protocol)
    payer.asks("terminal")
    payer.key("approve")
    payer.ends("approved", charged=1)
    payer.sees(lambda look: "done" in look)
    payer.asks("terminal")
    payer.key("cancel")
    payer.ends(red, charged=0)
    payer.tidies()
    payer.asks("terminal")
    payer.key("lose")
    payer.ends("approved", charged=1)


def test_a_slip_that_the_terminal_leaves_to_the_till_comes_out_once_and_again_as_a_copy(
    payer: Payer,
) -> None:
    payer.chooses("zvt")
    # A till that was switched to another terminal while it printed leaves that to a person.
    undelivered = payer.sees(lambda look: "cashier" in look).get("matters")
    printer = payer.counter.rig.printer
    for key in ("approve", "lose"):
        before = len(printer.receipts)
        payer.asks("terminal")
        payer.key(key)
        payer.ends("approved", charged=1)
        payer.sees(lambda look: "done" in look and look.get("matters") == undelivered)
        payer.waits_for(lambda before=before: len(printer.receipts) == before + 2)
    facts = [
        it["body"].get("slip", "")
        for it in payer.counter.kept
        if it.get("type") == "PrintRequested"
    ]
    assert [it.split(":")[:3] for it in facts if it.startswith("terminal:")][-2:] == [
        ["terminal", "customer", ""],
        ["terminal", "customer", "again"],
    ]


def test_a_terminal_that_tells_nothing_afterwards_leaves_it_to_a_manager(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("euros")
    with at_the_counter(folder, terminal="caisse_ap", currency="EUR") as payer:
        payer.asks("terminal")
        payer.key("approve")
        payer.ends("approved", charged=1)
        payer.sees(lambda look: "done" in look)
        payer.asks("terminal")
        payer.key("lose")
        payer.sees(lambda look: look.get("pay", {}).get("asked", {}).get("unsure"))
        assert (payer.book[-1].state, payer.book[-1].charged) == ("unknown", 1)
        payer.page.until("document.querySelector('#book-verdict').dataset.verdict === 'book_open'")
