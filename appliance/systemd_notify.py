"""sd_notify(3): tell systemd that the till is ready, alive or stopping; silent without systemd."""

from __future__ import annotations

import os
import socket


def notify(message: str) -> bool:
    """Sends "READY=1", "WATCHDOG=1", "STOPPING=1" or "STATUS=..."; False without a supervisor."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as wire:
        try:
            wire.sendto(message.encode(), address)
        except OSError:
            return False
    return True


def watchdog_s() -> float:
    """How often to say WATCHDOG=1: half of what systemd allows; 0 when it does not watch."""
    if os.environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    try:
        return int(os.environ.get("WATCHDOG_USEC", "0")) / 2_000_000
    except ValueError:
        return 0.0
