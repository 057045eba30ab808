"""The counter's page in a real browser: hands on the page, results at the till."""

from collections.abc import Iterator

import pytest
from counter.browser import Browser

from hw_sim.counter import Counter, Plan
from hw_sim.till_process import Power
from hw_sim.till_watch import ask
from hw_sim.web import Web

pytestmark = [pytest.mark.screen, pytest.mark.alone]

BAG_KEY = (678 / 1024, 205 / 600)


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    made = Counter(Plan(tmp_path_factory.mktemp("till"), virtual=True))
    try:
        made.start()
        assert made.till.wait(lambda power: power is Power.ON, 60), made.till.last_lines
        assert ask(made.socket, {"command": "sign_in", "staff": "olena"})["ok"]
        assert ask(made.socket, {"command": "open_shift", "float_minor": 100_00})["ok"]
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def page(counter: Counter, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    web = Web(counter, 0)
    web.start()
    browser = Browser(tmp_path_factory.mktemp("browser"))
    try:
        browser.open(web.address)
        browser.until("document.querySelectorAll('.good').length > 8")
        yield browser
    finally:
        browser.close()
        web.close()


@pytest.fixture(autouse=True)
def empty_basket(counter: Counter) -> None:
    if "basket" in counter.watch.look:
        assert ask(counter.socket, {"command": "void_sale", "reason": "next test"})["ok"]
    assert counter.watch.wait(lambda look: "basket" not in look, 10) is not None


def names(look: dict) -> list[str]:
    return [line["item"] for line in look.get("basket", {}).get("lines", [])]


def test_goods_that_are_clicked_become_lines(counter: Counter, page: Browser) -> None:
    page.click("[data-good='1063']")
    page.click("[data-good='1005']")
    assert counter.watch.wait(lambda look: names(look) == ["1063", "1005"], 10)
    page.until(
        "[...document.querySelectorAll('#log .fact')].some(r => /LineAdded/.test(r.innerText))"
    )
    page.until("/[0-9]/.test(document.querySelector('#status').textContent)")


def test_the_tills_screen_is_drawn_and_a_click_on_it_is_a_touch(
    counter: Counter, page: Browser
) -> None:
    # Of a copy: Chromium complains of a canvas that is read while it is drawn to.
    colours = (
        "(() => { const c = document.getElementById('screen');"
        "const copy = new OffscreenCanvas(c.width, c.height).getContext('2d');"
        "copy.drawImage(c, 0, 0);"
        "const d = copy.getImageData(0, 0, c.width, c.height).data, s = new Set();"
        "for (let i = 0; i < d.length; i += 404) s.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]);"
        "return s.size > 8; })()"
    )
    page.until(colours)
    page.click("#screen", BAG_KEY)
    assert counter.watch.wait(lambda look: names(look) == ["1002"], 10)


def test_a_weighed_goods_label_carries_what_lies_on_the_scale(
    counter: Counter, page: Browser
) -> None:
    page.run(
        "(() => { const s = document.getElementById('load'); s.value = '1.250';"
        "s.dispatchEvent(new Event('input', { bubbles: true })); })()"
    )
    page.until("/1[.,]250/.test(document.querySelector('[data-good=\"1049\"]').textContent)")
    page.click("[data-good='1049']")
    look = counter.watch.wait(lambda look: names(look) == ["1049"], 10)
    assert look is not None
    assert look["basket"]["lines"][0]["quantity"] == "1.25"


def test_cables_and_paper_can_be_pulled_and_put_back(counter: Counter, page: Browser) -> None:
    def problem(name: str, wanted: str):
        def so(look: dict) -> bool:
            found = [d for d in look["devices"] if d["device"] == name]
            return bool(found) and found[0].get("problem", "none") == wanted

        return so

    for switch, device, wanted in (
        ("scanner", "scanner", "unplugged"),
        ("paper", "printer", "paper_out"),
        ("cover", "printer", "cover_open"),
    ):
        page.click(f"[data-switch='{switch}']")
        assert counter.watch.wait(problem(device, wanted), 15), f"{switch} out"
        page.until(f"document.querySelector(\"[data-switch='{switch}']\").ariaChecked === 'false'")
        page.click(f"[data-switch='{switch}']")
        assert counter.watch.wait(problem(device, "none"), 15), f"{switch} back"


def test_a_receipt_comes_out_and_the_drawer_is_pushed_shut(counter: Counter, page: Browser) -> None:
    page.click("[data-good='1063']")
    assert counter.watch.wait(lambda look: names(look) == ["1063"], 10)
    before = page.run("document.querySelectorAll('.receipt').length")
    assert ask(counter.socket, {"command": "tender_cash"})["ok"]
    page.until(f"document.querySelectorAll('.receipt.torn img').length > {before}")
    page.until("document.querySelector('#drawer').ariaPressed === 'true'")
    page.click("#drawer")
    page.until("document.querySelector('#drawer').ariaPressed === 'false'")
    assert not counter.rig.drawer.is_open


def test_a_power_cut_brings_the_basket_back(counter: Counter, page: Browser) -> None:
    page.click("[data-good='1172']")
    assert counter.watch.wait(lambda look: names(look) == ["1172"], 10)
    pid = counter.till.pid
    page.click("#power")
    page.until("document.querySelector('#power').disabled")
    page.until("!document.querySelector('#power').disabled", 60)
    assert counter.till.pid != pid
    assert counter.watch.wait(lambda look: names(look) == ["1172"], 20)
    page.click("[data-good='1063']")
    assert counter.watch.wait(lambda look: names(look) == ["1172", "1063"], 20)


def test_the_page_speaks_both_languages_and_complains_of_nothing(page: Browser) -> None:
    for language, word in (("uk", "Прилавок"), ("en", "The counter")):
        page.click(f"[data-language='{language}']")
        page.until(f"document.querySelector('h1').textContent === '{word}'")
        assert page.run("document.documentElement.lang") == language
        assert page.run("[...document.querySelectorAll('[data-say]')].every(e => e.textContent)")
    assert page.run("document.documentElement.scrollWidth <= innerWidth")
    assert page.complaints == []
