"""Fold words of both scripts to one spelling, so that `moloko`, `молоко` and `МОЛОКО` are the same.

The folded alphabet is `a-z0-9_`. It is a key for finding, never shown: letters that people mix up
(г ґ х h g, и і ї й y j) fold to one, doubled letters to a single, apostrophes and soft signs vanish.
"""

from __future__ import annotations

import re
import unicodedata

FOLD_VERSION = 1
"""Raise when a fold changes: the next import then rebuilds the index."""

_CACHE_WORDS_MAX = 50_000  # about 8 MB; a shop's names hold far fewer different words

# A number with its decimals, or a word with its apostrophes. "900мл" is two tokens.
_TOKEN = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+(?:['’ʼ`´][^\W\d_]+)*")

_HYPHENED = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)+")

_CYRILLIC = str.maketrans(
    dict(
        zip(
            "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяыэёъў",
            "a b v g g d e ie zh z i i i i k l m n o p r s t u f g ts ch sh sh - iu ia i e e - u".replace(
                "-", ""
            ).split(" "),
            strict=True,
        )
    )
    | dict.fromkeys("'’ʼ`´", "")
    | {"ß": "ss", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i", "þ": "th"}
)

# In this order: the ways Latin spells what Cyrillic writes with one letter, then the merges.
_SPELLINGS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        ("shch|sch", "sh"),
        ("zz|tz", "ts"),
        ("kh|gh|h(?<![csztp]h)", "g"),
        ("ph", "f"),
        ("ck|c(?!h)|q", "k"),
        ("x", "ks"),
        ("w", "v"),
        ("[yj]", "i"),
        ("i+(?=[aeu])", ""),
        (r"(ts|ch|sh|zh|.)\1+", r"\1"),
    )
)

_cache: dict[str, str] = {}


def words(text: str) -> list[str]:
    """The folded words of a name, in order: "Молоко 2,6 % 900мл" is moloko 2_6 900 ml."""
    found = []
    for token in _TOKEN.findall(text.lower()):
        folded = _cache.get(token)
        if folded is None:
            folded = fold(token)
            if len(_cache) >= _CACHE_WORDS_MAX:
                _cache.clear()
            _cache[token] = folded
        if folded:
            found.append(folded)
    return found


def indexed_words(name: str) -> list[str]:
    """The words of a name and, for "Coca-Cola", also those it makes when written together."""
    found = words(name)
    if "-" in name:
        for hyphened in _HYPHENED.findall(name.lower()):
            found += words(hyphened.replace("-", ""))
    return found


def fold(token: str) -> str:
    """One lower-case token folded; empty when nothing of it is left."""
    if token[0].isdigit():
        return _number(token)
    latin = latin_letters(token)
    for pattern, to in _SPELLINGS:
        latin = pattern.sub(to, latin)
    if latin.isascii():
        return latin
    # Scripts without a table of their own (Greek, Georgian) keep a stable, searchable spelling.
    return "".join(c if c.isascii() else f"u{ord(c):x}" for c in latin)


def latin_letters(token: str) -> str:
    """A lower-case word in Latin letters without their marks: "софія" is sofiia."""
    latin = token.translate(_CYRILLIC)
    if latin.isascii():
        return latin
    plain = unicodedata.normalize("NFKD", latin)
    return "".join(c for c in plain.translate(_CYRILLIC) if not unicodedata.combining(c))


def _number(token: str) -> str:
    whole, _, decimals = token.replace(",", ".").partition(".")
    plain = "".join(str(unicodedata.digit(c, 0)) for c in whole)
    rest = "".join(str(unicodedata.digit(c, 0)) for c in decimals)
    return f"{plain}_{rest}" if rest else plain


_QWERTY = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_UKRAINIAN = "'йцукенгшщзхїфівапролджєячсмитьбю"
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_TO_UKRAINIAN = str.maketrans(_QWERTY, _UKRAINIAN)
_TO_RUSSIAN = str.maketrans(_QWERTY, _RUSSIAN)
_TO_LATIN = str.maketrans(_UKRAINIAN + _RUSSIAN, _QWERTY * 2)


def other_spellings(text: str) -> list[str]:
    """Latin c for Cyrillic ц, as in "cukor"; as a rule c is taken for к, as in "Coca"."""
    lower = text.lower()
    return [re.sub("c(?!h)", "ts", lower)] if re.search("c(?!h)", lower) else []


def other_layouts(text: str) -> list[str]:
    """What was meant when the keyboard stood in the wrong layout: "vjkjrj" is "молоко"."""
    lower = text.lower()
    if any("а" <= c <= "ґ" for c in lower):
        return [lower.translate(_TO_LATIN)]
    if any("a" <= c <= "z" for c in lower):
        readings = [lower.translate(_TO_UKRAINIAN), lower.translate(_TO_RUSSIAN)]
        return readings if readings[0] != readings[1] else readings[:1]
    return []
