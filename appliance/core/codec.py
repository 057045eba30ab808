"""Facts, commands and states as plain JSON values and back: the one mapping all stores and wires use.

Decimals travel as strings, enums as their values, tuples as lists, None only where the type allows
it. Fields that equal their default are left out, so that a body is short and a new field with a
default needs no new version. `canonical` is the byte form that the chain hashes: sorted keys, no
spaces, UTF-8.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache
from typing import Any

Json = Any
Encode = Callable[[Any], Json]
Decode = Callable[[Json], Any]


INTEGER_MAX = 2**63 - 1
"""What the journal's columns hold."""

DIGITS_MAX = 28
"""Of a decimal: what Python's decimal arithmetic keeps without rounding. Its power of ten is bounded
alike, or "1E9999999" would be a text of ten million zeros."""


class CodecError(ValueError):
    """The value does not fit the type; the text names the field and what was expected."""


_CANONICAL = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def canonical(value: Json) -> bytes:
    """The bytes that are hashed and stored."""
    return _CANONICAL.encode(value).encode()


def to_json(value: object) -> Json:
    """A dataclass instance as a JSON object."""
    return _encoder_of(type(value))(value)


def from_json(kind: type[Any], value: Json) -> Any:
    """An instance of `kind` from a JSON object; CodecError when it does not fit."""
    hint: Any = kind
    return _decoder(hint)(value)


def known(kind: type[Any], value: Json) -> Json:
    """The same JSON without the fields that `kind`, and what stands in it, does not have: what a
    newer program wrote, as far as this one knows it."""
    hint: Any = kind
    return _known(hint, value)


def _known(hint: Any, value: Json) -> Json:
    if isinstance(hint, typing.NewType):
        return _known(hint.__supertype__, value)
    if _is_union(hint):
        return _known_of_union(typing.get_args(hint), value)
    if isinstance(value, list) and typing.get_origin(hint) is tuple:
        args = typing.get_args(hint)
        each = [args[0]] * len(value) if args[-1] is Ellipsis else args
        if len(each) == len(value):
            return [_known(one, item) for one, item in zip(each, value, strict=True)]
    if isinstance(value, dict) and dataclasses.is_dataclass(hint):
        kind: Any = hint
        hints = _hints(kind)
        fields = {field.name for field in dataclasses.fields(kind)}
        return {name: _known(hints[name], it) for name, it in value.items() if name in fields}
    return value


def _known_of_union(kinds: tuple[Any, ...], value: Json) -> Json:
    present = [kind for kind in kinds if kind is not type(None)]
    if len(present) == 1:
        return _known(present[0], value)
    name = value.get("type") if isinstance(value, dict) else None
    kind = next((it for it in present if it.__name__ == name), None)
    return value if kind is None else {**_known(kind, value), "type": name}


def _encoder_of(kind: Any) -> Encode:
    return _encoder(kind)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _is_union(hint: Any) -> bool:
    return typing.get_origin(hint) in (typing.Union, types.UnionType)


