"""What goes on paper for a print job: built from the journal's facts alone, so that a copy years
later says what the original said."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from appliance import i18n, shift_sections
from appliance.core import facts as f
from appliance.core.barcode.own import ReceiptCode
from appliance.core.evolve import replay
from appliance.core.look import Names, own_discount
from appliance.core.money import round_half_away
from appliance.core.payment_answer import Printout
from appliance.core.policy import Policy
from appliance.core.receipt import (
    DiscountRow,
    Original,
    Receipt,
    ReceiptKind,
    ReceiptLine,
    Report,
    ReportRow,
    ReportSection,
    ShopHeader,
    TaxRow,
    TenderRow,
    WishRow,
)
from appliance.core.state import EMPTY, CompletedSale, Line, PrintJob, Tender
from appliance.core.tax_totals import made_by
from appliance.core.totals import fixed_line, wishes_minor
from appliance.core.x_scope import BLIND
from appliance.journal import Journal, Record
from appliance.journal.past_shifts import PastShifts
from appliance.x_report import x_report

BalanceAfter = Callable[[str, int], int]
"""What was on an account after a fact, by the fact's row: a copy says what its original said."""


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything about the shop that paper shows beside the facts. pepper: the key of cards' codes."""

    shop: ShopHeader
    policy: Policy
    names: Names
    language: str
    qr: bool = True
    pepper: bytes = b""

    def document(self, job: PrintJob, journal: Journal) -> Receipt | Report:
        """The document of a job. X reports show the sums as they are now."""
        match job.what:
            case f.PrintWhat.RECEIPT:
                assert job.sale is not None
                records = journal.facts_of_sale(journal.epoch, job.sale)
                return self.receipt(records, journal.ledger.balance_after, copy_no=job.copy)
            case f.PrintWhat.X_REPORT:
                return self.x_report(job, journal)
            case f.PrintWhat.Z_REPORT:
                assert job.shift is not None
                epoch = int(job.slip.removeprefix("epoch:") or 0) or None
                closing = journal.closing_of(job.shift, epoch)
                assert closing is not None
                key = journal.shifts.key_of(job.shift, epoch)
                return self.z_report(closing, journal.shifts, key, copy_no=job.copy)
            case f.PrintWhat.SLIP | f.PrintWhat.REPORT:
                kind, _, argument = job.slip.partition(":")
                return SLIPS[kind](self, journal, argument)

    def receipt(
        self,
        records: Sequence[Record],
        balance_after: BalanceAfter | None = None,
        *,
        copy_no: int = 0,
    ) -> Receipt:
        """The receipt of a completed sale, from its records (other sales' may lie between)."""
        sold = next(r for r in records if isinstance(r.fact, f.SaleCompleted))
        done = replay(EMPTY, (r.fact for r in records)).done
        assert done is not None
        assert isinstance(sold.fact, f.SaleCompleted)
        lines = _as_sold(done.sale.live_lines, sold.fact.lines)
        offers = Offered(sold.fact)
        printed = tuple(self._line(line, offers) for line in lines)
        back = sum(line.sold.discount_minor for line in lines if line.sold is not None)
        code = ReceiptCode(self.names.till_number, sold.epoch, done.receipt)
        return Receipt(
            number=code.number,
            shop=self.shop,
            at=sold.at,
            currency=self.policy.currency,
            language=self.language,
            kind=_kind(done),
            lines=printed,
            total_minor=done.total_minor,
            discounts=_basket_discounts(done, printed, offers),
            saved_minor=done.discount_minor - back,
            taxes=tuple(self._tax(tax) for tax in done.taxes),
            tenders=tuple(_tender(t, self.language) for t in done.sale.taken_tenders),
            rounding_minor=done.rounding_minor,
            change_minor=done.change_minor,
            cashier=self.person(sold.actor),
            qr=code.text if self.qr else "",
            copy_no=copy_no,
            originals=tuple(
                Original(it.receipt, it.at) for it in done.sale.taken_back if it.of and it.at
            ),
            sign=done.total_minor < 0,
            notes=_points(done, records, balance_after),
        )

    def _line(self, line: Line, offers: Offered) -> ReceiptLine:
        rules = [self.policy.taxes[code] for code in line.taxes if code in self.policy.taxes]
        return ReceiptLine(
            name=line.name,
            quantity=line.quantity,
            unit_price_minor=line.unit_price_minor,
            amount_minor=self._base(line),
            unit=line.unit,
            letter="".join(rule.letter for rule in rules),
            discounts=(*self._off(line), *offers.of_line(line)),
            wishes=tuple(WishRow(it.name, it.price_minor) for it in line.modifiers),
        )

    def _base(self, line: Line) -> int:
        """Before discounts: of a return, what its pieces once cost, as an amount below zero."""
        if line.sold is None:
            return line_base(line)
        return fixed_line(line.sold, line.taxes, self.policy).base_minor

    def _off(self, line: Line) -> tuple[DiscountRow, ...]:
        """What was taken off the line itself; of a return, its part of all discounts there were."""
        own = _own(line) if line.sold is None else line.sold.discount_minor
        percent = line.discount.percent if line.discount else None
        return (DiscountRow(-own, percent=percent),) if own else ()

    def _tax(self, tax: f.TaxTotal) -> TaxRow:
        rule = self.policy.taxes.get(tax.code)
        return TaxRow(
            name=rule.name if rule else tax.code,
            base_minor=tax.net_minor,
            tax_minor=tax.tax_minor,
            letter=rule.letter if rule else "",
            rate=rule.rate if tax.rate is None and rule and made_by(tax, rule) else tax.rate,
            included=rule.included if rule else True,
        )

    def person(self, actor: str) -> str:
        return shift_sections.person(actor, self.policy)

    def report(
        self, kind: ReceiptKind, at: datetime, sections: Iterable[ReportSection], **more: Any
    ) -> Report:
        """A paper of this shop under its head. more: what else a `Report` has."""
        return Report(
            kind=kind,
            shop=self.shop,
            at=at,
            currency=self.policy.currency,
            language=self.language,
            sections=tuple(sections),
            **more,
        )

    def x_report(self, job: PrintJob, journal: Journal) -> Report:
        """As things stand now; of a drawer that was closed while its paper waited, as they ended."""
        assert job.shift is not None
        scope = job.slip.removesuffix(BLIND)
        x = x_report(journal, self.policy, self.language, scope, job.shift, blind=job.slip != scope)
        return self.report(
            ReceiptKind.X_REPORT,
            journal.last_at or datetime.now().astimezone(),
            x.sections,
            number=x.number,
            cashier=journal.state.cashier_name,
        )

    def z_report(
        self, record: Record, shifts: PastShifts, key: int | None, *, copy_no: int = 0
    ) -> Report:
        """key: the shift's row. What is told there of a closed shift does not change any more."""
        closed = record.fact
        assert isinstance(closed, f.ShiftClosed)
        assert key is not None
        counted = shift_sections.counted(closed, shifts.found_minor(key))
        return self.report(
            ReceiptKind.Z_REPORT,
            record.at,
            (
                *shift_sections.of_drawer(shifts.drawer_of(key), self.policy),
                *shift_sections.sold(closed.totals, self.policy, self.language),
                *shift_sections.moved(closed.totals),
                *shift_sections.offers(shifts.offers(key)),
                *shift_sections.by_cashier(shifts.takings(key), self.person),
                counted,
                *shift_sections.terminals(shifts.terminals(key)),
                *shift_sections.foreign(shifts.foreign(key), self.language),
                *shift_sections.left_open(closed),
            ),
            number=str(closed.z_number),
            cashier=self.person(record.actor),
            sign=True,
            copy_no=copy_no,
        )


