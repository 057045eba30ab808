"""monobank for the story book, on a clock that runs twenty times as fast."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from appliance.payments.mono.api import Mono
from appliance.payments.mono.dialogue import MonoDialogue
from hw_sim.mono_bank import TOKEN, MonoBank

from .conformance import Subject

FASTER = 20
_BEGAN = time.time()
LIFETIME_S, AFTER_S = 4, 6.0
"""A fifth of a second to pay, and longer than a question takes until the statement is believed."""


def fast() -> float:
    return _BEGAN + (time.time() - _BEGAN) * FASTER


def token_file(folder: Path | None = None) -> Path:
    path = (folder or Path(tempfile.mkdtemp(prefix="kram-mono-"))) / "mono.token"
    path.touch(0o600)
    path.write_text(TOKEN + "\n")
    return path


_TOKEN_FILE = token_file()


def dialogue(url: str, token: Path = _TOKEN_FILE, **more: object) -> MonoDialogue:
    bank = Mono(url.replace("socket://", "http://"), token, timeout_s=0.2)
    return MonoDialogue(bank, LIFETIME_S, 0.01, after_s=AFTER_S, now=fast, **more)  # type: ignore[arg-type]


SUBJECT = Subject("mono", lambda: MonoBank(now=fast), dialogue, can_total=False)
