"""What a technician may know of a chip card: which applications it has, and whether it has expired.

A number is masked to its first six and last four digits (PCI DSS 3.4.1) in the function that reads
it; nothing is stored. The date is the card's own word: whether it is any good is its issuer's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from appliance.drivers.cards.apdu import Transmit, exchange, read_record, select
from appliance.drivers.cards.presented import NDEF_AID, PPSE, PSE, uid_of
from appliance.emv import afl, dol, fci, response, tags, tlv, track2
from appliance.malformed import Malformed

APPLICATIONS_MAX = 16
_RECORDS_MAX = 30
_SHOWN_HEAD, _SHOWN_TAIL = 6, 4
_DATE = re.compile("[0-9]{6}")


@dataclass(frozen=True, slots=True)
class Application:
    """number: masked. expires: the last day; None where the card does not say."""

    aid: str
    label: str = ""
    number: str = ""
    expires: date | None = None


@dataclass(frozen=True, slots=True)
class CardLook:
    """directory: the one the applications are from, "" for none. ndef: it is a tag of type 4, too."""

    directory: str
    applications: tuple[Application, ...]
    ndef: bool = False
    uid: str = ""


def look_at(transmit: Transmit) -> CardLook:
    """Raises CardGone."""
    for name in (PPSE, PSE):
        listed = _listed(transmit, name)
        if listed:
            found = tuple(_application(transmit, it) for it in listed[:APPLICATIONS_MAX])
            break
    else:
        name, found = b"", ()
    ndef = select(transmit, NDEF_AID).ok
    return CardLook(name.decode(), found, ndef, uid_of(transmit).hex().upper())


def masked(number: str) -> str:
    """The first six and last four digits; of a short number the last four alone."""
    hidden = len(number) - _SHOWN_HEAD - _SHOWN_TAIL
    if hidden < 1:
        return number[-_SHOWN_TAIL:].rjust(len(number), "*")
    return number[:_SHOWN_HEAD] + "*" * hidden + number[-_SHOWN_TAIL:]


def _listed(transmit: Transmit, name: bytes) -> list[fci.Listed]:
    answer = select(transmit, name)
    if not answer.ok:
        return []
    try:
        told = fci.read(answer.data)
        if name == PPSE:
            return list(told.applications)
        return _of_records(transmit, answer.data)
    except Malformed:
        return []


def _of_records(transmit: Transmit, directory: bytes) -> list[fci.Listed]:
    """A contact card's directory is a file of records, named by its short identifier (88)."""
    found: list[fci.Listed] = []
    sfi = [it.value for _, it in tlv.walk(tlv.read(directory)) if it.tag == "88"]
    if not sfi or len(sfi[0]) != 1:
        return found
    for number in range(1, _RECORDS_MAX + 1):
        record = read_record(transmit, sfi[0][0] & 0x1F, number)
        if not record.ok:
            break
        template = tlv.first(tlv.read(record.data), "70")
        found += () if template is None else fci.directory(template)
    return found


def _application(transmit: Transmit, listed: fci.Listed) -> Application:
    bare = Application(listed.aid.hex().upper(), listed.label or "")
    try:
        chosen = select(transmit, listed.aid)
        if not chosen.ok:
            return bare
        pdol = fci.read(chosen.data).pdol or b""
        data = _data(transmit, dol.fill(dol.read(pdol), {}))
        number = _number(data)
    except Malformed:
        return bare
    return Application(bare.aid, bare.label, masked(number) if number else "", _expires(data))


def _data(transmit: Transmit, pdol_data: bytes) -> dict[str, bytes]:
    """Every data object of the records that the card names. Asked with an amount of zero."""
    asked = tlv.encode("83", pdol_data)
    command = bytes((0x80, 0xA8, 0x00, 0x00, len(asked))) + asked + b"\x00"
    answer = exchange(transmit, command)
    if not answer.ok:
        return {}
    told = response.read(answer.data + b"\x90\x00")
    found = response.format1(command, told) or {
        it.tag: it.value for _, it in tlv.walk(told.objects)
    }
    for entry in afl.read(found["94"]) if "94" in found else ():
        for number in range(entry.first, min(entry.last, entry.first + _RECORDS_MAX) + 1):
            record = read_record(transmit, entry.sfi, number)
            objects = tlv.walk(tlv.read(record.data)) if record.ok else ()
            found |= {it.tag: it.value for _, it in objects if not it.constructed}
    return found


def _number(data: dict[str, bytes]) -> str:
    if "5A" in data:
        return tags.digits(data["5A"])
    return track2.read(data["57"]).pan if "57" in data else ""


def _expires(data: dict[str, bytes]) -> date | None:
    told = data.get("5F24", b"").hex()
    if not _DATE.fullmatch(told):
        return None
    try:
        return date(2000 + int(told[:2]), int(told[2:4]), int(told[4:]))
    except ValueError:
        return None
