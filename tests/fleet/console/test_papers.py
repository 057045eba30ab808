"""Price lists, staff and settings in the console, as tills will read them."""

from __future__ import annotations

from appliance.wire.document import DocumentName
from fleet.console.test_commands import HERE
from fleet.console.test_goods import fleet, library, people, published

__all__ = ["fleet", "library", "people"]


def test_a_price_list_with_hours_and_steps_is_published_and_taken_out(people, library):
    olena = people["olena"]
    sent = {"place": "shop:lviv", "list": "happy", "name": "Щаслива година", "hours": "17:00-19:00",
            "days": "1-5", "priority": "2", "prices": "milk; 38.00\nbread; 30\nbread; 10; 28\n"}  # fmt: skip
    published(olena, olena.post("/price-lists", sent))
    assert library.content(DocumentName.PRICES, HERE) == {"lists": {"happy": {
        "name": "Щаслива година", "hours": "17:00-19:00", "days": "1-5", "priority": 2,
        "prices": {"milk": "38.00", "bread": {"": "30", "10": "28"}},
    }}}  # fmt: skip
    page = olena.get("/price-lists?place=shop:lviv&list=happy").text
    assert "bread; 30\nbread; 10; 28\nmilk; 38.00" in page
    published(
        olena, olena.post("/price-lists", {"place": "shop:lviv", "list": "happy", "deed": "remove"})
    )
    assert library.content(DocumentName.PRICES, HERE) == {"lists": {}}


def test_a_price_list_that_makes_no_sense_is_told_with_its_line(people):
    sent = {"place": "", "list": "x", "prices": "milk; 38\nbread, cheap"}
    assert "Line 2" in people["olena"].post("/price-lists", sent).text
    for wrong in ({"hours": "25-26"}, {"days": "never"}, {"since": "soon"}, {"list": ""}):
        assert (
            people["olena"].post("/price-lists", {"place": "", "list": "x", **wrong}).status_code
            == 400
        )


def test_a_sku_that_the_fleet_knows_no_item_of_is_warned_of_and_may_be_published(people, library):
    olena = people["olena"]
    sent = {"place": "", "list": "happy", "prices": "milk; 38\nmlik; 38\nmilc; 37\nsold; 5"}
    with library.store.transaction() as tx:
        tx.run(
            "INSERT INTO item (tenant, sku, name, unit, taxes)"
            " VALUES ('kram', 'sold', 'Sold once', '', '')"
        )
    answer = olena.post("/price-lists", sent)
    page = olena.get(answer.headers["location"]).text
    assert "2 SKUs are in no catalogue of the fleet" in page
    assert "milc, mlik" in page
    published(olena, answer)
    assert library.content(DocumentName.PRICES, HERE)["lists"]["happy"]["prices"]["mlik"] == "38"
    right = olena.post("/price-lists", {**sent, "list": "right", "prices": "milk; 38"})
    assert "no catalogue" not in olena.get(right.headers["location"]).text


def test_roles_are_told_in_the_readers_words(people):
    olena = people["olena"]
    answer = olena.post("/staff", {"place": "", "person": "1", "name": "Олена", "role": "manager"})
    olena.client.headers["Accept-Language"] = "uk"
    assert "керівник" in olena.get(answer.headers["location"]).text
    published(olena, answer)
    page = olena.get("/staff").text
    assert "<td>керівник</td>" in page
    assert '<option value="senior">старший касир</option>' in page


def test_staff_begins_with_a_manager_and_grows(people, library):
    olena = people["olena"]
    cashier = {"place": "", "person": "2", "name": "Іван", "role": "cashier"}
    assert "Begin with a manager" in olena.post("/staff", cashier).text
    published(
        olena,
        olena.post("/staff", {"place": "", "person": "1", "name": "Олена", "role": "manager"}),
    )
    published(olena, olena.post("/staff", cashier))
    assert set(library.content(DocumentName.STAFF, HERE)["people"]) == {"1", "2"}
    published(olena, olena.post("/staff", {"place": "", "person": "2", "deed": "remove"}))
    assert set(library.content(DocumentName.STAFF, HERE)["people"]) == {"1"}


def test_settings_are_read_as_tills_do(people, library):
    olena = people["olena"]
    wrong = olena.post("/till-settings", {"place": "", "toml": "[shop]\nname = 5\n"})
    assert wrong.status_code == 400
    assert "name" in wrong.text
    published(olena, olena.post("/till-settings", {"place": "", "toml": '[shop]\nname = "Крам"\n'}))
    assert library.content(DocumentName.CONFIG, HERE) == {"toml": '[shop]\nname = "Крам"\n'}


def test_papers_are_a_managers(people):
    viewer = people["viewer"]
    assert viewer.get("/price-lists").status_code == 200
    assert viewer.get("/till-settings").status_code == 403
    for path in ("/price-lists", "/staff", "/till-settings"):
        assert viewer.post(path, {"place": ""}).status_code == 403
    assert (
        people["west"].post("/staff", {"place": "", "person": "1", "deed": "remove"}).status_code
        == 404
    )
