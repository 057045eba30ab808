"""`till sale receipt`: a past sale's receipt again, as text, picture, page or printer bytes; and
`till sale why`: how the price of each of its lines came about."""

from __future__ import annotations

import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli import where
from appliance.cli.catalogue import JsonFlag
from appliance.cli.journal import FileOption, journal_file, told
from appliance.cli.report import find_sale, sale_group

if TYPE_CHECKING:
    from appliance.core.receipt import Receipt
    from appliance.journal.record import Record
    from appliance.journal.reports import SaleRow


NARROW_MM = 58


class Format(StrEnum):
    TEXT = "text"
    PNG = "png"
    HTML = "html"
    PDF = "pdf"
    ESCPOS = "escpos"


def register(_app: typer.Typer) -> None:
    sale_group.command("receipt")(receipt)
    sale_group.command("why")(why)


def receipt(
    number: Annotated[str, typer.Argument(help="Its number (1-000042), or EPOCH/SALE.")],
    form: Annotated[Format, typer.Option("--format", help="What to make of it.")] = Format.TEXT,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="A file; default stdout.")] = None,
    file: FileOption = None,
) -> None:
    """A receipt as the printer would draw it; it is marked as a copy."""
    data = rendered(_document(number, file), form)
    if out is not None:
        out.write_bytes(data)
        return
    if form is not Format.TEXT and sys.stdout.isatty():
        where.fail(f"{form} is no text: name a file with --out", 2)
    sys.stdout.buffer.write(data)


def why(
    number: Annotated[str, typer.Argument(help="Its number (1-000042), or EPOCH/SALE.")],
    line: Annotated[int, typer.Argument(min=0, help="Of this line alone; 0: of all.")] = 0,
    file: FileOption = None,
    as_json: JsonFlag = False,
) -> None:
    """How each line's price came about, step by step."""
    from appliance import shop
    from appliance.core.why import why_sale
    from appliance.ui.sentences.offers import why_rows

    settings = where.settings()
    _, records = _sold(number, file)
    policy, language = shop.policy(settings), settings.shop.language.value
    found = [it for it in why_sale([it.fact for it in records], policy) if line in (0, it.line)]
    if not found:
        where.fail(f"The sale {number} has no line {line}. See: till sale show {number}", 1)
    rows = [(it, why_rows(it, language, policy.currency)) for it in found]
    if as_json:
        told_lines = [
            {
                "line": it.line,
                "name": it.name,
                "steps": [
                    {"kind": step.kind.value, "amount_minor": step.amount_minor, "text": text}
                    for step, (text, *_) in zip(it.steps, steps, strict=True)
                ],
            }
            for it, steps in rows
        ]
        typer.echo(json.dumps(told_lines, ensure_ascii=False))
        return
    for it, steps in rows:
        typer.echo(f"{it.line}. {it.name}")
        for text, amount, _ in steps:
            typer.echo(f"   {text:<52}{amount:>12}")


def _sold(number: str, file: Path | None) -> tuple[SaleRow, tuple[Record, ...]]:
    """A completed sale and its records; else the command ends with 1."""
    from appliance.journal import reports, schema
    from appliance.journal.replay import facts_of_sale

    with told(), reports.reading(journal_file(file)) as con:
        found = find_sale(con, number)
        if found is None or found.sale.receipt is None:
            where.fail(f"There is no completed sale {number}.", 1)
        sale = found.sale
        return sale, tuple(facts_of_sale(con, schema.till_of(con), sale.epoch, sale.sale))


def _document(number: str, file: Path | None) -> Receipt:
    from appliance import shop
    from appliance.documents import Papers
    from appliance.journal import reports
    from appliance.journal.ledger import Ledger

    settings = where.settings()
    sale, records = _sold(number, file)
    papers = Papers(
        shop.header(settings),
        shop.policy(settings),
        shop.names(settings, sale.epoch),
        settings.shop.language,
        qr=settings.receipt.qr,
    )
    with told(), reports.reading(journal_file(file)) as con:
        return papers.receipt(records, Ledger(con).balance_after, copy_no=max(1, sale.copies))


def rendered(document: Receipt, form: Format) -> bytes:
    """The document in a format; the layout is the same for all."""
    from appliance import shop
    from appliance.receipt.metrics import MM_58, MM_80

    settings = where.settings()
    layout = shop.lay_out(settings)(document)
    narrow = settings.receipt.width_mm == NARROW_MM
    metrics = MM_58 if narrow else MM_80
    match form:
        case Format.TEXT:
            from appliance.receipt.text import to_text

            return to_text(layout, 32 if narrow else 48).encode()
        case Format.PNG:
            from appliance.receipt.image import to_png

            return to_png(layout, metrics)
        case Format.HTML:
            from appliance.receipt.html import to_html

            return to_html(layout).encode()
        case Format.PDF:
            from appliance.receipt.pdf import to_pdf

            return to_pdf(layout, metrics)
        case Format.ESCPOS:
            from appliance.receipt import escpos, profile

            return escpos.encode(layout, profile.profile("default", settings.receipt.width_mm))
