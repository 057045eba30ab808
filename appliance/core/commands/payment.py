"""What is asked of terminals and banks, what they answer, and what a person decides about it."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts.words import SaleId, TenderOutcome, TenderType
from appliance.core.payment_answer import Printout


@dataclass(frozen=True, slots=True)
class AskTender:
    """A terminal or a bank is asked for money (of a refund: to give it back). amount None: all that
    is left. port: by its name in [[payments]]; "" for the first of this type. origin: of a refund,
    the reference of the payment that goes back; "" for the first of this type."""

    type: TenderType
    amount_minor: int | None = None
    port: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class CancelTender:
    """The terminal is asked to call a pending payment off."""

    tender: int


@dataclass(frozen=True, slots=True)
class InquireTender:
    """The terminal is asked what became of a payment whose outcome is unknown. sale None: the open
    basket's."""

    tender: int
    sale: SaleId | None = None


@dataclass(frozen=True, slots=True)
class ConfirmTender:
    """The cashier tells what a terminal that stands by itself showed. reference: the slip's last
    digits. amount None: what was asked for."""

    tender: int
    outcome: TenderOutcome
    amount_minor: int | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class SendTender:
    """A port is about to send the money command, for the first and only time."""

    sale: SaleId
    tender: int
    memo: str = ""


@dataclass(frozen=True, slots=True)
class AnswerTender:
    """A port's own answer. port: which one, for what no basket holds any more. printouts: slips that
    the terminal leaves to the till's printer."""

    sale: SaleId
    tender: int
    outcome: TenderOutcome
    amount_minor: int | None = None
    reference: str = ""
    detail: str = ""
    port: str = ""
    printouts: tuple[Printout, ...] = ()


@dataclass(frozen=True, slots=True)
class ResolveTender:
    """A manager decides what became of a payment that nobody can be asked about any more."""

    sale: SaleId
    tender: int
    outcome: TenderOutcome
    reason: str
    amount_minor: int | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class CloseStray:
    """Somebody has seen to money that moved for a tender with another end. given_back: by hand on
    the terminal."""

    sale: SaleId
    tender: int
    reason: str
    given_back: bool = False
