"""What an engine is given and what it gives back: the terminal, the purchase, questions, outcomes."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from appliance.emv.ca_keys import CaKey
from appliance.emv.risk import Logged
from appliance.emv.tags import Tags

NO_CODES = bytes(5)

DEFAULT_DDOL = bytes.fromhex("9F3704")


@dataclass(frozen=True, slots=True)
class Application:
    """An application that the terminal accepts.

    partial: longer names that begin with this one are accepted too. The action codes (TAC) are
    those bits of the TVR on which the shop declines, or goes online. Limits in minor units are for
    contactless cards; None: there is none.
    """

    aid: bytes
    partial: bool = True
    tac_denial: bytes = NO_CODES
    tac_online: bytes = NO_CODES
    tac_default: bytes = NO_CODES
    ddol: bytes = DEFAULT_DDOL
    kernel: bytes = b""
    contactless_limit_minor: int | None = None
    cvm_limit_minor: int | None = None
    floor_limit_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Terminal:
    """tags: 9F09, 9F1A, 9F1B, 9F33, 9F35, 9F40 and what else card lists may ask a terminal for."""

    tags: Tags
    applications: tuple[Application, ...]
    ca_keys: Mapping[tuple[bytes, int], CaKey] = field(default_factory=dict)
    log: tuple[Logged, ...] = ()


@dataclass(frozen=True, slots=True)
class Purchase:
    """unpredictable: four bytes drawn by whoever starts the engine, which draws nothing itself.

    pin: for cards of one's own whose PIN the card checks in the clear; a scheme's PIN belongs into
    a certified pad and never here.
    """

    amount_minor: int
    currency: str
    date: str
    unpredictable: bytes
    time: str = "000000"
    kind: int = 0x00
    cashback_minor: int = 0
    sequence: int = 1
    pin: str | None = field(default=None, repr=False)

    def tags(self) -> dict[str, bytes]:
        return {
            "9F02": bytes.fromhex(f"{self.amount_minor:012d}"),
            "9F03": bytes.fromhex(f"{self.cashback_minor:012d}"),
            "81": self.amount_minor.to_bytes(4, "big"),
            "9F04": self.cashback_minor.to_bytes(4, "big"),
            "5F2A": bytes.fromhex(self.currency.rjust(4, "0")),
            "9A": bytes.fromhex(self.date),
            "9F21": bytes.fromhex(self.time),
            "9C": bytes([self.kind]),
            "9F37": self.unpredictable,
            "9F41": bytes.fromhex(f"{self.sequence:08d}"),
        }


@dataclass(frozen=True, slots=True)
class Candidate:
    """An application that both sides know. confirm: not without the cardholder's word."""

    aid: bytes
    application: Application
    label: str
    priority: int
    confirm: bool = False
    kernel: bytes = b""


@dataclass(frozen=True, slots=True)
class Choose:
    """Question: which of these? The answer is its place, or None for none of them."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class GoOnline:
    """Question to the issuer. tags: what field 55 of an authorisation carries, no card number. card:
    number, track 2, expiry and sequence number, for whoever encrypts them and for nobody else."""

    tags: Tags
    card: Tags = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class HostAnswer:
    """code: 8A, two characters. scripts: templates 71 and 72 as they came."""

    code: bytes
    authentication: bytes = b""
    scripts: bytes = b""


Question = bytes | Choose | GoOnline
"""bytes: a command for the card, whose answer is its bytes with the status word."""

_T = TypeVar("_T")
Dialogue = Generator[Question, Any, _T]


class Outcome(Enum):
    APPROVED = "approved"
    DECLINED = "declined"
    ONLINE = "online"
    """Contactless: the card is done, the issuer decides alone."""
    ENDED = "ended"
    """Nothing was paid: no application, a card that does not answer as it must, or a stop."""
    OTHER_INTERFACE = "try another interface"
    SELECT_NEXT = "select next"
    SEE_PHONE = "see phone"


class CardLost(Exception):
    """What sends bytes to a card raises it when there is no card any more."""


class Cancelled(Exception):
    """The transaction ends here, and nothing was paid; the text says why, for people."""


@dataclass(frozen=True, slots=True)
class Finished:
    """kept: what the journal may hold of it (tag to hex), the card's number masked.

    reverse: the issuer may have booked an amount that the card did not get to confirm. online: what
    the issuer is to be asked after a contactless outcome "online".
    """

    outcome: Outcome
    detail: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)
    wants_signature: bool = False
    reverse: bool = False
    online: GoOnline | None = field(default=None, repr=False)
