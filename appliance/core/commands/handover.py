"""What the tills of a shop ask of each other about baskets, and what their links write down."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts import SaleId


@dataclass(frozen=True, slots=True)
class HandOverSale:
    """A till asked for a suspended basket under a key of its own; the same key again is the same."""

    sale: SaleId
    to: str
    key: str


@dataclass(frozen=True, slots=True)
class FetchSale:
    """A basket that is suspended at another till shall be the open one here."""

    till: str
    sale: SaleId


@dataclass(frozen=True, slots=True)
class TakeOverSale:
    """What another till handed over. basket: a Sale as JSON. It becomes the open basket."""

    origin: str
    key: str
    basket: str


@dataclass(frozen=True, slots=True)
class EndHandover:
    """The other till has it."""

    key: str


@dataclass(frozen=True, slots=True)
class RecallHandover:
    """A basket on its way to another till shall be suspended here again. That till is asked whether it
    has it, if it is there; a person who calls one back from a till that is off knows that it is off."""

    key: str


@dataclass(frozen=True, slots=True)
class TakeBackHandover:
    """The other till has it not, or is off: the basket is suspended here again."""

    key: str
