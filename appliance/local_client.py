"""One question to the running till, without the till's own modules: what asks often must be light."""

from __future__ import annotations

import json
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from appliance.core import codec


def ask(path: Path, request: Mapping[str, Any], *, timeout_s: float = 35.0) -> dict[str, Any]:
    """One question to a running till. OSError when none listens."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(timeout_s)
        client.connect(str(path))
        client.sendall(codec.canonical(request) + b"\n")
        with client.makefile("rb") as answers:
            answer: dict[str, Any] = json.loads(answers.readline())
            return answer
