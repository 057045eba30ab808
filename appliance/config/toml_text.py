"""A TOML file as text and as tables; what is none is said in plain words, with its line."""

from __future__ import annotations

import re
import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from appliance.config.mistakes import ConfigError

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


def text_of(path: Path) -> str:
    content = path.read_bytes()
    try:
        # Windows editors put a mark before the first letter and write \r\n.
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        said = "this is not UTF-8 text; open the file in an editor and save it as UTF-8"
        raise ConfigError([f"{path}:{line}: {said}"]) from None


def document_of(text: str, file: str) -> dict[str, Any]:
    try:
        # A price is exact: TOML's floats are read as decimals.
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([_syntax(error, text, file)]) from None


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
