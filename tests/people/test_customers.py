"""Finding customers: phones in any spelling, names with mistakes, cards; and forgetting them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.people.customers import Customer, CustomerBook, CustomerMistake
from appliance.people.phones import phone_number
from appliance.people.schema import connect


@pytest.fixture
def book(tmp_path: Path) -> Iterator[CustomerBook]:
    with CustomerBook(tmp_path) as made:
        made.add(Customer("maria", "Марія Коваленко", "067 123-45-67"), code="LOYAL-000001")
        made.add(Customer("maryna", "Марина Ковальчук", "+38 (050) 765 43 21"))
        made.add(Customer("ivan", "Іван Петренко"))
        yield made


def ids(book: CustomerBook, text: str) -> list[str]:
    return [it.id for it in book.find(text)]


@pytest.mark.parametrize(
    "text",
    ["0671234567", "+380671234567", "80671234567", "067-123 45 67", "671234567", "4567", "45-67",
     "+380 (0)67 123 45 67", "8 (067) 1234567", "00380671234567", "067.123.45.67"],
)  # fmt: skip
def test_a_phone_is_found_in_every_spelling(book: CustomerBook, text: str) -> None:
    assert ids(book, text) == ["maria"]


@pytest.mark.parametrize("text", ["коваленко", "ковалєнко", "кавaленко", "kovalenko", "марія ков"])
def test_a_name_is_found_with_mistakes_and_in_latin(book: CustomerBook, text: str) -> None:
    assert ids(book, text)[0] == "maria"


@pytest.mark.parametrize("text", ["vfhsz", "vfhsz rjdfk", "Rjdfktyrj"])
def test_a_name_is_found_when_the_keyboard_stood_in_the_wrong_layout(
    book: CustomerBook, text: str
) -> None:
    assert ids(book, text)[0] == "maria"


def test_all_typed_words_must_fit(book: CustomerBook) -> None:
    assert ids(book, "марина петренко") == []
    assert set(ids(book, "ковал")) == {"maria", "maryna"}


def test_a_card_is_known_by_its_code_and_kept_as_a_hash_alone(
    book: CustomerBook, tmp_path: Path
) -> None:
    assert ids(book, "LOYAL-000001") == ["maria"]
    kept = (tmp_path / "people.db").read_bytes() + (tmp_path / "people.db-wal").read_bytes()
    assert b"LOYAL" not in kept


def test_nobody_has_somebody_elses_phone_or_card(book: CustomerBook) -> None:
    with pytest.raises(CustomerMistake) as phone:
        book.add(Customer("", "Інша", "067 1234567"))
    assert phone.value.known == "Марія Коваленко"
    with pytest.raises(CustomerMistake):
        book.add(Customer("", "Інша"), code="LOYAL-000001")


@pytest.mark.parametrize(
    "wrong",
    [
        Customer("", "  "),
        Customer("", "Інша", "12"),
        Customer("", "Інша", birthday="31.12.1990"),
        Customer("", "Інша", email="nobody"),
        Customer("", "Інша", limit_minor=-1),
    ],
)
def test_what_cannot_be_right_is_not_kept(book: CustomerBook, wrong: Customer) -> None:
    with pytest.raises(CustomerMistake):
        book.add(wrong)


def test_an_erased_person_is_on_no_page_of_the_files(book: CustomerBook, tmp_path: Path) -> None:
    assert book.erase(["maria"]) == 1
    assert ids(book, "коваленко") == ["maryna"] or ids(book, "коваленко") == []
    for name in ("people.db", "people.db-wal"):
        assert "Коваленко".encode() not in (tmp_path / name).read_bytes()
        assert b"380671234567" not in (tmp_path / name).read_bytes()


def test_what_another_process_adds_is_found_too(book: CustomerBook, tmp_path: Path) -> None:
    assert ids(book, "Оксана") == []
    with CustomerBook(tmp_path) as other:
        other.add(Customer("oksana", "Оксана Бойко"))
    assert ids(book, "Оксана") == ["oksana"]


@pytest.mark.parametrize(
    ("text", "region", "number"),
    [
        ("0171 1234567", "de", "491711234567"),
        ("+49 171 1234567", "ua", "491711234567"),
        ("0049 171 1234567", "ua", "491711234567"),
        ("601 234 567", "pl", "48601234567"),
        ("abc", "ua", ""),
        ("1" * 20, "ua", ""),
    ],
)
def test_numbers_of_other_countries(text: str, region: str, number: str) -> None:
    assert phone_number(text, region) == number


def test_a_command_beside_the_till_does_not_take_its_log_away(tmp_path: Path) -> None:
    with CustomerBook(tmp_path) as book:
        # As the till does: a second connection of the same process to the same file.
        connect(tmp_path).close()
        book.add(Customer("", "Марія"))
        beside = "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        beside += "c.execute('SELECT count(*) FROM customer').fetchone(); c.close()"
        subprocess.run([sys.executable, "-c", beside, tmp_path / "people.db"], check=True)
        book.add(Customer("", "Іван"))
        with CustomerBook(tmp_path) as other:
            assert {it.name for it in other.every()} == {"Марія", "Іван"}
        assert (tmp_path / "people.db-wal").exists()
