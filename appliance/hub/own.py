"""What this till has to say to the shop's other tills: its stock, its suspended baskets, customers that
changed here, and its catalogue's fingerprint. Each is compared with what was said before."""

from __future__ import annotations

import json
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from appliance.catalogue.store import Catalogue
from appliance.core.policy import Policy
from appliance.core.state import State
from appliance.hub import baskets, catalogue_copy, own_stock
from appliance.hub.own_stock import OwnStock
from appliance.hub.replica import Cell, Replica, as_text
from appliance.journal.record import unpack
from appliance.journal.reports import reading
from appliance.people.customers import Customer, CustomerBook

CUSTOMER, CATALOGUE, WHOLE = "customer", "catalogue", "whole"
TILL, NAME = "till", "name"
_FIELDS = tuple(it.name for it in fields(Customer))
Change = tuple[str, str, Any]
"""Kind, key and value, as `Exchange.share` takes them."""


@dataclass(slots=True)
class Own:
    """Used on the link's thread. state, policy: the Till's, now. name: what people call this till."""

    replica: Replica
    journal: Path
    catalogue: Path
    customers: CustomerBook
    state: Callable[[], State]
    policy: Callable[[], Policy]
    name: str = ""
    _stock: OwnStock = field(init=False)
    _began: bool = False
    _erased: int = 0
    _book: int = -1
    _shelf: int = -1
    _digested: tuple[int, str] = (-1, "")
    _packed: tuple[str, bytes] = ("", b"")

    def __post_init__(self) -> None:
        self._stock = OwnStock(self.journal)

    def again(self) -> None:
        """What was said before is not what it was thought to be: all is compared anew."""
        self._began, self._book, self._shelf = False, -1, -1

    def changes(self) -> list[Change]:
        """What is new since the last answer; everything that the others cannot know yet at first."""
        return [*self._named(), *self._moved(), *self._baskets(), *self._people(), *self._goods()]

    def catalogue_sha256(self) -> str:
        """Of what the catalogue says now; looked at again only after a change."""
        with Catalogue(self.catalogue) as shelf:
            if shelf.version != self._digested[0]:
                self._digested = (shelf.version, catalogue_copy.digest(shelf))
        return self._digested[1]

    def file(self, sha256: str) -> bytes | None:
        """The catalogue packed, while it is still this one."""
        if self.catalogue_sha256() != sha256:
            return None
        if self._packed[0] != sha256:
            with tempfile.TemporaryDirectory(prefix="kram-shop-") as folder:
                path = Path(folder) / "catalogue.db"
                catalogue_copy.copy_of(self.catalogue, path)
                self._packed = (sha256, zlib.compress(path.read_bytes(), 6))
        return self._packed[1]

    def _said(self, kind: str, key: str) -> Cell | None:
        return self.replica.of(kind, key).get(self.replica.own)

    def _named(self) -> Iterator[Change]:
        said = self._said(TILL, NAME)
        if self.name and (said is None or said.value != self.name):
            yield TILL, NAME, self.name

    def _moved(self) -> Iterator[Change]:
        sums = self._stock.changed() if self._began else self._stock.everything()
        self._began = True
        for sku, quantity in sums.items():
            said = self._said(own_stock.KIND, sku)
            if said is None or said.value != quantity:
                yield own_stock.KIND, sku, quantity

    def _baskets(self) -> Iterator[Change]:
        state, policy = self.state(), self.policy()
        now = {str(it.sale): baskets.shown(it, policy) for it in state.suspended}
        said = {
            it.key: it.value
            for it in self.replica.all_of(self.replica.own, baskets.KIND)
            if it.value is not None
        }
        for key in said.keys() - now.keys():
            yield baskets.KIND, key, None
        for key, value in now.items():
            if said.get(key) != value:
                yield baskets.KIND, key, value

    def _people(self) -> Iterator[Change]:
        """A customer is the shop's: whoever changed it last is right, and an erasure is a change."""
        for gone in self._erased_since():
            newest = newest_of(self.replica.of(CUSTOMER, gone))
            if newest is None or newest.value is not None:
                yield CUSTOMER, gone, None
        version = self.customers.version
        if version == self._book:
            return
        self._book = version
        known = self.replica.newest(CUSTOMER)
        for customer in self.customers.every():
            # As text: thousands of customers cost some hundredths of a second.
            value = as_text({it: getattr(customer, it) for it in _FIELDS})
            if known.get(customer.id) != value:
                yield CUSTOMER, customer.id, json.loads(value)

    def _erased_since(self) -> list[str]:
        with reading(self.journal) as con:
            rows = con.execute(
                "SELECT id, body FROM fact WHERE type = 'CustomerErased' AND id > ? ORDER BY id",
                (self._erased,),
            ).fetchall()
            found = [json.loads(unpack(body))["customer"] for _, body in rows]
            self._erased = max([self._erased, *(row[0] for row in rows)])
        return found

    def _goods(self) -> Iterator[Change]:
        with Catalogue(self.catalogue) as shelf:
            if shelf.version == self._shelf:
                return
            first = self._shelf < 0
            self._shelf = shelf.version
            if not shelf.count:
                return
        sha256 = self.catalogue_sha256()
        newest = newest_of(self.replica.of(CATALOGUE, WHOLE))
        if newest is not None and newest.value["sha256"] == sha256:
            return
        said = self._said(CATALOGUE, WHOLE)
        if first and said is None and newest is not None:
            return  # a till that is new in the shop takes the shop's goods, whatever it came with
        yield CATALOGUE, WHOLE, {"sha256": sha256}


def newest_of(cells: dict[str, Cell]) -> Cell | None:
    """The newest that any till has said of a key; versions are milliseconds, and the name decides."""
    if not cells:
        return None
    return max(cells.items(), key=lambda it: (it[1].version, it[0]))[1]
