"""Tills join the fleet: by a code that they show, or a technician's token."""

from __future__ import annotations

import json
import secrets

from cryptography.hazmat.primitives.asymmetric import ec

from appliance.fleet import audit, clock
from appliance.fleet.authority import refusals, registry
from appliance.fleet.authority.joining import (
    Desk,
    der,
    granted,
    join,
    key_of,
    newest,
    pem,
    refused,
    root_fingerprint,
    shop_of,
)
from appliance.fleet.authority.registry import BY_HAND
from appliance.fleet.store import Row, Transaction
from appliance.wire import enrolment as wire
from appliance.wire import topics
from appliance.wire.enrolment import Answer, Granted, Refused, Request, Token, Waiting

TOKEN_DAYS, TOKENS_MAX = 30, 1000
WAITING_MAX = 500
"""Codes that wait at once, of the whole fleet."""
WRONG = "pair.wrong"
WRONG_MAX, LOCKED_MS = 10, wire.PAIRING_S * 1000
"""So many wrong codes of one person lock typing for so long."""
_FETCH_MS = 3_600_000
"""How long what was granted may be fetched again: an answer can be lost."""


def ask(desk: Desk, request: Request, address: str) -> Answer:
    """A till that is new, with a token or a code."""
    key = key_of(request.csr)
    if isinstance(key, Refused):
        return key
    if request.token:
        answer = _by_token(desk, request, key, address)
        desk.changed()  # a till of the same machine may have been retired
        return answer
    return _by_code(desk, request, address)


def _by_token(desk: Desk, request: Request, key: ec.EllipticCurvePublicKey, address: str) -> Answer:
    now = desk.now_ms()
    with desk.store.transaction() as tx:
        row = _row(tx, wire.hashed(request.token), "token")
        if row is None:
            return refused(tx, "", refusals.NO_TOKEN, address)
        if row["used_ms"] is not None:
            again = _lost_answer(desk, tx, row, key, now)
            return again or refused(tx, row["till"], refusals.TOKEN_USED, address)
        if row["until_ms"] < now:
            return refused(tx, "", refusals.TOKEN_OLD, address)
        uid = join(desk, tx, request, key, row["shop"], row["approved_by"], address)
        if isinstance(uid, Refused):
            return uid
        tx.run(
            "UPDATE enrolment SET used_ms = :now, till = :uid, hw_serial = :serial, name = :name"
            " WHERE code_hash = :code",
            now=now,
            uid=uid,
            serial=request.hardware.serial,
            name=request.name,
            code=row["code_hash"],
        )
        return granted(desk, tx, uid)


def _lost_answer(
    desk: Desk, tx: Transaction, row: Row, key: ec.EllipticCurvePublicKey, now: int
) -> Granted | None:
    """The same till asks again with its token: it did not hear the answer."""
    if now - row["used_ms"] > _FETCH_MS or newest(tx, row["till"])["public_key"] != pem(key):
        return None
    return granted(desk, tx, row["till"])


def _by_code(desk: Desk, request: Request, address: str) -> Answer:
    now, ticket = desk.now_ms(), secrets.token_urlsafe(24)
    code = wire.hashed(request.code)
    with desk.store.transaction() as tx:
        tx.run(
            "DELETE FROM enrolment WHERE kind = 'pairing' AND until_ms < :old", old=now - _FETCH_MS
        )
        waiting = tx.one(
            "SELECT COUNT(*) AS many FROM enrolment WHERE kind = 'pairing'"
            " AND approved_ms IS NULL AND until_ms > :now",
            now=now,
        )
        if waiting is not None and waiting["many"] >= WAITING_MAX:
            return refusals.TOO_MANY
        if _row(tx, code, "pairing") is not None:
            return refusals.CODE_TAKEN
        asked = {
            "csr": request.csr,
            "nonce": request.nonce.hex(),
            "ticket": wire.hashed(ticket),
            "model": request.hardware.model,
            "sw": request.software,
            "address": address,
        }
        until = now + wire.PAIRING_S * 1000
        tx.run(
            "INSERT INTO enrolment (code_hash, kind, name, number, hw_serial, request, created_ms,"
            " until_ms) VALUES (:code, 'pairing', :name, :number, :serial, :request, :now, :until)",
            code=code,
            name=request.name,
            number=request.number,
            serial=request.hardware.serial,
            request=json.dumps(asked),
            now=now,
            until=until,
        )
        audit.write(tx, now, BY_HAND, "till.ask", request.name, request.hardware.serial, address)
    return Waiting(f"{code}.{ticket}", until)


def fetch(desk: Desk, ticket: str) -> Answer:
    """A till that waits asks whether somebody typed its code."""
    code, _, secret = ticket.partition(".")
    with desk.store.transaction() as tx:
        row = _row(tx, code, "pairing")
        if row is None or json.loads(row["request"])["ticket"] != wire.hashed(secret):
            return refusals.CODE_OLD
        now = desk.now_ms()
        if row["approved_ms"] is None:
            return Waiting(ticket, row["until_ms"]) if row["until_ms"] > now else refusals.CODE_OLD
        if row["used_ms"] is None:
            tx.run(
                "UPDATE enrolment SET used_ms = :now WHERE code_hash = :code", now=now, code=code
            )
        return granted(desk, tx, row["till"])


