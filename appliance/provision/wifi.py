"""The Wi-Fi network of a shop as wpa_supplicant reads it; a password is kept as its hash alone."""

from __future__ import annotations

import hashlib

FILE = "wpa_supplicant-wlan0.conf"
"""In /data/network, for root alone."""
COUNTRY = "UA"
"""Where none is said: without a country the radio keeps to the channels that all allow."""


def key_of(name: str, password: str) -> str:
    """IEEE 802.11, J.4.1: 256 bits in hexadecimal. It takes a second on a Raspberry Pi."""
    return hashlib.pbkdf2_hmac("sha1", password.encode(), name.encode(), 4096, 32).hex()


def supplicant_conf(
    name: str, *, psk: str = "", password: str = "", hidden: bool = False, country: str = ""
) -> str:
    """psk: the key in hexadecimal; or the password it is made of; neither is an open network."""
    secret = psk or (key_of(name, password) if password else "")
    # WPA2 and WPA3 in their mixed mode alike; the key alone is never right for WPA3 by itself.
    access = (
        f"\tpsk={secret}\n\tkey_mgmt=WPA-PSK WPA-PSK-SHA256\n" if secret else "\tkey_mgmt=NONE\n"
    )
    scan = "\tscan_ssid=1\n" if hidden else ""
    return (
        f"country={country or COUNTRY}\n"
        "ctrl_interface=/run/wpa_supplicant\n"
        "update_config=0\n\n"
        # As hexadecimal a name needs no quoting, whatever is in it.
        f"network={{\n\tssid={name.encode().hex()}\n{scan}{access}}}\n"
    )
