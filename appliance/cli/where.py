"""Which till a command is about: its settings, found once, and how a command fails."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from appliance.config import Settings

_chosen: list[Path | None] = [None]
_CURES = {
    sqlite3.SQLITE_FULL: "Make room on the disk, then do it again.",
    sqlite3.SQLITE_BUSY: "The till is busy with it: do it again in a minute.",
    sqlite3.SQLITE_READONLY: "See that the till's user may write to its data folder.",
    sqlite3.SQLITE_CANTOPEN: "See that the till's user may write to its data folder.",
    sqlite3.SQLITE_CORRUPT: "A file of the data folder is damaged: come back from a backup.",
    sqlite3.SQLITE_NOTADB: "A file of the data folder is damaged: come back from a backup.",
}
"""What to do about SQLite's troubles, by their primary code."""


def use(config: Path | None) -> None:
    """Remembers --config; the file is read when a command asks for settings."""
    _chosen[0] = config


def settings(keep: Path | None = None) -> Settings:
    """The settings of the till; ends the command with 2 and every mistake when they are wrong. keep:
    as `load` has it."""
    from appliance.config import ConfigError, load

    try:
        return load(_chosen[0], keep)
    except ConfigError as error:
        fail(str(error), 2)
    except OSError as error:
        fail(f"The settings cannot be read: {why(error)}", 2)


def settings_file() -> Path:
    """Where the settings stand, or would stand."""
    from appliance.config.read import SYSTEM_FILE, usual_file

    return _chosen[0] or usual_file() or SYSTEM_FILE


def named_file() -> Path | None:
    """The settings file that somebody named, there or not; None when nobody did."""
    from appliance.config.read import usual_file

    return _chosen[0] or usual_file()


def fail(text: str, code: int) -> NoReturn:
    """Ends the command: 1 the answer is no, 2 wrong usage or input."""
    print(text, file=sys.stderr)
    sys.exit(code)


def why(error: Exception) -> str:
    """What a person reads of an error: a file's name and its trouble, without numbers and quotes."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        cure = _CURES.get(code, "Do it again; if it stays, tell the technician.")
        return f"It was not done: {error}. {cure}"
    return str(error)


def ask(request: dict[str, Any]) -> dict[str, Any]:
    """One question to the running till; ends the command with 1 when none runs."""
    from appliance.daemon import socket_path
    from appliance.local_socket import ask as ask_socket

    path = socket_path(settings())
    try:
        return ask_socket(path, request)
    except (OSError, ValueError) as error:
        fail(f"No till answers at {path} ({why(error)}). Start it with: till run", 1)
