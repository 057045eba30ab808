"""`till customer`: who buys here; everything known of one person shown, taken along or deleted."""

from __future__ import annotations

import csv
import json
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli import private, where
from appliance.cli.account import Actor, AsJson, ask, ledger

if TYPE_CHECKING:
    from appliance.people.customers import Customer, CustomerBook

customer = typer.Typer(name="customer", help="Customers of the shop.", no_args_is_help=True)
Id = Annotated[str, typer.Argument(help="The customer's id, as `find` names it.")]


def register(app: typer.Typer) -> None:
    app.add_typer(customer)


def customer_book() -> CustomerBook:
    from appliance.codes.keys import KeysError
    from appliance.people.customers import CustomerBook

    settings = where.settings()
    try:
        return CustomerBook(Path(settings.till.data_dir), settings.prices.region)
    except (OSError, KeysError) as error:
        where.fail(f"The customers cannot be read: {error}", 1)


def person_json(person: Customer) -> dict[str, Any]:
    """What is kept, but of the card only its end."""
    from dataclasses import asdict

    kept = asdict(person)
    kept["card"] = f"…{person.hint}" if person.card else ""
    kept.pop("hint")
    return kept


def _get(book: CustomerBook, name: str) -> Customer:
    return book.get(name) or where.fail(f"There is no customer {name}; see: till customer find", 1)


@customer.command()
def add(
    name: Annotated[str, typer.Argument(help="As the person is called.")],
    phone: Annotated[str, typer.Option(help="In any spelling.")] = "",
    card: Annotated[str, typer.Option(help="The code of a card for the person.")] = "",
    email: str = "",
    purpose: Annotated[
        list[str] | None, typer.Option(help="What the person agreed to; loyalty, marketing.")
    ] = None,
    actor: Actor = "",
    as_json: AsJson = False,
) -> None:
    """A new customer who gave consent, through the running till, which journals the consent."""
    command = {
        "command": "register_customer",
        "name": name,
        "phone": phone,
        "card": card,
        "email": email,
        "purposes": purpose or ["loyalty"],
        "attach": False,
    }
    answer = ask(command, actor)
    if as_json:
        typer.echo(json.dumps(answer, ensure_ascii=False))
    if not answer.get("ok"):
        where.fail(f"Not added: {answer.get('refusal', answer)}", 1)
    if not as_json:
        typer.echo(f"{name} is a customer now.")


@customer.command()
def change(
    name: Id,
    limit: Annotated[str, typer.Option(help="How much may be owed, as 500.00.")] = "",
    group: Annotated[
        list[str] | None, typer.Option(help="Price groups, instead of those there were.")
    ] = None,
    tax_exempt: Annotated[bool | None, typer.Option(help="Owes no tax.")] = None,
    tax_number: str = "",
    notes: str = "",
    birthday: Annotated[str, typer.Option(help="1990-12-31")] = "",
) -> None:
    """What a customer may, and what the shop wants to know; holds from the next basket on."""
    from decimal import Decimal, InvalidOperation

    from appliance.people.customers import CustomerMistake

    settings = where.settings()
    with closing(customer_book()) as book:
        person = _get(book, name)
        try:
            if limit:
                person = replace(person, limit_minor=settings.minor(Decimal(limit)))
            if group is not None:
                person = replace(person, groups=tuple(filter(None, group)))
            if tax_exempt is not None:
                person = replace(person, tax_exempt=tax_exempt)
            book.add(
                replace(
                    person,
                    tax_number=tax_number or person.tax_number,
                    notes=notes or person.notes,
                    birthday=birthday or person.birthday,
                )
            )
        except (CustomerMistake, InvalidOperation, ValueError) as error:
            where.fail(f"Not changed: {error}", 2)
    typer.echo(f"{person.name} is changed.")


@customer.command()
def find(
    text: Annotated[str, typer.Argument(help="A name, a phone, a card's code.")] = "",
    as_json: AsJson = False,
) -> None:
    """Best first; mistakes in a name are forgiven. Exit code 1: nobody."""
    with closing(customer_book()) as book:
        found = book.find(text)
    if as_json:
        people = [person_json(it) for it in found]
        typer.echo(json.dumps(people, ensure_ascii=False, indent=1))
        return
    if not found:
        where.fail("Nobody found.", 1)
    for it in found:
        typer.echo(f"{it.id}  {it.name}  {it.phone}".rstrip())


@customer.command()
def show(name: Id, as_json: AsJson = False) -> None:
    """Everything that is known of one person."""
    _tell(everything(name), as_json=as_json)