def approve(
    desk: Desk, typed: str, shop: str, person: str, address: str = ""
) -> registry.Till | Refused:
    """A manager typed the code that a till shows: it belongs to this shop from now on."""
    with desk.store.transaction() as tx:
        if person != BY_HAND and _is_locked(tx, person):
            return refusals.LOCKED
        answer = _approved(desk, tx, wire.as_typed(typed), shop, person, address)
    if answer is refusals.FORGED:
        desk.alarm("forged", "", f"{person} typed {typed}, which no till of this fleet shows")
    desk.changed()
    return answer


def _approved(
    desk: Desk, tx: Transaction, code: str, shop: str, person: str, address: str
) -> registry.Till | Refused:
    row = _row(tx, wire.hashed(code), "pairing") if wire.is_code(code) else None
    if row is None or row["until_ms"] < desk.now_ms() or row["approved_ms"] is not None:
        audit.write(tx, clock.now_ms(), person, WRONG, address=address)
        return refusals.NO_CODE
    asked = json.loads(row["request"])
    key = key_of(asked["csr"])
    assert not isinstance(key, Refused), "it was good when the till asked"
    if _code_of(desk, key, asked["nonce"]) != code:
        audit.write(
            tx, clock.now_ms(), person, "pair.forged", row["name"], asked["address"], address
        )
        return refusals.FORGED
    hardware = wire.Hardware(row["hw_serial"], asked["model"])
    request = Request(asked["csr"], hardware, row["name"], row["number"], asked["sw"], code=code)
    uid = join(desk, tx, request, key, shop, person, address)
    if isinstance(uid, Refused):
        return uid
    tx.run(
        "UPDATE enrolment SET approved_ms = :now, approved_by = :person, shop = :shop,"
        " till = :uid WHERE code_hash = :code",
        now=desk.now_ms(),
        person=person,
        shop=shop,
        uid=uid,
        code=row["code_hash"],
    )
    joined = registry.till_of(tx, uid)
    assert joined is not None
    return joined


def waiting(desk: Desk) -> list[Row]:
    """The provisioning queue: tills whose code nobody typed yet, the newest first."""
    rows = desk.store.rows(
        "SELECT name, number, hw_serial, request, created_ms, until_ms FROM enrolment"
        " WHERE kind = 'pairing' AND approved_ms IS NULL AND until_ms > :now"
        " ORDER BY created_ms DESC",
        now=desk.now_ms(),
    )
    for row in rows:
        asked = json.loads(row.pop("request"))
        row |= {name: asked[name] for name in ("model", "sw", "address")}
    return rows


def tokens(
    desk: Desk, shop: str, count: int, days: int, person: str, address: str = ""
) -> list[Token] | Refused:
    """So many tokens for tills of a shop, each for one till, told this once."""
    if not topics.LEVEL.fullmatch(shop):
        return refusals.BAD_SHOP
    if not 1 <= count <= TOKENS_MAX or not 1 <= days <= 366:
        return Refused("count", f"1 to {TOKENS_MAX} tokens for 1 to 366 days.")
    now, root = desk.now_ms(), root_fingerprint(desk.authority)
    made = [wire.new_token(root) for _ in range(count)]
    with desk.store.transaction() as tx:
        shop_of(tx, desk, shop)
        tx.each(
            "INSERT INTO enrolment (code_hash, kind, shop, created_ms, until_ms, approved_ms,"
            " approved_by) VALUES (:code, 'token', :shop, :now, :until, :now, :person)",
            [
                {
                    "code": wire.hashed(it.secret),
                    "shop": shop,
                    "now": now,
                    "until": now + days * 86_400_000,
                    "person": person,
                }
                for it in made
            ],
        )
        audit.write(tx, now, person, "token.make", shop, f"{count} for {days} days", address)
    return made


def _row(tx: Transaction, code_hash: str, kind: str) -> Row | None:
    """Held until the transaction ends: of two who come with it at once, one is first."""
    tx.run("UPDATE enrolment SET kind = kind WHERE code_hash = :code", code=code_hash)
    return tx.one(
        "SELECT * FROM enrolment WHERE code_hash = :code AND kind = :kind",
        code=code_hash,
        kind=kind,
    )


def _is_locked(tx: Transaction, person: str) -> bool:
    wrong = tx.one(
        "SELECT COUNT(*) AS many FROM audit"
        " WHERE person = :person AND act = :wrong AND at_ms > :since",
        person=person,
        wrong=WRONG,
        since=clock.now_ms() - LOCKED_MS,
    )
    return wrong is not None and wrong["many"] >= WRONG_MAX


def _code_of(desk: Desk, key: ec.EllipticCurvePublicKey, nonce: str) -> str:
    root = root_fingerprint(desk.authority)
    return wire.pairing_code(root, der(key), bytes.fromhex(nonce))
