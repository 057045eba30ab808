"""Sessions: kept on the server, found by a random token that only the browser has.

The table holds the token's hash, so a stolen database opens no session. A session ends by idleness,
at its absolute end, at logout, and for all others of a person when the password or rights change.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import StrEnum

from appliance.fleet.console.access.changing import change
from appliance.fleet.store import Store

_MINUTE_MS = 60_000
_TOUCH_MS = _MINUTE_MS
"""A click within a minute of the last one need not be written down."""
_TEXT_MAX = 200


class Kind(StrEnum):
    """half: the password was right, the code is still to come. wall: a screen on the wall, which
    only shows."""

    HALF = "half"
    FULL = "full"
    WALL = "wall"


IDLE_MS = {
    Kind.HALF: 5 * _MINUTE_MS,
    Kind.FULL: 30 * _MINUTE_MS,
    Kind.WALL: 7 * 24 * 60 * _MINUTE_MS,
}
END_MS = {
    Kind.HALF: 10 * _MINUTE_MS,
    Kind.FULL: 12 * 60 * _MINUTE_MS,
    Kind.WALL: 30 * 24 * 60 * _MINUTE_MS,
}


@dataclass(frozen=True, slots=True)
class Session:
    """token: what the cookie holds; nothing else can make `csrf` from it."""

    token: str
    login: str
    kind: Kind
    created_ms: int

    @property
    def csrf(self) -> str:
        return hmac.new(self.token.encode(), b"csrf", hashlib.sha256).hexdigest()

    @property
    def id(self) -> str:
        return token_hash(self.token)


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


class Sessions:
    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, login: str, kind: Kind, now_ms: int, address: str, agent: str) -> Session:
        """Always with a token that nobody had before: no session can be slipped in."""
        session = Session(secrets.token_urlsafe(32), login, kind, now_ms)
        change(
            self._store,
            "INSERT INTO session (id, login, kind, created_ms, seen_ms, address, agent)"
            " VALUES (:id, :login, :kind, :now, :now, :address, :agent)",
            id=session.id,
            login=login,
            kind=kind.value,
            now=now_ms,
            address=address,
            agent=agent[:_TEXT_MAX],
        )
        return session

    def find(self, token: str, now_ms: int, *, clicked: bool) -> Session | None:
        """clicked: a person did something; a page that refreshes itself keeps nobody logged in."""
        if not token:
            return None
        rows = self._store.rows(
            "SELECT login, kind, created_ms, seen_ms FROM session WHERE id = :id",
            id=token_hash(token),
        )
        if not rows:
            return None
        row = rows[0]
        kind = Kind(row["kind"])
        idle_ms = now_ms - row["seen_ms"]
        if idle_ms > IDLE_MS[kind] or now_ms - row["created_ms"] > END_MS[kind]:
            self.close(token)
            return None
        if idle_ms > _TOUCH_MS and (clicked or kind is Kind.WALL):
            change(
                self._store,
                "UPDATE session SET seen_ms = :now WHERE id = :id",
                id=token_hash(token),
                now=now_ms,
            )
        return Session(token, row["login"], kind, row["created_ms"])

    def close(self, token: str) -> None:
        change(self._store, "DELETE FROM session WHERE id = :id", id=token_hash(token))

    def close_others(self, login: str, kept: str = "") -> int:
        """Every session of a person but the one with this token."""
        return change(
            self._store,
            "DELETE FROM session WHERE login = :login AND id <> :kept",
            login=login,
            kept=token_hash(kept),
        )

    def of(self, login: str) -> list[dict[str, object]]:
        return self._store.rows(
            "SELECT id, kind, created_ms, seen_ms, address, agent FROM session"
            " WHERE login = :login ORDER BY seen_ms DESC LIMIT 50",
            login=login,
        )

    def sweep(self, now_ms: int) -> None:
        for kind in Kind:
            change(
                self._store,
                "DELETE FROM session WHERE kind = :kind AND (seen_ms < :idle OR created_ms < :end)",
                kind=kind.value,
                idle=now_ms - IDLE_MS[kind],
                end=now_ms - END_MS[kind],
            )
