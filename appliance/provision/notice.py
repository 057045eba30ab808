"""What first boot tells whoever stands before the till: kept until the machine is switched off."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from appliance import whole_files
from appliance.board import booted
from appliance.i18n import LANGUAGES, translator
from appliance.provision.deeds import Keep
from appliance.provision.mistakes import Mistake
from appliance.provision.trouble import FLASHES, WORDS, Trouble

PATH = booted.NOTICE
LINES_MAX = 6
"""More mistakes than a small screen shows at once are one mistake of a program."""


@dataclass(frozen=True, slots=True)
class Notice:
    trouble: Trouble
    mistakes: tuple[Mistake, ...] = ()
    detail: str = ""

    def lines(self, language: str) -> list[str]:
        """What is wrong, where, and what to do."""
        t = translator(language)
        what, remedy = WORDS[self.trouble]
        found = [it.say(t) for it in self.mistakes[:LINES_MAX]]
        if self.detail:
            found.append(self.detail)
        return [t(what), *found, t(remedy)]

    def deed(self, path: Path) -> Keep:
        """Readable by all: it says nothing that is secret."""
        said: dict[str, Any] = {"code": self.trouble.value, "blink": FLASHES[self.trouble]}
        said |= {language: self.lines(language) for language in LANGUAGES}
        # A FAT's file names are not always letters.
        content = json.dumps(said, ensure_ascii=False).encode(errors="replace")
        return Keep(path, content, whole_files.EVERYBODY)


def read(language: str, path: Path = PATH) -> Sequence[str]:
    """The lines that first boot left, in the shopkeeper's language; none when all is well."""
    try:
        found = json.loads(path.read_bytes())[language]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    return tuple(it for it in found if isinstance(it, str)) if isinstance(found, list) else ()
