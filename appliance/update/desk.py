"""The till's answer to its updater: whether it may be updated now, and what the fleet wants.

The updater is another program of another user. It has no access to the till's files: all that it
needs it asks here, over the local socket, and what became of an update it reports here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from appliance.board import power as board
from appliance.config import Settings
from appliance.core.devices import DeviceState
from appliance.core.update_look import UpdateChanged, UpdateSaid
from appliance.core.view import Look
from appliance.i18n import translator
from appliance.malformed import Malformed
from appliance.telemetry import membership, vitals
from appliance.telemetry.firmware import FirmwareDesk
from appliance.ui.sentences import update as sentences
from appliance.update import gate, reporting
from appliance.wire import firmware
from appliance.wire.firmware import Report
from appliance.wire.trust import Trust

SAYS = ("stick_missing", "stick_empty")
"""What of a stick the updater says to whoever plugged it in."""


class Updated(Protocol):
    """The till, as far as this needs it."""

    @property
    def look(self) -> Look: ...

    def tell(self, message: Any) -> None: ...


@dataclass(slots=True)
class UpdateDesk:
    """power: what of the machine's power is wrong, as its firmware says it."""

    settings: Settings
    till: Updated
    power: Callable[[], int | None] = board.throttled_bits
    heat: Callable[[], int | None] = board.temperature_mc

    def answer(self, question: Any) -> Mapping[str, Any]:
        """Of {"stick": bool}, or to {"report": text}. Raises ValueError for anything else."""
        match question:
            case True | {"stick": bool()}:
                stick = question is not True and question["stick"]
                return self._asked(stick)
            case {"report": str(text)}:
                return self._reported(text.encode())
            case {"says": str(key)} if key in SAYS:
                self.till.tell(UpdateSaid(key))
                return {"ok": True}
        raise ValueError('update: {"stick": false}, {"report": ".."}, or {"says": ".."}')

    @property
    def _firmware(self) -> FirmwareDesk:
        return FirmwareDesk(Path(self.settings.till.data_dir))

    def _asked(self, stick: bool) -> Mapping[str, Any]:
        look = self.till.look
        wanted = self._firmware.wanted()
        holds = gate.may_update(self._view(look, wanted, stick))
        t = translator(self.settings.shop.language)
        return {
            "ok": True,
            "may": not holds,
            "wish": "stick" if self._wished(look) else "",
            "reasons": [it.value for it in holds],
            "sentences": sentences.sentences(t, holds),
            "wanted": wanted,
            "server": self._server(),
            "ca": self._root(),
            "devices": [it.device for it in look.devices if it.state is DeviceState.READY],
        }

    def _view(self, look: Look, wanted: Mapping[str, Any], stick: bool) -> gate.View:
        offer = firmware.read(dict(wanted)).offer if wanted else None
        now = datetime.now(self.settings.shop.zone)
        data = Path(self.settings.till.data_dir)
        return replace(
            gate.of_look(look),
            free_bytes=vitals.disk_free_bytes(data),
            journal_bytes=vitals.size_bytes(data / "journal.db") or 0,
            heat_mc=self.heat(),
            power_bits=self.power(),
            now_ms=int(now.timestamp() * 1000),
            minute=now.hour * 60 + now.minute,
            clock_known=vitals.clock_trust() is not Trust.UNKNOWN,
            not_before_ms=offer.not_before_ms if offer else 0,
            window=offer.window if offer else None,
            deadline_ms=offer.deadline_ms if offer else 0,
            stick=stick,
        )

    def _wished(self, look: Look) -> bool:
        """Whether somebody asked for the stick a moment ago."""
        until = look.update.stick_until
        now = datetime.now(self.settings.shop.zone)
        return bool(until) and now < datetime.fromisoformat(until)

    def _server(self) -> str:
        """A till that has joined since it started has it in its papers alone."""
        papers = membership.section(membership.folder_of(Path(self.settings.till.data_dir))) or {}
        return self.settings.fleet.server or str(papers.get("server", ""))

    def _root(self) -> str:
        folder = membership.folder_of(Path(self.settings.till.data_dir))
        try:
            return (folder / membership.ROOT).read_text("ascii")
        except (OSError, ValueError):
            return ""

    def _reported(self, payload: bytes) -> Mapping[str, Any]:
        """Kept where it says something new: the updater comes by every two minutes, and a card wears."""
        try:
            told = firmware.decode(payload)
        except Malformed as error:
            raise ValueError(str(error)) from None
        before = self._firmware.told()
        if not before or replace(firmware.decode(before), at_ms=told.at_ms) != told:
            self._firmware.report(payload)
        self._show(told)
        return {"ok": True}

    def _show(self, told: Report) -> None:
        look = reporting.look(told)
        self.till.tell(UpdateChanged(replace(look, late=self._is_late(told))))

    def _is_late(self, told: Report) -> bool:
        wanted = self._firmware.wanted()
        offer = firmware.read(wanted).offer if wanted else None
        return offer is not None and 0 < offer.deadline_ms <= told.at_ms
