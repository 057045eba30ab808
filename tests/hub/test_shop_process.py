"""Three real tills of one shop; plugs are pulled while a basket goes from one to another."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from appliance.codes.keys import FILE, load_or_make
from appliance.core.state import State
from appliance.hub.own_stock import OwnStock
from appliance.hub.replica import stock_of_others
from appliance.journal import Journal
from appliance.journal.scale import QUANTITY_SCALE
from appliance.journal.verify import verify
from appliance.local_socket import ask
from hw_sim.broker import free_port
from tests.till.builders import shelf
from tests.till.test_returns_process import CONFIG, Counter, running

pytestmark = [pytest.mark.alone, pytest.mark.proof]

SOON_S = 30.0
NAMES = ("till-1", "till-2", "till-3")


class Member(Counter):
    def __init__(self, folder: Path, name: str) -> None:
        super().__init__(folder)
        self.folder, self.name = folder, name
        self._on: ExitStack | None = None

    def starts(self) -> None:
        self._on = ExitStack()
        self._on.enter_context(running(self.folder))
        if ask(self.socket, {"look": True})["look"].get("shift") is None:
            self.does("sign_in", staff="ivan")
            self.does("open_shift", float_minor=100_00)

    def loses_power(self) -> None:
        if self._on is not None:
            self._on.close()
            self._on = None

    def look(self) -> dict[str, Any]:
        look: dict[str, Any] = ask(self.socket, {"look": True})["look"]
        return look

    def sees(self) -> list[tuple[str, str]]:
        return [(it["till"], it["name"]) for it in self.look().get("elsewhere", [])]

    def state(self) -> State:
        """After its end, from the journal alone."""
        with Journal.open(self.folder / "data" / "journal.db", self.name) as journal:
            return journal.state

    def stock(self) -> int:
        """Milk in the whole shop, as this till knows it."""
        data = self.folder / "data"
        others = stock_of_others(data, self.name).get("milk", 0)
        return (
            OwnStock(data / "journal.db").everything().get("milk", 0) + others
        ) // QUANTITY_SCALE


def make(folder: Path, number: int, places: list[str]) -> Member:
    name, data = NAMES[number - 1], folder / "data"
    data.mkdir(parents=True)
    shelf(data).close()
    config = CONFIG.partition("[[devices]]")[0]
    config = config.replace("[till]\n", f"[till]\nnumber = {number}\n")
    listed = ", ".join(f'"{it}"' for it in places)
    serve = f'serve = "{places[number - 1]}"\n' if number <= len(places) else ""
    (folder / "shop.toml").write_text(
        f"{config}\n[hub]\ntills = [{listed}]\n{serve}", encoding="utf-8"
    )
    return Member(folder, name)


@contextmanager
def shop(folder: Path) -> Iterator[tuple[Member, Member, Member]]:
    places = [f"127.0.0.1:{free_port()}" for _ in range(2)]
    a, b, c = (make(folder / name, at + 1, places) for at, name in enumerate(NAMES))
    load_or_make(a.folder / "data")
    for it in (b, c):
        shutil.copy(a.folder / "data" / FILE, it.folder / "data" / FILE)
    try:
        yield a, b, c
    finally:
        for it in (a, b, c):
            it.loses_power()


def becomes(read: Callable[[], object], wanted: object) -> None:
    until = time.monotonic() + SOON_S
    while (found := read()) != wanted:
        assert time.monotonic() < until, found
        time.sleep(0.02)


def parks(it: Member, name: str) -> None:
    it.does("sell_item", item="milk")
    it.does("suspend_sale", name=name)


def goes_over(here: Member, there: Member, name: str, dies: Member) -> None:
    """A basket is fetched and paid; a plug is pulled the moment after it was asked for."""
    parks(here, name)
    becomes(there.sees, [(here.name, name)])
    there.does("fetch_sale", till=here.name, sale=there.look()["elsewhere"][0]["sale"])
    dies.loses_power()
    dies.starts()
    becomes(lambda: came(here, there), True)
    there.does("tender_cash")
    becomes(lambda: here.look().get("under_way", []), [])
    becomes(there.sees, [])


def came(here: Member, there: Member) -> bool:
    """It is open there; asked for once more where the question itself was lost with the power."""
    if there.look().get("basket") is not None:
        return True
    for it in there.look().get("elsewhere", []):
        ask(there.socket, {"command": "fetch_sale", "till": here.name, "sale": it["sale"]})
    return False


def test_a_basket_is_never_lost_nor_doubled_when_plugs_are_pulled(tmp_path: Path) -> None:
    with shop(tmp_path) as members:
        hub, there, here = members
        for it in members:
            it.starts()
        for dies in (there, here, hub):
            goes_over(here, there, f"Table {dies.name}", dies)
        for it in members:
            becomes(it.stock, -3)
        for it in members:
            it.loses_power()
            assert it.state().suspended == () == it.state().handed_over
            assert verify(it.folder / "data" / "journal.db", deep=True).ok
