"""`till decode` as chapter 1 of the contract puts it, for comparison: its slowest, plainest reading."""

from __future__ import annotations

import re
from datetime import date

from tests.core.barcode.oracle_gs1 import (
    DICTIONARY,
    GS,
    WrongError,
    all_digits,
    bracketed,
    check_digit,
    decimal,
    derived,
    element_string,
    is_checked,
    together,
)

Said = dict[str, object]
INVALID: Said = {"kind": "invalid"}
UNKNOWN: Said = {"kind": "unknown"}

SYMBOLOGIES = {
    "]E3": "ean13",
    "]E4": "ean8",
    "]C1": "gs1-128",
    "]e0": "databar",
    "]d2": "gs1-datamatrix",
    "]Q3": "gs1-qr",
    "]J1": "gs1-dotcode",
    "]C0": "code128",
    "]d1": "datamatrix",
    "]Q0": "qr",
    "]Q1": "qr",
    "]L0": "pdf417",
    "]z0": "aztec",
}
GS1_CARRIERS = {"]C1", "]e0", "]d2", "]Q3", "]J1"}
LINK_KEYS = "01 8006 00 253 255 414 8003 8004 8017 8018".split()
WEB = re.compile("https?://", re.IGNORECASE)

TABLES = """
    ua    21 22 23 24 25 26 27  ppIIIIIWWWWWC 3
    ua    28                    ppIIIIIPPPPPC 2
    us    02                    ppIIIIIVPPPPC 2
    gb    20                    ppIIIIIVPPPPC 2
    se no             20        ppIIIIIIPPPPC 2
    se no             21        ppIIIIIIPPPPC 1
    se no             22        ppIIIIIIPPPPC 0
    se no fi ee lv lt 23        ppIIIIIIWWWWC 3
    se no fi ee lv lt 24        ppIIIIIIWWWWC 2
    se no fi ee lv lt 25        ppIIIIIIWWWWC 1
    dk    21 22 23 24           ppIIIIPPPPPPC 2
    dk    26 28                 ppIIIIWWWWWWC 3
    dk    27                    ppIIIIIWWWWWC 3
    de    22 23                 ppIIIIVPPPPPC 2
    de    28 29                 ppIIIIVWWWWWC 3
"""
ROWS = {
    (region, prefix): (row.split()[-2], int(row.split()[-1]))
    for row in TABLES.strip().splitlines()
    for region in re.findall(r"\b[a-z]{2}\b", row)
    for prefix in re.findall(r"\b\d\d\b", row)
}
REGIONS = sorted({region for region, _ in ROWS})
WEIGHTINGS = {"2-": "0246891357", "3": "0369258147", "5+": "0516273849", "5-": "0594837261"}


def value_check_digit(value: str) -> str:
    names = ("2-", "2-", "3", "5-") if len(value) == 4 else ("5+", "2-", "5-", "5+", "2-")
    total = sum(int(WEIGHTINGS[name][int(d)]) for name, d in zip(names, value, strict=True))
    return str(3 * total % 10) if len(value) == 4 else str(WEIGHTINGS["5-"].index(str(-total % 10)))


def digits_at(code: str, pattern: str, letters: str) -> str:
    return "".join(d for d, letter in zip(code, pattern, strict=True) if letter in letters)


def ean13(code: str, region: str) -> Said:
    """Thirteen digits whose check digit is right."""
    if (region, code[:2]) in ROWS:
        pattern, places = ROWS[region, code[:2]]
        value, check = digits_at(code, pattern, "WP"), digits_at(code, pattern, "V")
        if check and check != value_check_digit(value):
            return INVALID
        zeroed = "".join("0" if p in "WPV" else d for d, p in zip(code, pattern, strict=True))
        kind, word = ("weighed", "weight") if "W" in pattern else ("priced", "price")
        return {
            "kind": kind,
            "plu": digits_at(code, pattern, "I"),
            "base": zeroed[:12] + check_digit(zeroed[:12]),
            word: decimal(value, places),
        }
    if code.startswith(("05", "99", "980", "981", "982", "983", "984")):
        return {"kind": "voucher", "voucher": code}
    return {"kind": "item", "gtin": "0" + code}


def upc_a(upc_e: str) -> str:
    n, d, c = upc_e[0], upc_e[1:7], upc_e[7]
    if d[5] in "012":
        return f"{n}{d[:2]}{d[5]}0000{d[2:5]}{c}"
    if d[5] == "3":
        return f"{n}{d[:3]}00000{d[3:5]}{c}"
    if d[5] == "4":
        return f"{n}{d[:4]}00000{d[4]}{c}"
    return f"{n}{d[:5]}0000{d[5]}{c}"


def gs1(ai: dict[str, str], today: date) -> Said:
    said = derived(ai, today)
    if {"255", "8110", "8112"} & set(ai):
        return {**said, "kind": "voucher", "voucher": ai.get("255")}
    if "8017" in ai:
        return {**said, "kind": "badge", "badge": ai["8017"]}
    return {**said, "kind": "gs1"}


