"""The shop's language: words from the gettext catalogues, and numbers as people write them."""

from __future__ import annotations

import datetime as dt
import gettext as _gettext
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path

from appliance.core.money import exponent

LANGUAGES = ("uk", "en")
"""What the till speaks; the first is the default shop's."""

NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"

COMPILED = "compiled.mo"

Translator = Callable[[str], str]
PluralTranslator = Callable[[str, str, int], str]

_LOCALES = Path(__file__).parent / "locale"
# (group separator, decimal separator) of Babel's CLDR data; anything else writes as English does.
_SEPARATORS = {"uk": (NO_BREAK_SPACE, ","), "en": (",", ".")}
_MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SYMBOLS = {"UAH": "₴", "EUR": "€", "USD": "$", "GBP": "£", "PLN": "zł", "CZK": "Kč"}


def translator(language: str, locales: Path = _LOCALES) -> Translator:
    """English text in, the language's text out; text that the catalogue lacks comes back as is.

    locales: a part's own catalogues, before the till's.
    """
    translations = _translations(language, locales)

    def translate(message: str) -> str:
        # gettext answers "" with the catalogue's header.
        return translations.gettext(message) if message else ""

    return translate


def plural_translator(language: str, locales: Path = _LOCALES) -> PluralTranslator:
    """(singular, plural, n) in English to the language's own form for n; Ukrainian has three."""
    return _translations(language, locales).ngettext


@cache
def _translations(language: str, locales: Path = _LOCALES) -> _gettext.NullTranslations:
    """All of a language, once: as the image's build compiled it (`compile_all`), or compiled now."""
    folder = locales / language / "LC_MESSAGES"
    ready = folder / COMPILED
    if ready.exists():
        content: bytes | None = ready.read_bytes()
    else:
        content = _compiled(language, folder)
    if content is None:
        return _gettext.NullTranslations()
    translations = _gettext.GNUTranslations(BytesIO(content))
    if locales != _LOCALES:
        translations.add_fallback(_translations(language, _LOCALES))
    return translations


def compile_all(package: Path) -> None:
    """Writes what `_translations` otherwise makes at each start, a quarter of it. For a tree that will
    not change any more: nothing sees whether a .po file is newer."""
    for folder in sorted(package.glob("**/locale/*/LC_MESSAGES")):
        content = _compiled(folder.parent.name, folder)
        if content is not None:
            (folder / COMPILED).write_bytes(content)


def _compiled(language: str, folder: Path) -> bytes | None:
    """All .po files of the folder as one .mo; None when there are none."""
    paths = sorted(folder.glob("*.po"))
    if not paths:
        return None
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    catalogue = None
    for path in paths:
        with path.open("rb") as source:
            part = read_po(source, locale=language, abort_invalid=True)
        if catalogue is None:
            catalogue = part
        else:
            for message in part:
                if message.id:
                    catalogue[message.id] = message
    assert catalogue is not None
    # Of an unknown day Babel makes today: the same files shall give the same bytes.
    catalogue.creation_date = catalogue.revision_date = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()


def amount(amount_minor: int, currency: str, language: str) -> str:
    """An amount without its currency: 123450 UAH is "1 234,50" in Ukrainian."""
    decimals = exponent(currency)
    digits = str(abs(amount_minor)).rjust(decimals + 1, "0")
    whole, rest = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    return _written(whole, rest, language, negative=amount_minor < 0)


def money(amount_minor: int, currency: str, language: str) -> str:
    """An amount with its sign: "1 234,50 ₴", "€1,234.50", "CHF 5.00"."""
    return with_sign(amount(amount_minor, currency, language), currency, language)


def with_sign(number: str, currency: str, language: str) -> str:
    """A number that is written already, as one that is being typed: "1 000 ₴", "₴1000"."""
    symbol = _SYMBOLS.get(currency, currency)
    if language != "en":
        return f"{number}{NO_BREAK_SPACE}{symbol}"
    gap = NO_BREAK_SPACE if symbol[-1].isalpha() else ""
    minus = MINUS if number.startswith(MINUS) else ""
    return f"{minus}{symbol}{gap}{number.removeprefix(MINUS)}"


def symbol(currency: str) -> str:
    """What stands for a currency on a key or a price tag: ₴; its letters if it has no sign."""
    return _SYMBOLS.get(currency, currency)


def number(value: Decimal | int, language: str) -> str:
    """A quantity or a rate without needless zeros: "0,436", "2", "1 250"."""
    plain = f"{abs(value):f}"
    whole, _, rest = plain.partition(".")
    return _written(whole, rest.rstrip("0"), language, negative=value < 0)


def percent(value: Decimal, language: str) -> str:
    """A rate of hundredths: "20 %" in Ukrainian, "20%" in English."""
    gap = "" if language == "en" else NO_BREAK_SPACE
    return f"{number(value, language)}{gap}%"


def date(at: dt.date | dt.datetime, language: str) -> str:
    """A day: "23.11.2026", "23 Nov 2026". Not by strftime's names: they follow the process."""
    if language == "en":
        return f"{at.day} {_MONTHS_EN[at.month - 1]} {at.year}"
    return f"{at:%d.%m.%Y}"


def short_date(at: dt.date, language: str) -> str:
    """A day without its year: "23.11", "23 Nov"."""
    if language == "en":
        return f"{at.day} {_MONTHS_EN[at.month - 1]}"
    return f"{at:%d.%m}"


def date_time(at: dt.datetime, language: str) -> str:
    """Day and minute: "23.11.2026 14:32", "23 Nov 2026 14:32"."""
    return f"{date(at, language)} {at:%H:%M}"


def _written(whole: str, rest: str, language: str, *, negative: bool) -> str:
    group, point = _SEPARATORS.get(language, _SEPARATORS["en"])
    grouped = f"{int(whole):,}".replace(",", group)
    minus = MINUS if negative and (int(whole) or rest.strip("0")) else ""
    return f"{minus}{grouped}{point}{rest}" if rest else f"{minus}{grouped}"
