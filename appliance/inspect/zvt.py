"""ZVT: APDUs, lengths, the serial frame, the stream of a socket."""

from __future__ import annotations

from appliance.inspect.table import Op, Word

OPS: dict[str, Op] = {}
WORDS: dict[str, Word] = {}
