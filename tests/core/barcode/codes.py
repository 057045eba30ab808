"""Codes for comparisons: right ones of every kind the page names, and ones that are nearly right."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from urllib.parse import quote

from appliance.core.barcode import code_lists
from tests.core.barcode.oracle import LINK_KEYS, REGIONS, ROWS, digits_at, upc_a, value_check_digit
from tests.core.barcode.oracle_gs1 import (
    DICTIONARY,
    DIGITS,
    FILE_SAFE,
    GS,
    PREDEFINED,
    SET_39,
    SET_82,
    Part,
    check_digit,
    check_pair,
)

AIM_IDENTIFIERS = (
    "]E0 ]E1 ]E2 ]E3 ]E4 ]C0 ]C1 ]c1 ]e0 ]ez ]d1 ]d2 ]Q0 ]Q1 ]Q3 ]q3 ]J1 ]I0 ]I1 ]I2 ]L0 ]z0 ]A0 "
    "]Az ]a0 ]G0 ]X0 ] ]] ]1 ]C ]é1 ]C١"
).split()
CARRIERS = "]C1 ]e0 ]d2 ]Q3 ]J1 ]E0 ]E3 ]E4 ]I1".split()
COMMON = "01 02 10 17 21 11 15 3103 3922 3932 30 37 13 7003 255 8110 8112 8017 235 8006".split()
IBANS = "FR7630006000011234567890189 BE71096123456769 BE71096123456760 XX361234567890 BE71".split()
PREFIXES = "00 01 02 05 20 21 22 23 24 25 26 27 28 29 976 977 978 979 980 984 985 99".split()
CHARSETS = {"N": DIGITS, "X": SET_82, "Y": SET_39, "Z": FILE_SAFE}
NOISE = "0123456789AaZz()]%/=;&?# \t\r\n-_$é\x00١" + GS * 8


class Codes:
    """An endless row of codes, the same one for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.pick: Callable = self.random.choice

    def __iter__(self) -> Codes:
        return self

    def __next__(self) -> tuple[str, str]:
        """A code and the region whose table reads it."""
        region = self.pick(REGIONS)
        kinds = [self.number] * 6 + [self.scanned] * 5 + [self.bracketed] * 3 + [self.link] * 4
        make = self.pick([*kinds, self.own, self.anything])
        code = make(region) if make == self.number else make()
        if self.often(0.5):
            code = self.pick(self.pick([AIM_IDENTIFIERS, CARRIERS])) + code
        if self.often(0.12):
            code = self.spoilt(code)
        if self.often(0.15):
            edges = [" ", "\t", "\r\n", GS, "\x0b", "\xa0", ""]
            code = self.pick(edges) + code + self.pick(edges)
        return code, region

    def often(self, share: float) -> bool:
        return self.random.random() < share

    def text(self, alphabet: str, shortest: int, longest: int | None = None) -> str:
        length = self.random.randint(shortest, longest or shortest)
        return "".join(self.random.choices(alphabet, k=length))

    def digits(self, length: int) -> str:
        return self.text(DIGITS, length)

    def checked(self, body: str) -> str:
        return body + check_digit(body)

    def spoilt(self, code: str) -> str:
        at = self.random.randrange(len(code) + 1)
        return code[:at] + self.pick([self.pick(NOISE), ""]) + code[at + self.pick([0, 1]) :]

    def number(self, region: str) -> str:
        length = self.pick([7, 8, 8, 12, 12, 13, 13, 13, 13, 14, 15, 16, 18, 20])
        head = self.pick([*PREFIXES, ""])
        if length == 8 and self.often(0.5):
            upc_e = self.pick("01") + self.digits(6)
            code = upc_e + check_digit(upc_a(upc_e + "0")[:11])
        elif length in (15, 18):
            code = self.checked((head + self.digits(12))[:12]) + self.digits(length - 13)
        elif length == 13 and self.often(0.6):
            code = self.weighed_or_priced(region)
        elif length in (16, 20):
            code = ("01" if length == 16 else "00") + self.checked(self.digits(length - 3))
        else:
            code = self.checked((head + self.digits(length))[: length - 1])
        return code if self.often(0.88) else code[:-1] + self.digits(1)

    def weighed_or_priced(self, region: str) -> str:
        prefix = self.pick([prefix for of, prefix in ROWS if of == region])
        pattern, _ = ROWS[region, prefix]
        code = prefix + self.digits(11)
        if "V" in pattern and self.often(0.8):
            at = pattern.index("V")
            value = digits_at(code, pattern, "WP")
            code = code[:at] + value_check_digit(value) + code[at + 1 :]
        return self.checked(code[:12])

    def own(self) -> str:
        head = self.pick(["kram:", "KRAM:", "kram:badge:", "kram:voucher:", "kram:receipt:"])
        return head + self.text("abcXYZ019-_:", 0, 34)

    def anything(self) -> str:
        return self.text(SET_82 + " \x00éЖ٣" + GS, 0, 20)

    def elements(self) -> list[tuple[str, str]]:
        names = [
            self.pick(self.pick([sorted(DICTIONARY), COMMON]))
            for _ in range(self.pick([1, 1, 1, 2, 2, 3, 4]))
        ]
        found = [(name, self.value(name)) for name in names]
        return found + found[:1] if self.often(0.1) else found

    def scanned(self) -> str:
        pieces = [GS if self.often(0.1) else ""]
        for ai, value in self.elements():
            separated = self.often(0.2 if ai.startswith(PREDEFINED) else 0.97)
            pieces.append(ai + value + GS * separated)
        code = "".join(pieces)
        return code.removesuffix(GS) if self.often(0.8) else code + GS * self.often(0.2)

    def bracketed(self) -> str:
        return "".join(f"({ai}){value}" for ai, value in self.elements())

    def link(self) -> str:
        def escaped(value: str) -> str:
            return quote(value, safe=self.pick(["", "/:+;&=", SET_82]))

        key = self.pick([*LINK_KEYS, *["01"] * 10])
        value = self.value(key)
        if key == "01" and self.often(0.4):
            value = self.checked(self.digits(self.pick([6, 7, 11, 12])))
        in_path, in_query = self.elements(), self.elements() if self.often(0.4) else []
        site = self.pick(["id.example", "shop.ua/a", "a/01", "01", "", "x/01/00", "x.y/8006/1"])
        path = [site, key, escaped(value)]
        path += [part for ai, v in in_path[1:] for part in (ai, escaped(v))]
        path += self.pick([[], [], [], [""], ["", ""], ["x"]])
        query = [ai + ("=" + escaped(v)) * self.often(0.95) for ai, v in in_query]
        query += self.pick([[], [], ["utm=1"], ["99999=1"], ["=", ""], ["%31%30=A"], ["3106=1"]])
        scheme = self.pick(["https://", "http://", "HTTPS://", "hTTp://"])
        tail = self.pick(["", "", "#a", "#?10=B", "#/01/1"])
        return scheme + "/".join(path) + "?" * bool(query) + self.pick("&;").join(query) + tail

    def value(self, ai: str) -> str:
        value = ""
        for part in DICTIONARY[ai]:
            if part.optional and self.often(0.4):
                break
            value += self.piece(part)
        return self.spoilt(value) if self.often(0.06) else value

    def piece(self, part: Part) -> str:
        length = self.pick([part.shortest, part.longest])
        made = self.text(CHARSETS[part.charset], length)
        for linter in part.linters:
            if linter == "csum":
                made = self.checked(made[:-1])
            elif linter.startswith("gcppos") and part.charset != "N" and self.often(0.8):
                made = made if "csumalpha" in part.linters else (self.digits(4) + made)[:length]
            elif linter in self.special():
                made = self.special()[linter]()
        return made

    def special(self) -> dict[str, Callable[[], str]]:
        """What random characters would hardly ever make, good and bad."""
        return {
            "couponcode": self.coupon,
            "couponposoffer": self.positive_offer,
            "csumalpha": self.with_check_pair,
            "hhmi": lambda: self.pick(["00", "23", "24"]) + self.pick(["00", "59", "60"]),
            "hh": lambda: self.pick(["00", "23", "24"]),
            "hyphen": lambda: self.pick("--+"),
            "iban": lambda: self.pick(IBANS),
            "iso3166": lambda: self.pick([*code_lists.COUNTRIES_NUMERIC, "000", "999"]),
            "iso3166999": lambda: self.pick([*code_lists.COUNTRIES_NUMERIC, "000", *["999"] * 99]),
            "iso3166alpha2": lambda: self.pick([*code_lists.COUNTRIES_ALPHA2, "XX", "ua", "EU"]),
            "iso4217": lambda: self.pick([*code_lists.CURRENCIES_NUMERIC, self.digits(3)]),
            "latitude": lambda: self.pick(["0000000000", "1800000000", "1800000001"]),
            "longitude": lambda: self.pick(["0000000000", "3600000000", "3600000001"]),
            "mi": lambda: self.pick(["00", "59", "60"]),
            "nonzero": lambda: self.pick(["0", "1"]) * self.pick([3, 4, 5]),
            "packagetype": lambda: self.pick([*code_lists.PACKAGE_TYPES, "ZX9", "aa"]),
            "pcenc": lambda: self.pick(["A%20B", "%4", "%", "A%GG", "%41%42", "plain"]),
            "pieceoftotal": lambda: self.pick(["0101", "0102", "0201", "0001", "0100", "9999"]),
            "posinseqslash": lambda: self.pick("1/1 2/1 0/1 1/0 1/9 9/9 12/ /12 1-2 123".split()),
            "ss": lambda: self.pick(["00", "59", "60"]),
            "yymmd0": self.yymmdd,
            "yymmdd": self.yymmdd,
            "yyyymmdd": lambda: self.pick(["00", "19", "20", "21"]) + self.yymmdd(),
            "zero": lambda: self.pick("0001"),
        }

    def yymmdd(self) -> str:
        month = self.pick(["00", "02", "02", "02", "04", "12", "13"])
        return self.digits(2) + month + self.pick("00 01 28 29 30 31 32".split())

    def with_check_pair(self) -> str:
        alphabet = self.pick([SET_82, DIGITS])
        body = self.pick([self.digits(4), ""]) + self.text(alphabet, 0, 19)
        return body + check_pair(body)

    def counted(self, least: int, most: int, more: int = 0) -> str:
        """A digit that says how many follow, as coupons have them."""
        count = self.random.randint(least, most)
        return str(count) + self.digits(count + more)

    def purchase(self) -> str:
        return self.counted(1, 5) + self.pick("012349") + self.digits(3)

    def coupon(self) -> str:
        company = self.counted(0, 6, more=6)
        fields = [
            "1" + self.pick("01234") + self.purchase() + self.pick(["9", company]),
            "2" + self.purchase() + self.pick(["9", company]),
            "3" + self.yymmdd(),
            "4" + self.yymmdd(),
            "5" + self.counted(0, 9, more=6),
            "6" + self.counted(0, 7, more=6),
            "9"
            + self.text("0126", 1)
            + self.text("0123", 1)
            + self.digits(1)
            + self.text("012", 1),
        ]
        wanted = [field for field in fields if self.often(0.3)]
        return company + self.digits(6) + self.counted(1, 5) + self.purchase() + "".join(wanted)

    def positive_offer(self) -> str:
        company, serial = self.counted(0, 6, more=6), self.counted(0, 9, more=6)
        return self.pick("012") + company + self.digits(6) + serial
