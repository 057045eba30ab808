"""The staff: the settings' list with what was changed since, and who has which PIN or badge."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from appliance.codes.keys import load_or_make
from appliance.codes.unguessable import code_hash, hint, new_code
from appliance.core.barcode.own import OwnCode, OwnKind
from appliance.core.facts import StaffChange, StaffChanged
from appliance.core.policy import Person
from appliance.people.pins import PinMistake, matches, mistake, pin_hash
from appliance.people.schema import FILE, connect

CODE_LENGTH_MIN = 4
CODE_LENGTH_MAX = 256
"""Characters of a badge's or tag's code; shorter ones are typed by chance, longer ones are none."""


class StaffMistake(ValueError):
    """What cannot be done to the staff list; its sentence says why."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """has_pin, has_badge: staff ids."""

    has_pin: frozenset[str] = frozenset()
    has_badge: frozenset[str] = frozenset()

    @property
    def any(self) -> bool:
        return bool(self.able)

    @property
    def able(self) -> frozenset[str]:
        """Who can sign in where anybody has to."""
        return self.has_pin | self.has_badge

    def after(self, change: StaffChange, staff: str) -> frozenset[str]:
        """Who is able after such a change."""
        match change:
            case StaffChange.PIN_SET | StaffChange.BADGE_GIVEN:
                return self.able | {staff}
            case StaffChange.PIN_CLEARED:
                return self.has_badge | (self.has_pin - {staff})
            case StaffChange.BADGE_BLOCKED:
                return self.has_pin | (self.has_badge - {staff})
            case StaffChange.REMOVED:
                return self.able - {staff}
            case StaffChange.ADDED | StaffChange.CHANGED:
                return self.able


_SECRETS = {
    "pin": (StaffChange.PIN_SET, StaffChange.PIN_CLEARED),
    "badge": (StaffChange.BADGE_GIVEN, StaffChange.BADGE_BLOCKED),
}
Hashes = Mapping[tuple[str, str], str]


def _changes(
    before: Sequence[Person], held: Hashes, after: Sequence[Person], holds: Hashes
) -> Iterator[StaffChanged]:
    """From one staff list to another; hashes by person and kind."""
    known = {person.id: person for person in before}
    for person in after:
        then = known.pop(person.id, None)
        changes = []
        if then != person:
            changes.append(StaffChange.ADDED if then is None else StaffChange.CHANGED)
        for kind, (given, gone) in _SECRETS.items():
            secret = holds.get((person.id, kind))
            if secret != held.get((person.id, kind)):
                changes.append(gone if secret is None else given)
        for change in changes:
            yield StaffChanged(person.id, change, person.name, person.role)
    for person in known.values():
        yield StaffChanged(person.id, StaffChange.REMOVED, person.name, person.role)


def names(folder: Path) -> dict[str, str]:
    """By id, everybody whom `till staff` ever added or renamed, also those who are gone: what they
    did still bears their name. Reads only; nothing where there is no such file."""
    path = folder / FILE
    if not path.exists():
        return {}
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as con:
        try:
            return dict(con.execute("SELECT id, name FROM staff").fetchall())
        except sqlite3.Error:
            return {}


class StaffBook:
    """The staff of one till. Every verb may be called from any thread; each is one transaction."""

    def __init__(self, folder: Path, configured: Sequence[Person]) -> None:
        self._configured = tuple(configured)
        self._pepper = load_or_make(folder).pepper
        self._con = connect(folder)
        self._lock = threading.Lock()
        self._version = -1
        self.people: tuple[Person, ...] = self._configured
        self.secrets = Secrets()
        self._hashes: dict[tuple[str, str], str] = {}
        self._badges: dict[str, str] = {}
        self.refresh()

    def close(self) -> None:
        with self._lock:
            self._con.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def refresh(self) -> tuple[StaffChanged, ...]:
        """Reads again; what somebody else changed since."""
        with self._lock:
            version = self._con.execute("PRAGMA data_version").fetchone()[0]
            if version == self._version:
                return ()
            self._version = version
            people, hashes = self.people, self._hashes
            self._read()
            return tuple(_changes(people, hashes, self.people, self._hashes))

    def _read(self) -> None:
        people = {person.id: person for person in self._configured}
        for id_, name, role, gone in self._con.execute("SELECT id, name, role, gone FROM staff"):
            people.pop(id_, None)
            if not gone:
                people[id_] = Person(id_, name, role)
        self.people = tuple(people.values())
        rows = self._con.execute("SELECT staff, kind, hash FROM secret").fetchall()
        self.secrets = Secrets(
            frozenset(staff for staff, kind, _ in rows if kind == "pin" and staff in people),
            frozenset(staff for staff, kind, _ in rows if kind == "badge" and staff in people),
        )
        self._hashes = {(staff, kind): hash_ for staff, kind, hash_ in rows}
        self._badges = {hash_: staff for staff, kind, hash_ in rows if kind == "badge"}

    def person(self, staff: str) -> Person | None:
        return next((person for person in self.people if person.id == staff), None)

    def ids(self) -> frozenset[str]:
        """Of everybody who ever was here: what they did bears it."""
        with self._lock:
            rows = self._con.execute("SELECT id FROM staff").fetchall()
        return frozenset(row[0] for row in rows).union(it.id for it in self._configured)

    def owner_of(self, code: str) -> str | None:
        """Whose badge or tag this code is; None when nobody's."""
        if not self._badges or len(code) > CODE_LENGTH_MAX:
            return None
        staff = self._badges.get(code_hash(code, self._pepper))
        return staff if staff is not None and self.person(staff) is not None else None

    def pin_fits(self, staff: str, pin: str) -> bool:
        """Slow on purpose: call it where nobody waits."""
        with self._lock:
            row = self._con.execute(
                "SELECT hash FROM secret WHERE staff = ? AND kind = 'pin'", (staff,)
            ).fetchone()
        return matches(staff, pin, self._pepper, row[0] if row else "")

    # What the manager changes.

    def put(self, person: Person) -> None:
        """Adds a person, or gives a known one another name or role."""
        self._write(
            "INSERT INTO staff (id, name, role) VALUES (?, ?, ?) ON CONFLICT (id)"
            " DO UPDATE SET name = excluded.name, role = excluded.role, gone = 0",
            (person.id, person.name, person.role),
        )

    def remove(self, staff: str) -> None:
        """The person may no longer sign in. The facts keep the id; PIN and badge are erased."""
        person = self._known(staff)
        with self._lock, self._con:
            self._con.execute("BEGIN IMMEDIATE")
            self._con.execute("DELETE FROM secret WHERE staff = ?", (staff,))
            self._con.execute(
                "INSERT INTO staff (id, name, role, gone) VALUES (?, ?, ?, 1)"
                " ON CONFLICT (id) DO UPDATE SET gone = 1",
                (person.id, person.name, person.role),
            )
            self._read()

    def set_pin(self, staff: str, pin: str, at: datetime) -> None:
        """Raises PinMistake with the reason when the PIN is too easy."""
        self._known(staff)
        if wrong := mistake(pin):
            raise PinMistake(wrong)
        self._set_secret(staff, "pin", pin_hash(staff, pin, self._pepper), "", at)

    def new_badge(self, staff: str, at: datetime) -> OwnCode:
        """A badge to print: a code that never was. The one before is worth nothing from now on."""
        self._known(staff)
        badge = new_code(OwnKind.BADGE)
        self._set_secret(staff, "badge", code_hash(badge.text, self._pepper), hint(badge.text), at)
        return badge

    def take_tag(self, staff: str, code: str, at: datetime) -> None:
        """A card or tag that the person has already: its reader types the same code each time."""
        self._known(staff)
        code = code.strip()
        if not CODE_LENGTH_MIN <= len(code) <= CODE_LENGTH_MAX:
            raise StaffMistake("That is no code of a card or tag. Hold it to the reader again.")
        if self.owner_of(code) not in (None, staff):
            raise StaffMistake("This badge is somebody else's. Take another one.")
        self._set_secret(staff, "badge", code_hash(code, self._pepper), "", at)

    def block_badge(self, staff: str) -> None:
        """A lost card opens nothing any more; the PIN stays."""
        self._known(staff)
        self._write("DELETE FROM secret WHERE staff = ? AND kind = 'badge'", (staff,))

    def forget_secrets(self, staff: str) -> None:
        """PIN and badge are erased; a manager gives new ones."""
        self._known(staff)
        self._write("DELETE FROM secret WHERE staff = ?", (staff,))

    def _known(self, staff: str) -> Person:
        self.refresh()
        person = self.person(staff)
        if person is None:
            known = ", ".join(it.id for it in self.people)
            raise StaffMistake(f"Nobody here is “{staff}”. There are: {known}.")
        return person

    def _set_secret(self, staff: str, kind: str, hash_: str, hint_: str, at: datetime) -> None:
        self._write(
            "INSERT OR REPLACE INTO secret (staff, kind, hash, hint, at) VALUES (?, ?, ?, ?, ?)",
            (staff, kind, hash_, hint_, at.isoformat(timespec="seconds")),
        )

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        with self._lock:
            try:
                self._con.execute(statement, values)
            except sqlite3.IntegrityError as error:
                raise StaffMistake("This badge is somebody else's. Take another one.") from error
            self._read()
