"""Payment QR codes: EMVCo, NBU, EPC, Swiss."""

from __future__ import annotations

from typing import Any

from appliance.inspect.fields import Fields
from appliance.inspect.table import Op, Word
from appliance.malformed import Malformed
from appliance.qr import epc, mpm, nbu, swiss
from appliance.qr.crc16 import crc16


def _texts(fields: Fields) -> list[str]:
    texts = fields.items("fields")
    if not all(isinstance(it, str) for it in texts):
        raise Malformed("fields: a list of texts is needed")
    return texts


def _pairs(items: list[Any], name: str) -> list[tuple[str, Any]]:
    """[[id, value], ...]"""
    if not all(isinstance(it, list) and len(it) == 2 and isinstance(it[0], str) for it in items):
        raise Malformed(f"{name}: a list of [ID, value] is needed")
    return [(id_, value) for id_, value in items]


def _tree(fields: Fields) -> list[tuple[str, str | mpm.Template]]:
    tree: list[tuple[str, str | mpm.Template]] = []
    for id_, value in _pairs(fields.items("tree"), "tree"):
        inner = _pairs(value, f"tree: {id_}") if isinstance(value, list) else [(id_, value)]
        if not all(isinstance(text, str) for _, text in inner):
            raise Malformed(f"tree: {id_}: a text is needed")
        tree.append((id_, inner if isinstance(value, list) else value))
    return tree


def _crc16(fields: Fields) -> dict[str, Any]:
    return {"crc": crc16(fields.text("text"))}


def _mpm(fields: Fields) -> dict[str, Any]:
    code = mpm.read(fields.text("payload"))
    return {
        "tree": code.tree,
        "crc": code.crc,
        "amount": code.amount,
        "currency": code.currency,
        "amount_minor": code.amount_minor,
    }


def _mpm_build(fields: Fields) -> dict[str, Any]:
    return {"payload": mpm.build(_tree(fields))}


def _nbu(fields: Fields) -> dict[str, Any]:
    code = nbu.read(fields.text("url"))
    return {
        "version": code.version,
        "encoding": code.encoding,
        "fields": code.fields,
        "amount_minor": code.amount_minor,
        "iban_valid": code.iban_valid,
        "editable": code.editable,
    }


def _nbu_build(fields: Fields) -> dict[str, Any]:
    eol = fields.choice("eol", nbu.EOLS, default="lf")
    return {"url": nbu.build(_texts(fields), eol, trailing_eol=fields.boolean("trailing_eol"))}


def _epc(fields: Fields) -> dict[str, Any]:
    code = epc.read(fields.text("payload"))
    return {
        "fields": code.fields,
        "amount_minor": code.amount_minor,
        "iban_valid": code.iban_valid,
    }


def _epc_build(fields: Fields) -> dict[str, Any]:
    return {"payload": epc.build(_texts(fields))}


def _swiss(fields: Fields) -> dict[str, Any]:
    code = swiss.read(fields.text("payload"))
    return {
        "fields": code.fields,
        "amount_minor": code.amount_minor,
        "currency": code.currency,
        "iban_valid": code.iban_valid,
        "reference_valid": code.reference_valid,
    }


def _swiss_build(fields: Fields) -> dict[str, Any]:
    return {"payload": swiss.build(_texts(fields))}


OPS: dict[str, Op] = {
    "crc16": _crc16,
    "mpm": _mpm,
    "mpm_build": _mpm_build,
    "nbu": _nbu,
    "nbu_build": _nbu_build,
    "epc": _epc,
    "epc_build": _epc_build,
    "swiss": _swiss,
    "swiss_build": _swiss_build,
}


def _words(text: str) -> str:
    """Whichever code it is, a line for each of its parts."""
    if text.startswith(nbu.ADDRESS):
        nbu_code = nbu.read(text)
        head = f"NBU {nbu_code.version}, {nbu_code.encoding}"
        return _told(head, nbu_code.fields, nbu_code.amount_minor, nbu_code.iban_valid)
    if text.startswith("BCD"):
        epc_code = epc.read(text)
        return _told("EPC", epc_code.fields, epc_code.amount_minor, epc_code.iban_valid)
    if text.startswith("SPC"):
        swiss_code = swiss.read(text)
        told = _told("Swiss", swiss_code.fields, swiss_code.amount_minor, swiss_code.iban_valid)
        return f"{told}\nreference: {'valid' if swiss_code.reference_valid else 'not valid'}"
    code = mpm.read(text)
    lines = ["EMVCo merchant-presented"]
    for id_, value in code.tree:
        if isinstance(value, str):
            lines.append(f"{id_}  {value}")
        else:
            lines += [f"{id_}", *(f"  {inner}  {it}" for inner, it in value)]
    return "\n".join([*lines, f"amount in minor units: {_minor(code.amount_minor)}"])


def _told(head: str, fields: list[str], amount_minor: int | None, iban_valid: bool) -> str:
    lines = [f"{number:2}  {it}" for number, it in enumerate(fields, 1)]
    account = "valid" if iban_valid else "not valid"
    amount = f"amount in minor units: {_minor(amount_minor)}"
    return "\n".join([head, *lines, amount, f"account: {account}"])


def _minor(amount_minor: int | None) -> str:
    return "none" if amount_minor is None else str(amount_minor)


WORDS: dict[str, Word] = {"qr": _words}
