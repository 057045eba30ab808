"""Initiating an application, and reading its records (Book 3, 10.1 and 10.2)."""

from __future__ import annotations

from appliance.emv import afl, response
from appliance.emv.engine import apdu
from appliance.emv.engine.session import Session
from appliance.emv.engine.terms import Cancelled, Dialogue
from appliance.emv.response import DONE
from appliance.emv.tags import needed
from appliance.emv.tlv import DataObject
from appliance.malformed import Malformed

MANDATORY = ("5F24", "5A", "8C", "8D")
_OWN_FILES = 10
_ALSO_IN_FCI = ("50", "87", "9F11", "9F12", "5F2D")


def initiate(session: Session) -> Dialogue[bool]:
    """GET PROCESSING OPTIONS; False when the card does not want this application now."""
    session.pdol_data = session.filled("9F38")
    command = apdu.get_processing_options(session.pdol_data)
    got = yield from apdu.send(command)
    if got.status == apdu.CONDITIONS:
        session.dropped.add(session.application.aid)
        return False
    if got.status != DONE:
        raise Cancelled("The card does not start the application")
    session.card |= answered(command, got)
    needed(session.card, "82", 2)
    return True


def answered(command: bytes, got: response.Response) -> dict[str, bytes]:
    """The elements of an answer, in either format."""
    format1 = response.format1(command, got)
    if format1 is not None:
        return format1
    if [it.tag for it in got.objects] != ["77"]:
        raise Malformed("An answer in neither of the two formats")
    return {it.tag: it.value for it in got.objects[0].parts if not it.constructed}


def read_records(session: Session, *, mandatory: tuple[str, ...] = MANDATORY) -> Dialogue[None]:
    for entry in afl.read(needed(session.card, "94")):
        for number in range(entry.first, entry.last + 1):
            got = yield from apdu.send(apdu.read_record(entry.sfi, number))
            if got.status != DONE:
                raise Cancelled("A record of the card cannot be read")
            session.records[entry.sfi, number] = got.body
            if entry.sfi <= _OWN_FILES:
                _keep(session, got.objects)
    missing = [tag for tag in mandatory if tag not in session.card]
    if missing:
        raise Cancelled(f"The card lacks {', '.join(missing)}")


def _keep(session: Session, objects: tuple[DataObject, ...]) -> None:
    if [it.tag for it in objects] != ["70"]:
        raise Malformed("A record that is not one template 70")
    for part in objects[0].parts:
        if part.constructed:
            continue
        if part.tag in session.card and part.tag not in _ALSO_IN_FCI:
            raise Malformed(f"The card says {part.tag} twice")
        session.card[part.tag] = part.value
