"""Which tills there are, whose certificate is good, and who is locked out.

The broker believes certificates, and is behind by what its list of revocations is behind; the table
`till` is what counts, so collectors look there before they take anything in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from appliance.fleet import audit
from appliance.fleet.authority.ca import Authority, Issued
from appliance.fleet.clock import now_ms
from appliance.fleet.store import Row, Session, Store, Transaction
from appliance.wire import bench_result

BY_HAND = ""
"""The person, in the audit, of what tills ask and of what is typed on the server itself: nobody
logged in."""
NEAR_END_MS = 14 * 86_400_000
"""So long before its end a certificate should have been renewed long ago."""


_MOVED = "moved:"
MOVES = f"SELECT name, value FROM setting WHERE name LIKE '{_MOVED}%' AND value > :since"  # noqa: S608 - a word of this module
"""Shops that were given another cell since then, and when; for couriers, who tell the tills."""
TILLS_OF_SHOP = (
    "SELECT uid AS till, tenant, shop FROM till WHERE shop = :shop AND status = 'active'"
)


class Status(StrEnum):
    """Of a till. Pending: it has a certificate, its shop is not decided."""

    PENDING = "pending"
    ACTIVE = "active"
    DENIED = "denied"
    RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class Till:
    uid: str
    tenant: str
    shop: str
    name: str
    cell: str
    status: Status
    hw_serial: str


class Registry:
    """changed: called after certificates were revoked, so that brokers learn of it at once."""

    def __init__(self, store: Store, changed: Callable[[], None] = lambda: None) -> None:
        self._store = store
        self._changed = changed

    def deny(self, uid: str, person: str, reason: str, address: str = "") -> bool:
        """Locks a till out, at once: stolen, lost, cloned. False when there is no such till."""
        return self._end(uid, Status.DENIED, person, reason, address)

    def retire(self, uid: str, person: str, reason: str = "", address: str = "") -> bool:
        """A till that is no more; what it sold stays."""
        return self._end(uid, Status.RETIRED, person, reason, address)

    def allow(self, uid: str, person: str, address: str = "") -> bool:
        """A till that was locked out may come back: it gets a new certificate for its old key."""
        return self._set(uid, "status", Status.ACTIVE, person, "till.allow", address)

    def accept_hardware(self, uid: str, person: str, serial: str = "", address: str = "") -> bool:
        """Its card stands in another machine, and that is meant. serial: "" for whatever it says
        next."""
        return self._set(uid, "hw_serial", serial, person, "till.accept_hardware", address)

    def to_cell(self, shop: str, cell: str, person: str, address: str = "") -> int:
        """All tills of a shop go to another broker; how many."""
        with self._store.transaction() as tx:
            moved = tx.run("UPDATE till SET cell = :cell WHERE shop = :shop", cell=cell, shop=shop)
            tx.run(
                "INSERT INTO setting (name, value) VALUES (:name, :now)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                name=f"{_MOVED}{shop}",
                now=str(now_ms()),
            )
            audit.write(tx, now_ms(), person, "shop.move", shop, f"cell {cell}", address)
        return moved

    def crl(self, authority: Authority, now: datetime) -> bytes:
        """What was revoked and has not run out anyway, signed."""
        rows = self._store.rows(
            "SELECT serial, revoked_ms FROM certificate"
            " WHERE revoked_ms IS NOT NULL AND not_after_ms > :now ORDER BY serial",
            now=int(now.timestamp() * 1000),
        )
        return authority.revoked(((row["serial"], row["revoked_ms"]) for row in rows), now)

    def revocations(self) -> tuple[int, int]:
        """A number that changes when another certificate was revoked: how many, and the last when."""
        found = self._store.one(
            "SELECT COUNT(*) AS many, COALESCE(MAX(revoked_ms), 0) AS last"
            " FROM certificate WHERE revoked_ms IS NOT NULL"
        )
        return (found["many"], found["last"]) if found else (0, 0)

    def locked_out(self) -> frozenset[str]:
        """The uids whose sessions a broker may still hold and shall end."""
        rows = self._store.rows("SELECT uid FROM till WHERE status IN ('denied', 'retired')")
        return frozenset(row["uid"] for row in rows)

    def _end(self, uid: str, status: Status, person: str, reason: str, address: str) -> bool:
        with self._store.transaction() as tx:
            if not end_till(tx, uid, status, reason):
                return False
            audit.write(tx, now_ms(), person, f"till.{status}", uid, reason, address)
        self._changed()
        return True

    def _set(self, uid: str, column: str, value: str, person: str, act: str, address: str) -> bool:
        with self._store.transaction() as tx:
            sql = f"UPDATE till SET {column} = :value WHERE uid = :uid"  # noqa: S608 - a name of this module
            changed = tx.run(sql, value=value, uid=uid)
            if changed:
                audit.write(tx, now_ms(), person, act, uid, value, address)
        return bool(changed)


def moved_shop(row: Row) -> str:
    return str(row["name"]).removeprefix(_MOVED)


def till_of(session: Session, uid: str) -> Till | None:
    row = session.one(
        "SELECT uid, tenant, shop, name, cell, status, hw_serial FROM till WHERE uid = :uid",
        uid=uid,
    )
    return None if row is None else Till(**{**row, "status": Status(row["status"])})


def keys_of(session: Session, uid: str) -> frozenset[str]:
    """Fingerprints of all keys that this till ever had a certificate for; none for a strange one."""
    rows = session.rows(
        "SELECT DISTINCT public_key FROM certificate WHERE till = :uid AND public_key <> ''",
        uid=uid,
    )
    keys = (load_pem_public_key(row["public_key"].encode()) for row in rows)
    return frozenset(
        bench_result.fingerprint(key) for key in keys if isinstance(key, EllipticCurvePublicKey)
    )


def end_till(tx: Transaction, uid: str, status: Status, reason: str) -> bool:
    """No certificate of it is good any more. False when there is no such till."""
    tx.run(
        "UPDATE certificate SET revoked_ms = :at, reason = :reason"
        " WHERE till = :uid AND revoked_ms IS NULL",
        at=now_ms(),
        reason=reason,
        uid=uid,
    )
    return bool(tx.run("UPDATE till SET status = :status WHERE uid = :uid", status=status, uid=uid))


def record(tx: Transaction, uid: str, issued: Issued, public_key: str, at_ms: int) -> None:
    """A certificate that was given to a till."""
    tx.run(
        "INSERT INTO certificate"
        " (serial, till, fingerprint, public_key, pem, issued_ms, not_after_ms)"
        " VALUES (:serial, :till, :fingerprint, :public_key, :pem, :issued, :until)",
        serial=issued.serial,
        till=uid,
        fingerprint=issued.fingerprint,
        public_key=public_key,
        pem=issued.chain.decode(),
        issued=at_ms,
        until=issued.not_after_ms,
    )
    tx.run(
        "UPDATE till SET cert_fp = :fingerprint, cert_until_ms = :until WHERE uid = :uid",
        fingerprint=issued.fingerprint,
        until=issued.not_after_ms,
        uid=uid,
    )
