"""What each command of the fleet does on the till: one function a type, and nothing beside them.

Arguments that are not understood fail the command with a sentence; whatever moves money, goods or
paper goes through the Till as a request with the command's id, as if a person had asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance.core import codec
from appliance.core import commands as c
from appliance.core.facts import ShiftNumber
from appliance.core.refusal import Refusal
from appliance.journal import reports
from appliance.journal.report_json import plain
from appliance.telemetry.commands import Answer, Deed, DeedFailed
from appliance.wire.remote_command import RemoteCommand

LOG_LINES_MAX = 200
ANSWER_BYTES = 12_000
"""Of a log's end: with what stands around it, it must fit a fact."""
STOCK_ROWS_MAX = 200
MESSAGE_MAX = 160


@dataclass(frozen=True, slots=True)
class Till:
    """What the deeds need of the running till. ask: with the command's id. show: on the screen.
    findings: `till doctor`. log_lines: the newest lines. restart: between baskets, soon."""

    ask: Callable[[c.Request, str], Any]
    show: Callable[[str], None]
    findings: Callable[[], list[dict[str, Any]]]
    log_lines: Callable[[int], list[str]]
    restart: Callable[[], None]
    wipe: Callable[[], None]
    journal: Path


def deeds(till: Till) -> dict[str, Deed]:
    """By the type of command; each type of `wire.remote_command.TYPES` has one."""
    return {
        "diagnose": lambda _: {"findings": till.findings()},
        "logs": lambda command: _logs(till, command),
        "report": lambda command: _report(till, command),
        "message": lambda command: _message(till, command),
        "print_test": lambda command: _asked(till, command, c.PrintFleetNote(command.id)),
        "lock": lambda command: _asked(till, command, c.LockTill()),
        "restart": lambda _: _then(till.restart),
        "block_card": lambda command: _block(till, command),
        "open_drawer": lambda command: _asked(till, command, c.NoSale(_reason(command))),
        "wipe": lambda _: _then(till.wipe),
    }


def _then(deed: Callable[[], None]) -> Answer:
    deed()
    return {}


def _asked(till: Till, command: RemoteCommand, request: c.Request) -> Answer:
    answer = till.ask(request, command.id)
    if isinstance(answer, Refusal):
        raise DeedFailed(answer.reason.value)
    return {}


def _reason(command: RemoteCommand) -> str:
    return command.reason or f"{command.issuer}, {command.approver}"


def _logs(till: Till, command: RemoteCommand) -> Answer:
    """The newest lines that fit, oldest first."""
    wanted = command.args.get("lines", 100)
    if not isinstance(wanted, int) or not 0 < wanted <= LOG_LINES_MAX:
        raise DeedFailed(f"lines: 1 to {LOG_LINES_MAX}")
    kept: list[str] = []
    room = ANSWER_BYTES
    for line in reversed(till.log_lines(wanted)):
        room -= len(codec.canonical(line)) + 1
        if room < 0:
            break
        kept.append(line)
    return {"lines": kept[::-1]}


def _report(till: Till, command: RemoteCommand) -> Answer:
    which = command.args.get("report")
    with reports.reading(till.journal) as con:
        match which:
            case "x":
                found = reports.x_report(con, _number(command, "shift"))
            case "z":
                found = reports.z_report(con, _number(command, "z"))
            case "stock":
                rows = reports.stock(con)[:STOCK_ROWS_MAX]
                return {"stock": [plain(row) for row in rows]}
            case _:
                raise DeedFailed("report: x, z or stock")
    if found is None:
        raise DeedFailed("there is no such shift")
    return {"report": plain(found)}


def _number(command: RemoteCommand, name: str) -> ShiftNumber | None:
    value = command.args.get(name)
    if value is not None and (not isinstance(value, int) or value < 1):
        raise DeedFailed(f"{name}: a whole number from 1 on")
    return None if value is None else ShiftNumber(value)


def _message(till: Till, command: RemoteCommand) -> Answer:
    words = command.args.get("text")
    if not isinstance(words, str) or not 0 < len(words.strip()) <= MESSAGE_MAX:
        raise DeedFailed(f"text: 1 to {MESSAGE_MAX} characters")
    till.show(words.strip())
    return _asked(till, command, c.PrintFleetNote(command.id)) if command.args.get("print") else {}


def _block(till: Till, command: RemoteCommand) -> Answer:
    account, blocked = command.args.get("account"), command.args.get("blocked", True)
    if not isinstance(account, str) or not isinstance(blocked, bool):
        raise DeedFailed("account: a card's account; blocked: true or false")
    return _asked(till, command, c.BlockAccount(account, _reason(command), blocked))
