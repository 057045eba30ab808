"""Requests about customers get the person from the store; only an id goes on to the core."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from appliance.asked.plastic import means_else
from appliance.asked.tabs import loyalty, tab
from appliance.core import commands as c
from appliance.core.accounts_look import CustomerLook, PageLook, PurchaseLook
from appliance.core.barcode.own import read_own
from appliance.core.decide.phases import refused_now
from appliance.core.facts import AccountKind, AccountMoved, CustomerAttached, CustomerErased
from appliance.core.loyalty import tier_of, worth_minor
from appliance.core.numbers import receipt_number
from appliance.core.refusal import Reason, Refusal, refuse
from appliance.core.state import State
from appliance.intake import Answered, Asked, Intake
from appliance.moment import Moment
from appliance.people.customers import CODE_LENGTH_MIN, Customer, CustomerMistake

YEAR_DAYS = 365
SHOWN_PURCHASES = 50
FOUND_MAX = 30


def look_of(intake: Intake, person: Customer) -> CustomerLook:
    """What the till knows of a customer: tier, points, tab, and what was spent in a year."""
    ledger, rules = intake.journal.ledger, intake.policy.accounts.loyalty
    spent = ledger.spent_minor(person.id, _year_before(intake.clock()))
    tier = tier_of(spent, rules.tiers)
    points = loyalty(intake, person.id).balance
    return CustomerLook(
        customer=person.id,
        name=person.name,
        phone=person.phone,
        groups=groups_of(person, spent, intake),
        tier=tier.name if tier else "",
        points=points,
        points_minor=worth_minor(max(0, points), rules),
        owed_minor=max(0, -tab(intake, person.id).balance),
        limit_minor=person.limit_minor,
        tax_exempt=person.tax_exempt,
        spent_minor=spent,
    )


def _year_before(now: datetime) -> datetime:
    return now - timedelta(days=YEAR_DAYS)


def groups_of(person: Customer, spent_minor: int, intake: Intake) -> tuple[str, ...]:
    """The customer's own price groups and that of his tier."""
    tier = tier_of(spent_minor, intake.policy.accounts.loyalty.tiers)
    of_tier = (tier.group,) if tier and tier.group else ()
    return tuple(dict.fromkeys((*person.groups, *of_tier)))


def _person(intake: Intake, customer: str) -> Customer | Refusal:
    if intake.customers is None:
        return refuse(Reason.CUSTOMERS_OFF)
    return intake.customers.get(customer) or refuse(Reason.CUSTOMER_UNKNOWN)


def _set(intake: Intake, person: Customer, **more: object) -> c.SetCustomer:
    spent = intake.journal.ledger.spent_minor(person.id, _year_before(intake.clock()))
    made = c.SetCustomer(
        person.id, groups_of(person, spent, intake), person.tax_exempt, person.limit_minor
    )
    return replace(made, **more)  # type: ignore[arg-type]


def known_customer(intake: Intake, customer: str) -> c.SetCustomer | None:
    """Somebody with his groups and limit of now; None for nobody, or who was forgotten."""
    if not customer or intake.customers is None:
        return None
    person = intake.customers.get(customer)
    return None if person is None else _set(intake, person)


def attach(
    intake: Intake, request: c.AttachCustomer, _now: Moment, _today: date
) -> c.SetCustomer | Refusal:
    if not request.customer:
        return c.SetCustomer("")
    person = _person(intake, request.customer)
    return person if isinstance(person, Refusal) else _set(intake, person)


def find(intake: Intake, request: c.FindCustomers, now: Moment, _today: date) -> Moment | Refusal:
    if intake.customers is None:
        return refuse(Reason.CUSTOMERS_OFF)
    found = intake.customers.find(request.text, FOUND_MAX)
    looks = tuple(look_of(intake, person) for person in found)
    serial = now.serial + 1
    accounts = replace(now.accounts, serial=serial, found=looks)
    return replace(now, serial=serial, accounts=accounts)


def show(intake: Intake, request: c.ShowCustomer, now: Moment, _today: date) -> Moment | Refusal:
    if not request.customer:
        return replace(now, accounts=replace(now.accounts, page=None))
    person = _person(intake, request.customer)
    if isinstance(person, Refusal):
        return person
    serial = now.serial + 1
    accounts = replace(now.accounts, serial=serial, page=page_of(intake, person))
    return replace(now, serial=serial, accounts=accounts)


def page_of(intake: Intake, person: Customer) -> PageLook:
    rows = intake.journal.ledger.purchases(person.id, SHOWN_PURCHASES)
    consents = intake.journal.ledger.consents(person.id)
    till = intake.policy.till_number
    return PageLook(
        customer=look_of(intake, person),
        purchases=tuple(
            PurchaseLook(
                receipt_number(till, row.epoch, row.receipt) if row.receipt else "",
                row.at.strftime("%Y-%m-%dT%H:%M"),
                row.total_minor,
            )
            for row in rows
        ),
        consents=tuple(it.purpose for it in consents if it.given),
        email=person.email,
        notes=person.notes,
    )


