"""The settings as they were read last, kept for the next start, which reads only what changed.

To read and check a file takes a small board seconds, most of them for the libraries that do it, and
the file is nearly always that of the start before.

What is kept is JSON, each value beside its class's name, and made again from the classes listed here
alone. A pickle would be shorter, but may run whatever its bytes say; the core's codec goes by type
hints, and to work out those of thirty classes is again what a start should be spared.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from appliance.config import (
    accounts,
    barcodes,
    country,
    drawers,
    fleet,
    hub,
    mistakes,
    passes,
    payments,
    people,
    returns,
    schema,
    stock,
)
from appliance.config.schema import Settings
from appliance.core import cash_rounding, devices, facts, policy, roles, taxes
from appliance.core.barcode import RuleKind, ValueCheck
from appliance.core.pricing.model import RoundingMode, TaxRounding

log = logging.getLogger(__name__)

FILE = "settings.kept"
SIZE_MAX = 4_000_000
"""Bytes. A shop's are some 20,000."""

RELEASE = Path("/usr/lib/kram/release.json")
"""Which program this is: all files of an image have the same time."""

_TABLES: dict[str, type[Any]] = {
    it.__name__: it
    for it in (
        Settings,
        *(schema.Shop, schema.Till, schema.Prices, schema.Tax, schema.Cash, schema.Denomination),
        *(schema.Receipt, schema.Sell, schema.Device),
        *(accounts.Cards, accounts.Loyalty, accounts.LoyaltyTier),
        *(barcodes.Barcodes, barcodes.BarcodeRule),
        *(drawers.Drawer, fleet.Fleet, hub.Hub, passes.Passes, returns.Returns, stock.Stock),
        *(payments.Payment, payments.Foreign, payments.Tips, payments.Charge),
        *(people.Person, people.OwnRole, people.Signals),
        *(mistakes.Source, country.Country),
        *(taxes.TaxTable, taxes.TaxEntry, taxes.TaxPeriod),
        *(cash_rounding.CashTable, cash_rounding.CashPeriod),
    )
}
_WORDS: dict[str, type[Enum]] = {
    it.__name__: it
    for it in (
        *(schema.Language, schema.Theme, schema.Coin, RuleKind, ValueCheck, RoundingMode),
        *(TaxRounding, taxes.TaxKind, facts.TenderType, policy.AutoPrint, roles.Permission),
        devices.Category,
    )
}
_LISTS: dict[str, Callable[[Any], Any]] = {"list": list, "tuple": tuple, "frozenset": frozenset}
_TEXTS: dict[str, Callable[[str], Any]] = {
    "Decimal": Decimal,
    "Path": Path,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "time": time.fromisoformat,
}


class Keeper:
    """One reading of the settings. file: where they are kept; None keeps nothing. path: the shop's
    own file."""

    def __init__(self, file: Path | None, path: Path | None) -> None:
        self._file = file
        # Taken before anything is read: what changes meanwhile is another thing at the next start.
        self._stamp = "" if file is None else _stamp(path)
        self._contents: dict[str, str] = {}

    def notes(self, path: Path) -> None:
        """A file that is about to be read, there or not."""
        if self._file is not None:
            self._contents[str(path)] = _content(path)

    def recall(self) -> Settings | None:
        """What was kept, if it would be read just so again; None for whatever else lies there."""
        if self._file is None:
            return None
        try:
            with self._file.open("rb") as file:
                digest, _, body = file.read(SIZE_MAX).partition(b"\n")
            if digest.decode() != _digest(body):
                return None
            stamp, contents, plain = json.loads(body)
            if stamp != self._stamp or contents != {it: _content(Path(it)) for it in contents}:
                return None
            found = _made(plain)
        except (OSError, ValueError, TypeError, LookupError, ArithmeticError, RecursionError):
            return None
        return found if isinstance(found, Settings) else None

    def keep(self, settings: Settings) -> None:
        """A till that cannot keep them sells all the same."""
        if self._file is None:
            return
        from appliance import whole_files

        try:
            body = json.dumps([self._stamp, self._contents, _plain(settings)]).encode()
            whole = b"\n".join((_digest(body).encode(), body))
            # Passwords of terminals are among them.
            whole_files.write(self._file, whole, whole_files.ONLY_OWNER)
        except (OSError, ValueError):
            log.warning("the settings are read anew at each start", exc_info=True)


def usual_place() -> Path | None:
    """In the folder that systemd keeps for the till; nowhere on a desk, where a start is no matter."""
    folder = schema.given_folder()
    return None if folder is None else folder / FILE


def _stamp(path: Path | None) -> str:
    """What the settings follow from beside the files: this program, this Python, this place."""
    told = [sys.version, _content(RELEASE), str(path), str(schema.usual_folder())]
    told.append(os.path.expanduser("~"))  # noqa: PTH111 - Path.home() raises where there is none
    for folder in (Path(__file__).parent, country.FOLDER):
        with os.scandir(folder) as found:
            files = sorted((it.name, it.stat()) for it in found if it.is_file())
        told += [f"{name} {it.st_size} {it.st_mtime_ns}" for name, it in files]
    return _digest("\n".join(told).encode("utf-8", "surrogateescape"))


def _content(path: Path) -> str:
    """As a digest; "" of a file that is not there, or cannot be read."""
    try:
        return _digest(path.read_bytes())
    except OSError:
        return ""


def _digest(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    """[class's name, what it holds]; a table with texts as keys, a text, a number stand for
    themselves."""
    name = type(value).__name__
    match value:
        case Enum():
            return [name, value.value]
        case None | bool() | int() | str():
            return value
        case Mapping():
            if all(isinstance(key, str) for key in value):
                return {key: _plain(it) for key, it in value.items()}
            return ["dict", [[_plain(key), _plain(it)] for key, it in value.items()]]
        case list() | tuple() | frozenset():
            return [name, [_plain(it) for it in value]]
        case date() | time():
            return [name, value.isoformat()]
        case Decimal():
            return [name, str(value)]
        case Path():
            return ["Path", str(value)]
    assert is_dataclass(value), f"{name} is no setting"
    return [name, {it.name: _plain(getattr(value, it.name)) for it in fields(value)}]


def _made(plain: Any) -> Any:
    """Raises LookupError, TypeError, ValueError, ArithmeticError."""
    if isinstance(plain, dict):
        return {key: _made(it) for key, it in plain.items()}
    if not isinstance(plain, list):
        return plain
    name, held = plain
    if name in _TABLES:
        return _TABLES[name](**{key: _made(it) for key, it in held.items()})
    if name in _WORDS:
        return _WORDS[name](held)
    if name in _LISTS:
        return _LISTS[name](map(_made, held))
    if name == "dict":
        return {_made(key): _made(it) for key, it in held}
    return _TEXTS[name](held)
