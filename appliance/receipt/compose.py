"""Turns a receipt or a report into a layout, in the document's language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from appliance import i18n
from appliance.core.item import Unit
from appliance.core.receipt import (
    DiscountRow,
    Document,
    Original,
    Receipt,
    ReceiptKind,
    ReceiptLine,
    Report,
    ReportRow,
    TaxRow,
    WishRow,
)
from appliance.receipt.layout import (
    Align,
    Barcode,
    Block,
    Columns,
    Cut,
    Feed,
    Layout,
    Picture,
    QrCode,
    Rule,
    Size,
    Style,
    Text,
    printable,
)
from appliance.receipt.template import DEFAULT, Code, Part, Template

TITLES: dict[ReceiptKind, str] = {
    ReceiptKind.SALE: "Receipt",
    ReceiptKind.RETURN: "Return",
    ReceiptKind.VOID: "Voided sale",
    ReceiptKind.X_REPORT: "X report",
    ReceiptKind.Z_REPORT: "Z report",
    ReceiptKind.PAY_IN: "Pay-in",
    ReceiptKind.PAY_OUT: "Pay-out",
    ReceiptKind.FLOAT: "Opening float",
    ReceiptKind.NO_SALE: "No sale",
    ReceiptKind.TEST: "Test print",
    ReceiptKind.SLIP: "Slip",
}
"""What each kind is called on paper, as msgids."""

_UNITS: dict[Unit, str] = {Unit.KILOGRAM: "kg", Unit.LITRE: "l", Unit.METRE: "m"}

_MEASURE = re.compile(r"(\d) (%|[^\W\d_]{1,3}\b)")


def compose(document: Document, template: Template = DEFAULT) -> Layout:
    """The layout of a document; a template orders receipts, reports have one fixed order."""
    words = _Words(document)
    if isinstance(document, Receipt):
        parts = _ReceiptParts(document, template, words)
        blocks = [block for part in template.order for block in parts.of(part)]
    else:
        blocks = list(_report(document, template, words))
    clean = map(_printable, _tidy(blocks))
    return Layout((*clean, Cut()), printable(words.title()), document.language)


def _printable(block: Block) -> Block:
    match block:
        case Text():
            return replace(block, text=printable(block.text))
        case Columns(tail=tail):
            tail = None if tail is None else printable(tail)
            return replace(
                block, left=printable(block.left), right=printable(block.right), tail=tail
            )
    return block


class _Words:
    """A document's language and currency, bound once."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.say = i18n.translator(document.language)

    def amount(self, minor: int) -> str:
        return i18n.amount(minor, self.document.currency, self.document.language)

    def money(self, minor: int) -> str:
        return i18n.money(minor, self.document.currency, self.document.language)

    def number(self, value: Decimal | int) -> str:
        return i18n.number(value, self.document.language)

    def percent(self, value: Decimal) -> str:
        return i18n.percent(value, self.document.language)

    def at(self) -> str:
        return i18n.date_time(self.document.at, self.document.language)

    def title(self) -> str:
        given = self.document.title if isinstance(self.document, Report) else ""
        name = self.say(given or TITLES[self.document.kind])
        return f"{name} {self.document.number}".strip()

    def marks(self) -> list[str]:
        """What must not be overlooked: a copy is no second sale."""
        found = []
        if self.document.training:
            found.append(self.say("Training: not a receipt"))
        if self.document.copy_no:
            found.append(self.say("Copy {number}").format(number=self.document.copy_no))
        return found


