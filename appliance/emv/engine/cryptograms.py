"""The two cryptograms, and what lies between them: issuer, its authentication, its scripts."""

from __future__ import annotations

from appliance.emv import tlv
from appliance.emv.engine import action, apdu, authentication
from appliance.emv.engine.action import AAC, ARQC, TC
from appliance.emv.engine.reading import answered
from appliance.emv.engine.session import Session
from appliance.emv.engine.terms import Cancelled, Dialogue, HostAnswer
from appliance.emv.response import DONE
from appliance.emv.tags import needed
from appliance.emv.tvr import Tsi, Tvr
from appliance.malformed import Malformed

ISSUER_AUTHENTICATION = 0x04
"""Bit of the profile (82, byte 1): by its own command instead of with the second cryptogram."""

APPROVED_CODES = (b"00", b"10", b"11")
OFFLINE_APPROVED, OFFLINE_DECLINED = b"Y1", b"Z1"
_OFFLINE_CODES = {TC: OFFLINE_APPROVED, AAC: OFFLINE_DECLINED}
UNABLE_APPROVED, UNABLE_DECLINED = b"Y3", b"Z3"

BEFORE, AFTER = "71", "72"
_COMMANDS_MAX = 32
"""Of one script; the books allow 128 bytes of them."""


def first(session: Session) -> Dialogue[int]:
    """What the card decides: a cryptogram's kind, never a better one than was asked for."""
    session.asked_for = action.before_online(session)
    session.code = _OFFLINE_CODES.get(session.asked_for, b"")
    session.cdol1_data = session.filled("8C")
    kind = yield from _generate(session, session.asked_for, session.cdol1_data, b"")
    session.tsi |= Tsi.CARD_RISK_MANAGEMENT_PERFORMED
    if kind == TC and session.combined and session.tvr & Tvr.CDA_FAILED:
        kind = AAC
    session.code = _OFFLINE_CODES.get(kind, b"")
    return kind


def _generate(session: Session, asked_for: int, data: bytes, cdol2_data: bytes) -> Dialogue[int]:
    combined = session.combined and asked_for != AAC
    command = apdu.generate_ac(asked_for, data, combined=combined)
    got = yield from apdu.send(command)
    if got.status != DONE:
        raise Cancelled("The card gives no cryptogram")
    told = answered(command, got)
    session.card.pop("9F26", None)
    session.card |= {tag: value for tag, value in told.items() if tag != "9F4B"}
    kind = needed(told, "9F27", 1)[0] & 0xC0
    needed(told, "9F36", 2)
    if kind not in _ALLOWED[asked_for]:
        raise Malformed("The card answers with a better cryptogram than it was asked for")
    if not combined or kind == AAC:
        needed(told, "9F26", 8)
    elif not authentication.combined_by_card(session, got, cdol2_data):
        session.tvr |= Tvr.CDA_FAILED
    return kind


_ALLOWED = {TC: (TC, ARQC, AAC), ARQC: (ARQC, AAC), AAC: (AAC,)}


def go_online(session: Session) -> Dialogue[bool]:
    """Asks the issuer; False when nobody answers."""
    if session.tvr & Tvr.CDA_FAILED:
        return True
    answer: HostAnswer | None = yield session.question()
    session.host = answer
    if answer is None:
        return False
    session.code = answer.code
    return True


def authenticate_issuer(session: Session) -> Dialogue[None]:
    data = session.host.authentication if session.host else b""
    if not data or not needed(session.card, "82", 2)[0] & ISSUER_AUTHENTICATION:
        return
    session.tsi |= Tsi.ISSUER_AUTHENTICATION_PERFORMED
    got = yield from apdu.send(apdu.external_authenticate(data))
    if got.status != DONE:
        session.tvr |= Tvr.ISSUER_AUTHENTICATION_FAILED


def run_scripts(session: Session, template: str, failed: Tvr) -> Dialogue[None]:
    """The issuer's commands as they are; a script ends at the first that the card refuses."""
    scripts = tlv.read(session.host.scripts) if session.host else ()
    for script in scripts:
        if script.tag != template:
            continue
        session.tsi |= Tsi.SCRIPT_PROCESSED
        identifier = script.first("9F18")
        result = 0x20
        commands = [it.value for it in script.parts if it.tag == "86"][:_COMMANDS_MAX]
        for number, command in enumerate(commands, start=1):
            answer: bytes = yield command
            if len(answer) < 2 or answer[-2] not in (0x90, 0x62, 0x63):
                session.tvr |= failed
                result = 0x10 | min(number, 0x0F)
                break
        session.script_results += bytes([result]) + (identifier.value if identifier else bytes(4))


def second(session: Session) -> Dialogue[int]:
    """The card's last word."""
    asked_for = AAC
    if session.host is None and not session.tvr & Tvr.CDA_FAILED:
        asked_for = action.when_unable(session)
        session.code = UNABLE_APPROVED if asked_for == TC else UNABLE_DECLINED
    elif session.host and session.code in APPROVED_CODES:
        asked_for = TC
    elif session.host is None:
        session.code = OFFLINE_DECLINED
    cdol2_data = session.filled("8D")
    kind = yield from _generate(session, asked_for, cdol2_data, cdol2_data)
    if kind == ARQC:
        raise Malformed("The card asks to go online a second time")
    if session.tvr & Tvr.CDA_FAILED:
        return AAC
    return kind
