"""Lists: what a reader may sort, filter and page through, and the same as a CSV file.

Short lists (tills, shops) have numbered pages. Long ones (sales, facts, the audit) go on from the
last row that was seen, so that the thousandth page costs what the first does.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from appliance.fleet.console.visit import Visit

Other = TypeVar("Other")
Params = Mapping[str, Any]

ROWS = 50
CSV_ROWS = 50_000
_FIND_MAX = 100


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, and the links that lead on from it. told: "51-100 of 312"."""

    rows: Sequence[dict[str, Any]]
    told: str
    back: str
    further: str
    csv_link: str
    _visit: Visit
    sort: str = ""
    down: bool = True

    def sort_link(self, key: str) -> str:
        """The other way round when it is sorted by this already."""
        order = key if self.sort != key or self.down else f"-{key}"
        return self._visit.link(sort=order, page=None, before=None)


@dataclass(frozen=True, slots=True)
class Order:
    """sorts: the words of the address and the SQL they stand for; nothing else gets into a query.
    first: as in the address, "-" for downwards."""

    sorts: Mapping[str, str]
    first: str
    then: str

    def read(self, visit: Visit) -> tuple[str, bool, str]:
        asked = visit.query("sort", self.first)
        if asked.lstrip("-") not in self.sorts:
            asked = self.first
        key, down = asked.lstrip("-"), asked.startswith("-")
        return key, down, f"{self.sorts[key]} {'DESC' if down else 'ASC'}, {self.then}"


def paged(
    visit: Visit,
    sql: str,
    count_sql: str,
    order: Order,
    params: Params,
    only_sql: Params = MappingProxyType({}),
) -> Listing:
    """sql: everything up to ORDER BY. For lists whose whole can be counted in no time. only_sql:
    parameters that the count does not have."""
    key, down, order_sql = order.read(visit)
    [counted] = visit.rows(count_sql, **params)
    total = int(counted["n"])
    pages = max(1, -(-total // ROWS))
    number = min(max(1, _whole(visit.query("page"), 1)), pages)
    first = (number - 1) * ROWS
    rows = visit.rows(
        f"{sql} ORDER BY {order_sql} LIMIT :most OFFSET :skipped",
        **only_sql, **params, most=ROWS, skipped=first,
    )  # fmt: skip
    told = visit.saying.t("{first}–{last} of {total}").format(
        first=visit.saying.number(first + 1 if rows else 0),
        last=visit.saying.number(first + len(rows)),
        total=visit.saying.number(total),
    )
    return Listing(
        rows, told,
        visit.link(page=number - 1) if number > 1 else "",
        visit.link(page=number + 1) if number < pages else "",
        visit.link(format="csv"), visit, sort=key, down=down,
    )  # fmt: skip


def onwards(visit: Visit, sql: str, key: Sequence[str], given: Params, most: int = ROWS) -> Listing:
    """Newest first, from the row `before` on. key: columns, "x.at_ms", that together name a row and
    stand in it under their last words. sql: ends within its WHERE."""
    columns = ", ".join(key)
    names = [column.rpartition(".")[2] for column in key]
    before = visit.query("before").split("~")
    limit, params = "", dict(given)
    if len(before) == len(key) and before[0]:
        limit = f" AND ({columns}) < ({', '.join(f':before{n}' for n in range(len(key)))})"
        params |= {f"before{n}": _whole(value, value) for n, value in enumerate(before)}
    order = ", ".join(f"{column} DESC" for column in key)
    rows = visit.rows(f"{sql}{limit} ORDER BY {order} LIMIT :most", **params, most=most + 1)
    more = len(rows) > most
    rows = rows[:most]
    last = "~".join(str(rows[-1][name]) for name in names) if more else ""
    return Listing(
        rows, visit.saying.n("{count} row", "{count} rows", len(rows)),
        visit.link(before=None) if limit else "",
        visit.link(before=last) if more else "",
        visit.link(format="csv", before=None), visit,
    )  # fmt: skip


def wants_csv(visit: Visit) -> bool:
    return visit.query("format") == "csv"


def all_rows(visit: Visit, sql: str, order: Order | str, params: Params) -> list[dict[str, Any]]:
    """For a CSV: the same rows, all of them up to a limit."""
    order_sql = order if isinstance(order, str) else order.read(visit)[2]
    return visit.rows(f"{sql} ORDER BY {order_sql} LIMIT :most", **params, most=CSV_ROWS)


def matching(columns: Sequence[str], text: str) -> tuple[str, dict[str, str]]:
    """A condition: one of the columns holds the text, in small or capital letters. SQLite folds no
    Cyrillic, and PostgreSQL only in some locales: so each spelling is looked for by itself."""
    text = text.strip()[:_FIND_MAX]
    spellings = dict.fromkeys((text, text.lower(), text.upper(), text.capitalize(), text.title()))
    params = {f"find{number}": _like(each) for number, each in enumerate(spellings)}
    tests = [f"{column} LIKE :{name} ESCAPE '!'" for column in columns for name in params]
    return f"({' OR '.join(tests)})", params


def _like(text: str) -> str:
    for sign in "!%_":
        text = text.replace(sign, f"!{sign}")
    return f"%{text}%"


def _whole(text: str, otherwise: Other) -> int | Other:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else otherwise
