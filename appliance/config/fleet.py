"""[fleet]: where this till tells what it sells. Without a `uid` it belongs to no fleet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from appliance.config.mistakes import Key
from appliance.config.rules import Flag, Section, Text, after, limits

BROKERS_MAX = 8
_LEVEL = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_ULID = r"[0-7][0-9A-HJKMNP-TV-Z]{25}"
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


def _broker(value: str) -> str:
    host, port = _where(value)
    if not value.startswith(("mqtts://", "mqtt://")) or not host or not port:
        raise ValueError(f'must be like "mqtts://fleet.example:8883", not "{value}"')
    if value.startswith("mqtt://") and host not in _LOOPBACK:
        raise ValueError(f'"{value}" is not encrypted: write mqtts:// and its port')
    return value


def _where(value: str) -> tuple[str, int]:
    """Host and port of a URL that has nothing else; "" and 0 when it has more, or is none."""
    from urllib.parse import urlsplit

    try:
        url = urlsplit(value)
        host, port = url.hostname or "", url.port or 0
    except ValueError:
        return "", 0
    return ("", 0) if url.path or url.query else (host, port)


def _server(value: str) -> str:
    if value and not value.startswith("https://"):
        raise ValueError(f'must begin with https://, not "{value}"')
    return value


def _level(value: str) -> str:
    if not re.fullmatch(_LEVEL, value):
        raise ValueError(f'must be letters, figures, points and dashes, not "{value}"')
    return value


def _uid(value: str) -> str:
    if value and not re.fullmatch(_ULID, value):
        raise ValueError(f'must be the 26 characters that the fleet gave, not "{value}"')
    return value


Level = Annotated[Text, after(_level)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet(Section):
    """uid: the till's name in the fleet, from `till enrol`, and in its certificate. brokers are
    tried in turn. share_people: whether names that a fact holds leave the till. allow:
    commands that a fleet may give only where the shop says so."""

    uid: Annotated[Text, after(_uid)] = ""
    tenant: Level = "kram"
    shop: Level = "shop-1"
    brokers: Annotated[
        tuple[Annotated[Text, after(_broker)], ...], limits(max_length=BROKERS_MAX)
    ] = ()
    server: Annotated[Text, after(_server)] = ""
    share_people: Flag = False
    allow: tuple[Literal["open_drawer", "wipe"], ...] = ()


def mistakes(fleet: Fleet) -> Iterator[tuple[Key, str]]:
    """A till of a fleet that cannot reach it."""
    if fleet.uid and not fleet.brokers:
        yield ("fleet", "brokers"), "must be given too, as `uid` is"
