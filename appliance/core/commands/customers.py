"""What is asked about customers. Names and phones stay in the shell; the core knows ids alone."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FindCustomers:
    """By name, phone or card; what is found is shown, never journalled."""

    text: str


@dataclass(frozen=True, slots=True)
class ShowCustomer:
    """Points, tab and last purchases of one customer, shown; "" puts the page away."""

    customer: str


@dataclass(frozen=True, slots=True)
class AttachCustomer:
    """The open basket is this customer's; "" takes the customer off."""

    customer: str


@dataclass(frozen=True, slots=True)
class RegisterCustomer:
    """A new customer with consent to what the shop keeps; attached to the basket at once
    unless told otherwise.
    purposes: what was agreed to ("loyalty", "marketing")."""

    name: str
    phone: str = ""
    card: str = ""
    email: str = ""
    purposes: tuple[str, ...] = ("loyalty",)
    text_version: str = "1"
    attach: bool = True


@dataclass(frozen=True, slots=True)
class EraseCustomer:
    """All that is known of the person is deleted; the sales stay with an id that leads nowhere."""

    customer: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecordConsent:
    customer: str
    purpose: str
    given: bool
    text_version: str = "1"


# Made ready by the shell for the core.


@dataclass(frozen=True, slots=True)
class SetCustomer:
    """The customer with what the core needs of him. new: registered just now, with consent to
    these purposes."""

    customer: str
    groups: tuple[str, ...] = ()
    tax_exempt: bool = False
    limit_minor: int = 0
    new: bool = False
    purposes: tuple[str, ...] = ()
    text_version: str = ""
    attach: bool = True
    spent_offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForgetCustomer:
    customer: str
    reason: str