def _points(
    done: CompletedSale, records: Sequence[Record], balance_after: BalanceAfter | None
) -> tuple[ReportRow, ...]:
    """Points that the sale earned or took back, and what there were after it; those that paid for
    it are a tender."""
    moves = [
        (record, record.fact)
        for record in records
        if isinstance(record.fact, f.AccountMoved) and record.fact.kind is f.AccountKind.LOYALTY
    ]
    if not moves:
        return ()
    earned = sum(fact.delta for _, fact in moves)
    earned += sum(tender.points for tender in done.sale.live_tenders)
    last, fact = moves[-1]
    rows = []
    if earned:
        label = "Points earned" if earned > 0 else "Points taken back"
        rows.append(ReportRow(label, count=abs(earned)))
    if balance_after is not None:
        there = balance_after(fact.account, last.id)
        rows.append(ReportRow("Points there are now", count=there))
    return tuple(rows)


def _kind(done: CompletedSale) -> ReceiptKind:
    """An exchange for which the customer pays is a sale."""
    lines = done.sale.live_lines
    if done.sale.voids is not None:
        return ReceiptKind.VOID
    only_back = bool(lines) and all(line.sold is not None for line in lines)
    return ReceiptKind.RETURN if only_back or done.total_minor < 0 else ReceiptKind.SALE


