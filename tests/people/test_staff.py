"""Staff, PINs and badges: what is kept, what is refused, and what is never in clear."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from appliance.core.policy import Person
from appliance.people.pins import PinMistake, mistake
from appliance.people.staff import StaffBook, StaffMistake

AT = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
STAFF = (Person("olena", "Олена"), Person("ivan", "Іван", "manager"))
PIN = "730518"


def book(folder: Path) -> StaffBook:
    return StaffBook(folder, STAFF)


def test_the_right_pin_fits_its_person_alone(tmp_path: Path) -> None:
    with book(tmp_path) as staff:
        staff.set_pin("olena", PIN, AT)
        assert staff.pin_fits("olena", PIN)
        assert not staff.pin_fits("olena", "730519")
        assert not staff.pin_fits("ivan", PIN)
        assert not staff.pin_fits("nobody", PIN)


@pytest.mark.parametrize(
    "pin",
    ["1234", "0000", "4321", "7777", "1212", "12345678", "123123", "1990", "2024", "2580",
     "123", "123456789", "12a4", "", "١٢٣٧", "9876"],
)  # fmt: skip
def test_a_pin_that_is_guessed_first_is_refused(tmp_path: Path, pin: str) -> None:
    assert mistake(pin)
    with book(tmp_path) as staff:
        with pytest.raises(PinMistake):
            staff.set_pin("olena", pin, AT)
        assert not staff.secrets.any


@pytest.mark.parametrize("pin", ["7305", "80264", "730518", "5830172", "71940362"])
def test_an_ordinary_pin_is_taken(pin: str) -> None:
    assert mistake(pin) == ""


def test_no_file_of_the_till_holds_a_pin_a_badge_or_a_tag_in_clear(tmp_path: Path) -> None:
    with book(tmp_path) as staff:
        staff.set_pin("olena", PIN, AT)
        badge = staff.new_badge("ivan", AT)
        staff.take_tag("olena", "04A2B9C1D2E380", AT)
    found = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    for secret in (PIN, badge.text, badge.body, "04A2B9C1D2E380"):
        assert secret.encode() not in found
    assert stat.S_IMODE((tmp_path / "people.db").stat().st_mode) == 0o600


def test_a_new_badge_makes_the_old_one_worthless(tmp_path: Path) -> None:
    with book(tmp_path) as staff:
        old = staff.new_badge("ivan", AT)
        new = staff.new_badge("ivan", AT)
        assert staff.owner_of(old.text) is None
        assert staff.owner_of(new.text) == "ivan"
        assert staff.owner_of(new.grouped.lower()) == "ivan"


def test_a_tag_belongs_to_one_person_only(tmp_path: Path) -> None:
    with book(tmp_path) as staff:
        staff.take_tag("olena", "04A2B9C1D2E380", AT)
        with pytest.raises(StaffMistake):
            staff.take_tag("ivan", " 04A2B9C1D2E380\n", AT)
        assert staff.owner_of("04A2B9C1D2E380") == "olena"


def test_what_one_process_changes_another_one_sees(tmp_path: Path) -> None:
    with book(tmp_path) as till, book(tmp_path) as command:
        assert not till.refresh()
        command.put(Person("taras", "Тарас", "senior"))
        command.set_pin("taras", PIN, AT)
        assert till.refresh()
        assert till.person("taras") == Person("taras", "Тарас", "senior")
        assert till.secrets.has_pin == {"taras"}


def test_who_was_removed_has_neither_pin_nor_badge_left(tmp_path: Path) -> None:
    with book(tmp_path) as staff:
        staff.set_pin("olena", PIN, AT)
        badge = staff.new_badge("olena", AT)
        staff.remove("olena")
        assert staff.person("olena") is None
        assert staff.owner_of(badge.text) is None
        assert not staff.pin_fits("olena", PIN)
