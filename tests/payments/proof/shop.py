"""A till of its own process with one card terminal, driven through its local socket."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from appliance.core.intents import Intent
from appliance.journal import past_payments, reports
from appliance.journal.record import EPOCH_STEP
from appliance.local_socket import ask
from hw_sim.till_process import Power, TillProcess
from tests.till.builders import shelf

TILL = Path(sys.executable).with_name("till")
PATIENCE_S = 20.0
POLL_S = 0.02

CONFIG = """\
[shop]
language = "en"
currency = "{currency}"

[till]
data_dir = "data"

[receipt]
auto_print = "never"

[taxes.VAT20]
rate = 20
letter = "A"

[taxes.EXC5]
rate = 5
letter = "D"
compound = true

[[staff]]
id = "ivan"
name = "Ivan"
role = "manager"

[[payments]]
name = "terminal"
type = "card"
{options}

{devices}"""


def until(holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> bool:
    """Whether it came to that in time."""
    end = time.monotonic() + patience_s
    while not holds():
        if time.monotonic() > end:
            return False
        time.sleep(POLL_S)
    return True


class Shop:
    """Killed as a pulled plug does it, and started again; the journal is all that stays."""

    def __init__(self, folder: Path, options: str, currency: str, devices: str = "") -> None:
        self.data = folder / "data"
        shelf(self.data).close()
        config = folder / "shop.toml"
        text = CONFIG.format(options=options, currency=currency, devices=devices)
        config.write_text(text, encoding="utf-8")
        self._process = TillProcess(
            [str(TILL), "--config", str(config), "run", "--no-screen"],
            {**os.environ, "KRAM_LOG": "WARNING"},
            folder / "till.log",
            restarts=False,
        )

    def start(self) -> None:
        self._process.start()
        up = until(lambda: self.look() is not None)
        assert up, "the till does not start:\n" + "\n".join(self._process.last_lines)

    def stop(self) -> None:
        self._process.stop()

    def kill(self) -> None:
        """SIGKILL, now, on whatever thread saw the moment."""
        pid = self._process.pid
        if pid is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            until(lambda: self._process.pid is None)

    def back(self) -> None:
        """Up again if it was killed."""
        if self._process.pid is None:
            self._process.wait(lambda power: power is Power.CRASHED)
            self.start()

    def look(self) -> dict[str, Any] | None:
        """The view, or None while nobody answers."""
        try:
            answer = ask(self.data / "till.sock", {"look": True}, timeout_s=10)
            look: dict[str, Any] = answer["look"]
        except (OSError, ValueError, KeyError):
            return None
        return look

    def tries(self, command: str, **body: Any) -> dict[str, Any]:
        """The answer; of a till that died meanwhile: nothing."""
        try:
            return ask(self.data / "till.sock", {"command": command, **body}, timeout_s=10)
        except (OSError, ValueError):
            return {}

    def does(self, command: str, **body: Any) -> None:
        answer = self.tries(command, **body)
        assert answer.get("ok"), (command, body, answer)

    def intents(self, sale: int) -> list[Intent]:
        """What the journal has of a sale, read beside the till."""
        with reports.reading(self.data / "journal.db") as con:
            found = past_payments.of_sale(con, EPOCH_STEP + sale)
        return [it.intent for it in found]
