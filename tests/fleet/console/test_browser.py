"""The console in a real Chromium: what a manager sees and clicks."""

from __future__ import annotations

import json

import pytest
from counter.browser import Browser

from appliance.fleet.commands import Commands
from appliance.fleet.console.access.roles import Role
from appliance.fleet.documents import Library
from appliance.fleet.store import open_store
from appliance.wire.document import DocumentName
from fleet import seeded
from fleet.console.guest import (
    NOW_MS,
    PASSWORD,
    Clock,
    Guest,
    app_code,
    console_over,
    person,
    second_factor,
)
from fleet.members import Fleet
from tests.fleet.updates.builders import Desk

LVIV = "01J0000000000000000LVIV001"
PHONE = {"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": True}
PAGES = ("/", "/shops", "/shops/lviv", "/tills", f"/tills/{LVIV}", f"/tills/{LVIV}/story", "/lag",
         "/versions", "/sales", f"/tills/{LVIV}/sales/1/1", "/shifts", "/stock?shop=lviv", "/items/1000",
         "/transit", "/pair", "/certificates", "/certificates/revoked", "/people", "/people/olena", "/audit", "/commands",
         "/commands/new", "/commands/new?type=message", "/commands/new?type=wipe&place=shop:lviv", "/catalogue", "/catalogue/item/1000",
         "/changes", "/price-lists", "/staff",
         "/till-settings", "/updates", "/updates/new?release=1.4.0", "/alerts", "/alerts/history", "/me", "/me/second-factor")  # fmt: skip

pytestmark = pytest.mark.xdist_group("console-browser")


@pytest.fixture(scope="module")
def fleet(tmp_path_factory, empty_file):
    path = tmp_path_factory.mktemp("browser") / "fleet.db"
    path.write_bytes(empty_file.read_bytes())
    store = open_store(f"sqlite:///{path}")
    yield seeded.fleet(store, NOW_MS)
    store.close()


@pytest.fixture(scope="module")
def console(fleet, tmp_path_factory):
    made = console_over(fleet.store, Clock())
    desk = made.desk = Fleet(tmp_path_factory.mktemp("authority"), fleet.store).desk
    made.commands = Commands(fleet.store, desk.signer, made.now_ms)
    made.library = Library(fleet.store, desk.signer, made.now_ms)
    goods = {
        sku: {"name": name, "price": f"{price / 100:.2f}"} for sku, name, price in seeded.GOODS
    }
    made.library.change("olena", DocumentName.CATALOGUE, [""], {"items": goods})
    updates = Desk(fleet.store, tmp_path_factory.mktemp("updates"), now_ms=NOW_MS)
    for till in fleet.tills:
        updates.update([till.uid], "1.3.0")
    updates.publish("1.4.0")
    made.rollouts = updates.rollouts
    person(made, "olena", Role.ADMINISTRATOR)
    person(made, "ivan")
    return made


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    started = Browser(tmp_path_factory.mktemp("chromium"))
    yield started
    started.close()


@pytest.fixture
def browser(chromium, console, host):
    """As it comes out of the box: 1280 x 800, no cookies; a complaint of its own is a failure."""
    host.show(console)
    chromium.tell("Network.clearBrowserCookies")
    size = {"width": 1280, "height": 800, "deviceScaleFactor": 1, "mobile": False}
    chromium.tell("Emulation.setDeviceMetricsOverride", **size)
    chromium.complaints.clear()
    yield chromium
    assert not [it for it in chromium.complaints if "status of 401" not in it]


def log_in(browser, host, login="olena", **cookies):
    for name, value in {"language": "en", **cookies}.items():
        browser.tell("Network.setCookie", name=name, value=value, url=host.address)
    browser.open(host.address + "/login")
    fill(browser, login=login, password=PASSWORD)
    go_on(browser)


def there(browser, selector):
    """Waits for an element; the element itself cannot come over the wire."""
    browser.until(f"!!document.querySelector({json.dumps(selector)})")


def fill(browser, **fields):
    for name, value in fields.items():
        there(browser, f"main [name={name}]")
        browser.run(f"document.querySelector('main [name={name}]').value = {json.dumps(value)}")


def go_on(browser):
    """A click on the green key, once the letters have their final size."""
    browser.run("document.fonts.ready.then(() => true)")
    browser.click("form .key.go")


def shown(browser, path, base):
    browser.open(base + path)
    browser.until(f"location.pathname + location.search == {json.dumps(path)}")
    browser.until("document.readyState == 'complete'")


def test_a_manager_logs_in_with_a_code_and_sees_the_fleet(browser, console, host, clock):
    secret, _ = second_factor(console, "olena")
    try:
        log_in(browser, host)
        there(browser, "[name=code]")
        assert browser.run("document.querySelector('.head nav a')") is None
        fill(browser, code=app_code(secret, console.now_ms()))
        go_on(browser)
        assert browser.until("document.querySelectorAll('.squares a').length") == 5
        there(browser, ".plot .line.now")
        browser.click(".squares a.lost")
        browser.until("location.pathname.startsWith('/tills/')")
    finally:
        console.people.drop_second_factor("olena")


