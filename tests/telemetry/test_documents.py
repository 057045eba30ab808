"""A document of the fleet is taken over whole, in time, once; or not at all, and then it is told why."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from appliance.catalogue.row_reader import Settings as Reading
from appliance.catalogue.store import Catalogue
from appliance.config import load
from appliance.core import commands as c
from appliance.core.policy import Person
from appliance.core.view import Look
from appliance.people.staff import StaffBook
from appliance.telemetry.appliers import Place, appliers
from appliance.telemetry.documents import RETRY_MS, DocumentDesk
from appliance.wire.document import Content, DocumentName, Step, digest
from appliance.wire.merge_patch import difference
from appliance.wire.trust import Trust
from telemetry.fleet_keys import NOW_MS, SHOP, TILL, Fleet, step
from tests.till.builders import Running, open_shift, running

BREAD = {"name": "Хліб", "price": "25.00", "taxes": "VAT20"}
MILK = {"name": "Молоко", "price": "42.50", "taxes": "VAT20"}
GOODS: Content = {"items": {"1": BREAD, "2": MILK}}
CATALOGUE, PRICES = DocumentName.CATALOGUE, DocumentName.PRICES
HOUR_MS = 3_600_000


@dataclass
class Bench:
    """it: the running till. server: what the fleet's addresses answer; an error is raised."""

    it: Running
    folder: Path
    desk: DocumentDesk
    fleet: Fleet
    staff: StaffBook
    now: list[Any]
    server: dict[str, Any] = field(default_factory=dict)
    restarts: list[str] = field(default_factory=list)
    shelf: int = 0

    def gets(self, document: DocumentName, *steps: Step) -> bool:
        self.desk.arrived(self.fleet.plan(document, *steps))
        return self.desk.turn()

    def price_of(self, sku: str) -> int | None:
        with Catalogue(self.folder / "catalogue.db") as shelf:
            item = shelf.by_id(sku)  # type: ignore[arg-type]
            return item.price_minor if item else None

    def turned_to(self, more: int) -> None:
        """Waits until the Till lives by so many catalogues more than at first."""
        wanted, seen = self.shelf + more, threading.Event()

        def look(now: Look) -> None:
            if now.catalogue_version >= wanted:
                seen.set()

        end = self.it.till.subscribe(look)
        look(self.it.till.look)
        assert seen.wait(30)
        end()

    @property
    def told(self) -> dict[str, Any]:
        return self.desk.reported()


@contextmanager
def bench(folder: Path) -> Iterator[Bench]:
    settings = folder / "shop.toml"
    settings.write_text(f'[till]\ndata_dir = "{folder}"\n[shop]\nname = "На розі"\n')
    with running(folder) as it, StaffBook(folder, (Person("1", "Олена", "manager"),)) as staff:
        fleet, now, server = Fleet(), [NOW_MS, Trust.NTP], dict[str, Any]()
        restarts: list[str] = []
        place = Place(
            folder,
            folder / "catalogue.db",
            Reading(tax_codes=frozenset({"VAT20", "VAT7"})),
            staff,
            ("cashier", "manager"),
            settings,
            lambda: restarts.append("config"),
        )

        def fetch(url: str, _most: int) -> bytes:
            answer = server.get(url, ConnectionError("no way there"))
            if isinstance(answer, Exception):
                raise answer
            return bytes(answer)

        desk = DocumentDesk(
            folder / "fleet" / "documents",
            TILL,
            SHOP,
            fleet.pinned(folder / "fleet"),
            lambda request: it.till.ask(request, actor="till", spoken=False),
            lambda: it.till.journal.state.fleet_documents,
            appliers(place),
            fetch,
            lambda: (now[0], now[1]),
        )
        desk.wake()
        with Catalogue(folder / "catalogue.db") as shelf:
            version = shelf.version
        yield Bench(it, folder, desk, fleet, staff, now, server, restarts, version)


