"""A payment with a card of the shop's own: the EMV engine, run at the reader's boundary.

The card proves itself twice: by its signature (CDA or DDA) under the shop's CA key, here, and by a
cryptogram that only its issuer can check, at the host. A card that has no more than another's
number can do neither. What leaves is field 55 and the sealed number.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from appliance.drivers.cards.apdu import CardGone, Transmit
from appliance.drivers.cards.boundary import SealedCard
from appliance.drivers.cards.closed_loop import ClosedLoop
from appliance.emv import tlv
from appliance.emv.engine import contact, contactless
from appliance.emv.engine.cryptograms import APPROVED_CODES
from appliance.emv.engine.run import run
from appliance.emv.engine.terms import (
    Application,
    CardLost,
    Finished,
    GoOnline,
    HostAnswer,
    Outcome,
    Purchase,
    Terminal,
)
from appliance.emv.tvr import Tvr

N_ = str

COPY = N_("The card cannot prove that it is genuine: it may be a copy. Take another payment.")
EXPIRED = N_("The card has expired or is not valid yet. Take another payment.")
DECLINED = N_("The card declines this payment. Take another one.")
TORN = N_("The card was taken away too early. Ask for it again.")
NONSENSE = N_("The card does not answer as it should. Take another payment.")
INSERT = N_("The card wants to be put into a reader. Take it there, or another payment.")
PHONE = N_("The phone asks its owner something. Ask for it again afterwards.")
SENTENCES = (COPY, EXPIRED, DECLINED, TORN, NONSENSE, INSERT, PHONE)

_UNPROVEN = (
    Tvr.ODA_NOT_PERFORMED
    | Tvr.SDA_FAILED
    | Tvr.SDA_SELECTED
    | Tvr.ICC_DATA_MISSING
    | Tvr.DDA_FAILED
    | Tvr.CDA_FAILED
)
_OUT_OF_DATE = Tvr.EXPIRED | Tvr.NOT_YET_EFFECTIVE
_REFUSED = _UNPROVEN | _OUT_OF_DATE | Tvr.SERVICE_NOT_ALLOWED
"""On any of these the till asks for a declining cryptogram, and nobody is asked (TAC Denial)."""

_TERMINAL = {
    "9F09": "0001",
    "9F1B": "00000000",
    "9F33": "202848",  # a chip; signature or nothing; DDA and CDA, for SDA can be copied
    "9F35": "21",  # attended, never without its host
    "9F40": "6000B0A001",
}
_REFUND_TYPE = 0x20
_GPO = b"\x80\xa8"
_DONE = b"\x90\x00"


@dataclass(frozen=True, slots=True)
class Bill:
    """What the card is asked for. currency: ISO 4217, country: ISO 3166, three digits each; at: the
    shop's own time; sequence: of the transaction, for its slip."""

    amount_minor: int
    currency: str
    country: str
    at: datetime
    sequence: int
    refund: bool = False

    def purchase(self) -> Purchase:
        return Purchase(
            self.amount_minor,
            self.currency,
            f"{self.at:%y%m%d}",
            os.urandom(4),
            time=f"{self.at:%H%M%S}",
            kind=_REFUND_TYPE if self.refund else 0x00,
            sequence=self.sequence,
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to the issuer. chip: field 55 as BER-TLV; nothing for a static card."""

    card: SealedCard
    chip: bytes = b""


Authorise = Callable[[Asked], HostAnswer | None]
"""Asked once at most. None: nobody answered; the card is told so."""


@dataclass(frozen=True, slots=True)
class Taken:
    """why: a sentence, when it was not approved by the issuer and confirmed by the card."""

    why: str = ""

    @property
    def approved(self) -> bool:
        return not self.why


@dataclass
class _Watched:
    """The way to the card, and what an engine does not tell of it."""

    transmit: Transmit
    gone: bool = False
    started: bool = False
    """It knows GET PROCESSING OPTIONS: a card that does not computes nothing."""

    def __call__(self, command: bytes) -> bytes:
        try:
            answer = self.transmit(command)
        except CardGone as error:
            self.gone = True
            raise CardLost from error
        self.started |= command[:2] == _GPO and answer[-2:] == _DONE
        return answer


@dataclass
class _Issuer:
    """Seals the card's number, and asks once."""

    loop: ClosedLoop
    authorise: Authorise
    asked: bool = False

    def __call__(self, question: GoOnline) -> HostAnswer | None:
        sealed = self.loop.seal(question.card)
        if sealed is None:
            return None
        self.asked = True
        chip = b"".join(tlv.encode(tag, value) for tag, value in question.tags.items())
        return self.authorise(Asked(sealed, chip))


def take(
    loop: ClosedLoop, transmit: Transmit, bill: Bill, authorise: Authorise, *, tapped: bool
) -> Taken | None:
    """One card to the end of its payment; None: it is not of the shop's own. tapped: without contact.

    Raises CardGone for one that was taken away before anybody was asked: it may come again.
    Raises CannotSeal, and whatever `authorise` does.
    """
    if not loop.knows(transmit):
        return None
    watched, issuer = _Watched(transmit), _Issuer(loop, authorise)
    engine = contactless.transaction if tapped else contact.transaction
    finished = run(engine(_terminal(loop, bill), bill.purchase()), watched, issuer)
    if not issuer.asked and watched.gone:
        raise CardGone(TORN)
    if finished.outcome is Outcome.ONLINE and finished.online is not None:
        return _alone(issuer(finished.online))
    if finished.outcome is Outcome.ENDED and not watched.started and loop.static:
        sealed = loop.read_static(transmit)
        return Taken(NONSENSE) if sealed is None else _alone(authorise(Asked(sealed)))
    if finished.outcome is Outcome.APPROVED:
        return Taken()
    return Taken(_why(finished, watched))


def _terminal(loop: ClosedLoop, bill: Bill) -> Terminal:
    tags = {tag: bytes.fromhex(value) for tag, value in _TERMINAL.items()}
    tags["9F1A"] = bytes.fromhex(bill.country.rjust(4, "0"))
    own = Application(loop.aid, tac_denial=_REFUSED.encoded(), floor_limit_minor=0)
    return Terminal(tags, (own,), loop.ca_keys())


def _alone(answer: HostAnswer | None) -> Taken:
    """The issuer decides alone: the card is gone, or has nothing to say."""
    approved = answer is not None and answer.code in APPROVED_CODES
    return Taken("" if approved else DECLINED)


def _why(finished: Finished, watched: _Watched) -> str:
    found = Tvr(int(finished.kept.get("95", "0"), 16))
    if watched.gone:
        return TORN
    if found & _UNPROVEN or (finished.outcome is Outcome.ENDED and not watched.started):
        return COPY
    if found & _OUT_OF_DATE:
        return EXPIRED
    by_outcome = {
        Outcome.OTHER_INTERFACE: INSERT,
        Outcome.SEE_PHONE: PHONE,
        Outcome.DECLINED: DECLINED,
    }
    return by_outcome.get(finished.outcome, NONSENSE)
