"""What an inspected subject offers: questions in JSON, and words for people."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appliance.inspect.fields import Fields

Op = Callable[[Fields], dict[str, Any]]
"""Answers one question; raises Malformed."""

Word = Callable[[str], str]
"""`till inspect WORD TEXT`: the text for people, of as many lines as it takes; raises Malformed."""
