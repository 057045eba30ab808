"""What the console's pages say of a fleet that had a day, in both databases."""

from __future__ import annotations

import csv
import io
import re

import pytest

from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.pages import till as till_page
from appliance.fleet.console.visit import csv_lines
from appliance.fleet.store import migrate, open_store
from fleet import seeded
from fleet.console.guest import NOW_MS, Clock, Guest, console_over, person

LVIV = "01J0000000000000000LVIV001"
ODESA = "01J000000000000000ODESA001"
PAGES = (
    "/", "/shops", "/shops/lviv", "/shops/lviv?day=2026-05-31", "/tills", f"/tills/{LVIV}",
    f"/tills/{LVIV}/story", f"/tills/{LVIV}/story?kind=machine", f"/tills/{LVIV}/sales/1/1", "/lag",
    "/versions", "/versions?document=prices", "/sales", "/sales?shop=lviv", "/shifts",
    "/shifts?only=difference", "/shifts?only=open", "/stock", "/stock?shop=lviv",
    "/stock?only=negative", "/stock?shop=lviv&only=low", "/stock?find=хліб", "/items/1000?shop=lviv",
    "/transit", "/people", "/people/olena", "/audit", "/me", "/commands", "/commands?state=open",
    "/commands/new", "/commands/new?type=logs", "/alerts", "/alerts/history",
    "/certificates", "/certificates?how=good&sort=-given&find=львів", "/certificates/revoked",
)  # fmt: skip
LISTS = ("/shops", "/tills", "/lag", "/versions", "/sales", "/shifts", "/stock?shop=lviv", "/transit",
         "/audit", "/commands", "/alerts/history", "/certificates", "/certificates/revoked",
         f"/tills/{LVIV}/story")  # fmt: skip

# On one worker, or each would make the fleet anew.
pytestmark = pytest.mark.xdist_group("console-pages")


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def fleet(request, tmp_path_factory):
    """Made once for the module: these tests only read."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('pages') / 'fleet.db'}"
        store = open_store(url)
        migrate(store)
    else:
        cluster = request.getfixturevalue("cluster")
        name = cluster.database(request.getfixturevalue("migrated"))
        store = open_store(cluster.url(name))
    yield seeded.fleet(store, NOW_MS)
    store.close()


@pytest.fixture(scope="module")
def seen(fleet, host):
    """A visitor who is logged in as an administrator of everything."""
    console = console_over(fleet.store, Clock())
    person(console, "olena", Role.ADMINISTRATOR)
    person(console, "west", Role.MANAGER, "region:Захід")
    host.show(console)
    visitor = Guest(host.address)
    visitor.log_in("olena")
    yield visitor
    visitor.client.close()


@pytest.fixture
def west(seen, fleet):
    """Somebody who has the west alone."""
    visitor = Guest(seen.base)
    visitor.log_in("west")
    yield visitor
    visitor.client.close()


def table(answer) -> list[dict[str, str]]:
    """A CSV as rows by column."""
    assert answer.headers["content-type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def sold(fleet, day: str, shop: str = "") -> int:
    """What a day's facts say, added up here and not by the store."""
    sums = "SELECT body FROM fact f JOIN till t ON t.uid = f.till WHERE f.type = 'SaleCompleted'"
    rows = fleet.store.rows(
        f"{sums} AND f.at_ms BETWEEN :start AND :end" + (" AND t.shop = :shop" if shop else ""),
        **day_of(day), **({"shop": shop} if shop else {}),
    )  # fmt: skip
    return sum(int(re.search(r'"total_minor":(-?\d+)', row["body"])[1]) for row in rows)


def day_of(day: str) -> dict[str, int]:
    midnight = NOW_MS - (NOW_MS + seeded.OFFSET_MIN * 60_000) % seeded.DAY_MS
    start = {"today": midnight, "yesterday": midnight - seeded.DAY_MS}[day]
    return {"start": start, "end": start + seeded.DAY_MS - 1}


def hryvnias(minor: int) -> str:
    return f"₴{minor // 100:,}.{minor % 100:02}"


