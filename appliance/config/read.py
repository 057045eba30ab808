"""Reads a settings file: finds it, parses it, checks it, and says every mistake at once."""

from __future__ import annotations

import logging
import os
import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from appliance.config.checks import checks
from appliance.config.lines import Key, lines_of
from appliance.config.mistakes import ConfigError, Source, sentence
from appliance.config.schema import Settings

log = logging.getLogger(__name__)

SYSTEM_FILE = Path("/etc/kram/shop.toml")
ENVIRONMENT = "KRAM_CONFIG"
FLEET_FILE = Path("fleet") / "config.toml"
"""In the data folder: what the fleet wants of every till, over the till's own file."""
THE_TILLS_OWN = ("till", "fleet", "hub", "devices", "payments")
"""Sections about this one till and its cables."""

_POSITION = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_SYNTAX = {
    "Invalid value": "what stands after `=` is no value; a text needs quotes around it",
    "Invalid statement": "this line is neither `key = value` nor a `[section]`",
    "Expected '=' after a key in a key/value pair": "there is no `=` after the key",
    "Cannot overwrite a value": "this key was given already",
    "Expected newline or end of document after a statement": "something is left over after the "
    "value; one line has one `key = value`, and a price has a point: 0.50",
    "Unclosed array": "a list's closing bracket `]` is missing",
    "Unterminated string": "a closing quote is missing",
    "Illegal character '\\n'": "a closing quote is missing at the end of the line",
}


def load(path: Path | None = None) -> Settings:
    """The settings in a file; without one, those of $KRAM_CONFIG, /etc/kram/shop.toml, or defaults.

    Relative paths in a file count from its folder. Raises ConfigError; OSError if there is no such
    file.
    """
    path = path or usual_file()
    local = Settings() if path is None else parse(_text(path), str(path), path.parent)
    wanted = local.till.data_dir / FLEET_FILE
    if not wanted.exists():
        return local
    try:
        return with_fleet(_text(wanted), str(wanted), path)
    except ConfigError as error:
        # They fitted when they came; the shop's own file has changed since, and must still sell.
        log.warning("the fleet's settings do not fit this till's own any more: %s", error)
        return local


def with_fleet(text: str, file: str, path: Path | None = None) -> Settings:
    """The settings in the till's own file with the fleet's over them. Raises ConfigError, also for
    what is the till's alone; OSError."""
    path = path or usual_file()
    over = document_of(text, file)
    source = Source(file, lines_of(text))
    foreign = [name for name in over if name in THE_TILLS_OWN]
    if foreign:
        said = "is of this one till: its own file says it, the fleet cannot"
        raise ConfigError([source.say((name,), said) for name in foreign])
    own = {} if path is None else document_of(_text(path), str(path))
    folder = Path() if path is None else path.parent
    return _settled(_laid_over(own, over), source, folder)


def _laid_over(own: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Tables key by key; anything else as the fleet has it."""
    merged = dict(own)
    for name, value in over.items():
        held = merged.get(name)
        both = isinstance(held, dict) and isinstance(value, dict)
        merged[name] = _laid_over(held, value) if both else value  # type: ignore[arg-type]
    return merged


def parse(text: str, file: str, folder: Path) -> Settings:
    """The settings in a text. file: its name in messages. folder: relative paths start there."""
    return _settled(document_of(text, file), Source(file, lines_of(text)), folder)


def document_of(text: str, file: str) -> dict[str, Any]:
    try:
        # A price is exact: TOML's floats are read as decimals.
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax(error, text, file)]) from None


def _settled(document: dict[str, Any], source: Source, folder: Path) -> Settings:
    found: list[tuple[Key, str]] = []
    try:
        settings = Settings.model_validate(document)
    except ValidationError as error:
        settings, found = _without_mistakes(document, error)
    found += checks(settings)
    if found:
        found.sort(key=lambda mistake: source.order(mistake[0]))
        raise ConfigError([source.say(path, said) for path, said in found])
    return settings.located(source, folder)


def usual_file() -> Path | None:
    if named := os.environ.get(ENVIRONMENT):
        return Path(named)
    return SYSTEM_FILE if SYSTEM_FILE.exists() else None


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        # Windows editors put a mark before the first letter and write \r\n.
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        said = "this is not UTF-8 text; open the file in an editor and save it as UTF-8"
        raise ConfigError([f"{path}:{line}: {said}"]) from None


def _syntax(error: tomllib.TOMLDecodeError, text: str, file: str) -> str:
    message = str(error)
    position = _POSITION.search(message)
    bare = _POSITION.sub("", message)
    said = next((plain for start, plain in _SYNTAX.items() if bare.startswith(start)), bare)
    if position is None or position[1] is None:
        return f"{file}:{text.count(chr(10)) + 1}: {said} (at the end of the file)"
    line = int(position[1])
    # An unclosed string is noticed where its line ends, which is what a reader looks at anyway.
    written = text.split("\n")[line - 1].strip()
    return f"{file}:{line}: {said}: {written}" if written else f"{file}:{line}: {said}"


def _without_mistakes(
    document: dict[str, Any], error: ValidationError
) -> tuple[Settings, list[tuple[Key, str]]]:
    """The mistakes, and the settings without the wrong keys, so that the rest is checked too."""
    found: dict[Key, str] = {}
    for _round in range(8):
        for one in error.errors(include_url=False):
            path: Key = tuple(one["loc"])
            found.setdefault(path, sentence(one, *_neighbours(path)))
            # A list with a wrong element, or a table without a needed key, goes as a whole.
            cut = path[:-1] if one["type"] == "missing" else path
            lists = [place for place, part in enumerate(cut) if isinstance(part, int)]
            _drop(document, cut[: lists[0]] if lists else cut)
        try:
            return Settings.model_validate(document), list(found.items())
        except ValidationError as again:
            error = again
    return Settings(), list(found.items())


def _drop(document: Any, path: Key) -> None:
    for part in path[:-1]:
        if not isinstance(document, Mapping) or part not in document:
            return
        document = document[part]
    if isinstance(document, dict):
        document.pop(path[-1], None)


def _neighbours(path: Key) -> tuple[list[str], list[str]]:
    """The keys that exist where path points, and the sections that have its last key."""
    model: type[BaseModel] | None = Settings
    for part in path[:-1]:
        if isinstance(part, str) and model is not None:
            model = _models(model).get(part, model)
    here = list(_names(model or Settings))
    sections = [name for name, section in _models(Settings).items() if path[-1] in _names(section)]
    return here, sections


def _names(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _models(model: type[BaseModel]) -> dict[str, type[BaseModel]]:
    """The sections of a section, also those inside a list or a table."""
    found = {name: _model_in(field.annotation) for name, field in _names(model).items()}
    return {name: section for name, section in found.items() if section is not None}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, dict, Union, UnionType):
        return next(filter(None, map(_model_in, get_args(annotation))), None)
    return None
