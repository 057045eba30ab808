"""ECR17: frames, messages, outcomes."""

from __future__ import annotations

from appliance.inspect.table import Op, Word

OPS: dict[str, Op] = {}
WORDS: dict[str, Word] = {}
