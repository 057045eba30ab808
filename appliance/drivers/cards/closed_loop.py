"""The shop's own payment cards: an application under an AID of its own, with one record to read.

The record (SFI 1, record 1) is a template 70 as EMV Book 3 has it, with track 2 equivalent data (57)
or a number (5A). It is read, sealed and forgotten within one call.
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.drivers.cards.apdu import Transmit, read_record, select
from appliance.drivers.cards.boundary import Boundary, SealedCard
from appliance.emv import fci, tags, tlv, track2
from appliance.malformed import Malformed

AID_BYTES = (5, 16)
_SFI, _RECORD = 1, 1
_FOR_THE_HOST = ("57", "5A", "5F24", "5F34")


@dataclass(frozen=True, slots=True)
class ClosedLoop:
    """aid: of the shop's application; boundary: of the reader it is read with."""

    aid: bytes
    boundary: Boundary

    def knows(self, transmit: Transmit) -> bool:
        """Whether it is one of these; nothing of it is read."""
        return select(transmit, self.aid).ok

    def read(self, transmit: Transmit) -> SealedCard | None:
        """The card, sealed; None when it is not one of these. Raises CardGone and CannotSeal."""
        selected = select(transmit, self.aid)
        if not selected.ok:
            return None
        record = read_record(transmit, _SFI, _RECORD)
        if not record.ok:
            return None
        try:
            label = fci.read(selected.data).label or ""
        except Malformed:
            label = ""
        try:
            template = tlv.first(tlv.read(record.data), "70")
            pan = "" if template is None else _number(template)
        except Malformed:
            return None
        if template is None or not pan.isdigit():
            return None
        clear = b"".join(it.encoded for it in template.parts if it.tag in _FOR_THE_HOST)
        return self.boundary.seal(clear, pan, self.aid, label)


def _number(template: tlv.DataObject) -> str:
    equivalent, number = template.first("57"), template.first("5A")
    if equivalent is not None:
        return track2.read(equivalent.value).pan
    return "" if number is None else tags.digits(number.value)
