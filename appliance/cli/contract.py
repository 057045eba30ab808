"""`till decode`, `till price` and `till inspect`: questions to pure code, for people or scripts.

They need no database, no device, no network and no configuration, and import nothing slow, so that
a script may ask them by the thousand.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from appliance.cli.json_lines import BOM, NotJson, read_json, write_json

if TYPE_CHECKING:
    import typer

DONE, NO, WRONG = 0, 1, 2
"""Exit codes: done; the answer is no; wrong usage or input."""

DECODE_USAGE = """\
till decode CODE [--json] [--region REGION] [--today YYYY-MM-DD]
till decode - [--json] [--region REGION] [--today YYYY-MM-DD]

What a scanned code means. With - each line of standard input is a JSON string holding one code.

--json    answer with one JSON object on one line per code
--region  whose weight and price codes: {regions} (default ua)
--today   the date that two-digit years are understood from (default today)
"""

PRICE_USAGE = """\
till price FILE [--json]
till price - [--json]

What a basket costs, without selling it. FILE holds one basket as JSON; with - each line of standard
input is one.

--json    answer with one JSON object on one line per basket
"""

INSPECT_USAGE = """\
till inspect WORD TEXT
till inspect card
till inspect --json -

What bytes of cards, terminals and QR codes say, read by the till's own drivers. With - each line of
standard input is a JSON object: a question with its name in "op".

