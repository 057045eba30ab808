"""nexo Sale to POI in the Adyen local form: keys, sealing, opening."""

from __future__ import annotations

from appliance.inspect.table import Op, Word

OPS: dict[str, Op] = {}
WORDS: dict[str, Word] = {}
