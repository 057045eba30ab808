"""The pole display shows what it was told, in letters that it has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.devices import Problem
from appliance.drivers.display_text import in_code_page, line, two_ends
from appliance.drivers.options import ConfigError
from appliance.drivers.registry import create
from hw_sim.mailbox import Mailbox
from hw_sim.pole_display import PoleDisplay

TABLE = {"name": "display", "category": "LineDisplay", "driver": "serial"}


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("cp866", "Хлiб Їжак, Гава 5 грн"),
        ("cp1125", "Хліб Їжак, Ґава 5 грн"),
        ("cp1251", "Хліб Їжак, Ґава 5 грн"),
        ("ascii", "Khlib Izhak, Gava 5 hrn"),
    ],
)
def test_ukrainian_comes_out_readable_in_every_code_page(encoding, shown):
    assert in_code_page("Хліб Їжак, Ґава 5 ₴", encoding) == shown


@given(st.text(max_size=60), st.sampled_from(["ascii", "cp437", "cp866", "cp1251"]))
def test_any_text_becomes_exactly_one_line_without_control_bytes(text, encoding):
    shown = line(text, 20, encoding)
    assert len(shown) == 20
    assert all(byte >= 0x20 for byte in shown)


@given(st.text(max_size=40), st.text("0123456789 ,", min_size=1, max_size=18))
def test_a_long_name_gives_way_to_the_amount(name, amount):
    shown = two_ends(name, amount)
    assert len(shown) == 20
    assert shown.endswith(amount)


@pytest.fixture
def till():
    return Mailbox()


@pytest.fixture
def start(till):
    opened = []

    def open_driver(display, **settings):
        driver = create(TABLE | {"port": display.port} | settings)
        opened.extend([driver, display])
        driver.open(till)
        return driver

    yield open_driver
    for thing in opened:
        thing.close()


@pytest.mark.parametrize("commands", ["escpos", "cd5220"])
def test_two_lines_are_shown_and_replaced(tmp_path, till, start, commands):
    display = PoleDisplay(tmp_path / "pole", commands, "cp866")
    driver = start(display, commands=commands, encoding="cp866")
    till.wait_ready()
    driver.show("Молоко 2,5 %", "42,50")
    display.wait_lines("Молоко 2,5 %", "42,50")
    driver.show("Сума", two_ends("", "1 234,50"))
    display.wait_lines("Сума", "            1 234,50")


def test_the_code_page_is_selected_where_the_display_knows_it(tmp_path, till, start):
    display = PoleDisplay(tmp_path / "pole", "escpos", "cp437")
    driver = start(display, encoding="cp866")
    till.wait_ready()
    driver.show("Решта", "0,50 ₴")
    display.wait_lines("Решта", "0,50 грн")


def test_a_display_that_comes_back_shows_the_latest_lines(tmp_path, till, start):
    display = PoleDisplay(tmp_path / "pole", "escpos", "cp866")
    driver = start(display)
    till.wait_ready()
    driver.show("one", "1")
    display.wait_lines("one", "1")
    display.unplug()
    till.wait_problem(Problem.UNPLUGGED)
    driver.show("two", "2")
    display.replug()
    display.wait_lines("two", "2")
    till.wait_ready(times=2)


def test_many_quick_changes_end_in_the_last_one(tmp_path, till, start):
    display = PoleDisplay(tmp_path / "pole", "cd5220", "cp866")
    driver = start(display, commands="cd5220")
    till.wait_ready()
    for number in range(500):
        driver.show("item", str(number))
    display.wait_lines("item", "499")


def test_showing_before_the_display_is_there_waits_for_it(tmp_path, till, start):
    display = PoleDisplay(tmp_path / "pole", "escpos", "cp866")
    display.unplug()
    driver = start(display)
    driver.show("hello", "")
    till.wait_problem(Problem.UNPLUGGED)
    display.replug()
    display.wait_lines("hello", "")


def test_an_unknown_code_page_says_which_are_known():
    with pytest.raises(ConfigError, match="did you mean `cp866`"):
        create(TABLE | {"port": "loop://", "encoding": "cp86"})
