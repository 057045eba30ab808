"""Customers: found by phone, card or name; all that is known of one can be shown and deleted."""

from __future__ import annotations

import json
import secrets
import threading
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from appliance.catalogue.fold import other_layouts, words
from appliance.codes.keys import load_or_make
from appliance.codes.unguessable import code_hash, hint
from appliance.people.phones import digits_of, phone_number
from appliance.people.schema import connect

if TYPE_CHECKING:
    from appliance.people.name_index import NameIndex

TEXT_MAX = 200
NOTES_MAX = 2_000
FOUND_MAX = 30
CODE_LENGTH_MIN = 8
"""Characters of a card's code: shorter ones are typed by chance."""


class CustomerMistake(ValueError):
    """What cannot be kept of a customer; `field` names it, the sentence says why. known: the name
    of who has the same phone or card."""

    def __init__(self, field: str, sentence: str, known: str = "") -> None:
        super().__init__(sentence)
        self.field = field
        self.known = known


@dataclass(frozen=True, slots=True)
class Customer:
    """phone: in international digits. card: the keyed hash of a card's code, hint its end.
    birthday: ISO, or "" . limit_minor: how much may be owed."""

    id: str
    name: str
    phone: str = ""
    card: str = ""
    hint: str = ""
    groups: tuple[str, ...] = ()
    tax_exempt: bool = False
    tax_number: str = ""
    limit_minor: int = 0
    email: str = ""
    notes: str = ""
    birthday: str = ""
    since: str = ""


_COLUMNS = tuple(field.name for field in fields(Customer))
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM customer"  # noqa: S608 (names of this module)
_SELECT_SOME = _SELECT + " WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608 (the same)
_INSERT = (
    f"INSERT OR REPLACE INTO customer ({', '.join(_COLUMNS)})"  # noqa: S608 (names of this module)
    f" VALUES ({', '.join('?' * len(_COLUMNS))})"
)


