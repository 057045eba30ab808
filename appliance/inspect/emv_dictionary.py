"""EMV's names and codes in words, from the data files beside this module."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Element:
    """kind: how a value of this element is shown to people."""

    kind: str
    name: str


UNKNOWN = Element("unknown", "Unknown")

_HERE = resources.files(__package__)


@cache
def elements() -> dict[str, Element]:
    lines = _HERE.joinpath("emv_tags.txt").read_text("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {tag: Element(kind, name) for tag, kind, name in rows}


@cache
def bit_names() -> dict[str, dict[str, str]]:
    """By tag: "byte.bit" to what it means when it is set."""
    return tomllib.loads(_HERE.joinpath("emv_bits.toml").read_text("utf-8"))


@cache
def _codes() -> dict[str, dict[str, str]]:
    return tomllib.loads(_HERE.joinpath("emv_codes.toml").read_text("utf-8"))


def word(table: str, code: int | str) -> str:
    """What a code means; "unknown" for one that the table lacks."""
    text = f"{code:02X}" if isinstance(code, int) else code
    return _codes()[table].get(text, "unknown")


def set_bits(tag: str, value: bytes) -> list[str]:
    """What is set in a bit field, and the bits that have no meaning, by their place."""
    names = bit_names()[tag]
    places = (
        f"{index}.{bit}"
        for index, byte in enumerate(value, start=1)
        for bit in range(8, 0, -1)
        if byte >> (bit - 1) & 1
    )
    return [names.get(it, f"byte {it.replace('.', ' bit ')}, of no known meaning") for it in places]
