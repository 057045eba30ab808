"""Shows the first run's pages on the till's screen, before there is a till.

The pages stand on the same desk as all others. Behind it is a till with a journal of its own in a
temporary folder, which nobody sells at; once the settings stand the process starts itself anew.
"""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from appliance import shop, systemd_notify
from appliance.catalogue.store import Catalogue
from appliance.config import Settings, load
from appliance.config.read import parse
from appliance.core.devices import Category, DeviceMessage
from appliance.documents import Papers
from appliance.drivers import registry
from appliance.drivers.base import Driver
from appliance.drivers.options import ConfigError
from appliance.effects import Effects
from appliance.first_run.setup import FirstRun
from appliance.journal import Journal
from appliance.screen import helped_machine, screen_settings, shop_clock
from appliance.till import Till
from appliance.ui.port import Sources

BEAT_S = 5.0


class Scanners:
    """The scanners that were accepted so far, so that one of them can read a network's code."""

    def __init__(self) -> None:
        self._open: dict[str, Driver] = {}
        self._hears: Callable[[DeviceMessage], bool] | None = None

    def lend(self, hears: Callable[[DeviceMessage], bool]) -> Callable[[], None]:
        self._hears = hears

        def end() -> None:
            if self._hears is hears:
                self._hears = None

        return end

    def use(self, tables: tuple[Mapping[str, Any], ...]) -> None:
        """These and no others."""
        wanted = {str(it["name"]): it for it in tables if it["category"] == Category.SCANNER.value}
        for name in [name for name in self._open if name not in wanted]:
            self._open.pop(name).close()
        for name, table in wanted.items():
            if name in self._open:
                continue
            try:
                scanner = registry.create(table)
            except ConfigError:
                continue  # the settings are checked as a whole at the end, and say it
            self._open[name] = scanner
            scanner.open(self._hear)

    def close(self) -> None:
        self.use(())

    def _hear(self, message: DeviceMessage) -> None:
        hears = self._hears
        if hears is not None:
            hears(message)


def settings_of(path: Path) -> Settings:
    """What the file says already; the defaults where there is none yet."""
    return load(path) if path.exists() else parse("", str(path), path.parent)


@contextmanager
def scratch_till(settings: Settings) -> Iterator[tuple[Till, Catalogue]]:
    """A till that nobody sells at, gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kram-first-run-")))
        journal = stack.enter_context(Journal.open(folder / "journal.db", "first-run"))
        catalogue = stack.enter_context(Catalogue(folder / "catalogue.db"))
        policy, names = shop.policy(settings), shop.names(settings, journal.epoch)
        papers = Papers(shop.header(settings), policy, names, settings.shop.language)
        effects = Effects(papers.document, shop.lay_out(settings), lines=lambda _look: ("", ""))
        till = Till(journal, catalogue, policy, names, effects)
        till.start()
        stack.callback(till.stop)
        yield till, catalogue


def show(path: Path, stopping: threading.Event) -> bool:
    """The pages, until they are done. False: somebody ended the program instead."""
    from appliance.ui.app import run

    settings = settings_of(path)
    done, machine, scanners = threading.Event(), helped_machine(), Scanners()

    def end() -> None:
        done.set()
        stopping.set()

    setup = FirstRun(path, settings, networks=machine is not None, end=end, accept=scanners.use)
    scanners.use(setup.answers.devices)
    sources = Sources(now=shop_clock(settings), machine=machine, lend=scanners.lend, setup=setup)
    beating = threading.Thread(target=_beat, args=(stopping,), name="first-run", daemon=True)
    try:
        with scratch_till(settings) as (till, catalogue):
            beating.start()
            run(till, catalogue, screen_settings(settings), stopping, sources=sources)
    finally:
        scanners.close()
    return done.is_set()


def start_anew() -> None:
    """The same program with the same words, now with settings. Does not return."""
    systemd_notify.notify("WATCHDOG=1")
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - itself


def _beat(stopping: threading.Event) -> None:
    """A till that asks is ready and alive, as far as its supervisor is concerned."""
    systemd_notify.notify("READY=1")
    while not stopping.wait(systemd_notify.watchdog_s() or BEAT_S):
        systemd_notify.notify("WATCHDOG=1")
