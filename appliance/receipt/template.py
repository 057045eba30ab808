"""The shop's own receipt: which blocks it has, in which order, and how large each is.

The defaults here are what `config/receipts/default.toml` spells out for a shopkeeper to copy.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from appliance.receipt.layout import Size, Style

_Word = TypeVar("_Word", bound=StrEnum)


class TemplateError(ValueError):
    """A template file cannot be used. Its text has one sentence for each mistake."""


class Part(StrEnum):
    """Blocks of a sale's receipt. mark: that it is a copy, a return or for training only."""

    LOGO = "logo"
    SHOP = "shop"
    LEGAL = "legal"
    MARK = "mark"
    RULE = "rule"
    LINES = "lines"
    DISCOUNTS = "discounts"
    TOTAL = "total"
    TAXES = "taxes"
    SAVED = "saved"
    TENDERS = "tenders"
    NUMBER = "number"
    CODE = "code"
    FOOTER = "footer"


class Code(StrEnum):
    """What a return is scanned from. qr: Code 128 of the number when there is no QR text."""

    QR = "qr"
    BARCODE = "barcode"
    BOTH = "both"
    NONE = "none"


_PLAIN = Style()
_BOLD = Style(bold=True)
_SMALL = Style(Size.SMALL)
_LARGE = Style(Size.LARGE, bold=True)
_HUGE = Style(Size.HUGE, bold=True)


@dataclass(frozen=True, slots=True)
class Styles:
    shop: Style = _LARGE
    legal: Style = _SMALL
    mark: Style = _LARGE
    lines: Style = _PLAIN
    discounts: Style = _PLAIN
    total: Style = _HUGE
    taxes: Style = _PLAIN
    tenders: Style = _PLAIN
    change: Style = _BOLD
    number: Style = _SMALL
    footer: Style = _SMALL


@dataclass(frozen=True, slots=True)
class Template:
    """single_quantity: write "1 × 46,90" for one piece too. code_words: the sentence under it."""

    order: tuple[Part, ...] = (
        Part.LOGO,
        Part.SHOP,
        Part.LEGAL,
        Part.MARK,
        Part.RULE,
        Part.LINES,
        Part.DISCOUNTS,
        Part.RULE,
        Part.TOTAL,
        Part.TAXES,
        Part.SAVED,
        Part.RULE,
        Part.TENDERS,
        Part.RULE,
        Part.NUMBER,
        Part.CODE,
        Part.FOOTER,
    )
    tax_letters: bool = True
    single_quantity: bool = False
    code: Code = Code.QR
    code_words: bool = True
    styles: Styles = field(default_factory=Styles)


DEFAULT = Template()


def load(path: Path) -> Template:
    """Read a template file; what it leaves out is as in the default. Raises TemplateError."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise TemplateError(f"{path}: {error}") from error
    reader = _Reader(path)
    template = reader.template(document)
    if reader.problems:
        raise TemplateError("\n".join(reader.problems))
    return template


class _Reader:
    """Reads values one by one and keeps every mistake, so that one look mends the whole file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.problems: list[str] = []

    def template(self, document: Mapping[str, Any]) -> Template:
        self._unknown("", document, ("order", "show", "style"))
        show = document.get("show", {})
        style = document.get("style", {})
        self._unknown("show.", show, ("tax_letters", "single_quantity", "code", "code_words"))
        self._unknown("style.", style, tuple(one.name for one in fields(Styles)))
        return Template(
            order=tuple(
                self._one(Part, "order", word) or Part.RULE
                for word in document.get("order", DEFAULT.order)
            ),
            tax_letters=self._flag(show, "tax_letters", DEFAULT.tax_letters),
            single_quantity=self._flag(show, "single_quantity", DEFAULT.single_quantity),
            code=self._one(Code, "show.code", show.get("code", DEFAULT.code)) or DEFAULT.code,
            code_words=self._flag(show, "code_words", DEFAULT.code_words),
            styles=Styles(**{key: self._style(f"style.{key}", style[key]) for key in style}),
        )

    def _unknown(self, place: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                self._wrong(f"{place}{key}", f"unknown key{_meant(key, known)}")

    def _flag(self, table: Mapping[str, Any], key: str, default: bool) -> bool:
        value = table.get(key, default)
        if not isinstance(value, bool):
            self._wrong(f"show.{key}", f"must be true or false, not {value!r}")
            return default
        return value

    def _one(self, kind: type[_Word], key: str, value: object) -> _Word | None:
        known = tuple(word.value for word in kind)
        if value in known:
            return kind(str(value))
        self._wrong(key, f"{value!r} is not possible{_meant(str(value), known)}")
        return None

    def _style(self, key: str, value: object) -> Style:
        words = str(value).split()
        sizes = [word for word in words if word != "bold"]
        size = self._one(Size, key, sizes[0]) if sizes else Size.NORMAL
        if len(sizes) > 1:
            self._wrong(key, f'is a size and perhaps "bold", like "large bold", not {value!r}')
        return Style(size or Size.NORMAL, bold="bold" in words)

    def _wrong(self, key: str, sentence: str) -> None:
        self.problems.append(f"{self._path}: `{key}`: {sentence}")


def _meant(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f", did you mean `{near[0]}`?" if near else f"; known are {', '.join(known)}"
