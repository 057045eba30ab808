"""`till sale return` and `till sale void`: goods back and sales undone, through the running till."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli import where
from appliance.cli.journal import FileOption, journal_file, told
from appliance.cli.report import find_sale, sale_group
from appliance.cli.send import Actor, done

if TYPE_CHECKING:
    from appliance.journal.reports import SaleDetail

Reason = Annotated[str, typer.Option("--reason", help="Why; it stands in the journal.")]
Number = Annotated[str, typer.Argument(help="The receipt's number (1-000042), or EPOCH/SALE.")]


def register(_app: typer.Typer) -> None:
    sale_group.command("return")(take_back)
    sale_group.command("void")(void)


def take_back(
    number: Number,
    picks: Annotated[
        list[str],
        typer.Argument(
            metavar="LINE[xQUANTITY][=SERIAL]", help="Lines, such as 2, 3x0.436 or 4=SN-118."
        ),
    ],
    reason: Reason,
    place: Annotated[str, typer.Option(help="shelf, scrap or supplier.")] = "shelf",
    actor: Actor = "",
    file: FileOption = None,
) -> None:
    """Take lines of a receipt back into the open basket; without a quantity all of a line."""
    found = _completed(number, file)
    sold = {line.line: line for line in found.lines}
    if place not in ("shelf", "scrap", "supplier"):
        where.fail(f"{place!r} is no place: shelf, scrap or supplier", 2)
    chosen = []
    for pick in picks:
        what, _, serial = pick.partition("=")
        text, _, quantity = what.lower().partition("x")
        if not text.isdigit() or int(text) not in sold:
            where.fail(f"Receipt {number} has no line {text!r}: {_numbers(sold)}", 2)
        line = int(text)
        amount = quantity or format(sold[line].quantity, "f")
        chosen.append({"line": line, "quantity": amount, "restock": place, "serial": serial})
    request = {"sale": _ref(found), "picks": chosen, "reason": reason}
    done({"command": "return_lines", **request}, actor)


def void(number: Number, reason: Reason, actor: Actor = "", file: FileOption = None) -> None:
    """Undo a completed sale of this shift by a counter-sale; its money then has to be paid out."""
    request = {"sale": _ref(_completed(number, file)), "reason": reason}
    done({"command": "void_completed", **request}, actor)


def _completed(number: str, file: Any) -> SaleDetail:
    from appliance.journal import reports

    with told(), reports.reading(journal_file(file)) as con:
        found = find_sale(con, number)
    if found is None or found.sale.receipt is None:
        where.fail(f"There is no completed sale {number}.", 1)
    return found


def _ref(found: SaleDetail) -> dict[str, int]:
    till = where.settings().till.number
    return {"till": till, "epoch": found.sale.epoch, "sale": found.sale.sale}


def _numbers(lines: dict[int, Any]) -> str:
    return "it has " + ", ".join(map(str, lines))
