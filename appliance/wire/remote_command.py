"""A command of the fleet to one till: its form, its class, and whether it may be done now.

A till needs nobody to decide that: the signature says who is behind it, its own clock whether it is
still wanted. What each type may do is the till's own table, never the sender's word.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from appliance.core import codec
from appliance.malformed import Malformed
from appliance.wire.envelope import Body
from appliance.wire.fields import text, whole
from appliance.wire.trust import Trust

KIND = "command"
ARGS_MAX = 8_192
NAME_MAX = 64


class CommandClass(StrEnum):
    """read: only looks. safe: hinders nobody for long. money: moves money or goods, or destroys;
    somebody else has to agree, and it is soon too late for it."""

    READ = "read"
    SAFE = "safe"
    MONEY = "money"


@dataclass(frozen=True, slots=True)
class CommandType:
    """life_s: how long after its issue it may at most be done. opt_in: only where the shop's own
    settings allow it by name."""

    of: CommandClass
    life_s: int
    opt_in: bool = False


_DAY_S = 86_400
_SHORT_S = 900

TYPES: MappingProxyType[str, CommandType] = MappingProxyType(
    {
        "diagnose": CommandType(CommandClass.READ, 7 * _DAY_S),
        "logs": CommandType(CommandClass.READ, _DAY_S),
        "report": CommandType(CommandClass.READ, 7 * _DAY_S),
        "message": CommandType(CommandClass.SAFE, _DAY_S),
        "print_test": CommandType(CommandClass.SAFE, _SHORT_S),
        "lock": CommandType(CommandClass.SAFE, _DAY_S),
        "restart": CommandType(CommandClass.SAFE, _DAY_S),
        "block_card": CommandType(CommandClass.MONEY, _DAY_S),
        "open_drawer": CommandType(CommandClass.MONEY, _SHORT_S, opt_in=True),
        "wipe": CommandType(CommandClass.MONEY, _DAY_S, opt_in=True),
    }
)
"""All that can be commanded. There is no remote shell, and nothing that is not in this table."""


class Rejection(StrEnum):
    """Why a command that is truly the fleet's is not done; the fleet is told the value."""

    UNKNOWN_TYPE = "unknown_type"
    EXPIRED = "expired"
    CLOCK = "clock"
    LIFE = "life"
    SECOND_PERSON = "second_person"
    NOT_ALLOWED = "not_allowed"


@dataclass(frozen=True, slots=True)
class RemoteCommand:
    """issued_ms, expires_ms: since 1970 UTC. seq: rises by till at the fleet, for its list."""

    id: str
    type: str
    args: dict[str, Any]
    seq: int
    issued_ms: int
    expires_ms: int
    issuer: str
    approver: str = ""
    reason: str = ""

    def body(self, to: dict[str, Any]) -> Body:
        """What is signed."""
        return {
            "kind": KIND,
            "to": to,
            "id": self.id,
            "type": self.type,
            "args": self.args,
            "seq": self.seq,
            "issued": self.issued_ms,
            "expires": self.expires_ms,
            "issuer": self.issuer,
            "approver": self.approver,
            "reason": self.reason,
        }


def read(body: Body) -> RemoteCommand:
    """The command in a body whose signature held; Malformed when it is none."""
    args = body.get("args")
    if not isinstance(args, dict) or len(codec.canonical(args)) > ARGS_MAX:
        raise Malformed(f"args: an object of at most {ARGS_MAX} bytes")
    return RemoteCommand(
        named(body, "id"),
        named(body, "type"),
        args,
        whole(body, "seq"),
        whole(body, "issued"),
        whole(body, "expires"),
        named(body, "issuer"),
        text(body, "approver", ""),
        text(body, "reason", ""),
    )


def named(body: Body, name: str) -> str:
    found = text(body, name, longest=NAME_MAX)
    if not found:
        raise Malformed(f"{name} is missing")
    return found


def rejection(
    command: RemoteCommand, now_ms: int, trust: Trust, allowed: Collection[str] = ()
) -> Rejection | None:
    """Why it may not be done now, or None. trust: in the clock; money never moves by a time that came
    over the same wire. allowed: types that the till's settings opt into."""
    known = TYPES.get(command.type)
    if known is None:
        return Rejection.UNKNOWN_TYPE
    if known.opt_in and command.type not in allowed:
        return Rejection.NOT_ALLOWED
    if command.expires_ms - command.issued_ms > known.life_s * 1000:
        return Rejection.LIFE
    if trust is Trust.UNKNOWN or (trust is Trust.FLEET and known.of is CommandClass.MONEY):
        return Rejection.CLOCK
    if now_ms >= command.expires_ms:
        return Rejection.EXPIRED
    alone = command.approver in ("", command.issuer)
    if known.of is CommandClass.MONEY and alone:
        return Rejection.SECOND_PERSON
    return None
