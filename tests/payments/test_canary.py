"""Published card numbers in every terminal's answers, in every reader and typed by people: nothing
that the till leaves holds one."""

from __future__ import annotations

import base64
import resource
import shutil
import subprocess
import sys
from itertools import cycle
from pathlib import Path

import pytest

from appliance.payments.registry import BUILT_IN
from hw_sim.canary import CANARIES, forms, hits, hits_below

from . import canary_day
from .proof.drivers import DRIVERS

pytestmark = [pytest.mark.alone, pytest.mark.proof]

EURO = ("caisse_ap", "ecr17")
HRYVNIA = tuple(name for name in DRIVERS if name not in EURO)
WITHOUT_CARDS = {"manual", "qr"}
"""No wire leads to a terminal from these."""


@pytest.mark.parametrize("number", CANARIES)
def test_the_search_finds_what_is_planted(number: str, tmp_path: Path) -> None:
    for name, form in forms(number):
        path = tmp_path / "file"
        path.write_bytes(b"\xff before " + form + b" after")
        assert any(name in hit for hit in hits(path)), name
    for lead in (b"", b"a", b"ab", b"abc"):
        for data in (number.encode(), bytes.fromhex(number)):
            path.write_bytes(base64.b64encode(lead + data + b"tail of it"))
            assert hits(path), (lead, data)


def test_every_driver_has_its_day() -> None:
    played = {DRIVERS[name].subject.name.partition("-")[0] for name in (*EURO, *HRYVNIA)}
    assert played == set(BUILT_IN) - WITHOUT_CARDS


@pytest.fixture
def leaky(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Terminals that send whole numbers, and a machine that would keep core files and every word of
    the log."""
    for name, value in canary_day.TRACKS.items():
        monkeypatch.setattr(name, value)
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    monkeypatch.setenv("KRAM_LOG", "DEBUG")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("leaky")
@pytest.mark.parametrize("names", [HRYVNIA, EURO], ids=["hryvnia", "euro"])
def test_a_day_with_card_numbers_everywhere_leaves_none_behind(
    names: tuple[str, ...], tmp_path: Path
) -> None:
    _leaves_none(canary_day.play(tmp_path, names))


@pytest.mark.usefixtures("leaky")
def test_a_day_with_chip_cards_leaves_none_behind(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with canary_day.chip_service(tmp_path_factory.mktemp("pcscd")):
        _leaves_none(canary_day.play(tmp_path, (), contact=True))


def _leaves_none(day: canary_day.Day) -> None:
    folder = day.folder
    assert list(folder.rglob("core*")) == []
    for name in ("till.log", "paper.bin", "looks.jsonl", "facts.jsonl", "mqtt.bin", "told.txt"):
        assert (folder / name).stat().st_size, name
    assert (folder / "kram-support" / "log.txt").stat().st_size
    assert hits_below(folder, canary_day.NUMBERS) == []
    _is_found_wherever_it_is_planted(folder)


def _is_found_wherever_it_is_planted(folder: Path) -> None:
    """The same search, in the same files: it only found nothing because there was nothing."""
    shapes = cycle(forms(CANARIES[0]))
    for path in sorted(it for it in folder.rglob("*") if it.is_file() and it.stat().st_size):
        planted = path.with_name(f"{path.name}.planted")
        shutil.copyfile(path, planted)
        name, form = next(shapes)
        with planted.open("ab") as file:
            file.write(b" " + form)
        assert [hit for hit in hits(planted) if name in hit], (path, name)
        planted.unlink()


def test_a_program_without_that_care_leaves_its_memory(tmp_path: Path) -> None:
    """The control of the crash above, where the machine writes core files beside the program."""
    if Path("/proc/sys/kernel/core_pattern").read_text().strip() not in ("core", "core.%p"):
        pytest.skip("this machine hands core dumps to a program")
    code = f"import os; kept = {CANARIES[0]!r} + 'x'; os.abort()"
    limit = "ulimit -c unlimited && exec"
    subprocess.run(
        ["bash", "-c", f"{limit} {sys.executable} -c {code!r}"], cwd=tmp_path, check=False
    )
    assert hits_below(tmp_path)
