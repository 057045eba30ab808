"""What systemd starts at each boot imports its own command alone: on a small board the others are seconds."""

from __future__ import annotations

import subprocess
import sys

import pytest

OTHERS = ("appliance.cli.offers", "appliance.cli.fleet", "appliance.cli.catalogue")


@pytest.mark.parametrize("command", ["run", "update", "system-helper"])
def test_command_of_a_unit_imports_no_other(command: str):
    script = (
        "import sys; sys.argv[1:] = [sys.argv[1], '--help']\n"
        "from appliance.cli.main import main\n"
        "try: main()\n"
        "except SystemExit as end: code = end.code\n"
        f"print('imported', [it for it in {OTHERS!r} if it in sys.modules], code)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, command], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "imported [] 0", done.stdout[-300:]
