"""The customer's screen: fed over the local socket by a real Till, through sales and restarts."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from queue import Queue

import pytest

from appliance.core import commands as c
from appliance.core.facts import Discount, EffectId, LineId
from appliance.core.refusal import Refusal
from appliance.core.view import Look
from appliance.local_socket import LocalSocket
from appliance.look_stream import LookStream
from appliance.till import Till
from appliance.ui import theme
from appliance.ui.customer_scene import THANKS_S, Scene, Story, Topic
from appliance.ui.port import UiSettings
from hw_sim.x_display import Eye, VirtualDisplay
from tests.ui.rig import APPLES, BREAD, COFFEE, MILK, ROOT, demo_till

OPEN = (c.SignIn("olena"), c.OpenShift(1000_00))


def does(till: Till, *requests: c.Request) -> Look:
    """The view after the requests."""
    for request in requests:
        answer = till.ask(request)
        assert not isinstance(answer, Refusal), f"{request}: {answer}"
    # The view is made after the answer; by the next answer it is there.
    till.ask(c.StartEffect(EffectId(-1)), spoken=False)
    return till.look


@contextmanager
def watched(folder: Path) -> Iterator[tuple[Till, LocalSocket, Queue[Look | None]]]:
    """A demo till, its local socket, and the views as another process gets them."""
    heard: Queue[Look | None] = Queue()
    with demo_till(folder) as (till, _catalogue, _paper):
        server = LocalSocket(folder / "till.sock", till)
        server.start()
        stream = LookStream(folder / "till.sock", pause_s=0.02)
        stream.start(heard.put)
        try:
            yield till, server, heard
        finally:
            stream.close()
            server.close()


def until(heard: Queue[Look | None], revision: int) -> Look:
    while True:
        look = heard.get(timeout=10)
        if look is not None and look.revision >= revision:
            return look


def story(till: Till) -> Story:
    told = Story()
    told.hear(till.look, 0.0)
    return told


def test_the_view_arrives_whole_in_another_process(tmp_path: Path) -> None:
    with watched(tmp_path) as (till, _server, heard):
        now = does(
            till,
            *OPEN,
            c.SellItem(APPLES, Decimal("0.436")),
            c.SellItem(COFFEE),
            c.DiscountLine(LineId(2), Discount(percent=Decimal(10))),
            c.TenderCash(10_00),
        )
        assert until(heard, now.revision) == now


def test_a_till_that_goes_away_is_told_once_and_its_return_brings_the_view(tmp_path: Path) -> None:
    heard: Queue[Look | None] = Queue()
    with demo_till(tmp_path) as (till, _catalogue, _paper):
        does(till, *OPEN, c.SellItem(MILK))
        stream = LookStream(tmp_path / "till.sock", pause_s=0.01)
        stream.start(heard.put)
        try:
            assert heard.get(timeout=10) is None
            for _ in range(2):
                server = LocalSocket(tmp_path / "till.sock", till)
                server.start()
                look = heard.get(timeout=10)
                assert look is not None
                assert look.basket is not None
                server.close()
                assert heard.get(timeout=10) is None
        finally:
            stream.close()
        assert heard.empty()


def test_it_tells_the_item_just_entered_even_when_it_is_an_earlier_line(tmp_path: Path) -> None:
    with demo_till(tmp_path) as (till, _catalogue, _paper):
        told = story(till)
        told.hear(does(till, *OPEN, c.SellItem(MILK), c.SellItem(BREAD)), 0.0)
        assert told.scene.line is not None
        assert told.scene.line.line == 2
        told.hear(does(till, c.ChangeQuantity(LineId(1), Decimal(3))), 0.0)
        assert told.scene.line.line == 1
        assert told.scene.line.quantity == 3
        # What changes nothing in the basket leaves the item where it is.
        told.hear(does(till, c.NoSale("change")), 0.0)
        assert told.scene.line.line == 1
        told.hear(does(till, c.VoidLine(LineId(1))), 0.0)
        assert told.scene.line.line == 2


def test_the_change_stays_until_the_next_item_or_a_while(tmp_path: Path) -> None:
    with demo_till(tmp_path) as (till, _catalogue, _paper):
        told = story(till)
        assert told.scene.topic is Topic.CLOSED
        told.hear(does(till, *OPEN), 0.0)
        assert told.scene.topic is Topic.WELCOME
        told.hear(does(till, c.SellItem(MILK)), 1.0)
        assert told.scene.topic is Topic.BASKET
        paid = does(till, c.TenderCash(100_00))
        assert told.hear(paid, 2.0).topic is Topic.CHANGE
        assert told.wait(2.0 + THANKS_S - 0.1).topic is Topic.CHANGE
        assert told.wait(2.0 + THANKS_S).topic is Topic.WELCOME
        told.hear(does(till, c.SellItem(MILK)), 50.0)
        told.hear(does(till, c.TenderCash(100_00)), 51.0)
        told.hear(does(till, c.SellItem(BREAD)), 52.0)
        assert told.scene.topic is Topic.BASKET
        told.hear(does(till, c.VoidLine(LineId(1))), 53.0)
        assert told.scene.topic is Topic.WELCOME


def test_a_sale_from_before_the_screen_was_on_is_nobodys_change(tmp_path: Path) -> None:
    with demo_till(tmp_path) as (till, _catalogue, _paper):
        sold = does(till, *OPEN, c.SellItem(MILK), c.TenderCash(100_00))
        assert Story().hear(sold, 5.0).topic is Topic.WELCOME


def test_a_till_that_went_away_leaves_the_shops_name_and_no_amount(tmp_path: Path) -> None:
    with demo_till(tmp_path) as (till, _catalogue, _paper):
        told = story(till)
        told.hear(does(till, *OPEN, c.SellItem(MILK)), 0.0)
        scene = told.hear(None, 1.0)
        assert scene.topic is Topic.AWAY
        assert scene.look is not None
        assert told.hear(till.look, 2.0).topic is Topic.BASKET


def test_a_price_check_is_shown_to_the_customer_too(tmp_path: Path) -> None:
    with demo_till(tmp_path) as (till, _catalogue, _paper):
        told = story(till)
        told.hear(does(till, *OPEN, c.AimScanner(price_check=True), c.CheckPrice(COFFEE)), 0.0)
        assert told.scene.topic is Topic.PRICE
        told.hear(does(till, c.AimScanner(price_check=False)), 0.0)
        assert told.scene.topic is Topic.WELCOME


@pytest.mark.parametrize(
    ("language", "due", "change"),
    [("uk", ("До сплати", "46,90\u00a0₴"), "Решта"), ("en", ("To pay", "₴46.90"), "Change")],
)
@pytest.mark.parametrize("size", [(800, 480), (480, 800), (480, 320), (1920, 1080)])
def test_total_and_change_are_in_the_shops_language_on_any_screen(
    kivy: None,
    tmp_path: Path,
    size: tuple[int, int],
    language: str,
    due: tuple[str, str],
    change: str,
) -> None:
    from appliance.ui.customer_board import CustomerBoard

    board = CustomerBoard(UiSettings(width=size[0], height=size[1], language=language))
    with demo_till(tmp_path) as (till, _catalogue, _paper):
        board.resized(*size)
        board.hear(does(till, *OPEN), 0.0)
        assert "На розі" in board.said
        board.hear(does(till, c.SellItem(MILK)), 0.0)
        assert board.said[:2] == due
        board.hear(does(till, c.TenderCash(100_00)), 0.0)
        assert board.said[0] == change
        assert board.said[1] == board.kit.money(53_00)


def test_it_is_drawn_again_only_when_it_tells_something_else(kivy: None, tmp_path: Path) -> None:
    from appliance.ui.customer_board import CustomerBoard

    drawn: list[Scene] = []

    class Counted(CustomerBoard):
        def redraw(self) -> None:
            drawn.append(self.scene)
            super().redraw()

    board = Counted(UiSettings(width=800, height=480))
    with demo_till(tmp_path) as (till, _catalogue, _paper):
        board.resized(800, 480)
        board.hear(does(till, *OPEN, c.SellItem(MILK)), 0.0)
        before = len(drawn)
        board.hear(does(till, c.NoSale("change")), 1.0)
        board.hear(till.look, 2.0)
        assert len(drawn) == before
        board.hear(does(till, c.SellItem(BREAD)), 3.0)
        assert len(drawn) == before + 1


@pytest.mark.screen
def test_the_command_shows_a_running_tills_sale_in_a_window_and_ends_on_sigterm(
    tmp_path: Path,
) -> None:
    display = VirtualDisplay(800, 480)
    config = tmp_path / "shop.toml"
    config.write_text(
        f'[shop]\nname = "На розі"\nlanguage = "uk"\n[till]\ndata_dir = "{tmp_path}"\n', "utf-8"
    )
    env = {k: v for k, v in os.environ.items() if not k.startswith(("SDL_", "KIVY_"))}
    env |= {"DISPLAY": display.screen.name, "KIVY_HOME": str(tmp_path / "kivy")}
    command = [str(Path(sys.executable).with_name("till"))]
    command += ["--config", str(config), "customer-display", "--window", "800x480"]
    process = subprocess.Popen(command, cwd=ROOT, env=env)
    eye = Eye(display.screen, lambda: process.pid)
    try:
        with demo_till(tmp_path) as (till, _catalogue, _paper):
            server = LocalSocket(tmp_path / "till.sock", till)
            server.start()
            does(till, *OPEN)
            sees(eye, (20, 20), theme.LIGHT.background)
            does(till, c.SellItem(MILK))
            sees(eye, (760, 440), theme.LIGHT.go_ground)
            sees(eye, (30, 440), theme.LIGHT.panel)
            does(till, c.TenderCash(100_00))
            sees(eye, (30, 440), theme.LIGHT.go_ground)
            server.close()
        process.terminate()
        assert process.wait(timeout=15) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        display.close()


def sees(eye: Eye, at: tuple[int, int], colour: theme.Colour, timeout_s: float = 30.0) -> None:
    """Waits until the X server shows the colour there; it tells of no change by itself."""
    wanted = tuple(round(255 * part) for part in colour[:3])
    end, seen = time.monotonic() + timeout_s, None
    while time.monotonic() < end:
        frame = eye.look()
        seen = frame.image().getpixel(at) if frame is not None else None
        if isinstance(seen, tuple) and all(
            abs(a - b) <= 3 for a, b in zip(seen, wanted, strict=True)
        ):
            return
        time.sleep(0.05)
    pytest.fail(f"at {at} stands {seen}, not {wanted}")
