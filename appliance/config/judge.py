"""A settings file's tables made into Settings, or every mistake in them said at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from pydantic import ValidationError

from appliance.config import tax_files
from appliance.config.checks import checks
from appliance.config.country import Country
from appliance.config.mistakes import ConfigError, Key, Source, sentence
from appliance.config.rules import Section, checked
from appliance.config.schema import Sections, Settings


def settled(document: dict[str, Any], source: Source, folder: Path) -> Settings:
    """folder: relative paths start there. Raises ConfigError."""
    found: list[tuple[Key, str]] = []
    try:
        sections = checked(Sections, document)
    except ValidationError as error:
        sections, found = _without_mistakes(document, error)
    country, no_country = _country(sections.prices.tax_table)
    found += [*no_country, *checks(sections, country)]
    if found:
        found.sort(key=lambda mistake: source.order(mistake[0]))
        raise ConfigError([source.say(path, said) for path, said in found])
    given = frozenset(
        (section, key)
        for section, table in document.items()
        if isinstance(table, Mapping)
        for key in table
    )
    return Settings.of(sections.located(folder), source, given, country)


def _country(table: str) -> tuple[Country | None, list[tuple[Key, str]]]:
    at: Key = ("prices", "tax_table")
    if not table:
        return None, []
    known = tax_files.countries()
    if table not in known:
        return None, [(at, f"must be one of {', '.join(known)}, not {table!r}")]
    try:
        return tax_files.load(table), []
    except ConfigError as error:
        return None, [(at, str(error))]


def _without_mistakes(
    document: dict[str, Any], error: ValidationError
) -> tuple[Sections, list[tuple[Key, str]]]:
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
            return checked(Sections, document), list(found.items())
        except ValidationError as again:
            error = again
    return Sections(), list(found.items())


def _drop(document: Any, path: Key) -> None:
    for part in path[:-1]:
        if not isinstance(document, Mapping) or part not in document:
            return
        document = document[part]
    if isinstance(document, dict):
        document.pop(path[-1], None)


def _neighbours(path: Key) -> tuple[list[str], list[str]]:
    """The keys that exist where path points, and the sections that have its last key."""
    within: type[Section] = Sections
    for part in path[:-1]:
        if isinstance(part, str):
            within = _sections(within).get(part, within)
    here = list(keys(within))
    others = [name for name, section in _sections(Sections).items() if path[-1] in keys(section)]
    return here, others


def keys(section: type[Section]) -> dict[str, Any]:
    """What can stand in a section, as a file has it, and of what type."""
    types = get_type_hints(section)
    return {it.metadata.get("alias", it.name): types[it.name] for it in fields(section)}


def _sections(section: type[Section]) -> dict[str, type[Section]]:
    """The sections of a section, also those inside a list or a table."""
    found = {name: _section_in(kind) for name, kind in keys(section).items()}
    return {name: kind for name, kind in found.items() if kind is not None}


def _section_in(annotation: Any) -> type[Section] | None:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    if get_origin(annotation) in (tuple, dict, Union, UnionType):
        return next(filter(None, map(_section_in, get_args(annotation))), None)
    return None
