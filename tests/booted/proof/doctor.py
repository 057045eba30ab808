"""Each line of `till doctor` on the appliance, beside what is so."""

from __future__ import annotations

import json
from typing import Any

from .air import ROUTER
from .stand import AS_KRAM, CARD_BYTES, Stand

SAYS: dict[str, str] = {
    "till": "Works.",
    "machine (Machine)": "Works.",
    "printer (POSPrinter)": "Works.",
    "disk": "Works.",
    "clock": "Works.",
    "journal": "Works.",
    "system": "Works.",
    "update": "None yet.",
    "system files": "Nothing is written to them.",
    "watchdog": "Armed.",
    "network wlan0": "Works.",
    "time": "Set by the network.",
    "memory card": "Works.",
}
"""What this board has, and is well."""
NETWORK = ROUTER.rpartition(".")[0]


def proven(stand: Stand) -> None:
    lines = found(stand)
    for line in lines.values():
        stand.tally.say("    " + " | ".join(filter(None, line.values())))
    says = {subject: line["says"] for subject, line in lines.items()}
    check = stand.tally.check
    check("`till doctor` says of each part what is so", SAYS.items() <= says.items(), says)
    others = {subject: line for subject, line in lines.items() if subject not in SAYS}
    cables = [it for it in others if it.startswith("network e")]
    check("and has no line of what this board lacks", list(others) == cables, others)
    told = {subject: line["detail"] for subject, line in lines.items()}
    truth = stand.run(
        "ip -4 -o route show default | sed -n 's/.* src \\([0-9.]*\\) .*/\\1/p' | head -1;"
        " cat /sys/class/watchdog/watchdog0/timeout; cat /run/kram-slot"
    ).split()
    right = (
        len(cables) == 1
        and told[cables[0]].startswith(truth[0])
        and told["watchdog"] == f"{truth[1]} s"
        and told["system"].endswith(truth[2])
        and told["network wlan0"].startswith(NETWORK)
        and f"{CARD_BYTES / 1e9:.0f} GB" in told["memory card"]
    )
    check("its figures are the machine's", right, (truth, told))


def found(stand: Stand) -> dict[str, dict[str, Any]]:
    """Its findings by their subjects."""
    _, said = stand.board.shell.tried(f"{AS_KRAM} till doctor --json", 180)
    rows = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    return {it["subject"]: it for it in rows}
