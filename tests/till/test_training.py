"""Training on a real daemon: another journal, a shut drawer, and the real basket untouched."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from appliance.catalogue.store import Catalogue
from appliance.config import Settings, load
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.refusal import Reason, Refusal
from appliance.core.view import Look
from appliance.daemon import Appliance, open_journal, running
from appliance.local_socket import ask
from tests.core.builders import ITEMS

SHOP = """
[till]
data_dir = "data"
[taxes.VAT20]
rate = 20
letter = "А"
[taxes.EXC5]
rate = 5
compound = true
letter = "Д"
[[staff]]
id = "olena"
name = "Олена"
[[staff]]
id = "ivan"
name = "Іван"
role = "manager"
"""


def shop(folder: Path) -> Settings:
    (folder / "shop.toml").write_text(SHOP, encoding="utf-8")
    (folder / "data").mkdir(exist_ok=True)
    with Catalogue(folder / "data" / "catalogue.db") as catalogue, catalogue.write() as writer:
        writer.put(ITEMS)
    return load(folder / "shop.toml")


def until(appliance: Appliance, what: Callable[[Look], bool]) -> Look:
    """The first view that fits."""
    import threading

    seen: list[Look] = []
    came = threading.Event()

    def on_look(look: Look) -> None:
        if what(look) and not seen:
            seen.append(look)
            came.set()

    end = appliance.counter.subscribe(on_look)
    try:
        assert came.wait(20), "the view never came"
    finally:
        end()
    return seen[0]


@contextmanager
def at_work(folder: Path) -> Iterator[Appliance]:
    with running(shop(folder)) as appliance:
        counter = appliance.counter
        for request in (c.SignIn("olena"), c.OpenShift(100_00)):
            assert isinstance(counter.ask(request), tuple)
        yield appliance


def train(appliance: Appliance) -> None:
    assert isinstance(appliance.counter.ask(c.StartTraining()), tuple)
    until(appliance, lambda look: look.people.training and look.shift is not None)


def facts(folder: Path, name: str = "data") -> list[str]:
    from appliance.journal import Journal

    with Journal.open(folder / name / "journal.db", "till-1") as journal:
        return [record.type for record in journal.records()]


def test_what_is_sold_in_training_is_in_no_real_journal(tmp_path: Path) -> None:
    with at_work(tmp_path) as appliance:
        train(appliance)
        counter = appliance.counter
        assert isinstance(counter.ask(c.SellItem("milk")), tuple)  # type: ignore[arg-type]
        assert isinstance(counter.ask(c.TenderCash(100_00)), tuple)
        assert isinstance(counter.ask(c.NoSale("вправа")), tuple)
        look = until(appliance, lambda it: it.done is not None)
        assert look.people.training
        assert isinstance(counter.ask(c.EndTraining()), tuple)
        back = until(appliance, lambda it: not it.people.training and not it.people.resting)
        assert back.done is None
        assert back.shift is not None
        assert back.shift.sales == 0
        assert back.shift.no_sales == 0
    real = facts(tmp_path)
    assert not {"LineAdded", "SaleCompleted", "Tendered"} & set(real)
    assert real.count("DrawerOpened") == 1
    assert [it for it in real if it.startswith("Training")] == ["TrainingStarted", "TrainingEnded"]
    played = facts(tmp_path, "data/training")
    assert {"LineAdded", "Tendered", "SaleCompleted", "DrawerOpened"} <= set(played)


def test_training_begins_between_sales_only_and_the_real_till_rests_meanwhile(
    tmp_path: Path,
) -> None:
    with at_work(tmp_path) as appliance:
        counter = appliance.counter
        counter.ask(c.SellItem("milk"))  # type: ignore[arg-type]
        refused = counter.ask(c.StartTraining())
        assert isinstance(refused, Refusal)
        assert refused.reason is Reason.BASKET_OPEN
        counter.ask(c.SuspendSale("зачекає"))
        train(appliance)
        answer = appliance.till.ask(c.SellItem("milk"))  # type: ignore[arg-type]
        assert isinstance(answer, Refusal)
        assert answer.reason is Reason.IN_TRAINING
        assert appliance.counter.look.suspended == ()
        counter.ask(c.EndTraining())
        back = until(appliance, lambda it: not it.people.training and not it.people.resting)
        assert [parked.name for parked in back.suspended] == ["зачекає"]


def test_what_would_outlast_the_training_is_out_of_its_reach(tmp_path: Path) -> None:
    with at_work(tmp_path) as appliance:
        train(appliance)
        outlasting = [
            kind
            for kind in vars(c).values()
            if isinstance(kind, type) and kind.__module__.endswith((".customers", ".accounts"))
        ]
        assert outlasting
        for kind in outlasting:
            answer = appliance.counter.ask(object.__new__(kind))
            assert isinstance(answer, Refusal)
            assert answer.reason is Reason.NOT_IN_TRAINING
        stock = c.CountStock((), "import")
        before = appliance.till.journal.last_seq
        appliance.counter.ask(stock, actor="import")
        assert appliance.till.journal.last_seq >= before


def test_locking_during_training_ends_it(tmp_path: Path) -> None:
    from datetime import UTC, datetime

    from appliance.core.policy import Person
    from appliance.people.staff import StaffBook

    settings = shop(tmp_path)
    with StaffBook(tmp_path / "data", (Person("ivan", "Іван", "manager"),)) as book:
        book.set_pin("ivan", "915264", datetime.now(UTC))
    with running(settings) as appliance:
        counter = appliance.counter
        assert isinstance(counter.ask(c.SignIn("ivan", "915264")), tuple)
        assert isinstance(counter.ask(c.StartTraining()), tuple)
        until(appliance, lambda look: look.people.training)
        counter.ask(c.LockTill())
        look = until(appliance, lambda it: it.people.locked)
        assert not look.people.training
        assert not look.people.resting


@pytest.mark.slow
def test_a_killed_training_comes_back_as_the_real_till(tmp_path: Path) -> None:
    settings = shop(tmp_path)
    command = [str(Path(sys.executable).with_name("till")), "run", "--no-screen"]
    environment = {**os.environ, "KRAM_CONFIG": str(tmp_path / "shop.toml")}
    socket = settings.till.socket

    def said(**request: Any) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while True:
            try:
                return ask(socket, request)
            except (OSError, json.JSONDecodeError):
                assert time.monotonic() < deadline, "the till does not answer"
                time.sleep(0.05)  # it is starting; there is nothing to wait on before its socket

    def shown(what: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        deadline = time.monotonic() + 30
        while True:
            look = said(look=True)["look"]
            if what(look):
                return look
            assert time.monotonic() < deadline, look
            time.sleep(0.05)

    def started() -> subprocess.Popen[bytes]:
        return subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)

    process = started()
    try:
        assert said(command="sign_in", staff="olena")["ok"]
        assert said(command="open_shift", float_minor=10000)["ok"]
        assert said(command="sell_item", item="bread")["ok"]
        assert said(command="suspend_sale", name="зачекає")["ok"]
        assert said(command="start_training")["ok"]
        shown(lambda look: look.get("people", {}).get("training", False) and "shift" in look)
        assert said(command="sell_item", item="milk")["ok"]
        process.send_signal(signal.SIGKILL)
        process.wait()
        process = started()
        look = shown(lambda it: "shift" in it)
        assert not look.get("people", {}).get("training", False)
        assert not look.get("people", {}).get("resting", False)
        assert [parked["name"] for parked in look["suspended"]] == ["зачекає"]
        assert "basket" not in look
    finally:
        process.terminate()
        process.wait(30)
    with open_journal(settings) as journal:
        added = [r.fact.item for r in journal.records() if isinstance(r.fact, f.LineAdded)]
    assert added == ["bread"]
