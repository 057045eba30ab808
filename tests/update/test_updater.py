"""The updater's turns: files on a disk, signed releases, a till and a helper that answer."""

from __future__ import annotations

import errno
import hashlib
import json
import os
from pathlib import Path

import pytest

from appliance.update import health_file, record
from appliance.update.booted import booted
from appliance.update.machine import Health, Verdict
from appliance.update.stages import Stage
from appliance.update.stick import NoUpdate, read
from appliance.update.updater import Files, NoHelper, Updater
from appliance.wire import firmware
from update.signing import COMPATIBLE, MANIFEST, TICKET, Signing


class Machine:
    """A till, its helper and its card. trouble: what the helper says instead of doing an order."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.signing = Signing()
        self.running, self.primary, self.boot = "A", "A", 1
        self.versions = {"A": "1.0.0"}
        self.manifests: dict[str, str] = {}
        self.writes = "1.1.0", MANIFEST
        self.bad: set[str] = set()
        self.wanted = self.signing.wanted()
        self.holds: list[str] = []
        self.answers = True
        self.reports: list[firmware.Report] = []
        self.orders: list[str] = []
        self.trouble: dict[str, str] = {}
        self.wish, self.place, self.said = "", folder / "no-stick", []
        self.let_go = 0
        self.asked: list[dict] = []
        self.files = Files(
            folder / "state" / "update.json",
            folder / "health" / "health.json",
            folder / "release-roots",
            folder / "state" / "ca.crt",
        )
        self.files.roots.write_text(self.signing.roots)

    def start(self, slot: str) -> None:
        self.running, self.boot = slot, self.boot + 1
        image = self.folder / f"image{self.boot}"
        for name, text in (
            (
                "usr/lib/kram/release.json",
                {"version": self.versions[slot], "compatible": COMPATIBLE},
            ),
        ):
            (image / name).parent.mkdir(parents=True)
            (image / name).write_text(json.dumps(text))
        (image / "run").mkdir()
        (image / "run" / "kram-slot").write_text(f"{slot}\n")
        (image / "proc/sys/kernel/random").mkdir(parents=True)
        (image / "proc/sys/kernel/random/boot_id").write_text(f"boot-{self.boot}\n")
        self.image = image

    def till(self, request) -> dict:
        if not self.answers:
            raise ConnectionRefusedError("no till")
        question = request["update"]
        self.asked.append(question)
        if "report" in question:
            self.reports.append(firmware.decode(question["report"].encode()))
            return {"ok": True}
        if "says" in question:
            self.said.append(question["says"])
            return {"ok": True}
        return {
            "ok": True,
            "may": not self.holds,
            "reasons": self.holds,
            "sentences": [],
            "wanted": firmware.document(self.wanted),
            "server": "https://fleet.example",
            "ca": "-----BEGIN CERTIFICATE-----",
            "devices": ["printer"],
            "wish": self.wish,
        }

    def helper(self, order, timeout_s) -> dict:
        name = order["do"]
        if name in self.trouble:
            return {"ok": False, "why": self.trouble[name]}
        other = "B" if self.running == "A" else "A"
        if name not in ("slots", "stick", "stick_off"):
            self.orders.append(name)
        match name:
            case "stick_off":
                self.let_go += 1
            case "stick":
                return {"ok": True, "path": str(self.place)}
            case "install":
                self.source, self.ticket = order["bundle"], order.get("ticket", "")
                self.versions[other], self.manifests[other] = self.writes
            case "trial":
                self.start(other)
            case "back":
                self.start(self.primary)
            case "good":
                self.primary = self.running
            case "bad":
                self.bad.add(other)
        return {
            "ok": True,
            "primary": self.primary,
            "versions": dict(self.versions),
            "manifests": dict(self.manifests),
        }

    def run(self, stick=None) -> record.Record:
        now = booted(self.image)
        assert now is not None
        updater = Updater(now, self.till, self.helper, self.files, stick)
        updater.now_ms = lambda: self.signing.now_ms
        return updater.run()

    def healthy(self, verdict: Verdict = Verdict.PASSED, detail: str = "") -> None:
        word = Health(f"boot-{self.boot}", self.versions[self.running], verdict, detail)
        health_file.save(word, self.files.health)


@pytest.fixture
def machine(tmp_path):
    made = Machine(tmp_path)
    made.start("A")
    return made


def test_an_update_goes_from_the_fleets_document_to_the_slot_that_starts_by_itself(machine):
    assert machine.run().stage is Stage.TRIAL
    assert machine.orders == ["install", "trial"]
    assert machine.source == "https://fleet.example/releases/2.raucb"
    assert machine.ticket == TICKET
    assert TICKET not in machine.files.record.read_text(), "everybody may read it"
    assert machine.reports[-1].stage is firmware.Stage.INSTALLED, "its start is still to come"
    assert machine.files.ca.read_text().startswith("-----BEGIN")
    machine.run()
    assert machine.reports[-1].stage is firmware.Stage.TRIAL
    assert machine.reports[-1].version == "1.1.0", "what is booted, not what is installed"
    assert machine.reports[-1].good_ms == 0
    machine.healthy()
    assert machine.run().stage is Stage.COMMITTED
    assert machine.primary == "B"
    told = machine.reports[-1]
    assert (told.stage, told.version, told.serial) == (firmware.Stage.IDLE, "1.1.0", 2)
    assert told.good_ms > 0
    assert machine.run().stage is Stage.COMMITTED


def test_it_waits_for_the_till_and_tells_the_fleet_why(machine):
    machine.holds = ["basket", "shift"]
    machine.run()
    assert machine.orders == []
    told = machine.reports[-1]
    assert (told.stage, told.reasons) == (firmware.Stage.WAITING, ("basket", "shift"))
    assert told.wanted == "1.1.0"


def test_a_till_that_does_not_answer_is_waited_for(machine):
    machine.wanted = machine.signing.wanted()
    machine.holds = ["outbox"]
    assert machine.run().stage is Stage.READY
    machine.answers = False
    assert machine.run().waits == ("till",)
    assert machine.orders == ["install"]


def test_a_sick_release_comes_back_and_the_fleet_is_told_why(machine):
    machine.run()
    machine.healthy(Verdict.FAILED, "journal")
    machine.start("A")  # FailureAction of the health check
    machine.run()
    told = machine.reports[-1]
    assert told.stage is firmware.Stage.RETURNED
    assert (told.version, told.wanted) == ("1.0.0", "1.1.0")
    assert (told.why, told.detail) == ("unhealthy", "journal")
    assert machine.bad == {"B"}
    machine.wanted = firmware.Wanted(machine.wanted.keys)
    machine.run()
    assert machine.reports[-1].stage is firmware.Stage.RETURNED, "until another is offered"


def test_what_rauc_says_of_a_broken_bundle_is_told_and_tried_later(machine):
    machine.trouble["install"] = "signature verification failed"
    made = machine.run()
    assert made.stage is Stage.OFFERED
    told = machine.reports[-1]
    assert (told.stage, told.why) == (firmware.Stage.FAILED, "broken")
    assert "signature" in told.detail
    assert made.retry_ms > machine.signing.now_ms
    machine.trouble.clear()
    machine.run()
    assert machine.orders == []
    machine.signing.now_ms = made.retry_ms
    assert machine.run().stage is Stage.TRIAL


def test_a_helper_that_is_silent_is_waited_for(machine):
    def silent(order, timeout_s):
        raise NoHelper("no socket")

    machine.holds = ["basket"]
    machine.run()
    before, machine.helper = machine.files.record.read_text(), silent
    assert machine.run().waits == ("system",)
    assert machine.reports[-1].reasons == ("system",)
    assert machine.files.record.read_text() == before


def test_a_helper_that_cannot_tell_what_lies_in_the_slots_is_waited_for(machine):
    machine.trouble["slots"] = "under_way"
    assert machine.run().waits == ("system",)


def test_a_card_that_cannot_be_written_is_waited_for_and_nothing_is_begun(machine, monkeypatch):
    def full(held, path):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(record, "save", full)
    assert machine.run().waits == ("disk",)
    assert machine.orders == []


def test_what_the_helper_still_writes_for_an_updater_that_was_killed_is_waited_for(machine):
    """It goes on without the one who asked, and is no failure of the new one."""
    machine.trouble["install"] = "under_way"
    for _ in range(20):
        made = machine.run()
    assert (made.stage, made.attempts, made.why) == (Stage.INSTALLING, 0, "")
    assert machine.reports[-1].stage is firmware.Stage.FETCHING
    machine.trouble.clear()
    machine.versions["B"], machine.manifests["B"] = machine.writes
    assert machine.run().stage is Stage.TRIAL
    assert machine.orders == ["trial"], "it is whole: nothing is written again"


def test_another_bundle_of_the_same_version_is_never_started(machine):
    """Whoever has RAUC's key alone cannot put a bundle of its own in the place of the signed one."""
    machine.writes = "1.1.0", "ee" * 32
    made = machine.run()
    assert (made.stage, made.why) == (Stage.OFFERED, "other_bundle")
    assert machine.orders == ["install"]
    machine.signing.now_ms = made.retry_ms
    machine.writes = "1.1.0", MANIFEST
    assert machine.run().stage is Stage.TRIAL


