"""Wi-Fi in the guest: two radios of Linux's own simulator, one of them the shop's router.

The simulator's modules are of the kernel that the image runs, but not in the image: they come on a
stick, together with what gives addresses. The router's radio is in a network of its own.
"""

from __future__ import annotations

from pathlib import Path

from image import kernel, places
from image.wanted import Modules

from . import screens
from .asking import Asker
from .stand import Stand
from .sticks import formatted, mtools
from .usb import plugged

NETWORK, PASSWORD = "Кав'ярня Kram", "correct horse battery"
WRONG = "correct donkey"
ROUTER, POOL = "192.168.77.1", "192.168.77.1"
TOOLS = "/run/tools"
STICK_BYTES = 64 << 20
SIMULATOR = ("ccm", "mac80211_hwsim")
UP_S, LOOKS_MAX = 60, 5
CONF = "/data/network/wpa_supplicant-wlan0.conf"

ACCESS_POINT = f"""\
network={{
ssid={NETWORK.encode().hex()}
mode=2
frequency=2412
key_mgmt=WPA-PSK
proto=RSN
pairwise=CCMP
psk="{PASSWORD}"
}}
"""
ADDRESSES = f"""\
interface wlan1
start {POOL}0
end {POOL}9
opt subnet 255.255.255.0
lease_file {TOOLS}/leases
pidfile {TOOLS}/udhcpd.pid
"""


def tools(folder: Path) -> Path:
    """The stick with the simulator and busybox, from the packages that the image was made of."""
    files, into = folder / "files", folder / "into"
    files.mkdir(parents=True, exist_ok=True)
    debs = places.cache() / "debs"
    packages = [*debs.glob("linux-image-6*_arm64.deb"), *debs.glob("busybox-static_*_arm64.deb")]
    kernel.extract(packages, files)
    (release,) = kernel.releases(files)
    wanted = Modules(initramfs=SIMULATOR, root=())
    order = kernel.prune(files, wanted, release, into)
    image = formatted(folder / "tools.img", STICK_BYTES)
    mtools("mcopy", "-i", image, *(into / it for it in order), "::")
    busybox = next(it for it in (files / "bin/busybox", files / "usr/bin/busybox") if it.exists())
    mtools("mcopy", "-i", image, busybox, "::busybox")
    texts = {
        "order": "".join(f"{Path(it).name}\n" for it in order),
        "ap.conf": ACCESS_POINT,
        "udhcpd.conf": ADDRESSES,
        "leases": "",
    }
    for name, text in texts.items():
        file = folder / name
        file.write_text(text, encoding="utf-8")
        mtools("mcopy", "-i", image, file, f"::{name}")
    return image


def proven(stand: Stand, asker: Asker, stick: Path, pictures: Path) -> None:
    check = stand.tally.check
    answer = asker.ask("wifi", ssid=NETWORK, password=PASSWORD)
    check("a till without Wi-Fi says so", answer.get("why") == "no_wifi", answer)
    radios(stand, stick)
    told = stand.run("systemctl show kram-wifi@wlan1 -p ActiveState -p NRestarts").split()
    alone = set(told) == {"ActiveState=inactive", "NRestarts=0"}
    check("a second radio without a network is left alone", alone, told)
    router(stand)
    check("the till sees the shop's network", sees(asker), "not within some looks")
    answer = asker.ask("wifi", ssid=NETWORK, password=WRONG)
    check("a wrong password is said to be wrong", answer.get("why") == "wrong_password", answer)
    answer = asker.ask("wifi", ssid=NETWORK, password=PASSWORD)
    check("the right one lets the till in, with an address", answer == {"ok": True}, answer)
    joined(stand, asker)
    on_the_screen(stand, pictures / "image-wifi.png")
    answer = asker.ask("wifi", ssid="Nobody", password=PASSWORD)
    check(
        "a network that is not there is said to be away",
        answer.get("why") == "not_in_range",
        answer,
    )
    joined(stand, asker, ", and the one before is joined again")


def on_the_screen(stand: Stand, picture: Path) -> None:
    screens.opened(stand, screens.WIFI)
    listed = screens.changes(stand, screens.shown(stand))
    stand.tally.check("the till's page fills with what is in the air", listed)
    screens.kept(stand, picture)
    screens.home(stand)


def sees(asker: Asker) -> bool:
    """A look over all channels takes longer than the helper waits, on an emulated processor."""
    looks = (asker.ask("network")["wifi"]["networks"] for _ in range(LOOKS_MAX))
    return any(NETWORK in [it["ssid"] for it in networks] for networks in looks)


def radios(stand: Stand, stick: Path) -> None:
    with plugged(stand, stick):
        stand.run(
            f"mkdir -p {TOOLS} && mount -o ro /dev/sda /mnt && cp /mnt/* {TOOLS} && umount /mnt"
        )
    stand.run(
        f"modprobe cfg80211; cd {TOOLS}; for m in $(cat order); do insmod $m 2>/dev/null; done; true"
    )
    stand.run(
        f"for i in $(seq {UP_S}); do systemctl -q is-active kram-wifi@wlan0 && break; sleep 1; done;"
        " ls -d /sys/class/net/wlan0 /sys/class/net/wlan1; chmod 755 /run/tools/busybox",
        2 * UP_S,
    )
    stand.tally.check(
        "a radio that appears gets its daemon",
        stand.run("systemctl is-active kram-wifi@wlan0; true") == "active",
    )


def router(stand: Stand) -> None:
    """Radio 1, away from the till's network, but on the air."""
    inside = "ip netns exec router"
    stand.run(
        "ip netns add router && iw phy $(cat /sys/class/net/wlan1/phy80211/name) set netns name router"
        f" && {inside} wpa_supplicant -B -i wlan1 -c {TOOLS}/ap.conf"
        f" && {inside} ip address add {ROUTER}/24 dev wlan1 && {inside} ip link set lo up"
        f" && ({inside} {TOOLS}/busybox udhcpd -f {TOOLS}/udhcpd.conf >/run/udhcpd.log 2>&1 &)"
    )


def joined(stand: Stand, asker: Asker, and_so: str = "") -> None:
    stand.run(
        f"for i in $(seq {UP_S}); do ip -4 -o address show dev wlan0 | grep -q {POOL} && break; sleep 1; done",
        2 * UP_S,
    )
    network = asker.ask("network")
    links = {it["name"]: it for it in network["links"]}
    address = links.get("wlan0", {}).get("addresses", [])
    there = bool(address) and address[0].startswith(POOL)
    name = (network["wifi"] or {}).get("joined")
    stand.tally.check(
        f"the till is in the shop's network{and_so}", there and name == NETWORK, network
    )
    told = stand.run(f"stat -c '%a %U' {CONF}; grep -c '{PASSWORD}' {CONF}; true").splitlines()
    there = told == ["600 root", "0"]
    stand.tally.check("its key is root's alone, and no password is on the card", there, told)
