"""What is asked about who works here: names, roles, PINs and badges; all of it in person only."""

from __future__ import annotations

from dataclasses import dataclass, field

from appliance.core.facts import StaffChange


@dataclass(frozen=True, slots=True)
class SeeStaff:
    """Somebody opens the page of people; it says only whether this person may."""


@dataclass(frozen=True, slots=True)
class PutPerson:
    """A new person, or with `staff` another name or role for a known one."""

    name: str
    role: str
    staff: str = ""


@dataclass(frozen=True, slots=True)
class SetPin:
    """The first PIN of a person, or a new one for who forgot it."""

    staff: str
    pin: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AimBadge:
    """The next code that a scanner or tag reader sends is this person's badge; "" for nobody's."""

    staff: str = ""


@dataclass(frozen=True, slots=True)
class GiveBadge:
    """A card or tag in hand becomes a person's badge; the one before opens nothing any more."""

    staff: str
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class BlockBadge:
    """A lost badge opens nothing any more; the PIN stays."""

    staff: str


@dataclass(frozen=True, slots=True)
class RemovePerson:
    """The person may no longer sign in; what was done keeps the name."""

    staff: str


# Made ready by the shell for the core.


@dataclass(frozen=True, slots=True)
class ChangeStaff:
    """One change of the staff list. name, role: as they are from now on. able: who can sign in after
    it, because there is a PIN or a badge. secret: what the shell keeps a hash of once the fact is
    written."""

    staff: str
    change: StaffChange
    name: str
    role: str
    able: frozenset[str] = frozenset()
    secret: str = field(default="", repr=False)
