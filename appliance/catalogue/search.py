"""Find items by name, best first: in the order of how surely this is what was meant.

Each typed word becomes a set of words that names really hold: itself, words that begin with it,
words one or two letters away. The inverted index then answers which items hold one of each set,
and the few hundred it names are put in order. Every step is bounded, so that a common word in a
million names costs no more than a rare one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from appliance.catalogue.fold import indexed_words, other_layouts, other_spellings, words
from appliance.catalogue.schema import meta
from appliance.catalogue.search_index import (
    FIRST,
    NEAR_LETTERS,
    NEAR_LETTERS_MIN,
    in_vocabulary,
    left_out,
)

_TYPED_CHARS_MAX = 80
_TYPED_WORDS_MAX = 6
_LAYOUT_LETTERS_MIN = 3  # fewer letters mean something in any layout
_BEGINNINGS_MAX = 16  # words taken that begin with the typed one, the most common first
_ALIKE_MAX = 10
_NEAR_ROWS_MAX = 150  # rows read for each spelling with a letter left out
_CANDIDATES_MAX = 150  # items put in order
_BEGINNING_GROUPS_MAX = 2
_EVERYWHERE_SHARE = 10  # a word in more than every tenth name
_END = "\x7f"  # after every folded letter

Fits = dict[str, float]
"""Words of the vocabulary and how well each fits a typed word, 1 being the word itself."""


class Search:
    """Reads through a connection that its owner locks."""

    def __init__(self, link: sqlite3.Connection) -> None:
        self._link = link

    def rows(self, text: str, limit: int) -> list[int]:
        """The rows of the items that fit, best first."""
        text = text.strip()[:_TYPED_CHARS_MAX]
        code = self._by_digits(text, limit)
        if code:
            return code
        readings = [words(text)[:_TYPED_WORDS_MAX]]
        for switched in (*other_spellings(text), *other_layouts(text)):
            other = words(switched)[:_TYPED_WORDS_MAX]
            if max(map(len, other), default=0) >= _LAYOUT_LETTERS_MIN:
                readings.append(other)
        # As it was typed; then with the keyboard in the other layout; then with mistakes in it.
        for forgiving in (False, True):
            for reading in readings:
                found = self._find(text, reading, limit, forgiving=forgiving)
                if found:
                    return found
        return []

    def _by_digits(self, text: str, limit: int) -> list[int]:
        """The beginning of a barcode, as typed from the pack."""
        if not (text.isascii() and text.isdigit() and 5 <= len(text) <= 13):
            return []
        missing = 13 - len(text)
        low = int(text) * 10**missing
        high = low + 10**missing - 1
        return [
            r[0]
            for r in self._link.execute(
                "SELECT DISTINCT row FROM gtin WHERE gtin BETWEEN ? AND ? LIMIT ?",
                (low, high, limit),
            )
        ]

    def _find(self, text: str, typed: list[str], limit: int, *, forgiving: bool) -> list[int]:
        if not typed:
            return []
        groups = [self._fits(word, forgiving=forgiving) for word in typed]
        if not forgiving and not all(groups):
            return []
        groups = [group for group in groups if group]
        while groups:
            candidates = self._candidates(groups)
            if candidates:
                return self._in_order(text, typed, groups, candidates)[:limit]
            if not forgiving or len(groups) == 1:
                return []
            # No item holds all of it: do without the word that was least sure.
            groups.remove(min(groups, key=lambda group: max(group.values())))
        return []

    # Which words may be meant

    def _fits(self, word: str, *, forgiving: bool) -> Fits:
        if not in_vocabulary(word):
            return {word: 1.0}
        fits: Fits = {}
        for found, _ in self._link.execute(
            "SELECT word, items FROM word WHERE word >= ? AND word < ? AND items > 0"
            " ORDER BY word = ? DESC, items DESC LIMIT ?",
            (word, word + _END, word, _BEGINNINGS_MAX),
        ):
            fits[found] = 1.0 if found == word else max(0.9 - 0.03 * (len(found) - len(word)), 0.6)
        if forgiving and len(word) >= NEAR_LETTERS_MIN:
            for found, fit in self._alike(word).items():
                fits.setdefault(found, fit)
        return fits

    def _alike(self, word: str) -> Fits:
        """Words that are one mistake away (two in a long word), also when only begun."""
        near: set[str] = set()
        for key in left_out(word):
            # A word that is not typed to its end is found by the beginning of its spellings.
            end = key + _END if NEAR_LETTERS_MIN < len(word) < NEAR_LETTERS else key
            near.update(
                row[0]
                for row in self._link.execute(
                    "SELECT word FROM near WHERE key >= ? AND key <= ? LIMIT ?",
                    (key, end, _NEAR_ROWS_MAX),
                )
            )
        fits = _closest(word, near, mistakes_max=1 if len(word) < NEAR_LETTERS else 2)
        if not fits and len(word) >= 5:
            fits = _closest(word, self._same_letter(word), mistakes_max=2)
        return fits

    def _same_letter(self, word: str) -> Iterable[str]:
        """For two mistakes near the beginning: all words of about that length and first letter."""
        return [
            row[0]
            for row in self._link.execute(
                "SELECT word FROM word WHERE word >= ? AND word < ?"
                " AND length(word) BETWEEN ? AND ? AND items > 0",
                (word[0], word[0] + _END, len(word) - 2, len(word) + 2),
            )
        ]

    # Which items hold them

    def _candidates(self, groups: list[Fits]) -> list[int]:
        """Items with a word of every group; of too many, also those whose names begin with one."""
        telling = [_either(group) for group in groups if not self._is_everywhere(group)]
        everyone = telling or [_either(group) for group in groups]
        rows = dict.fromkeys(self._holding(everyone))
        if len(rows) < _CANDIDATES_MAX:
            return list(rows)
        for group in groups[:_BEGINNING_GROUPS_MAX]:
            rest = [either for either in everyone if either != _either(group)]
            rows |= dict.fromkeys(self._holding([_either(FIRST + word for word in group), *rest]))
        return list(rows)

    def _is_everywhere(self, group: Fits) -> bool:
        """Whether a word like "г" is in so many names that it only helps to put them in order."""
        everywhere = meta(self._link, "items") // _EVERYWHERE_SHARE + _CANDIDATES_MAX
        marks = ",".join("?" * len(group))
        most = self._link.execute(
            f"SELECT max(items) FROM word WHERE word IN ({marks})",  # noqa: S608 (question marks)
            tuple(group),
        ).fetchone()[0]
        return most is not None and most > everywhere

    def _holding(self, eithers: list[str]) -> list[int]:
        return [
            row[0]
            for row in self._link.execute(
                "SELECT rowid FROM found WHERE found MATCH ? LIMIT ?",
                (" AND ".join(eithers), _CANDIDATES_MAX),
            )
        ]

    # In which order

    def _in_order(
        self, text: str, typed: list[str], groups: list[Fits], rows: list[int]
    ) -> list[int]:
        marks = ",".join("?" * len(rows))
        names = self._link.execute(
            f"SELECT row, name FROM item WHERE row IN ({marks})",  # noqa: S608 (question marks)
            rows,
        ).fetchall()
        lower = text.lower()
        numbers = {word for word in typed if not in_vocabulary(word)}
        scored = [(-_score(lower, numbers, groups, name), name, row) for row, name in names]
        return [row for _, _, row in sorted(scored)]


def _score(typed: str, numbers: set[str], groups: list[Fits], name: str) -> float:
    held = indexed_words(name)
    fit = sum(max((group.get(word, 0.0) for word in held), default=0.0) for group in groups)
    begins = groups[0].get(held[0], 0.0) if held else 0.0
    exact_numbers = len(numbers.intersection(held))
    # The spelling as typed settles what folding made alike; short names are the plainer things.
    spelling = fuzz.ratio(typed, name.lower()) / 100
    return fit + 0.4 * begins + 0.3 * exact_numbers + 0.2 * spelling - 0.01 * len(held)


def _either(group: Iterable[str]) -> str:
    return "(" + " OR ".join(f'"{word}"' for word in group) + ")"


def _closest(word: str, near: Iterable[str], *, mistakes_max: int) -> Fits:
    fits: dict[str, float] = {}
    candidates = list(near)
    for found, mistakes, _ in process.extract(
        word, candidates, scorer=OSA.distance, score_cutoff=mistakes_max, limit=_ALIKE_MAX
    ):
        fits[found] = 0.75 - 0.2 * (mistakes - 1)
    # Words not typed to their end: compare with as many of their letters.
    heads = {found: found[: len(word)] for found in candidates if len(found) > len(word)}
    for _, mistakes, found in process.extract(
        word, heads, scorer=OSA.distance, score_cutoff=mistakes_max, limit=_ALIKE_MAX
    ):
        longer = 0.02 * (len(found) - len(word))
        fits[found] = max(fits.get(found, 0.0), 0.7 - 0.2 * (mistakes - 1) - min(longer, 0.2))
    return dict(sorted(fits.items(), key=lambda pair: -pair[1])[:_ALIKE_MAX])
