"""Which machine this is: what a Raspberry Pi says of itself, "" elsewhere."""

from __future__ import annotations

from pathlib import Path

from appliance.board import booted
from appliance.board.files import ROOT
from appliance.wire.enrolment import Hardware

_SIZE_MAX = 120


def of_this_machine(root: Path = ROOT) -> Hardware:
    return Hardware(booted.serial(root)[:_SIZE_MAX], booted.model(root)[:_SIZE_MAX])
