"""A start from one file: the code of the modules that a till loads, and what these make, ready-made.

Loading some five hundred modules is nearly all of a start. A good part of that is finding and reading
their files one by one, another what they make while they load and make alike each time: the methods of
dataclasses, patterns, answers that only the program decides. The image's build does all that once and
keeps what came of it (appliance/quick_table.py); the appliance's `till run` starts from that. What is not
in the table is loaded or made as ever, so a table that lacks something only costs time, and one of
another Python is left alone.

This module comes before the table: it must import nothing that is not in the interpreter itself.
"""

import marshal
import os
import sys

# By the names that Python itself has for them, since `importlib` is a file.
from _frozen_importlib import ModuleSpec
from _frozen_importlib_external import SourceFileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType
    from typing import Any

MARK = sys.implementation.cache_tag.encode() + b"\n" if sys.implementation.cache_tag else b""
"""A table starts with it: bytecode and `dataclasses` differ from Python to Python. The length of its head
follows, the head (places of the modules' records, PATTERNS, ANSWERS), and the records: of each module its
code and its classes' plans. All as marshal writes it."""
LENGTH = 8

PLANS: "dict[tuple[str, str], tuple[Any, ...]]" = {}
"""Of the dataclasses of modules that load, by module and qualified name (appliance/quick_making.py)."""
PATTERNS: "dict[tuple[str, int], tuple[Any, ...]]" = {}
"""What `re` compiles of a pattern and its flags."""
ANSWERS: "dict[str, Any]" = {}
"""Of the functions that appliance/made_by_build.py names."""


def use(file: str) -> bool:
    """Whether there is a table of this Python. From now on modules come from it, and once
    `quick_making.begin()` was called, what they make."""
    try:
        table = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    first = len(MARK) + LENGTH
    content = os.read(table, first)
    if not MARK or len(content) < first or not content.startswith(MARK):
        os.close(table)
        return False
    length = int.from_bytes(content[-LENGTH:], "little")
    places, patterns, answers = marshal.loads(os.pread(table, length, first))  # noqa: S302 - our own, on a read-only root
    PATTERNS.update(patterns)
    ANSWERS.update(answers)
    finder = _Finder(table, first + length, places)
    # After what is built in and frozen, before the folders of sys.path.
    sys.meta_path.insert(len(sys.meta_path) - 1, finder)  # type: ignore[arg-type]
    return True


class _Finder:
    """places: of each module its file, whether it is a package, where its record starts, its length."""

    def __init__(
        self, table: int, start: int, places: "dict[str, tuple[str, bool, int, int]]"
    ) -> None:
        self._table, self._start, self._places = table, start, places

    def find_spec(
        self,
        name: str,
        _path: "Sequence[str] | None" = None,
        _target: "ModuleType | None" = None,
    ) -> ModuleSpec | None:
        found = self._places.pop(name, None)
        if found is None:
            return None
        file, is_package, start, length = found
        record = (self._table, length, self._start + start)
        spec = ModuleSpec(name, _Loader(name, file, record), origin=file, is_package=is_package)
        spec.has_location = True
        spec.cached = ""
        if is_package:
            spec.submodule_search_locations = [file.rpartition("/")[0]]
        return spec


class _Loader(SourceFileLoader):
    """Of a module whose code the table has; all else of it (resources, source) is where its file is."""

    def __init__(self, name: str, path: str, record: tuple[int, int, int]) -> None:
        super().__init__(name, path)
        self._record: tuple[int, int, int] | None = record

    def get_code(self, fullname: str) -> "CodeType | None":
        record, self._record = self._record, None
        if record is None:
            return super().get_code(fullname)
        code: CodeType
        code, plans = marshal.loads(os.pread(*record))  # noqa: S302
        for name, plan in plans.items():
            PLANS[fullname, name] = plan
        return code
