"""Methods of dataclasses compiled ahead of time, which is half of what loading the core costs.

`@dataclass` writes each class's methods as text and compiles it, at every start, five hundred times.
The image's build loads the core once and keeps what came of each text; the appliance's `till` gives
that table back to `dataclasses`. A text that is not in it is compiled as ever, so a table that does not
fit only costs time: `use` takes none of another Python's.

    python -m appliance.quick_start TABLE     (the build; see image/recipe.py)
"""

from __future__ import annotations

import builtins
import dataclasses
import importlib
import importlib.util
import marshal
import pkgutil
import sys
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from types import CodeType
from typing import Any

Compile = Callable[[str], CodeType]
_MARK = importlib.util.MAGIC_NUMBER


def _key(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=16).digest()


def _compile(text: str) -> CodeType:
    return builtins.compile(text, "<string>", "exec")


def _compile_by(by: Compile) -> None:
    """`dataclasses` calls `exec` by its name, which it looks up among its own names first."""

    def run(text: str, names: dict[str, Any], space: dict[str, Any]) -> None:
        exec(by(text), names, space)  # noqa: S102

    vars(dataclasses)["exec"] = run


def use(file: Path) -> bool:
    """Whether the table was of this Python. Without one, all is as ever."""
    try:
        content = file.read_bytes()
    except OSError:
        return False
    if not content.startswith(_MARK):
        return False
    table: dict[bytes, CodeType] = marshal.loads(content[len(_MARK) :])  # noqa: S302  our own, on a read-only root
    _compile_by(lambda text: table.get(_key(text)) or _compile(text))
    return True


def record(package: str) -> bytes:
    """Loads every module of the package and gives the table of what they had compiled."""
    table: dict[bytes, CodeType] = {}

    def kept(text: str) -> CodeType:
        return table.setdefault(_key(text), _compile(text))

    _compile_by(kept)
    try:
        top = importlib.import_module(package)
        for module in sorted(it.name for it in pkgutil.walk_packages(top.__path__, f"{package}.")):
            importlib.import_module(module)
    finally:
        vars(dataclasses).pop("exec", None)
    return _MARK + marshal.dumps(table)


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(record("appliance.core"))
