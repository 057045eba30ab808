"""A manager looks after the people at the till itself; each change is a fact with his name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.barcode.own import ReceiptCode
from appliance.core.devices import CardRefused, CardTrouble, Scanned
from appliance.core.policy import Person
from appliance.core.refusal import Reason
from appliance.journal import Journal
from appliance.people.customers import Customer, CustomerBook
from appliance.people.staff import StaffBook
from appliance.ui.words import REFUSALS
from tests.till.builders import Running
from tests.till.test_door import (
    CASHIERS,
    MANAGERS,
    OVERRIDE,
    PEOPLE,
    at_work,
    guarded,
    look,
    reason,
)

TAG = "04A2B9C1D2E380"
NEW_PIN = "480273"


def changes(folder: Path) -> list[tuple[str, str, f.StaffChange]]:
    """Who did what to whom."""
    with Journal.open(folder / "journal.db", "till-1") as journal:
        found = [it for it in journal.records() if isinstance(it.fact, f.StaffChanged)]
    return [(it.actor, it.fact.staff, it.fact.change) for it in found]  # type: ignore[union-attr]


def managing(it: Running) -> None:
    it.does(c.SignIn("ivan", MANAGERS))


def test_a_new_person_gets_a_pin_and_signs_in_at_once(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        managing(it)
        it.does(c.PutPerson("Тарас  Шкляр", "senior"))
        [taras] = [p for p in look(it).people.staff if p.name == "Тарас Шкляр"]
        assert (taras.id, taras.role, taras.has_pin) == ("taras", "senior", False)
        it.does(c.SetPin("taras", NEW_PIN))
        it.does(c.SignIn("taras", NEW_PIN))
        assert look(it).cashier == "taras"
    assert changes(tmp_path) == [
        ("ivan", "taras", f.StaffChange.ADDED),
        ("ivan", "taras", f.StaffChange.PIN_SET),
    ]


def test_the_next_tag_is_the_persons_and_goods_are_goods_again(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        managing(it)
        it.does(c.AimBadge("olena"))
        assert look(it).people.badge_for == "olena"
        it.does(c.Scan(TAG))
        shown = look(it).people
        assert shown.badge_for == ""
        assert [p.id for p in shown.staff if p.has_badge] == ["olena"]
        it.till.tell(Scanned("scanner", TAG))
        assert look(it).cashier == "olena"
    assert changes(tmp_path) == [("ivan", "olena", f.StaffChange.BADGE_GIVEN)]


def test_a_card_at_a_reader_is_a_badge_by_its_own_number(tmp_path: Path) -> None:
    card = "uid:04A1B2C3D4E5F6"
    with guarded(tmp_path) as it:
        managing(it)
        it.till.tell(Scanned("cards", card))
        assert look(it).notice.key == Reason.TAG_UNKNOWN
        it.does(c.AimBadge("olena"))
        it.till.tell(Scanned("cards", card))
        it.till.tell(Scanned("cards", card))
        assert look(it).cashier == "olena"
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and has(path, b"04A1B2C3")]


def has(path: Path, word: bytes) -> bool:
    return word in path.read_bytes()


@pytest.mark.parametrize("trouble", CardTrouble)
def test_a_card_that_says_nothing_is_told_in_words(trouble: CardTrouble, tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        managing(it)
        it.till.tell(CardRefused("cards", trouble))
        notice = look(it).notice
        assert notice.tone == "bad"
        assert Reason(notice.key) in REFUSALS


def test_somebody_elses_badge_is_said_and_the_till_waits_for_another(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        managing(it)
        it.does(c.GiveBadge("ivan", TAG))
        it.does(c.AimBadge("olena"))
        assert reason(it.tries(c.Scan(TAG))) is Reason.BADGE_TAKEN
        assert look(it).cashier == "ivan"
        assert reason(it.tries(c.Scan("7"))) is Reason.BADGE_SHORT
        it.does(c.Scan("04FFB9C1D2E380"))
        assert [p.id for p in look(it).people.staff if p.has_badge] == ["olena", "ivan"]


def test_who_leaves_or_locks_ends_the_waiting_for_a_badge(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        for leave in (c.AimBadge(), c.LockTill(), c.SignIn("olena", CASHIERS)):
            managing(it)
            it.does(c.AimBadge("olena"))
            it.does(leave)
            assert look(it).people.badge_for == ""


@pytest.mark.parametrize(
    "request_",
    [
        c.SeeStaff(),
        c.PutPerson("Тарас", "manager"),
        c.PutPerson("Олена", "manager", "olena"),
        c.SetPin("ivan", NEW_PIN),
        c.GiveBadge("ivan", TAG),
        c.BlockBadge("ivan"),
        c.RemovePerson("ivan"),
    ],
    ids=lambda it: type(it).__name__,
)
def test_a_cashier_changes_nobody_and_no_approval_shows_a_secret(
    tmp_path: Path, request_: c.Request
) -> None:
    with guarded(tmp_path) as it:
        at_work(it)
        before = look(it).people.staff
        assert reason(it.tries(request_)) is Reason.SIGN_IN_FIRST
        shown = look(it).people
        assert shown.wanted is None
        assert shown.staff == before
        asked = {"command": "set_pin", "staff": "ivan", "pin": NEW_PIN}
        assert reason(it.tries(c.Approved(asked, "ivan", MANAGERS))) is Reason.SIGN_IN_FIRST
        assert look(it).people.wanted is None
        it.does(c.Approved(OVERRIDE, "ivan", MANAGERS))
    assert changes(tmp_path) == []


def test_nobody_locks_the_shop_out(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        managing(it)
        assert reason(it.tries(c.RemovePerson("ivan"))) is Reason.STAFF_AT_TILL
        demoted = c.PutPerson("Іван", "cashier", "ivan")
        assert reason(it.tries(demoted)) is Reason.LAST_MANAGER
        it.does(c.PutPerson("Софія", "manager"))
        # She has no PIN yet: without Ivan nobody could look after anybody.
        assert reason(it.tries(demoted)) is Reason.MANAGER_FIRST
        it.does(c.SetPin("sofiia", NEW_PIN))
        it.does(demoted)
        assert reason(it.tries(c.SeeStaff())) is Reason.SIGN_IN_FIRST


def test_the_first_pin_of_a_shop_is_a_managers(tmp_path: Path) -> None:
    with guarded(tmp_path, pins=False) as it:
        it.does(c.SignIn("ivan"))
        assert reason(it.tries(c.SetPin("olena", NEW_PIN))) is Reason.MANAGER_FIRST
        assert reason(it.tries(c.GiveBadge("olena", TAG))) is Reason.MANAGER_FIRST
        it.does(c.SetPin("ivan", MANAGERS))
        it.does(c.SetPin("olena", NEW_PIN))


@pytest.mark.parametrize("pin", ["1234", "7777", "123", "2024", "12a4"])
def test_a_pin_that_is_guessed_first_is_not_set(tmp_path: Path, pin: str) -> None:
    with guarded(tmp_path) as it:
        managing(it)
        assert reason(it.tries(c.SetPin("olena", pin))) is Reason.PIN_TOO_EASY
        it.does(c.SignIn("olena", CASHIERS))


def test_who_is_removed_opens_nothing_and_a_namesake_is_somebody_else(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        managing(it)
        it.does(c.GiveBadge("olena", TAG))
        it.does(c.RemovePerson("olena"))
        assert reason(it.tries(c.SignIn("olena", CASHIERS))) is Reason.STAFF_UNKNOWN
        it.tries(c.Scan(TAG))
        assert look(it).cashier == "ivan"
        it.does(c.PutPerson("Олена", "cashier"))
        assert [p.id for p in look(it).people.staff] == ["ivan", "olena2"]


def test_no_file_and_no_view_holds_what_was_set_here(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        managing(it)
        it.does(c.SetPin("olena", NEW_PIN))
        it.does(c.AimBadge("olena"))
        it.does(c.Scan(TAG))
        shown = json.dumps(str(look(it)))
    found = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (NEW_PIN, TAG):
        assert secret not in shown
        assert secret.encode() not in found


def test_goods_and_receipts_are_no_badges(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        managing(it)
        it.does(c.AimBadge("olena"))
        assert reason(it.tries(c.Scan("4820000000017"))) is Reason.CARD_IS_GOODS
        receipt = ReceiptCode(1, 1, 118)
        assert reason(it.tries(c.Scan(receipt.text))) is Reason.CODE_NOT_FOR_SALE
        assert not any(person.has_badge for person in look(it).people.staff)


def test_what_the_command_line_changes_meanwhile_is_written_down_too(tmp_path: Path) -> None:
    with guarded(tmp_path) as it:
        managing(it)
        with StaffBook(tmp_path, PEOPLE) as command:
            command.put(Person("taras", "Тарас", "senior"))
            command.set_pin("olena", NEW_PIN, it.clock())
            command.take_tag("ivan", TAG, it.clock())
        with CustomerBook(tmp_path) as customers:
            customers.add(Customer("c1", "Марія"))
        it.does(c.SignIn("olena", NEW_PIN))
        managing(it)
        with StaffBook(tmp_path, PEOPLE) as command:
            command.forget_secrets("olena")
            command.remove("taras")
        managing(it)
        it.does(c.RemovePerson("olena"))
    assert changes(tmp_path) == [
        ("cli", "olena", f.StaffChange.PIN_SET),
        ("cli", "ivan", f.StaffChange.BADGE_GIVEN),
        ("cli", "taras", f.StaffChange.ADDED),
        ("cli", "olena", f.StaffChange.PIN_CLEARED),
        ("cli", "taras", f.StaffChange.REMOVED),
        ("ivan", "olena", f.StaffChange.REMOVED),
    ]
