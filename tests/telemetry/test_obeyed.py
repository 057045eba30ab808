"""A whole fleet's server and a whole till: what a manager wants arrives, is done, and is told of."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fleet.console.guest import Guest, Host, console_over, person

from appliance import daemon
from appliance.catalogue.store import Catalogue
from appliance.config import load
from appliance.core import commands as c
from appliance.core.item import ItemId
from appliance.fleet import clock, site
from appliance.fleet.commands import Commands
from appliance.fleet.console.access.roles import Role
from appliance.fleet.serve import library
from appliance.update.desk import UpdateDesk
from appliance.wire import firmware, release, release_keys
from appliance.wire.document import DocumentName
from appliance.wire.firmware import Report, Stage
from appliance.wire.release import Running
from hw_sim.fleet_bundle import COMPATIBLE
from hw_sim.fleet_member import enrolled, served
from hw_sim.fleet_release import QUICK, Maker
from hw_sim.fleet_updater import from_server

SOON_S = 60.0


@dataclass
class Desk:
    fleet: site.Site
    till: daemon.Appliance
    uid: str
    commands: Commands

    def row(self, sql: str, **params: Any) -> dict[str, Any]:
        return self.fleet.store.one(sql, **params) or {}

    def ends(self, id_: str) -> tuple[str, str]:
        sql = "SELECT state, answer FROM command WHERE id = :id"
        becomes(lambda: bool(self.row(sql, id=id_)["answer"]), True)
        row = self.row(sql, id=id_)
        return row["state"], row["answer"]

    def lives_by(self, document: str) -> tuple[int, str]:
        row = self.row(
            "SELECT reported_version, error FROM shadow WHERE till = :till AND document = :document",
            till=self.uid,
            document=document,
        )
        return row.get("reported_version", 0), row.get("error", "")


def becomes(read: Callable[[], object], wanted: object) -> None:
    until = time.monotonic() + SOON_S
    while (found := read()) != wanted:
        assert time.monotonic() < until, found
        time.sleep(0.05)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("obeyed")
    with served(folder / "server", whole=True) as fleet:
        data = folder / "till"
        member = enrolled(fleet, data / "fleet")
        config = folder / "shop.toml"
        config.write_text(
            f'[till]\ndata_dir = "{data}"\n'
            f'[fleet]\nuid = "{member.place.till}"\nshop = "{member.place.shop}"\n'
            f'brokers = ["mqtts://localhost:{fleet.options.broker_port}"]\n'
            f'server = "{fleet.public.url}"\n'
            '[taxes.VAT20]\nname = "ПДВ"\nletter = "А"\nrate = 20\n'
        )
        with daemon.running(load(config)) as till:
            commands = Commands(fleet.store, lambda: fleet.signer, clock.now_ms)
            yield Desk(fleet, till, member.place.till, commands)


def test_a_command_is_done_and_its_answer_is_at_the_fleet(desk: Desk) -> None:
    (one,) = desk.commands.issue("olena", [desk.uid], "message", {"text": "Вітаю"})
    assert desk.ends(one) == ("succeeded", "{}")
    becomes(lambda: desk.till.till.look.notice is not None, True)
    (two,) = desk.commands.issue("olena", [desk.uid], "report", {"report": "secrets"})
    state, answer = desk.ends(two)
    assert state == "failed"
    assert "x, z or stock" in answer


def test_a_catalogue_comes_from_the_fleet_and_is_sold(desk: Desk) -> None:
    many = {f"{number}": {"name": f"Товар {number}", "price": "9.00"} for number in range(2_000)}
    goods = {"items": {**many, "milk": {"name": "Молоко", "price": "42.50", "taxes": "VAT20"}}}
    library(desk.fleet).change("olena", DocumentName.CATALOGUE, ["shop:shop-1"], goods)
    becomes(lambda: desk.lives_by("catalogue"), (16, ""))
    with Catalogue(daemon.catalogue_path(desk.till.settings)) as shelf:
        milk = shelf.by_id(ItemId("milk"))
        assert shelf.count == 2_001
    assert milk is not None
    assert milk.price_minor == 42_50
    dearer = {"items": {"milk": {"price": "45.00"}}}
    library(desk.fleet).change("olena", DocumentName.CATALOGUE, [""], dearer)
    becomes(lambda: desk.lives_by("catalogue")[0], 16)  # the shop's own price is over the fleet's


def test_a_price_goes_from_the_console_to_the_tills_shelf(desk: Desk) -> None:
    goods = {"items": {"tea": {"name": "Чай", "price": "80.00"}}}
    library(desk.fleet).change("olena", DocumentName.CATALOGUE, ["shop:shop-1"], goods)
    console = console_over(desk.fleet.store, clock.now_ms)
    console.library = library(desk.fleet)
    person(console, "petro", Role.MANAGER)
    host = Host()
    host.show(console)
    guest = Guest(host.address)
    try:
        guest.log_in("petro")
        guest.get("/catalogue?place=shop:shop-1")
        asked = guest.post("/catalogue", {"place": "shop:shop-1", "price.tea": "84.50"})
        guest.post(asked.headers["location"], {"deed": "publish"})
    finally:
        guest.client.close()
        host.close()
    with Catalogue(daemon.catalogue_path(desk.till.settings)) as shelf:

        def price() -> int:
            shelf.refresh()
            tea = shelf.by_id(ItemId("tea"))
            return tea.price_minor if tea else 0

        becomes(price, 84_50)


def test_a_document_that_cannot_be_is_told_with_its_reason(desk: Desk) -> None:
    library(desk.fleet).change("olena", DocumentName.CONFIG, [""], {"toml": "[shop]\nname = 5\n"})
    becomes(lambda: "`name`" in desk.lives_by("config")[1], True)


def test_a_sale_goes_on_meanwhile(desk: Desk) -> None:
    till = desk.till.till
    till.ask(c.SignIn("1"))
    till.ask(c.OpenShift(100_00))
    till.ask(c.NeverMind(), spoken=False)
    assert till.look.shift is not None


def test_new_software_reaches_the_updater_and_its_word_reaches_the_fleet(
    desk: Desk, tmp_path: Path
) -> None:
    updater = UpdateDesk(desk.till.settings, desk.till.till)
    idle = Report("0.1.0", "A", Stage.IDLE, 1, 1, compatible=COMPATIBLE)

    def says(report: Report) -> None:
        updater.answer({"report": firmware.encode(report).decode()})

    def booted() -> str:
        return str(
            desk.row("SELECT version FROM till_firmware WHERE till = :it", it=desk.uid).get(
                "version"
            )
        )

    says(idle)
    becomes(booted, "0.1.0")
    maker = Maker.at(desk.fleet, tmp_path / "build")
    id_ = maker.roll_out("0.2.0", [desk.uid], 1000, gate=replace(QUICK, soak_ms=0))
    desk.fleet.rollouts.advance(id_)
    becomes(lambda: "release" in updater.answer(True)["wanted"], True)
    wanted = firmware.read(dict(updater.answer(True)["wanted"]))
    assert wanted.offer is not None
    keys = release_keys.read(wanted.keys, maker.roots)
    found = release.judged(wanted.offer.release, keys, Running("0.1.0", COMPATIBLE), clock.now_ms())
    assert isinstance(found, release.Release)
    url = urlsplit(desk.fleet.public.url)
    fetch = from_server("localhost", url.port or 443, updater.answer(True)["ca"])
    bundle = fetch(wanted.offer.url, wanted.offer.ticket)
    assert hashlib.sha256(bundle).hexdigest() == found.sha256
    says(replace(idle, version="0.2.0", slot="B", serial=found.serial, at_ms=2))
    becomes(booted, "0.2.0")
    desk.fleet.rollouts.advance(id_)
    assert desk.row("SELECT state FROM rollout WHERE id = :id", id=id_)["state"] == "done"
