"""First boot on a card that is a folder: what is there afterwards, and what is told of a file not taken."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.config import load
from appliance.core import commands as c
from appliance.provision import __main__ as alone
from appliance.provision import card_file, deeds, first_boot, keys, notice
from appliance.provision.card import ENROL_FILE, FILE, Card
from appliance.provision.deeds import Deed, Do, Keep, Run
from appliance.provision.trouble import Trouble
from appliance.telemetry import joining, membership
from provision.files import (
    SSH_KEY,
    TOKEN,
    WHOLE,
    Watched,
    card,
    do,
    everything,
    key,
    later,
    on_the_fat,
    public,
    put,
)
from tests.till.builders import open_shift, running

SECRETS = (TOKEN, "solovei 1925")


def trouble(it: Card, do: Do = do) -> Trouble | None:
    """What a first boot tells of; None when all is well."""
    told = first_boot.run(it, do)
    return told.trouble if told is not None else None


def test_a_new_card_becomes_the_till_that_its_file_says(tmp_path: Path) -> None:
    it = card(tmp_path)
    put(it, WHOLE)
    assert first_boot.run(it, do) is None

    read = load(it.settings)
    assert (read.shop.name, read.shop.currency) == ("Крамниця «Калина»", "UAH")
    assert (read.till.number, read.till.name) == (2, "Каса 2")
    wifi = (it.network / "wpa_supplicant-wlan0.conf").read_text()
    assert f"ssid={'Калина'.encode().hex()}" in wifi
    assert "solovei" not in wifi, "the password is kept as its key alone"
    assert (it.network / "wpa_supplicant-wlan0.conf").stat().st_mode & 0o077 == 0
    assert it.network.stat().st_mode & 0o777 == 0o755, (
        "networkd reads there as nobody in particular"
    )
    asked = joining.read(membership.folder_of(it.till))
    assert asked is not None
    assert (asked.server, str(asked.token)) == (WHOLE.fleet.server, TOKEN)
    assert (it.ssh / "authorized_keys").read_text() == f"{SSH_KEY}\n"
    assert it.time_zone.read_text() == "Europe/Kyiv\n"
    assert (it.id / "card").read_text() == "C7F3K9QR\n"
    assert (it.etc / "hostname").read_text() == "kram-b2c3d4\n"
    assert list(it.firmware.iterdir()) == []
    assert not it.pending.exists()


def test_a_card_without_a_file_is_a_till_that_asks_for_everything(tmp_path: Path) -> None:
    it = card(tmp_path)
    assert first_boot.run(it, do) is None
    assert not it.settings.exists()
    assert (it.etc / "hostname").read_text() == "kram-b2c3d4\n"


def test_a_machine_without_a_serial_number_has_a_name_all_the_same(tmp_path: Path) -> None:
    assert first_boot.run(card(tmp_path, serial=""), do) is None
    assert (tmp_path / "etc" / "hostname").read_text() == "kram-abcdef\n"


def test_the_second_boot_writes_nothing(tmp_path: Path) -> None:
    it = card(tmp_path)
    put(it, WHOLE)
    first_boot.run(it, do)
    again = Watched()
    first_boot.run(it, again)
    assert [one for one in again.deeds if not isinstance(one, Run | deeds.Folder)] == []


def test_no_secret_stays_where_the_till_or_a_computer_reads_it(tmp_path: Path) -> None:
    it = card(tmp_path)
    put(it, WHOLE)
    first_boot.run(it, do)
    for secret in SECRETS:
        holders = [name for name, content in everything(it).items() if secret.encode() in content]
        assert holders in ([], ["state/kram/fleet/join.json"])
        assert secret.encode() not in on_the_fat(it)


def test_a_partition_that_cannot_be_written_is_told_and_the_till_sells(tmp_path: Path) -> None:
    it = card(tmp_path)
    put(it, WHOLE)

    def locked(deed: Deed) -> None:
        if isinstance(deed, deeds.Wipe):
            raise OSError(30, "Read-only file system", str(deed.path))
        do(deed)

    assert trouble(it, locked) is Trouble.CARD
    assert load(it.settings).till.number == 2
    assert first_boot.run(it, do) is None
    assert list(it.firmware.iterdir()) == []


def test_a_wrong_file_is_told_on_the_screen_and_by_the_light_and_stays(tmp_path: Path) -> None:
    it = card(tmp_path)
    content = put(it, replace(WHOLE, serial="10000000ffffffff"))
    watched = Watched()
    assert trouble(it, watched) is Trouble.OTHER_MACHINE
    blinks = Run(("systemctl", "start", "--no-block", "kram-blink@4.service"), may_fail=True)
    assert blinks in watched.deeds
    path = it.run / "notice.json"
    assert path.stat().st_mode & 0o044
    assert "another machine" in notice.read("en", path)[0]
    assert "іншого пристрою" in notice.read("uk", path)[0]
    assert (it.firmware / FILE).read_bytes() == content
    assert not it.settings.exists()


def test_the_notice_tells_each_mistake_and_no_secret(tmp_path: Path) -> None:
    it = card(tmp_path)
    content = put(it, WHOLE)
    (it.firmware / FILE).write_bytes(
        content.replace(b'"UAH"', b'"GRN"').replace(TOKEN.encode(), b"KRAM1-hunter2")
    )
    assert trouble(it) is Trouble.FIELDS
    lines = notice.read("en", it.run / "notice.json")
    assert len(lines) == 4
    assert "shop.currency" in lines[1]
    assert not any("hunter2" in line for line in lines)


def test_a_till_that_pinned_a_key_takes_its_later_file_and_nobody_else_s(tmp_path: Path) -> None:
    it = card(tmp_path)
    put(it, WHOLE, key(1))
    first_boot.run(it, do)
    assert keys.read(it.keys.read_bytes()) == (public(key(1)),)

    moved = later(WHOLE, wifi=replace(WHOLE.wifi, name="Нова"))
    put(it, moved, key(2))
    assert trouble(it) is Trouble.FOREIGN_KEY

    put(it, moved, key(1))
    assert first_boot.run(it, do) is None
    assert "Нова".encode().hex() in (it.network / "wpa_supplicant-wlan0.conf").read_text()


def test_a_key_of_the_image_is_asked_for_from_the_first_file_on(tmp_path: Path) -> None:
    it = card(tmp_path)
    it.built_in.write_bytes(keys.written([public(key(1))]))
    put(it, WHOLE)
    assert trouble(it) is Trouble.UNSIGNED
    put(it, WHOLE, key(1))
    assert first_boot.run(it, do) is None


def test_an_update_brings_a_new_key_and_takes_the_old_one_away(tmp_path: Path) -> None:
    it = card(tmp_path)
    put(it, WHOLE, key(1))
    first_boot.run(it, do)
    it.built_in.write_bytes(keys.written([public(key(2))]))
    put(it, later(WHOLE), key(1))
    assert trouble(it) is Trouble.FOREIGN_KEY
    put(it, later(WHOLE), key(2))
    assert first_boot.run(it, do) is None


@pytest.mark.parametrize(
    "name", ["kram-provision.json.txt", "Kram-Provision (1).json", "kram-enrol"]
)
def test_a_file_that_windows_named_otherwise_is_told_by_its_name(tmp_path: Path, name: str) -> None:
    it = card(tmp_path)
    put(it, WHOLE)
    (it.firmware / FILE).rename(it.firmware / name)
    assert trouble(it) is Trouble.MISNAMED
    assert name in notice.read("uk", it.run / "notice.json")
    put(it, WHOLE)
    first_boot.run(it, do)
    assert it.settings.exists(), "the right one beside it is taken"


def test_what_macos_leaves_beside_a_file_means_nothing(tmp_path: Path) -> None:
    it = card(tmp_path)
    (it.firmware / f"._{FILE}").write_bytes(b"\0\5\26\7")
    assert first_boot.run(it, do) is None


def test_a_damaged_list_of_keys_believes_nobody(tmp_path: Path) -> None:
    it = card(tmp_path)
    it.keys.write_bytes(b"garbage\n")
    put(it, WHOLE)
    assert trouble(it) is Trouble.CARD
    assert not it.settings.exists()


def test_a_file_of_tokens_alone_joins_the_fleet_and_the_rest_is_asked_for(tmp_path: Path) -> None:
    it = card(tmp_path)
    (it.firmware / ENROL_FILE).write_text(f'server = "https://fleet:8443"\ntoken = "{TOKEN}"\n')
    assert first_boot.run(it, do) is None
    asked = joining.read(membership.folder_of(it.till))
    assert asked is not None
    assert asked.server == "https://fleet:8443"
    assert not it.settings.exists()
    assert list(it.firmware.iterdir()) == []


@pytest.mark.parametrize("text", ["", "server = 1", "token = 'x'", "[["])
def test_a_file_of_tokens_that_holds_none_is_told(tmp_path: Path, text: str) -> None:
    it = card(tmp_path)
    (it.firmware / ENROL_FILE).write_text(text)
    assert trouble(it) in (Trouble.UNREADABLE, Trouble.FIELDS)


def test_the_token_of_a_till_that_belongs_to_a_fleet_goes_unused(tmp_path: Path) -> None:
    it = card(tmp_path)
    folder = membership.folder_of(it.till)
    folder.mkdir(parents=True)
    (folder / membership.CERTIFICATE).write_text("there")
    put(it, WHOLE)
    assert first_boot.run(it, do) is None
    assert joining.read(folder) is None
    assert on_the_fat(it) == b""


def test_a_till_that_has_sold_takes_no_file_of_nobody_s(tmp_path: Path) -> None:
    it = card(tmp_path)
    it.till.mkdir(parents=True)
    with running(it.till) as till:
        open_shift(till)
        put(it, WHOLE)
        assert first_boot.run(it, do) is None, "a till that has not sold yet takes one"
        till.sells("milk")
        till.does(c.TenderCash())
        assert card_file.has_sold(it.till / "journal.db"), "what is in the log alone counts"
    assert {one.name for one in it.till.glob("journal.db-*")} == set()
    put(it, later(WHOLE))
    assert trouble(it) is Trouble.SET_UP
    assert {one.name for one in it.till.glob("journal.db-*")} == set(), "nothing that is root's"


def test_ssh_is_off_unless_a_key_is_given(tmp_path: Path) -> None:
    it = card(tmp_path)
    put(it, replace(WHOLE, ssh=()))
    watched = Watched()
    first_boot.run(it, watched)
    assert {"ssh-keygen", "ssh.service"}.isdisjoint(word for argv in watched.ran for word in argv)
    assert not it.ssh.exists()


def test_no_deed_shows_a_secret_in_a_log() -> None:
    assert "KRAM1" not in repr(Keep(Path("/x"), TOKEN.encode()))


def test_a_desk_s_computer_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert not Card().slot.exists()
    assert alone.main() == 1
    assert "not started from a Kram card" in capsys.readouterr().err


def test_a_boot_with_nothing_to_do_imports_nothing_slow() -> None:
    words = "import sys, appliance.provision.__main__; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    slow = {"typer", "pydantic", "cryptography", "ssl", "babel", "sqlite3", "appliance.config"}
    assert slow & set(done.stdout.split()) == set()


@pytest.mark.parametrize("own", ["[shop\nname = 1\n", "till = 3\n", "[[shop]]\nname = 'x'\n"])
def test_a_file_over_settings_that_cannot_be_read_is_told_and_changes_nothing(
    tmp_path: Path, own: str
) -> None:
    it = card(tmp_path)
    it.till.mkdir(parents=True)
    it.settings.write_text(own)
    put(it, WHOLE)
    assert trouble(it) is Trouble.FIELDS
    assert "settings" in notice.read("en", it.run / "notice.json")[1]
    assert it.settings.read_text() == own
    assert it.time_zone.exists() is False


def test_a_name_that_is_no_text_is_told_all_the_same(tmp_path: Path) -> None:
    it = card(tmp_path)
    os.close(os.open(os.fsencode(it.firmware) + b"/kram-provision (\xe9).json", os.O_CREAT))
    assert trouble(it) is Trouble.MISNAMED
    assert "kram-provision (?).json" in notice.read("uk", it.run / "notice.json")


def test_a_link_that_the_till_left_makes_nothing_of_root_its_own(tmp_path: Path) -> None:
    it = card(tmp_path)
    keys_of_root = tmp_path / "root"
    keys_of_root.mkdir(mode=0o755)
    it.till.mkdir(parents=True)
    membership.folder_of(it.till).symlink_to(keys_of_root)
    put(it, WHOLE)
    assert trouble(it) is Trouble.CARD
    assert keys_of_root.stat().st_mode & 0o777 == 0o755
    assert list(keys_of_root.iterdir()) == []


@pytest.mark.parametrize("what", ["link", "pipe"])
def test_settings_that_are_no_file_of_the_tills_are_not_read(tmp_path: Path, what: str) -> None:
    it = card(tmp_path)
    it.till.mkdir(parents=True)
    secret = tmp_path / "secret"
    secret.write_text("[shop]\naddress = ['the root key']\n")
    it.settings.symlink_to(secret) if what == "link" else os.mkfifo(it.settings)
    put(it, WHOLE)
    assert trouble(it) is Trouble.CARD
    assert "root key" not in "".join(map(str, everything(it)))


def test_a_file_is_the_tills_before_it_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(deeds, "_owner", lambda name: (12, 34) if name else None)
    monkeypatch.setattr(
        os,
        "fchown",
        lambda _file, *whose: given.append((str(whose), [it.name for it in tmp_path.iterdir()])),
    )
    deeds.do(Keep(tmp_path / "settings", b"x", owner="kram"))
    ((whose, there),) = given
    assert whose == "(12, 34)"
    assert "settings" not in there
    assert (tmp_path / "settings").read_bytes() == b"x"