def test_another_bundle_that_lies_in_the_slot_already_is_written_over(machine):
    machine.trouble["install"] = "under_way"
    machine.run()
    machine.trouble.clear()
    machine.versions["B"], machine.manifests["B"] = "1.1.0", "ee" * 32
    machine.run()
    assert machine.orders[0] == "install"


def test_a_release_without_the_manifests_hash_is_gone_by_its_version(machine):
    machine.wanted = machine.signing.wanted(manifest="")
    assert machine.run().stage is Stage.TRIAL


def test_a_clock_that_was_years_ahead_holds_nothing_back(machine):
    machine.trouble["install"] = "no network"
    now, machine.signing.now_ms = machine.signing.now_ms, machine.signing.now_ms + 300 * 86_400_000
    machine.run()
    machine.trouble.clear()
    machine.signing.now_ms = now
    assert machine.run().stage is Stage.TRIAL


def test_a_list_of_keys_is_kept_though_nothing_else_is_wanted(machine):
    keys = machine.signing.keys(7, revoked=True)
    machine.wanted = firmware.Wanted(keys)
    assert machine.run().keys == keys
    machine.wanted = machine.signing.wanted()
    assert machine.run().why == "revoked"
    assert machine.orders == []


def stick(machine, folder, content=b"a bundle", **release):
    folder.mkdir()
    bundle = folder / "kram-1.1.0.raucb"
    bundle.write_bytes(content)
    signed = machine.signing.release(sha256=hashlib.sha256(b"a bundle").hexdigest(), **release)
    (folder / "kram-1.1.0.raucb.release").write_text(signed)
    (folder / "release-keys").write_text(machine.signing.keys())
    return read(folder)


