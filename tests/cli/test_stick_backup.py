"""`till backup` where only the root helper may write a stick: over a real socket to a helper."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from typer.testing import CliRunner

from appliance import system
from appliance.cli import main
from appliance.journal import verify
from appliance.system import ask
from appliance.system.helper import Helper
from appliance.system.order import Order, Refused, Values, shape
from appliance.system.stick import name
from tests.till.builders import open_shift, running


class Stick:
    """A stick that is mounted when somebody reads it. spoils: what it keeps is not what it was given."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.plugged, self.spoils, self.mounted = True, False, False
        folder.mkdir()

    def write(self, values: Values) -> Values:
        if not self.plugged:
            raise Refused("no_stick", "Plug in a USB stick, then do it again.")
        with os.fdopen(os.dup(values["file"]), "rb") as file:
            content = file.read()
        (self.folder / values["name"]).write_bytes(content[:-1] if self.spoils else content)
        return {}

    def take(self, _values: Values) -> Values:
        self.mounted = True
        return {"path": str(self.folder)}

    def let_go(self, _values: Values) -> Values:
        self.mounted = False
        return {}


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stick]:
    made, path = Stick(tmp_path / "stick"), tmp_path / "socket"
    till, nothing = frozenset({"kram"}), shape()
    table = {
        "to_stick": Order(till, shape({"name": name}), made.write, takes_file=True),
        "stick": Order(till, nothing, made.take),
        "stick_off": Order(till, nothing, made.let_go),
    }
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen()
    helper = Helper(listener, table, name_of=lambda _: "kram")
    served = threading.Thread(target=helper.serve)
    served.start()
    monkeypatch.setattr(system, "ask", partial(ask, path=path))
    monkeypatch.setattr(system, "is_here", lambda: True)
    monkeypatch.setattr("appliance.journal.mounts.removable_mounts", list)
    yield made
    helper.stop()
    served.join()
    listener.close()


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    with running(tmp_path / "data") as it:
        open_shift(it)
        it.sells("milk")
    return tmp_path / "data" / "journal.db"


def backup(journal: Path) -> tuple[int, str]:
    if not main.app.registered_groups:
        main._mount()
    done = CliRunner().invoke(main.app, ["backup", "--file", str(journal)])
    return done.exit_code, done.output


def test_the_copy_comes_to_the_stick_by_the_helper_and_is_proven_there(
    journal: Path, stick: Stick
) -> None:
    code, told = backup(journal)
    assert code == 0, told
    (copy,) = stick.folder.glob("*.journal")
    assert str(copy) in told.replace("\n", "")
    assert verify.verify(copy).bad is None
    assert not stick.mounted, "it may be pulled"
    assert not (journal.parent / ".to-stick").exists()


def test_what_lies_on_the_stick_otherwise_is_no_backup(journal: Path, stick: Stick) -> None:
    stick.spoils = True
    code, told = backup(journal)
    assert code == 1
    assert "Take another stick." in told
    assert not stick.mounted
    assert not (journal.parent / ".to-stick").exists()


def test_without_a_stick_it_says_what_to_do(journal: Path, stick: Stick) -> None:
    stick.plugged = False
    code, told = backup(journal)
    assert code == 1
    assert "Plug in a USB stick" in told


def test_a_desk_without_a_stick_names_a_file_or_a_folder(
    journal: Path, stick: Stick, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(system, "is_here", lambda: False)
    code, told = backup(journal)
    assert code == 2
    assert "Name a file or a folder" in told


def test_a_stick_that_is_mounted_already_is_written_without_a_helper(
    journal: Path, stick: Stick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setattr("appliance.journal.mounts.removable_mounts", lambda: [own])
    assert backup(journal)[0] == 0
    assert list(own.glob("*.journal"))
    assert not list(stick.folder.iterdir())