def test_a_wrong_password_is_told_in_words_and_the_login_stays(browser, host):
    browser.tell("Network.setCookie", name="language", value="uk", url=host.address)
    browser.open(host.address + "/login")
    fill(browser, login="olena", password="неправильний пароль")
    go_on(browser)
    said = browser.until("document.querySelector('.note.bad')?.textContent")
    assert "Логін або пароль неправильний" in said
    assert browser.run("document.querySelector('[name=login]').value") == "olena"


def test_a_sale_appears_by_itself_and_a_pause_holds_the_list_still(browser, console, fleet, host):
    log_in(browser, host)
    there(browser, ".squares")
    shown(browser, "/sales", host.address)
    browser.until("document.querySelector('[data-stream]').className == 'pill ok'")
    till = fleet.tills[0]

    def sells():
        console.now_ms.pass_s(2)
        till.sell(console.now_ms() - 500)
        till.send(console.now_ms())
        console.news.tell(("sales",))
        return f"#sale-{till.uid}-1-{till.sale}"

    there(browser, sells())
    assert browser.run("document.querySelector('#sales').firstElementChild.className") == "new"
    browser.click("[data-pause]")
    row = sells()
    browser.until("document.querySelector('[data-pause]').textContent.includes('(1)')")
    assert browser.run(f"document.querySelector('{row}')") is None
    browser.click("[data-pause]")
    there(browser, row)


def test_an_alert_appears_by_itself_and_what_was_ticked_stays_ticked(browser, console, fleet, host):
    log_in(browser, host)
    there(browser, ".squares")
    shown(browser, "/alerts", host.address)
    browser.until("document.querySelector('[data-stream]').className == 'pill ok'")
    browser.click("[name=alert]")
    with fleet.store.transaction() as tx:
        tx.run(
            "INSERT INTO alert (id, rule, tenant, shop, till, severity, opened_ms)"
            " VALUES ('new', 'cloned', 'kram', 'lviv', :till, 'critical', :now)",
            till=LVIV,
            now=console.now_ms(),
        )
    console.news.tell(("alerts",))
    there(browser, "tr.new [value=new]")
    ticked = "[...document.querySelectorAll('[name=alert]:checked')].map((it) => it.value)"
    assert browser.run(ticked) == ["a1"]
    with fleet.store.transaction() as tx:
        tx.run("DELETE FROM alert WHERE id = 'new'")
    console.news.tell(("alerts",))
    browser.until("!document.querySelector('[value=new]')")


def test_the_overview_renews_itself_without_a_reload(browser, console, fleet, host):
    log_in(browser, host)
    there(browser, ".squares")
    browser.run("window.stays = 'the same page'")
    before = browser.run("document.querySelector('.tile b').textContent")
    console.now_ms.pass_s(10)
    fleet.tills[0].sell(console.now_ms() - 500, lines=[("1003", "Кава мелена", 9_215_00)])
    fleet.tills[0].send(console.now_ms())
    browser.run("htmx.trigger('.live', 'htmx:trigger'); htmx.ajax('GET', '/', '.live')")
    browser.until(f"document.querySelector('.tile b').textContent != {json.dumps(before)}")
    assert browser.run("window.stays") == "the same page"


def test_dark_and_light_follow_the_device_and_the_switch(browser, host):
    log_in(browser, host)
    there(browser, ".squares")
    ground = "document.body && getComputedStyle(document.body).backgroundColor"
    for asked, colour in (("dark", "rgb(23, 22, 20)"), ("light", "rgb(243, 241, 236)")):
        scheme = [{"name": "prefers-color-scheme", "value": asked}]
        browser.tell("Emulation.setEmulatedMedia", features=scheme)
        browser.until(f"{ground} == {json.dumps(colour)}")
    browser.click("[popovertarget=me]")
    browser.click("#me [name=theme][value=dark]")
    browser.until(f"{ground} == 'rgb(23, 22, 20)'")
    browser.tell("Emulation.setEmulatedMedia", features=[])


