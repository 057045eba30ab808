"""Contactless: the entry point (Book B) and the one kernel of this till.

Before the card is there, each application is prepared: is the amount within its limits, must its
holder be verified, must the issuer be asked? Then the card's directory (PPSE) says which
applications it has, and they are tried one after the other until an outcome is more than "next".

The kernel does what EMV mode has in common: a cryptogram in the answer to GET PROCESSING OPTIONS,
or records and one GENERATE AC with CDA. There is no second cryptogram: after an outcome "online"
the card is gone and the issuer decides alone. Magnetic stripe modes are left out for good.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from appliance.emv import dates, tlv
from appliance.emv.engine import apdu, authentication, reading, selection
from appliance.emv.engine.action import AAC, ARQC, TC
from appliance.emv.engine.session import Session
from appliance.emv.engine.steps import Step, Table, Went, walk
from appliance.emv.engine.terms import (
    Application,
    Cancelled,
    Candidate,
    Dialogue,
    Finished,
    Outcome,
    Purchase,
    Terminal,
)
from appliance.emv.response import DONE
from appliance.emv.tags import needed
from appliance.emv.tvr import Tvr
from appliance.malformed import Malformed

PPSE = b"2PAY.SYS.DDF01"

TTQ = "9F66"
DEFAULT_TTQ = bytes.fromhex("26004000")
"""EMV mode, online PIN no, signature yes; verification on the customer's device."""
ONLINE_REQUIRED, CVM_REQUIRED = 0x80, 0x40
"""Bits of its second byte."""

SEE_PHONE, OTHER_INTERFACE = b"\x69\x86", b"\x69\x84"

NEXT: Table = {
    Step.READ: {Went.ON: Step.AUTHENTICATE},
    Step.AUTHENTICATE: {Went.ON: Step.RESTRICT},
    Step.RESTRICT: {Went.ON: Step.VERIFY},
    Step.VERIFY: {Went.ON: Step.RISK},
    Step.RISK: {Went.ON: Step.FIRST_CRYPTOGRAM},
    Step.FIRST_CRYPTOGRAM: {
        Went.APPROVED: Step.END,
        Went.DECLINED: Step.END,
        Went.ASK: Step.END,
    },
}
"""From the answer to GET PROCESSING OPTIONS on, unless that has the cryptogram already."""


@dataclass(frozen=True, slots=True)
class Prepared:
    application: Application
    ttq: bytes


def prepare(terminal: Terminal, purchase: Purchase) -> tuple[Prepared, ...]:
    """Those applications that this amount may be paid with, each with its qualifiers."""
    amount = purchase.amount_minor
    base = terminal.tags.get(TTQ, DEFAULT_TTQ)
    prepared = []
    for it in terminal.applications:
        if _reaches(amount, it.contactless_limit_minor):
            continue
        second = base[1] & ~(ONLINE_REQUIRED | CVM_REQUIRED)
        second |= ONLINE_REQUIRED if _reaches(amount, it.floor_limit_minor) else 0
        second |= CVM_REQUIRED if _reaches(amount, it.cvm_limit_minor) else 0
        prepared.append(Prepared(it, base[:1] + bytes([second]) + base[2:]))
    return tuple(prepared)


def transaction(terminal: Terminal, purchase: Purchase) -> Dialogue[Finished]:
    prepared = prepare(terminal, purchase)
    if not prepared:
        return Finished(Outcome.OTHER_INTERFACE, "Too much to be paid without contact")
    session = Session(terminal, purchase)
    try:
        combinations = yield from _combinations(prepared)
        for candidate, ready in combinations:
            session = Session(_with_limits(terminal, ready), purchase)
            yield from _try(session, candidate)
            if session.outcome is not Outcome.SELECT_NEXT:
                return session.finished()
    except (Cancelled, Malformed) as error:
        session.outcome, session.detail = Outcome.ENDED, str(error)
        return session.finished()
    return Finished(Outcome.ENDED, "No application that this till accepts is on the card")


def _reaches(amount: int, limit: int | None) -> bool:
    return limit is not None and amount >= limit


def _with_limits(terminal: Terminal, ready: Prepared) -> Terminal:
    tags = {**terminal.tags, TTQ: ready.ttq}
    if ready.application.floor_limit_minor is not None:
        tags["9F1B"] = ready.application.floor_limit_minor.to_bytes(4, "big")
    return replace(terminal, tags=tags)


def _combinations(prepared: tuple[Prepared, ...]) -> Dialogue[list[tuple[Candidate, Prepared]]]:
    """Applications that both sides know, the card's first choice first."""
    got = yield from apdu.send(apdu.select(PPSE))
    template = tlv.first(got.objects, "6F")
    proprietary = template and template.first("A5")
    directory = proprietary and proprietary.first("BF0C")
    if got.status != DONE or not directory:
        raise Cancelled("The card has no directory of contactless applications")
    accepted = tuple(it.application for it in prepared)
    by_aid = {it.application.aid: it for it in prepared}
    found = [
        (it, by_aid[it.application.aid])
        for it in selection.candidates(directory.parts, accepted)
        if not it.kernel or not it.application.kernel or it.kernel == it.application.kernel
    ]
    return sorted(found, key=lambda pair: pair[0].priority or selection.LAST)


def _try(session: Session, candidate: Candidate) -> Dialogue[None]:
    """One combination, to its outcome."""
    session.outcome = Outcome.SELECT_NEXT
    got = yield from apdu.send(apdu.select(candidate.aid))
    if got.status != DONE:
        return
    selection.keep_fci(session, candidate, got)
    session.pdol_data = session.filled("9F38")
    command = apdu.get_processing_options(session.pdol_data)
    got = yield from apdu.send(command)
    special = {SEE_PHONE: Outcome.SEE_PHONE, OTHER_INTERFACE: Outcome.OTHER_INTERFACE}
    if got.status in special:
        session.outcome = special[got.status]
        return
    if got.status != DONE:
        return
    session.card |= reading.answered(command, got)
    needed(session.card, "82", 2)
    session.outcome = Outcome.ENDED
    if "9F26" in session.card:
        yield from _cryptogram_at_once(session)
    else:
        yield from walk(session, NEXT, Step.READ)
        if session.outcome is Outcome.ONLINE and session.tvr & Tvr.CDA_FAILED:
            session.outcome = Outcome.DECLINED  # no second cryptogram can take the first one back


def _cryptogram_at_once(session: Session) -> Dialogue[None]:
    """The short way: one answer holds the cryptogram, the records only what proves it."""
    if "94" in session.card:
        yield from reading.read_records(session, mandatory=("5F24",))
    kind = needed(session.card, "9F27", 1)[0] & 0xC0
    if kind == ARQC:
        session.outcome = Outcome.ONLINE
    elif kind == TC and _proven(session):
        session.outcome = Outcome.APPROVED
    elif kind in (TC, AAC):
        session.outcome = Outcome.DECLINED


def _proven(session: Session) -> bool:
    """Fast DDA: the card signed amount, currency and both unpredictable numbers; it is in date."""
    expires = dates.comparable(needed(session.card, "5F24", 3).hex())
    if expires < dates.comparable(session.purchase.date):
        session.tvr |= Tvr.EXPIRED
        return False
    tags = session.purchase.tags()
    challenge = b"".join((tags["9F37"], tags["9F02"], tags["5F2A"], session.card.get("9F69", b"")))
    if not authentication.proves_fast(session, challenge):
        session.tvr |= Tvr.DDA_FAILED
        return False
    return True