def test_a_catalogue_is_the_whole_catalogue(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        assert b.gets(CATALOGUE, step(16, GOODS))
        assert (b.price_of("1"), b.price_of("2"), b.price_of("4820000")) == (25_00, 42_50, None)
        assert b.told == {"catalogue": {"version": 16, "sha256": digest(GOODS)}}
        assert not b.desk.turn()


def test_it_holds_from_the_next_basket_on(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.gets(CATALOGUE, step(16, GOODS))
        b.turned_to(1)
        open_shift(b.it)
        b.it.sells("1")
        dearer: Content = {"items": {"1": BREAD | {"price": "30.00"}}}
        b.gets(CATALOGUE, step(32, dearer))
        b.it.sells("1")
        sale = b.it.till.journal.state.sale
        assert sale is not None
        assert {line.unit_price_minor for line in sale.live_lines} == {25_00}
        b.it.does(c.TenderCash())
        b.turned_to(2)
        b.it.sells("1")
        sale = b.it.till.journal.state.sale
        assert sale is not None
        assert {line.unit_price_minor for line in sale.live_lines} == {30_00}


def test_what_changed_is_enough_where_the_till_has_the_rest(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.gets(CATALOGUE, step(16, GOODS))
        after: Content = {"items": {"1": BREAD | {"price": "26.00"}}}
        assert b.gets(CATALOGUE, step(32, after, patch=difference(GOODS, after), base=16))
        assert (b.price_of("1"), b.price_of("2")) == (26_00, None)


def test_a_patch_to_another_version_is_passed_over_for_the_whole(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.gets(CATALOGUE, step(16, GOODS))
        after: Content = {"items": {"1": MILK}}
        b.server["/documents/x"] = json.dumps(after).encode()
        patch = {"items": {"2": None}}
        assert b.gets(CATALOGUE, step(48, after, patch=patch, base=32, url="/documents/x"))
        assert (b.price_of("1"), b.price_of("2")) == (42_50, None)


def test_an_address_that_does_not_answer_is_asked_again_later(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        assert not b.gets(CATALOGUE, step(16, GOODS, url="/documents/x"))
        b.server["/documents/x"] = json.dumps(GOODS).encode()
        assert not b.desk.turn()
        b.now[0] += RETRY_MS
        assert b.desk.turn()
        assert b.price_of("1") == 25_00


@pytest.mark.parametrize("answer", [b"{}", b"[]", b"{", b"\xff"])
def test_what_is_fetched_and_is_not_what_was_announced_changes_nothing(
    tmp_path: Path, answer: bytes
) -> None:
    with bench(tmp_path) as b:
        b.gets(CATALOGUE, step(16, GOODS))
        b.server["/documents/x"] = answer
        b.gets(CATALOGUE, step(32, {"items": {"1": MILK}}, url="/documents/x"))
        assert b.price_of("1") == 25_00
        assert b.told["catalogue"]["version"] == 16
        assert b.told["catalogue"]["refused"] == 32


def test_a_wrong_row_stops_all_of_it_and_is_named(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.gets(CATALOGUE, step(16, GOODS))
        b.gets(CATALOGUE, step(32, {"items": {"1": MILK, "9": BREAD | {"price": "dear"}}}))
        assert b.price_of("1") == 25_00
        assert "dear" in b.told["catalogue"]["error"]
        assert not b.desk.turn()
        assert b.gets(CATALOGUE, step(48, {"items": {"1": MILK}}))
        assert b.told == {"catalogue": {"version": 48, "sha256": digest({"items": {"1": MILK}})}}


def test_an_older_plan_that_comes_late_is_nothing(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        old = b.fleet.plan(CATALOGUE, step(16, {"items": {"1": MILK}}))
        b.gets(CATALOGUE, step(32, GOODS))
        b.desk.arrived(old)
        assert not b.desk.turn()
        assert b.price_of("1") == 25_00


def test_a_price_for_monday_comes_on_monday_without_the_fleet(tmp_path: Path) -> None:
    monday: Content = {"items": {"1": BREAD | {"price": "27.00"}}}
    with bench(tmp_path) as b:
        b.gets(CATALOGUE, step(16, GOODS), step(17, monday, effective_ms=NOW_MS + HOUR_MS))
        assert b.price_of("1") == 25_00
    with bench(tmp_path) as b:
        assert not b.desk.turn()
        b.now[:] = [NOW_MS + HOUR_MS, Trust.NTP]
        assert b.desk.turn()
        assert b.price_of("1") == 27_00
        assert b.told["catalogue"]["version"] == 17


def test_a_clock_that_nobody_trusts_brings_nothing_forward(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.now[1] = Trust.UNKNOWN
        later = step(17, {"items": {"1": MILK}}, effective_ms=NOW_MS - HOUR_MS)
        assert b.gets(CATALOGUE, step(16, GOODS), later)
        assert b.price_of("1") == 25_00


def test_the_same_content_under_another_number_is_only_noted(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.gets(CATALOGUE, step(16, GOODS))
        assert b.gets(CATALOGUE, step(32, GOODS))
        assert b.told["catalogue"]["version"] == 32
        with Catalogue(tmp_path / "catalogue.db") as shelf:
            assert shelf.version == b.shelf + 1


def test_price_lists_come_and_go_together(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.gets(CATALOGUE, step(16, GOODS))
        both: Content = {
            "lists": {
                "evening": {"hours": "17:00-19:00", "priority": 5, "prices": {"1": "20.00"}},
                "bulk": {"prices": {"2": {"1": "42.00", "10": "38.00"}}},
            }
        }
        assert b.gets(PRICES, step(16, both))
        with Catalogue(tmp_path / "catalogue.db") as shelf:
            assert {it.id: it.prices for it in shelf.price_lists()} == {"evening": 1, "bulk": 2}
        one: Content = {"lists": {"bulk": {"prices": {"2": "41.00"}}}}
        assert b.gets(PRICES, step(32, one))
        with Catalogue(tmp_path / "catalogue.db") as shelf:
            assert [it.id for it in shelf.price_lists()] == ["bulk"]


@pytest.mark.parametrize(
    "content",
    [
        {"lists": {"a": {"prices": {"nobody": "1.00"}}}},
        {"lists": {"a": {"prices": {"1": 100}}}},
        {"lists": {"a": {"hours": "late", "prices": {"1": "1.00"}}}},
        {"lists": {"ok": {"prices": {"1": "1.00"}}, "z": {"prices": {"1": "x"}}}},
        {"lists": []},
        {},
    ],
)
def test_one_wrong_price_and_no_list_changes(tmp_path: Path, content: Content) -> None:
    with bench(tmp_path) as b:
        b.gets(CATALOGUE, step(16, GOODS))
        b.gets(PRICES, step(16, content))
        assert b.told["prices"]["error"]
        with Catalogue(tmp_path / "catalogue.db") as shelf:
            assert shelf.price_lists() == []


def test_people_come_change_and_go(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        people = {
            "7": {"name": "Ігор", "role": "cashier"},
            "8": {"name": "Ніна", "role": "manager"},
        }
        assert b.gets(DocumentName.STAFF, step(16, {"people": people}))
        assert {it.id for it in b.staff.people} == {"1", "7", "8"}
        rest = {"8": {"name": "Ніна П.", "role": "manager"}}
        assert b.gets(DocumentName.STAFF, step(32, {"people": rest}))
        assert {it.id: it.name for it in b.staff.people} == {"1": "Олена", "8": "Ніна П."}


@pytest.mark.parametrize(
    "people",
    [
        {"7": {"name": "Ігор", "role": "cashier"}},
        {"7": {"name": "Ігор", "role": "king"}},
        {"7": {"name": " ", "role": "manager"}},
        {"7": {"name": "Ігор"}},
        {},
    ],
)
def test_a_shop_is_never_left_without_a_manager(tmp_path: Path, people: Content) -> None:
    with bench(tmp_path) as b:
        b.gets(DocumentName.STAFF, step(16, {"people": people}))
        assert b.told["staff"]["error"]
        assert {it.id for it in b.staff.people} == {"1"}


def test_settings_hold_from_the_next_start_on(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        toml = '[shop]\nreceipt_footer = ["До зустрічі!"]\n[cash]\nrounding_step = 0.50\n'
        assert b.gets(DocumentName.CONFIG, step(16, {"toml": toml}))
        assert b.restarts == ["config"]
        settings = load(tmp_path / "shop.toml")
        assert settings.shop.receipt_footer == ("До зустрічі!",)
        assert settings.shop.name == "На розі"


@pytest.mark.parametrize(
    ("toml", "named"),
    [
        ("[shop]\nname = 5", "`name`"),
        ("[shop]\nnmae = 'x'", "nmae"),
        ("[till]\nid = 'till-9'", "till"),
        ("[fleet]\nbrokers = []", "fleet"),
        ("[[devices]]\nname = 'x'", "devices"),
        ("[shop", "settings:1"),
    ],
)
def test_settings_that_cannot_be_are_refused_with_their_line(
    tmp_path: Path, toml: str, named: str
) -> None:
    with bench(tmp_path) as b:
        b.gets(DocumentName.CONFIG, step(16, {"toml": toml}))
        assert named in b.told["config"]["error"]
        assert load(tmp_path / "shop.toml").shop.name == "На розі"
        assert b.restarts == []


def test_settings_that_no_longer_fit_the_tills_own_are_left_aside(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.gets(DocumentName.CONFIG, step(16, {"toml": '[shop]\nname = "Мережа"\n'}))
        assert load(tmp_path / "shop.toml").shop.name == "Мережа"
        (tmp_path / "fleet" / "config.toml").write_text("[shop]\nname = 7\n")
        assert load(tmp_path / "shop.toml").shop.name == "На розі"


def test_forged_and_foreign_plans_are_counted_and_dropped(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        stranger = Fleet()
        stranger.rotate()
        b.desk.arrived(stranger.plan(CATALOGUE, step(16, GOODS)))
        b.desk.arrived(b"{")
        rising = [step(16, GOODS), step(17, {"items": {}})]  # both hold at once
        b.desk.arrived(b.fleet.plan(CATALOGUE, *rising))
        assert b.desk.refused == 3
        assert not b.desk.turn()
        assert b.told == {}


def test_a_stop_between_taking_over_and_noting_takes_over_again(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        ask = b.desk.ask
        b.desk.ask = lambda _: (_ for _ in ()).throw(KeyboardInterrupt)
        with pytest.raises(KeyboardInterrupt):
            b.gets(CATALOGUE, step(16, GOODS))
        b.desk.ask = ask
    with bench(tmp_path) as b:
        assert b.desk.turn()
        assert b.told["catalogue"]["version"] == 16
        assert b.price_of("1") == 25_00