@pytest.mark.parametrize("language", ["uk", "en"])
def test_a_phone_shows_every_page_without_moving_it_sideways(browser, host, language):
    log_in(browser, host, language=language)
    there(browser, ".squares")
    browser.tell("Emulation.setDeviceMetricsOverride", **PHONE)
    wide = {}
    for path in PAGES:
        shown(browser, path, host.address)
        over = browser.run("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            wide[path] = over
        small = browser.run(
            "[...document.querySelectorAll('main .key, main select, .opener')].filter((e) => e.offsetParent"
            " && e.getBoundingClientRect().height < 42).map((e) => e.textContent.trim())"
        )
        assert small == [], path
    assert wide == {}


def test_a_price_is_changed_from_its_field_to_what_holds(browser, console, host):
    log_in(browser, host)
    there(browser, ".squares")
    shown(browser, "/catalogue?place=shop%3Alviv", host.address)
    browser.run("document.querySelector('[name=\"price.1000\"]').value = '99.00'")
    go_on(browser)
    browser.until("document.querySelector('.note.warn')?.textContent.includes('30 %')")
    browser.run("document.fonts.ready.then(() => true)")
    browser.run("document.querySelector('[value=publish]').scrollIntoView()")
    browser.click("[value=publish]")
    browser.until("document.querySelector('.note')?.textContent == 'Published.'")
    lives_by = console.library.content(DocumentName.CATALOGUE, LVIV)
    assert lives_by["items"]["1000"]["price"] == "99.00"


def renews_itself(browser, console, id_):
    """What tills say shows up in the page that is open."""
    with console.store.transaction() as tx:
        tx.run("UPDATE till_firmware SET version = '1.4.0' WHERE till = :it", it=LVIV)
    console.now_ms.pass_s(10)
    browser.run("htmx.ajax('GET', location.pathname, {source: '#waves', target: '#waves'})")
    there(browser, ".waves .dot.ok")


def test_a_rollout_is_planned_started_after_a_question_and_paused(browser, console, host):
    log_in(browser, host)
    there(browser, ".squares")
    shown(browser, "/updates", host.address)
    go_to = "document.querySelector('.releases a.key').href"
    browser.open(browser.run(go_to))
    there(browser, f"input[value='{LVIV}']")
    browser.click(f"input[value='{LVIV}']")
    fill(browser, shares="100", soak="0")
    browser.run("document.querySelector('form .key.go').scrollIntoView()")
    go_on(browser)
    browser.until("/^\\/updates\\/[0-9A-Z]{26}$/.test(location.pathname)")
    id_ = browser.run("location.pathname").rpartition("/")[2]
    browser.run("window.confirm = (asked) => { document.title = asked; return false }")
    browser.click("button[value=start]")
    assert "1.4.0" in browser.until("document.title.includes('Go on?') && document.title")
    assert console.store.one("SELECT state FROM rollout WHERE id = :id", id=id_)["state"] == "draft"
    browser.run("window.confirm = () => true")
    browser.click("button[value=start]")
    there(browser, "button[value=pause]")
    console.rollouts.advance(id_)
    shown(browser, f"/updates/{id_}", host.address)
    assert browser.run("document.querySelectorAll('.waves li.open').length") == 1
    assert LVIV in browser.run("document.querySelector('table a[href^=\"/tills/\"]').href")
    assert browser.run("document.querySelector('.waves .dot.ok')") is None
    renews_itself(browser, console, id_)
    browser.run("window.confirm = () => true")
    browser.click("button[value=pause]")
    there(browser, "button[value=resume]")


def test_the_menu_opens_on_a_phone_and_leads_on(browser, host):
    log_in(browser, host)
    there(browser, ".squares")
    browser.tell("Emulation.setDeviceMetricsOverride", **PHONE)
    browser.click("[popovertarget=menu]")
    browser.click("#menu a[href='/tills']")
    browser.until("location.pathname == '/tills'")


def test_a_viewer_has_no_menu_of_people_and_is_told_so_when_asking(browser, host):
    log_in(browser, host, "ivan")
    there(browser, ".squares")
    assert browser.run("document.querySelector('.head a[href=\"/people\"]')") is None
    browser.open(host.address + "/people")
    browser.until("document.querySelector('h1')?.textContent.includes('Not yours')")
    browser.complaints.clear()


def test_another_sites_form_changes_nothing(browser, console, host):
    """The session's cookie may come along, the page's token does not."""
    log_in(browser, host)
    there(browser, ".squares")
    answer = browser.run(
        "fetch('/people', {method: 'POST', body: new URLSearchParams({login: 'eve', name: 'Eve',"
        " role: 'administrator', everything: '1'})}).then((answer) => answer.status)"
    )
    assert answer == 403
    assert console.people.get("eve") is None
    browser.complaints.clear()


def test_a_server_that_stops_lets_its_live_pages_go(console, host):
    """Or it would wait for them, and systemd for it."""
    host.show(console)
    guest = Guest(host.address)
    guest.log_in("ivan")
    with guest.client.stream("GET", "/sales/stream") as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith("retry:")
        console.close()
        assert not [line for line in lines if line.startswith("data:")]
    console.closing = False
    guest.client.close()


def test_a_screen_on_the_wall_shows_the_whole_overview(browser, host):
    log_in(browser, host)
    there(browser, ".squares")
    wall = {"width": 1920, "height": 1080, "deviceScaleFactor": 1, "mobile": False}
    browser.tell("Emulation.setDeviceMetricsOverride", **wall)
    assert browser.run("document.documentElement.scrollHeight") <= 1080
    assert browser.run("document.documentElement.scrollWidth") <= 1920
