"""EMV data objects: TLV, answers, DOL, AFL, CVM list, track 2."""

from __future__ import annotations

from typing import Any

from appliance.emv import afl, cvm_list, dol, fci, response, tlv, track2
from appliance.inspect import emv_words
from appliance.inspect.fields import Fields, printed
from appliance.inspect.table import Op


def _rows(objects: tuple[tlv.DataObject, ...]) -> list[list[Any]]:
    return [
        [depth, it.tag, None if it.constructed else printed(it.value)]
        for depth, it in tlv.walk(objects)
    ]


def _tlv(asked: Fields) -> dict[str, Any]:
    return {"tlv": _rows(tlv.read(asked.hex("hex")))}


def _response(asked: Fields) -> dict[str, Any]:
    command = asked.hex_or_none("command")
    got = response.read(asked.hex("response"))
    answer: dict[str, Any] = {"sw": printed(got.status), "tlv": _rows(got.objects)}
    if (format1 := response.format1(command or b"", got)) is not None:
        answer["format1"] = {tag: printed(value) for tag, value in format1.items()}
    return answer


def _fci(asked: Fields) -> dict[str, Any]:
    found = fci.read(asked.hex("hex"))
    optional = {
        "label": found.label,
        "priority": found.priority,
        "pdol": None if found.pdol is None else printed(found.pdol),
    }
    return {
        "df_name": printed(found.df_name),
        **{name: value for name, value in optional.items() if value is not None},
        "applications": [
            {"aid": printed(it.aid), "label": it.label, "priority": it.priority}
            for it in found.applications
        ],
    }


def _dol(asked: Fields) -> dict[str, Any]:
    entries = dol.read(asked.hex("dol"))
    answer: dict[str, Any] = {"list": [list(it) for it in entries]}
    if "values" in asked:
        answer["data"] = printed(dol.fill(entries, asked.tags("values")))
    return answer


def _afl(asked: Fields) -> dict[str, Any]:
    return {"afl": [it._asdict() for it in afl.read(asked.hex("afl"))]}


def _cvm(asked: Fields) -> dict[str, Any]:
    found = cvm_list.read(asked.hex("cvm"))
    return {"x": found.x, "y": found.y, "rules": [printed(it) for it in found.rules]}


def _track2(asked: Fields) -> dict[str, Any]:
    found = track2.read(asked.hex("track2"))
    return {
        "pan": found.pan,
        "expiry_yymm": found.expiry_yymm,
        "service_code": found.service_code,
        "discretionary": found.discretionary,
    }


OPS: dict[str, Op] = {
    "tlv": _tlv,
    "response": _response,
    "fci": _fci,
    "dol": _dol,
    "afl": _afl,
    "cvm": _cvm,
    "track2": _track2,
}
WORDS = emv_words.WORDS
