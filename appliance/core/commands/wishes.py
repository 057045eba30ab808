"""What is asked of a line or a basket beyond goods and money: wishes, who serves, a table's name."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.facts import LineId, Modifier


@dataclass(frozen=True, slots=True)
class ModifyLine:
    """The line's wishes, all of them; none takes them off. Each may add to the unit's price."""

    line: LineId
    modifiers: tuple[Modifier, ...]


@dataclass(frozen=True, slots=True)
class AssignLine:
    """Who of the staff does this line; "" for nobody in particular."""

    line: LineId
    staff: str


@dataclass(frozen=True, slots=True)
class NameSale:
    """A table, a tab, a guest: how people call the open basket."""

    name: str
