"""The fleet's server starts with nothing there, and leaves nothing running."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import urllib.request
from pathlib import Path

from appliance.fleet import serve
from appliance.fleet.console.access.people import People
from hw_sim.fleet_member import options


def unsaid(_text: str) -> None:
    """Nobody logs in."""


def get(served: serve.Site, path: str) -> str:
    trust = ssl.create_default_context(cadata=served.authority.root.decode())
    with urllib.request.urlopen(f"{served.public.url}{path}", context=trust) as answer:
        return answer.read().decode()


def test_one_command_makes_keys_broker_and_web_server(tmp_path: Path) -> None:
    with serve.serving(options(tmp_path / "fleet"), unsaid) as served:
        assert get(served, "/alive") == '{"fleet":"kram"}'
        broker = socket.create_connection(served.broker)
        broker.close()
    secrets = [*tmp_path.rglob("*.key")]
    assert len(secrets) >= 4
    assert all(it.stat().st_mode & 0o077 == 0 for it in secrets)


def test_a_second_start_keeps_the_keys(tmp_path: Path) -> None:
    with serve.serving(options(tmp_path), unsaid) as first:
        pass
    with serve.serving(options(tmp_path), unsaid) as second:
        assert second.authority.root == first.authority.root
        assert second.signer.key_id == first.signer.key_id


def test_the_first_start_tells_a_password_for_the_console_once(tmp_path: Path) -> None:
    said: list[str] = []
    with serve.serving(options(tmp_path), said.append) as served:
        assert "<form" in get(served, "/login")
        people = People(served.store, served.console_key)
        assert people.knows_password(serve.FIRST_LOGIN, said[0].split()[-1])
    with serve.serving(options(tmp_path), said.append):
        assert len(said) == 1


def test_nothing_is_left_after_sigterm(tmp_path: Path) -> None:
    chosen = options(tmp_path)
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(tmp_path / "notify"))
    heard.settimeout(30)
    words = f"--data {tmp_path} --address 127.0.0.1 --port {chosen.port} --host localhost"
    words += f" --broker-port {chosen.broker_port} --service-port {chosen.service_port}"
    server = subprocess.Popen(
        [Path(sys.executable).with_name("till"), "fleet", "serve", *words.split()],
        env={**os.environ, "NOTIFY_SOCKET": str(tmp_path / "notify")},
    )
    try:
        assert heard.recv(100) == b"READY=1"
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0
    finally:
        server.kill()
        heard.close()
    for port in (chosen.port, chosen.broker_port, chosen.service_port):
        socket.create_server(("127.0.0.1", port)).close()
