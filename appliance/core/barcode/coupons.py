"""The inner grammar of North American coupons, application identifiers 8110 and 8112."""

from __future__ import annotations

from datetime import date

from appliance.core.barcode.check_digits import is_digits
from appliance.core.barcode.dates import is_date, resolve_year


class _Unreadable(Exception):
    pass


class _Reader:
    """Takes digits from the left; whatever is missing or not allowed ends the reading."""

    def __init__(self, digits: str) -> None:
        self._digits = digits
        self._at = 0

    @property
    def at_end(self) -> bool:
        return self._at == len(self._digits)

    def take(self, length: int) -> str:
        taken = self._digits[self._at : self._at + length]
        if len(taken) < length:
            raise _Unreadable
        self._at += length
        return taken

    def one_of(self, allowed: str) -> str:
        digit = self.take(1)
        if digit not in allowed:
            raise _Unreadable
        return digit

    def sized(self, allowed: str, *, plus: int = 0) -> str:
        """A field whose length, less `plus`, is the digit before it."""
        return self.take(int(self.one_of(allowed)) + plus)

    def option(self, indicator: str) -> bool:
        """Whether the optional field with this indicator comes next."""
        if self._digits.startswith(indicator, self._at):
            self._at += len(indicator)
            return True
        return False


def is_coupon_code(value: str, today: date) -> bool:
    """North American Coupon Application Guideline: the data of 8110."""
    if not is_digits(value):
        return False
    reader = _Reader(value)
    try:
        reader.sized("0123456", plus=6)  # company prefix
        reader.take(6)  # offer code
        reader.sized("12345")  # save value
        _purchase(reader)
        _optional_purchases(reader)
        _optional_dates(reader, today)
        if reader.option("5"):
            reader.sized("0123456789", plus=6)  # serial number
        if reader.option("6"):
            reader.sized("1234567", plus=6)  # retailer
        if reader.option("9"):
            for allowed in ("01256", "012", "0123456789", "01"):
                reader.one_of(allowed)
    except _Unreadable:
        return False
    return reader.at_end


def _purchase(reader: _Reader) -> None:
    reader.sized("12345")  # requirement
    reader.one_of("012349")  # requirement code
    reader.take(3)  # family code


def _optional_purchases(reader: _Reader) -> None:
    for indicator in "12":
        if not reader.option(indicator):
            continue
        if indicator == "1":
            reader.one_of("0123")  # additional purchase rules
        _purchase(reader)
        length = reader.one_of("01234569")
        if length != "9":
            reader.take(int(length) + 6)  # company prefix of that purchase


def _optional_dates(reader: _Reader, today: date) -> None:
    expiry = start = ""
    if reader.option("3"):
        expiry = _date(reader, today)
    if reader.option("4"):
        start = _date(reader, today)
    if expiry and start > expiry:  # compared as written, as the reference linter does
        raise _Unreadable


def _date(reader: _Reader, today: date) -> str:
    value = reader.take(6)
    year = resolve_year(int(value[:2]), today)
    if not is_date(year, int(value[2:4]), int(value[4:6]), day_zero=False):
        raise _Unreadable
    return value


def is_positive_offer(value: str) -> bool:
    """GS1 AI (8112) Coupon Data Specification."""
    if not is_digits(value):
        return False
    reader = _Reader(value)
    try:
        reader.one_of("01")  # format
        reader.sized("0123456", plus=6)  # funder
        reader.take(6)  # offer code
        reader.sized("0123456789", plus=6)  # serial number
    except _Unreadable:
        return False
    return reader.at_end
