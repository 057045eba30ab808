"""Commands to tills in words: what each type does, what it is told, and what tills answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from appliance.finding import told
from appliance.fleet.commands import CommandMistake
from appliance.fleet.console.saying import N_, Saying
from appliance.wire.remote_command import CommandClass

CLASSES = {
    CommandClass.READ: (N_("only looks"), "none"),
    CommandClass.SAFE: (N_("hinders nobody for long"), "ok"),
    CommandClass.MONEY: (N_("touches money: a second person agrees"), "late"),
}
"""With the look of its sign."""

KINDS: dict[str, tuple[str, str]] = {
    "diagnose": (
        N_("Examine"),
        N_("The till examines itself: devices, network, card, clock. It tells what to do."),
    ),
    "logs": (N_("Fetch the log"), N_("The newest lines of the till's own log, for a technician.")),
    "report": (
        N_("Fetch a report"),
        N_("An X or Z report, or the stock, as the till itself counts it. Nothing is printed."),
    ),
    "message": (
        N_("Send a message"),
        N_("Words on the cashier's screen until they are read; on paper too, if you like."),
    ),
    "print_test": (
        N_("Print a test"),
        N_("A test slip comes out of the receipt printer within a quarter of an hour, or never."),
    ),
    "lock": (
        N_("Lock the till"),
        N_("The cashier is signed out once the basket is done, and signs in with the PIN again."),
    ),
    "restart": (
        N_("Restart the till"),
        N_("Its program starts anew between two baskets; half a minute without selling."),
    ),
    "block_card": (
        N_("Block a gift card"),
        N_("A gift card or store credit that was lost can no longer be paid with, or can again."),
    ),
    "open_drawer": (
        N_("Open the drawer"),
        N_("The cash drawer opens without a sale. Only where the shop's own settings allow it."),
    ),
    "wipe": (
        N_("Wipe the till"),
        N_("Everything on the till is destroyed, for one that was stolen. What was not delivered"
           " is lost. Only where the shop's own settings allow it."),
    ),
}  # fmt: skip

STATES: dict[str, tuple[str, str]] = {
    "waiting": (N_("to be agreed"), "late"),
    "sent": (N_("on its way"), "waiting"),
    "received": (N_("the till has it"), "waiting"),
    "running": (N_("being done"), "waiting"),
    "succeeded": (N_("done"), "ok"),
    "failed": (N_("could not be done"), "lost"),
    "rejected": (N_("the till refused"), "lost"),
    "expired": (N_("too late"), "closed"),
    "withdrawn": (N_("withdrawn"), "closed"),
}

_WHY = {
    "unknown_type": N_("This till's software does not know the command yet. Update it."),
    "expired": N_("It came too late."),
    "clock": N_("The till does not trust its clock. Let it reach a time server first."),
    "life": N_("It asked to live longer than the till allows."),
    "second_person": N_("Nobody else agreed to it."),
    "not_allowed": N_("This shop's settings do not allow it: add it to [fleet] allow there."),
}
_FINDING_MARKS = {"ready": "ok", "attention": "late"}
_FACTS_MAX = 200


@dataclass(frozen=True, slots=True)
class Field:
    """An argument as a field of a form. kind: text, number, choice or tick."""

    name: str
    label: str
    kind: str = "text"
    needed: bool = False
    value: str = ""
    least: int = 1
    most: int = 160
    options: tuple[tuple[str, str], ...] = ()


FIELDS: dict[str, tuple[Field, ...]] = {
    "logs": (Field("lines", N_("How many lines"), "number", needed=True, value="100", most=200),),
    "report": (
        Field("report", N_("Which report"), "choice", needed=True, options=(
            ("x", N_("X: the shift so far")), ("z", N_("Z: a closed shift")),
            ("stock", N_("Stock by item")))),
        Field("number", N_("Number of the shift or Z; empty for the newest"), "number", most=10**9),
    ),
    "message": (
        Field("text", N_("Words for the cashier"), needed=True),
        Field("print", N_("Print it too"), "tick"),
    ),
    "block_card": (
        Field("account", N_("Account of the card, as its receipt shows it"), needed=True, most=64),
        Field("deed", N_("What shall be"), "choice", needed=True, options=(
            ("block", N_("Block it")), ("free", N_("Let it be used again")))),
    ),
}  # fmt: skip


def read(kind: str, form: Mapping[str, str]) -> dict[str, Any]:
    """A command's arguments from a form. CommandMistake: a sentence to be translated."""
    told: dict[str, Any] = {}
    for each in FIELDS.get(kind, ()):
        value = form.get(each.name, "").strip()
        if not value:
            if each.needed:
                raise CommandMistake(N_("Fill in every field that is needed."))
            continue
        told[each.name] = _value(each, value)
    if kind == "report" and (number := told.pop("number", None)) is not None:
        told["z" if told["report"] == "z" else "shift"] = number
    if kind == "block_card":
        told["blocked"] = told.pop("deed") == "block"
    return told


