"""A start from one file: the code of the modules that a till loads, and its dataclasses ready-made.

Loading some five hundred modules is nearly all of a start. A good part of that is finding and reading
their files one by one, another `@dataclass`, which writes each class's methods as text and compiles it.
The image's build does both once and keeps what came of it (appliance/quick_table.py); the appliance's
`till run` starts from that. A module or a class that is not in the table is loaded as ever, so a table
that lacks something only costs time, and one of another Python is left alone.
"""

from __future__ import annotations

import dataclasses
import marshal
import sys
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.machinery import ModuleSpec, SourceFileLoader
from types import CodeType, MemberDescriptorType, ModuleType
from typing import Any, NamedTuple

MARK = sys.implementation.cache_tag.encode() + b"\n" if sys.implementation.cache_tag else b""
"""A table starts with it: bytecode and `dataclasses` differ from Python to Python."""

Modules = dict[str, tuple[str, bool, bytes]]
"""By name: the file, whether it is a package, the code as marshal writes it."""


class Plan(NamedTuple):
    """What `@dataclass` makes of a class. code: of the function that makes
    its methods; takes: the names of what that is given; methods: their names, as it answers; ours:
    those that replace a method of the class's own; shared: its and its bases' ClassVars; match:
    `__match_args__`; slots: None for a class without;
    doc: of a class that has none."""

    code: CodeType
    takes: tuple[str, ...]
    methods: tuple[str, ...]
    ours: frozenset[str]
    shared: frozenset[str]
    match: tuple[str, ...]
    slots: tuple[str, ...] | None
    doc: str


Plans = dict[tuple[str, str], tuple[Any, ...]]
"""By module and qualified name."""

FIELDS, PARAMS = "__dataclass_fields__", "__dataclass_params__"
TYPE, DEFAULT = "__dataclass_type_", "__dataclass_dflt_"


def use(file: str) -> bool:
    """Whether there is a table of this Python. From now on imports and dataclasses come from it."""
    try:
        with open(file, "rb") as table:  # noqa: PTH123 - pathlib is a fifth of a bare Python's start
            content = table.read()
    except OSError:
        return False
    if not MARK or not content.startswith(MARK):
        return False
    modules, plans = marshal.loads(memoryview(content)[len(MARK) :])  # noqa: S302 - our own, on a read-only root
    _take_modules(modules)
    _take_plans(plans)
    return True


# Modules


class _Loader(SourceFileLoader):
    """Of a module whose code the table has; all else of it (resources, source) is where its file is."""

    def __init__(self, name: str, path: str, code: bytes) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, fullname: str) -> CodeType | None:
        code, self._code = self._code, b""
        if not code:
            return super().get_code(fullname)
        found: CodeType = marshal.loads(code)  # noqa: S302
        return found


class _Finder:
    def __init__(self, modules: Modules) -> None:
        self._modules = modules

    def find_spec(
        self, name: str, _path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        found = self._modules.pop(name, None)
        if found is None:
            return None
        file, is_package, code = found
        spec = ModuleSpec(name, _Loader(name, file, code), origin=file, is_package=is_package)
        spec.has_location = True
        if is_package:
            spec.submodule_search_locations = [file.rpartition("/")[0]]
        return spec


def _take_modules(modules: Modules) -> None:
    """After what is built in and frozen, before the folders of sys.path."""
    sys.meta_path.insert(len(sys.meta_path) - 1, _Finder(modules))  # type: ignore[arg-type]


# Dataclasses


def _take_plans(plans: Plans) -> None:
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
        found = plans.pop((cls.__module__, cls.__qualname__), None)
        if found is None:
            made: type = usual(cls, *how)
            return made
        plan = Plan(*found)
        fields = _fields(cls, plan.shared, kinds, keywords=how[_KW_ONLY])
        given = [
            known[name] if name in known
            else cls if name == "cls"
            else fields[name[len(TYPE) : -2]].type if name.startswith(TYPE)
            else _default(fields[name[len(DEFAULT) : -2]])
            for name in plan.takes
        ]  # fmt: skip
        space: dict[str, Any] = {}
        exec(plan.code, sys.modules[cls.__module__].__dict__, space)  # noqa: S102
        content = dict(vars(cls))
        for name, method in zip(plan.methods, space["__create_fn__"](*given), strict=True):
            if name in plan.ours or name not in content:
                method.__qualname__ = f"{cls.__qualname__}.{method.__name__}"
                content[name] = method
        content = {**replaced, "__match_args__": plan.match, **content}
        content |= {FIELDS: fields, PARAMS: params(*how)}
        if plan.doc:
            content["__doc__"] = plan.doc
        if plan.slots is None:
            return _in_place(cls, content, fields.keys() - plan.shared)
        for name in fields.keys() - plan.shared | {"__dict__", "__weakref__"}:
            content.pop(name, None)
        content["__slots__"] = plan.slots
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