class CustomerBook:
    """The customers of one till. Every verb may be called from any thread; each is a transaction."""

    def __init__(self, folder: Path, region: str = "ua") -> None:
        self.folder = folder
        self._region = region
        self._pepper = load_or_make(folder).pepper
        self._con = connect(folder)
        self._lock = threading.Lock()
        self._names: NameIndex | None = None
        self._indexed_at = -1
        self.changes = 0

    def close(self) -> None:
        with self._lock:
            self._con.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def version(self) -> int:
        """Another one after any change, ours or another process's."""
        with self._lock:
            seen: int = self._con.execute("PRAGMA data_version").fetchone()[0]
        return seen * 1_000_000 + self.changes

    # Looking up

    def get(self, customer: str) -> Customer | None:
        with self._lock:
            row = self._con.execute(_SELECT + " WHERE id=?", (customer,)).fetchone()
        return None if row is None else _customer(row)

    def by_card(self, code: str) -> Customer | None:
        """Whose card was scanned."""
        with self._lock:
            row = self._con.execute(
                _SELECT + " WHERE card=? AND card <> ''", (code_hash(code, self._pepper),)
            ).fetchone()
        return None if row is None else _customer(row)

    def by_phone(self, phone: str) -> Customer | None:
        with self._lock:
            row = self._con.execute(
                _SELECT + " WHERE phone=? AND phone <> ''", (phone_number(phone, self._region),)
            ).fetchone()
        return None if row is None else _customer(row)

    def find(self, text: str, limit: int = FOUND_MAX) -> tuple[Customer, ...]:
        """Best first: a card, a phone in any spelling or its last digits, or a name with mistakes.
        No text: the newest."""
        text = text.strip()
        if not text:
            with self._lock:
                rows = self._con.execute(
                    _SELECT + " ORDER BY rowid DESC LIMIT ?", (limit,)
                ).fetchall()
            return tuple(map(_customer, rows))
        holder = self.by_card(text)
        if holder is not None:
            return (holder,)
        typed = digits_of(text)
        if len(typed) >= 3 and not any(char.isalpha() for char in text):
            return self._by_digits(phone_number(text, self._region), typed, limit)
        return self._by_name(text, limit)

    def _by_digits(self, whole: str, typed: str, limit: int) -> tuple[Customer, ...]:
        with self._lock:
            rows = self._con.execute(
                _SELECT
                + " WHERE phone LIKE '%' || ?2 || '%' OR (phone = ?1 AND ?1 <> '') ORDER BY phone = ?1 DESC,"
                " phone LIKE '%' || ?2 DESC, name LIMIT ?3",
                (whole, typed, limit),
            ).fetchall()
        return tuple(map(_customer, rows))

    def _by_name(self, text: str, limit: int) -> tuple[Customer, ...]:
        with self._lock:
            index = self._index()
            readings = (text, *other_layouts(text))
            found = next(filter(None, (index.find(words(it), limit) for it in readings)), [])
            rows = {row[0]: row for row in self._con.execute(_SELECT_SOME, (json.dumps(found),))}
        return tuple(_customer(rows[key]) for key in found if key in rows)

    def _index(self) -> NameIndex:
        """Made anew after any change, ours or another process's: some milliseconds for thousands."""
        from appliance.people.name_index import NameIndex

        seen = self._con.execute("PRAGMA data_version").fetchone()[0]
        version = seen * 1_000_000 + self.changes
        if self._names is None or self._indexed_at != version:
            rows = self._con.execute("SELECT id, name FROM customer")
            self._names = NameIndex((key, words(name)) for key, name in rows)
            self._indexed_at = version
        return self._names

    def every(self) -> tuple[Customer, ...]:
        with self._lock:
            return tuple(map(_customer, self._con.execute(_SELECT + " ORDER BY name, id")))

    # Changing

    def add(self, customer: Customer, *, code: str = "") -> Customer:
        """Keeps a new one, or what changed of a known one; CustomerMistake says what is wrong.
        code: of the card in hand, of which only the keyed hash is kept."""
        made = self._checked(customer)
        if not made.id:
            made = replace(made, id=f"c{secrets.token_hex(6)}")
        if code.strip():
            if len(code.strip()) < CODE_LENGTH_MIN:
                raise CustomerMistake("card", "the card's code is too short")
            card = code_hash(code, self._pepper)
            made = replace(made, card=card, hint=hint(code))
        for field, known in (("phone", self.by_phone(made.phone)), ("card", self._of_card(made))):
            if known is not None and known.id != made.id:
                sentence = f"{known.name} has this {field} already"
                raise CustomerMistake(field, sentence, known.name)
        with self._lock:
            self._con.execute(_INSERT, _row(made))
            self.changes += 1
        return made

    def take_over(self, customer: Customer) -> None:
        """A customer as another till of the shop keeps it. Of two persons with one phone or card,
        which two tills noted while they could not hear each other, the one who was first noted
        keeps it, the same at every till."""
        with self._lock:
            self._con.execute("BEGIN IMMEDIATE")
            for field in ("phone", "card"):
                value = getattr(customer, field)
                row = self._con.execute(
                    f"SELECT id FROM customer WHERE {field}=? AND id<>?",  # noqa: S608 - of two
                    (value, customer.id),
                ).fetchone()
                if not value or row is None:
                    continue
                if row[0] < customer.id:
                    bare = replace(customer, phone="") if field == "phone" else customer
                    customer = replace(bare, card="") if field == "card" else bare
                else:
                    self._con.execute(
                        f"UPDATE customer SET {field}='' WHERE id=?",  # noqa: S608 - of two
                        row,
                    )
            self._con.execute(_INSERT, _row(customer))
            self._con.execute("COMMIT")
            self.changes += 1

    def _of_card(self, customer: Customer) -> Customer | None:
        with self._lock:
            row = self._con.execute(
                _SELECT + " WHERE card=? AND card <> ''", (customer.card,)
            ).fetchone()
        return None if row is None else _customer(row)

    def _checked(self, customer: Customer) -> Customer:
        name = " ".join(customer.name.split())
        if not name:
            raise CustomerMistake("name", "a customer needs a name")
        phone = phone_number(customer.phone, self._region)
        if customer.phone.strip() and not phone:
            raise CustomerMistake("phone", f"{customer.phone} is no phone number")
        if customer.birthday and not _is_day(customer.birthday):
            raise CustomerMistake("birthday", "a birthday is written 1990-12-31")
        if customer.limit_minor < 0:
            raise CustomerMistake("limit", "a limit is not below nothing")
        email = customer.email.strip()
        if email and "@" not in email[1:-1]:
            raise CustomerMistake("email", f"{email} is no e-mail address")
        return replace(
            customer,
            name=name[:TEXT_MAX],
            phone=phone,
            email=email[:TEXT_MAX],
            notes=customer.notes[:NOTES_MAX],
            tax_number=customer.tax_number.strip()[:TEXT_MAX],
        )

    def erase(self, customers: Iterable[str]) -> int:
        """Deletes persons so that no page of the file holds them any more; how many there were."""
        gone = 0
        with self._lock:
            for customer in customers:
                gone += self._con.execute("DELETE FROM customer WHERE id=?", (customer,)).rowcount
            if gone:
                self.changes += 1
                self._names = None
                self._con.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _row(customer: Customer) -> tuple[object, ...]:
    values = [getattr(customer, name) for name in _COLUMNS]
    return tuple(
        json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else value
        for value in values
    )


def _customer(row: tuple[Any, ...]) -> Customer:
    kept = dict(zip(_COLUMNS, row, strict=True))
    kept["groups"] = tuple(json.loads(kept["groups"]))
    kept["tax_exempt"] = bool(kept["tax_exempt"])
    return Customer(**kept)
