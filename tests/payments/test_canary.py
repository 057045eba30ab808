"""Published card numbers in every terminal's answers: nothing that the till leaves holds one."""

from __future__ import annotations

import base64
import resource
import signal
import subprocess
import sys
import tarfile
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from appliance.local_socket import ask
from hw_sim.caisse_ap_terminal import CaisseApTerminal
from hw_sim.canary import CANARIES, forms, hits, hits_below
from hw_sim.ecr17_terminal import TERMINAL_ID, Ecr17Terminal
from hw_sim.privat_terminal import PrivatTerminal
from hw_sim.terminal import Mood, Temper, Terminal
from hw_sim.zvt_terminal import ZvtTerminal
from tests.till.builders import shelf
from tests.till.test_returns_process import CONFIG, TILL, Counter, running

pytestmark = [pytest.mark.alone, pytest.mark.proof]

TERMINALS: dict[str, tuple[type[Terminal], str]] = {
    "privat": (PrivatTerminal, "after_ping_s = 0\nbetween_s = 0"),
    "zvt": (ZvtTerminal, ""),
    "caisse_ap": (CaisseApTerminal, ""),
    "ecr17": (Ecr17Terminal, f'terminal_id = "{TERMINAL_ID}"'),
}
MOODS: tuple[Mood, ...] = ("approve", "decline")
SOON_S = 30.0


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


def ended(counter: Counter) -> None:
    """Waits for the terminal's answer; what it declined is paid in cash."""
    until = time.monotonic() + SOON_S
    while True:
        answer = ask(counter.socket, {"command": "tender_cash"})
        if answer["ok"] or answer["refusal"] == "basket_empty":
            return
        assert answer["refusal"] == "tender_pending", answer
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("currency", "names"), [("UAH", ("privat", "zvt")), ("EUR", ("caisse_ap", "ecr17"))]
)
def test_a_day_with_card_numbers_in_every_answer_leaves_none_behind(
    currency: str, names: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hw_sim.zvt_terminal.PAN", CANARIES[1])
    monkeypatch.setattr("hw_sim.caisse_ap_terminal.PAN", CANARIES[1])
    before = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (before[1], before[1]))
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "data"
    data.mkdir()
    shelf(data).close()
    with ExitStack() as stack:
        made = {name: stack.enter_context(TERMINALS[name][0]()) for name in names}
        tables = "".join(
            f'\n[[payments]]\nname = "{name}"\ntype = "card"\ndriver = "{name}"\n'
            f'host = "127.0.0.1"\ntcp_port = {terminal.port}\n{TERMINALS[name][1]}\n'
            for name, terminal in made.items()
        )
        config = CONFIG.format(port=f"file://{tmp_path}/paper.bin") + tables
        config = config.replace("[shop]", f'[shop]\ncurrency = "{currency}"')
        (tmp_path / "shop.toml").write_text(config, encoding="utf-8")
        counter = Counter(tmp_path)
        log = stack.enter_context((tmp_path / "till.log").open("wb"))
        with running(tmp_path, log=log) as till:
            counter.does("sign_in", staff="ivan")
            counter.does("open_shift", float_minor=100_00)
            for name, terminal in made.items():
                for mood in MOODS:
                    terminal.next.append(Temper(mood))
                    counter.does("sell_item", item="milk")
                    counter.does("ask_tender", type="card", port=name)
                    ended(counter)
                assert terminal.ledger, name
            till.send_signal(signal.SIGABRT)
            assert till.wait(20) == -signal.SIGABRT
            assert list(tmp_path.rglob("core*")) == []
        subprocess.run(
            [TILL, "--config", tmp_path / "shop.toml", "journal", "export", tmp_path / "facts"],
            check=True,
        )
        backed = [TILL, "--config", tmp_path / "shop.toml", "backup", tmp_path / "copy.journal"]
        subprocess.run(backed, check=True)
    with tarfile.open(tmp_path / "bundle.tar", "w") as bundle:
        bundle.add(data, "data")
    assert hits_below(tmp_path) == []
    assert hits(tmp_path / "till.log") == []
    assert (tmp_path / "till.log").stat().st_size
    assert (tmp_path / "paper.bin").stat().st_size


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