def percent_decoded(text: str) -> str:
    raw = text.encode("utf-8", "surrogatepass")
    return re.sub(
        rb"%([0-9A-Fa-f]{2})", lambda escape: bytes.fromhex(escape[1].decode()), raw
    ).decode("utf-8", "replace")


def link(url: str, today: date) -> Said:
    address, _, query = url.split("#", 1)[0].partition("?")
    path = address.split("/")[3:]
    if path and not path[-1]:
        path.pop()
    keys = [
        at
        for at, segment in enumerate(path)
        if segment in LINK_KEYS
        and (len(path) - at) % 2 == 0
        and set(path[at::2]) <= set(DICTIONARY)
    ]
    if not keys:
        return {"kind": "link", "url": url}
    from_key = path[keys[-1] :]
    pairs = list(zip(from_key[::2], from_key[1::2], strict=True))
    parameters = [parameter.partition("=") for parameter in re.split("[&;]", query)]
    pairs += [(name, value) for name, _, value in parameters if name in DICTIONARY]
    values = [(ai, percent_decoded(value)) for ai, value in pairs]
    padded = [
        (ai, v.zfill(14) if ai == "01" and len(v) in (8, 12, 13) and all_digits(v) else v)
        for ai, v in values
    ]
    return {**derived(together(padded, today), today), "kind": "link", "url": url}


def text(code: str, region: str, today: date) -> Said:
    if not code:
        return UNKNOWN
    if WEB.match(code):
        return link(code, today)
    if code.startswith("kram:"):
        own = re.fullmatch("kram:(badge|voucher):([A-Za-z0-9-]{1,32})", code)
        return {"kind": own[1], own[1]: own[2]} if own else INVALID
    if re.match(r"\([0-9]", code):
        return gs1(bracketed(code, today), today)
    if GS in code:
        return gs1(element_string(code, today), today)
    if all_digits(code):
        number = digits(code, region)
        if number is not None:
            return number
    if re.match("0[12][0-9]{14}|00[0-9]{18}", code):
        try:
            return gs1(element_string(code, today), today)
        except WrongError:
            return UNKNOWN
    return UNKNOWN


def digits(code: str, region: str) -> Said | None:
    length = len(code)
    if length == 8:
        if is_checked(code):
            return {"kind": "item", "gtin": code.zfill(14), "symbology": "ean8"}
        if code[0] in "01" and is_checked(upc_a(code)):
            return {**ean13("0" + upc_a(code), region), "symbology": "upce"}
        return INVALID
    if length in (12, 13, 14):
        if not is_checked(code):
            return INVALID
        if length == 14:
            return {"kind": "item", "gtin": code, "symbology": "itf14"}
        symbology = "upca" if length == 12 else "ean13"
        return {**ean13(code.zfill(13), region), "symbology": symbology}
    book = length in (15, 18) and code.startswith(("977", "978", "979"))
    if book and is_checked(code[:13]):
        return {**ean13(code[:13], region), "symbology": "ean13", "addon": code[13:]}
    return None


def under_e(aim: str, code: str, region: str) -> Said:
    if not all_digits(code):
        return INVALID
    if aim == "]E4":
        right = len(code) == 8 and is_checked(code)
        return {"kind": "item", "gtin": code.zfill(14)} if right else INVALID
    if aim == "]E3":
        if len(code) not in (15, 18) or not is_checked(code[:13]):
            return INVALID
        said = ean13(code[:13], region)
        return said if said is INVALID else {**said, "addon": code[13:]}
    if len(code) == 8:
        code = upc_a(code) if code[0] in "01" else ""
    return ean13(code.zfill(13), region) if len(code) in (12, 13) and is_checked(code) else INVALID


def decode(scanned: str, region: str, today: date) -> Said:
    """The answer's fields that carry a value, `error` as yes or no."""
    code = scanned.strip(" \t\r\n")
    named = re.match(r"\][A-Za-z][A-Za-z0-9]", code)
    aim = named[0] if named else ""
    code = code[len(aim) :]
    symbology = SYMBOLOGIES.get(aim, ("code39" if aim[1] == "A" else "other") if aim else None)
    try:
        if aim == "]E0":
            symbology = {13: "ean13", 12: "upca", 8: "upce"}.get(len(code))
        if aim in ("]E0", "]E3", "]E4"):
            said = under_e(aim, code, region)
        elif aim in ("]I0", "]I1"):
            fits = len(code) == 14 and all_digits(code)
            symbology = "itf14" if fits else "itf"
            said = (digits(code, region) or UNKNOWN) if fits else UNKNOWN
        elif aim in GS1_CARRIERS and not WEB.match(code):
            said = gs1(element_string(code, today), today)
        else:
            said = text(code, region, today)
    except WrongError:
        said = INVALID
    if said["kind"] in ("invalid", "unknown"):
        nothing: Said = {"gtin": None, "ai": {}, "symbology": symbology, "error": True}
        return {"kind": said["kind"], **nothing}
    answer: Said = {"gtin": None, "ai": {}, "error": False}
    answer.update((word, value) for word, value in said.items() if value is not None)
    answer["symbology"] = symbology if aim else said.get("symbology")
    return answer
