"""Application selection: by the card's directory (PSE), else by the terminal's list (Book 1, 12)."""

from __future__ import annotations

from collections.abc import Iterable

from appliance.emv import fci, tlv
from appliance.emv.engine import apdu
from appliance.emv.engine.session import Session
from appliance.emv.engine.terms import Application, Cancelled, Candidate, Choose, Dialogue
from appliance.emv.response import DONE, Response
from appliance.malformed import Malformed

PSE = b"1PAY.SYS.DDF01"
_RECORDS_MAX = 16
"""Entries of a directory that are looked at; cards have two or three."""
_OCCURRENCES_MAX = 16
LAST = 16
"""Behind all priorities: what has none."""


def choose(session: Session) -> Dialogue[None]:
    """Selects the application to pay with; Cancelled if there is none."""
    while True:
        found = yield from _candidates(session.terminal.applications)
        left = tuple(it for it in found if it.aid not in session.dropped)
        if not left:
            raise Cancelled("No application that this till accepts is on the card")
        place: int | None = 0
        if len(left) > 1 or left[0].confirm:
            place = yield Choose(left)
        if place is None:
            raise Cancelled("No application was chosen")
        candidate = left[place]
        got = yield from apdu.send(apdu.select(candidate.aid))
        if got.status != DONE:
            session.dropped.add(candidate.aid)
            continue
        keep_fci(session, candidate, got)
        return


def keep_fci(session: Session, candidate: Candidate, got: Response) -> None:
    """Takes what the selected application says of itself."""
    session.restart()
    session.chosen = candidate
    found = tlv.first(got.objects, "6F")
    proprietary = found and found.first("A5")
    if not proprietary:
        raise Malformed("FCI: no proprietary template")
    for part in proprietary.parts:
        if not part.constructed:
            session.card.setdefault(part.tag, part.value)


def _candidates(accepted: tuple[Application, ...]) -> Dialogue[list[Candidate]]:
    listed = yield from _by_directory(accepted)
    if not listed:
        listed = yield from _by_list(accepted)
    return sorted(listed, key=lambda it: it.priority or LAST)


def _by_directory(accepted: tuple[Application, ...]) -> Dialogue[list[Candidate]]:
    got = yield from apdu.send(apdu.select(PSE))
    _not_blocked(got)
    if got.status != DONE:
        return []
    template = tlv.first(got.objects, "6F")
    proprietary = template and template.first("A5")
    sfi = proprietary and proprietary.first("88")
    if not sfi or len(sfi.value) != 1:
        return []
    found: list[Candidate] = []
    for number in range(1, _RECORDS_MAX + 1):
        got = yield from apdu.send(apdu.read_record(sfi.value[0] & 0x1F, number))
        if got.status != DONE:
            break
        record = tlv.first(got.objects, "70")
        found += candidates(record.parts if record else (), accepted)
    return found


def candidates(
    entries: Iterable[tlv.DataObject], accepted: tuple[Application, ...]
) -> list[Candidate]:
    """Those entries 61 of a directory that the terminal accepts."""
    found: list[Candidate] = []
    for entry in entries:
        aid = entry.first("4F")
        known = aid and accepting(aid.value, accepted)
        if entry.tag == "61" and aid and known:
            kernel = entry.first("9F2A")
            found.append(_candidate(aid.value, known, entry, kernel.value if kernel else b""))
    return found


def accepting(aid: bytes, accepted: tuple[Application, ...]) -> Application | None:
    return next(
        (it for it in accepted if aid == it.aid or (it.partial and aid.startswith(it.aid))), None
    )


def _candidate(
    aid: bytes, known: Application, template: tlv.DataObject, kernel: bytes = b""
) -> Candidate:
    rank = template.first("87")
    return Candidate(
        aid=aid,
        application=known,
        label=fci.label(template) or "",
        priority=fci.priority(template) or 0,
        confirm=bool(rank and rank.value[0] & 0x80),
        kernel=kernel,
    )


def _by_list(accepted: tuple[Application, ...]) -> Dialogue[list[Candidate]]:
    found: list[Candidate] = []
    for known in accepted:
        for occurrence in range(_OCCURRENCES_MAX):
            got = yield from apdu.send(apdu.select(known.aid, next_one=occurrence > 0))
            _not_blocked(got)
            template = tlv.first(got.objects, "6F")
            name = template and template.first("84")
            proprietary = template and template.first("A5")
            if not name or not proprietary or any(name.value == it.aid for it in found):
                break
            fits = name.value == known.aid or (known.partial and name.value.startswith(known.aid))
            if got.status == DONE and fits:
                found.append(_candidate(name.value, known, proprietary))
            if not known.partial:
                break
    return found


def _not_blocked(got: Response) -> None:
    if got.status == apdu.CARD_BLOCKED:
        raise Cancelled("The card is blocked")
