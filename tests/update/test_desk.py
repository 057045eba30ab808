"""The updater's question over the local socket, its report, and what of it is seen and written down."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

import pytest

from appliance.config import load
from appliance.core import codec
from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.refusal import Reason
from appliance.local_socket import LocalSocket, ask
from appliance.ui.sentences import update as sentences
from appliance.update.desk import UpdateDesk
from appliance.wire import firmware
from appliance.wire.firmware import Report, Stage
from tests.till.builders import Clock, open_shift, running
from update.signing import Signing

TOLD = Report("1.0.0", "A", Stage.IDLE, 1, good_ms=1)


@contextmanager
def served(folder):
    settings = load(None)
    settings = replace(settings, till=replace(settings.till, data_dir=folder))
    with running(folder, clock=Clock(datetime.now(settings.shop.zone))) as it:
        desk = UpdateDesk(settings, it.till, power=lambda: 0, heat=lambda: 40_000)
        server = LocalSocket(folder / "till.sock", it.till, desk.answer)
        server.start()
        try:
            yield it, folder / "till.sock"
        finally:
            server.close()


def test_the_updater_is_told_whether_it_may_and_what_is_wanted(tmp_path):
    wanted = firmware.document(Signing().wanted())
    path = tmp_path / "fleet" / "documents" / "firmware.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(codec.canonical(wanted))
    (tmp_path / "fleet" / "ca.crt").write_text("PEM")
    with served(tmp_path) as (it, socket):
        answer = ask(socket, {"update": True})
        assert answer["may"] is True
        assert answer["wanted"] == wanted
        assert answer["ca"] == "PEM"
        open_shift(it)
        answer = ask(socket, {"update": {"stick": True}})
        assert answer["may"] is False
        assert answer["reasons"] == ["shift", "cash"]
        assert answer["sentences"][0] == "Зміна відкрита: закрийте її."


def test_a_till_that_joined_a_moment_ago_knows_where_its_fleet_keeps_bundles(tmp_path):
    with served(tmp_path) as (_, socket):
        assert ask(socket, {"update": True})["server"] == ""
        (tmp_path / "fleet").mkdir()
        place = '{"uid": "01J", "server": "https://fleet.example:8443"}'
        (tmp_path / "fleet" / "place.json").write_text(place)
        (tmp_path / "fleet" / "till.crt").write_text("PEM")
        assert ask(socket, {"update": True})["server"] == "https://fleet.example:8443"


@pytest.mark.parametrize("question", [7, {"stick": 1}, {"report": 5}, {"report": "{"}, [1]])
def test_what_is_no_question_harms_nobody(tmp_path, question):
    with served(tmp_path) as (_, socket):
        assert ask(socket, {"update": question})["ok"] is False
        assert ask(socket, {"update": True})["ok"] is True


def test_a_report_is_shown_kept_and_a_new_version_is_written_down_once(tmp_path):
    with served(tmp_path) as (it, socket):

        def reports(report: Report) -> None:
            text = firmware.encode(report).decode()
            assert ask(socket, {"update": {"report": text}}) == {"ok": True}
            ask(socket, {"command": "aim_scanner", "price_check": False})

        reports(TOLD)
        reports(replace(TOLD, at_ms=2))
        assert it.till.look.update.version == "1.0.0"
        assert it.till.look.notice is None or it.till.look.notice.key != "updated"
        kept = (tmp_path / "fleet" / "firmware-report.json").read_bytes()
        assert firmware.decode(kept).at_ms == 1, "the same again costs the card nothing"
        reports(replace(TOLD, version="1.1.0", slot="B", stage=Stage.TRIAL, good_ms=0))
        assert it.till.look.notice.key == "updated"
        back = replace(TOLD, stage=Stage.RETURNED, wanted="1.1.0", why="unhealthy", detail="sale")
        reports(back)
        reports(replace(back, at_ms=9))
        facts = [r.fact for r in it.till.journal.records() if r.type == "FirmwareChanged"]
        assert facts == [
            f.FirmwareChanged("1.0.0", "A"),
            f.FirmwareChanged("1.1.0", "B"),
            f.FirmwareChanged("1.0.0", "A", "returned", "1.1.0", "unhealthy", "sale"),
        ]
        rows = list(sentences.rows(lambda text: text, it.till.look.update))
        assert rows == [
            (
                "Update to 1.1.0 came back",
                "The new version did not work here (a sale for trial). Version 1.0.0 goes on.",
            )
        ]


def reported(socket, report: Report) -> None:
    assert ask(socket, {"update": {"report": firmware.encode(report).decode()}})["ok"]


def test_whoever_plugs_in_a_stick_asks_for_it_by_name_and_the_updater_is_told(tmp_path):
    with served(tmp_path) as (it, socket):
        assert it.tries(c.UpdateFromStick()).reason is Reason.UPDATE_NOT_HERE
        reported(socket, TOLD)
        assert ask(socket, {"update": True})["wish"] == ""
        wished = it.till.ask(c.UpdateFromStick(), actor="ivan")
        assert [record.type for record in wished] == ["UpdateWished"]
        assert wished[0].actor == "ivan"
        it.does(c.AimScanner(False))
        assert ask(socket, {"update": True})["wish"] == "stick"
        ask(socket, {"update": {"says": "stick_missing"}})
        it.does(c.AimScanner(False))
        assert it.till.look.notice.key == "stick_missing"
        assert ask(socket, {"update": True})["wish"] == ""


def test_a_wish_ends_by_itself(tmp_path):
    with served(tmp_path) as (it, socket):
        reported(socket, TOLD)
        it.clock.move(minutes=-11)
        it.does(c.UpdateFromStick(), actor="ivan")
        assert ask(socket, {"update": True})["wish"] == ""


def test_a_cashier_needs_a_manager_for_it(tmp_path):
    with served(tmp_path) as (it, socket):
        reported(socket, TOLD)
        refused = it.tries(c.UpdateFromStick(), actor="olena")
        assert refused.reason is Reason.PERMISSION_NEEDED


def test_past_the_deadline_the_day_is_told_of_it_too(tmp_path):
    signing = Signing()
    wanted = signing.wanted()
    late = replace(wanted, offer=replace(wanted.offer, deadline_ms=10))
    path = tmp_path / "fleet" / "documents" / "firmware.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(codec.canonical(firmware.document(late)))
    with served(tmp_path) as (it, socket):
        open_shift(it)
        for at_ms, chip in ((9, ""), (10, "An update waits")):
            waits = replace(TOLD, at_ms=at_ms, stage=Stage.WAITING, wanted="1.1.0")
            reported(socket, waits)
            it.does(c.AimScanner(False))
            assert sentences.chip(lambda text: text, it.till.look) == chip
