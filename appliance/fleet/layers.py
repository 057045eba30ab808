"""Layers of a document: changes by scope, the wider first, and what comes of them folded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from appliance.core import codec
from appliance.fleet.store import Row, Session, Transaction
from appliance.wire.document import Content, DocumentName, digest
from appliance.wire.merge_patch import patched

FLEET = ""


@dataclass(frozen=True, slots=True)
class Change:
    """revision: of the document, in all scopes; rises with each change."""

    scope: str
    revision: int
    effective_ms: int
    patch: Content


@dataclass(slots=True)
class Folded:
    """The fold of changes by the scopes of a till; one for each group of tills that are alike."""

    changes: Sequence[Change]
    _known: dict[tuple[tuple[str, ...], int], Content] = field(default_factory=dict)
    _by_scope: dict[str, list[Change]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for change in self.changes:
            self._by_scope.setdefault(change.scope, []).append(change)

    def at(self, scopes: tuple[str, ...], at_ms: int) -> Content:
        key = (scopes, at_ms)
        if key not in self._known:
            content: Content = {}
            for change in self.of(scopes):
                if change.effective_ms <= at_ms:
                    content = patched(content, change.patch)
            self._known[key] = content
        return self._known[key]

    def of(self, scopes: tuple[str, ...]) -> list[Change]:
        """Of these scopes, the wider first, in one scope the earlier first."""
        return [
            change
            for scope in scopes
            for change in sorted(
                self._by_scope.get(scope, ()), key=lambda it: (it.effective_ms, it.revision)
            )
        ]


def changes_of(session: Session, name: DocumentName) -> list[Change]:
    rows = session.rows(
        "SELECT scope, version, effective_ms, body FROM document WHERE name = :name",
        name=name.value,
    )
    return [
        Change(row["scope"], row["version"], row["effective_ms"], json.loads(row["body"]))
        for row in rows
    ]


def write(tx: Transaction, name: DocumentName, change: Change, author: str, now_ms: int) -> None:
    tx.run(
        "INSERT INTO document (name, scope, version, sha256, body, effective_ms, author,"
        " created_ms) VALUES (:name, :scope, :version, :sha256, :body, :effective, :author, :now)",
        name=name.value,
        scope=change.scope,
        version=change.revision,
        sha256=digest(change.patch),
        body=codec.canonical(change.patch).decode(),
        effective=change.effective_ms,
        author=author,
        now=now_ms,
    )


def revision_of(session: Session, name: DocumentName) -> int:
    row = session.one(
        "SELECT max(version) AS top FROM document WHERE name = :name", name=name.value
    )
    return row["top"] or 0 if row else 0


def tills_of(session: Session, uid: str = "") -> list[Row]:
    return session.rows(
        "SELECT till.uid, till.shop, shop.region FROM till LEFT JOIN shop ON shop.shop = till.shop"
        " WHERE till.status = 'active' AND (:uid = '' OR till.uid = :uid)"
        " ORDER BY till.shop, till.uid",
        uid=uid,
    )


def scopes_of(till: Row) -> tuple[str, ...]:
    region = (f"region:{till['region']}",) if till["region"] else ()
    return (FLEET, *region, f"shop:{till['shop']}", f"till:{till['uid']}")


def layers_over(session: Session, scope: str) -> tuple[str, ...]:
    """A scope with the wider ones that it lies in."""
    kind, _, name = scope.partition(":")
    match kind:
        case "shop":
            row = session.one("SELECT region, shop FROM shop WHERE shop = :name", name=name)
            row = row or {"region": "", "shop": name}
            return scopes_of({**row, "uid": ""})[:-1]
        case "till":
            found = tills_of(session, name)
            return scopes_of(found[0]) if found else (FLEET, scope)
    return (FLEET, scope) if scope else (FLEET,)
