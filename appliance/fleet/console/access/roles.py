"""What a person may do, and of which shops."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Role(StrEnum):
    """Each may do what those before it may.

    viewer: look. operator: answer alerts, start safe commands. manager: prices, documents,
    commands that touch money. administrator: people, enrolment, certificates.
    """

    VIEWER = "viewer"
    OPERATOR = "operator"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"

    def covers(self, needed: Role) -> bool:
        ranks = tuple(Role)
        return ranks.index(self) >= ranks.index(needed)


EVERYTHING = "*"
KINDS = ("tenant", "region", "shop")


@dataclass(frozen=True, slots=True)
class Scope:
    """Which shops. Kept as lines, "region:West" or "shop:shop-1"; "*" alone is every shop there is
    and will be, and no line at all is none."""

    everything: bool = False
    parts: tuple[tuple[str, str], ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """What is no such line counts for nothing: a scope never widens by a mistake."""
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if EVERYTHING in lines:
            return cls(everything=True)
        parts = [tuple(map(str.strip, line.partition(":")[::2])) for line in lines]
        return cls(parts=tuple((kind, name) for kind, name in parts if kind in KINDS and name))

    def __str__(self) -> str:
        if self.everything:
            return EVERYTHING
        return "\n".join(f"{kind}:{name}" for kind, name in self.parts)

    def where(self, shop: str = "s") -> tuple[str, dict[str, str]]:
        """A condition over the table `shop` under that alias, and its parameters."""
        if self.everything:
            return "1=1", {}
        if not self.parts:
            return "1=0", {}
        params = {f"scope{number}": name for number, (_, name) in enumerate(self.parts)}
        tests = [f"{shop}.{kind} = :scope{number}" for number, (kind, _) in enumerate(self.parts)]
        return f"({' OR '.join(tests)})", params

    def within(self, other: Scope) -> bool:
        """Whether whoever has the other scope may hand this one out."""
        return other.everything or (not self.everything and set(self.parts) <= set(other.parts))
