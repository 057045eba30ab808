"""Frames of PrivatBank JSON ECR: a JSON object in UTF-8 and a byte 00.

Source: "ECR протокол ПриватБанк (JSON based)", v1.0.3.1 of 2025-01-17. Only the greeting,
PingDevice, also begins with a 00.
"""

from __future__ import annotations

from typing import Any

from appliance.malformed import Malformed
from appliance.payments.json_text import read_object, write_object

END = b"\x00"
PING = "PingDevice"


def encode(message: dict[str, Any]) -> bytes:
    if not isinstance(message.get("method"), str):
        raise Malformed("method: a text is needed")
    start = END if message["method"] == PING else b""
    return start + write_object(message) + END


def decode(data: bytes) -> tuple[list[dict[str, Any]], bytes]:
    """The whole messages in order, and the bytes of the one that has only begun."""
    *pieces, rest = data.split(END)
    return [read_object(piece) for piece in pieces if piece], rest
