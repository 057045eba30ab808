"""The fleet's keys that this till believes: pinned when it was enrolled, and whatever they signed since."""

from __future__ import annotations

from pathlib import Path

from appliance import whole_files
from appliance.malformed import Malformed
from appliance.wire import keyring
from appliance.wire.envelope import Body, KeyRing, opened
from appliance.wire.keyring import FleetKey

FILE = "fleet.pub"


class PinnedKeys:
    """A till without the file believes nobody. Raises Malformed when the file is damaged."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE
        self._pinned: tuple[FleetKey, ...] = ()
        self.keys: KeyRing = {}
        if self._path.exists():
            self._believe(keyring.read(self._path.read_bytes()))

    def opened(self, payload: bytes, kind: str) -> Body:
        """The body of an envelope that a believed key signed. Raises Malformed or Forged."""
        return opened(payload, self.keys, kind)

    def renew(self, content: bytes) -> bool:
        """Takes over a longer list; False when it is the known one. Raises Malformed when it does
        not go on from what is pinned, and OSError; then nothing changed."""
        offered = keyring.read(content)
        if not keyring.goes_on(self._pinned, offered):
            raise Malformed("fleet keys: a list that does not go on from the pinned one")
        if offered == self._pinned:
            return False
        whole_files.write(self._path, keyring.written(offered))
        self._believe(offered)
        return True

    def _believe(self, keys: tuple[FleetKey, ...]) -> None:
        self._pinned = keys
        self.keys = keyring.believed(keys)
