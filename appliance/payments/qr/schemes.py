"""What a shop says about its account, by kind of code, and one payment written as that code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from appliance.core.money import exponent, from_minor
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


def _account(text: str) -> str:
    packed = text.replace(" ", "").upper()
    if not iban.is_valid(packed):
        raise ValueError("is no account number (IBAN): a digit is wrong or missing")
    return packed


_AMOUNT_LOCKED = "FEFF"

Iban = Annotated[str, AfterValidator(_account)]
Minutes = Annotated[int, Field(ge=1, le=24 * 60)]


def _words(most: int, least: int = 1) -> StringConstraints:
    """Of one line."""
    return StringConstraints(min_length=least, max_length=most, pattern=r"^[^\r\n]*$")


Digits4 = Annotated[str, StringConstraints(pattern="^[0-9]{4}$")]
TaxId = Annotated[str, StringConstraints(pattern="^([0-9]{8}|[0-9]{10})$")]
Country = Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]


class Scheme(BaseModel):
    """The options of [[payments]] with driver = "qr". lifetime_minutes: for how long the code is
    shown; what nobody has confirmed by then is unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    currencies: ClassVar[frozenset[str]] = frozenset()

    lifetime_minutes: Minutes = 10

    def write(self, bill: Bill) -> str:
        raise NotImplementedError


class Nbu(Scheme):
    """Ukraine. version: 002, which every bank's app reads, or 003, which also locks the amount and
    carries the time limit. purpose: {reference} is the till's number of the payment."""

    currencies: ClassVar[frozenset[str]] = frozenset({"UAH"})

    code: Literal["nbu"] = "nbu"
    account: Iban
    holder: Annotated[str, _words(140)]
    tax_id: TaxId
    version: Literal["002", "003"] = "002"
    function: Literal["UCT", "ICT", "XCT"] = "UCT"
    encoding: Literal["utf-8", "cp1251"] = "utf-8"
    line_end: Literal["lf", "crlf"] = "lf"
    purpose: Annotated[str, _words(380)] = "Оплата за товари, чек {reference}"

    def write(self, bill: Bill) -> str:
        purpose = self.purpose.replace("{reference}", bill.reference)
        charset = "1" if self.encoding == "utf-8" else "2"
        due = f"UAH{_amount(bill)}"
        fields = ["BCD", self.version, charset, self.function, "", self.holder, self.account, due]
        fields += [self.tax_id, "", bill.reference, purpose, ""]
        if self.version == "003":
            fields += [_AMOUNT_LOCKED, _moment(bill.until), _moment(bill.made), ""]
        return nbu.build(fields, self.line_end)


class Epc(Scheme):
    """The euro countries' transfer code; the reference is a creditor reference (RF...)."""

    currencies: ClassVar[frozenset[str]] = frozenset({"EUR"})

    code: Literal["epc"]
    account: Iban
    holder: Annotated[str, _words(70)]
    bic: Annotated[str, StringConstraints(pattern="^([A-Z0-9]{8}|[A-Z0-9]{11})?$")] = ""

    def write(self, bill: Bill) -> str:
        head = ["BCD", "002", "1", "SCT", self.bic, self.holder, self.account]
        reference = creditor_reference(bill.reference)
        return epc.build([*head, f"EUR{_amount(bill)}", "", reference])


class Swiss(Scheme):
    """The Swiss QR-bill with a creditor reference."""

    currencies: ClassVar[frozenset[str]] = frozenset({"CHF", "EUR"})

    code: Literal["swiss"]
    account: Iban
    holder: Annotated[str, _words(70)]
    street: Annotated[str, _words(70, least=0)] = ""
    number: Annotated[str, _words(16, least=0)] = ""
    postcode: Annotated[str, _words(16)]
    town: Annotated[str, _words(35)]
    country: Country = "CH"

    def write(self, bill: Bill) -> str:
        creditor = ["S", self.holder, self.street, self.number, self.postcode, self.town]
        head = ["SPC", "0200", "1", self.account, *creditor, self.country, *[""] * 7]
        due = [_amount(bill), bill.currency, *[""] * 7]
        return swiss.build([*head, *due, "SCOR", creditor_reference(bill.reference), "", "EPD"])


class Emvco(Scheme):
    """A merchant-presented code of EMVCo. template: where the scheme keeps its accounts (26 to 51);
    guid: the scheme's name there; account: the merchant's number with it."""

    currencies: ClassVar[frozenset[str]] = frozenset(NUMERIC)

    code: Literal["emvco"]
    template: Annotated[int, Field(ge=26, le=51)] = 26
    guid: Annotated[str, _words(32)]
    account: Annotated[str, _words(50)]
    category: Digits4
    country: Country
    holder: Annotated[str, _words(25)]
    town: Annotated[str, _words(15)]

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


SCHEMES: dict[str, type[Scheme]] = {"nbu": Nbu, "epc": Epc, "swiss": Swiss, "emvco": Emvco}


def creditor_reference(reference: str) -> str:
    """ISO 11649: "3-1-421-1" is RF..3X1X421X1, which its two check digits guard."""
    body = reference.upper().replace("-", "X")
    return f"RF{98 - iban.mod_97(f'RF00{body}'):02}{body}"


def _moment(at: datetime) -> str:
    """YYMMDDhhmmss by Ukraine's clock, whatever zone the machine is in."""
    return f"{at.astimezone(ZoneInfo('Europe/Kyiv')):%y%m%d%H%M%S}"


def _amount(bill: Bill) -> str:
    return f"{from_minor(bill.amount_minor, bill.currency):.{exponent(bill.currency)}f}"
