"""Makes the table that a till starts from (appliance/quick_start.py): loads what a start loads, and looks.

    python -m appliance.quick_table TABLE [PREFIX]     (the image's build; see image/application.py)

PREFIX is what this Python's folders have before the appliance's: a root under construction. Only for
Python 3.13 and its like, whose `dataclasses` makes all methods of a class at once.
"""

from __future__ import annotations

import dataclasses
import importlib
import marshal
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from appliance.quick_start import MARK, Modules, Plan, Plans

STARTED = ("appliance.cli.run", "appliance.daemon", "zoneinfo", "appliance.provision.notice")
"""What a till that starts loads before it sells; what these load themselves comes with them."""
_PYC_HEAD = 16


def table(started: tuple[str, ...] = STARTED, prefix: str = "") -> bytes:
    """The file's content. Raises ImportError when a part of the start needs what is not here."""
    plans = _plans(lambda: [importlib.import_module(name) for name in started])
    modules: Modules = {}
    for name, module in sorted(sys.modules.items()):
        kept = _module(module, prefix)
        if kept is not None and name not in ("__main__", __name__):
            modules[name] = kept
    return MARK + marshal.dumps((modules, plans))


def _module(module: ModuleType, prefix: str) -> tuple[str, bool, bytes] | None:
    """None for what is built in, frozen, or an extension."""
    spec = getattr(module, "__spec__", None)
    if (
        spec is None
        or type(spec.loader) is not SourceFileLoader
        or spec.name == "appliance.quick_start"
    ):
        return None
    path = Path(spec.loader.path)
    compiled = Path(spec.cached or "")
    if compiled.is_file():
        code = compiled.read_bytes()[_PYC_HEAD:]
    else:
        code = marshal.dumps(spec.loader.get_code(spec.name))
    return str(path).removeprefix(prefix), path.name == "__init__.py", code


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
            plans[cls.__module__, cls.__qualname__] = tuple(
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
    fields: dict[str, Any] = vars(made)["__dataclass_fields__"]
    return frozenset(name for name, it in fields.items() if it._field_type is kind)


def _is_plain(cls: type, made: type) -> bool:
    """Whether it has no InitVars, and no method asks for the class it stands in."""
    space = vars(dataclasses)
    kinds = (space["_FIELD"], space["_FIELD_CLASSVAR"])
    fields = vars(made)["__dataclass_fields__"].values()
    methods = [it for it in vars(cls).values() if isinstance(it, FunctionType)]
    return all(it._field_type in kinds for it in fields) and not any(
        "__class__" in it.__code__.co_freevars for it in methods
    )


def main() -> None:
    file, *prefix = sys.argv[1:]
    Path(file).write_bytes(table(prefix="".join(prefix)))


if __name__ == "__main__":
    main()
