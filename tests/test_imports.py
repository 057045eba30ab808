"""Every module of the till can be imported, and none uses what Python is going to take away."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path

import appliance

ROOT = Path(appliance.__file__).parent
# In a process of its own: here another test may have imported what a module forgot.
PROGRAM = """
import importlib, json, sys, warnings
for category in (DeprecationWarning, PendingDeprecationWarning):
    warnings.filterwarnings("error", category=category, module=r"appliance([.]|$)")
broken = {}
for name in json.load(sys.stdin):
    try:
        importlib.import_module(name)
    except BaseException as why:
        broken[name] = f"{type(why).__name__}: {why}"
json.dump(broken, sys.stdout)
"""


def modules() -> list[str]:
    files = (file.relative_to(ROOT.parent).with_suffix("") for file in ROOT.rglob("*.py"))
    return sorted(".".join(file.parts).removesuffix(".__init__") for file in files)


def test_every_module_can_be_imported() -> None:
    names = modules()
    assert {"appliance.till", "appliance.ui", "appliance.drivers.scanner_evdev"} <= set(names)
    done = subprocess.run(
        [sys.executable, "-X", "dev", "-c", PROGRAM],
        input=json.dumps(names),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=ROOT.parent,
    )
    assert json.loads(done.stdout) == {}


def test_python_warns_of_no_syntax_in_any_source() -> None:
    """Bytecode that is there already keeps quiet, so each is compiled again."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for file in ROOT.rglob("*.py"):
            compile(file.read_bytes(), file, "exec", dont_inherit=True)
