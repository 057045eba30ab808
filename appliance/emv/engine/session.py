"""One transaction while it runs: what is known of card and terminal, and what was found out."""

from __future__ import annotations

from dataclasses import dataclass, field

from appliance.emv import dol
from appliance.emv.engine.terms import (
    Candidate,
    Finished,
    GoOnline,
    HostAnswer,
    Outcome,
    Purchase,
    Terminal,
)
from appliance.emv.recovery import PublicKey
from appliance.emv.tags import digits
from appliance.emv.tvr import Tsi, Tvr

KEPT = (
    "4F 84 50 9F12 9F34 95 9B 9F26 9F27 9F36 9F10 9F37 9A 9C 5F2A 9F1A 82 9F33 8A 5F34 9F02 9F5B"
).split()
"""What a receipt or a dispute needs. Never the number, tracks, PIN data, name or expiry."""

FIELD_55 = (
    "9F26 9F27 9F10 9F37 9F36 95 9A 9C 9F02 5F2A 82 9F1A 9F03 9F33 9F34 9F35 84 9F1E 9F09 9F41"
).split()

SEALED = ("57", "5A", "5F24", "5F34")
"""What an issuer is told of the card itself, encrypted at the reader's boundary."""

NO_CVM = b"\x3f\x00\x00"


@dataclass(slots=True)
class Session:
    terminal: Terminal
    purchase: Purchase
    dropped: set[bytes] = field(default_factory=set)
    chosen: Candidate | None = None
    card: dict[str, bytes] = field(default_factory=dict)
    records: dict[tuple[int, int], bytes] = field(default_factory=dict)
    tvr: Tvr = Tvr.NOTHING
    tsi: Tsi = Tsi.NOTHING
    cvm_results: bytes = NO_CVM
    wants_signature: bool = False
    card_key: PublicKey | None = None
    combined: bool = False
    """The cryptogram shall be signed: CDA was chosen, and the card's key was recovered."""
    pdol_data: bytes = b""
    cdol1_data: bytes = b""
    asked_for: int = 0
    host: HostAnswer | None = None
    code: bytes = b""
    script_results: bytes = b""
    outcome: Outcome = Outcome.ENDED
    detail: str = ""
    reverse: bool = False

    @property
    def application(self) -> Candidate:
        assert self.chosen is not None
        return self.chosen

    def restart(self) -> None:
        """Forgets the card: another application is chosen."""
        self.card, self.records = {}, {}
        self.tvr, self.tsi = Tvr.NOTHING, Tsi.NOTHING

    def tags(self) -> dict[str, bytes]:
        """Everything a list of the card may ask for; the card does not overrule the terminal."""
        known = {**self.card, **self.terminal.tags, **self.purchase.tags()}
        known["95"], known["9B"] = self.tvr.encoded(), self.tsi.encoded()
        known["9F34"] = self.cvm_results
        if self.chosen:
            known["9F06"] = known["84"] = self.chosen.aid
        if self.code:
            known["8A"] = self.code
        if self.host and self.host.authentication:
            known["91"] = self.host.authentication
        if self.script_results:
            known["9F5B"] = self.script_results
        return known

    def filled(self, list_tag: str) -> bytes:
        return dol.fill(dol.read(self.card.get(list_tag, b"")), self.tags())

    def question(self) -> GoOnline:
        known = self.tags()
        return GoOnline(
            {tag: known[tag] for tag in FIELD_55 if tag in known},
            {tag: self.card[tag] for tag in SEALED if tag in self.card},
        )

    def finished(self) -> Finished:
        known = self.tags()
        kept = {tag: known[tag].hex().upper() for tag in KEPT if tag in known}
        if "5A" in self.card:
            kept["masked PAN"] = "*" * 12 + digits(self.card["5A"])[-4:]
        return Finished(
            *(self.outcome, self.detail, kept, self.wants_signature, self.reverse),
            online=self.question() if self.outcome is Outcome.ONLINE else None,
        )
