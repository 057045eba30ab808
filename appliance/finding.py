"""A line of `till doctor`: what was looked at, how it is, and the way out."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.core.devices import DeviceState


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. subject and sentences are English message ids or plain text.

    state: ready, attention, missing or fault, as a device's. remedy: "" when all is well.
    """

    subject: str
    state: DeviceState
    says: str
    remedy: str = ""
    detail: str = ""

    @property
    def ok(self) -> bool:
        return self.state is DeviceState.READY
