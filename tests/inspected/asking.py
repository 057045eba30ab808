"""Asks `till inspect` as scripts do, and hands back the one answer."""

from __future__ import annotations

import io
import json
from typing import Any

from appliance.cli import contract


def ask(op: str, **members: Any) -> dict[str, Any]:
    line = json.dumps({"op": op, **members}).encode()
    out = io.BytesIO()
    assert contract.inspect_command(("--json", "-"), io.BytesIO(line), out) == 0
    (answer,) = [json.loads(it) for it in out.getvalue().splitlines()]
    assert isinstance(answer, dict)
    return answer


def refused(op: str, **members: Any) -> bool:
    """An error, and no other field."""
    return list(ask(op, **members)) == ["error"]