def test_a_stick_updates_a_till_without_a_fleet(machine, tmp_path):
    machine.wanted = firmware.Wanted()
    made = machine.run(stick(machine, tmp_path / "stick"))
    assert made.stage is Stage.TRIAL
    assert machine.source.endswith("kram-1.1.0.raucb")
    assert machine.asked[0]["stick"] is True
    machine.healthy()
    assert machine.run().stage is Stage.COMMITTED


def test_a_stick_mends_a_till_that_does_not_run(machine, tmp_path):
    machine.answers = False
    assert machine.run(stick(machine, tmp_path / "stick")).stage is Stage.TRIAL


def test_a_stick_waits_for_a_basket_and_later_turns_go_on_with_it(machine, tmp_path):
    machine.holds = ["basket"]
    machine.wanted = firmware.Wanted()
    assert machine.run(stick(machine, tmp_path / "stick")).stage is Stage.OFFERED
    assert machine.let_go == 0, "it is still to be read"
    machine.holds = []
    assert machine.run().stage is Stage.TRIAL
    assert [it["stick"] for it in machine.asked if "stick" in it][-1] is True


def test_a_bundle_that_is_not_the_one_that_was_signed_is_refused(machine, tmp_path):
    made = machine.run(stick(machine, tmp_path / "stick", content=b"another"))
    assert (made.stage, made.why) == (Stage.REFUSED, "other_bundle")
    assert machine.orders == []


