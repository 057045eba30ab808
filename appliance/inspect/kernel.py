"""The EMV kernel's rules: risk management, restrictions, data authentication."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar

from appliance.emv import dates, oda, restrictions, risk, static_data
from appliance.emv.recovery import PublicKey
from appliance.inspect.fields import Fields, as_bytes, printed
from appliance.inspect.table import Op, Word
from appliance.malformed import Malformed

_Found = TypeVar("_Found")

_PAN = re.compile("[0-9]+")


def _trm(asked: Fields) -> dict[str, Any]:
    log = [_logged(it) for it in _items(asked, "txn_log")]
    answers: dict[bytes, bytes] = {}
    for command, answer in (_row(it, 2, "apdus") for it in _items(asked, "apdus")):
        answers.setdefault(as_bytes(command, "apdus"), as_bytes(answer, "apdus"))
    tvr, tsi = risk.manage(
        asked.tags("config"), asked.tags("params"), asked.tags("icc"), log, answers
    )
    return {"tvr": printed(tvr.encoded()), "tsi": printed(tsi.encoded())}


def _logged(entry: object) -> risk.Logged:
    if not isinstance(entry, dict):
        raise Malformed("txn_log: a list of objects is needed")
    fields = Fields(entry)
    pan, date = fields.text("pan"), fields.text("date")
    if not _PAN.fullmatch(pan):
        raise Malformed("txn_log: a pan is made of digits")
    dates.comparable(date)
    return risk.Logged(pan, fields.hex_or_none("pan_seq"), date, fields.integer("amount"))


def _restrictions(asked: Fields) -> dict[str, Any]:
    tvr = restrictions.check(asked.tags("config"), asked.tags("params"), asked.tags("icc"))
    return {"tvr": printed(tvr.encoded())}


def _static_data(asked: Fields) -> dict[str, Any]:
    records: dict[tuple[int, int], bytes] = {}
    for sfi, number, record in (_row(it, 3, "records") for it in asked.items("records")):
        if type(sfi) is not int or type(number) is not int:
            raise Malformed("records: file and record number are whole numbers")
        records.setdefault((sfi, number), as_bytes(record, "records"))
    tags = asked.own_tags("9F4A")
    if "9F4A" in tags:
        tags |= asked.own_tags("82")
    return {"static_data": printed(static_data.gather(asked.hex("afl"), records, tags))}


_MODES = {"dda": "dynamic", "cda": "combined"}


def _oda(asked: Fields) -> dict[str, Any]:
    ca = PublicKey(asked.hex("ca_modulus"), asked.hex("ca_exponent"))
    combined = asked.choice("mode", _MODES, "dda") == "cda"
    icc = asked.tags("icc")
    if "9F46" in icc and "9F47" not in icc:
        raise Malformed("9F47 is missing, the exponent of the card's key")
    static_signed = asked.hex_or_none("static_data")
    challenge = asked.hex_or_none("dynamic_data")
    answer = asked.hex_or_none("response") if combined else None
    sent = {name: asked.hex_or_none(name) for name in ("pdol_data", "cdol1_data", "cdol2_data")}

    issuer = oda.issuer(ca, icc)
    static = oda.static(issuer.key, icc, static_signed) if issuer else None
    card = oda.card(issuer.key, icc, static_signed) if issuer else None
    dynamic = oda.dynamic(card.key, icc, challenge, combined=combined) if card else None
    transaction = None
    if dynamic and dynamic.signed and answer is not None:
        if sent["cdol1_data"] is None:
            raise Malformed("cdol1_data is missing")
        commands = {name: value or b"" for name, value in sent.items()}
        generated = oda.Generated(answer=answer, **commands)
        transaction = {"ok": oda.transaction(dynamic.signed, generated)}
    return {
        "issuer": _told(issuer, _issuer),
        "static": _told(static, _static),
        "icc": _told(card, _icc),
        "dynamic": _told(dynamic, _dynamic),
        "transaction": transaction,
    }


def _told(
    found: _Found | oda.Failed | None, fields: Callable[[_Found], dict[str, Any]]
) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"ok": False} if found is False else fields(found)


def _issuer(found: oda.Issuer) -> dict[str, Any]:
    return {
        "ok": True,
        "key": printed(found.key.modulus),
        "expiry_mmyy": printed(found.expiry_mmyy),
        "identifier": printed(found.identifier),
    }


def _static(found: oda.Static) -> dict[str, Any]:
    code = printed(found.data_authentication_code)
    return {"ok": found.proven, "data_authentication_code": code}


def _icc(found: oda.Icc) -> dict[str, Any]:
    return {
        "ok": found.proven,
        "key": printed(found.key.modulus),
        "pan": printed(found.pan),
        "expiry_mmyy": printed(found.expiry_mmyy),
    }


def _dynamic(found: oda.Dynamic) -> dict[str, Any]:
    told = {"ok": found.proven, "icc_dynamic_number": printed(found.icc_dynamic_number)}
    if found.signed:
        told["cid"] = printed(found.signed.cid)
        told["cryptogram"] = printed(found.signed.cryptogram)
        told["transaction_data_hash"] = printed(found.signed.transaction_data_hash)
    return told


def _items(asked: Fields, name: str) -> list[Any]:
    return asked.items(name) if name in asked else []


def _row(row: object, length: int, name: str) -> list[Any]:
    if not isinstance(row, list) or len(row) != length:
        raise Malformed(f"{name}: a list of {length} each is needed")
    return row


OPS: dict[str, Op] = {
    "trm": _trm,
    "restrictions": _restrictions,
    "static_data": _static_data,
    "oda": _oda,
}
WORDS: dict[str, Word] = {}
