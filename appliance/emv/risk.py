"""Terminal risk management: floor limit and velocity checking (EMV Book 3, 10.6).

Random selection takes no part: its percentage is 0 in a shop that decides nothing by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from appliance.emv import dates, response
from appliance.emv.tags import Tags, digits, needed
from appliance.emv.tvr import Tsi, Tvr
from appliance.malformed import Malformed

GET_ATC = bytes.fromhex("80CA9F3600")
GET_LAST_ONLINE_ATC = bytes.fromhex("80CA9F1300")


@dataclass(frozen=True, slots=True)
class Logged:
    """An approved transaction that this terminal remembers."""

    pan: str
    pan_seq: bytes | None
    date: str
    amount_minor: int


def manage(
    config: Tags,
    params: Tags,
    icc: Tags,
    log: Iterable[Logged] = (),
    answers: Mapping[bytes, bytes] | None = None,
) -> tuple[Tvr, Tsi]:
    """answers: what the card said to GET_ATC and GET_LAST_ONLINE_ATC, as far as it was asked."""
    found = _floor_limit(config, params, icc, log)
    if wants_velocity(icc):
        found |= _velocity(icc, answers or {})
    return found, Tsi.TERMINAL_RISK_MANAGEMENT_PERFORMED


def wants_velocity(icc: Tags) -> bool:
    """Whether the card has both limits, so that it must be asked for its counters."""
    return "9F14" in icc and "9F23" in icc


def _floor_limit(config: Tags, params: Tags, icc: Tags, log: Iterable[Logged]) -> Tvr:
    limit = int.from_bytes(needed(config, "9F1B", 4), "big")
    total = int.from_bytes(needed(params, "81", 4), "big") + _last_amount(icc, log)
    return Tvr.FLOOR_LIMIT_EXCEEDED if total >= limit else Tvr.NOTHING


def _last_amount(icc: Tags, log: Iterable[Logged]) -> int:
    """What this card spent here last: somebody may split a purchase to stay under the limit."""
    pan = icc.get("5A")
    if pan is None:
        return 0
    last_date, amount = 0, 0
    for it in log:
        if it.pan != digits(pan) or _is_other_card(it, icc):
            continue
        if (date := dates.comparable(it.date)) >= last_date:
            last_date, amount = date, it.amount_minor
    return amount


def _is_other_card(entry: Logged, icc: Tags) -> bool:
    """Two cards of one account differ in their sequence numbers, where both have one."""
    if entry.pan_seq is None or "5F34" not in icc:
        return False
    return entry.pan_seq != needed(icc, "5F34", 1)


def _velocity(icc: Tags, answers: Mapping[bytes, bytes]) -> Tvr:
    """How often the card was used since it last spoke to its issuer."""
    lower, upper = needed(icc, "9F14", 1)[0], needed(icc, "9F23", 1)[0]
    atc = _register(answers.get(GET_ATC), "9F36")
    last_online = _register(answers.get(GET_LAST_ONLINE_ATC), "9F13")
    found = Tvr.NEW_CARD if last_online == 0 else Tvr.NOTHING
    if atc is None or last_online is None or atc <= last_online:
        return found | Tvr.LOWER_OFFLINE_LIMIT_EXCEEDED | Tvr.UPPER_OFFLINE_LIMIT_EXCEEDED
    if atc - last_online > lower:
        found |= Tvr.LOWER_OFFLINE_LIMIT_EXCEEDED
    if atc - last_online > upper:
        found |= Tvr.UPPER_OFFLINE_LIMIT_EXCEEDED
    return found


def _register(answer: bytes | None, tag: str) -> int | None:
    """A counter as GET DATA returns it; None when the card does not tell it."""
    try:
        got = response.read(answer or b"")
    except Malformed:
        return None
    if got.status != response.DONE or [it.tag for it in got.objects] != [tag]:
        return None
    value = got.objects[0].value
    return int.from_bytes(value, "big") if len(value) == 2 else None
