"""RAUC's answers and refusals: the real program where it needs no service, its status as it prints it."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from appliance.cli.update import ASK_S
from appliance.update import orders, rauc, updater
from appliance.update.rauc import RaucError

CONF = Path(__file__).resolve().parents[2] / "image/files/etc/rauc/system.conf"
needs_rauc = pytest.mark.skipif(
    not (shutil.which("rauc") and shutil.which("mksquashfs")), reason="needs rauc"
)
MANIFEST = """[update]
compatible=kram-rpi-arm64
version={version}

[bundle]
format=verity

[image.rootfs]
filename=rootfs.img

[image.boot]
filename=boot.img
"""


class Signer:
    """A key and its certificate, self-signed; days: for how long."""

    def __init__(self, folder: Path, name: str, days: int = 3650) -> None:
        key = rsa.generate_private_key(65537, 2048)
        title = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = dt.datetime.now(dt.UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(title)
            .issuer_name(title)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=10))
            .not_valid_after(now + dt.timedelta(days=days))
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.key, self.cert = folder / f"{name}.key", folder / f"{name}.crt"
        self.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        self.cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))


def version_of(made: Path, keyring: Path) -> str:
    """Of the manifest, once the signature is proven. Raises RaucError."""
    words = [f"--keyring={keyring}", "info", "--output-format=json", str(made)]
    return json.loads(rauc.asked(words))["version"]


def bundle(folder: Path, signer: Signer, version: str = "1.1.0") -> Path:
    content = folder / f"content-{version}"
    content.mkdir()
    (content / "manifest.raucm").write_text(MANIFEST.format(version=version))
    for name in ("rootfs.img", "boot.img"):
        (content / name).write_bytes(os.urandom(65536))
    out = folder / f"kram-{version}.raucb"
    command = ["rauc", "bundle", f"--cert={signer.cert}", f"--key={signer.key}", content, out]
    subprocess.run(command, check=True, capture_output=True)
    return out


@needs_rauc
def test_the_version_of_a_bundle_is_told_once_its_signature_is_proven(tmp_path):
    signer = Signer(tmp_path, "release")
    made = bundle(tmp_path, signer, "1.4.2")
    assert version_of(made, signer.cert) == "1.4.2"


@needs_rauc
def test_a_strangers_bundle_is_refused(tmp_path):
    made = bundle(tmp_path, Signer(tmp_path, "stranger"))
    ours = Signer(tmp_path, "release")
    with pytest.raises(RaucError, match="signature verification failed"):
        version_of(made, ours.cert)


@needs_rauc
def test_two_certificates_in_the_keyring_let_a_key_be_exchanged(tmp_path):
    old, new = Signer(tmp_path, "old"), Signer(tmp_path, "new")
    keyring = tmp_path / "keyring.pem"
    keyring.write_bytes(old.cert.read_bytes() + new.cert.read_bytes())
    for signer, version in ((old, "1.0.0"), (new, "1.1.0")):
        assert version_of(bundle(tmp_path, signer, version), keyring) == version


@needs_rauc
def test_a_bundle_with_one_changed_bit_in_its_signature_is_refused(tmp_path):
    signer = Signer(tmp_path, "release")
    made = bundle(tmp_path, signer)
    content = bytearray(made.read_bytes())
    content[-600] ^= 1
    made.write_bytes(content)
    with pytest.raises(RaucError):
        version_of(made, signer.cert)


@needs_rauc
def test_rauc_reads_the_images_own_configuration(tmp_path):
    signer = Signer(tmp_path, "release")
    made = bundle(tmp_path, signer)
    conf = tmp_path / "system.conf"
    conf.write_text(CONF.read_text().replace("/etc/rauc/keyring.pem", str(signer.cert)))
    done = rauc.run(["rauc", f"--conf={conf}", "info", str(made)], 30)
    assert done.returncode == 0, done.stderr
    plain = rauc.run(["rauc", f"--conf={conf}", "info", str(conf)], 30)
    assert plain.returncode != 0


HASH = "dd4c" * 16


def status(*, booted="A", primary="rootfs.0", written="1.1.0", state="ok") -> str:
    def slot(name: str, bootname: str, version: str) -> dict:
        bundle = {"version": version, "hash": HASH} if version else {}
        told = {"bundle": bundle, **({"status": state} if version else {})}
        return {
            "class": "rootfs",
            "device": f"/dev/kram/root_{bootname.lower()}",
            "bootname": bootname,
            "state": "booted" if bootname == booted else "inactive",
            "parent": None,
            "boot_status": "good" if bootname == booted else "bad",
            "slot_status": told,
        }

    boot = {"class": "boot", "bootname": None, "state": "inactive", "parent": "rootfs.1"}
    other = "B" if booted == "A" else "A"
    slots = {"A": ("rootfs.0", ""), "B": ("rootfs.1", "")}
    slots[other] = (slots[other][0], written)
    entries = [{name: slot(name, it, version)} for it, (name, version) in slots.items()]
    return json.dumps(
        {
            "compatible": "kram-rpi-arm64",
            "booted": booted,
            "boot_primary": primary,
            "slots": [*entries, {"boot.1": boot}],
        }
    )


FRESH = """{"compatible":"kram-rpi-arm64","variant":"","booted":"A","boot_primary":"rootfs.0","slots":[
{"rootfs.1":{"class":"rootfs","device":"/slots/root_b","type":"raw","bootname":"B","state":"inactive",
"parent":null,"mountpoint":null,"boot_status":"good","slot_status":{"bundle":{"compatible":null}}}},
{"boot.0":{"class":"boot","device":"/slots/boot_a","type":"raw","bootname":null,"state":"active",
"parent":"rootfs.0","mountpoint":null,"boot_status":null,"slot_status":{"bundle":{"compatible":null}}}},
{"rootfs.0":{"class":"rootfs","device":"/slots/root_a","type":"raw","bootname":"A","state":"booted",
"parent":null,"mountpoint":null,"boot_status":"good","slot_status":{"bundle":{"compatible":null}}}}],
"artifact-repositories":[]}"""
"""As RAUC 1.13 of Debian 13 printed it, on a card that was never updated."""


def test_a_fresh_card_has_two_slots_and_nothing_that_was_installed():
    found = rauc.read_slots(FRESH)
    assert (found.booted, found.primary) == ("A", "A")
    assert found.versions == {}
    assert found.bad == frozenset()


def test_the_slots_are_read_by_their_boot_names():
    found = rauc.read_slots(status())
    assert (found.booted, found.primary) == ("A", "A")
    assert found.versions == {"B": "1.1.0"}
    assert found.manifests == {"B": HASH}
    assert found.bad == {"B"}
    assert rauc.read_slots(status(booted="B", primary="rootfs.0")).primary == "A"


def test_a_slot_that_was_not_written_to_its_end_holds_no_version():
    assert rauc.read_slots(status(state="pending")).versions == {}
    assert rauc.read_slots(status(written="")).versions == {}


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"slots": [1]}', '{"slots": [{"a": 1}]}'])
def test_an_answer_that_cannot_be_read_is_an_error(text):
    with pytest.raises(RaucError):
        rauc.read_slots(text)


class Clock:
    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


class Shell:
    """Programs as the helper starts them. fails: how many times an installation does, and each takes
    takes_s. waited: how long each installation was given."""

    def __init__(self, fails: int = 0, clock: Clock | None = None, takes_s: float = 0) -> None:
        self.commands: list[list[str]] = []
        self.waited: list[float] = []
        self.fails, self.clock, self.takes_s = fails, clock or Clock(), takes_s
        self.status = status()

    def __call__(self, command, timeout_s):
        self.commands.append(list(command))
        if command[:2] == ["rauc", "install"]:
            self.waited.append(timeout_s)
        if command[:2] == ["rauc", "install"] and self.fails:
            self.fails -= 1
            self.clock.now_s += self.takes_s
            return subprocess.CompletedProcess(command, 1, "", "LastError: no space")
        text = self.status if "--detailed" in command else ""
        return subprocess.CompletedProcess(command, 0, text, "")


def test_an_installation_believes_the_fleets_root_alone_and_tells_what_lies_there():
    shell = Shell()
    order = {"do": "install", "bundle": "https://fleet.example/releases/2.raucb?till=x"}
    told = orders.install(order, shell)
    assert (told["versions"], told["manifests"]) == ({"B": "1.1.0"}, {"B": HASH})
    assert shell.commands[1] == ["rauc", "install", f"--tls-ca={orders.CA}", order["bundle"]]


def test_a_ticket_goes_in_a_header_that_rauc_writes_into_no_log():
    shell = Shell()
    order = {"do": "install", "bundle": "https://fleet.example/releases/2.raucb", "ticket": "0af3"}
    orders.of_bundle(order)
    orders.install(order, shell)
    assert "--http-header=Authorization: Bearer 0af3" in shell.commands[1]


@pytest.mark.parametrize("ticket", ["a b", "a\r\nX: y", "", 3, "x" * 200])
def test_a_ticket_is_one_word(ticket):
    order = {"do": "install", "bundle": "https://fleet.example/2.raucb", "ticket": ticket}
    with pytest.raises(ValueError, match="ticket"):
        orders.of_bundle(order)


def test_both_times_that_a_bundle_is_written_fit_into_the_time_that_the_updater_waits():
    """A bundle that breaks off after an hour is not begun again while nobody listens any more."""
    clock = Clock()
    shell = Shell(fails=2, clock=clock, takes_s=30)
    with pytest.raises(RaucError):
        orders.install({"do": "install", "bundle": "/run/kram-stick/kram.raucb"}, shell, clock)
    first, second = shell.waited
    assert first == rauc.INSTALL_S
    assert second == rauc.INSTALL_S - 30
    shell = Shell(fails=2, clock=clock, takes_s=rauc.INSTALL_S / 2 + 1)
    with pytest.raises(RaucError):
        orders.install({"do": "install", "bundle": "/run/kram-stick/kram.raucb"}, shell, clock)
    assert len(shell.waited) == 1


def test_who_asks_waits_longer_than_who_is_asked():
    unit = (Path(__file__).resolve().parents[2] / "systemd/kram-update.service").read_text()
    minutes = int(re.search(r"^TimeoutStartSec=(\d+)min$", unit, re.MULTILINE).group(1))
    # It looks at the slots before and after.
    assert updater.INSTALL_S > rauc.INSTALL_S + 2 * rauc.QUICK_S
    assert updater.ORDER_S > 2 * rauc.QUICK_S
    # Before: the till, the slots; after: both again, and the trial.
    assert minutes * 60 > updater.INSTALL_S + 3 * updater.ORDER_S + 4 * ASK_S


def test_nothing_is_written_while_the_running_slot_is_on_trial():
    shell = Shell()
    shell.status = status(booted="B", primary="rootfs.0")
    with pytest.raises(RaucError, match="on trial"):
        orders.install({"do": "install", "bundle": "/run/kram-stick/kram.raucb"}, shell)
    assert len(shell.commands) == 1


def test_an_installation_that_fails_is_tried_once_more_and_then_told():
    order = {"do": "install", "bundle": "/run/kram-stick/kram.raucb"}
    assert orders.install(order, Shell(fails=1))["primary"] == "A"
    with pytest.raises(RaucError, match="no space"):
        orders.install(order, Shell(fails=2))


def test_a_trial_arms_the_other_slot_before_the_machine_starts_again():
    shell = Shell()
    orders.trial({"do": "trial"}, shell)
    assert shell.commands == [
        ["rauc", "status", "mark-active", "other"],
        ["systemctl", "--no-block", "reboot"],
    ]


@pytest.mark.parametrize(
    "bundle",
    [
        "http://fleet.example/a.raucb",
        "https://fleet.example/a b",
        "https://user@fleet.example/a.raucb",
        "--override=1",
        "/run/kram-stick/../../etc/passwd",
        "/run/kram-stick/a/b.raucb",
        "/run/kram-stick/-a.raucb",
        "/data/update/a.raucb",
        "file:///a.raucb",
        "",
        7,
    ],
)
def test_only_the_fleet_and_a_stick_are_read(bundle):
    with pytest.raises(ValueError, match=r"bundle|install"):
        orders.of_bundle({"do": "install", "bundle": bundle})


def test_an_order_that_says_more_than_its_name_is_refused():
    with pytest.raises(ValueError, match="nothing else"):
        orders.nothing_else({"do": "good", "slot": "A"})
    for check, _, who in orders.ORDERS.values():
        assert "kram-update" in who
        with pytest.raises(ValueError, match=r"nothing else|install"):
            check({"do": "x", "more": 1})


def test_the_till_itself_may_only_look():
    may = {name for name, (_, _, who) in orders.ORDERS.items() if "kram" in who}
    assert may == {"slots"}