def _value(field: Field, value: str) -> Any:
    match field.kind:
        case "number":
            if not value.isascii() or not value.isdigit() or len(value) > 10:
                raise CommandMistake(N_("Write a whole number."))
            if not field.least <= int(value) <= field.most:
                raise CommandMistake(N_("That number is too large or too small."))
            return int(value)
        case "choice":
            if value not in dict(field.options):
                raise CommandMistake(N_("Fill in every field that is needed."))
            return value
        case "tick":
            return True
    if len(value) > field.most:
        raise CommandMistake(N_("That is too long."))
    return value


def told_args(say: Saying, args: str) -> str:
    """What it was told, in a line."""
    return " · ".join(_told(say, name, value) for name, value in _object(args).items())


def _told(say: Saying, name: str, value: Any) -> str:
    match name, value:
        case "print", True:
            return say.t("on paper too")
        case "blocked", bool():
            return say.t("Block it") if value else say.t("Let it be used again")
        case "lines", _:
            return say.t("lines: {count}").format(count=value)
        case (("shift" | "z"), _):
            return f"№ {value}"
        case "report", _:
            return str(value).upper() if value in ("x", "z") else say.t("Stock by item")
    return str(value)


@dataclass(frozen=True, slots=True)
class Finding:
    subject: str
    mark: str
    says: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a till answered. why: of one that did not do it. facts: names and values of a report."""

    why: str = ""
    findings: list[Finding] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    stock: list[dict[str, Any]] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)


def answered(say: Saying, answer: str) -> Answer:
    """A till may be older or newer than this program: what is not understood is told as it stands."""
    found = _object(answer)
    if error := found.pop("error", None):
        return Answer(say.t(_WHY[error]) if error in _WHY else str(error))
    findings = [_finding(say, it) for it in _list(found.pop("findings", ()))]
    lines = [str(it) for it in _list(found.pop("lines", ()), dict)]
    stock = _list(found.pop("stock", ()))
    report = found.get("report", found)
    currency = str(report.get("currency", "UAH")) if isinstance(report, dict) else "UAH"
    facts = list(_flat(report, "", lambda minor: say.money(minor, currency)))
    return Answer("", findings, lines, stock, facts[:_FACTS_MAX])


def _finding(say: Saying, it: dict[str, Any]) -> Finding:
    subject, says, remedy, detail = (
        told(say.t, str(it.get(name, ""))) for name in ("subject", "says", "remedy", "detail")
    )
    mark = _FINDING_MARKS.get(str(it.get("state")), "lost")
    return Finding(subject, mark, f"{says.rstrip('.')}: {detail}" if detail else says, remedy)


def _flat(value: Any, name: str, money: Callable[[int], str]) -> Iterator[tuple[str, str]]:
    """A report's figures, each with the way to it as its name."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _flat(each, f"{name} {key.replace('_', ' ')}".strip(), money)
    elif isinstance(value, list):
        for number, each in enumerate(value, 1):
            yield from _flat(each, f"{name} {number}", money)
    elif isinstance(value, int) and name.endswith(" minor"):
        yield name.removesuffix(" minor"), money(value)
    elif value not in ("", None):
        yield name, str(value)


def _list(value: Any, without: type | None = None) -> list[Any]:
    if not isinstance(value, list):
        return []
    return [it for it in value if isinstance(it, dict) is (without is None)]


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