def test_a_label_s_code_finds_the_tills_of_its_shop_by_the_shop_s_code(seen):
    found = seen.get("/tills?find=lviv").text
    assert LVIV in found
    assert ODESA not in found


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens_and_says_how_fresh_it_is(seen, path):
    answer = seen.get(path)
    assert answer.status_code == 200, answer.text[:500]
    assert re.search(r"as of \d\d:\d\d:\d\d", answer.text)
    assert "None" not in re.sub(r"<[^>]*>", "", answer.text)
    assert not re.search(r"<script(?! src=)|<style| style=|\son\w+=", answer.text)


@pytest.mark.parametrize("path", LISTS)
def test_every_list_is_a_csv_file_too(seen, path):
    rows = table(seen.get(path + ("&" if "?" in path else "?") + "format=csv"))
    if path not in ("/transit", "/audit", "/commands", "/certificates/revoked"):
        assert rows


def test_the_overview_adds_up_what_tills_sold_today(seen, fleet):
    today = sold(fleet, "today")
    text = seen.get("/").text
    assert f"₴{round(today / 100):,}" in text
    assert 'href="/tills/' in text
    assert "lost 1" in text


def test_a_shops_page_shows_the_day_that_is_asked_for(seen, fleet):
    text = seen.get("/shops/lviv?day=2026-05-31").text
    assert f"₴{round(sold(fleet, 'yesterday', 'lviv') / 100):,}" in text
    assert "−₴120.50" in text


def test_takings_of_a_list_are_those_of_its_shops(seen, fleet):
    rows = {row["Shop"]: row for row in table(seen.get("/shops?format=csv"))}
    for shop in ("lviv", "kyiv", "odesa"):
        assert rows[shop]["Takings today"] == f"{sold(fleet, 'today', shop) / 100:.2f}"


def test_a_till_that_was_lost_is_first_and_says_what_it_owes(seen):
    rows = re.findall(r"<tr><td.*?</tr>", seen.get("/tills").text, re.DOTALL)
    assert "Одеса" in rows[0]
    assert "lost" in rows[0]
    lag = seen.get("/lag").text
    assert "42" in lag
    assert "Львів" not in lag
    assert "1 h" in lag


def test_a_tills_days_are_told_in_words(seen):
    text = seen.get(f"/tills/{LVIV}").text
    assert "printer: needs attention" in text
    assert "paper is running out" in text
    assert re.search(r"Sale, receipt \d+: ₴", text)
    machine = seen.get(f"/tills/{LVIV}/story?kind=machine").text
    assert "The till started, version 2.4.1" in machine
    assert "Sale, receipt" not in machine


def test_a_receipt_shows_what_was_sold_and_how_it_was_paid(seen, fleet):
    row = fleet.store.one("SELECT * FROM sale WHERE till = :till AND sale = 1", till=LVIV)
    text = seen.get(f"/tills/{LVIV}/sales/1/1").text
    assert text.count(hryvnias(row["total_minor"])) >= 2
    assert text.count('href="/items/') == row["lines"]


def test_paging_on_shows_each_sale_once_and_misses_none(seen, fleet):
    path, shown = "/sales", []
    while path:
        text = seen.get(path).text
        shown += re.findall(r'id="sale-([\w-]+)"', text)
        further = re.search(r'rel="next" href="([^"]+)"', text)
        path = further[1].replace("&amp;", "&") if further else ""
    known = fleet.store.rows("SELECT till, epoch, sale FROM sale")
    assert sorted(shown) == sorted(f"{row['till']}-{row['epoch']}-{row['sale']}" for row in known)


def test_the_story_pages_on_to_the_first_fact(seen):
    path, told = f"/tills/{LVIV}/story", ""
    for _ in range(20):
        told = seen.get(path).text
        further = re.search(r'rel="next" href="([^"]+)"', told)
        if not further:
            break
        path = further[1].replace("&amp;", "&")
    assert "The till started" in told


@pytest.mark.parametrize(
    ("sort", "column", "down"),
    [("name", "Name", False), ("-gross", "Takings today", True), ("tills", "Tills", False)],
)
def test_a_list_is_sorted_by_what_is_clicked(seen, sort, column, down):
    rows = [row[column] for row in table(seen.get(f"/shops?sort={sort}&format=csv"))]
    values = rows if column == "Name" else [float(value) for value in rows]
    assert values == sorted(values, reverse=down)


