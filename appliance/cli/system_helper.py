"""`till system-helper`: the root helper, started by systemd for its first caller."""

from __future__ import annotations

import logging
import signal
import socket
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from appliance.cli import where

if TYPE_CHECKING:
    from appliance.system.order import Order, Values


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
    helper = Helper(listener, {**orders(machine, Wifi(machine)), **_of_updates()})
    signal.signal(signal.SIGTERM, lambda *_: helper.stop())
    logging.getLogger(__name__).info("listens")
    helper.serve()


def _of_updates() -> dict[str, Order]:
    """The updater's orders, as the helper takes them."""
    from appliance.system.order import Order, Refused
    from appliance.update.orders import ORDERS
    from appliance.update.rauc import RaucError

    def answering(
        do: Callable[[Mapping[str, Any]], Mapping[str, Any]],
    ) -> Callable[[Values], Values]:
        def answer(values: Values) -> Values:
            try:
                return do(values)
            except RaucError as error:
                raise Refused(str(error), "The log says more: journalctl -u rauc") from error

        return answer

    return {name: Order(who, check, answering(do)) for name, (check, do, who) in ORDERS.items()}


def _own(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)
    listener.listen()
    return listener
