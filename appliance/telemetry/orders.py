"""What the fleet wants of this till: its ear for commands and documents, and the hands behind it.

They work on a thread of their own, one thing after the other: a command may take seconds, and the
agent goes on delivering meanwhile.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from queue import Empty, Full, Queue

from appliance.core import codec
from appliance.core.state import FleetCommand
from appliance.malformed import Malformed
from appliance.telemetry.commands import CommandDesk, Status
from appliance.telemetry.documents import DocumentDesk
from appliance.telemetry.key_ring import PinnedKeys
from appliance.wire import topics
from appliance.wire.hello import Held
from appliance.wire.topics import Topic
from appliance.wire.trust import Trust

log = logging.getLogger(__name__)

KEYS = "keys"
WAITING_MAX = 200
"""Of messages that were not acted upon; what is dropped the fleet sends again."""
TIME_S = 5.0
LOOK_S = 1.0
"""How late a document may come in force."""

Say = Callable[[str, bytes], None]
"""Publishes below `up/`."""


class Orders:
    """An Ear. begun: asked for the commands that a stop left without an end."""

    def __init__(
        self,
        keys: PinnedKeys,
        commands: CommandDesk,
        documents: DocumentDesk,
        begun: Callable[[], Sequence[FleetCommand]],
    ) -> None:
        self.say: Say = lambda _leaf, _payload: None
        self._keys = keys
        self._commands = commands
        self._documents = documents
        self._begun = begun
        self._came: Queue[tuple[Topic, bytes]] = Queue(WAITING_MAX)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fleet-orders", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        """What is being done is finished; it may restart the till, so nobody waits for long."""
        self._stopping.set()
        if threading.current_thread() is not self._thread:
            self._thread.join(LOOK_S * 3)

    # An Ear's verbs, on the agent's thread.

    def leaves(self) -> Sequence[str]:
        return (f"{topics.COMMAND}/+", f"{topics.DESIRED}/+")

    def heard(self, topic: Topic, payload: bytes) -> None:
        if topic.kind not in (topics.COMMAND, topics.DESIRED):
            return
        try:
            self._came.put_nowait((topic, payload))
        except Full:
            log.warning("more from the fleet than can be acted upon")

    def documents(self) -> Mapping[str, Held]:
        return {
            it.document: Held(it.version, bytes.fromhex(it.sha256))
            for it in self._documents.held()
            if it.version
        }

    # The hands' own thread.

    def _run(self) -> None:
        for status in self._commands.wake(self._begun()):
            self._tell(status)
        self._documents.wake()
        while not self._stopping.is_set():
            try:
                self._act(*self._came.get(timeout=LOOK_S))
            except Empty:
                pass
            except (Malformed, OSError) as error:
                log.warning("from the fleet: %s", error)
            except Exception:
                log.exception("what the fleet wanted was not done")
            self._look()

    def _act(self, topic: Topic, payload: bytes) -> None:
        if topic.kind == topics.COMMAND:
            self._wait_for_the_time()
            self._commands.arrived(payload, self._tell)
        elif topic.leaf[1:] == (KEYS,):
            self._keys.renew(payload)
        else:
            self._documents.arrived(payload)

    def _wait_for_the_time(self) -> None:
        """A till without a clock of its own hears the time with the answer to its hello, which may
        come just after the first command."""
        until = time.monotonic() + TIME_S
        while self._commands.clock()[1] is Trust.UNKNOWN and time.monotonic() < until:
            if self._stopping.wait(0.1):
                return

    def _look(self) -> None:
        try:
            changed = self._documents.turn()
        except Exception:
            log.exception("a document was not taken over")
            return
        if changed:
            reported = {"v": 1, "documents": self._documents.reported()}
            self.say(topics.REPORTED, codec.canonical(reported))

    def _tell(self, status: Status) -> None:
        self.say(f"{topics.COMMAND}/{status.id}", status.payload())