class Offered:
    """The offers of a completed sale as its receipt names them. Of what came back they are part of
    the one discount that its pieces had."""

    def __init__(self, sold: f.SaleCompleted) -> None:
        self._all = {it.id: it for it in sold.promotions}
        self._lines = {it.line: it.promotions for it in sold.lines}

    def of_line(self, line: Line) -> tuple[DiscountRow, ...]:
        shares = self._lines.get(line.line, ()) if line.sold is None else ()
        return tuple(
            DiscountRow(-share.amount_minor, self._name(share))
            for share in shares
            if not self._whole(share).basket
        )

    def of_basket(self) -> tuple[DiscountRow, ...]:
        shares = self._all.values()
        return tuple(DiscountRow(-it.amount_minor, self._name(it)) for it in shares if it.basket)

    def _whole(self, share: f.PromotionShare) -> f.PromotionShare:
        return self._all.get(share.id, share)

    def _name(self, share: f.PromotionShare) -> str:
        return self._whole(share).name or share.id


Slip = Callable[[Papers, Journal, str], Receipt | Report]


class Slips(dict[str, Slip]):
    """Documents beside sales and X and Z reports, by the kind in a job's `slip`: "kind:argument".

    A kind's module is loaded when the first is printed, for no start shall wait for it: either it
    stands in `_MODULES` and enters its own kinds, or whoever starts the till said what brings it.
    """

    def __init__(self) -> None:
        super().__init__()
        self._brought: dict[str, Callable[[], Slip]] = {}

    def bring(self, kind: str, make: Callable[[], Slip]) -> None:
        """The first job of this kind calls `make`."""
        self.pop(kind, None)
        self._brought[kind] = make

    def __missing__(self, kind: str) -> Slip:
        if kind in self._brought:
            self[kind] = self._brought[kind]()
        else:
            importlib.import_module(_MODULES[kind])
        return self[kind]


_MODULES = {
    "card": "appliance.card_slips",
    "balance": "appliance.card_slips",
    "advance": "appliance.card_slips",
    "fleet": "appliance.fleet_slips",
    "fleet_code": "appliance.fleet_code_slips",
    "pay_code": "appliance.pay_code_slips",
    "drop": "appliance.shift_slips",
    "handover": "appliance.shift_slips",
    Printout.SLIP: "appliance.terminal_slips",
}
SLIPS = Slips()


def _as_sold(lines: Sequence[Line], sold: Sequence[f.LineSold]) -> tuple[Line, ...]:
    """The lines at the prices that the lists gave them then, wishes included."""
    listed = {it.line: it.unit_price_minor for it in sold if it.unit_price_minor is not None}
    return tuple(
        replace(
            line,
            unit_price_minor=listed.get(line.line, line.unit_price_minor) + wishes_minor(line),
        )
        if line.sold is None and (line.line in listed or line.modifiers)
        else line
        for line in lines
    )


def line_base(line: Line) -> int:
    """A line before any discount: its own amount, or quantity times price to the minor unit."""
    if line.amount_minor is not None:
        return line.amount_minor
    return round_half_away(Fraction(line.quantity) * line.unit_price_minor)


def _own(line: Line) -> int:
    return own_discount(line, line_base(line))


def _basket_discounts(
    done: CompletedSale, lines: Sequence[ReceiptLine], offers: Offered
) -> tuple[DiscountRow, ...]:
    """Offers for the whole basket by their names, then what the cashier took off it."""
    of_lines = -sum(row.amount_minor for line in lines for row in line.discounts)
    by_offers = offers.of_basket()
    off = done.discount_minor - of_lines + sum(row.amount_minor for row in by_offers)
    percent = done.sale.discount.percent if done.sale.discount else None
    return (*by_offers, DiscountRow(-off, percent=percent)) if off else by_offers


def _tender(tender: Tender, language: str) -> TenderRow:
    note = tender.reference
    if tender.type is f.TenderType.FOREIGN_CASH and tender.rate is not None:
        held = i18n.amount(tender.foreign_minor, tender.currency, language)
        note = f"{held} {tender.currency} × {i18n.number(tender.rate, language)}"
    return TenderRow(shift_sections.TENDER_NAMES[tender.type], tender.amount_minor, note)
