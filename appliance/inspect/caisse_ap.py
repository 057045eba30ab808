"""Caisse-AP over IP: fields and outcomes."""

from __future__ import annotations

from typing import Any

from appliance.inspect.fields import Fields
from appliance.inspect.table import Op, Word
from appliance.malformed import Malformed
from appliance.payments.caisse_ap import message


def caisse_ap(asked: Fields) -> dict[str, Any]:
    if "text" not in asked:
        return {"text": message.encode(map(_pair, asked.items("fields")))}
    fields = message.decode(asked.text("text"))
    answer: dict[str, Any] = {"fields": [list(it) for it in fields]}
    amount, outcome = message.amount_minor(fields), message.outcome(fields)
    if amount is not None:
        answer["amount_minor"] = amount
    if outcome is not None:
        answer["outcome"] = outcome.value
        reason = message.value_of(fields, message.REASON)
        if reason is not None:
            answer["reason"] = reason
    return answer


def _pair(value: object) -> message.Field:
    if isinstance(value, list) and len(value) == 2 and all(isinstance(it, str) for it in value):
        return value[0], value[1]
    raise Malformed("fields: pairs of a tag and a text are needed")


def _in_words(text: str) -> str:
    fields = message.decode(text)
    outcome = message.outcome(fields)
    lines = [f"{tag} {value}" for tag, value in fields]
    return "\n".join([*lines, f"outcome: {outcome.value}"] if outcome else lines)


OPS: dict[str, Op] = {"caisse_ap": caisse_ap}
WORDS: dict[str, Word] = {"caisse_ap": _in_words}