def register(
    intake: Intake, request: c.RegisterCustomer, _now: Moment, today: date
) -> c.SetCustomer | Refusal:
    """Written to the store first: a fact without a person would be a customer nobody can find. So
    nothing may stand against the fact any more."""
    if intake.customers is None:
        return refuse(Reason.CUSTOMERS_OFF)
    purposes = tuple(dict.fromkeys(it.strip() for it in request.purposes if it.strip()))
    if not purposes:
        return refuse(Reason.CONSENT_NEEDED)
    if not request.name.strip():
        return refuse(Reason.CUSTOMER_NAME_NEEDED)
    unable = refused_now(intake.journal.state, c.SetCustomer(""))
    if unable is None and request.card.strip():
        unable = means_else(intake, request.card.strip(), today)
    if unable is not None:
        return unable
    fresh = Customer("", request.name, request.phone, email=request.email, since=today.isoformat())
    try:
        made = intake.customers.add(fresh, code=request.card)
    except CustomerMistake as mistake:
        return _refused(mistake)
    return _set(
        intake,
        made,
        new=True,
        purposes=purposes,
        text_version=request.text_version,
        attach=request.attach,
    )


def _refused(mistake: CustomerMistake) -> Refusal:
    if mistake.known:
        return refuse(Reason.CUSTOMER_KNOWN, name=mistake.known)
    reasons = {"phone": Reason.PHONE_WRONG, "card": Reason.CARD_CODE_SHORT}
    least = CODE_LENGTH_MIN
    return refuse(reasons.get(mistake.field, Reason.CUSTOMER_FIELD_WRONG), least=least)


def erase(
    intake: Intake, request: c.EraseCustomer, _now: Moment, _today: date
) -> c.ForgetCustomer | Refusal:
    """The fact comes first; `forget` then deletes, and `sweep` whatever a power cut left."""
    if intake.customers is None:
        return refuse(Reason.CUSTOMERS_OFF)
    if intake.customers.get(request.customer) is None:
        return refuse(Reason.CUSTOMER_UNKNOWN)
    owed = tab(intake, request.customer).balance
    if owed < 0:
        return refuse(Reason.CUSTOMER_OWES)
    ahead = intake.journal.ledger.accounts(AccountKind.ADVANCE)
    if owed > 0 or any(row.stored.customer == request.customer for row in ahead):
        return refuse(Reason.CUSTOMER_HAS_MONEY)
    return c.ForgetCustomer(request.customer, request.reason)


def consent(
    intake: Intake, request: c.RecordConsent, _now: Moment, _today: date
) -> c.RecordConsent | Refusal:
    person = _person(intake, request.customer)
    return person if isinstance(person, Refusal) else request


def sweep(intake: Intake) -> None:
    """Deletes whoever the journal says is forgotten: after a power cut, or an old copy put back."""
    if intake.customers is not None:
        erased = intake.journal.ledger.erased()
        if erased:
            intake.customers.erase(erased)


def forget(intake: Intake, answer: Answered | None) -> None:
    """Whoever asked, at the screen or beside it: who is forgotten is gone before the answer is."""
    if _forgets(answer):
        sweep(intake)


def _forgets(answer: Answered | None) -> bool:
    if answer is None or isinstance(answer, Refusal):
        return False
    return any(isinstance(record.fact, CustomerErased) for record in answer)


def scanned(
    intake: Intake, request: c.Scan, now: Moment, today: date
) -> c.Command | Moment | Refusal | None:
    """A customer's card attaches its customer; a new one is given to whoever is on the screen."""
    book = intake.customers
    if book is None or len(request.code) < CODE_LENGTH_MIN:
        return None
    if now.accounts.aim == "customer":
        return _give_card(intake, now, request.code, today)
    person = card_holder(intake, request.code)
    return None if person is None else _set(intake, person)


def card_holder(intake: Intake, code: str) -> Customer | None:
    """Whose card this code is."""
    book = intake.customers
    if book is None or len(code) < CODE_LENGTH_MIN or read_own(code) is not None:
        return None
    return book.by_card(code)


def _give_card(intake: Intake, now: Moment, code: str, today: date) -> Moment | Refusal:
    person = _person(intake, now.accounts.aim_customer)
    if isinstance(person, Refusal):
        return person
    assert intake.customers is not None
    wrong = means_else(intake, code, today)
    if wrong is not None:
        return wrong
    try:
        made = intake.customers.add(person, code=code)
    except CustomerMistake as mistake:
        return _refused(mistake)
    accounts = replace(now.accounts, aim="", aim_customer="")
    now = replace(now, accounts=accounts).told("customer_card", "good", name=made.name)
    shown = show(intake, c.ShowCustomer(made.id), now, today)
    return shown if isinstance(shown, Moment) else now


def told(intake: Intake, now: Moment, _before: State, answer: Answered) -> Moment:
    """The basket's customer by name; nobody who is forgotten stays on the screen."""
    if _forgets(answer):
        now = replace(now, accounts=replace(now.accounts, page=None, found=None))
    sale = intake.journal.state.sale
    wanted = sale.customer if sale is not None else ""
    held = now.accounts.customer
    if not wanted:
        return now if held is None else replace(now, accounts=replace(now.accounts, customer=None))
    if held is not None and held.customer == wanted and not _moved(answer):
        return now
    person = intake.customers.get(wanted) if intake.customers is not None else None
    shown = CustomerLook(wanted, "") if person is None else look_of(intake, person)
    return replace(now, accounts=replace(now.accounts, customer=shown))


def _moved(answer: Answered) -> bool:
    return not isinstance(answer, Refusal) and any(
        isinstance(record.fact, AccountMoved | CustomerAttached) for record in answer
    )


ASKED: dict[type, Asked] = {
    c.AttachCustomer: attach,
    c.FindCustomers: find,
    c.ShowCustomer: show,
    c.RegisterCustomer: register,
    c.EraseCustomer: erase,
    c.RecordConsent: consent,
}
