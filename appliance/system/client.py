"""One order to the system helper, and its answer."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SOCKET = Path("/run/kram-system/socket")
TIMEOUT_S = 60.0
"""A Wi-Fi network has half a minute to be found, and a stick to be written."""
ANSWER_MAX = 1_000_000


class NoSystem(Exception):
    """This machine has no helper, or it does not answer: a desk, not an appliance."""


def is_here(path: Path = SOCKET) -> bool:
    return path.is_socket() and os.access(path, os.W_OK)


def ask(
    order: Mapping[str, Any],
    *,
    file: int | None = None,
    path: Path = SOCKET,
    timeout_s: float = TIMEOUT_S,
) -> dict[str, Any]:
    """{"ok": true, ...} or {"ok": false, "why": .., "remedy": ..}. file: a descriptor to read from,
    for orders that carry one. Raises NoSystem."""
    line = json.dumps(order, ensure_ascii=False).encode() + b"\n"
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as wire:
            wire.settimeout(timeout_s)
            wire.connect(str(path))
            if file is not None:
                # The descriptor goes with the line's first bytes; it may be answered before the last.
                line = line[socket.send_fds(wire, [line], [file]) :]
            if line:
                wire.sendall(line)
            with wire.makefile("rb") as answers:
                answer = json.loads(answers.readline(ANSWER_MAX))
    except (OSError, ValueError) as error:
        raise NoSystem(str(error)) from error
    if not isinstance(answer, dict):
        raise NoSystem("no answer")
    return answer
