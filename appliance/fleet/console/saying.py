"""How the console says things: words, amounts, days and spans in the reader's language."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from appliance import i18n
from appliance.core.money import exponent
from appliance.journal.scale import unscaled

LOCALES = Path(__file__).parent.parent / "locale"
_WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "uk": ("пн", "вт", "ср", "чт", "пт", "сб", "нд"),
}
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400
_HOURS_ALONE = 10
"""From so many hours on nobody asks for the minutes."""


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a sentence for translation without translating it yet."""
    return message


@cache
def zone(name: str) -> dt.tzinfo:
    """A shop's time zone; what nobody knows is UTC, and is seen to be so on the page."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return dt.UTC


class Saying:
    """One language, and the zone in which times are told unless a shop's own is given."""

    def __init__(self, language: str, home: dt.tzinfo = dt.UTC) -> None:
        self.language = language
        self.home = home
        self.t = i18n.translator(language, LOCALES)
        self._plural = i18n.plural_translator(language, LOCALES)

    def n(self, singular: str, plural: str, count: int) -> str:
        return self._plural(singular, plural, count).format(count=self.number(count))

    def money(self, minor: int | None, currency: str) -> str:
        return "—" if minor is None else i18n.money(int(minor), currency, self.language)

    def plain_money(self, minor: int | None, currency: str) -> str:
        """For a file that a program reads: 1234.50."""
        return "" if minor is None else f"{Decimal(int(minor)).scaleb(-exponent(currency)):f}"

    def whole_money(self, minor: int, currency: str) -> str:
        """Without the small coins: for a figure to be read from across the room."""
        units = round(Decimal(int(minor)).scaleb(-exponent(currency)))
        return i18n.with_sign(i18n.number(units, self.language), currency, self.language)

    def number(self, value: Decimal | int | None) -> str:
        return "—" if value is None else i18n.number(value, self.language)

    def megabytes(self, size: int) -> str:
        """Of a file that holds something: never none."""
        return self.t("{number} MB").format(number=self.number(max(1, round(size / 1_000_000))))

    def quantity(self, scaled: int | None) -> str:
        return "—" if scaled is None else i18n.number(unscaled(int(scaled)), self.language)

    def plain_quantity(self, scaled: int | None) -> str:
        return "" if scaled is None else f"{unscaled(int(scaled)):f}"

    def percent(self, value: Decimal) -> str:
        return i18n.percent(value, self.language)

    def short(self, value: float) -> str:
        """A round number on an axis: "250", "40 k", "1,5 M"."""
        for size, word in ((1_000_000, self.t("{count} M")), (1_000, self.t("{count} k"))):
            if abs(value) >= size:
                return word.format(count=self.number(Decimal(str(round(value / size, 2)))))
        return self.number(Decimal(str(round(value, 2))))

    # Times

    def at(self, ms: int, tz: dt.tzinfo | None = None) -> dt.datetime:
        return dt.datetime.fromtimestamp(ms / 1000, tz or self.home)

    def moment(self, ms: int | None, tz: dt.tzinfo | None = None) -> str:
        return i18n.date_time(self.at(ms, tz), self.language) if ms else "—"

    def clock(self, ms: int | None, tz: dt.tzinfo | None = None) -> str:
        return f"{self.at(ms, tz):%H:%M:%S}" if ms else "—"

    def stamp(self, ms: object, tz: dt.tzinfo | None = None) -> str:
        """For a file that a program reads."""
        return self.at(int(str(ms)), tz).isoformat(timespec="seconds") if ms else ""

    def day(self, ms: int | None, tz: dt.tzinfo | None = None) -> str:
        return i18n.date(self.at(ms, tz), self.language) if ms else "—"

    def date(self, iso: str) -> str:
        """A day as the store keeps it, with its weekday: "пн 23.11.2026"."""
        date = dt.date.fromisoformat(iso)
        return f"{self.weekday(date)} {i18n.date(date, self.language)}"

    def short_date(self, iso: str) -> str:
        return i18n.short_date(dt.date.fromisoformat(iso), self.language)

    def weekday(self, date: dt.date) -> str:
        return _WEEKDAYS.get(self.language, _WEEKDAYS["en"])[date.weekday()]

    def span(self, ms: int) -> str:
        """How long: "14 s", "3 min", "2 h 5 min", "3 d"."""
        seconds = max(0, int(ms)) // 1000
        if seconds < _MINUTE:
            return self.t("{count} s").format(count=seconds)
        if seconds < _HOUR:
            return self.t("{count} min").format(count=seconds // _MINUTE)
        if seconds < _DAY:
            hours, minutes = divmod(seconds // _MINUTE, 60)
            whole = self.t("{count} h").format(count=hours)
            if minutes and hours < _HOURS_ALONE:
                return f"{whole} {self.t('{count} min').format(count=minutes)}"
            return whole
        return self.t("{count} d").format(count=self.number(seconds // _DAY))

    def ago(self, ms: int | None, now_ms: int) -> str:
        if not ms:
            return self.t("never")
        if now_ms - ms < 2_000:
            return self.t("just now")
        return self.t("{span} ago").format(span=self.span(now_ms - ms))
