"""What a scanned code turned out to be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from operator import attrgetter


class Kind(StrEnum):
    """item: a trade item. weighed, priced, counted: the shop's own code with a value inside, the
    last by a rule of the shop only. gs1: an element string. link: a web address, with a GS1 key or
    without."""

    ITEM = "item"
    WEIGHED = "weighed"
    PRICED = "priced"
    COUNTED = "counted"
    GS1 = "gs1"
    LINK = "link"
    VOUCHER = "voucher"
    BADGE = "badge"
    UNKNOWN = "unknown"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The meaning of one code; what the code does not say is None.

    gtin: 14 digits. ai: application identifier -> value as carried. error: set exactly when kind
    is unknown or invalid, for the person at the till. base: the key to look a weighed, priced
    or counted item up by. weight (kg) and price are decimal strings with the decimals the code implies.
    currency: ISO 4217 numeric. Dates are YYYY-MM-DD.
    """

    kind: Kind
    gtin: str | None = None
    ai: Mapping[str, str] = field(default_factory=dict)
    symbology: str | None = None
    error: str | None = None
    plu: str | None = None
    base: str | None = None
    weight: str | None = None
    price: str | None = None
    currency: str | None = None
    count: int | None = None
    expiry: str | None = None
    best_before: str | None = None
    sell_by: str | None = None
    produced: str | None = None
    packed: str | None = None
    batch: str | None = None
    serial: str | None = None
    addon: str | None = None
    url: str | None = None
    voucher: str | None = None
    badge: str | None = None

    @property
    def understood(self) -> bool:
        return self.error is None

    def as_dict(self) -> dict[str, object]:
        """The JSON object: the first five always, the others when they carry a value."""
        carried = zip(_OPTIONAL, _optional(self), strict=True)
        return {
            "kind": self.kind.value,
            "gtin": self.gtin,
            "ai": dict(self.ai),
            "symbology": self.symbology,
            "error": self.error,
            **{name: value for name, value in carried if value is not None},
        }


_OPTIONAL = tuple(
    f.name for f in fields(Decoded) if f.name not in ("kind", "gtin", "ai", "symbology", "error")
)
_optional = attrgetter(*_OPTIONAL)