@pytest.mark.parametrize("odd", ["sort=;DROP", "page=99999", "page=-1", "before=x", "before=1~2~3~4",
                                 "near=1", "near=nan,nan", "how='", "day=2026-99-99"])  # fmt: skip
def test_odd_parameters_break_nothing(seen, odd):
    for path in ("/shops", "/tills", "/sales", "/shops/lviv", f"/tills/{LVIV}/story"):
        assert seen.get(f"{path}?{odd}").status_code == 200, (path, odd)


@pytest.mark.parametrize("typed", ["молоко", "МОЛОКО", "Молоко 900", "1000"])
def test_an_item_is_found_by_name_in_any_letters_or_by_number(seen, typed):
    assert "/items/1000" in seen.client.get("/stock", params={"find": typed}).text


def test_what_is_below_zero_is_shown_for_all_shops(seen, fleet):
    known = fleet.store.rows("SELECT shop, sku FROM stock WHERE quantity < 0")
    assert known
    text = seen.get("/stock?only=negative").text
    assert text.count('<td class="number end bad">') == len(known)
    assert "Одеса" in text


def test_nobody_sees_a_shop_that_is_not_theirs(west):
    for path in (
        "/",
        "/shops",
        "/tills",
        "/sales",
        "/shifts",
        "/lag",
        "/versions",
        "/stock?only=negative",
    ):
        text = west.get(path).text
        assert "Одеса" not in text, path
        assert "Київ" not in text, path
    for path in (
        "/shops/kyiv",
        f"/tills/{ODESA}",
        f"/tills/{ODESA}/story",
        f"/tills/{ODESA}/sales/1/1",
    ):
        assert west.get(path).status_code == 404, path
    for path in ("/sales?shop=kyiv", "/shifts?shop=kyiv", "/stock?shop=kyiv"):
        answer = west.get(f"{path}&format=csv")
        assert table(answer) == [], path
    assert west.get("/shops/lviv").status_code == 200
    assert "kyiv" not in west.get("/items/1000").text


def test_the_overview_of_a_region_adds_up_that_region(west, fleet):
    assert f"₴{round(sold(fleet, 'today', 'lviv') / 100):,}" in west.get("/").text


def test_a_cell_that_a_spreadsheet_would_run_stays_a_text(seen, fleet):
    with fleet.store.transaction() as tx:
        tx.run("UPDATE till SET name = :name WHERE uid = :uid", name='=HYPERLINK("x")', uid=LVIV)
    try:
        names = [row["Name"] for row in table(seen.get("/tills?format=csv"))]
        assert '\'=HYPERLINK("x")' in names
    finally:
        with fleet.store.transaction() as tx:
            tx.run("UPDATE till SET name = 'Каса 1' WHERE uid = :uid", uid=LVIV)


def test_a_rare_kind_is_searched_for_step_by_step(seen, monkeypatch):
    """Each page looks through so many facts and leads on, though it found none."""
    monkeypatch.setattr(till_page, "_LOOK_BACK", 100)
    path, steps = f"/tills/{LVIV}/story?kind=goods", 0
    while "Catalogue version 31" not in (text := seen.get(path).text):
        path = re.search(r'rel="next" href="([^"]+)"', text)[1].replace("&amp;", "&")
        steps += 1
    assert 3 <= steps <= 10


@pytest.mark.parametrize("cell", ["=1+1", "+1|cmd", "-x", "@SUM(A1)", "\t=1", "\r=1", "\n=1"])
def test_no_cell_of_a_csv_is_run_as_a_formula(cell):
    _, row = csv_lines(["name"], [[cell]])
    assert next(csv.reader([row]))[0].startswith("'")


@pytest.mark.parametrize("cell", ["", "-1.50", "12", "Молоко"])
def test_other_cells_of_a_csv_are_as_they_are(cell):
    _, row = csv_lines(["name", "more"], [[cell, 1]])
    assert row == f"{cell},1\r\n"
