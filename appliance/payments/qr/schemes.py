"""What a shop says about its account, by kind of code, and one payment written as that code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from appliance.core.money import exponent, from_minor
from appliance.payments.options import Options
from appliance.qr import epc, iban, mpm, nbu, swiss
from appliance.qr.currencies import NUMERIC


@dataclass(frozen=True, slots=True)
class Bill:
    """One payment. reference: of the till, unique for good, so that the credit finds its sale."""

    amount_minor: int
    currency: str
    reference: str
    made: datetime
    until: datetime


_AMOUNT_LOCKED = "FEFF"
_MINUTES_MAX = 24 * 60
_TAX_ID = "[0-9]{8}|[0-9]{10}"
_BIC = "[A-Z0-9]{8}|[A-Z0-9]{11}"


def _words(options: Options, key: str, most: int, default: str | None = None) -> str:
    """Of one line, so that it is one field of the code."""
    said = f"{key} is one line of at most {most} characters"
    return options.like(key, rf"[^\r\n]{{1,{most}}}", said, default)


def _country(options: Options, default: str | None = None) -> str:
    return options.like("country", "[A-Z]{2}", 'country is two letters, like "UA"', default)


def _minutes(options: Options) -> int:
    return options.whole("lifetime_minutes", Scheme.lifetime_minutes, most=_MINUTES_MAX)


def _account(options: Options) -> str:
    packed = options.text("account").replace(" ", "").upper()
    if not iban.is_valid(packed):
        raise options.wrong("account is no account number (IBAN): a digit is wrong or missing")
    return packed


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """The options of [[payments]] with driver = "qr". lifetime_minutes: for how long the code is
    shown; what nobody has confirmed by then is unknown."""

    currencies: ClassVar[frozenset[str]] = frozenset()

    lifetime_minutes: int = 10

    def write(self, bill: Bill) -> str:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Nbu(Scheme):
    """Ukraine. version: 002, which every bank's app reads, or 003, which also locks the amount and
    carries the time limit. purpose: {reference} is the till's number of the payment."""

    currencies: ClassVar[frozenset[str]] = frozenset({"UAH"})

    account: str
    holder: str
    tax_id: str
    version: str = "002"
    function: str = "UCT"
    encoding: str = "utf-8"
    line_end: str = "lf"
    purpose: str = "Оплата за товари, чек {reference}"

    @classmethod
    def of(cls, options: Options) -> Nbu:
        return cls(
            lifetime_minutes=_minutes(options),
            account=_account(options),
            holder=_words(options, "holder", 140),
            tax_id=options.like("tax_id", _TAX_ID, "tax_id is eight digits, or ten"),
            version=options.one_of("version", ("002", "003")),
            function=options.one_of("function", ("UCT", "ICT", "XCT")),
            encoding=options.one_of("encoding", ("utf-8", "cp1251")),
            line_end=options.one_of("line_end", ("lf", "crlf")),
            purpose=_words(options, "purpose", 380, cls.purpose),
        )

    def write(self, bill: Bill) -> str:
        purpose = self.purpose.replace("{reference}", bill.reference)
        charset = "1" if self.encoding == "utf-8" else "2"
        due = f"UAH{_amount(bill)}"
        fields = ["BCD", self.version, charset, self.function, "", self.holder, self.account, due]
        fields += [self.tax_id, "", bill.reference, purpose, ""]
        if self.version == "003":
            fields += [_AMOUNT_LOCKED, _moment(bill.until), _moment(bill.made), ""]
        return nbu.build(fields, self.line_end)


