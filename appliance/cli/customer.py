"""`till customer-display`: the screen that faces the customer, beside a running till."""

from __future__ import annotations

import re
import signal
import threading
from typing import Annotated

import typer

from appliance.cli import where


def register(app: typer.Typer) -> None:
    app.command("customer-display")(customer_display)


def customer_display(
    window: Annotated[
        str, typer.Option(help="WIDTHxHEIGHT of a window; without it the whole screen.")
    ] = "",
    at: Annotated[
        str, typer.Option(help="LEFT,TOP of the second screen on a desktop that spans both.")
    ] = "",
    theme: Annotated[str, typer.Option(help="light or dark; without it the till's own.")] = "",
    log_level: Annotated[str, typer.Option(envvar="KRAM_LOG", help="DEBUG to ERROR.")] = "INFO",
) -> None:
    """Show item, total and change on a second screen; waits for the till as long as it takes."""
    from appliance import logs
    from appliance.look_stream import LookStream
    from appliance.ui import customer
    from appliance.ui.port import UiSettings

    settings = where.settings()
    size = _pair(window, r"(\d{3,4})x(\d{3,4})", "--window is WIDTHxHEIGHT, such as 800x480")
    corner = _pair(at, r"(-?\d{1,5}),(-?\d{1,5})", "--at is LEFT,TOP, such as 1024,0")
    if theme not in ("", "light", "dark"):
        where.fail("--theme is light or dark", 2)
    logs.configure(log_level.upper())
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    width, height = size or (settings.till.screen_width, settings.till.screen_height)
    stream = LookStream(settings.till.socket)
    try:
        customer.run(
            stream.start,
            UiSettings(
                language=settings.shop.language.value,
                theme=theme or settings.till.theme.value,
                width=width,
                height=height,
                fullscreen=size is None,
                sounds=False,
            ),
            stopping,
            corner=corner,
        )
    except RuntimeError as error:
        where.fail(str(error), 1)
    finally:
        stream.close()


def _pair(text: str, pattern: str, wrong: str) -> tuple[int, int] | None:
    if not text:
        return None
    found = re.fullmatch(pattern, text)
    if found is None:
        where.fail(wrong, 2)
    return int(found[1]), int(found[2])
