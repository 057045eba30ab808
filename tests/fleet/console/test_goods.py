"""Goods and prices in the console: from a form or a file to a preview, and on to what tills live by."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from appliance.fleet.console import comparing
from appliance.fleet.console.access.roles import Role
from appliance.fleet.console.saying import Saying
from appliance.fleet.documents import Library, Preview
from appliance.wire.document import DocumentName
from fleet.console.guest import console_over, person
from fleet.console.test_commands import HERE, THERE, Guests
from fleet.console.test_commands import fleet as fleet_with_two_shops
from fleet.members import Fleet

fleet = fleet_with_two_shops
GOODS = {
    "milk": {"name": "Молоко", "price": "40.00", "taxes": "VAT20", "gtin": "4820000000017"},
    "bread": {"name": "Хліб", "price": "31.00"},
}


@pytest.fixture
def library(fleet: Fleet, clock) -> Library:
    clock.ms = fleet.now_ms
    made = Library(fleet.store, fleet.desk.signer, clock)
    made.change("olena", DocumentName.CATALOGUE, [""], {"items": GOODS})
    return made


@pytest.fixture
def people(fleet: Fleet, library: Library, clock, host):
    console = console_over(fleet.store, clock)
    console.library = library
    host.show(console)
    for login, role, scope in (
        ("viewer", Role.VIEWER, "*"), ("olena", Role.MANAGER, "*"), ("petro", Role.ADMINISTRATOR, "*"),
        ("west", Role.MANAGER, "region:West"),
    ):  # fmt: skip
        person(console, login, role, scope)
    found = Guests(host.address)
    yield found
    for each in found.values():
        each.client.close()


def price(library: Library, till: str, sku: str = "milk") -> str:
    return library.content(DocumentName.CATALOGUE, till)["items"][sku].get("price", "")


def published(guest, answer, **fields: str):
    """On from a preview."""
    assert answer.status_code == 303, answer.text
    path = answer.headers["location"]
    return guest.post(path, {"deed": "publish", **fields})


def test_a_price_goes_from_its_field_through_a_preview_to_the_shops_tills(people, library):
    olena = people["olena"]
    answer = olena.post(
        "/catalogue", {"place": "shop:lviv", "price.milk": "45.00", "price.bread": "31.00"}
    )
    assert price(library, HERE) == "40.00"
    page = olena.get(answer.headers["location"]).text
    for said in ("Молоко", "40.00", "45.00", "+12.5 %", "1 till"):
        assert said in page
    assert "Хліб" not in page
    published(olena, answer)
    assert (price(library, HERE), price(library, THERE)) == ("45.00", "40.00")
    assert "45.00" in olena.get("/catalogue?place=shop:lviv").text
    assert "45.00" not in olena.get("/catalogue?place=").text


def test_a_price_that_moves_by_a_third_is_warned_of(people):
    answer = people["olena"].post(
        "/catalogue", {"place": "", "price.milk": "400", "price.bread": "30"}
    )
    page = people["olena"].get(answer.headers["location"]).text
    assert "1 price moves by more than 30 %" in page
    assert page.index("+900 %") < page.index("\u22123.2 %")


def test_a_price_is_planned_by_the_shops_own_clock(people, library, clock):
    olena = people["olena"]
    answer = olena.post("/catalogue", {"place": "shop:lviv", "price.milk": "45"})
    path = answer.headers["location"]
    olena.post(
        path, {"deed": "look", "scope": "shop:lviv", "when": "2026-01-05T06:00", "note": "sale"}
    )
    page = olena.get(path).text
    assert "2026-01-05T06:00" in page
    assert "Europe/Kyiv" in page
    published(olena, answer)
    assert price(library, HERE) == "40.00"
    clock.ms = 1_767_585_600_000  # 2026-01-05 06:00 in Kyiv
    assert price(library, HERE) == "45"
    assert "planned" not in olena.get("/changes").text


def test_a_change_is_taken_back_by_another(people, library, fleet):
    olena = people["olena"]
    published(olena, olena.post("/catalogue", {"place": "", "price.milk": "45"}))
    assert price(library, THERE) == "45"
    answer = olena.post("/changes/undo", {"name": "catalogue", "scope": "", "version": "2"})
    published(olena, answer)
    assert price(library, THERE) == "40.00"
    rows = fleet.store.rows("SELECT version, author FROM document ORDER BY version")
    assert [(it["version"], it["author"]) for it in rows] == [
        (1, "olena"),
        (2, "olena"),
        (3, "olena"),
    ]
    again = olena.post("/changes/undo", {"name": "catalogue", "scope": "", "version": "2"})
    assert again.headers["location"] == "/changes"


def test_goods_want_a_second_person_where_the_setting_says_so(people, library, fleet):
    olena, petro = people["olena"], people["petro"]
    assert olena.post("/changes/two", {"two": "1"}).status_code == 403
    petro.post("/changes/two", {"two": "1"})
    answer = olena.post("/catalogue", {"place": "", "price.milk": "45"})
    published(olena, answer)
    assert price(library, HERE) == "40.00"
    refused = published(olena, answer)
    assert "somebody else has to publish it" in refused.text
    assert "waits for a second person" in petro.get("/changes").text
    published(petro, answer)
    assert price(library, HERE) == "45"
    assert published(petro, answer).status_code == 400
    acts = fleet.store.rows("SELECT person, act FROM audit WHERE act LIKE 'draft.%' ORDER BY id")
    assert [(it["person"], it["act"]) for it in acts] == [
        ("petro", "draft.second_person"), ("olena", "draft.waiting"), ("petro", "draft.published"),
    ]  # fmt: skip


def test_who_has_the_west_changes_prices_there_alone(people, library):
    west = people["west"]
    for place in ("", "shop:kyiv", "region:Centre", f"till:{THERE}"):
        assert west.post("/catalogue", {"place": place, "price.milk": "1"}).status_code == 404
    assert west.get("/catalogue?place=shop:kyiv").status_code == 404
    answer = west.post("/catalogue", {"place": "region:West", "price.milk": "44"})
    path = answer.headers["location"]
    assert west.post(path, {"deed": "look", "scope": ""}).status_code == 404
    assert west.post(path, {"deed": "publish", "scope": "shop:kyiv"}).status_code == 404
    published(west, answer)
    assert (price(library, HERE), price(library, THERE)) == ("44", "40.00")
    theirs = (
        people["olena"].post("/catalogue", {"place": "", "price.milk": "1"}).headers["location"]
    )
    assert west.get(theirs).status_code == 404
    assert (
        west.post("/changes/undo", {"name": "catalogue", "scope": "", "version": "1"}).status_code
        == 404
    )


def test_a_viewer_looks_and_changes_nothing(people):
    viewer = people["viewer"]
    page = viewer.get("/catalogue").text
    assert "Молоко" in page
    assert "price.milk" not in page
    for path in (
        "/catalogue",
        "/catalogue/add",
        "/catalogue/upload",
        "/catalogue/item/milk",
        "/changes/undo",
    ):
        assert viewer.post(path, {"place": ""}).status_code == 403


def test_another_sites_form_drafts_nothing(people, fleet):
    people["olena"].csrf = "stolen"
    assert people["olena"].post("/catalogue", {"place": "", "price.milk": "1"}).status_code == 403
    assert fleet.store.rows("SELECT id FROM draft") == []


def test_an_item_is_added_changed_and_taken_out(people, library):
    olena = people["olena"]
    published(
        olena,
        olena.post("/catalogue/add", {"place": "", "sku": "tea", "name": "Чай", "price": "80"}),
    )
    assert price(library, HERE, "tea") == "80"
    twice = olena.post("/catalogue/add", {"place": "", "sku": "tea", "name": "Чай", "price": "80"})
    assert "no other item has" in twice.text
    held = {"place": "", "name": "Хліб житній", "price": "33"}
    published(olena, olena.post("/catalogue/item/bread", held))
    bread = library.content(DocumentName.CATALOGUE, HERE)["items"]["bread"]
    assert bread == {"name": "Хліб житній", "price": "33"}
    published(olena, olena.post("/catalogue/item/tea", {"place": "", "deed": "remove"}))
    assert "tea" not in library.content(DocumentName.CATALOGUE, HERE)["items"]
    assert olena.get("/catalogue/item/tea").status_code == 404


def test_what_a_till_would_refuse_is_told_before_it_is_published(people, library):
    answer = people["olena"].post("/catalogue", {"place": "", "price.milk": "cheap"})
    page = people["olena"].get(answer.headers["location"]).text
    assert "Tills would refuse this" in page
    assert 'value="publish"' not in page
    assert published(people["olena"], answer).status_code == 400
    assert price(library, HERE) == "40.00"


def uploaded(guest, text: str, place: str = ""):
    return guest.client.post(
        "/catalogue/upload", data={"csrf": guest.csrf, "place": place}, headers={"Origin": guest.base},
        files={"file": ("ціни.csv", text.encode("cp1251"), "text/csv")},
    )  # fmt: skip


def test_a_price_list_is_uploaded_as_the_till_reads_it(people, library):
    olena = people["olena"]
    answer = uploaded(olena, "Штрихкод;Назва;Ціна, грн\n4820000000017;Молоко 2,5 %;44,50\n")
    page = olena.get(answer.headers["location"]).text
    assert "44,50" in page
    published(olena, answer)
    milk = library.content(DocumentName.CATALOGUE, HERE)["items"]["milk"]
    assert (milk["name"], milk["price"], milk["taxes"]) == ("Молоко 2,5 %", "44,50", "VAT20")
    assert "nothing changes" in uploaded(olena, "sku;price\nbread;31.00\n").text


def test_a_price_list_with_mistakes_is_answered_row_by_row(people, fleet):
    answer = uploaded(people["olena"], "sku;name;price\nmilk;Молоко;дорого\nnew;;5\n")
    assert answer.status_code == 400
    for said in ("2 rows are wrong", "дорого", "not a number", "the name is empty"):
        assert said in answer.text
    assert "no headings" in uploaded(people["olena"], "a;b\n1;2\n").text
    assert fleet.store.rows("SELECT id FROM draft") == []


def test_ten_thousand_items_are_searched_and_paged(people, library):
    many = {f"{n:05}": {"name": f"Товар {n}", "price": "9.00"} for n in range(10_000)}
    library.change("olena", DocumentName.CATALOGUE, [""], {"items": many})
    olena = people["olena"]
    page = olena.get("/catalogue").text
    assert "1–50 of 10,002" in page
    assert "1–1 of 1" in olena.get("/catalogue?find=товар 4711").text
    assert olena.get("/catalogue?format=csv").text.count("\n") == 10_003


def test_a_file_that_is_far_too_large_is_not_read(people):
    answer = uploaded(people["olena"], "x" * (17 << 20))
    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("before", "after", "percent", "great"),
    [("40.00", "44", "10", False), ("40,00", "60", "50", True), ("40", "20", "-50", True),
     ("0", "5", None, True), ("", "5", None, False), ("5", "", None, False), ("x", "5", None, False)],
)  # fmt: skip
def test_percent_of_a_price_as_people_write_it(before, after, percent, great):
    line = comparing.Line("milk", "", before, after, is_price=True)
    assert line.percent == (None if percent is None else Decimal(percent))
    assert line.great is great


def test_every_kind_of_document_is_compared_in_words():
    say = Saying("en")
    before = {"lists": {"happy": {"name": "Happy hour", "prices": {"milk": "40", "tea": "9"}}}}
    after = {"lists": {"happy": {"name": "Happy hour", "hours": "17:00-19:00",
                                 "prices": {"milk": {"1": "38", "10": "35"}, "tea": "20"}}}}  # fmt: skip
    found = comparing.compared(say, [Preview(("a", "b"), before, after)])
    assert [(it.aspect, it.before, it.after, len(it.tills)) for it in found.lines] == [
        ("tea", "9", "20", 2), ("milk", "40", "38", 2), ("Hours", "", "17:00-19:00", 2),
        ("milk · 10+", "", "35", 2),
    ]  # fmt: skip
    staff = Preview(("a",), {"people": {"1": {"name": "Олена", "role": "manager"}}}, {"people": {}})
    (gone,) = comparing.compared(say, [staff]).lines
    assert (gone.what, gone.aspect) == ("Олена · 1", "is taken out")
    assert json.dumps(gone.before) == '"manager"'
    toml = Preview(("a",), {}, {"toml": "[shop]"})
    assert comparing.compared(say, [toml]).lines[0].after == "[shop]"