class _ReceiptParts:
    """Each part of a sale's receipt as blocks."""

    def __init__(self, receipt: Receipt, template: Template, words: _Words) -> None:
        self._receipt = receipt
        self._template = template
        self._styles = template.styles
        self._words = words
        letters = template.tax_letters and any(line.letter for line in receipt.lines)
        self._tail = "" if letters else None

    def of(self, part: Part) -> Iterable[Block]:
        match part:
            case Part.LOGO:
                return _logo(self._receipt)
            case Part.SHOP:
                return _shop(self._receipt, self._styles.shop)
            case Part.LEGAL:
                return _texts(self._receipt.shop.legal, self._styles.legal)
            case Part.MARK:
                return self._mark()
            case Part.RULE:
                return [Rule()]
            case Part.LINES:
                return (block for line in self._receipt.lines for block in self._line(line))
            case Part.DISCOUNTS:
                return self._basket_discounts()
            case Part.TOTAL:
                return [self._total()]
            case Part.TAXES:
                return (self._tax(row) for row in self._receipt.taxes)
            case Part.SAVED:
                return self._saved()
            case Part.TENDERS:
                return self._tenders()
            case Part.NUMBER:
                return self._number()
            case Part.CODE:
                return self._code()
            case Part.FOOTER:
                return _footer(self._receipt, self._styles.footer)

    def _mark(self) -> Iterator[Block]:
        marks = self._words.marks()
        if self._receipt.kind is not ReceiptKind.SALE:
            marks.insert(0, self._words.say(TITLES[self._receipt.kind]))
        if marks:
            yield Feed()
        yield from _texts(marks, self._styles.mark)
        yield from _texts(map(self._original, self._receipt.originals), self._styles.legal)

    def _original(self, original: Original) -> str:
        day = datetime.fromisoformat(original.sold_on)
        on = i18n.date(day, self._receipt.language)
        text = self._words.say("Sold on receipt {number} of {day}")
        return text.format(number=original.number, day=on)

    def _line(self, line: ReceiptLine) -> Iterator[Block]:
        amount = self._words.amount(line.amount_minor)
        style = self._styles.lines
        tail = None if self._tail is None else line.letter
        single = line.quantity == 1 and line.unit is Unit.PIECE
        if single and not self._template.single_quantity:
            yield Columns(_held(line.name), amount, style, tail=tail)
        else:
            yield Text(_held(line.name), style, Align.LEFT)
            yield Columns(self._times(line), amount, style, indent=True, tail=tail)
        for wish in line.wishes:
            yield Columns(self._wish(wish), "", style, indent=True, tail=self._tail)
        for row in line.discounts:
            yield self._discount(row, indent=True)

    def _wish(self, wish: WishRow) -> str:
        """ "+ oat milk 15.00": beside its name, because the line's amount holds it already."""
        space = i18n.NO_BREAK_SPACE
        price = f"{space}{self._words.amount(wish.price_minor)}" if wish.price_minor else ""
        return f"+{space}{wish.name}{price}"

    def _times(self, line: ReceiptLine) -> str:
        """ "0,436 кг × 39,90"; held together by no-break spaces."""
        unit = _UNITS.get(line.unit, "")
        quantity = f"{self._words.number(line.quantity)} {self._words.say(unit)}".strip()
        times = f"{quantity} × {self._words.amount(line.unit_price_minor)}"
        return times.replace(" ", i18n.NO_BREAK_SPACE)

    def _discount(self, row: DiscountRow, *, indent: bool) -> Block:
        text = self._words.say(row.text or "Discount")
        if row.percent is not None:
            text = f"{text} {self._words.percent(-abs(row.percent))}"
        amount = self._words.amount(row.amount_minor)
        return Columns(text, amount, self._styles.discounts, indent=indent, tail=self._tail)

    def _basket_discounts(self) -> Iterator[Block]:
        receipt = self._receipt
        if not receipt.discounts:
            return
        yield Rule()
        subtotal = self._words.amount(receipt.subtotal_minor)
        style = self._styles.discounts
        yield Columns(self._words.say("Subtotal"), subtotal, style, tail=self._tail)
        for row in receipt.discounts:
            yield self._discount(row, indent=False)

    def _total(self) -> Block:
        total = self._words.money(self._receipt.total_minor)
        return Columns(self._words.say("TOTAL"), total, self._styles.total, whole=True)

    def _tax(self, row: TaxRow) -> Block:
        parts = [row.name]
        if row.letter:
            parts.append(row.letter)
        if row.rate is not None and (percent := self._words.percent(row.rate)) not in row.name:
            parts.append(percent)
        of = row.base_minor + row.tax_minor if row.included else row.base_minor
        text = self._words.say("{tax} of {amount}").format(
            tax=" ".join(parts), amount=self._words.amount(of)
        )
        return Columns(text, self._words.amount(row.tax_minor), self._styles.taxes)

    def _saved(self) -> Iterator[Block]:
        if self._receipt.saved_minor:
            saved = self._words.amount(self._receipt.saved_minor)
            yield Columns(self._words.say("You saved"), saved, self._styles.taxes)

    def _tenders(self) -> Iterator[Block]:
        receipt = self._receipt
        style = self._styles.tenders
        if receipt.rounding_minor:
            rounding = self._words.amount(receipt.rounding_minor)
            due = receipt.total_minor + receipt.rounding_minor
            label = self._words.say("To pay" if due >= 0 else "To give back")
            yield Columns(self._words.say("Rounding"), rounding, style)
            yield Columns(label, self._words.amount(abs(due)), style)
        for row in receipt.tenders:
            name = " ".join(filter(None, (self._words.say(row.name), row.note)))
            yield Columns(name, self._words.amount(row.amount_minor), style)
        if receipt.change_minor:
            change = self._words.amount(receipt.change_minor)
            yield Columns(self._words.say("Change"), change, self._styles.change)
        for note in receipt.notes:
            label = self._words.say(note.label)
            yield Columns(label, _value(note, self._words), self._styles.taxes)

    def _number(self) -> Iterator[Block]:
        yield _number(self._receipt, self._words, self._styles.number)
        if self._receipt.sign:
            small = Style(Size.SMALL)
            yield from (Feed(4), Rule(), Text(self._words.say("Customer's signature"), small))

    def _code(self) -> Iterator[Block]:
        receipt = self._receipt
        want = self._template.code
        qr = bool(receipt.qr) and want in (Code.QR, Code.BOTH)
        barcode = bool(receipt.number) and (
            want in (Code.BARCODE, Code.BOTH) or (want is Code.QR and not qr)
        )
        if qr:
            yield from (Feed(), QrCode(receipt.qr))
        if barcode:
            yield from (Feed(), Barcode(receipt.number))
        returnable = receipt.kind is ReceiptKind.SALE
        if (qr or barcode) and self._template.code_words and returnable:
            yield Feed()
            yield Text(self._words.say("Returns: scan this code"), self._styles.footer)


