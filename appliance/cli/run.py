"""`till run`, the appliance. It starts at every boot, so it loads nothing of the command line's library.

The image's `till` comes here at once when nothing else is said; cli/main.py does with options.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from pathlib import Path

from appliance.cli import where


def main() -> int:
    """`till run` without options, by the environment alone."""
    # What a start makes stays: to look through it for rubbish, again and again, is a tenth of the start.
    # The till looks again once it is ready.
    gc.disable()
    config = os.environ.get("KRAM_CONFIG")
    where.use(Path(config) if config else None)
    return run(screen=True, log_level=os.environ.get("KRAM_LOG") or "INFO")


def run(*, screen: bool, log_level: str) -> int:
    """The process's exit code; ends it with 1 or 2 and a sentence when the till cannot run."""
    from appliance import boot_order, logs
    from appliance.codes.keys import KeysError
    from appliance.config import kept
    from appliance.daemon import run as run_daemon
    from appliance.journal import JournalError
    from appliance.payments.registry import PortError

    logs.configure(log_level.upper())
    boot_order.wait_for(boot_order.SETTINGS, boot_order.SETTINGS_S)
    place = kept.usual_place()
    settings = kept.Keeper(place, where.named_file()).recall()
    if settings is None:
        if screen:
            gc.enable()
            _ask_first()
        settings = where.settings(place)
    try:
        return run_daemon(settings, screen=screen)
    except (JournalError, KeysError) as error:
        where.fail(str(error), 1)
    except PortError as error:
        where.fail(str(error), 2)
    except OSError as error:
        logging.getLogger(__name__).debug("the till ends", exc_info=True)
        where.fail(f"The till cannot run: {where.why(error)}", 1)


def _ask_first() -> None:
    """A till that nobody has set up asks what only the shop knows; then the program starts anew."""
    import signal
    import threading

    path = where.named_file()
    if path is None:
        return
    from appliance.first_run.wanted import is_wanted

    if not is_wanted(path):
        return
    from appliance import boot_order
    from appliance.first_run.show import show, start_anew

    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    if not (boot_order.screen_comes(stopping) and show(path, stopping)):
        sys.exit(0)
    start_anew()
