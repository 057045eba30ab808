"""What each field of a provisioning file may hold. A check gives the value as it is kept, or is Wrong."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from appliance.config.mistakes import ConfigError
from appliance.config.read import parse
from appliance.core.iso4217 import MINOR_UNIT_DECIMALS
from appliance.i18n import LANGUAGES
from appliance.malformed import Malformed
from appliance.provision.mistakes import Kind, Wrong
from appliance.qr.wifi import is_passphrase, is_psk, is_ssid
from appliance.wire.enrolment import ALPHABET, read_token

Check = Callable[[Any], Any]

NAME_MAX, LINE_MAX, LINES_MAX = 60, 120, 12
SETTINGS_MAX = 48 * 1024
SSH_KEYS_MAX = 8
TILLS_MAX = 999
CARD_SIGNS = 8
_LEVEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_SSH_KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "sk-ssh-ed25519@openssh.com", "ssh-rsa")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
_HEX = re.compile(r"[0-9a-f]+")


def _one(rule: Callable[[str], object], kind: Kind, *, secret: bool = False) -> Check:
    """A text that keeps to the rule. secret: it is not shown, wrong as it is."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or not rule(value):
            raise Wrong(kind, "" if secret else value)
        return value

    return check


level = _one(_LEVEL.fullmatch, Kind.LEVEL)
currency = _one(MINOR_UNIT_DECIMALS.__contains__, Kind.CURRENCY)
language = _one(LANGUAGES.__contains__, Kind.LANGUAGE)
country = _one(_COUNTRY.fullmatch, Kind.COUNTRY)
card = _one(lambda it: len(it) == CARD_SIGNS and not set(it) - set(ALPHABET), Kind.CARD)
wifi_name = _one(lambda it: is_ssid(it) and not _CONTROL.search(it), Kind.WIFI_NAME)
wifi_password = _one(is_passphrase, Kind.WIFI_PASSWORD, secret=True)
"""A longer one of 64 digits is a key, and has a field of its own."""
_psk = _one(is_psk, Kind.WIFI_PSK, secret=True)


def wifi_psk(value: Any) -> str:
    return str(_psk(value)).lower()


def text(longest: int = LINE_MAX) -> Check:
    def check(value: Any) -> str:
        if not isinstance(value, str):
            raise Wrong(Kind.NOT_TEXT, value)
        if len(value) > longest:
            raise Wrong(Kind.TOO_LONG, value)
        if not value.strip():
            raise Wrong(Kind.EMPTY)
        if _CONTROL.search(value):
            raise Wrong(Kind.NOT_ONE_LINE)
        return value.strip()

    return check


def lines(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Wrong(Kind.NOT_LINES)
    if len(value) > LINES_MAX:
        raise Wrong(Kind.TOO_LONG)
    return tuple(map(text(), value))


def time_zone(value: Any) -> str:
    try:
        # What is no name of a zone may be the name of a folder of them.
        if isinstance(value, str) and not value.startswith(("posix/", "right/")):
            ZoneInfo(value)
            return value
    except (OSError, ValueError, LookupError):
        pass
    raise Wrong(Kind.TIME_ZONE, value)


def moment(value: Any) -> datetime:
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is not None:
            return found
    except (TypeError, ValueError):
        pass
    raise Wrong(Kind.TIME, value)


def number(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= TILLS_MAX:
        raise Wrong(Kind.NOT_A_NUMBER, value)
    return value


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Wrong(Kind.NOT_YES_OR_NO, value)
    return value


def server(value: Any) -> str:
    try:
        # urlsplit passes over line feeds in the middle of a name.
        is_line = isinstance(value, str) and not _CONTROL.search(value)
        url = urlsplit(value if is_line else "")
        plain = url.path in ("", "/") and not (url.query or url.fragment or url.username)
        port = 443 if url.port is None else url.port
        if url.scheme == "https" and url.hostname and plain and port:
            return str(value).rstrip("/")
    except ValueError:
        pass
    raise Wrong(Kind.SERVER, value)


def token(value: Any) -> str:
    try:
        return str(read_token(value if isinstance(value, str) else ""))
    except Malformed:
        raise Wrong(Kind.TOKEN) from None


def ssh_key(value: Any) -> str:
    """A line of authorized_keys without options: kind, key, and perhaps whose it is."""
    words = value.split() if isinstance(value, str) and not _CONTROL.search(value) else []
    try:
        if len(words) >= 2 and words[0] in _SSH_KINDS:
            blob = base64.b64decode(words[1], validate=True)
            if blob.startswith(len(words[0]).to_bytes(4, "big") + words[0].encode()):
                return " ".join(words)
    except (binascii.Error, ValueError):
        pass
    raise Wrong(Kind.SSH_KEY)


def ssh_keys(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Wrong(Kind.NOT_LINES)
    if len(value) > SSH_KEYS_MAX:
        raise Wrong(Kind.TOO_LONG)
    return tuple(map(ssh_key, value))


def serial(value: Any) -> str:
    """The last 16 digits: a Pi says "Serial" with zeros before, or without."""
    found = value.strip().lower() if isinstance(value, str) else ""
    if not 8 <= len(found) <= 16 or not _HEX.fullmatch(found):
        raise Wrong(Kind.SERIAL, value)
    return found.zfill(16)


def settings(value: Any) -> str:
    """A whole settings file, over which the sections of this one are laid."""
    if not isinstance(value, str) or len(value) > SETTINGS_MAX:
        raise Wrong(Kind.SETTINGS)
    try:
        parse(value, "settings", Path("/"))
    except ConfigError as error:
        raise Wrong(Kind.SETTINGS, error.mistakes[0]) from None
    return value


SECTIONS: Mapping[str, Mapping[str, Check]] = {
    "shop": {
        "id": level,
        "name": text(NAME_MAX),
        "legal_name": text(),
        "tax_id": text(),
        "address": lines,
        "currency": currency,
        "language": language,
        "timezone": time_zone,
        "receipt_header": lines,
    },
    "till": {"number": number, "name": text(NAME_MAX)},
    "wifi": {
        "name": wifi_name,
        "password": wifi_password,
        "psk": wifi_psk,
        "hidden": flag,
        "country": country,
    },
    "fleet": {"server": server, "token": token},
    "ssh": {"keys": ssh_keys},
    "machine": {"serial": serial},
}
ALONE: Mapping[str, Check] = {
    "made": moment,
    "by": text(NAME_MAX),
    "card": card,
    "settings": settings,
}
NEEDED: Mapping[str, tuple[str, ...]] = {
    "wifi": ("name",),
    "fleet": ("server", "token"),
    "ssh": ("keys",),
}
"""A section that stands there says at least these."""
