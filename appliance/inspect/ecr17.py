"""ECR17: frames, messages, outcomes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from appliance.inspect.fields import Fields
from appliance.inspect.table import Op, Word
from appliance.payments.ecr17 import answers, frames, requests

_MESSAGES: dict[str, Callable[[Fields], str]] = {
    "status": lambda it: requests.status(it.text("terminal_id")),
    "payment": lambda it: requests.payment(
        it.text("terminal_id"), it.text("till_id"), it.integer("amount_minor")
    ),
    "reversal": lambda it: requests.reversal(
        it.text("terminal_id"), it.text("till_id"), it.text("stan")
    ),
}


def _frame(fields: Fields) -> dict[str, Any]:
    mode = fields.choice("mode", frames.MODES, "std")
    if "payload" in fields:
        frame = frames.wrapped(fields.text("payload"), mode)
        return {"lrc": f"{frame[-1]:02X}", "hex": frame.hex().upper()}
    frame = fields.hex("hex")
    return {"payload": frames.unwrapped(frame, mode), "lrc": f"{frame[-1]:02X}"}


def _message(fields: Fields) -> dict[str, Any]:
    _check_all_given(fields)
    payload = _MESSAGES[fields.choice("message", _MESSAGES)](fields)
    return {"payload": payload, "length": len(payload)}


def _check_all_given(fields: Fields) -> None:
    """Also what the message does not use."""
    for name in ("terminal_id", "till_id"):
        if name in fields:
            requests.id_of(fields.text(name))
    if "stan" in fields:
        requests.checked_stan(fields.text("stan"))
    if "amount_minor" in fields:
        requests.checked_amount(fields.integer("amount_minor"))


def _outcome(fields: Fields) -> dict[str, Any]:
    return {"outcome": answers.outcome(fields.text("code"))}


OPS: dict[str, Op] = {
    "ecr17_frame": _frame,
    "ecr17_message": _message,
    "ecr17_outcome": _outcome,
}
WORDS: dict[str, Word] = {}
