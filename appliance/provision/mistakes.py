"""What can be wrong with a provisioning file or a list of cards, and how to put it right."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from appliance.i18n import Translator

_SHOWN_MAX = 200
"""A whole mistake of a settings file; a screen shows less by itself."""


class Kind(StrEnum):
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    TOO_LARGE = "too_large"
    VERSION = "version"
    UNKNOWN = "unknown"
    TWICE = "twice"
    MISSING = "missing"
    NOT_A_SECTION = "not_a_section"
    NOT_TEXT = "not_text"
    NOT_LINES = "not_lines"
    EMPTY = "empty"
    NOT_ONE_LINE = "not_one_line"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    NOT_YES_OR_NO = "not_yes_or_no"
    LEVEL = "level"
    CURRENCY = "currency"
    LANGUAGE = "language"
    TIME_ZONE = "time_zone"
    TIME = "time"
    COUNTRY = "country"
    WIFI_NAME = "wifi_name"
    WIFI_PASSWORD = "wifi_password"  # noqa: S105 - a mistake's name
    WIFI_PSK = "wifi_psk"
    WIFI_BOTH = "wifi_both"
    SERVER = "server"
    TOKEN = "token"  # noqa: S105 - a mistake's name
    SSH_KEY = "ssh_key"
    CARD = "card"
    SERIAL = "serial"
    SETTINGS = "settings"
    SAME_TILL = "same_till"
    SAME_TOKEN = "same_token"  # noqa: S105 - a mistake's name
    NO_TOKEN_LEFT = "no_token_left"  # noqa: S105 - a mistake's name
    SPARE_CELLS = "spare_cells"
    NO_ROWS = "no_rows"
    NO_HEADINGS = "no_headings"
    LETTERS = "letters"
    TOO_LONG_A_LIST = "too_long_a_list"


WORDS: dict[Kind, tuple[str, str]] = {
    Kind.NOT_UTF8: ("the file is not UTF-8 text", "Write it again with till provision."),
    Kind.NOT_JSON: ("the file breaks off or is no JSON", "Write it again with till provision."),
    Kind.TOO_LARGE: ("the file is too large", "Write it again with till provision."),
    Kind.VERSION: (
        "the file is of another version of Kram",
        "Write it with the till program of this card's version.",
    ),
    Kind.UNKNOWN: ("unknown field", "Take it out, or mend its spelling."),
    Kind.TWICE: ("stands here twice", "Leave one."),
    Kind.MISSING: ("is missing", "Write it."),
    Kind.NOT_A_SECTION: ("must be a section with fields", "Write it in { }."),
    Kind.NOT_TEXT: ("must be a text", "Write it in quotes."),
    Kind.NOT_LINES: ("must be a list of texts", 'Write it as ["one", "two"].'),
    Kind.EMPTY: ("is empty", "Write it, or leave the field out."),
    Kind.NOT_ONE_LINE: ("breaks into lines", "Write it on one line."),
    Kind.TOO_LONG: ("is too long", "Shorten it."),
    Kind.NOT_A_NUMBER: ("is no number of a till", "Write a whole number from 1 to 999."),
    Kind.NOT_YES_OR_NO: ("is neither yes nor no", "Write yes or no."),
    Kind.LEVEL: (
        "is no short name of a shop",
        "Write up to 64 Latin letters, figures, points and dashes, such as kyiv-1.",
    ),
    Kind.CURRENCY: ("is no currency", "Write three letters such as UAH."),
    Kind.LANGUAGE: ("is no language of the till", "Write uk or en."),
    Kind.TIME_ZONE: ("is no time zone", "Write it like Europe/Kyiv."),
    Kind.TIME: ("is no time", "Write it like 2026-11-29T14:00:00+02:00."),
    Kind.COUNTRY: ("is no country", "Write two capital letters such as UA."),
    Kind.WIFI_NAME: (
        "is no name of a Wi-Fi network",
        "Write 1 to 32 bytes: a Ukrainian letter counts as two.",
    ),
    Kind.WIFI_PASSWORD: (
        "is no password of a Wi-Fi network",
        "Write 8 to 63 Latin letters, figures and signs; leave it out for an open network.",
    ),
    Kind.WIFI_PSK: ("is no key of a Wi-Fi network", "Write 64 digits and letters from 0 to f."),
    Kind.WIFI_BOTH: ("has a password and a key", "Leave one of the two."),
    Kind.SERVER: (
        "is no address of a fleet",
        "Write it like https://fleet.example:8443.",
    ),
    Kind.TOKEN: (
        "is no token of a fleet",
        "Copy it whole from till fleet tokens or from the console: it begins with KRAM1-.",
    ),
    Kind.SSH_KEY: (
        "is no public key for SSH",
        "Write the line of a .pub file: ssh-ed25519 and its letters.",
    ),
    Kind.CARD: ("is no number of a card", "Write it again with till provision."),
    Kind.SERIAL: (
        "is no serial number of a Raspberry Pi",
        "Write its 16 digits and letters from 0 to f, or leave it out.",
    ),
    Kind.SETTINGS: ("cannot be used as the till's settings", "Mend the file given by --settings."),
    Kind.SAME_TILL: (
        "another card of the list is the same till of the same shop",
        "Give each till of a shop its own number.",
    ),
    Kind.SAME_TOKEN: ("another card of the list has this token", "Take a token for each till."),
    Kind.NO_TOKEN_LEFT: (
        "no token is left for this till",
        "Make more with till fleet tokens, or take the address of the fleet out.",
    ),
    Kind.SPARE_CELLS: ("has more cells than headings", "Put texts with the delimiter in quotes."),
    Kind.NO_ROWS: ("holds no card", "Write a line for each card under the headings."),
    Kind.NO_HEADINGS: (
        "this line should hold the headings",
        "Write above the rows what each column is, such as shop;number;till.",
    ),
    Kind.LETTERS: ("is no text whose letters are known", "Save the list as CSV UTF-8."),
    Kind.TOO_LONG_A_LIST: (
        "is longer than a list of cards",
        "See whether it is the right file; at most 2000 lines go at once.",
    ),
}
"""What is wrong, and what to do: English, the keys of the translations."""


class Wrong(ValueError):
    """One value that cannot be taken; whoever reads the whole adds where it stands.

    shown: the value as a person may see it. Of a secret nothing is shown.
    """

    def __init__(self, kind: Kind, shown: object = "") -> None:
        super().__init__(kind.value)
        self.kind = kind
        text = str(shown)
        self.shown = text if len(text) <= _SHOWN_MAX else text[: _SHOWN_MAX - 1] + "…"


@dataclass(frozen=True, slots=True)
class Mistake:
    """place: the field or column, as the file has it. line: counted from 1, 0 where none is told."""

    kind: Kind
    place: str = ""
    line: int = 0
    shown: str = ""

    def say(self, t: Translator) -> str:
        """'line 14, shop.currency: is no currency (GRN). Write three letters such as UAH.'"""
        what, remedy = WORDS[self.kind]
        where = ", ".join(
            it for it in (t("line {n}").format(n=self.line) if self.line else "", self.place) if it
        )
        shown = f" ({self.shown})" if self.shown else ""
        head = f"{where}: " if where else ""
        return f"{head}{t(what)}{shown}. {t(remedy)}"