@cache
def _encoder(hint: Any) -> Encode:
    if isinstance(hint, typing.NewType):
        return _encoder(hint.__supertype__)
    if _is_union(hint):
        return _union_encoder(hint)
    if typing.get_origin(hint) is tuple:
        return _tuple_encoder(typing.get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return lambda value: value.value
    if hint is Decimal:
        return lambda value: format(value, "f")
    if dataclasses.is_dataclass(hint):
        return _dataclass_encoder(hint)
    return lambda value: value


def _tuple_encoder(args: tuple[Any, ...]) -> Encode:
    if args[-1] is Ellipsis:
        inner = _encoder(args[0])
        return lambda value: [inner(item) for item in value]
    each = [_encoder(arg) for arg in args]
    return lambda value: [one(item) for one, item in zip(each, value, strict=True)]


def _union_encoder(hint: Any) -> Encode:
    kinds = [arg for arg in typing.get_args(hint) if arg is not type(None)]
    if len(kinds) == 1:
        inner = _encoder(kinds[0])
        return lambda value: None if value is None else inner(value)

    def encode(value: Any) -> Json:
        if not dataclasses.is_dataclass(value):
            return _encoder_of(type(value))(value)
        return {"type": type(value).__name__, **_encoder_of(type(value))(value)}

    return encode


def _dataclass_encoder(kind: Any) -> Encode:
    hints = _hints(kind)
    plan = [
        (field.name, _default(field), _encoder(hints[field.name]))
        for field in dataclasses.fields(kind)
    ]

    def encode(value: Any) -> Json:
        out = {}
        for name, default, inner in plan:
            held = getattr(value, name)
            if held is not default and held != default:
                out[name] = inner(held)
        return out

    return encode


_REQUIRED = object()


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return _REQUIRED


def _expected(what: str, value: Json) -> CodecError:
    return CodecError(f"expected {what}, got {json.dumps(value, ensure_ascii=False)[:60]}")


@cache
def _decoder(hint: Any) -> Decode:
    if isinstance(hint, typing.NewType):
        return _decoder(hint.__supertype__)
    if _is_union(hint):
        return _union_decoder(hint)
    if typing.get_origin(hint) is tuple:
        args = typing.get_args(hint)
        return _tuple_decoder(args[0]) if args[-1] is Ellipsis else _pair_decoder(args)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum_decoder(hint)
    if hint is Decimal:
        return _decimal
    if hint is int:
        return _integer
    if hint is str:
        return _text
    if typing.get_origin(hint) is Mapping:
        return _mapping
    if dataclasses.is_dataclass(hint):
        return _dataclass_decoder(hint)
    return _plain_decoder(hint)


def _plain_decoder(kind: type) -> Decode:
    what = "true or false" if kind is bool else kind.__name__

    def decode(value: Json) -> Any:
        if type(value) is not kind:
            raise _expected(what, value)
        return value

    return decode


def _integer(value: Json) -> int:
    if type(value) is not int:
        raise _expected("a whole number", value)
    if abs(value) > INTEGER_MAX:
        raise CodecError(f"expected a whole number of at most {INTEGER_MAX}")
    return value


def _text(value: Json) -> str:
    if type(value) is not str:
        raise _expected("a text", value)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise CodecError("expected a text; half a surrogate pair is no character") from None
    return value


def _enum_decoder(kind: type[Enum]) -> Decode:
    known = {member.value: member for member in kind}

    def decode(value: Json) -> Any:
        try:
            return known[value]
        except (KeyError, TypeError):
            raise _expected("one of " + ", ".join(map(str, known)), value) from None

    return decode


def _decimal(value: Json) -> Decimal:
    if not isinstance(value, str) or len(value) > 40:
        raise _expected('a decimal in quotes, such as "1.5"', value)
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise _expected('a decimal in quotes, such as "1.5"', value) from None
    if not number.is_finite():
        raise _expected("a finite decimal", value)
    _, digits, exponent = number.as_tuple()
    assert isinstance(exponent, int)
    if len(digits) > DIGITS_MAX or not -DIGITS_MAX <= exponent <= DIGITS_MAX:
        raise CodecError(f"expected a decimal of at most {DIGITS_MAX} digits")
    return number


def _mapping(value: Json) -> Any:
    if not isinstance(value, dict):
        raise _expected("an object", value)
    return value


def _tuple_decoder(hint: Any) -> Decode:
    inner = _decoder(hint)

    def decode(value: Json) -> Any:
        if not isinstance(value, list):
            raise _expected("a list", value)
        return tuple(inner(item) for item in value)

    return decode


def _pair_decoder(args: tuple[Any, ...]) -> Decode:
    """A tuple of so many different things."""
    each = [_decoder(arg) for arg in args]

    def decode(value: Json) -> Any:
        if not isinstance(value, list) or len(value) != len(each):
            raise _expected(f"a list of {len(each)}", value)
        return tuple(one(item) for one, item in zip(each, value, strict=True))

    return decode


def _union_decoder(hint: Any) -> Decode:
    args = typing.get_args(hint)
    kinds = [arg for arg in args if arg is not type(None)]
    optional = len(kinds) < len(args)
    if len(kinds) == 1:
        inner = _decoder(kinds[0])
        return lambda value: None if value is None else inner(value)
    by_name = {kind.__name__: _decoder(kind) for kind in kinds}

    def decode(value: Json) -> Any:
        if value is None and optional:
            return None
        if not isinstance(value, dict) or value.get("type") not in by_name:
            raise _expected("an object whose type is one of " + ", ".join(by_name), value)
        body = {name: item for name, item in value.items() if name != "type"}
        return by_name[value["type"]](body)

    return decode


def _dataclass_decoder(kind: Any) -> Decode:
    hints = _hints(kind)
    fields = {field.name: _decoder(hints[field.name]) for field in dataclasses.fields(kind)}
    required = {f.name for f in dataclasses.fields(kind) if _default(f) is _REQUIRED}

    def decode(value: Json) -> Any:
        if not isinstance(value, dict):
            raise _expected(f"an object ({kind.__name__})", value)
        for name in value:
            if name not in fields:
                known = ", ".join(fields) or "no fields"
                raise CodecError(f"unknown field {name!r}; {kind.__name__} has {known}")
        missing = sorted(required - value.keys())
        if missing:
            raise CodecError(f"{kind.__name__} needs {', '.join(missing)}")
        held = {}
        for name, item in value.items():
            try:
                held[name] = fields[name](item)
            except CodecError as error:
                raise CodecError(f"{name}: {error}") from None
        return kind(**held)

    return decode
