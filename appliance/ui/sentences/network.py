"""What the till says about Wi-Fi: why a code is of no use, and what came of joining."""

from __future__ import annotations

from appliance.qr.wifi import WifiTrouble
from appliance.ui.machine_port import WifiEnd
from appliance.ui.sentences.mark import N_

TROUBLES: dict[WifiTrouble, str] = {
    WifiTrouble.NO_NAME: N_("This code names no network. Choose it in the list."),
    WifiTrouble.NAME_LONG: N_("This network's name is too long to be one. Choose it in the list."),
    WifiTrouble.WEP: N_(
        "This network is guarded by WEP, which anybody can break. Switch the router to WPA2."
    ),
    WifiTrouble.ENTERPRISE: N_(
        "This network asks for a person's account. Take one with a password for all."
    ),
    WifiTrouble.PASSWORD_WRONG: N_(
        "A Wi-Fi password has 8 to 63 Latin letters, digits and signs. Look at it again."
    ),
}

ENDS: dict[WifiEnd, str] = {
    WifiEnd.JOINED: N_("Connected to “{name}”."),
    WifiEnd.WRONG_PASSWORD: N_("“{name}” does not take this password. Type or scan it again."),
    WifiEnd.NOT_IN_RANGE: N_("“{name}” is not in range. Move the till or the router closer."),
    WifiEnd.NO_ADDRESS: N_(
        "“{name}” lets the till in but gives it no address. Restart the router."
    ),
    WifiEnd.NO_WIFI: N_("This till has no Wi-Fi. Plug in a network cable."),
    WifiEnd.FAILED: N_("It did not work. Try again; if it stays so, plug in a network cable."),
}

NOT_A_WIFI_CODE = N_("This is no Wi-Fi code. Scan the one on the router or of a telephone.")
