"""Changes to documents that are looked at before they hold: drafted, asked for, published or dropped.

    draft -> (waiting -> ) published
      |          |
      +----------+-----> dropped

Where the fleet's setting wants two people for goods and prices, what one asks for another publishes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from appliance.core import codec
from appliance.fleet import audit
from appliance.fleet.documents import DocumentMistake, Library
from appliance.fleet.store import Row, Store, Transaction
from appliance.wire import ulid
from appliance.wire.document import Content, DocumentName

TWO_PEOPLE = frozenset({DocumentName.CATALOGUE, DocumentName.PRICES})
"""Documents that the setting is about."""
_SETTING = "drafts.second_person"
OPEN = ("draft", "waiting")
KEPT_MS = 30 * 24 * 3_600_000
"""A draft that nobody published goes after so long."""


@dataclass(frozen=True, slots=True)
class Draft:
    id: str
    name: DocumentName
    scopes: tuple[str, ...]
    patch: Content
    effective_ms: int
    note: str
    author: str
    created_ms: int
    state: str
    decided_by: str

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Drafts:
    store: Store
    library: Library
    now_ms: Callable[[], int]

    def make(
        self, person: str, name: DocumentName, scopes: Sequence[str], patch: Content, note: str = ""
    ) -> str:
        """Its id. Raises DocumentMistake when it changes nothing or is none."""
        self.library.preview(name, scopes, patch)
        now = self.now_ms()
        id_ = ulid.new(now)
        with self.store.transaction() as tx:
            tx.run(
                "DELETE FROM draft WHERE state IN ('draft', 'dropped') AND created_ms < :old",
                old=now - KEPT_MS,
            )
            tx.run(
                "INSERT INTO draft (id, name, scopes, body, note, author, created_ms, state)"
                " VALUES (:id, :name, :scopes, :body, :note, :author, :now, 'draft')",
                id=id_,
                name=name.value,
                scopes=_lines(scopes),
                body=codec.canonical(patch).decode(),
                note=note[:200],
                author=person,
                now=now,
            )
        return id_

    def find(self, id_: str) -> Draft | None:
        row = self.store.one("SELECT * FROM draft WHERE id = :id", id=id_)
        return _draft(row) if row else None

    def waiting(self, most: int = 100) -> list[Draft]:
        """Open ones, the newest first."""
        rows = self.store.rows(
            "SELECT * FROM draft WHERE state IN ('draft', 'waiting') ORDER BY created_ms DESC LIMIT :most",
            most=most,
        )
        return [_draft(row) for row in rows]

    def revise(self, draft: Draft, scopes: Sequence[str], effective_ms: int, note: str) -> None:
        """Where and from when it shall hold. Raises DocumentMistake."""
        self.library.preview(draft.name, scopes, draft.patch, effective_ms)
        with self.store.transaction() as tx:
            changed = tx.run(
                "UPDATE draft SET scopes = :scopes, effective_ms = :effective, note = :note"
                " WHERE id = :id AND state = 'draft'",
                id=draft.id,
                scopes=_lines(scopes),
                effective=effective_ms,
                note=note[:200],
            )
        if not changed:
            raise DocumentMistake("it was asked for or published already; make a new change")

    def publish(self, person: str, draft: Draft, address: str = "") -> bool:
        """Whether it holds now, or will by its time; False: it waits for a second person. Raises
        DocumentMistake."""
        waits = draft.name in TWO_PEOPLE and self.needs_two()
        if waits and draft.state == "draft":
            self._reach(draft, person, "waiting", address)
            return False
        if waits and draft.author == person:
            raise DocumentMistake("somebody else has to publish it")
        self._reach(draft, person, "published", address)
        try:
            self.library.change(
                draft.author,
                draft.name,
                draft.scopes,
                draft.patch,
                draft.effective_ms,
                address=address,
            )
        except DocumentMistake:
            with self.store.transaction() as tx:
                tx.run("UPDATE draft SET state = 'draft' WHERE id = :id", id=draft.id)
            raise
        return True

    def drop(self, person: str, draft: Draft, address: str = "") -> None:
        self._reach(draft, person, "dropped", address)

    def needs_two(self) -> bool:
        row = self.store.one("SELECT value FROM setting WHERE name = :name", name=_SETTING)
        return row is not None and row["value"] == "1"

    def need_two(self, person: str, *, two: bool, address: str = "") -> None:
        """Whether goods and prices want a second person from now on."""
        value = "1" if two else "0"
        with self.store.transaction() as tx:
            tx.run(
                "INSERT INTO setting (name, value) VALUES (:name, :value)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                name=_SETTING,
                value=value,
            )
            audit.write(tx, self.now_ms(), person, "draft.second_person", "", value, address)

    def _reach(self, draft: Draft, person: str, state: str, address: str) -> None:
        """Once: of two clicks at the same time one finds it decided."""
        now = self.now_ms()
        with self.store.transaction() as tx:
            changed = tx.run(
                "UPDATE draft SET state = :state, decided_by = :person, decided_ms = :now"
                " WHERE id = :id AND state = :was",
                state=state,
                person=person,
                now=now,
                id=draft.id,
                was=draft.state,
            )
            if not changed or not draft.is_open:
                raise DocumentMistake("it was decided already")
            self._note(tx, draft, person, state, address, now)

    def _note(
        self, tx: Transaction, draft: Draft, person: str, state: str, address: str, now: int
    ) -> None:
        detail = codec.canonical({"name": draft.name.value, "scopes": list(draft.scopes)}).decode()
        audit.write(tx, now, person, f"draft.{state}", draft.id, detail, address)


def _lines(scopes: Sequence[str]) -> str:
    return json.dumps(list(dict.fromkeys(scopes)))


def _draft(row: Row) -> Draft:
    return Draft(
        row["id"], DocumentName(row["name"]), tuple(json.loads(row["scopes"])), json.loads(row["body"]),
        row["effective_ms"], row["note"], row["author"], row["created_ms"], row["state"],
        row["decided_by"],
    )  # fmt: skip