def _held(name: str) -> str:
    """A number and its unit stay on one line: "900 мл", "2,6 %"."""
    return _MEASURE.sub(rf"\1{i18n.NO_BREAK_SPACE}\2", name)


def _logo(document: Document) -> Iterator[Block]:
    if document.shop.logo:
        yield from (Picture(document.shop.logo), Feed())


def _shop(document: Document, style: Style) -> Iterator[Block]:
    if document.shop.name:
        yield Text(document.shop.name, style)


def _footer(document: Document, style: Style) -> Iterator[Block]:
    yield from _texts(document.shop.footer, style)


def _texts(rows: Iterable[str], style: Style) -> Iterator[Block]:
    return (Text(row, style) for row in rows if row)


def _number(document: Document, words: _Words, style: Style) -> Block:
    who = f"{words.title()} · {document.cashier}" if document.cashier else words.title()
    return Columns(who, words.at(), style)


def _report(report: Report, template: Template, words: _Words) -> Iterator[Block]:
    styles = template.styles
    yield from _shop(report, styles.shop)
    yield from _texts(report.shop.legal, styles.legal)
    yield Feed()
    yield from _texts([words.title(), *words.marks()], styles.mark)
    yield Rule()
    for section in report.sections:
        if section.title:
            yield Text(words.say(section.title), Style(bold=True), Align.LEFT)
        for row in section.rows:
            yield Columns(words.say(row.label), _value(row, words), Style(bold=row.strong))
        yield Rule()
    who = report.cashier or words.title()
    yield Columns(who, words.at(), styles.number)
    if report.qr:
        yield from (Feed(), QrCode(report.qr))
    if report.sign:
        yield from (Feed(5), Rule(), Text(words.say("Signature"), Style(Size.SMALL)))


def _value(row: ReportRow, words: _Words) -> str:
    if row.amount_minor is not None:
        return words.amount(row.amount_minor)
    if row.count is not None:
        return words.number(row.count)
    return row.text


def _tidy(blocks: list[Block]) -> Iterator[Block]:
    """Without rules that part nothing: at the ends, or one right after another."""
    pending = False
    begun = False
    for block in blocks:
        if isinstance(block, Rule):
            pending = begun
            continue
        if pending:
            yield Rule()
            pending = False
        begun = True
        yield block
