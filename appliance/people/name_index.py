"""Names by their folded words: begun words and small mistakes find them too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

_ALIKE_MAX = 200
_NEAR = 4
"""Letters from which on a word may have a mistake; from twice as many on, two."""


class NameIndex:
    """Which customers have which word in their name."""

    def __init__(self, names: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._holding: dict[str, list[str]] = {}
        for key, held in names:
            for word in dict.fromkeys(held):
                self._holding.setdefault(word, []).append(key)
        self._words = list(self._holding)

    def find(self, typed: Sequence[str], limit: int) -> list[str]:
        """Customers that have all typed words, the surest first."""
        scores: dict[str, float] = {}
        for at, word in enumerate(typed):
            fits: dict[str, float] = {}
            for held, fit in self._fits(word).items():
                for key in self._holding[held]:
                    fits[key] = max(fits.get(key, 0.0), fit)
            scores = {
                key: scores.get(key, 0.0) + fit
                for key, fit in fits.items()
                if at == 0 or key in scores
            }
        return sorted(scores, key=lambda key: (-scores[key], key))[:limit]

    def _fits(self, word: str) -> dict[str, float]:
        fits = {held: 1.0 if held == word else 0.9 for held in self._words if held.startswith(word)}
        if len(word) >= _NEAR:
            mistakes = 1 if len(word) < 2 * _NEAR else 2
            alike = process.extract(
                word, self._words, scorer=OSA.distance, score_cutoff=mistakes, limit=_ALIKE_MAX
            )
            for held, distance, _ in alike:
                fits.setdefault(held, 0.8 - 0.2 * distance)
        return fits
