"""A settings file with one section written anew by a program; all else stays as people wrote it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path

from appliance import whole_files
from appliance.config.lines import lines_of
from appliance.config.mistakes import ConfigError
from appliance.config.read import parse
from appliance.config.toml_text import document_of

Value = str | bool | int | Decimal | tuple[str, ...]


def with_section(text: str, name: str, values: Mapping[str, Value]) -> str:
    """Keys of the section that are not among the values keep theirs. Raises ConfigError where the text
    is no settings file, or the name no section of it."""
    kept = document_of(text, "settings").get(name, {})
    if not isinstance(kept, dict):
        raise ConfigError([f"settings: {name} must be a section of its own"])
    lines = [f"[{name}]", *(f"{key} = {_written(it)}" for key, it in {**kept, **values}.items())]
    before, after = _around(text, name)
    return "".join((before, "\n".join(lines), "\n", after))


def with_tables(text: str, name: str, tables: Iterable[Mapping[str, object]]) -> str:
    """The text with `[[name]]` tables behind what stands there."""
    parts = [text.rstrip("\n") + "\n" if text.strip() else ""]
    for table in tables:
        lines = (f"{key} = {_written(value)}" for key, value in table.items())
        parts.append("\n".join((f"[[{name}]]", *lines, "")))
    return "\n".join(parts)


def write_section(path: Path, name: str, values: Mapping[str, Value]) -> None:
    """Raises ConfigError, OSError; then the file is as it was. A file that is not there is made."""
    try:
        text = path.read_text(encoding="utf-8-sig")
        mode = path.stat().st_mode & 0o777
    except FileNotFoundError:
        text, mode = "", whole_files.EVERYBODY
    amended = with_section(text, name, values)
    parse(amended, str(path), path.parent)
    whole_files.write(path, amended.encode(), mode)


def _around(text: str, name: str) -> tuple[str, str]:
    """What stands before the section and after it; without one, the whole text before."""
    places = lines_of(text)
    lines = text.splitlines(keepends=True)
    if (name,) not in places:
        gap = "\n" if text.strip() else ""
        return (text if text.endswith("\n") or not text else text + "\n") + gap, ""
    start = places[(name,)] - 1
    later = [line - 1 for path, line in places.items() if path[0] != name and line - 1 > start]
    end = min(later, default=len(lines))
    # A comment right above the next section is about that one, and so is the gap before it.
    while later and end > start + 1 and lines[end - 1].strip()[:1] in ("", "#"):
        end -= 1
    return "".join(lines[:start]), "".join(lines[end:])


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple | list):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, Decimal):
        return str(value)
    # A JSON text is a TOML basic string, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
