"""Write the search index: which item holds which folded word, and which words look alike."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable

from appliance.catalogue.fold import FOLD_VERSION, indexed_words

NEAR_LETTERS = 7
"""A spelling mistake is looked for in a word's first letters; the rest is compared afterwards."""

NEAR_LETTERS_MIN = 3
FIRST = "_"
"""Marks the word a name begins with, so that "Молоко ..." comes before "Печиво з молоком"."""

_PENDING_WORDS_MAX = 200_000  # about 30 MB


def left_out(word: str) -> set[str]:
    """The word's beginning, whole and with each one letter left out."""
    head = word[:NEAR_LETTERS]
    return {head} | {head[:i] + head[i + 1 :] for i in range(len(head))}


def in_vocabulary(word: str) -> bool:
    """Numbers stay out: there is no end of them, and a mistyped number is another number."""
    return not word[0].isdigit()


class SearchIndex:
    """Collects the changes of one transaction; `finish` writes what is still pending."""

    def __init__(self, link: sqlite3.Connection) -> None:
        self._link = link
        self._pending: Counter[str] = Counter()

    def add(self, rows: Iterable[tuple[int, str]]) -> None:
        """rows: (row, name) of items that are not in the index."""
        documents = []
        for row, name in rows:
            found = indexed_words(name)
            if found:
                self._pending.update(found)
                documents.append((row, _document(found)))
        self._link.executemany("INSERT INTO found (rowid, words) VALUES (?, ?)", documents)
        if len(self._pending) > _PENDING_WORDS_MAX:
            self._write_words()

    def remove(self, row: int, name: str) -> None:
        found = indexed_words(name)
        if found:
            self._pending.subtract(found)
            self._link.execute(
                "INSERT INTO found (found, rowid, words) VALUES ('delete', ?, ?)",
                (row, _document(found)),
            )

    def clear(self) -> None:
        self._pending.clear()
        self._link.execute("INSERT INTO found (found) VALUES ('delete-all')")
        self._link.execute("DELETE FROM word")
        self._link.execute("DELETE FROM near")

    def rebuild(self) -> None:
        """All over again from the names, after a change of `fold`."""
        self.clear()
        self.add(self._link.execute("SELECT row, name FROM item"))
        self._link.execute("UPDATE meta SET value = ? WHERE key = 'fold'", (FOLD_VERSION,))

    def finish(self, *, optimise: bool) -> None:
        """optimise: after many changes, merge the index so that each word is in one place."""
        self._write_words()
        if optimise:
            self._link.execute("INSERT INTO found (found) VALUES ('optimize')")

    def _write_words(self) -> None:
        changed = sorted((w, n) for w, n in self._pending.items() if n and in_vocabulary(w))
        self._pending.clear()
        self._link.executemany(
            "INSERT INTO word VALUES (?, ?)"
            " ON CONFLICT (word) DO UPDATE SET items = items + excluded.items",
            changed,
        )
        near = [
            (key, word)
            for word, count in changed
            if count > 0 and len(word) >= NEAR_LETTERS_MIN
            for key in left_out(word)
        ]
        near.sort()
        self._link.executemany("INSERT OR IGNORE INTO near VALUES (?, ?)", near)


def _document(found: list[str]) -> str:
    return f"{FIRST}{found[0]} {' '.join(found)}"
