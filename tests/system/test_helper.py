"""The helper at its socket: who may what, what is refused, and that nobody can hold it."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.system import NoSystem, ask, is_here
from appliance.system.helper import CALLERS_OF_USER_MAX, LINE_MAX, Helper, _parsed
from appliance.system.order import Order, shape
from system.conftest import Bench, Serve


def test_desk_has_no_system(tmp_path: Path):
    assert not is_here(tmp_path / "socket")
    with pytest.raises(NoSystem):
        ask({"do": "power_off"}, path=tmp_path / "socket")


def test_power_off_and_reboot_are_asked_of_systemd(bench: Bench, serve: Serve):
    serve()
    assert is_here(bench.path)
    assert bench.ask(do="power_off") == {"ok": True}
    assert bench.ask(do="reboot") == {"ok": True}
    assert bench.told == ["power_off", "reboot"]


def test_system_that_refuses_is_said_with_its_own_words(bench: Bench, serve: Serve):
    bench.program("power_off", "echo 'access denied' >&2; exit 1")
    serve()
    answer = bench.ask(do="power_off")
    assert answer == {"ok": False, "why": "system_failed", "remedy": "access denied"}


@pytest.mark.parametrize(
    ("user", "order", "may"),
    [
        ("kram", "power_off", True),
        ("kram-update", "power_off", False),
        ("kram-update", "reboot", True),
        ("root", "power_off", True),
        ("nobody", "reboot", False),
        ("kram-update", "wifi", False),
    ],
)
def test_each_user_has_its_own_orders(bench: Bench, serve: Serve, user: str, order: str, may: bool):
    bench.user = user
    serve()
    assert bench.ask(do=order)["ok"] == may
    assert (bench.told == [order]) == may


@pytest.mark.parametrize(
    "line",
    [
        b"\n",
        b"hello\n",
        b"[1, 2]\n",
        b'{"do": 1}\n',
        b'{"do": "format_card"}\n',
        b'{"do": "power_off", "now": true}\n',
        b'{"do": "time_zone"}\n',
        b'{"do": "time_zone", "zone": "../../etc/shadow"}\n',
        b'{"do": "time_zone", "zone": ["Europe/Kyiv"]}\n',
        b'{"do": "wifi", "ssid": ""}\n',
        b'{"do": "wifi", "ssid": "\\ud800"}\n',
        b'{"do": "wifi", "ssid": "Shop", "password": "short"}\n',
        b'{"do": "wifi", "ssid": "Shop", "psk": "no hexadecimal"}\n',
        b'{"do": "wifi", "ssid": "Shop", "hidden": "yes"}\n',
        b'{"do": "to_stick", "name": "a.txt"}\n',
        b'{"do": "to_stick", "name": "a.txt", "file": 0}\n',
        b"[" * 50_000 + b"\n",
        b"\xff\xfe\n",
        b"x" * (LINE_MAX + 1) + b"\n",
    ],
)
def test_anything_else_is_refused_and_nothing_is_run(bench: Bench, serve: Serve, line: bytes):
    serve()
    with bench.wire() as wire:
        wire.sendall(line)
        answer = json.loads(wire.makefile("rb").readline())
    assert answer["ok"] is False
    assert answer["why"] == "order_wrong"
    assert bench.told == []


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda it: st.lists(it, max_size=3) | st.dictionaries(st.text(max_size=6), it, max_size=3),
    max_leaves=8,
).map(lambda it: json.dumps(it).encode()))  # fmt: skip
def test_parsing_knows_two_ends_a_named_order_or_a_value_error(line: bytes):
    try:
        name, values = _parsed(line)
    except ValueError:
        return
    assert isinstance(name, str)
    assert "do" not in values


def test_million_bytes_without_an_end_do_not_hold_it(bench: Bench, serve: Serve):
    serve()
    with bench.wire() as wire:
        # It may hang up before all of it is through.
        with contextlib.suppress(OSError):
            wire.sendall(b"x" * 1_000_000)
        assert bench.ask(do="reboot") == {"ok": True}


def test_caller_that_says_nothing_is_cut_off(bench: Bench, serve: Serve):
    serve(line_s=0.2)
    with bench.wire() as wire:
        assert wire.recv(1) == b""


def test_caller_that_drips_bytes_gets_no_more_time_for_it(bench: Bench, serve: Serve):
    serve(line_s=0.3)
    began = time.monotonic()
    with bench.wire() as wire:
        wire.settimeout(0.02)
        while time.monotonic() - began < 10:
            with contextlib.suppress(TimeoutError):
                if wire.recv(1) == b"":
                    break
            wire.sendall(b"x")
    assert time.monotonic() - began < 5


def test_user_who_holds_all_its_places_holds_no_other_users(bench: Bench, serve: Serve):
    serve(line_s=10)
    held = [bench.wire() for _ in range(CALLERS_OF_USER_MAX)]
    try:
        with bench.wire() as one_more:
            assert one_more.recv(1) == b""
    finally:
        for wire in held:
            wire.close()
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            assert bench.ask(do="reboot") == {"ok": True}
            break
        except NoSystem:
            continue
    assert bench.told == ["reboot"]


def test_order_under_way_is_not_begun_twice_and_holds_no_other(bench: Bench, serve: Serve):
    begun, go_on = threading.Event(), threading.Event()

    def install(_values):
        begun.set()
        assert go_on.wait(10)
        return {"installed": True}

    everyone = frozenset({"kram"})
    serve(
        {
            "install": Order(everyone, shape(), install),
            "reboot": Order(everyone, shape(), lambda _: {}),
        }
    )
    answers = []
    first = threading.Thread(target=lambda: answers.append(bench.ask(do="install")))
    first.start()
    assert begun.wait(10)
    assert bench.ask(do="install")["why"] == "under_way"
    assert bench.ask(do="reboot")["ok"]
    go_on.set()
    first.join(10)
    assert answers == [{"ok": True, "installed": True}]


def test_bug_in_an_order_is_an_answer_and_the_next_order_is_done(
    bench: Bench, serve: Serve, caplog: pytest.LogCaptureFixture
):
    everyone = frozenset({"kram"})
    serve(
        {
            "bug": Order(everyone, shape(), lambda _: 1 // 0),
            "well": Order(everyone, shape(), lambda _: {}),
        }
    )  # type: ignore[arg-type]
    assert bench.ask(do="bug")["why"] == "system_failed"
    assert bench.ask(do="well")["ok"]
    assert "ZeroDivisionError" in caplog.text


def test_log_names_the_order_and_its_caller_and_never_the_password(
    bench: Bench, serve: Serve, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    serve()
    bench.ask(do="wifi", ssid="Shop", password="correct horse")
    bench.ask(do="wifi", ssid="Shop", password="correct horse", colour="red")
    assert f"wifi from kram (pid {os.getpid()})" in caplog.text
    assert "refused to kram" in caplog.text
    assert "correct horse" not in caplog.text


def test_it_ends_when_nobody_asks(bench: Bench):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(bench.path))
    listener.listen()
    with listener:
        Helper(listener, {}, idle_s=0.1).serve()


def test_systemd_hands_it_the_socket(tmp_path: Path):
    """As sd_listen_fds(3) says: descriptor 3, and our own process id in the environment."""
    path = tmp_path / "socket"
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    listener.listen()
    script = (
        "import os, sys; os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS='1');"
        "os.dup2(int(sys.argv[1]), 3);"
        "os.execv(sys.executable, [sys.executable, '-m', 'appliance.cli.main', 'system-helper'])"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(listener.fileno())],
        pass_fds=[listener.fileno()],
        stderr=subprocess.PIPE,
    )
    try:
        answer = ask({"do": "no_such_order"}, path=path, timeout_s=30)
        assert answer["remedy"] == "no such order: 'no_such_order'"
        process.terminate()
        assert process.wait(10) == 0
    finally:
        process.kill()
        process.communicate()
        listener.close()


def test_without_systemd_it_says_how_it_is_started():
    done = subprocess.run(
        [sys.executable, "-m", "appliance.cli.main", "system-helper"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "kram-system.socket" in done.stderr


def test_caller_that_passes_file_after_file_is_cut_off(bench: Bench, serve: Serve):
    serve()
    before = len(list(Path("/proc/self/fd").iterdir()))
    with bench.wire() as wire, Path("/dev/null").open("rb") as file:
        with contextlib.suppress(OSError):
            for _ in range(50):
                socket.send_fds(wire, [b" "], [file.fileno()])
        with contextlib.suppress(ConnectionResetError):
            assert wire.recv(1) == b""
    assert bench.ask(do="reboot") == {"ok": True}
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1
