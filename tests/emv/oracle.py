"""A second reading of the contract's EMV pages, over hex digits instead of bytes.

Written from the page alone and in another shape than the product: iterative, text-based, with
slices counted from the end. It raises Bad where the page says "error".
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

NUMERIC = (
    "42, 5F24, 5F25, 5F28, 5F2A, 5F30, 5F34, 5F36, 5F57, 9A, 9C, 9F01, 9F02, 9F03, 9F11, 9F15, "
    "9F1A, 9F21, 9F35, 9F39, 9F3B, 9F3C, 9F3D, 9F41, 9F42, 9F43, 9F44"
).split(", ")

_ONE = "(?:[02468ACE][0-9A-F]|[13579BDF][0-9A-E])"
_MORE = "(?:[13579BDF]F(?:[89A-F][0-9A-F]){0,2}[0-7][0-9A-F])"
_LENGTH = "(?:([0-7].)|81(..)|82(.{4})|83(.{6})|84(.{8}))"
HEADER = re.compile(f"({_ONE}|{_MORE}){_LENGTH}")
ENTRY = re.compile(f"({_ONE}|{_MORE})(..)")


class Bad(Exception):
    """The page says: error."""


def tlv(text: str) -> list[list[Any]]:
    """[depth, tag, value or None], kept open on a stack of ends instead of by recursion."""
    rows: list[list[Any]] = []
    at, ends = 0, [len(text)]
    while True:
        while ends and at == ends[-1]:
            ends.pop()
        if not ends:
            return rows
        if text[at : at + 2] == "00":
            at += 2
            continue
        header = HEADER.match(text, at, ends[-1])
        if not header or len(ends) > 16:
            raise Bad
        tag = header[1]
        length = int(next(it for it in header.groups()[1:] if it is not None), 16)
        at = header.end()
        if at + 2 * length > ends[-1]:
            raise Bad
        if tag[0] in "2367ABEF":
            rows.append([len(ends) - 1, tag, None])
            ends.append(at + 2 * length)
        else:
            rows.append([len(ends) - 1, tag, text[at : at + 2 * length]])
            at += 2 * length


def response(command: str | None, answer: str) -> dict[str, Any]:
    if len(answer) < 4:
        raise Bad
    rows = tlv(answer[:-4])
    told: dict[str, Any] = {"sw": answer[-4:], "tlv": rows}
    if [row[:2] for row in rows] == [[0, "80"]]:
        value = rows[0][2]
        shapes = {
            "80A8": ("(?P<t82>.{4})(?P<t94>(?:.{8})+)"),
            "80AE": ("(?P<t9F27>..)(?P<t9F36>.{4})(?P<t9F26>.{16})(?P<t9F10>.*)"),
            "0088": ("(?P<t9F4B>.*)"),
        }
        if shape := shapes.get((command or "")[:4]):
            found = re.fullmatch(shape, value)
            if not found:
                raise Bad
            told["format1"] = {k[1:]: v for k, v in found.groupdict().items() if v or k != "t9F10"}
    return told


def _children(rows: list[list[Any]], index: int) -> list[int]:
    depth, inside = rows[index][0], []
    for i in range(index + 1, len(rows)):
        if rows[i][0] <= depth:
            break
        if rows[i][0] == depth + 1:
            inside.append(i)
    return inside


def fci(text: str) -> dict[str, Any]:
    rows = tlv(text)
    if not rows or rows[0][1] != "6F":
        raise Bad

    def named(index: int, tag: str) -> int | None:
        return next((i for i in _children(rows, index) if rows[i][1] == tag), None)

    def value(index: int, tag: str) -> str | None:
        found = named(index, tag)
        return None if found is None else rows[found][2]

    def text_of(index: int) -> str | None:
        found = value(index, "50")
        return None if found is None else "".join(map(chr, bytes.fromhex(found)))

    def rank(index: int) -> int | None:
        found = value(index, "87")
        if found is not None and len(found) != 2:
            raise Bad
        return None if found is None else int(found[1], 16)

    a5 = named(0, "A5")
    if a5 is None or value(0, "84") is None:
        raise Bad
    told = {"df_name": value(0, "84"), "label": text_of(a5), "priority": rank(a5)}
    told["pdol"] = value(a5, "9F38")
    listed: list[dict[str, Any]] = []
    bf0c = named(a5, "BF0C")
    for i in [] if bf0c is None else _children(rows, bf0c):
        if rows[i][1] == "61":
            aid = value(i, "4F")
            if aid is None:
                raise Bad
            listed.append({"aid": aid, "label": text_of(i), "priority": rank(i)})
    return told | {"applications": listed}


def dol(text: str, values: dict[str, str | None] | None) -> dict[str, Any]:
    entries, at = [], 0
    while at < len(text):
        entry = ENTRY.match(text, at)
        if not entry:
            raise Bad
        entries.append([entry[1], int(entry[2], 16)])
        at = entry.end()
    told: dict[str, Any] = {"list": entries}
    if values is not None:
        given = {tag.upper(): (it or "").upper() for tag, it in values.items()}
        told["data"] = "".join(_fit(tag, 2 * n, given.get(tag, "")) for tag, n in entries)
    return told


def _fit(tag: str, width: int, value: str) -> str:
    if tag[0] in "2367ABEF":
        value = ""
    if tag in NUMERIC:
        padded = "0" * width + value
        return padded[len(padded) - width :]
    filler = "F" if tag in ("5A", "9F20") and value else "0"
    return (value + filler * width)[:width]


def afl(text: str) -> list[dict[str, int]]:
    if not text or len(text) % 8:
        raise Bad
    told = []
    for quad in re.findall("........", text):
        head, first, last, signed = (int(quad[i : i + 2], 16) for i in (0, 2, 4, 6))
        sfi, low = divmod(head, 8)
        if low or sfi in (0, 31) or first == 0 or last < first or signed > 1 + last - first:
            raise Bad
        told.append({"sfi": sfi, "first": first, "last": last, "oda_records": signed})
    return told


def track2(text: str) -> dict[str, str]:
    pan, d, rest = text.partition("D")
    rest = rest.removesuffix("F")
    if not d or not 1 <= len(pan) <= 19 or len(rest) < 7 or set(pan + rest) - set("0123456789"):
        raise Bad
    return {
        "pan": pan,
        "expiry_yymm": rest[:4],
        "service_code": rest[4:7],
        "discretionary": rest[7:],
    }


def cvm(text: str) -> dict[str, Any]:
    if len(text) < 16 or len(text) % 4:
        raise Bad
    rules = [text[i : i + 4] for i in range(16, len(text), 4)]
    return {"x": int(text[:8], 16), "y": int(text[8:16], 16), "rules": rules}


def _year(date: str) -> str:
    return ("19" if date[0] in "56789" else "20") + date


def trm(asked: dict[str, Any]) -> dict[str, str]:
    icc, pan = asked["icc"], asked["icc"].get("5A", "").rstrip("F")
    amount, best = int(asked["params"]["81"], 16), ""
    extra = 0
    for entry in asked.get("txn_log", []):
        ours, theirs = icc.get("5F34"), entry.get("pan_seq")
        same = entry["pan"] == pan and (ours is None or theirs is None or ours == theirs)
        if same and _year(entry["date"]) >= best:
            best, extra = _year(entry["date"]), entry["amount"]
    b4 = 0x80 if amount + extra >= int(asked["config"]["9F1B"], 16) else 0
    b2 = 0
    if {"9F14", "9F23"} <= set(icc):
        counts = []
        for tag in ("9F36", "9F13"):
            told = next((a for c, a in asked.get("apdus", []) if c == f"80CA{tag}00"), "")
            try:
                got = response(None, told)
                rows = got["tlv"]
                exact = len(rows) == 1 and rows[0][1] == tag and len(rows[0][2]) == 4
                known = got["sw"] == "9000" and exact
            except Bad:
                known, rows = False, []
            counts.append(int(rows[0][2], 16) if known else None)
        atc, last = counts
        b2 = 8 if last == 0 else 0
        if atc is None or last is None or atc <= last:
            b4 |= 0x60
        else:
            b4 |= 0x40 if atc - last > int(icc["9F14"], 16) else 0
            b4 |= 0x20 if atc - last > int(icc["9F23"], 16) else 0
    return {"tvr": f"00{b2:02X}00{b4:02X}00", "tsi": "0800"}


def restrictions(asked: dict[str, Any]) -> dict[str, str]:
    config, params, icc = asked["config"], asked["params"], asked["icc"]
    bits = 0
    if "9F08" in icc and icc["9F08"] != config["9F09"]:
        bits |= 0x80
    if "9F07" in icc:
        auc = f"{int(icc['9F07'], 16):016b}"  # auc[0] is byte 1 b8, auc[8] byte 2 b8
        atm = config["9F35"] in ("14", "15", "16") and config["9F40"][0] in "89ABCDEF"
        demands = [auc[6] if atm else auc[7]]
        if "5F28" in icc:
            home = icc["5F28"] == config["9F1A"]
            if params["9C"] == "01":
                demands.append(auc[0] if home else auc[1])
            if params["9C"] in ("00", "09"):
                demands.append(max(auc[2], auc[4]) if home else max(auc[3], auc[5]))
            if params["9C"] == "09":
                demands.append(auc[8] if home else auc[9])
        if "0" in demands:
            bits |= 0x10
    today = _year(params["9A"])
    if "5F25" in icc and today < _year(icc["5F25"]):
        bits |= 0x20
    if today > _year(icc["5F24"]):
        bits |= 0x40
    return {"tvr": f"00{bits:02X}000000"}


def static_data(asked: dict[str, Any]) -> str:
    text = ""
    for entry in afl(asked["afl"]):
        for i in range(entry["oda_records"]):
            wanted = [entry["sfi"], entry["first"] + i]
            found = [record for *name, record in asked["records"] if name == wanted]
            if not found:
                raise Bad
            record = found[0]
            if entry["sfi"] < 11:
                header = HEADER.match(record)
                if not header or header[1] != "70":
                    raise Bad
                length = int(next(it for it in header.groups()[1:] if it is not None), 16)
                record = record[header.end() :]
                if len(record) != 2 * length:
                    raise Bad
            text += record
    if asked.get("9F4A"):
        if asked["9F4A"] != "82" or len(asked.get("82") or "") != 4:
            raise Bad
        text += asked["82"]
    return text


# -- offline data authentication ---------------------------------------------------------------


def _open(signature: str, modulus: str, exponent: str, form: str) -> tuple[str, str, str] | None:
    """(from the format byte to the hash, hash), as hex, if the frame is sound."""
    n = int(modulus or "0", 16)
    if len(signature) != len(modulus) or not n:
        return None
    plain = f"{pow(int(signature, 16), int(exponent or '0', 16), n):0{len(modulus)}x}".upper()
    if not (plain.startswith("6A" + form) and plain.endswith("BC")) or len(plain) < 46:
        return None
    return plain[2:-42], plain[-42:-2], plain[4:-42]


def _sha1(text: str) -> str:
    return hashlib.sha1(bytes.fromhex(text)).hexdigest().upper()


def _whole_key(part: str, size: str, remainder: str | None) -> tuple[str, str] | None:
    digits = 2 * int(size, 16)
    if digits <= len(part):
        return part[:digits], ""
    if remainder is None or len(part + remainder) != digits:
        return None
    return part + remainder, remainder


def oda(asked: dict[str, Any]) -> dict[str, Any]:
    icc = asked["icc"]
    told: dict[str, Any] = dict.fromkeys(("issuer", "static", "icc", "dynamic", "transaction"))
    static, challenge = asked.get("static_data"), asked.get("dynamic_data")

    told["issuer"] = issuer = {"ok": False}
    opened = _open(icc["90"], asked["ca_modulus"], asked["ca_exponent"], "02")
    if opened:
        covered, digest, body = opened
        name, algorithms = body[:8].rstrip("F"), body[18:22]
        whole = _whole_key(body[26:], body[22:24], icc.get("92"))
        if (
            algorithms == "0101"
            and re.fullmatch("[0-9]{3,8}", name)
            and icc.get("5A", name).startswith(name)
            and int(body[24:26] or "0", 16) * 2 == len(icc["9F32"])
            and whole
            and _sha1(covered + whole[1] + icc["9F32"]) == digest
        ):
            told["issuer"] = issuer = {
                "ok": True,
                "key": whole[0],
                "expiry_mmyy": body[8:12],
                "identifier": body[:8],
            }
    if issuer["ok"] is False:
        return told

    if "93" in icc:
        told["static"] = {"ok": False}
        opened = _open(icc["93"], issuer["key"], icc["9F32"], "03")
        sound = opened and opened[2][:2] == "01" and len(opened[2]) >= 6
        if opened and sound and (static is None or _sha1(opened[0] + static) == opened[1]):
            ok = None if static is None else True
            told["static"] = {"ok": ok, "data_authentication_code": opened[2][2:6]}

    if "9F46" not in icc:
        return told
    told["icc"] = card = {"ok": False}
    opened = _open(icc["9F46"], issuer["key"], icc["9F32"], "04")
    if opened and len(opened[2]) >= 38:
        covered, digest, body = opened
        whole = _whole_key(body[38:], body[34:36], icc.get("9F48"))
        pan = body[:20].rstrip("F")
        if (
            body[30:34] == "0101"
            and whole
            and int(body[36:38], 16) * 2 == len(icc["9F47"])
            and icc.get("5A", pan).rstrip("F") == pan
            and (static is None or _sha1(covered + whole[1] + icc["9F47"] + static) == digest)
        ):
            told["icc"] = card = {
                "ok": None if static is None else True,
                "key": whole[0],
                "pan": body[:20],
                "expiry_mmyy": body[20:24],
            }
    if card["ok"] is False or "9F4B" not in icc:
        return told

    told["dynamic"] = dynamic = {"ok": False}
    combined = asked.get("mode") == "cda"
    opened = _open(icc["9F4B"], card["key"], icc["9F47"], "05")
    shape = "0(?P<n>[2-8])(?P<rest>(?:..)*)"
    if opened and opened[2][:2] == "01" and len(opened[2]) >= 4:
        length = int(opened[2][2:4], 16)
        data = opened[2][4 : 4 + 2 * length]
        found = re.fullmatch(shape, data)
        if len(data) == 2 * length and found:
            n = 2 * int(found["n"])
            rest = found["rest"]
            if len(rest) >= n + (58 if combined else 0) and (
                challenge is None or _sha1(opened[0] + challenge) == opened[1]
            ):
                dynamic = {
                    "ok": None if challenge is None else True,
                    "icc_dynamic_number": rest[:n],
                }
                if combined:
                    dynamic["cid"] = rest[n : n + 2]
                    dynamic["cryptogram"] = rest[n + 2 : n + 18]
                    dynamic["transaction_data_hash"] = rest[n + 18 : n + 58]
                told["dynamic"] = dynamic
    if combined and dynamic["ok"] is not False and asked.get("response") is not None:
        told["transaction"] = {"ok": _bound(asked, dynamic)}
    return told


def _bound(asked: dict[str, Any], dynamic: dict[str, Any]) -> bool:
    sent = [asked.get("pdol_data"), asked["cdol1_data"], asked.get("cdol2_data")]
    try:
        rows = response(None, asked["response"])["tlv"]
    except Bad:
        return False
    outer = [row[1] for row in rows if row[0] == 0]
    if outer != ["77"] or asked["response"][-4:] != "9000":
        return False
    # The parts again, from the text of the template: a header, then as many digits as it says.
    body = _content(asked["response"][:-4])
    kept, cid, at = "", None, 0
    while at < len(body):
        if body[at : at + 2] == "00":
            at += 2
            continue
        header = HEADER.match(body, at)
        assert header
        length = int(next(it for it in header.groups()[1:] if it is not None), 16)
        end = header.end() + 2 * length
        if header[1] != "9F4B":
            kept += body[at:end]
        if header[1] == "9F27" and cid is None:
            cid = body[header.end() : end]
        at = end
    signed = "".join(it or "" for it in sent) + kept
    return cid == dynamic["cid"] and _sha1(signed) == dynamic["transaction_data_hash"]


def _content(text: str) -> str:
    while text[:2] == "00":
        text = text[2:]
    header = HEADER.match(text)
    assert header
    length = int(next(it for it in header.groups()[1:] if it is not None), 16)
    return text[header.end() : header.end() + 2 * length]
