"""`till staff`: who works here, with which role, PIN and badge; a running till hears of it at once."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from appliance.cli import private, where

if TYPE_CHECKING:
    from appliance.core.policy import Person
    from appliance.people.staff import StaffBook

staff = typer.Typer(help="Who works here: roles, PINs, badges.", no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="ID", help="The person's id; see `till staff list`.")]


def register(app: typer.Typer) -> None:
    app.add_typer(staff, name="staff")


@contextmanager
def _book() -> Iterator[StaffBook]:
    """The staff list, its mistakes said as sentences."""
    from appliance import shop
    from appliance.codes.keys import KeysError
    from appliance.people.pins import PinMistake
    from appliance.people.staff import StaffBook, StaffMistake

    settings = where.settings()
    try:
        with StaffBook(Path(settings.till.data_dir), shop.policy(settings).staff) as book:
            yield book
    except (StaffMistake, PinMistake) as error:
        where.fail(str(error), 1)
    except (KeysError, OSError) as error:
        where.fail(f"The staff list cannot be used: {error}", 1)


def _now() -> datetime:
    return datetime.now(where.settings().shop.zone)


@staff.command("list")
def list_(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Everybody, with role and whether a PIN and a badge are set; never the PIN itself."""
    with _book() as book:
        rows = [
            {
                "id": person.id,
                "name": person.name,
                "role": person.role,
                "pin": person.id in book.secrets.has_pin,
                "badge": person.id in book.secrets.has_badge,
            }
            for person in book.people
        ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        has = [word for word in ("pin", "badge") if row[word]]
        typer.echo(f"{row['id']:<12} {row['name']:<24} {row['role']:<12} {' '.join(has) or '-'}")


@staff.command()
def add(
    id_: Id,
    name: Annotated[str, typer.Argument(help="As the till greets and receipts print it.")],
    role: Annotated[str, typer.Option(help="cashier, senior, manager, or your own.")] = "cashier",
) -> None:
    """A new person; or another name for a known one."""
    from appliance.core.permissions import PROGRAMS
    from appliance.core.policy import Person

    _known_role(role)
    if not id_.strip() or len(id_) > 40 or not id_.isprintable() or not name.strip():
        where.fail("ID and NAME must not be empty, and an id has at most 40 characters.", 2)
    if id_.strip() in PROGRAMS:
        where.fail(f"“{id_.strip()}” is the till's own name. Choose another id.", 2)
    person = Person(id_.strip(), name.strip(), role)
    with _book() as book:
        _stays_managed(book, [*_others(book, person), person], book.secrets.able)
        book.put(person)


@staff.command()
def role(id_: Id, role: Annotated[str, typer.Argument(help="cashier, senior, ...")]) -> None:
    """Another role for a person."""
    from dataclasses import replace

    _known_role(role)
    with _book() as book:
        person = replace(_person(book, id_), role=role)
        _stays_managed(book, [*_others(book, person), person], book.secrets.able)
        book.put(person)


@staff.command()
def remove(id_: Id) -> None:
    """The person may no longer sign in; what he did stays written down under his id."""
    with _book() as book:
        person = _person(book, id_)
        _stays_managed(book, _others(book, person), book.secrets.able - {id_})
        book.remove(id_)


@staff.command()
def pin(
    id_: Id,
    clear: Annotated[bool, typer.Option(help="Erase PIN and badge instead.")] = False,
) -> None:
    """Set a person's PIN: typed twice unseen, or one line of standard input."""
    with _book() as book:
        _person(book, id_)
        able = book.secrets.able
        _stays_managed(book, book.people, able - {id_} if clear else able | {id_})
        if clear:
            book.forget_secrets(id_)
            return
        book.set_pin(id_, _typed_pin(), _now())


@staff.command()
def badge(
    id_: Id,
    tag: Annotated[
        bool, typer.Option(help="Take a card or NFC tag: its reader types it here.")
    ] = False,
    block: Annotated[bool, typer.Option(help="A lost one: it opens nothing any more.")] = False,
    to: Annotated[Path | None, typer.Option(help="Write the badge as a PNG picture.")] = None,
) -> None:
    """A new badge for a person, shown this once; the one before is worth nothing from now on."""
    if block and (tag or to is not None):
        where.fail("--block stands alone: block the lost badge, then make another.", 2)
    from appliance.core.facts import StaffChange

    with _book() as book:
        _person(book, id_)
        change = StaffChange.BADGE_BLOCKED if block else StaffChange.BADGE_GIVEN
        _stays_managed(book, book.people, book.secrets.after(change, id_))
        if block:
            book.block_badge(id_)
            return
        if tag:
            typer.echo("Hold the card to the reader.", err=True)
            book.take_tag(id_, sys.stdin.readline(), _now())
            return
        code = book.new_badge(id_, _now())
    typer.echo(code.grouped)
    if to is not None:
        try:
            _picture(code.text, to)
        except OSError as error:
            where.fail(f"The picture cannot be written: {where.why(error)}", 1)


def _person(book: StaffBook, id_: str) -> Person:
    person = book.person(id_)
    if person is None:
        where.fail(f"Nobody here is “{id_}”.", 1)
    return person


def _others(book: StaffBook, person: Person) -> list[Person]:
    return [it for it in book.people if it.id != person.id]


def _stays_managed(book: StaffBook, after: Sequence[Person], able: frozenset[str]) -> None:
    """The rule of the screen here too: able are those with a PIN or badge, after the change."""
    from appliance import shop
    from appliance.core.decide.staff import unmanaged
    from appliance.core.refusal import Reason

    wrong = unmanaged(book.people, after, able, shop.policy(where.settings()).roles)
    if wrong is Reason.LAST_MANAGER:
        where.fail("The last manager stays: nobody else could do what a manager does.", 1)
    if wrong is not None:
        where.fail("A manager needs a PIN or badge first, or nobody could allow anything.", 1)


def _picture(text: str, to: Path) -> None:
    import qrcode
    from qrcode.image.pil import PilImage

    picture = qrcode.make(text, image_factory=PilImage, box_size=10, border=4)
    with os.fdopen(private.create(to), "wb") as file:
        picture.save(file, format="PNG")


def _typed_pin() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    typed = str(typer.prompt("PIN", hide_input=True))
    if typed != typer.prompt("Again", hide_input=True):
        where.fail("The two PINs are not the same. Nothing has changed.", 1)
    return typed


def _known_role(role: str) -> None:
    from appliance import shop

    known = shop.policy(where.settings()).roles
    if role not in known:
        where.fail(f"There is no role “{role}”; there are: {', '.join(known)}.", 2)
