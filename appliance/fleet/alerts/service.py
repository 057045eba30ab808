"""Alerts at work: one thread asks the rules, another tells people, so that a mail server that hangs
delays no rule."""

from __future__ import annotations

import logging
import smtplib
import threading
from collections.abc import Callable
from pathlib import Path

from appliance.fleet import clock
from appliance.fleet.alerts import mail, notices, settings, webhook
from appliance.fleet.alerts.engine import LEASE, Engine
from appliance.fleet.alerts.notices import Digest
from appliance.fleet.alerts.settings import Settings
from appliance.fleet.store import Store

log = logging.getLogger(__name__)

EVERY_S = 5.0


class Alerts:
    """From `start` to `stop`. link: where the console's alerts are. told: called when something of
    them may be new."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        link: str,
        language: str,
        told: Callable[[], None] = lambda: None,
        every_s: float = EVERY_S,
    ) -> None:
        self._store = store
        self._folder = folder
        self._link, self._language = link, language
        self._told = told
        self._every_s = every_s
        self._settings = settings.load(folder)
        self._mistake = ""
        self._engine = Engine(store, lambda: self._settings)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(work,), name=name, daemon=True)
            for name, work in (("alert-rules", self._ask), ("alert-post", self._tell))
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()
        try:
            self._engine.give_back()
        except self._store.Unavailable:
            log.warning("the database is away; another server waits until it may take over")

    def _run(self, work: Callable[[], None]) -> None:
        while not self._stopping.is_set():
            try:
                work()
            except self._store.Unavailable as error:
                log.warning("alerts wait for the database: %s", error)
            except Exception:
                # One row that no rule expected must not silence all alerts for good.
                log.exception("alerts stumbled")
            self._stopping.wait(self._every_s)

    def _ask(self) -> None:
        self._settings = self._read()
        if self._engine.round(clock.now_ms()):
            self._told()

    def _read(self) -> Settings:
        """A file that is being edited, or is wrong, changes nothing."""
        try:
            return settings.load(self._folder)
        except (OSError, settings.SettingsMistake) as error:
            if str(error) != self._mistake:
                self._mistake = str(error)
                log.warning("the settings of alerts stay as they were: %s", error)
            return self._settings

    def _tell(self) -> None:
        holder = self._store.one("SELECT holder FROM lease WHERE name = :name", name=LEASE)
        if holder is None or holder["holder"] != self._engine.holder:
            return
        chosen = self._settings
        known = notices.recipients(self._store, chosen)
        while notices.plan(self._store, known, clock.now_ms()) == notices.AT_ONCE_MAX:
            pass
        for digest in notices.due(self._store, known, clock.now_ms()):
            if self._stopping.is_set():
                return
            deliver(self._store, chosen, digest, self._link, self._language)


def deliver(store: Store, chosen: Settings, digest: Digest, link: str, language: str) -> None:
    """Sends it, and notes what became of it."""
    id_ = digest.recipient.id
    kind, _, name = id_.partition(":")
    now_ms = clock.now_ms()
    try:
        if kind == "mail" and chosen.mail is not None:
            mail.send(chosen.mail, name, mail.message(digest, chosen.mail, link, language, now_ms))
        else:
            hook = next(it for it in chosen.webhooks if it.recipient.id == id_)
            webhook.send(hook, webhook.body(digest), now_ms // 1000)
    except (mail.NotForThem, webhook.Refused) as error:
        log.warning("%s takes no alerts: %s", id_, error)
        notices.failed(store, digest, str(error), clock.now_ms(), for_good=True)
    except (OSError, smtplib.SMTPException) as error:
        log.warning("%s was not told of %d alerts: %s", id_, len(digest.notices), error)
        notices.failed(store, digest, str(error), clock.now_ms(), for_good=False)
    else:
        notices.sent(store, digest, clock.now_ms())
