"""How an update stands, in the fleet's words (`wire.firmware.Report`): pure."""

from __future__ import annotations

from appliance.core.update_look import UpdateLook
from appliance.update.booted import Booted
from appliance.update.record import Record
from appliance.update.stages import ON_TRIAL, Stage
from appliance.wire import firmware
from appliance.wire.firmware import Report

_TOLD: dict[Stage, firmware.Stage] = {
    Stage.IDLE: firmware.Stage.IDLE,
    Stage.REFUSED: firmware.Stage.REFUSED,
    Stage.OFFERED: firmware.Stage.WAITING,
    Stage.INSTALLING: firmware.Stage.FETCHING,
    Stage.READY: firmware.Stage.INSTALLED,
    Stage.TRIAL: firmware.Stage.TRIAL,
    Stage.HEALTHY: firmware.Stage.TRIAL,
    Stage.COMMITTED: firmware.Stage.IDLE,
    Stage.RETURNED: firmware.Stage.INSTALLED,
    Stage.GIVEN_UP: firmware.Stage.RETURNED,
}
_DONE = frozenset({Stage.IDLE, Stage.COMMITTED})


def report(record: Record, booted: Booted, now_ms: int) -> Report:
    """What is booted, never what merely lies in the other slot; and what is done about the rest."""
    target = record.target if record.stage not in _DONE else None
    stage = _TOLD[record.stage]
    if record.stage is Stage.OFFERED and record.why:
        stage = firmware.Stage.FAILED
    if record.stage is Stage.INSTALLING and target is not None and target.stick:
        stage = firmware.Stage.INSTALLING
    tried = record.stage in ON_TRIAL and booted.slot == record.slot
    if record.stage in ON_TRIAL and not tried:
        stage = firmware.Stage.INSTALLED  # its start is ordered and still to come
    return Report(
        booted.version,
        booted.slot,
        stage,
        now_ms,
        good_ms=0 if tried else record.good_ms,
        serial=max(record.serial, booted.serial),
        compatible=booted.compatible,
        wanted=target.version if target else "",
        rollout=target.rollout if target else "",
        since_ms=record.since_ms,
        tries=record.tries,
        reasons=record.waits[: firmware.REASONS_MAX],
        why=record.why,
        detail=record.detail,
        size=target.size if target else 0,
    )


def look(told: Report) -> UpdateLook:
    """The same for the till's screen."""
    return UpdateLook(
        *(told.version, told.slot, told.stage.value, told.wanted, tuple(told.reasons)),
        *(told.why, told.detail),
    )
