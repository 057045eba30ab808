"""What is asked of gift cards, vouchers, advances, tabs and points.

Outside names a card by its code, an account by its id; the shell looks it up in the ledger and
hands on what it holds, so that the core decides on the balance of this very moment.
"""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.accounts import Stored
from appliance.core.facts import AccountKind, AccountOpened

# Asked from outside.


@dataclass(frozen=True, slots=True)
class SellGiftCard:
    """A gift card for so much becomes a line. code "": the till makes one and prints it; else of a
    plastic card from the shop's stack."""

    amount_minor: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class TopUpGiftCard:
    """More money onto a card that is known; a line of the basket. account: instead of its code."""

    amount_minor: int
    code: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class RedeemGiftCard:
    """A gift card or voucher pays. amount None: as much as it can. account: instead of its code."""

    code: str = ""
    amount_minor: int | None = None
    account: str = ""


@dataclass(frozen=True, slots=True)
class RedeemPoints:
    """The attached customer's points pay. points None: as many as can."""

    points: int | None = None


@dataclass(frozen=True, slots=True)
class PutOnTab:
    """The attached customer will pay later. amount None: all that is left."""

    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class RedeemAdvance:
    """What was paid ahead pays. account "": the advance of the open basket."""

    amount_minor: int | None = None
    account: str = ""


@dataclass(frozen=True, slots=True)
class RefundToVoucher:
    """What the open basket gives back is given as a voucher. amount None: all of it."""

    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class IssueVoucher:
    """Store credit without a sale, as goodwill; a manager's act."""

    amount_minor: int
    reason: str


@dataclass(frozen=True, slots=True)
class CheckCard:
    """What is on this card? Shown, never journalled. account: instead of its code."""

    code: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class CloseCard:
    """The card that was looked at is put away."""


@dataclass(frozen=True, slots=True)
class AimCard:
    """The next scanned code is that of a plastic card sold for so much, or of the card of a
    customer; neither: scans are for the basket again."""

    amount_minor: int = 0
    customer: str = ""


@dataclass(frozen=True, slots=True)
class PrintBalance:
    """A slip with what an account holds."""

    account: str


@dataclass(frozen=True, slots=True)
class BlockAccount:
    """A lost or doubtful card pays no more; blocked False: it does again."""

    account: str
    reason: str
    blocked: bool = True


@dataclass(frozen=True, slots=True)
class TakeAdvance:
    """Money ahead. The open basket is set aside under the name and a basket with the advance as its
    one line is open instead, to be paid in any way. sale: of a basket set aside earlier. due: a
    date, "" for the usual time."""

    amount_minor: int
    name: str = ""
    due: str = ""
    sale: int | None = None


@dataclass(frozen=True, slots=True)
class RefundAdvance:
    """All that is left of an advance goes back to the customer: a basket that pays out."""

    account: str


@dataclass(frozen=True, slots=True)
class ReturnGiftCard:
    """A gift card that nothing was paid with is taken back for its money: a basket that pays out."""

    code: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class ListAdvances:
    """Who paid ahead and waits; shown, never journalled."""


@dataclass(frozen=True, slots=True)
class PayTab:
    """The attached customer pays what he owes. amount None: all of it."""

    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class NoteForeignMovement:
    """Another till moved value of an account. origin: its till, epoch and number there; the same
    origin counts once. opened: of an account that this till does not know yet. key: of the tender
    for which it was set aside."""

    account: str
    kind: AccountKind
    delta: int
    origin: str
    opened: AccountOpened | None = None
    key: str = ""


@dataclass(frozen=True, slots=True)
class NoteForeignBlock:
    """Another till blocked an account, or opened it again."""

    account: str
    reason: str
    blocked: bool
    origin: str


@dataclass(frozen=True, slots=True)
class HoldValue:
    """Another till is about to pay with a card: so much of it, at most what is free, is set aside.
    key: names its tender for good; the same key again changes nothing."""

    account: str
    amount_minor: int
    key: str


@dataclass(frozen=True, slots=True)
class ReleaseValue:
    """Nothing was paid with what was set aside under the key."""

    key: str


@dataclass(frozen=True, slots=True)
class WriteOffExpired:
    """What cards and vouchers hold that pay no more leaves the books. Done by itself when a shift is
    opened, at the till that keeps the ledger."""


@dataclass(frozen=True, slots=True)
class Expire:
    """The same, with the accounts as the ledger has them."""

    found: tuple[Stored, ...]


@dataclass(frozen=True, slots=True)
class NoteLedger:
    """This till and the ledger know the same up to these places."""

    epoch: int
    seq: int
    ledger_epoch: int
    ledger_seq: int


@dataclass(frozen=True, slots=True)
class WriteOffShort:
    """More was spent than an account held; a manager looked into it and the shop bears it."""

    account: str
    reason: str


# Made ready by the shell for the core.


@dataclass(frozen=True, slots=True)
class Charge:
    """Value onto an account by a line of the basket. opens: it is new. hint: the code's end.
    seed: what the till makes the code from, "" for a code that stands on plastic."""

    stored: Stored
    amount_minor: int
    opens: bool = False
    seed: str = ""


@dataclass(frozen=True, slots=True)
class Redeem:
    """Value of an account pays for the basket. amount None: as much as it can; points of loyalty.
    alone_minor: what this till may pay from it without the shop's ledger."""

    stored: Stored
    amount: int | None = None
    alone_minor: int = 0


@dataclass(frozen=True, slots=True)
class GiveVoucher:
    """A new voucher: the refund of the open basket, or without a sale for a reason."""

    stored: Stored
    seed: str
    amount_minor: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Advance:
    """As TakeAdvance, with the advance's account as it stands. name: of the basket set aside."""

    stored: Stored
    amount_minor: int
    opens: bool
    name: str = ""
    due: str = ""


@dataclass(frozen=True, slots=True)
class PayBack:
    """All that is left of an advance, or of a card that was never used."""

    stored: Stored


@dataclass(frozen=True, slots=True)
class NoteMovement:
    """As NoteForeignMovement. stored None: unknown here so far. seen: it was noted already."""

    stored: Stored | None
    asked: NoteForeignMovement
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """As HoldValue, of a key that is not known yet."""

    stored: Stored
    amount_minor: int
    key: str


@dataclass(frozen=True, slots=True)
class Release:
    key: str


@dataclass(frozen=True, slots=True)
class PrintAccount:
    stored: Stored


@dataclass(frozen=True, slots=True)
class Block:
    stored: Stored
    reason: str
    blocked: bool
    origin: str = ""
