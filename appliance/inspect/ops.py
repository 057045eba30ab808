"""All questions that `till inspect` answers, each by the codec that works at the counter."""

from __future__ import annotations

from typing import Any

from appliance.inspect import caisse_ap, ecr17, emv_data, kernel, keys, nexo, privat, qr, zvt
from appliance.inspect.fields import Fields
from appliance.inspect.table import Op, Word
from appliance.malformed import Malformed

_SUBJECTS = (emv_data, kernel, keys, zvt, nexo, privat, caisse_ap, ecr17, qr)

OPS: dict[str, Op] = {name: op for subject in _SUBJECTS for name, op in subject.OPS.items()}
WORDS: dict[str, Word] = {name: op for subject in _SUBJECTS for name, op in subject.WORDS.items()}


def answer(question: object) -> dict[str, Any]:
    """One question's answer; what cannot be read is answered by its error alone."""
    if not isinstance(question, dict):
        return {"error": "A question is a JSON object."}
    try:
        fields = Fields(question)
        return OPS[fields.choice("op", OPS)](fields)
    except Malformed as error:
        return {"error": str(error)}
