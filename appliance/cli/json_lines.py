"""JSON in and out of the command line: strict, one value a line, whatever its size or depth."""

from __future__ import annotations

import json
import re
from typing import Any

BOM = "\ufeff"


class NotJson(ValueError):
    """The text is not JSON; the message is for people."""


class OutOfRange:
    """A JSON number too long to be worth computing with; no field takes it."""


OUT_OF_RANGE = OutOfRange()

_INTEGER_LENGTH_MAX = 4000
"""Python reads no integer of more than 4,300 digits at once, and no basket has one."""


def _integer(text: str) -> int | OutOfRange:
    return int(text) if len(text) <= _INTEGER_LENGTH_MAX else OUT_OF_RANGE


def _no_constant(name: str) -> Any:
    raise NotJson(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_int=_integer, parse_constant=_no_constant)


def read_json(data: bytes) -> Any:
    """The value of one JSON text in UTF-8, or NotJson. A byte order mark before it is tolerated."""
    try:
        text = data.decode("utf-8").removeprefix(BOM)
    except UnicodeDecodeError as error:
        raise NotJson(f"not UTF-8: {error.reason} at byte {error.start}") from error
    try:
        return _DECODER.decode(text)
    except NotJson:
        raise
    except RecursionError:
        return _read_deep(text)
    except ValueError as error:
        raise NotJson(f"not JSON: {error}") from error


# The rest of this module reads what is nested too deeply for the recursive parser of the library.

_SPACE = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(
    r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"'
    r"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
    r"|true|false|null"
)


def _read_deep(text: str) -> Any:
    """The same grammar without recursion: a stack of the containers that are still open."""
    reader = _DeepReader(text)
    value = reader.value()
    while reader.open:
        reader.step()
        value = reader.closed
    reader.skip_space()
    if reader.at != len(text):
        raise reader.wrong("extra data")
    return value


class _DeepReader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.open: list[tuple[list[Any] | dict[str, Any], str]] = []
        self.closed: Any = None

    def wrong(self, what: str) -> NotJson:
        return NotJson(f"not JSON: {what} at character {self.at}")

    def skip_space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def took(self, token: str) -> bool:
        self.skip_space()
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def value(self, key: str = "") -> Any:
        """Read a scalar, or open a container; either way put it where it belongs."""
        opened: list[Any] | dict[str, Any] | None = None
        if self.took("["):
            opened = []
        elif self.took("{"):
            opened = {}
        value = self._scalar() if opened is None else opened
        if self.open:
            container, _ = self.open[-1]
            if isinstance(container, list):
                container.append(value)
            else:
                container[key] = value
        if opened is not None:
            self.open.append((opened, "]" if isinstance(opened, list) else "}"))
        return value

    def step(self) -> None:
        """Close the innermost container, or read its next member."""
        container, end = self.open[-1]
        if self.took(end):
            self.open.pop()
            self.closed = container
            return
        if container and not self.took(","):
            raise self.wrong(f"expected , or {end}")
        key = ""
        if isinstance(container, dict):
            self.skip_space()
            name = self._scalar()
            if not isinstance(name, str) or not self.took(":"):
                raise self.wrong("expected a name and a colon")
            key = name
        self.value(key)

    def _scalar(self) -> Any:
        match = _SCALAR.match(self.text, self.at)
        if match is None:
            raise self.wrong("expected a value")
        self.at = match.end()
        return _DECODER.decode(match[0])


_UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""Controls and line separators that JSON need not escape, and halves of a surrogate pair, which
UTF-8 cannot carry."""


_ENCODER = json.JSONEncoder(ensure_ascii=False)


def write_json(value: object) -> bytes:
    """One line of JSON in UTF-8, whatever the locale and whatever the strings hold."""
    text = _ENCODER.encode(value)
    return (_UNPRINTED.sub(lambda m: f"\\u{ord(m[0]):04x}", text) + "\n").encode("utf-8")
