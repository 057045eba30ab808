"""Requests about who works here: checked against the staff list, decided, and only then kept there."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import date

from appliance.asked.customers import card_holder
from appliance.asked.plastic import means_else
from appliance.catalogue.fold import latin_letters
from appliance.core import commands as c
from appliance.core.barcode.own import OwnKind
from appliance.core.facts import CashierSignedIn, StaffChange, StaffChanged
from appliance.core.permissions import PROGRAMS
from appliance.core.policy import Person
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import State
from appliance.intake import Answered, Asked, Intake
from appliance.moment import Moment
from appliance.people.pins import mistake
from appliance.people.staff import CODE_LENGTH_MAX, CODE_LENGTH_MIN, StaffBook, StaffMistake

log = logging.getLogger(__name__)

NAME_LENGTH_MAX = 40


def put(
    intake: Intake, request: c.PutPerson, now: Moment, _today: date
) -> c.ChangeStaff | Moment | Refusal:
    if intake.staff is None:
        return refuse(Reason.NO_STAFF_LIST)
    name = " ".join(request.name.split())[:NAME_LENGTH_MAX]
    if not name or not name.isprintable():
        return refuse(Reason.STAFF_NAME_NEEDED)
    if request.role not in intake.policy.roles:
        return refuse(Reason.COMMAND_WRONG, detail=f"there is no role {request.role!r}")
    if not request.staff:
        fresh = Person(new_id(name, intake.staff), name, request.role)
        return _change(intake.staff, fresh, StaffChange.ADDED)
    known = intake.staff.person(request.staff)
    if known is None:
        return refuse(Reason.STAFF_UNKNOWN, staff=request.staff)
    changed = replace(known, name=name, role=request.role)
    return now if changed == known else _change(intake.staff, changed, StaffChange.CHANGED)


def new_id(name: str, book: StaffBook) -> str:
    """The name's first word in plain letters, with a number where somebody has or had it."""
    letters = "".join(filter(str.isalnum, latin_letters(name.lower().split()[0])))
    base = letters[:30] if letters.isascii() and letters else "staff"
    taken = book.ids() | PROGRAMS
    return next(it for n in range(1, 10_000) if (it := base + str(n) * (n > 1)) not in taken)


def set_pin(
    intake: Intake, request: c.SetPin, _now: Moment, _today: date
) -> c.ChangeStaff | Refusal:
    if mistake(request.pin):
        return refuse(Reason.PIN_TOO_EASY)
    return _of_known(intake, request.staff, StaffChange.PIN_SET, request.pin)


def aim(intake: Intake, request: c.AimBadge, now: Moment, _today: date) -> Moment | Refusal:
    if request.staff and (intake.staff is None or intake.staff.person(request.staff) is None):
        return refuse(Reason.STAFF_UNKNOWN, staff=request.staff)
    return replace(now, people=replace(now.people, badge_for=request.staff))


def give(
    intake: Intake, request: c.GiveBadge, _now: Moment, today: date
) -> c.ChangeStaff | Refusal:
    code = request.code.strip()
    if not CODE_LENGTH_MIN <= len(code) <= CODE_LENGTH_MAX:
        return refuse(Reason.BADGE_SHORT)
    wrong = means_else(intake, code, today, OwnKind.BADGE)
    if wrong is not None:
        return wrong
    if card_holder(intake, code) is not None:
        return refuse(Reason.BADGE_TAKEN)
    owner = None if intake.staff is None else intake.staff.owner_of(code)
    if owner not in (None, request.staff):
        return refuse(Reason.BADGE_TAKEN)
    return _of_known(intake, request.staff, StaffChange.BADGE_GIVEN, code)


def block(
    intake: Intake, request: c.BlockBadge, _now: Moment, _today: date
) -> c.ChangeStaff | Refusal:
    return _of_known(intake, request.staff, StaffChange.BADGE_BLOCKED)


def remove(
    intake: Intake, request: c.RemovePerson, _now: Moment, _today: date
) -> c.ChangeStaff | Refusal:
    return _of_known(intake, request.staff, StaffChange.REMOVED)


def _of_known(
    intake: Intake, staff: str, change: StaffChange, secret: str = ""
) -> c.ChangeStaff | Refusal:
    if intake.staff is None:
        return refuse(Reason.NO_STAFF_LIST)
    person = intake.staff.person(staff)
    if person is None:
        return refuse(Reason.STAFF_UNKNOWN, staff=staff)
    return _change(intake.staff, person, change, secret)


def _change(
    book: StaffBook, person: Person, change: StaffChange, secret: str = ""
) -> c.ChangeStaff:
    able = book.secrets.after(change, person.id)
    return c.ChangeStaff(person.id, change, person.name, person.role, able, secret)


def keep(intake: Intake, command: c.ChangeStaff) -> Refusal | None:
    """What the journal holds by now is done in the staff list; a PIN's hash takes its tenth of a
    second here, which a manager who sets one is the only one to notice."""
    book, staff, at = intake.staff, command.staff, intake.clock()
    assert book is not None
    try:
        match command.change:
            case StaffChange.ADDED | StaffChange.CHANGED:
                book.put(Person(staff, command.name, command.role))
            case StaffChange.REMOVED:
                book.remove(staff)
            case StaffChange.PIN_SET:
                book.set_pin(staff, command.secret, at)
            case StaffChange.BADGE_GIVEN:
                book.take_tag(staff, command.secret, at)
            case StaffChange.BADGE_BLOCKED:
                book.block_badge(staff)
    except StaffMistake:
        log.exception("`till staff` changed the same person just before")
        return refuse(Reason.BUSY)
    return None


def told(_intake: Intake, now: Moment, _before: State, answer: Answered) -> Moment:
    """A badge given, or anybody else at the till, ends the waiting for one."""
    if isinstance(answer, Refusal) or not now.people.badge_for:
        return now
    facts = [record.fact for record in answer]
    given = any(
        isinstance(it, StaffChanged) and it.change is StaffChange.BADGE_GIVEN for it in facts
    )
    if given or any(isinstance(it, CashierSignedIn) for it in facts):
        return replace(now, people=replace(now.people, badge_for=""))
    return now


ASKED: dict[type, Asked] = {
    c.PutPerson: put,
    c.SetPin: set_pin,
    c.AimBadge: aim,
    c.GiveBadge: give,
    c.BlockBadge: block,
    c.RemovePerson: remove,
}
