"""Makes the table that a till starts from (appliance/quick_start.py): loads what a start loads, and looks.

    python -m appliance.quick_table TABLE [PREFIX]     (the image's build; see image/application.py)

PREFIX is what this Python's folders have before the appliance's: a root under construction. Only for
Python 3.13 and its like, whose `dataclasses` makes all methods of a class at once.
"""

from __future__ import annotations

import dataclasses
import importlib
import marshal
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.machinery import SourceFileLoader
from pathlib import Path
from re import _compiler  # type: ignore[attr-defined]
from types import CodeType, FunctionType, SimpleNamespace
from typing import Any, NamedTuple

from appliance.made_by_build import ASKED
from appliance.quick_making import FIELDS
from appliance.quick_start import LENGTH, MARK

STARTED = (
    *("appliance.cli.run", "appliance.daemon", "zoneinfo", "appliance.provision.notice"),
    "appliance.provision.__main__",
)
"""What a till that starts, and first boot before it, load; what these load comes with them."""
LATER = (
    *("appliance.drivers.machine", "appliance.receipt.compose", "appliance.receipt.escpos"),
    *("appliance.provision.document", "appliance.provision.card_file"),
)
"""Beside the drivers: what a board has, what a till loads first when it sells, and what takes a file."""
_BEFORE = ("__main__", __name__, "appliance.quick_start")
"""What has no place in the table: it is loaded before it, or makes it."""

Patterns = dict[tuple[str, int], tuple[Any, ...]]
Plans = dict[str, dict[str, tuple[Any, ...]]]
"""By module and qualified name; each a Plan."""


class Plan(NamedTuple):
    """What `@dataclass` makes of a class. code: of the function that makes its methods; takes: the
    names of what that is given; methods: their names, as it answers; ours: those that replace a
    method of the class's own; shared: its and its bases' ClassVars; match: `__match_args__`; slots:
    None for a class without; doc: of a class that has none."""

    code: CodeType
    takes: tuple[str, ...]
    methods: tuple[str, ...]
    ours: frozenset[str]
    shared: frozenset[str]
    match: tuple[str, ...]
    slots: tuple[str, ...] | None
    doc: str


def table(
    started: Sequence[str] = STARTED, maybe: Sequence[str] | None = None, prefix: str = ""
) -> bytes:
    """The file's content. maybe: what is left out when it needs what is not here; None: the drivers.
    Raises ImportError when a part of the start does."""
    plans = _plans(lambda: _load(started, maybe))
    places: dict[str, tuple[str, bool, int, int]] = {}
    records = bytearray()
    for name, module in sorted(sys.modules.items()):
        spec = getattr(module, "__spec__", None)
        if name in _BEFORE or spec is None or type(spec.loader) is not SourceFileLoader:
            continue  # built in, frozen, or an extension
        record = marshal.dumps((spec.loader.get_code(name), plans.get(name, {})))
        path = Path(spec.loader.path)
        place = (path.name == "__init__.py", len(records), len(record))
        places[name] = (str(path).removeprefix(prefix), *place)
        records += record
    answers = {name: make() for name, make in sorted(ASKED.items())}
    head = marshal.dumps((places, _patterns(), answers))
    return MARK + len(head).to_bytes(LENGTH, "little") + head + records


def _load(started: Sequence[str], maybe: Sequence[str] | None) -> None:
    for name in started:
        importlib.import_module(name)
    if maybe is None:
        from appliance.drivers.registry import BUILT_IN

        maybe = (*sorted(target.partition(":")[0] for target in BUILT_IN.values()), *LATER)
    for name in maybe:
        with suppress(ImportError, OSError):
            importlib.import_module(name)


def _patterns() -> Patterns:
    """Of all that was compiled so far."""
    space: dict[str, Any] = vars(_compiler)
    usual = space["_sre"]

    def told(_pattern: str, flags: int, code: list[int], *groups: Any) -> tuple[Any, ...]:
        return int(flags), [int(it) for it in code], *groups

    space["_sre"] = SimpleNamespace(**vars(usual) | {"compile": told})
    try:
        cached: dict[tuple[type, Any, int], Any] = vars(re)["_cache"]
        return {
            (pattern, int(flags)): space["compile"](pattern, flags)
            for _, pattern, flags in sorted(
                (key for key in cached if key[0] is str), key=lambda key: key[1:]
            )
        }
    finally:
        space["_sre"] = usual


def _plans(load: Callable[[], object]) -> Plans:
    """Of every dataclass that loading makes, of the kind that a plan is for."""
    space: dict[str, Any] = vars(dataclasses)
    builder, process = space["_FuncBuilder"], space["_process_class"]
    usual_add = builder.add_fns_to_class
    plans: Plans = {}
    built: list[tuple[CodeType, Any]] = []

    def kept(text: str, names: dict[str, Any], into: dict[str, Any]) -> None:
        code = compile(text, "<dataclass>", "exec", dont_inherit=True)
        built.append((code, None))
        exec(code, names, into)  # noqa: S102

    def add(self: Any, cls: type) -> None:
        usual_add(self, cls)
        code, _ = built.pop()
        built.append((code, self))

    def processed(cls: type, *how: bool) -> type:
        had_doc = bool(cls.__doc__)
        built.clear()
        made: type = process(cls, *how)
        if built and _is_usual(how) and type(cls) is type and _is_plain(cls, made):
            code, by = built[-1]
            plans.setdefault(cls.__module__, {})[cls.__qualname__] = tuple(
                Plan(
                    code=code,
                    takes=tuple(by.locals),
                    methods=tuple(by.names),
                    ours=frozenset(by.unconditional_adds),
                    shared=_class_variables(made),
                    match=vars(made)["__match_args__"],
                    slots=vars(made)["__slots__"] if made is not cls else None,
                    doc="" if had_doc else made.__doc__ or "",
                )
            )
        return made

    space["exec"], space["_process_class"], builder.add_fns_to_class = kept, processed, add
    try:
        load()
    finally:
        del space["exec"]
        space["_process_class"], builder.add_fns_to_class = process, usual_add
    return plans


def _is_usual(how: Sequence[bool]) -> bool:
    """Frozen or not, by keywords or not, with slots or without; nothing else."""
    init, representation, eq, order, unsafe_hash, _, match_args, _, _, weakref_slot = how
    return (
        init and representation and eq and match_args and not (order or unsafe_hash or weakref_slot)
    )


def _class_variables(made: type) -> frozenset[str]:
    kind = vars(dataclasses)["_FIELD_CLASSVAR"]
    fields: dict[str, Any] = vars(made)[FIELDS]
    return frozenset(name for name, it in fields.items() if it._field_type is kind)


def _is_plain(cls: type, made: type) -> bool:
    """Whether it has no InitVars, and no method asks for the class it stands in."""
    space = vars(dataclasses)
    kinds = (space["_FIELD"], space["_FIELD_CLASSVAR"])
    fields = vars(made)[FIELDS].values()
    methods = [it for it in vars(cls).values() if isinstance(it, FunctionType)]
    return all(it._field_type in kinds for it in fields) and not any(
        "__class__" in it.__code__.co_freevars for it in methods
    )


def main() -> None:
    file, *prefix = sys.argv[1:]
    Path(file).write_bytes(table(prefix="".join(prefix)))


if __name__ == "__main__":
    main()
