"""Whoever was locked out is out: brokers get the new list, and open sessions are ended."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import paho.mqtt.client as mqtt
from paho.mqtt.reasoncodes import ReasonCode

from appliance.fleet import mqtt_client
from appliance.fleet.authority.registry import Registry
from appliance.fleet.authority.services import Identity

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How late another process's word (`till fleet deny`) may be heard."""
AGAIN_S = 86_400.0
"""A list is made again each day, long before it runs out."""
_KICK_S = 10.0


class Revocations:
    """publish: makes the list anew and brings it to the broker. kick: ends a till's session there."""

    def __init__(
        self,
        registry: Registry,
        revoked: threading.Event,
        publish: Callable[[], None],
        kick: Callable[[str], None],
    ) -> None:
        self._registry = registry
        self._revoked = revoked
        self._publish = publish
        self._kick = kick
        self._stopping = threading.Event()
        self._seen = registry.revocations()
        self._out = registry.locked_out()
        self._thread = threading.Thread(target=self._run, name="revocations", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._revoked.set()
        self._thread.join(_KICK_S + LOOK_S)

    def _run(self) -> None:
        published = time.monotonic()
        while True:
            self._revoked.wait(LOOK_S)
            if self._stopping.is_set():
                return
            self._revoked.clear()
            try:
                now = self._registry.revocations()
                if now != self._seen or time.monotonic() - published > AGAIN_S:
                    self._publish()
                    self._end_sessions()
                    self._seen, published = now, time.monotonic()
            except Exception:
                # The next look tries again: it was not noted as seen.
                log.exception("revocations were not brought to the broker")

    def _end_sessions(self) -> None:
        out = self._registry.locked_out()
        for uid in sorted(out - self._out):
            self._kick(uid)
        self._out = out


def kick(broker: tuple[str, int], identity: Identity, uid: str) -> None:
    """Takes over the session by its client id, which at the tills' listener is the uid, and leaves."""
    done = threading.Event()
    client = mqtt_client.made(identity, client_id=uid)

    def connected(
        _client: mqtt.Client, _data: object, _flags: object, code: ReasonCode, _: object
    ) -> None:
        if code.is_failure:
            log.error("the session of %s was not ended: %s", uid, code)
        done.set()

    client.on_connect = connected
    try:
        client.connect(*broker)
        client.loop_start()
        if not done.wait(_KICK_S):
            log.error("the session of %s was not ended: the broker does not answer", uid)
    except OSError as error:
        log.error("the session of %s was not ended: %s", uid, error)  # noqa: TRY400 - a sentence
    finally:
        client.disconnect()
        client.loop_stop()
