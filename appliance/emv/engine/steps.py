"""The steps of a transaction, each told by how it went, and the walk through a table of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum

from appliance.emv import restrictions, risk
from appliance.emv.engine import authentication, cryptograms, reading, selection, verification
from appliance.emv.engine.action import AAC, ARQC, TC
from appliance.emv.engine.session import Session
from appliance.emv.engine.terms import Cancelled, Dialogue, Outcome
from appliance.emv.tvr import Tvr
from appliance.malformed import Malformed


class Step(Enum):
    SELECT = "select an application"
    INITIATE = "initiate it"
    READ = "read its records"
    AUTHENTICATE = "authenticate its data"
    RESTRICT = "check restrictions"
    VERIFY = "verify the cardholder"
    RISK = "manage the risk"
    FIRST_CRYPTOGRAM = "first cryptogram"
    GO_ONLINE = "ask the issuer"
    AUTHENTICATE_ISSUER = "authenticate the issuer"
    SCRIPTS_BEFORE = "scripts before the last word"
    SECOND_CRYPTOGRAM = "second cryptogram"
    SCRIPTS_AFTER = "scripts after it"
    END = "end"


class Went(Enum):
    ON = "done"
    REFUSED = "the card does not want this application"
    APPROVED = "approved"
    DECLINED = "declined"
    ASK = "the card wants the issuer asked"
    NO_ANSWER = "nobody answers"


Table = Mapping[Step, Mapping[Went, Step]]
"""After a step that went so, which one is next."""


def _select(session: Session) -> Dialogue[Went]:
    yield from selection.choose(session)
    return Went.ON


def _initiate(session: Session) -> Dialogue[Went]:
    started = yield from reading.initiate(session)
    return Went.ON if started else Went.REFUSED


def _read(session: Session) -> Dialogue[Went]:
    yield from reading.read_records(session)
    return Went.ON


def _authenticate(session: Session) -> Dialogue[Went]:
    yield from authentication.authenticate(session)
    return Went.ON


def _restrict(session: Session) -> Dialogue[Went]:
    session.tvr |= restrictions.check(session.terminal.tags, session.purchase.tags(), session.card)
    yield from ()  # a step like the others, though it asks nothing
    return Went.ON


def _verify(session: Session) -> Dialogue[Went]:
    yield from verification.verify(session)
    return Went.ON


def _manage_risk(session: Session) -> Dialogue[Went]:
    answers: dict[bytes, bytes] = {}
    if risk.wants_velocity(session.card):
        for command in (risk.GET_ATC, risk.GET_LAST_ONLINE_ATC):
            answers[command] = yield command
    tvr, tsi = risk.manage(
        session.terminal.tags,
        session.purchase.tags(),
        session.card,
        session.terminal.log,
        answers,
    )
    session.tvr |= tvr
    session.tsi |= tsi
    return Went.ON


_DECIDED = {TC: Went.APPROVED, AAC: Went.DECLINED, ARQC: Went.ASK}


def _first_cryptogram(session: Session) -> Dialogue[Went]:
    kind = yield from cryptograms.first(session)
    return _conclude(session, _DECIDED[kind])


def _go_online(session: Session) -> Dialogue[Went]:
    answered = yield from cryptograms.go_online(session)
    session.reverse = session.host is not None and session.code in cryptograms.APPROVED_CODES
    return Went.ON if answered else Went.NO_ANSWER


def _authenticate_issuer(session: Session) -> Dialogue[Went]:
    yield from cryptograms.authenticate_issuer(session)
    return Went.ON


def _scripts_before(session: Session) -> Dialogue[Went]:
    yield from cryptograms.run_scripts(session, cryptograms.BEFORE, Tvr.SCRIPT_FAILED_BEFORE_FINAL)
    return Went.ON


def _second_cryptogram(session: Session) -> Dialogue[Went]:
    kind = yield from cryptograms.second(session)
    return _conclude(session, _DECIDED[kind])


def _scripts_after(session: Session) -> Dialogue[Went]:
    yield from cryptograms.run_scripts(session, cryptograms.AFTER, Tvr.SCRIPT_FAILED_AFTER_FINAL)
    return Went.ON


def _conclude(session: Session, went: Went) -> Went:
    if went is Went.APPROVED:
        session.outcome, session.reverse = Outcome.APPROVED, False
    elif went is Went.DECLINED:
        session.outcome = Outcome.DECLINED
    elif went is Went.ASK:
        session.outcome = Outcome.ONLINE
    return went


STEPS: dict[Step, Callable[[Session], Dialogue[Went]]] = {
    Step.SELECT: _select,
    Step.INITIATE: _initiate,
    Step.READ: _read,
    Step.AUTHENTICATE: _authenticate,
    Step.RESTRICT: _restrict,
    Step.VERIFY: _verify,
    Step.RISK: _manage_risk,
    Step.FIRST_CRYPTOGRAM: _first_cryptogram,
    Step.GO_ONLINE: _go_online,
    Step.AUTHENTICATE_ISSUER: _authenticate_issuer,
    Step.SCRIPTS_BEFORE: _scripts_before,
    Step.SECOND_CRYPTOGRAM: _second_cryptogram,
    Step.SCRIPTS_AFTER: _scripts_after,
}


def walk(session: Session, table: Table, step: Step) -> Dialogue[None]:
    """From `step` to the end. A card that does not answer as it must ends it, and nothing was paid.

    What was approved stays so: a card is taken away while the last scripts run.
    """
    try:
        while step is not Step.END:
            went = yield from STEPS[step](session)
            step = table[step][went]
    except (Cancelled, Malformed) as error:
        if session.outcome is not Outcome.APPROVED:
            session.outcome, session.detail = Outcome.ENDED, str(error)
