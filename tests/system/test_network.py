"""The machine's links, its Wi-Fi daemon (a stand-in that speaks its control protocol), and its time zone."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from appliance.system import network
from appliance.system.supplicant import Supplicant, scanned, unescaped
from system.conftest import Bench, Serve

CONF = "data/network/wpa_supplicant-lo.conf"
SCAN = (
    "bssid / frequency / signal level / flags / ssid\n"
    "02:00:01\t2412\t-71\t[WPA2-PSK-CCMP][ESS]\tShop\n"
    "02:00:02\t5180\t-52\t[WPA2-PSK-CCMP][ESS]\tShop\n"
    "02:00:03\t2437\t-60\t[ESS]\t\\xd0\\x9a\\xd0\\xb0\\xd0\\xb2\\xd0\\xb0\n"
    "02:00:04\t2437\t-90\t[WPA2-PSK-CCMP][ESS]\t\n"
)


def card(bench: Bench, name: str, *, wifi: bool = False, up: bool = True) -> None:
    folder = f"sys/class/net/{name}"
    bench.file(f"{folder}/type", "1\n")
    bench.file(f"{folder}/operstate", "up\n" if up else "down\n")
    bench.file(f"{folder}/phy80211/name" if wifi else f"{folder}/device/driver", "")


class Daemon:
    """wpa_supplicant's control socket: answers from a table, events when it is told to."""

    def __init__(self, path: Path, answers: dict[str, str], after: dict[str, list[str]]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._answers, self._after = answers, after
        self._wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._wire.bind(str(path))
        self._wire.settimeout(0.1)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while not self._ended.is_set():
            try:
                asked, who = self._wire.recvfrom(4096)
            except TimeoutError:
                continue
            question = asked.decode()
            self._wire.sendto(self._answers.get(question, "OK\n").encode(), who)
            for event in self._after.get(question, []):
                self._wire.sendto(event.encode(), who)

    def close(self) -> None:
        self._ended.set()
        self._thread.join(5)
        self._wire.close()


@pytest.fixture
def daemon(bench: Bench) -> Iterator[Callable[..., None]]:
    running: list[Daemon] = []

    def start(answers: dict[str, str] | None = None, **after: list[str]) -> None:
        running.append(Daemon(bench.root / "run/wpa_supplicant" / bench.wifi, answers or {}, after))

    yield start
    for it in running:
        it.close()


@pytest.fixture
def joinable(bench: Bench) -> None:
    """A Wi-Fi card with an address: the one link that has one wherever this runs."""
    bench.wifi = "lo"
    card(bench, "lo", wifi=True)


def test_links_are_the_cards_of_the_machine_cables_first(bench: Bench, serve: Serve):
    card(bench, "wlan0", wifi=True, up=False)
    card(bench, "eth0")
    bench.file("sys/class/net/br0/type", "1\n")
    bench.file("sys/class/net/lo/type", "772\n")
    serve()
    answer = bench.ask(do="network")
    assert [(it["name"], it["kind"], it["up"]) for it in answer["links"]] == [
        ("eth0", "cable", True),
        ("wlan0", "wifi", False),
    ]
    assert answer["wifi"] == {"joined": "", "networks": []}


def test_addresses_are_the_kernels(tmp_path: Path):
    assert list(network.addresses("lo"))[:1] == ["127.0.0.1"]
    inet6 = tmp_path / "proc/self/net/if_inet6"
    inet6.parent.mkdir(parents=True)
    inet6.write_text(
        "fe80000000000000021122fffe334455 02 40 20 80  lo\n"
        "20010db8000000000000000000000007 02 40 00 80  lo\n"
    )
    assert list(network.addresses("lo", tmp_path)) == ["127.0.0.1", "2001:db8::7"]
    assert list(network.addresses("no-such-link", tmp_path)) == []


def test_signal_is_read_in_decibels(tmp_path: Path):
    file = tmp_path / "proc/self/net/wireless"
    file.parent.mkdir(parents=True)
    file.write_text(
        "Inter-| sta-|   Quality        |\n face | tus | link level noise |\n"
        " wlan0: 0000   54.  -56.  -256        0      0      0      0      0        0\n"
    )
    assert network.wifi_signal("wlan0", tmp_path) == -56
    assert network.wifi_signal("wlan1", tmp_path) is None
    assert [network.percent(dbm) for dbm in (-30, -56, -75, -120)] == [100, 88, 50, 0]


def test_networks_in_the_air_are_the_strongest_of_each_name():
    assert [(it.ssid, it.signal_dbm, it.secured) for it in scanned(SCAN)] == [
        ("Shop", -52, True),
        ("Кава", -60, False),
    ]
    assert scanned("FAIL-BUSY\n") == []


def test_name_with_odd_letters_is_read_back():
    assert unescaped(r"a\"b\\c\x20d\td") == 'a"b\\c d\td'


def test_machine_without_wifi_says_so(bench: Bench, serve: Serve):
    serve()
    assert bench.ask(do="network")["wifi"] is None
    assert bench.ask(do="wifi", ssid="Shop", password="12345678")["why"] == "no_wifi"
    assert not (bench.root / CONF).exists()


def test_screen_is_told_which_networks_there_are(bench: Bench, serve: Serve, daemon, joinable):
    daemon(
        {"SCAN_RESULTS": SCAN, "STATUS": "wpa_state=COMPLETED\nssid=Shop\n"},
        SCAN=["<3>CTRL-EVENT-SCAN-STARTED", "<3>CTRL-EVENT-SCAN-RESULTS"],
    )
    serve()
    assert bench.ask(do="network")["wifi"] == {
        "joined": "Shop",
        "networks": [
            {"ssid": "Shop", "signal_percent": 96, "secured": True},
            {"ssid": "Кава", "signal_percent": 80, "secured": False},
        ],
    }


def test_network_that_is_joined_has_the_name_it_has_in_the_air(
    bench: Bench, serve: Serve, daemon, joinable
):
    daemon(
        {
            "SCAN_RESULTS": SCAN,
            "STATUS": "wpa_state=COMPLETED\nssid=\\xd0\\x9a\\xd0\\xb0\\xd0\\xb2\\xd0\\xb0\n",
        },
        SCAN=["<3>CTRL-EVENT-SCAN-RESULTS"],
    )
    serve()
    seen = bench.ask(do="network")["wifi"]
    assert seen["joined"] == "Кава"
    assert "Кава" in [it["ssid"] for it in seen["networks"]]


def test_two_who_ask_the_daemon_at_once_hear_their_own_answers(bench: Bench, daemon, joinable):
    """The screen looks for networks while another joins one."""
    daemon({"STATUS": "wpa_state=SCANNING\n", "SCAN_RESULTS": SCAN})
    control = bench.root / "run/wpa_supplicant" / bench.wifi
    with Supplicant(control, bench.root) as one, Supplicant(control, bench.root) as other:
        assert "SCANNING" in one.ask("STATUS")
        assert "Shop" in other.ask("SCAN_RESULTS")
        assert "SCANNING" in one.ask("STATUS")


def test_network_is_joined_with_the_key_and_never_the_password_on_the_card(
    bench: Bench, serve: Serve, daemon, joinable
):
    bench.file(CONF, "country=PL\n")
    daemon(STATUS=["<3>CTRL-EVENT-CONNECTED - Connection to 02:00:01 completed"])
    serve()
    assert bench.ask(do="wifi", ssid="Shop", password="correct horse") == {"ok": True}
    conf = (bench.root / CONF).read_text()
    assert f"ssid={b'Shop'.hex()}" in conf
    assert "correct horse" not in conf
    assert "country=PL" in conf
    assert (bench.root / CONF).stat().st_mode & 0o777 == 0o600
    assert bench.told == ["start_wifi"]


def test_wrong_password_is_said_and_the_network_before_comes_back(
    bench: Bench, serve: Serve, daemon, joinable
):
    before = "ctrl_interface=/run/wpa_supplicant\nnetwork={\n\tssid=4f6c64\n}\n"
    bench.file(CONF, before)
    daemon(
        STATUS=[
            '<3>CTRL-EVENT-SSID-TEMP-DISABLED id=0 ssid="Shop" auth_failures=1 reason=WRONG_KEY'
        ]
    )
    serve()
    answer = bench.ask(do="wifi", ssid="Shop", password="12345678")
    assert answer == {
        "ok": False,
        "why": "wrong_password",
        "remedy": "Check the password of the Wi-Fi network.",
    }
    assert (bench.root / CONF).read_text() == before
    assert bench.told == ["start_wifi", "start_wifi"]


def test_network_that_is_not_in_the_air_is_said(bench: Bench, serve: Serve, daemon, joinable):
    daemon(STATUS=["<3>CTRL-EVENT-NETWORK-NOT-FOUND"])
    serve()
    assert bench.ask(do="wifi", ssid="Shop", password="12345678")["why"] == "not_in_range"


def test_router_that_gives_no_address_is_said(bench: Bench, serve: Serve, daemon):
    card(bench, "wlan0", wifi=True)
    daemon({"STATUS": "wpa_state=COMPLETED\n"})
    serve()
    assert bench.ask(do="wifi", ssid="Shop")["why"] == "no_address"


def test_time_zone_is_kept_on_the_card_and_set(bench: Bench, serve: Serve):
    bench.file("usr/share/zoneinfo/Europe/Kyiv", "TZif")
    serve()
    assert bench.ask(do="time_zone", zone="Europe/Kyiv") == {"ok": True}
    assert (bench.root / "data/state/timezone").read_text() == "Europe/Kyiv\n"
    assert bench.told == ["time_zone Europe/Kyiv"]
    assert bench.ask(do="time_zone", zone="Europe/Lviv")["why"] == "no_such_zone"
    assert len(bench.told) == 1
