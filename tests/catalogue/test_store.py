"""The catalogue's file: codes found, changes whole, readers undisturbed."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.catalogue.model import GtinTaken, KeyPlace, PagePlan
from appliance.catalogue.store import Catalogue
from appliance.core.item import Item, ItemId, Unit

MILK = Item(
    id=ItemId("M-1"),
    name="Молоко 2,6 % 900 мл",
    price_minor=4690,
    gtins=("04820000000017", "00000096385074"),
    taxes=("VAT20",),
    category="Молочне",
    colour="A9CBE8",
    picture="milk.png",
)
APPLES = Item(
    id=ItemId("5"),
    name="Яблука",
    price_minor=3990,
    unit=Unit.KILOGRAM,
    plu="00152",
    gtins=("02100152000009",),
)


@pytest.fixture
def catalogue(tmp_path: Path):
    with Catalogue(tmp_path / "catalogue.db") as made:
        put(made, MILK, APPLES)
        yield made


def put(catalogue: Catalogue, *items: Item) -> None:
    with catalogue.write() as writer:
        writer.put(items)
    catalogue.refresh()


def test_an_item_comes_back_as_it_went_in(catalogue):
    assert catalogue.by_id(MILK.id) == MILK
    assert catalogue.by_id(APPLES.id) == APPLES
    assert catalogue.count == 2


@pytest.mark.parametrize("gtin", MILK.gtins)
def test_each_of_its_gtins_finds_it(catalogue, gtin):
    assert catalogue.by_gtin(gtin) == MILK


@pytest.mark.parametrize("gtin", ["04820000000018", "", "abc", "٤٨٢", "9" * 40])
def test_what_is_no_known_gtin_finds_nothing(catalogue, gtin):
    assert catalogue.by_gtin(gtin) is None


@pytest.mark.parametrize("plu", ["152", "00152", "0152"])
def test_a_plu_is_found_with_and_without_zeros(catalogue, plu):
    assert catalogue.by_plu(plu) == APPLES


def test_items_without_a_plu_are_not_found_by_zeros(catalogue):
    assert catalogue.by_plu("000") is None
    assert catalogue.by_plu("") is None


def test_a_label_of_the_scale_finds_its_item_by_base_and_else_by_plu(catalogue):
    assert catalogue.by_base("2100152000009") == APPLES
    assert catalogue.by_base("2700152000001", "00152") == APPLES
    assert catalogue.by_base("2700152000001") is None


@pytest.mark.parametrize(
    ("typed", "item"),
    [
        ("152", APPLES),
        (" 4820000000017 ", MILK),
        ("96385074", MILK),
        ("M-1", MILK),
        ("m-1", MILK),
        ("5", APPLES),
        ("6", None),
        ("", None),
    ],
)
def test_a_typed_code_is_plu_barcode_or_sku(catalogue, typed, item):
    assert catalogue.by_code(typed) == item


def test_a_change_is_seen_after_refresh_and_not_before(catalogue):
    version = catalogue.version
    with catalogue.write() as writer:
        writer.put([replace(MILK, price_minor=5000, name="Кефір")])
    assert catalogue.by_id(MILK.id) == MILK
    assert catalogue.search("кефір") == []
    assert catalogue.version == version
    assert catalogue.refresh()
    assert catalogue.by_id(MILK.id).price_minor == 5000
    assert [item.id for item in catalogue.search("кефір")] == [MILK.id]
    assert catalogue.search("молоко") == []
    assert catalogue.version > version
    assert not catalogue.refresh()


def test_another_process_sees_it_by_the_version(catalogue):
    with Catalogue(catalogue.path) as other:
        with other.write() as writer:
            writer.put([replace(MILK, price_minor=1)])
        assert catalogue.refresh()
        assert catalogue.by_id(MILK.id).price_minor == 1


def test_a_change_that_fails_leaves_no_trace(catalogue):
    with pytest.raises(ZeroDivisionError), catalogue.write() as writer:  # noqa: PT012
        writer.clear()
        _ = 1 // 0
    assert not catalogue.refresh()
    assert catalogue.by_gtin(MILK.gtins[0]) == MILK
    assert catalogue.search("молоко") == [MILK]


def test_put_says_what_is_new_what_changed_and_what_is_the_same(catalogue):
    new = Item(ItemId("9"), "Сир", 100)
    with catalogue.write() as writer:
        counts = writer.put([MILK, replace(APPLES, price_minor=1), new])
    assert counts == (1, 1, 1)


def test_a_gtin_cannot_have_two_owners(catalogue):
    thief = Item(ItemId("9"), "Сир", 100, gtins=MILK.gtins[:1])
    with pytest.raises(GtinTaken), catalogue.write() as writer:
        writer.put([thief])
    catalogue.refresh()
    assert catalogue.by_gtin(MILK.gtins[0]) == MILK
    assert catalogue.count == 2


def test_two_items_may_swap_their_gtins(catalogue):
    with catalogue.write() as writer:
        writer.put([replace(MILK, gtins=APPLES.gtins)])
        writer.put([replace(APPLES, gtins=MILK.gtins)])
    catalogue.refresh()
    assert catalogue.by_gtin(MILK.gtins[1]).id == APPLES.id
    assert catalogue.by_gtin(APPLES.gtins[0]).id == MILK.id


def test_a_removed_item_is_found_by_nothing(catalogue):
    with catalogue.write() as writer:
        assert writer.remove(MILK.id)
        assert not writer.remove(MILK.id)
    catalogue.refresh()
    assert catalogue.by_id(MILK.id) is None
    assert catalogue.by_gtin(MILK.gtins[0]) is None
    assert catalogue.search("молоко") == []
    assert catalogue.categories() == []
    assert catalogue.count == 1


def test_quick_keys_stand_in_their_pages_with_the_items_own_looks(catalogue):
    pages = [
        PagePlan("Швидкі", (KeyPlace(MILK.id), KeyPlace(ItemId("gone")))),
        PagePlan("Овочі", (KeyPlace(APPLES.id, label="Яблучка", colour="FFFFFF"),)),
    ]
    with catalogue.write() as writer:
        writer.set_quick_keys(pages)
    catalogue.refresh()
    quick, fruit = catalogue.quick_keys()
    assert (quick.name, fruit.name) == ("Швидкі", "Овочі")
    (milk,) = quick.keys
    assert (milk.item, milk.label, milk.picture) == (MILK, MILK.name, "milk.png")
    assert (fruit.keys[0].label, fruit.keys[0].colour) == ("Яблучка", "FFFFFF")


def test_categories_are_listed_with_their_items(catalogue):
    assert catalogue.categories() == ["Молочне"]
    assert catalogue.in_category("Молочне") == [MILK]


def test_a_file_of_a_newer_kram_is_refused(catalogue, tmp_path):
    import sqlite3

    path = tmp_path / "new.db"
    with sqlite3.connect(path) as link:
        link.execute("PRAGMA user_version = 1001")
    with pytest.raises(ValueError, match="newer"):
        Catalogue(path)


def test_a_file_that_a_newer_kram_only_added_to_is_read_and_written(tmp_path):
    """An update that came back leaves one."""
    import sqlite3

    path = tmp_path / "catalogue.db"
    with Catalogue(path) as catalogue, catalogue.write() as writer:
        writer.put([MILK])
    with sqlite3.connect(path) as link:
        link.execute("ALTER TABLE item ADD COLUMN mood TEXT NOT NULL DEFAULT ''")
        link.execute("CREATE TABLE mood (name TEXT)")
        link.execute("PRAGMA user_version = 3")
    link.close()
    with Catalogue(path) as catalogue:
        assert catalogue.by_id(MILK.id) == MILK
        dearer = replace(MILK, price_minor=MILK.price_minor + 1)
        with catalogue.write() as writer:
            writer.put([dearer])
        catalogue.refresh()
        assert catalogue.by_id(MILK.id) == dearer


def test_threads_read_while_one_writes(catalogue):
    stop, wrong = threading.Event(), []

    def read() -> None:
        while not stop.is_set():
            item = catalogue.by_gtin(MILK.gtins[0])
            if item is None or not catalogue.search("молоко"):
                wrong.append(item)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for price in range(1, 30):
            put(catalogue, replace(MILK, price_minor=price))
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert wrong == []
    assert catalogue.by_id(MILK.id).price_minor == 29


def test_a_changed_fold_rebuilds_the_index_at_the_next_write(catalogue):
    import sqlite3

    with sqlite3.connect(catalogue.path) as link:
        link.execute("UPDATE meta SET value = 0 WHERE key = 'fold'")
    put(catalogue, replace(APPLES, price_minor=1))
    assert catalogue.search("молоко") == [MILK]
    assert [item.id for item in catalogue.search("яблука")] == [APPLES.id]


def test_a_kill_in_the_middle_of_an_import_leaves_the_catalogue_as_it_was(catalogue, tmp_path):
    import subprocess
    import sys

    script = (
        "import os, sys; from pathlib import Path\n"
        "from appliance.catalogue.store import Catalogue\n"
        "from bench.items import entries\n"
        "with Catalogue(Path(sys.argv[1])).write() as writer:\n"
        "    writer.clear(); writer.add(list(entries(30_000))); writer.settle_gtins()\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    root = Path(__file__).resolve().parents[2]
    killed = subprocess.run(
        [sys.executable, "-c", script, catalogue.path], cwd=root, check=False, timeout=60
    )
    assert killed.returncode == -9
    assert not catalogue.refresh()
    with Catalogue(catalogue.path) as again:
        assert again.count == 2
        assert again.by_gtin(MILK.gtins[0]) == MILK
        assert again.search("молоко") == [MILK]
    put(catalogue, replace(MILK, price_minor=7))
    assert catalogue.by_id(MILK.id).price_minor == 7
