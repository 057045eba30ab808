"""Whom the fleet lets sign releases: roots that its keeper named, and the lists that they signed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from appliance import whole_files
from appliance.fleet import audit
from appliance.fleet.documents import Library
from appliance.fleet.layers import FLEET
from appliance.fleet.store import Session, Store
from appliance.malformed import Malformed
from appliance.wire import firmware, release_keys
from appliance.wire.document import DocumentName
from appliance.wire.envelope import Forged, KeyRing
from appliance.wire.firmware import Wanted
from appliance.wire.release_keys import ReleaseKeys

ROOTS = "release-roots"
"""In the fleet's folder; the same file lies in the image."""


class UpdateMistake(ValueError):
    """What cannot be done with a release or a rollout; the sentence says what to do. sentence, told:
    apart, so that the console can say it in the reader's language."""

    def __init__(self, sentence: str, **told: object) -> None:
        super().__init__(sentence.format(**told) if told else sentence)
        self.sentence, self.told = sentence, told


@dataclass(frozen=True, slots=True)
class Trust:
    """folder: of the fleet."""

    store: Store
    folder: Path
    library: Library
    now_ms: Callable[[], int]

    @property
    def roots(self) -> KeyRing:
        """Raises UpdateMistake."""
        try:
            return release_keys.roots_of((self.folder / ROOTS).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise UpdateMistake(f"{self.folder / ROOTS} cannot be read: {error}") from None

    def pin(self, text: str, list_: str) -> None:
        """Roots from now on; the same that the image holds. They must have signed this list: with another
        file by mistake, no release would count any more. Raises UpdateMistake."""
        try:
            roots = release_keys.roots_of(text)
        except Malformed as error:
            raise UpdateMistake(f"the file of roots: {error}") from None
        if not roots:
            raise UpdateMistake("the file of roots names none")
        self._read(list_, roots)
        whole_files.write(self.folder / ROOTS, text.encode())

    def keys(self) -> ReleaseKeys | None:
        """The list that counts. A list of a root that was taken away counts no more."""
        text = self.statement()
        with suppress(Forged):
            return release_keys.read(text, self.roots) if text else None
        return None

    def statement(self) -> str:
        return newest(self.store)

    def take(self, person: str, text: str, address: str = "") -> ReleaseKeys:
        """A newer list: every till is told, whatever it runs. Raises UpdateMistake."""
        told = self._read(text, self.roots)
        held = self.keys()
        if held is not None and told.serial <= held.serial:
            raise UpdateMistake(
                f"this list has the serial {told.serial}, the fleet has {held.serial} already"
            )
        now = self.now_ms()
        with self.store.transaction() as tx:
            tx.run(
                "INSERT INTO release_keys (serial, statement, at_ms, person)"
                " VALUES (:serial, :statement, :now, :person)",
                serial=told.serial,
                statement=text,
                now=now,
                person=person,
            )
            said = f"{', '.join(told.keys)}; revoked: {', '.join(told.revoked) or '-'}"
            audit.write(tx, now, person, "release.keys", str(told.serial), said, address)
        layer = firmware.document(Wanted(text))
        self.library.assign(person, DocumentName.FIRMWARE, {FLEET: layer})
        return told

    def _read(self, text: str, roots: KeyRing) -> ReleaseKeys:
        if not roots:
            raise UpdateMistake("name the roots first: --roots FILE, the same that the image holds")
        try:
            told = release_keys.read(text, roots)
        except Forged:
            raise UpdateMistake(
                "no root of this fleet signed the list: let its root sign it,"
                " or name the root that did: --roots FILE"
            ) from None
        except Malformed as error:
            raise UpdateMistake(f"this is no list of release keys: {error}") from None
        if told.expires_ms <= self.now_ms():
            raise UpdateMistake("the list has ended; let the root sign a new one")
        return told


def newest(session: Session) -> str:
    row = session.one("SELECT statement FROM release_keys ORDER BY serial DESC LIMIT 1")
    return str(row["statement"]) if row else ""
