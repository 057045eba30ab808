"""One SQL text for both databases: named parameters as `:name`."""

from __future__ import annotations

import re
from functools import lru_cache

_WORDS = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|::|:([a-z_][a-z0-9_]*)|%", re.IGNORECASE)


@lru_cache(maxsize=512)
def for_psycopg(sql: str) -> str:
    """`:name` becomes %(name)s outside of quotes; a per cent sign, wherever it stands, is doubled."""

    def other(found: re.Match[str]) -> str:
        name = found.group(1)
        return found.group(0).replace("%", "%%") if name is None else f"%({name})s"

    return _WORDS.sub(other, sql)
