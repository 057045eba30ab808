"""The provisioning file: what a technician's list says of one till, for its first boot.

    {"v": 1, "card": "C7F3K9QR", "made": "2026-11-29T14:00:00+02:00", "by": "olena",
     "shop": {"id": "kyiv-1", "name": "Крамниця", "currency": "UAH", "timezone": "Europe/Kyiv"},
     "till": {"number": 2, "name": "Каса 2"},
     "wifi": {"name": "Shop", "psk": "<64 digits>", "country": "UA"},
     "fleet": {"server": "https://fleet.example:8443", "token": "KRAM1-.."}}

Every section may be left out; the first-run wizard asks for what is missing. `values.SECTIONS` is the
whole list of fields. docs/technician/provision.md explains them to people.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from appliance.provision import json_lines, values
from appliance.provision.card import FILE_BYTES_MAX
from appliance.provision.mistakes import Kind, Mistake, Wrong

VERSION = 1


@dataclass(frozen=True, slots=True)
class Shop:
    """id: as its fleet calls it. Fields as in `[shop]` of the settings; empty is not said."""

    id: str = ""
    name: str = ""
    legal_name: str = ""
    tax_id: str = ""
    address: tuple[str, ...] = ()
    currency: str = ""
    language: str = ""
    timezone: str = ""
    receipt_header: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Till:
    """number: 0 is not said."""

    number: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Wifi:
    """psk: the key in hexadecimal, made of name and password; neither is an open network."""

    name: str = ""
    password: str = ""
    psk: str = ""
    hidden: bool = False
    country: str = ""

    def __repr__(self) -> str:
        """No log ever shows a secret."""
        return f"Wifi({self.name!r})"


@dataclass(frozen=True, slots=True)
class Fleet:
    server: str = ""
    token: str = ""

    def __repr__(self) -> str:
        """No log ever shows a secret."""
        return f"Fleet({self.server!r})"


@dataclass(frozen=True, slots=True)
class Provision:
    """card: on its label. made: when, so that an old file is told from a newer. by: whose work it
    was. ssh: keys that may log in; without one nobody may. serial: of the only machine it is for.
    settings: a whole settings file, over which the rest is laid."""

    card: str = ""
    made: datetime | None = None
    by: str = ""
    shop: Shop = Shop()
    till: Till = Till()
    wifi: Wifi = Wifi()
    fleet: Fleet = Fleet()
    ssh: tuple[str, ...] = ()
    serial: str = ""
    settings: str = ""


def of_sections(said: Mapping[str, Mapping[str, Any]], **alone: Any) -> Provision:
    """said: by section, the fields of `values.SECTIONS` that were checked. alone: `values.ALONE`."""
    return Provision(
        shop=Shop(**said.get("shop", {})),
        till=Till(**said.get("till", {})),
        wifi=Wifi(**said.get("wifi", {})),
        fleet=Fleet(**said.get("fleet", {})),
        ssh=said.get("ssh", {}).get("keys", ()),
        serial=said.get("machine", {}).get("serial", ""),
        **alone,
    )


def write(it: Provision) -> bytes:
    """The file: fields that say nothing are left out; made for people to look into."""
    said: dict[str, Any] = {
        "v": VERSION,
        "card": it.card,
        "made": it.made.isoformat(timespec="seconds") if it.made else "",
        "by": it.by,
        "machine": {"serial": it.serial},
        "shop": asdict(it.shop),
        "till": asdict(it.till),
        "wifi": asdict(it.wifi),
        "fleet": asdict(it.fleet),
        "ssh": {"keys": it.ssh},
        "settings": it.settings,
    }
    text = json.dumps(_without_blanks(said), ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def read(content: bytes) -> Provision | tuple[Mistake, ...]:
    """What the file says, or every mistake in it."""
    if len(content) > FILE_BYTES_MAX:
        return (Mistake(Kind.TOO_LARGE, shown=f"{len(content)}"),)
    try:
        # Windows editors put a mark before the first sign.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return (Mistake(Kind.NOT_UTF8, line=content.count(b"\n", 0, error.start) + 1),)
    try:
        value = json.loads(text, object_pairs_hook=_Members)
        lines = json_lines.lines_of(text)
        # Half a surrogate pair is no letter that any file could hold.
        json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        return (Mistake(Kind.NOT_JSON, line=error.lineno),)
    except (ValueError, RecursionError):
        return (Mistake(Kind.NOT_JSON),)
    if not isinstance(value, _Members):
        return (Mistake(Kind.NOT_JSON, line=1),)
    reader = _Reader(lines)
    found = reader.read(value)
    return tuple(reader.mistakes) or found


class _Members(dict[str, Any]):
    """An object of the file that remembers which of its fields stand there twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        times = Counter(name for name, _ in pairs)
        self.twice = sorted(name for name, count in times.items() if count > 1)


class _Reader:
    def __init__(self, lines: Mapping[json_lines.Path, int]) -> None:
        self.mistakes: list[Mistake] = []
        self._lines = lines

    def read(self, value: _Members) -> Provision:
        if type(value.get("v")) is not int or value["v"] != VERSION:
            self._note(Wrong(Kind.VERSION, value.get("v", "")), ("v",))
            return Provision()
        self._known(value, (), {"v", *values.SECTIONS, *values.ALONE})
        said = {name: self._section(value[name], name) for name in values.SECTIONS if name in value}
        alone = self._checked(value, (), values.ALONE)
        wifi = said.get("wifi", {})
        if wifi.get("password") and wifi.get("psk"):
            self._note(Wrong(Kind.WIFI_BOTH), ("wifi", "psk"))
        if self.mistakes:
            return Provision()
        return of_sections(said, **alone)

    def _section(self, value: Any, name: str) -> dict[str, Any]:
        if not isinstance(value, _Members):
            self._note(Wrong(Kind.NOT_A_SECTION), (name,))
            return {}
        checks = values.SECTIONS[name]
        self._known(value, (name,), set(checks))
        for needed in values.NEEDED.get(name, ()):
            if needed not in value:
                self._note(Wrong(Kind.MISSING), (name, needed))
        return self._checked(value, (name,), checks)

    def _checked(
        self, value: _Members, path: json_lines.Path, checks: Mapping[str, values.Check]
    ) -> dict[str, Any]:
        found = {}
        for name, check in checks.items():
            if name in value:
                try:
                    found[name] = check(value[name])
                except Wrong as wrong:
                    self._note(wrong, (*path, name))
        return found

    def _known(self, value: _Members, path: json_lines.Path, names: set[str]) -> None:
        for name in value:
            if name not in names:
                self._note(Wrong(Kind.UNKNOWN), (*path, name))
        for name in value.twice:
            self._note(Wrong(Kind.TWICE), (*path, name))

    def _note(self, wrong: Wrong, path: json_lines.Path) -> None:
        """Of something missing the line of what it is missing from is told."""
        at = path
        while at and at not in self._lines:
            at = at[:-1]
        place = ".".join(str(part) for part in path)
        self.mistakes.append(Mistake(wrong.kind, place, self._lines.get(at, 0), wrong.shown))


def _without_blanks(value: Mapping[str, Any]) -> dict[str, Any]:
    """Sections whose every field says nothing go, too."""
    kept = {}
    for name, it in value.items():
        said = _without_blanks(it) if isinstance(it, Mapping) else it
        if said not in ("", 0, (), [], {}, False):
            kept[name] = said
    return kept


assert {it.name for it in fields(Shop)} == set(values.SECTIONS["shop"])
assert {it.name for it in fields(Wifi)} == set(values.SECTIONS["wifi"])
