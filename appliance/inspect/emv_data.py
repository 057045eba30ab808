"""EMV data objects: TLV, answers, DOL, AFL, CVM list, track 2."""

from __future__ import annotations

from appliance.inspect.table import Op, Word

OPS: dict[str, Op] = {}
WORDS: dict[str, Word] = {}
