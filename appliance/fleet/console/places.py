"""Where something shall be done: all of a person's shops, a region, a shop or a till, as the fleet's
documents write it: "", "region:West", "shop:lviv", "till:01J..."."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from appliance.fleet.console.visit import Visit

KINDS = ("region", "shop", "till")
_CHOICES_MAX = 5_000


def tills_of(visit: Visit, place: str, only: Sequence[str] = ()) -> list[dict[str, Any]]:
    """The tills in service there that the person may reach. only: of these uids."""
    where, params = visit.shops()
    kind, _, name = place.partition(":")
    if place:
        if kind not in KINDS:
            return []
        column = {"region": "s.region", "shop": "s.shop", "till": "t.uid"}[kind]
        where, params = f"{where} AND {column} = :place", params | {"place": name}
    rows = visit.rows(
        "SELECT t.uid, t.name, t.shop, t.state, t.seen_ms, s.name AS shop_name, s.timezone FROM till t"
        f" JOIN shop s ON s.shop = t.shop WHERE t.status = 'active' AND {where}"
        " ORDER BY s.name, t.name, t.uid",
        **params,
    )
    return [row for row in rows if not only or row["uid"] in only]


def choices(visit: Visit, *, everything: bool = True) -> list[tuple[str, str]]:
    """Of the person's own: the whole first, then regions, then shops. everything: the whole is
    offered even to whoever has a part, and then is that part."""
    t = visit.saying.t
    where, params = visit.shops()
    shops = visit.rows(
        f"SELECT s.shop, s.name, s.region FROM shop s WHERE {where} ORDER BY s.name LIMIT :most",
        **params, most=_CHOICES_MAX,
    )  # fmt: skip
    regions = sorted({row["region"] for row in shops if row["region"]})
    if not everything:
        regions = [name for name in regions if has(visit, f"region:{name}")]
    found = [(f"region:{name}", t("Region {name}").format(name=name)) for name in regions]
    found += [(f"shop:{row['shop']}", row["name"] or row["shop"]) for row in shops]
    if everything or visit.scope.everything:
        whole = t("Whole fleet") if visit.scope.everything else t("All my shops")
        found.insert(0, ("", whole))
    return found


def has(visit: Visit, place: str) -> bool:
    """Whether the whole place is the person's, with the shops that will come to it."""
    if visit.scope.everything:
        return True
    kind, _, name = place.partition(":")
    if kind == "region":
        return ("region", name) in visit.scope.parts
    if kind not in KINDS:
        return False
    where, params = visit.shops()
    table = "till t JOIN shop s ON s.shop = t.shop" if kind == "till" else "shop s"
    column = "t.uid" if kind == "till" else "s.shop"
    sql = f"SELECT s.shop FROM {table} WHERE {column} = :place AND {where}"
    return visit.row(sql, **params, place=name) is not None


def words(visit: Visit, place: str) -> str:
    """A place as people call it."""
    kind, _, name = place.partition(":")
    if not place:
        return visit.saying.t("Whole fleet")
    if kind == "region":
        return visit.saying.t("Region {name}").format(name=name)
    if kind == "shop":
        row = visit.row("SELECT name FROM shop WHERE shop = :name", name=name)
        return str(row["name"] or name) if row else name
    row = visit.row(
        "SELECT t.name, s.name AS shop FROM till t JOIN shop s ON s.shop = t.shop WHERE t.uid = :name",
        name=name,
    )
    return f"{row['shop']}, {row['name']}" if row else name