def test_a_stick_that_somebody_at_the_till_asked_for_is_looked_at(machine, tmp_path):
    machine.wanted = firmware.Wanted()
    stick(machine, tmp_path / "stick")
    assert machine.run().stage is Stage.IDLE, "nobody asked"
    machine.wish, machine.place = "stick", tmp_path / "stick"
    assert machine.run().stage is Stage.TRIAL
    assert machine.said == []
    assert machine.let_go == 1, "it may be pulled"


def test_a_stick_without_an_update_is_told_at_the_till(machine, tmp_path):
    machine.wanted, machine.wish = firmware.Wanted(), "stick"
    machine.trouble["stick"] = "no_stick"
    machine.run()
    del machine.trouble["stick"]
    machine.place = tmp_path
    machine.run()
    assert machine.said == ["stick_missing", "stick_empty"]
    assert machine.orders == []
    assert machine.let_go == 1, "it may be pulled, and written to"


def test_a_stick_with_what_runs_already_leaves_the_fleets_wish_alone(machine, tmp_path):
    machine.holds = ["basket"]
    machine.run()
    found = stick(machine, tmp_path / "stick", version="1.0.0")
    assert machine.run(found).target.rollout == "r1"
    assert machine.let_go == 1, "it may be pulled"


def test_an_old_release_on_a_stick_is_refused(machine, tmp_path):
    made = machine.run(stick(machine, tmp_path / "stick", version="0.9.0"))
    assert (made.stage, made.why) == (Stage.REFUSED, "not_newer")


def test_a_stick_without_a_bundle_or_its_signature_says_so(tmp_path):
    with pytest.raises(NoUpdate, match="0 bundles.* copy one onto it"):
        read(tmp_path)
    (tmp_path / "kram.raucb").write_bytes(b"x")
    with pytest.raises(NoUpdate, match="not complete"):
        read(tmp_path)


def test_a_desk_runs_no_image(tmp_path):
    assert booted(tmp_path) is None


def test_what_a_mac_leaves_beside_a_bundle_is_no_second_one(machine, tmp_path):
    found = stick(machine, tmp_path / "stick")
    (tmp_path / "stick" / "._kram-1.1.0.raucb").write_bytes(b"Mac OS X")
    (tmp_path / "stick" / "folder.raucb").mkdir()
    assert read(tmp_path / "stick") == found


def test_a_stick_that_is_pulled_while_it_is_looked_at_is_no_update(tmp_path, monkeypatch):
    def pulled(self, pattern):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "glob", pulled)
    with pytest.raises(NoUpdate, match="Input/output error"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["kram-1.1.0.raucb", "kram-1.1.0.raucb.release", "release-keys"])
def test_a_pipe_on_a_stick_is_not_waited_for(machine, tmp_path, name):
    stick(machine, tmp_path / "stick")
    (tmp_path / "stick" / name).unlink()
    os.mkfifo(tmp_path / "stick" / name)
    with pytest.raises(NoUpdate):
        read(tmp_path / "stick")


@pytest.mark.parametrize("answer", [[], {"wanted": 3}, {"wanted": [1]}, {"wanted": {"v": 2}}])
def test_a_till_that_answers_nonsense_is_one_that_does_not_answer(machine, answer):
    said = {"reasons": [], "server": "", "ca": "", "devices": []}
    now = booted(machine.image)
    assert now is not None
    updater = Updater(
        now,
        lambda _question: said | answer if isinstance(answer, dict) else answer,
        machine.helper,
        machine.files,
    )
    assert updater.run().stage is Stage.IDLE
    assert updater.said.holds == ("till",)
