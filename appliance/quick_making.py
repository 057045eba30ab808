"""What a start from the table (appliance/quick_start.py) does not make anew: dataclasses, patterns."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from functools import cache
from re import _compiler  # type: ignore[attr-defined]
from types import MemberDescriptorType, ModuleType
from typing import Any

from appliance.quick_start import PATTERNS, PLANS


class _Later(ModuleType):
    """`inspect` is large, and `dataclasses` wants it for classes alone that have no plan."""

    def __getattr__(self, name: str) -> Any:
        import inspect

        return getattr(inspect, name)


if "inspect" in sys.modules:
    import dataclasses
else:
    sys.modules["inspect"] = _Later("inspect")
    import dataclasses

    del sys.modules["inspect"]


FIELDS, PARAMS = "__dataclass_fields__", "__dataclass_params__"
TYPE, DEFAULT = "__dataclass_type_", "__dataclass_dflt_"


def begin() -> None:
    """From now on `dataclasses` and `re` take what the table has."""
    _take_patterns()
    _take_plans()


def _take_patterns() -> None:
    usual, compile_code = _compiler.compile, vars(_compiler)["_sre"].compile

    def compiled(pattern: Any, flags: int = 0) -> re.Pattern[Any]:
        found = PATTERNS.get((pattern, int(flags))) if type(pattern) is str else None
        made: re.Pattern[Any] = (
            usual(pattern, flags) if found is None else compile_code(pattern, *found)
        )
        return made

    _compiler.compile = compiled


def _take_plans() -> None:
    space = vars(dataclasses)
    usual, params = space["_process_class"], cache(space["_DataclassParams"])
    known = {
        "__dataclass_HAS_DEFAULT_FACTORY__": space["_HAS_DEFAULT_FACTORY"],
        "__dataclass_builtins_object__": object,
        "__dataclasses_recursive_repr": space["recursive_repr"],
        "__dataclass___init___return_type__": None,
        "FrozenInstanceError": dataclasses.FrozenInstanceError,
    }
    pickled = {
        "__getstate__": space["_dataclass_getstate"],
        "__setstate__": space["_dataclass_setstate"],
    }
    replaced = {"__replace__": space["_replace"]}
    kinds = (space["_FIELD"], space["_FIELD_CLASSVAR"])

    def process(cls: type, *how: bool) -> type:
        found = PLANS.pop((cls.__module__, cls.__qualname__), None)
        if found is None:
            made: type = usual(cls, *how)
            return made
        code, takes, methods, ours, shared, match, slots, doc = found
        fields = _fields(cls, shared, kinds, keywords=how[_KW_ONLY])
        given = [
            known[name] if name in known
            else cls if name == "cls"
            else fields[name[len(TYPE) : -2]].type if name.startswith(TYPE)
            else _default(fields[name[len(DEFAULT) : -2]])
            for name in takes
        ]  # fmt: skip
        space: dict[str, Any] = {}
        exec(code, sys.modules[cls.__module__].__dict__, space)  # noqa: S102
        content = dict(vars(cls))
        for name, method in zip(methods, space["__create_fn__"](*given), strict=True):
            if name in ours or name not in content:
                method.__qualname__ = f"{cls.__qualname__}.{method.__name__}"
                content[name] = method
        content = {**replaced, "__match_args__": match, **content}
        content |= {FIELDS: fields, PARAMS: params(*how)}
        if doc:
            content["__doc__"] = doc
        if slots is None:
            return _in_place(cls, content, fields.keys() - shared)
        for name in fields.keys() - shared | {"__dict__", "__weakref__"}:
            content.pop(name, None)
        content["__slots__"] = slots
        anew = type(cls)(
            cls.__name__, cls.__bases__, {**(pickled if how[_FROZEN] else {}), **content}
        )
        anew.__qualname__ = cls.__qualname__
        return anew

    space["_process_class"] = process


# The places of `dataclass`'s own arguments, as it hands them on.
_FROZEN, _KW_ONLY = 5, 7


def _fields(
    cls: type, shared: frozenset[str], kinds: tuple[object, object], *, keywords: bool
) -> dict[str, Any]:
    """Its own after its bases'."""
    fields: dict[str, Any] = {}
    for base in cls.__mro__[-1:0:-1]:
        fields.update(getattr(base, FIELDS, {}))
    for name, kind in vars(cls).get("__annotations__", {}).items():
        default: Any = getattr(cls, name, dataclasses.MISSING)
        if isinstance(default, dataclasses.Field):
            field = default
        elif default is dataclasses.MISSING or isinstance(default, MemberDescriptorType):
            field = dataclasses.field()
        else:
            field = dataclasses.field(default=default)
        field.name, field.type = name, kind
        field._field_type = kinds[name in shared]  # type: ignore[attr-defined]
        if name not in shared and field.kw_only is dataclasses.MISSING:
            field.kw_only = keywords
        fields[name] = field
    return fields


def _in_place(cls: type, content: dict[str, Any], names: Iterable[str]) -> type:
    """A class without slots stays the same one; its fields' defaults stand in it as plain values."""
    before = vars(cls)
    for name in names:
        if isinstance(content.get(name), dataclasses.Field):
            default = content.pop(name).default
            if default is dataclasses.MISSING:
                delattr(cls, name)
            else:
                content[name] = default
    for name, value in content.items():
        if name not in before or before[name] is not value:
            setattr(cls, name, value)
    return cls


def _default(field: Any) -> Any:
    return field.default if field.default_factory is dataclasses.MISSING else field.default_factory
