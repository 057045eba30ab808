"""`till system-helper`: the root helper, started by systemd for its first caller."""

from __future__ import annotations

import logging
import signal
import socket
from pathlib import Path
from typing import Annotated

import typer

from appliance.cli import where


def register(app: typer.Typer) -> None:
    app.command("system-helper", hidden=True)(system_helper)


def system_helper(
    listen: Annotated[
        Path | None, typer.Option(help="A socket of its own, without systemd; for trying it out.")
    ] = None,
) -> None:
    """Carries out the till's orders to the system; ends when nobody asks for a minute."""
    from appliance import logs
    from appliance.system.helper import Helper, from_systemd
    from appliance.system.machine import Machine
    from appliance.system.orders import orders
    from appliance.system.wifi import Wifi

    logs.configure("INFO")
    listener = from_systemd() if listen is None else _own(listen)
    if listener is None:
        where.fail("It is started by systemd's kram-system.socket, or with --listen SOCKET.", 2)
    machine = Machine()
    helper = Helper(listener, orders(machine, Wifi(machine)))
    signal.signal(signal.SIGTERM, lambda *_: helper.stop())
    logging.getLogger(__name__).info("listens")
    helper.serve()


def _own(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen()
    return listener
