"""`till send`: any command to the running till, from a script or a technician."""

from __future__ import annotations

import json
import sys
import uuid
from typing import Annotated, Any

import typer

from appliance.cli import where

Actor = Annotated[str, typer.Option("--actor", help="Who asks; default: the signed-in cashier.")]


def register(app: typer.Typer) -> None:
    app.command()(send)


def send(
    requests: Annotated[
        list[str], typer.Argument(help='JSON, such as \'{"command": "scan", ...}\'; - reads lines.')
    ],
    actor: Actor = "",
) -> None:
    """Any command that the screen can send, as JSON; prints facts or the refusal (exit 1)."""
    lines = sys.stdin if requests == ["-"] else requests
    refused = False
    for line in lines:
        if not line.strip():
            continue
        answer = _sent(_parsed(line), actor)
        typer.echo(json.dumps(answer, ensure_ascii=False))
        refused |= not answer.get("ok", False)
    raise typer.Exit(1 if refused else 0)


def _parsed(line: str) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except ValueError as error:
        where.fail(f"Not JSON: {error}: {line.strip()[:80]}", 2)
    if not isinstance(request, dict):
        where.fail('A command is a JSON object, such as {"command": "no_sale", "reason": ".."}', 2)
    return request


def _sent(request: dict[str, Any], actor: str) -> dict[str, Any]:
    """With an id of its own, so that a retry by hand of the same call is the caller's choice."""
    request.setdefault("id", uuid.uuid4().hex)
    if actor:
        request.setdefault("actor", actor)
    return where.ask(request)


def done(request: dict[str, Any], actor: str) -> None:
    """Sends it and tells the facts; a refusal ends the command with its sentence."""
    answer = _sent(request, actor)
    if not answer.get("ok"):
        where.fail(_sentence(answer), 1)
    for fact in answer["facts"]:
        typer.echo(f"{fact['seq']:>8}  {fact['type']}")


def _sentence(answer: dict[str, Any]) -> str:
    """A refusal as the screen says it, in the shop's language, and its name for a script."""
    from appliance.i18n import translator
    from appliance.ui.words import sentence

    name, params = str(answer.get("refusal")), answer.get("params", {})
    language = where.settings().shop.language
    detail = f", detail: {params['detail']}" if "detail" in params else ""
    return f"{sentence(translator(language), name, params, language)} ({name}{detail})"
