"""A till that is given its dataclasses' methods has the same classes, sooner."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

LOAD = """
import sys, dataclasses, builtins
from pathlib import Path
from appliance import quick_start

compiled = 0
usual = quick_start._compile
def counted(text):
    global compiled
    compiled += 1
    return usual(text)
quick_start._compile = counted
quick_start._compile_by(lambda text: counted(text))
if len(sys.argv) > 1:
    print(quick_start.use(Path(sys.argv[1])))
from appliance.core.facts import LineAdded
from appliance.core.money import Money
import appliance.core.look, appliance.core.decide
print(repr(LineAdded.__init__.__annotations__)[:40], LineAdded.__dataclass_params__)
print(compiled)
"""


def python(*words: str) -> list[str]:
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_with_the_table_nothing_of_the_core_is_compiled_and_the_classes_are_the_same(
    tmp_path: Path,
) -> None:
    table = tmp_path / "dataclasses.code"
    python("-m", "appliance.quick_start", str(table))
    classes, compiled = python("-c", LOAD)
    taken, same_classes, still_compiled = python("-c", LOAD, str(table))
    assert taken == "True"
    assert same_classes == classes
    assert int(compiled) > 300
    assert int(still_compiled) == 0


def test_a_table_of_another_python_is_left_alone(tmp_path: Path) -> None:
    table = tmp_path / "dataclasses.code"
    table.write_bytes(b"\0\0\r\n" + b"whatever")
    taken, _, compiled = python("-c", LOAD, str(table))
    assert taken == "False"
    assert int(compiled) > 300


def test_the_same_core_gives_the_same_table(tmp_path: Path) -> None:
    for name in ("first", "second"):
        python("-m", "appliance.quick_start", str(tmp_path / name))
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()
