"""The request inside a notice's undo: {"command": "restore_line", "line": 3}."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from typing import Any

from appliance.core import codec
from appliance.core import commands as c

_KINDS = {kind.__name__.lower(): kind for kind in typing.get_args(c.Request)}


def request_of(value: Mapping[str, Any]) -> c.Request | None:
    """The request, or None when this screen does not know it: then there is no undo to offer."""
    kind = _KINDS.get(str(value.get("command", "")).replace("_", ""))
    if kind is None:
        return None
    body = {name: held for name, held in value.items() if name != "command"}
    try:
        request: c.Request = codec.from_json(kind, body)
    except codec.CodecError:
        return None
    return request
