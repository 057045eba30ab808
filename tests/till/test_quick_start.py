"""A till that starts from its table has the same modules and classes, sooner."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 13), reason="a table is for the image's Python, 3.13: make test-trixie"
)

CORE = ("appliance.core.commands", "appliance.core.view", "appliance.core.decide")

TOLD = """
import sys
from appliance import quick_start
if len(sys.argv) > 1:
    taken = quick_start.use(sys.argv[1])
    print(taken, file=sys.stderr)
    if taken:
        from appliance import quick_making
        quick_making.begin()
import dataclasses, inspect, pickle, re
import appliance.core.commands, appliance.core.view, appliance.core.decide

def told(cls):
    fields = [(repr(it), it._field_type) for it in dataclasses.fields(cls)]
    methods = {
        name: (it.__qualname__, inspect.signature(it), it.__code__.co_code)
        for name, it in vars(cls).items() if inspect.isfunction(it)
    }
    return (
        cls.__qualname__, cls.__bases__, cls.__doc__, cls.__match_args__,
        vars(cls).get("__slots__"),
        repr(cls.__dataclass_params__), fields, sorted(vars(cls)), sorted(methods.items()),
    )

for name, module in sorted(sys.modules.items()):
    if name.startswith("appliance.core"):
        for key, it in sorted(vars(module).items()):
            if isinstance(it, type) and it.__module__ == name and dataclasses.is_dataclass(it):
                print(re.sub(r" at 0x[0-9a-f]+", "", f"{name} {told(it)}"))

from appliance.core.facts import LineVoided
fact = LineVoided("1", 2)
assert pickle.loads(pickle.dumps(fact)) == fact and hash(fact) == hash(LineVoided("1", 2))
assert dataclasses.replace(fact, line=3).line == 3 and repr(fact).startswith("LineVoided(sale=")
try:
    fact.line = 4
except dataclasses.FrozenInstanceError:
    pass
else:
    raise SystemExit("not frozen")
"""


def python(*words: str) -> tuple[str, str]:
    seed = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(
        [sys.executable, *words], capture_output=True, text=True, check=False, env=seed
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def make(table: Path) -> bytes:
    modules = f"from appliance.quick_table import table; content = table({CORE!r}, ())"
    python("-c", f"{modules}; open({str(table)!r}, 'wb').write(content)")
    return table.read_bytes()


def test_all_classes_of_the_core_are_the_same(tmp_path: Path) -> None:
    make(tmp_path / "table")
    usual, _ = python("-c", TOLD)
    from_table, taken = python("-c", TOLD, str(tmp_path / "table"))
    assert taken == "True\n"
    assert from_table == usual
    assert usual.count("\n") > 400


def test_nothing_of_the_core_is_read_or_compiled(tmp_path: Path) -> None:
    make(tmp_path / "table")
    hook = """
import sys
from appliance import quick_start
quick_start.use(sys.argv[1])
from appliance import quick_making
quick_making.begin()
def hook(event, about):
    if event == "open" and "appliance/core" in str(about[0]) or event == "compile":
        print(event, about)
sys.addaudithook(hook)
import appliance.core.commands, appliance.core.view, appliance.core.decide
"""
    said, _ = python("-c", hook, str(tmp_path / "table"))
    assert "core" not in said
    assert said.count("compile") <= 100  # enums and named tuples of others


def test_a_trace_of_a_module_from_the_table_names_its_file_and_line(tmp_path: Path) -> None:
    make(tmp_path / "table")
    failing = (
        "import sys, traceback; from appliance import quick_start; quick_start.use(sys.argv[1]);"
        "from appliance.core import money\n"
        "try: money.to_minor('x', 'UAH')\nexcept Exception: traceback.print_exc(file=sys.stdout)"
    )
    said, _ = python("-c", failing, str(tmp_path / "table"))
    assert "appliance/core/money.py" in said
    assert "def " not in said


def test_a_table_of_another_python_or_none_is_left_alone(tmp_path: Path) -> None:
    for content in (b"", b"cpython-312\n" + b"whatever"):
        (tmp_path / "table").write_bytes(content)
        usual, taken = python("-c", TOLD, str(tmp_path / "table"))
        assert taken == "False\n"
        assert usual.count("\n") > 400
    _, taken = python("-c", TOLD, str(tmp_path / "none"))
    assert taken == "False\n"


def test_the_same_code_gives_the_same_table(tmp_path: Path) -> None:
    assert make(tmp_path / "first") == make(tmp_path / "second")