@dataclass(frozen=True, kw_only=True)
class Epc(Scheme):
    """The euro countries' transfer code; the reference is a creditor reference (RF...)."""

    currencies: ClassVar[frozenset[str]] = frozenset({"EUR"})

    account: str
    holder: str
    bic: str = ""

    @classmethod
    def of(cls, options: Options) -> Epc:
        return cls(
            lifetime_minutes=_minutes(options),
            account=_account(options),
            holder=_words(options, "holder", 70),
            bic=options.like("bic", _BIC, "bic is eight capital letters and digits, or eleven", ""),
        )

    def write(self, bill: Bill) -> str:
        head = ["BCD", "002", "1", "SCT", self.bic, self.holder, self.account]
        reference = creditor_reference(bill.reference)
        return epc.build([*head, f"EUR{_amount(bill)}", "", reference])


@dataclass(frozen=True, kw_only=True)
class Swiss(Scheme):
    """The Swiss QR-bill with a creditor reference."""

    currencies: ClassVar[frozenset[str]] = frozenset({"CHF", "EUR"})

    account: str
    holder: str
    street: str = ""
    number: str = ""
    postcode: str
    town: str
    country: str = "CH"

    @classmethod
    def of(cls, options: Options) -> Swiss:
        return cls(
            lifetime_minutes=_minutes(options),
            account=_account(options),
            holder=_words(options, "holder", 70),
            street=_words(options, "street", 70, ""),
            number=_words(options, "number", 16, ""),
            postcode=_words(options, "postcode", 16),
            town=_words(options, "town", 35),
            country=_country(options, "CH"),
        )

    def write(self, bill: Bill) -> str:
        creditor = ["S", self.holder, self.street, self.number, self.postcode, self.town]
        head = ["SPC", "0200", "1", self.account, *creditor, self.country, *[""] * 7]
        due = [_amount(bill), bill.currency, *[""] * 7]
        return swiss.build([*head, *due, "SCOR", creditor_reference(bill.reference), "", "EPD"])


@dataclass(frozen=True, kw_only=True)
class Emvco(Scheme):
    """A merchant-presented code of EMVCo. template: where the scheme keeps its accounts (26 to 51);
    guid: the scheme's name there; account: the merchant's number with it."""

    currencies: ClassVar[frozenset[str]] = frozenset(NUMERIC)

    template: int = 26
    guid: str
    account: str
    category: str
    country: str
    holder: str
    town: str

    @classmethod
    def of(cls, options: Options) -> Emvco:
        return cls(
            lifetime_minutes=_minutes(options),
            template=options.whole("template", cls.template, least=26, most=51),
            guid=_words(options, "guid", 32),
            account=_words(options, "account", 50),
            category=options.like("category", "[0-9]{4}", "category is four digits"),
            country=_country(options),
            holder=_words(options, "holder", 25),
            town=_words(options, "town", 15),
        )

    def write(self, bill: Bill) -> str:
        return mpm.build(
            [
                ("00", "01"),
                ("01", "12"),
                (str(self.template), [("00", self.guid), ("01", self.account)]),
                ("52", self.category),
                ("53", NUMERIC[bill.currency]),
                ("54", _amount(bill)),
                ("58", self.country),
                ("59", self.holder),
                ("60", self.town),
                ("62", [("05", bill.reference)]),
            ]
        )


SCHEMES: dict[str, Callable[[Options], Scheme]] = {
    "nbu": Nbu.of,
    "epc": Epc.of,
    "swiss": Swiss.of,
    "emvco": Emvco.of,
}
"""By `code`: what reads a kind's options; wrong ones raise PortError."""


def creditor_reference(reference: str) -> str:
    """ISO 11649: "3-1-421-1" is RF..3X1X421X1, which its two check digits guard."""
    body = reference.upper().replace("-", "X")
    return f"RF{98 - iban.mod_97(f'RF00{body}'):02}{body}"


def _moment(at: datetime) -> str:
    """YYMMDDhhmmss by Ukraine's clock, whatever zone the machine is in."""
    return f"{at.astimezone(ZoneInfo('Europe/Kyiv')):%y%m%d%H%M%S}"


def _amount(bill: Bill) -> str:
    return f"{from_minor(bill.amount_minor, bill.currency):.{exponent(bill.currency)}f}"
