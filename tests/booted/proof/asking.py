"""The till's own user at the root helper's socket, by the product's own client."""

from __future__ import annotations

import json
import shlex
from typing import Any

from .stand import AS_KRAM, Stand

SCRIPT = "/run/ask.py"
ASK = """\
import json, sys
sys.path.insert(0, "/usr/lib/kram")
from appliance.system import ask
order, file = json.loads(sys.argv[1]), open(sys.argv[2], "rb") if sys.argv[2:] else None
print(json.dumps(ask(order, file=file.fileno() if file else None)))
"""
ANSWER_S = 180.0


class Asker:
    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        stand.run(f"cat >{SCRIPT} <<'EOT'\n{ASK}EOT")

    def ask(self, do: str, file: str = "", **values: Any) -> dict[str, Any]:
        """The helper's answer. file: in the guest, passed along as a descriptor."""
        return self.heard(self._stand.run(self.command(do, file, **values), ANSWER_S))

    def command(self, do: str, file: str = "", **values: Any) -> str:
        order = shlex.quote(json.dumps({"do": do, **values}))
        return f"{AS_KRAM} python3 -I {SCRIPT} {order} {file}"

    def heard(self, told: str) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(told.splitlines()[-1])
        self._stand.tally.say(f"    {told.splitlines()[-1][:300]}")
        return answer
