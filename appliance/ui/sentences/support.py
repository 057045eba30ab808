"""Words for the page of help from afar."""

from __future__ import annotations

from appliance.ui.sentences.mark import N_
from appliance.ui.support_port import StickEnd

ENDS: dict[StickEnd, str] = {
    StickEnd.WRITTEN: N_("The report is on the stick. It may be pulled."),
    StickEnd.NO_STICK: N_("Plug in a USB stick, then do it again."),
    StickEnd.FULL: N_("The stick is full. Make room on it, or take another one."),
    StickEnd.READ_ONLY: N_("The stick cannot be written to. Take another one."),
    StickEnd.UNREADABLE: N_("The till cannot read this stick. Take one with FAT32 or exFAT on it."),
    StickEnd.BUSY: N_("An update is read from the stick. Wait until it is done."),
    StickEnd.FAILED: N_("It was not written. Pull the stick, plug it in again, or take another."),
}

NO_REPORT = N_("The report could not be made. Call for help.")
