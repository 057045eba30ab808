"""PrivatBank JSON ECR: frames, and what an answer means."""

from __future__ import annotations

import json
from typing import Any

from appliance.inspect.fields import Fields, as_bytes
from appliance.inspect.table import Op, Word
from appliance.payments.privat import frame, outcome


def privat_frame(asked: Fields) -> dict[str, Any]:
    if "hex" in asked:
        messages, rest = frame.decode(asked.hex("hex"))
        return {"messages": messages, "rest": rest.hex().upper()}
    return {"hex": frame.encode(asked.members("json")).hex().upper()}


def privat_outcome(asked: Fields) -> dict[str, Any]:
    requested = asked.text_or_none("request_amount")
    it = outcome.meaning(
        asked.members("answer"),
        requested_minor=None if requested is None else outcome.to_minor(requested),
        pending=_pending(Fields(asked.members("pending"))) if "pending" in asked else None,
    )
    answer: dict[str, Any] = {"outcome": it.outcome.value, "journal": dict(it.journal)}
    return answer if it.amount_minor is None else answer | {"amount_minor": it.amount_minor}


def _pending(fields: Fields) -> outcome.Pending:
    return outcome.Pending(
        outcome.to_minor(fields.text("amount")),
        fields.text("last_invoice_before"),
        fields.text_or_none("terminal_id"),
    )


def _frame_in_words(digits: str) -> str:
    messages, rest = frame.decode(as_bytes(digits, "HEX"))
    lines = [json.dumps(it, ensure_ascii=False, indent=2) for it in messages]
    return "\n".join([*lines, f"begun only: {rest.hex().upper()}"] if rest else lines)


OPS: dict[str, Op] = {"privat_frame": privat_frame, "privat_outcome": privat_outcome}
WORDS: dict[str, Word] = {"privat_frame": _frame_in_words}
