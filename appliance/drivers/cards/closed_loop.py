"""The shop's own payment cards: which application they have, and how their number is sealed.

A chip card pays through the EMV engine (`chip.py`). A static card has one record to read (SFI 1,
record 1): a template 70 as EMV Book 3 has it, with track 2 equivalent data (57) or a number (5A).
What is read is sealed and forgotten within one call.
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.drivers.cards.apdu import Transmit, read_record, select
from appliance.drivers.cards.boundary import Boundary, SealedCard
from appliance.drivers.cards.ca_key import CaKeys, keys_of
from appliance.emv import tags, tlv, track2
from appliance.emv.engine.session import SEALED
from appliance.emv.tags import Tags
from appliance.malformed import Malformed

AID_BYTES = (5, 16)
_SFI, _RECORD = 1, 1


@dataclass(frozen=True, slots=True)
class ClosedLoop:
    """aid: of the shop's application; boundary: of the reader it is read with. static: cards without
    a key of their own are taken too, which whoever reads one can copy."""

    aid: bytes
    boundary: Boundary
    static: bool = False

    def knows(self, transmit: Transmit) -> bool:
        """Whether it is one of these; nothing of it is read."""
        return select(transmit, self.aid).ok

    def ca_keys(self) -> CaKeys:
        """Raises CannotSeal where there is none, unless static cards are all that the shop has."""
        return keys_of(self.boundary.data, self.aid, none_will_do=self.static)

    def seal(self, card: Tags) -> SealedCard | None:
        """None for a card without a number. Raises CannotSeal."""
        pan = _number(card)
        if not pan.isdigit():
            return None
        clear = b"".join(tlv.encode(tag, card[tag]) for tag in SEALED if tag in card)
        return self.boundary.seal(clear, pan, self.aid)

    def read_static(self, transmit: Transmit) -> SealedCard | None:
        """The card, sealed; None when it is not one of these. Raises CardGone and CannotSeal."""
        if not self.knows(transmit):
            return None
        record = read_record(transmit, _SFI, _RECORD)
        if not record.ok:
            return None
        try:
            template = tlv.first(tlv.read(record.data), "70")
            return self.seal({it.tag: it.value for it in template.parts}) if template else None
        except Malformed:
            return None


def _number(card: Tags) -> str:
    if "57" in card:
        return track2.read(card["57"]).pan
    return tags.digits(card.get("5A", b""))
