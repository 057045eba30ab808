"""Writes docs/commands.md from the commands' own classes; a test asserts that it still is."""

from __future__ import annotations

import dataclasses
import inspect
import typing
from enum import Enum
from pathlib import Path
from typing import Any

from appliance.core import codec
from appliance.core.refusal import Reason
from appliance.requests import FROM_OUTSIDE

PAGE = Path(__file__).resolve().parents[1] / "docs" / "commands.md"

HEAD = """\
# Commands

What the screen can do, a script can do: `till send '{"command": "..."}'` puts one command to the
running till and prints its facts, or the refusal (exit code 1). `till send -` reads one command a
line. The same JSON lines go over the UNIX socket `till.sock` in the data folder, to which the
till's user and group have access.

```console
$ till send '{"command": "scan", "code": "4820024700016"}'
{"facts": [{"body": {"item": "1063", ...}, "seq": 1841, "type": "LineAdded"}], "ok": true}
$ till send '{"command": "tender_cash", "amount_minor": 50000}'
```

- Amounts are whole minor units (`50000` is 500.00 ₴), quantities are decimals in quotes (`"0.436"`).
- `actor` names a person of the staff; without it the signed-in cashier acts.
- `id` (any text of your own) makes a repetition harmless: the same id is answered the same and
  acts once. `till send` makes a fresh one for each call.
- `{"look": true}` answers the whole view, `{"watch": true}` streams it on every change.
- For help from afar no command is needed: `till support-bundle FILE` writes what a technician asks
  for, and nothing of customers or cards ([what is in it](technician.md#help-from-afar)).
- A refusal is `{"ok": false, "refusal": "<reason>", "params": {...}}`. Nothing has changed then.

"""


def page() -> str:
    """The whole page: every command with its fields, then every reason of a refusal."""
    parts = [HEAD, "## All commands\n"]
    for name, kind in sorted(FROM_OUTSIDE.items()):
        parts.append(f"### `{name}`\n")
        said = inspect.getdoc(kind) or ""
        if not said.startswith(f"{kind.__name__}("):
            parts.append(said.replace("\n", " ").replace("  ", "\n\n") + "\n")
        parts.append(_fields(kind))
    parts.append("## All refusals\n")
    parts += [f"- `{reason.value}`" for reason in Reason]
    return "\n".join(parts) + "\n"


def _fields(kind: type) -> str:
    hints = typing.get_type_hints(kind)
    rows = []
    for field in dataclasses.fields(kind):
        optional = field.default is not dataclasses.MISSING
        default = ""
        if optional and field.default is not None:
            default = codec.canonical(_plain(field.default)).decode()
        needed = "" if optional else "required"
        rows.append(f"| `{field.name}` | {_words(hints[field.name])} | {needed or default} |")
    if not rows:
        return "No fields.\n"
    return "\n".join(["| field | value | default |", "|---|---|---|", *rows]) + "\n"


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _words(hint: Any) -> str:
    if isinstance(hint, typing.NewType):
        return _words(hint.__supertype__)
    args = [arg for arg in typing.get_args(hint) if arg is not type(None)]
    if typing.get_origin(hint) is tuple:
        return f"list of {_words(args[0])}"
    if args:
        return _words(args[0])
    if issubclass(hint, Enum):
        return ", ".join(f"`{member.value}`" for member in hint)
    if dataclasses.is_dataclass(hint):
        fields = ", ".join(f'"{f.name}": ..' for f in dataclasses.fields(hint))
        return "object `{" + fields + "}`"
    names = {
        "int": "whole number",
        "str": "text",
        "Decimal": "decimal in quotes",
        "bool": "true or false",
    }
    return names[hint.__name__]


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
