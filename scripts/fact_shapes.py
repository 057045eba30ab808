"""Writes down what facts look like in this release, for the test that the next one only adds.

Run once at each release: `python -m scripts.fact_shapes`. Between two releases the file stays.
"""

from __future__ import annotations

import dataclasses
import json
import typing
from enum import Enum
from pathlib import Path
from typing import Any

from appliance.journal import registry

FILE = Path(__file__).resolve().parents[1] / "tests" / "journal" / "fact_shapes.json"
Shapes = dict[str, Any]


def shapes() -> Shapes:
    """kinds: of each its version and its fields, with "=" before a type that has a default; parts:
    the same of what stands in them; words: of each closed set its values."""
    found: Shapes = {"kinds": {}, "parts": {}, "words": {}}
    for name, kind in registry.TYPES.items():
        found["kinds"][name] = {"version": registry.version_of(name), "fields": _fields(kind)}
        for hint in typing.get_type_hints(kind).values():
            parts(hint, found)
    return found


def _fields(kind: Any) -> dict[str, str]:
    hints = typing.get_type_hints(kind)
    return {
        field.name: ("=" if _has_default(field) else "") + _name(hints[field.name])
        for field in dataclasses.fields(kind)
    }


def _has_default(field: dataclasses.Field[Any]) -> bool:
    missing = dataclasses.MISSING
    return field.default is not missing or field.default_factory is not missing


def _name(hint: Any) -> str:
    return hint.__name__ if isinstance(hint, type) and not typing.get_args(hint) else str(hint)


def parts(hint: Any, found: Shapes) -> None:
    for inner in typing.get_args(hint):
        parts(inner, found)
    if not isinstance(hint, type):
        return
    if issubclass(hint, Enum):
        found["words"][hint.__name__] = sorted(str(it.value) for it in hint)
    elif dataclasses.is_dataclass(hint) and hint.__name__ not in found["parts"]:
        found["parts"][hint.__name__] = _fields(hint)
        for inner in typing.get_type_hints(hint).values():
            parts(inner, found)


if __name__ == "__main__":
    FILE.write_text(json.dumps(shapes(), ensure_ascii=False, indent=1, sort_keys=True) + "\n")