@customer.command()
def export(
    name: Id,
    folder: Annotated[Path, typer.Argument(help="Where the three files go.")] = Path(),
) -> None:
    """One person's data to take along: JSON for a machine, text for the person, CSV of purchases."""
    data = everything(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        machine, person, table = (folder / f"{name}.{end}" for end in ("json", "txt", "csv"))
        with private.text(machine) as stream:
            stream.write(json.dumps(data, ensure_ascii=False, indent=1) + "\n")
        with private.text(person) as stream:
            stream.write("\n".join(_lines(data)) + "\n")
        with private.text(table) as stream:
            writer = csv.DictWriter(stream, ("at", "receipt", "total_minor"))
            writer.writeheader()
            writer.writerows(data["purchases"])
    except OSError as error:
        where.fail(f"It cannot be written: {where.why(error)}", 1)
    typer.echo(f"{machine}\n{person}\n{table}")


def everything(name: str) -> dict[str, Any]:
    """The person's row, consents, purchases, points and tab."""
    from appliance.core.accounts import points_of, tab_of

    with closing(customer_book()) as book:
        person = _get(book, name)
    with ledger() as books:
        points, tab = books.account(points_of(name)), books.account(tab_of(name))
        return {
            "customer": person_json(person),
            "consents": [
                {
                    "purpose": it.purpose,
                    "given": it.given,
                    "text_version": it.text_version,
                    "text": _wording(it.text_version),
                    "at": it.at.isoformat(),
                }
                for it in books.consents(name)
            ],
            "points": points.balance if points else 0,
            "owed_minor": max(0, -tab.balance) if tab else 0,
            "purchases": [
                {
                    "at": it.at.isoformat(),
                    "receipt": it.receipt,
                    "total_minor": it.total_minor,
                }
                for it in books.purchases(name, 10_000)
            ],
        }


def _wording(version: str) -> str:
    """What was agreed to, as the shop's till shows it; "" for a wording of an older till."""
    from appliance.i18n import translator
    from appliance.ui.sentences.consent import CONSENT, CONSENT_VERSION

    known = version == CONSENT_VERSION
    return translator(where.settings().shop.language)(CONSENT) if known else ""


def _tell(data: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        typer.echo("\n".join(_lines(data)))


def _lines(data: dict[str, Any]) -> list[str]:
    from appliance.core.money import from_minor

    currency = where.settings().shop.currency
    lines = [f"{key}: {_text(value)}" for key, value in data["customer"].items() if value]
    lines += [f"points: {data['points']}", f"owed: {from_minor(data['owed_minor'], currency)}"]
    for it in data["consents"]:
        said = "agreed" if it["given"] else "took back"
        lines.append(f"{it['at'][:10]} {said}: {it['purpose']} (text {it['text_version']})")
    for it in data["purchases"]:
        total = from_minor(it["total_minor"], currency)
        lines.append(
            f"{it['at'][:16].replace('T', ' ')} receipt {it['receipt']}: {total} {currency}"
        )
    return lines


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


@customer.command()
def erase(
    name: Id,
    reason: Annotated[str, typer.Option(help="Why; it is written down.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    actor: Actor = "",
) -> None:
    """Deletes all that is known of a person; the sales stay with an id that leads nowhere."""
    with closing(customer_book()) as book:
        person = _get(book, name)
    if not yes and not typer.confirm(f"Delete everything about {person.name} for good?"):
        raise typer.Exit(1)
    command = {"command": "erase_customer", "customer": name, "reason": reason}
    answer = ask(command, actor)
    if not answer.get("ok"):
        where.fail(f"Not deleted: {answer.get('refusal', answer)}", 1)
    typer.echo("Deleted. Copies of people.db made earlier still hold it: delete those too.")


IMPORTED = ("name", "phone", "email", "groups", "tax_number", "limit", "notes", "birthday", "card")


@customer.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV with a header; name is the one that must be.")],
    as_json: AsJson = False,
) -> None:
    """Many customers at once; groups are separated by ";". Known phones and cards are left out."""
    from decimal import Decimal, InvalidOperation

    from appliance.people.customers import Customer, CustomerMistake

    settings = where.settings()
    today = datetime.now(settings.shop.zone).date().isoformat()
    added, wrong = 0, []
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        where.fail(f"The file cannot be read: {error}", 2)
    dialect = ";" if text.split("\n", 1)[0].count(";") > text.split("\n", 1)[0].count(",") else ","
    rows = csv.DictReader(text.splitlines(), delimiter=dialect)
    if "name" not in (rows.fieldnames or ()):
        where.fail(f"The first line must name the columns: {', '.join(IMPORTED)}", 2)
    with closing(customer_book()) as book:
        for number, row in enumerate(rows, 2):
            cells = {key: (row.get(key) or "").strip() for key in IMPORTED}
            try:
                fresh = Customer(
                    id="",
                    name=cells["name"],
                    phone=cells["phone"],
                    email=cells["email"],
                    groups=tuple(filter(None, map(str.strip, cells["groups"].split(";")))),
                    tax_number=cells["tax_number"],
                    limit_minor=settings.minor(Decimal(cells["limit"] or "0")),
                    notes=cells["notes"],
                    birthday=cells["birthday"],
                    since=today,
                )
                book.add(fresh, code=cells["card"])
                added += 1
            except (CustomerMistake, InvalidOperation, ValueError) as error:
                wrong.append({"line": number, "mistake": str(error) or "no such amount"})
    if as_json:
        typer.echo(json.dumps({"added": added, "mistakes": wrong}, ensure_ascii=False))
    else:
        for it in wrong:
            typer.echo(f"line {it['line']}: {it['mistake']}", err=True)
        typer.echo(f"{added} added, {len(wrong)} left out")
    raise typer.Exit(1 if wrong else 0)
