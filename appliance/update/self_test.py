"""A sale for trial: the whole till, the shop's own rules and papers, on a journal that is thrown away.

What a release breaks shows here before a customer meets it: settings that the new version cannot
read, a price that it works out otherwise, a receipt that it cannot lay out, a chain it cannot prove.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from appliance import shop
from appliance.catalogue.store import Catalogue
from appliance.config import Settings
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.devices import DrawerKicked, Outcome, PrintEnded
from appliance.core.item import Item, ItemId
from appliance.core.refusal import Refusal
from appliance.core.state import DrawerPulse, PrintJob
from appliance.documents import Papers
from appliance.effects import Effects
from appliance.journal import Journal
from appliance.journal.verify import verify
from appliance.mailbox import Heard
from appliance.receipt.text import to_text
from appliance.till import Till

GTIN = "04820000000017"
PRICE_MINOR = 4690
ENOUGH_MINOR = 4 * PRICE_MINOR
"""For two pieces, also where a tax comes on top."""
NAME = "self-test"
_ASK_S = 30.0


class SelfTestFailed(Exception):
    """The till could not sell; the text says what it said."""


class _Paper(Effects):
    """Composes what would be printed, and says that it was; opens no drawer."""

    __slots__ = ("sheets", "tell")
    sheets: list[str]
    tell: Callable[[Heard], None]

    def print(self, job: PrintJob, journal: Journal) -> None:
        self.sheets.append(to_text(self.lay_out(self.documents(job, journal))))
        self.tell(PrintEnded("self-test", str(job.effect), Outcome.DONE))

    def kick(self, pulse: DrawerPulse) -> bool:
        self.tell(DrawerKicked("self-test", str(pulse.effect), Outcome.DONE))
        return True


@dataclass(frozen=True, slots=True)
class Sold:
    """total_minor: of the receipt. sheets: the receipt and the Z report, as text."""

    total_minor: int
    sheets: list[str] = field(default_factory=list)


def sell(settings: Settings, folder: Path) -> Sold:
    """Opens a shift, scans, is paid, prints and closes. Raises SelfTestFailed, or what is broken."""
    folder.mkdir(parents=True, exist_ok=True)
    names = shop.names(settings, 1)
    policy = shop.policy(settings)
    path = folder / "journal.db"
    with Catalogue(folder / "catalogue.db") as catalogue, Journal.open(path, NAME) as journal:
        with catalogue.write() as writer:
            item = Item(ItemId("1"), "Проба", PRICE_MINOR, gtins=(GTIN,), taxes=_tax(settings))
            writer.put([item])
        catalogue.refresh()
        papers = Papers(shop.header(settings), policy, names, settings.shop.language)
        effects = _Paper(papers.document, shop.lay_out(settings), lambda _: ("", ""))
        effects.sheets = []
        crashed: list[BaseException] = []
        till = Till(
            *(journal, catalogue, policy, names, effects),
            clock=lambda: datetime.now(settings.shop.zone),
            on_crash=crashed.append,
        )
        effects.tell = till.tell
        till.start()
        try:
            total = _rings(till, [it.value_minor for it in policy.denominations])
        finally:
            till.stop()
            till.close_payments()
        if crashed:
            raise SelfTestFailed(f"the till stopped: {crashed[0]!r}") from crashed[0]
    verdict = verify(path, deep=True)
    if not verdict.ok:
        raise SelfTestFailed(f"its journal does not prove itself: {verdict}")
    if len(effects.sheets) != 2:
        raise SelfTestFailed(f"{len(effects.sheets)} papers where a receipt and a Z report belong")
    return Sold(total, effects.sheets)


def _rings(till: Till, values: list[int]) -> int:
    """Two pieces, paid in cash, and the day closed with the cash counted. The receipt's total."""

    def does(request: c.Request) -> tuple[f.Fact, ...]:
        answer = till.ask(request, timeout_s=_ASK_S, actor="till", spoken=False)
        if isinstance(answer, Refusal):
            raise SelfTestFailed(f"{type(request).__name__}: {answer.reason} {dict(answer.params)}")
        return tuple(record.fact for record in answer)

    does(c.OpenShift(0))
    does(c.Scan(GTIN))
    does(c.Scan(GTIN))
    facts = does(c.TenderCash(ENOUGH_MINOR))
    done = next((it for it in facts if isinstance(it, f.SaleCompleted)), None)
    if done is None:
        raise SelfTestFailed(f"paid, and no sale: {facts}")
    if not any(isinstance(it, f.PrintRequested) for it in facts):
        does(c.PrintReceipt())
    cash = done.total_minor + done.rounding_minor
    does(c.CountDrawer(tuple(_counted(cash, values))))
    does(c.CloseShift(reason=NAME))
    return done.total_minor


def _counted(cash_minor: int, values: list[int]) -> list[f.DenominationCount]:
    """Those coins and notes; what no coin makes up is told as a difference."""
    counts = []
    for value in sorted(values, reverse=True):
        many, cash_minor = divmod(cash_minor, value)
        counts.append(f.DenominationCount(value, many))
    return counts


def _tax(settings: Settings) -> tuple[str, ...]:
    return tuple(list(settings.taxes)[:1])
