"""Commands to tills, at the fleet: asked for by a person, agreed to by another where money is touched,
signed, sent until the till has it in its journal, and followed to the end.

    waiting -> (approved) -> sent -> received -> running -> succeeded | failed | rejected
       |                      |
    withdrawn              expired

The table `command` is the queue: whichever process signs, whichever sends, a restart of either loses
nothing. A till that gets one twice answers from its journal.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from appliance.core import codec
from appliance.fleet import audit
from appliance.fleet.authority.signing import Signer
from appliance.fleet.store import Row, Store, Transaction, orders
from appliance.malformed import Malformed
from appliance.wire import envelope, ulid
from appliance.wire.remote_command import ARGS_MAX, TYPES, CommandClass, RemoteCommand

TILLS_MAX = 10_000
"""Addressed by one click."""


class CommandMistake(ValueError):
    """What cannot be commanded, or not by this person; the text says why."""


@dataclass(frozen=True, slots=True)
class Commands:
    """signer: asked anew each time, since its key is changed while the server runs."""

    store: Store
    signer: Callable[[], Signer]
    now_ms: Callable[[], int]

    def issue(
        self,
        person: str,
        tills: Sequence[str],
        kind: str,
        args: dict[str, Any],
        reason: str = "",
        *,
        address: str = "",
    ) -> list[str]:
        """The ids of the commands, one a till: signed and to be sent, or waiting for a second
        person. Raises CommandMistake."""
        known = TYPES.get(kind)
        if known is None:
            raise CommandMistake(f"{kind}: there is no such command")
        if not 0 < len(tills) <= TILLS_MAX:
            raise CommandMistake(f"1 to {TILLS_MAX} tills")
        if len(codec.canonical(args)) > ARGS_MAX:
            raise CommandMistake("the arguments are too long")
        if known.of is CommandClass.MONEY and not reason.strip():
            raise CommandMistake("say why: the other person and the till's journal will read it")
        waits = known.of is CommandClass.MONEY
        now = self.now_ms()
        ids = []
        with self.store.transaction() as tx:
            for till in tills:
                command = RemoteCommand(
                    ulid.new(now), kind, args, _next(tx, till), now, now + known.life_s * 1000, person,
                    "", reason.strip()[:200],
                )  # fmt: skip
                _insert(tx, till, command, "waiting" if waits else "sent")
                if not waits:
                    self._sign(tx, till, command)
                ids.append(command.id)
            detail = codec.canonical({"type": kind, "args": args, "reason": reason}).decode()
            for till in tills:
                audit.write(tx, now, person, "command.issue", till, detail, address)
        return ids

    def approve(self, person: str, id_: str, *, address: str = "") -> None:
        """A second person agrees: its short life begins now. Raises CommandMistake."""
        now = self.now_ms()
        with self.store.transaction() as tx:
            row = _waiting(tx, id_)
            if row["issuer"] == person:
                raise CommandMistake("somebody else has to agree to it")
            command = _command(row)
            life_ms = TYPES[command.type].life_s * 1000
            agreed = replace(command, approver=person, issued_ms=now, expires_ms=now + life_ms)
            self._sign(tx, row["till"], agreed)
            audit.write(tx, now, person, "command.approve", row["till"], id_, address)

    def withdraw(self, person: str, id_: str, *, address: str = "") -> None:
        """Before anybody agreed. Raises CommandMistake."""
        now = self.now_ms()
        with self.store.transaction() as tx:
            row = _waiting(tx, id_)
            orders.reach(tx, id_, "withdrawn", now)
            audit.write(tx, now, person, "command.withdraw", row["till"], id_, address)

    def to_send(self, till: str = "") -> list[Row]:
        """Till, topic levels and envelope of what its till has not journalled yet; of all tills
        without one named. The oldest first, a bounded number."""
        return self.store.rows(
            "SELECT command.id, command.till, till.tenant, till.shop, command.envelope,"
            " command.expires_ms"
            " FROM command JOIN till ON till.uid = command.till"
            " WHERE command.state = 'sent' AND command.expires_ms > :now"
            " AND (:till = '' OR command.till = :till) AND till.status = 'active' ORDER BY command.issued_ms, command.seq LIMIT 1000",
            now=self.now_ms(),
            till=till,
        )

    def place_of(self, till: str) -> Row | None:
        """The levels of a till's topics; None for one that is not, or no longer, of the fleet."""
        return self.store.one(
            "SELECT tenant, shop, uid AS till FROM till WHERE uid = :till AND status = 'active'",
            till=till,
        )

    def expire(self) -> int:
        """Ends what no till ever received, or nobody agreed to in time; how many."""
        now = self.now_ms()
        with self.store.transaction() as tx:
            return tx.run(
                "UPDATE command SET state = 'expired', state_ms = :now"
                " WHERE state IN ('waiting', 'sent') AND expires_ms <= :now",
                now=now,
            )

    def _sign(self, tx: Transaction, till: str, command: RemoteCommand) -> None:
        signer = self.signer()
        try:
            payload = envelope.sealed(command.body({"till": till}), signer.key_id, signer.key)
        except Malformed as error:
            raise CommandMistake(str(error)) from None
        tx.run(
            "UPDATE command SET state = 'sent', approver = :approver, issued_ms = :issued,"
            " expires_ms = :expires, state_ms = :issued, envelope = :envelope WHERE id = :id",
            id=command.id,
            approver=command.approver,
            issued=command.issued_ms,
            expires=command.expires_ms,
            envelope=payload.decode(),
        )


def _next(tx: Transaction, till: str) -> int:
    row = tx.one("SELECT max(seq) AS seq FROM command WHERE till = :till", till=till)
    return (row["seq"] or 0 if row else 0) + 1


def _insert(tx: Transaction, till: str, command: RemoteCommand, state: str) -> None:
    tx.run(
        "INSERT INTO command (id, till, type, args, class, state, issuer, reason, seq, issued_ms,"
        " expires_ms, state_ms) VALUES (:id, :till, :type, :args, :class, :state, :issuer, :reason,"
        " :seq, :issued, :expires, :issued)",
        id=command.id,
        till=till,
        type=command.type,
        args=codec.canonical(command.args).decode(),
        **{"class": TYPES[command.type].of.value},
        state=state,
        issuer=command.issuer,
        reason=command.reason,
        seq=command.seq,
        issued=command.issued_ms,
        expires=command.expires_ms,
    )


def _waiting(tx: Transaction, id_: str) -> Row:
    row = tx.one("SELECT * FROM command WHERE id = :id", id=id_)
    if row is None or row["state"] != "waiting":
        raise CommandMistake("it does not wait for anybody any more")
    return row


def _command(row: Row) -> RemoteCommand:
    return RemoteCommand(
        row["id"], row["type"], json.loads(row["args"]), row["seq"], row["issued_ms"],
        row["expires_ms"], row["issuer"], row["approver"], row["reason"],
    )  # fmt: skip
