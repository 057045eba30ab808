"""`till sale receipt`: a past sale's receipt again, as text, picture, page or printer bytes."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli import where
from appliance.cli.journal import FileOption, journal_file, told
from appliance.cli.report import find_sale, sale_group

if TYPE_CHECKING:
    from appliance.core.receipt import Receipt


NARROW_MM = 58


class Format(StrEnum):
    TEXT = "text"
    PNG = "png"
    HTML = "html"
    PDF = "pdf"
    ESCPOS = "escpos"


def register(_app: typer.Typer) -> None:
    sale_group.command("receipt")(receipt)


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


def _document(number: str, file: Path | None) -> Receipt:
    from appliance import shop
    from appliance.documents import Papers
    from appliance.journal import reports, schema
    from appliance.journal.replay import facts_of_sale

    settings = where.settings()
    with told(), reports.reading(journal_file(file)) as con:
        found = find_sale(con, number)
        if found is None or found.sale.receipt is None:
            where.fail(f"There is no completed sale {number}.", 1)
        sale = found.sale
        records = facts_of_sale(con, schema.till_of(con), sale.epoch, sale.sale)
    papers = Papers(
        shop.header(settings),
        shop.policy(settings),
        shop.names(settings, sale.epoch),
        settings.shop.language,
        qr=settings.receipt.qr,
    )
    return papers.receipt(records, copy_no=max(1, sale.copies))


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
