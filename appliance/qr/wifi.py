"""Wi-Fi settings as codes carry them, `WIFI:T:WPA;S:name;P:password;H:true;;`.

Source: ZXing's "Barcode contents", which telephones, routers and stickers follow; lengths from IEEE
802.11 (a name has at most 32 bytes, a passphrase 8 to 63 printable characters of ASCII, a key 64
hexadecimal digits).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

START = "WIFI:"
SSID_BYTES_MAX = 32
PASSWORD_MAX = 63
_PASSWORD_MIN = 8
_PSK = re.compile(r"[0-9A-Fa-f]{64}")
_OPEN = frozenset({"", "NOPASS", "NONE", "OPEN"})
_ENTERPRISE_FIELDS = frozenset({"E", "A", "I", "PH2"})
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CODE_MAX = 7089
"""Of QR's own signs; whoever sends more does not read it from a code."""
_FIELD = re.compile(r"([A-Za-z0-9]{1,8}):((?:\\.|[^\\;])*)(?:;|$)", re.DOTALL)
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
"""The identifier that some scanners put before a code (ISO/IEC 15424)."""


class WifiTrouble(StrEnum):
    """Why the till cannot join what a code or a person names."""

    NO_NAME = "no_name"
    NAME_LONG = "name_long"
    WEP = "wep"
    ENTERPRISE = "enterprise"
    PASSWORD_WRONG = "password_wrong"  # noqa: S105 - a reason, no password


@dataclass(frozen=True, slots=True)
class Wifi:
    """password: a passphrase or 64 hexadecimal digits; "" where everybody may join."""

    ssid: str
    password: str = field(default="", repr=False)
    hidden: bool = False

    @property
    def is_key(self) -> bool:
        return is_psk(self.password)


def is_ssid(text: str) -> bool:
    """A network's name has 1 to 32 bytes; half a surrogate pair has none."""
    try:
        return 1 <= len(text.encode()) <= SSID_BYTES_MAX
    except UnicodeEncodeError:
        return False


def is_passphrase(text: str) -> bool:
    return _PASSWORD_MIN <= len(text) <= PASSWORD_MAX and text.isascii() and text.isprintable()


def is_psk(text: str) -> bool:
    """The key itself, and not the words it is made from."""
    return _PSK.fullmatch(text) is not None


def is_wifi(code: str) -> bool:
    """Such a code, good or not: it may hold a password, and is repeated nowhere."""
    return _bare(code)[: len(START)].upper() == START


def parse(code: str) -> Wifi | WifiTrouble:
    """code: one that `is_wifi`. A field that stands twice counts as it stands first."""
    found: dict[str, str] = {}
    for name, value in _FIELD.findall(_bare(code)[len(START) : _CODE_MAX]):
        found.setdefault(name.upper(), _plain(value))
    kind, password = found.get("T", "").strip().upper(), found.get("P", "")
    if kind == "WEP":
        return WifiTrouble.WEP
    if "EAP" in kind or _ENTERPRISE_FIELDS & found.keys():
        return WifiTrouble.ENTERPRISE
    if kind in _OPEN - {""}:
        password = ""
    elif kind and not password:
        return WifiTrouble.PASSWORD_WRONG
    hidden = found.get("H", "").strip().lower() in ("true", "1", "yes")
    return checked(Wifi(found.get("S", ""), password, hidden))


def checked(wifi: Wifi) -> Wifi | WifiTrouble:
    """The same, or why nobody could join it."""
    if not wifi.ssid:
        return WifiTrouble.NO_NAME
    if not is_ssid(wifi.ssid):
        return WifiTrouble.NAME_LONG
    if wifi.password and not is_passphrase(wifi.password) and not wifi.is_key:
        return WifiTrouble.PASSWORD_WRONG
    return wifi


def _bare(code: str) -> str:
    code = code.strip("\r\n")
    return code[3:] if _AIM.match(code) else code


def _plain(value: str) -> str:
    """Without escapes; a value that looks like hexadecimal digits stands in quotes."""
    if len(value) > 1 and value[0] == value[-1] == '"' and not value.endswith('\\"'):
        value = value[1:-1]
    return _ESCAPED.sub(r"\1", value)