--json    answer with one JSON object on one line per question
WORD      {words}
"""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Usage(Exception):
    """The command was called in a way it does not know."""


@dataclass(frozen=True, slots=True)
class Call:
    """What stood on the command line. subject: the code, the file, or - for standard input."""

    subject: str
    options: dict[str, str]


def parse_call(args: Sequence[str], valued: Sequence[str]) -> Call:
    """One subject, and options before or after it. `valued` options take a value.

    Only what starts with two dashes is an option: a code may start with one.
    """
    subjects: list[str] = []
    options: dict[str, str] = {}
    rest = iter(args)
    for word in rest:
        name, equals, value = word.partition("=")
        if word == "--":
            subjects.extend(rest)
        elif not word.startswith("--"):
            subjects.append(word)
        elif word in ("--json", "--help"):
            options[word] = ""
        elif name in valued:
            given = value if equals else next(rest, None)
            if given is None:
                raise Usage(f"{name} needs a value")
            options[name] = given
        else:
            raise Usage(f"unknown option {name}")
    if "--help" in options:
        return Call("", options)
    if len(subjects) != 1:
        raise Usage("exactly one is needed: what to read, or - for standard input")
    return Call(subjects[0], options)


def decode_command(
    args: Sequence[str], stdin: BinaryIO | None = None, stdout: BinaryIO | None = None
) -> int:
    """`till decode` with the words after it; the exit code."""
    from appliance.core.barcode import REGIONS, decode

    stdout = stdout or sys.stdout.buffer
    usage = DECODE_USAGE.format(regions=" ".join(REGIONS))
    try:
        call = parse_call(args, ("--region", "--today"))
        if "--help" in call.options:
            return _print_text(stdout, usage)
        region = _region(call.options.get("--region", "ua"), REGIONS)
        today = _today(call.options.get("--today"))
    except Usage as error:
        return _wrong_usage(error, usage)

    def answer(code: object) -> dict[str, Any]:
        if isinstance(code, str):
            return decode(code, region=region, today=today).as_dict()
        return {
            "kind": "invalid",
            "gtin": None,
            "ai": {},
            "symbology": None,
            "error": "A code is a JSON string.",
        }

    write = write_json if "--json" in call.options else _decoded_text
    if call.subject == "-":
        return _batch(stdin or sys.stdin.buffer, stdout, answer, write)
    decoded = answer(call.subject)
    _print(stdout, write(decoded))
    return DONE if decoded["error"] is None else NO


def price_command(
    args: Sequence[str], stdin: BinaryIO | None = None, stdout: BinaryIO | None = None
) -> int:
    """`till price` with the words after it; the exit code."""
    from appliance.core.pricing.basket_json import BasketError, price_json

    stdout = stdout or sys.stdout.buffer
    try:
        call = parse_call(args, ())
    except Usage as error:
        return _wrong_usage(error, PRICE_USAGE)
    if "--help" in call.options:
        return _print_text(stdout, PRICE_USAGE)

    def answer(basket: object) -> dict[str, Any]:
        try:
            return price_json(basket)
        except BasketError as error:
            return {"error": str(error)}

    write = write_json if "--json" in call.options else _priced_text
    if call.subject == "-":
        return _batch(stdin or sys.stdin.buffer, stdout, answer, write)
    try:
        priced = answer(read_json(Path(call.subject).read_bytes()))
    except NotJson as error:
        priced = {"error": str(error)}
    except (OSError, ValueError) as error:  # ValueError: a name with a NUL in it
        reason = error.strerror if isinstance(error, OSError) else str(error)
        priced = {"error": f"{call.subject}: {reason}"}
    _print(stdout, write(priced))
    return WRONG if "error" in priced else DONE


def inspect_command(
    args: Sequence[str], stdin: BinaryIO | None = None, stdout: BinaryIO | None = None
) -> int:
    """`till inspect` with the words after it; the exit code. Keeps nothing of what it was given."""
    from appliance.inspect.ops import WORDS, answer
    from appliance.malformed import Malformed

    stdout = stdout or sys.stdout.buffer
    usage = INSPECT_USAGE.format(words=" ".join(WORDS))
    if "--help" in args:
        return _print_text(stdout, usage)
    if sorted(args) == ["-", "--json"]:
        return _batch(stdin or sys.stdin.buffer, stdout, answer, write_json)
    if list(args) == ["card"]:
        from appliance.cli.cards import inspect_card

        return inspect_card()
    if len(args) != 2 or args[0] not in WORDS:
        return _wrong_usage(Usage("A word, and what to read; or --json -"), usage)
    try:
        _print(stdout, (WORDS[args[0]](args[1]).rstrip("\n") + "\n").encode())
    except Malformed as error:
        sys.stderr.write(f"{error}\n")
        return NO
    return DONE


def register(app: typer.Typer) -> None:
    """Mount these commands with their words untouched, so that a code may look like an option."""
    import typer
    from typer.core import TyperCommand

    class Untouched(TyperCommand):
        """A command that reads its own words."""

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            ctx.args = list(args)
            return list(args)

    def mount(name: str, command: Callable[[Sequence[str]], int], summary: str) -> None:
        def run(ctx: typer.Context) -> None:
            raise typer.Exit(command(ctx.args))

        # Typer reads annotations in the module's names, where its own import is not.
        run.__annotations__ = {"ctx": typer.Context, "return": None}
        app.command(name, cls=Untouched, help=summary, add_help_option=False)(run)

    mount("decode", decode_command, "What a scanned code means.")
    mount("price", price_command, "What a basket costs, without selling it.")
    mount("inspect", inspect_command, "What bytes of cards, terminals and QR codes say.")


def _region(given: str, known: Sequence[str]) -> str:
    if given not in known:
        raise Usage(f"--region is one of {' '.join(known)}")
    return given


def _today(given: str | None) -> date:
    if given is None:
        return date.today()  # noqa: DTZ011  the shop's local date is what is asked for
    if _DATE.fullmatch(given):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise Usage("--today is a date YYYY-MM-DD")


_CHUNK_BYTES = 65_536
"""What is read at once: enough for a thousand codes, little enough to answer soon."""


def _arrived(stream: BinaryIO) -> Iterator[list[bytes]]:
    """The lines of a stream, all that have arrived at a time; blank ones are left out.

    Whoever sends one line and waits is answered at once, and whoever sends a file costs no system
    call per line.
    """
    read = getattr(stream, "read1", stream.read)
    started: list[bytes] = []
    begin = True
    while data := read(_CHUNK_BYTES):
        head, newline, tail = data.rpartition(b"\n")
        if not newline:
            started.append(data)
            continue
        lines = b"".join((*started, head)).split(b"\n")
        started = [tail]
        if begin:
            lines[0] = lines[0].removeprefix(BOM.encode())
            begin = False
        yield [line for line in lines if line.strip(b" \t\r")]
    last = b"".join(started)
    if begin:
        last = last.removeprefix(BOM.encode())
    if last.strip(b" \t\r"):
        yield [last]


def _batch(
    stdin: BinaryIO,
    stdout: BinaryIO,
    answer: Callable[[object], dict[str, Any]],
    write: Callable[[dict[str, Any]], bytes],
) -> int:
    """An answer per line, at once; a line that is not JSON is answered too, and told at the end."""
    code = DONE
    for lines in _arrived(stdin):
        answers: list[bytes] = []
        for line in lines:
            try:
                answered = answer(read_json(line))
            except NotJson as error:
                answered = {"error": str(error)}
                code = WRONG
            answers.append(write(answered))
        try:
            _print(stdout, b"".join(answers))
        except BrokenPipeError:  # whoever reads has seen enough, as `head` does
            os.dup2(os.open(os.devnull, os.O_WRONLY), stdout.fileno())
            break
    return code


def _print(stdout: BinaryIO, data: bytes) -> None:
    stdout.write(data)
    stdout.flush()


def _print_text(stdout: BinaryIO, text: str) -> int:
    _print(stdout, text.encode())
    return DONE


def _wrong_usage(error: Usage, usage: str) -> int:
    sys.stderr.write(f"{error}\n\n{usage}")
    return WRONG


_SHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def _shown(value: object) -> str:
    """A value for a terminal: controls are named, not obeyed."""
    return _SHOWN.sub(lambda m: f"<{ord(m[0]):02X}>", str(value))


def _table(rows: Sequence[tuple[str, object]]) -> bytes:
    width = max((len(name) for name, _ in rows), default=0)
    text = "".join(f"{_shown(name):<{width}}  {_shown(value)}\n" for name, value in rows)
    return text.encode("utf-8")


def _decoded_text(decoded: dict[str, Any]) -> bytes:
    from appliance.core.barcode.dictionary import dictionary

    rows: list[tuple[str, object]] = [
        (name.replace("_", " "), value)
        for name, value in decoded.items()
        if name != "ai" and value is not None
    ]
    for ai, value in decoded.get("ai", {}).items():
        rows.append((f"({ai}) {dictionary()[ai].title}".strip(), value))
    return _table(rows)


def _priced_text(priced: dict[str, Any]) -> bytes:
    if "error" in priced:
        return _table([("error", priced["error"])])
    rows: list[tuple[str, object]] = []
    for number, line in enumerate(priced["lines"], start=1):
        off = "" if not line["discount"].strip("-0.") else f"  (less {line['discount']})"
        rows.append((line["sku"] or f"line {number}", f"{line['gross']}{off}"))
    rows += [
        (f"promotion {one['id']}".strip(), f"-{one['discount']}") for one in priced["promotions"]
    ]
    rows += [
        (f"tax {code}", f"{tax['tax']} on {tax['net']}") for code, tax in priced["taxes"].items()
    ]
    sums = ("total", "rounding", "due", "change", "outstanding")
    rows += [(name, f"{priced[name]} {priced['currency']}") for name in sums]
    return _table(rows)


def main(argv: Sequence[str] | None = None) -> int:
    """`python -m appliance.cli.contract decode|price|inspect ...`, without the others' imports."""
    words = list(sys.argv[1:] if argv is None else argv)
    if not words or words[0] not in COMMANDS:
        sys.stderr.write(f"one of {' '.join(COMMANDS)}\n")
        return WRONG
    return COMMANDS[words[0]](words[1:])


COMMANDS = {"decode": decode_command, "price": price_command, "inspect": inspect_command}


if __name__ == "__main__":
    sys.exit(main())
