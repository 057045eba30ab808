"""A serial line by any pyserial URL: a device node, rfc2217://, socket:// or loop://."""

from __future__ import annotations

import errno
import termios
from dataclasses import dataclass

import serial

from appliance.core.devices import Problem
from appliance.drivers.options import Options
from appliance.drivers.supervised import WireFault

READ_TIMEOUT_S = 0.1
"""How long a read waits for the first byte: bounds the close and the notice of silence."""

WRITE_TIMEOUT_S = 2.0

BROKEN = (OSError, serial.SerialException, termios.error)
"""What pyserial raises for an unplugged device; a bare termios.error for settings refused."""

FLOWS = ("none", "rtscts", "xonxoff")


@dataclass(frozen=True, slots=True)
class SerialSettings:
    """port: a device node, or a URL of pyserial. parity: N, E or O. flow: one of FLOWS."""

    port: str
    baudrate: int = 9600
    bytesize: int = 8
    parity: str = "N"
    stopbits: int = 1
    flow: str = "none"


def serial_settings_from(
    options: Options, baudrate: int = 9600, bytesize: int = 8, parity: str = "N"
) -> SerialSettings:
    """The keys that every serial device shares; the arguments are its maker's defaults."""
    return SerialSettings(
        port=options.text("port"),
        baudrate=options.integer("baudrate", baudrate, 300, 4_000_000),
        bytesize=options.integer("bytesize", bytesize, 7, 8),
        parity=options.choice("parity", parity, ("N", "E", "O")),
        stopbits=options.integer("stopbits", 1, 1, 2),
        flow=options.choice("flow", "none", FLOWS),
    )


def open_port(settings: SerialSettings) -> serial.Serial:
    """Open it for us alone. Raises WireFault that says why not."""
    try:
        port: serial.Serial = serial.serial_for_url(
            settings.port,
            baudrate=settings.baudrate,
            bytesize=settings.bytesize,
            parity=settings.parity,
            stopbits=settings.stopbits,
            rtscts=settings.flow == "rtscts",
            xonxoff=settings.flow == "xonxoff",
            timeout=READ_TIMEOUT_S,
            # pyserial's RFC 2217 refuses a write timeout: its TCP socket has one of its own.
            write_timeout=None if settings.port.startswith("rfc2217") else WRITE_TIMEOUT_S,
            exclusive=None if "://" in settings.port else True,
        )
    except BROKEN as error:
        raise WireFault(_why(error, settings.port), f"{settings.port}: {error}") from error
    except ValueError as error:
        raise WireFault(Problem.UNPLUGGED, f"{settings.port}: {error}") from error
    return port


def read_some(port: serial.Serial, at_most: int = 4096) -> bytes:
    """What has arrived; waits READ_TIMEOUT_S for the first byte, and not at all for the rest."""
    try:
        first = port.read(1)
        return first + port.read(min(port.in_waiting, at_most)) if first else b""
    except (*BROKEN, TypeError) as error:
        # pyserial's read ends in a TypeError when the port is closed under it.
        raise WireFault(Problem.UNPLUGGED, f"{port.port}: {error}") from error


def write_all(port: serial.Serial, data: bytes) -> None:
    try:
        port.write(data)
        port.flush()
    except serial.SerialTimeoutException as error:
        raise WireFault(Problem.NO_ANSWER, f"{port.port}: takes no bytes") from error
    except BROKEN as error:
        raise WireFault(Problem.UNPLUGGED, f"{port.port}: {error}") from error


def close_port(port: serial.Serial) -> None:
    """Let it go; an unplugged port may complain, and nobody cares any more."""
    try:
        port.close()
    except BROKEN:
        return


def _why(error: Exception, port: str) -> Problem:
    number = error.args[0] if error.args else None
    if number in (errno.EACCES, errno.EPERM):
        return Problem.NO_PERMISSION
    if number in (errno.EAGAIN, errno.EBUSY):
        return Problem.PORT_BUSY
    return Problem.NO_ANSWER if "://" in port else Problem.UNPLUGGED
