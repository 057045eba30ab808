"""Updates from a stick: taken, tried, kept; refused; returned from when they are broken; cut off."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from hw_sim.firmware import PI_4, Firmware
from image import places

from .bundle_server import BundleServer
from .selling import Paid, close_shop, in_journal, ring, sign_in
from .stand import HOST, Stand, Started
from .sticks import ROOTS, Desk
from .tally import Tally

ROOT = Path(__file__).parents[3]
INSTALL_S = 900.0
SHUTDOWN_S = 180.0
COMMIT_S = 400.0
RETURN_S = 900.0
DOWNLOAD_MB = 15.0
A, B = 2, 3
"""The slots' boot partitions."""
PROGRAM = "usr/bin/till"
BROKEN = 'import sys\n\nif sys.argv[1:] == ["run"]:\n    sys.exit("broken on purpose")\n'
STUB = b"no bundle, only its name\n" * 100


@dataclass(frozen=True, slots=True)
class Bundles:
    """newer: a good one. broken: its till never starts. foreign: signed by nobody we know. stub: no
    bundle at all, for what is refused before one is opened."""

    folder: Path
    newer: Path
    broken: Path
    foreign: Path
    stub: Path


NEWER, BROKEN_VERSION, OLDER = "90.1", "90.2", "0.0.1"


def bundles(folder: Path) -> Bundles:
    """Made of the same tree as the image."""
    folder.mkdir(parents=True, exist_ok=True)
    newer = bundle(folder, NEWER)
    bad = folder / "till"
    text = (ROOT / "image" / "files" / PROGRAM).read_text(encoding="utf-8")
    bad.write_text(text.replace("import sys\n", BROKEN, 1), encoding="utf-8")
    broken = bundle(folder, BROKEN_VERSION, "--change", f"{PROGRAM}={bad}")
    stub = folder / "stub.raucb"
    stub.write_bytes(STUB)
    return Bundles(folder, newer, broken, foreign(folder, newer), stub)


def bundle(folder: Path, version: str, *words: str) -> Path:
    made = folder / f"kram-{version}.raucb"
    if not made.exists():
        build("bundle", folder, "--version", version, *words)
    return made


def build(what: str, folder: Path, *words: str) -> None:
    """Of the same tree as the image that is proven, and compressed as that is: quickly."""
    command = [sys.executable, "-m", "image", what, "--level", "3", "--out", str(folder)]
    subprocess.run([*command, *words], check=True, cwd=ROOT)


def foreign(folder: Path, bundle: Path) -> Path:
    """The same bundle, signed with a key that was made a moment ago."""
    key, certificate = folder / "foreign.key", folder / "foreign.pem"
    request = [
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "3650",
        "-subj",
        "/CN=nobody",
    ]
    _quiet("openssl", *request, "-keyout", key, "-out", certificate)
    made = folder / "foreign.raucb"
    made.unlink(missing_ok=True)
    signed = f"--cert={certificate}", f"--key={key}", f"--signing-keyring={certificate}"
    _quiet("rauc", "resign", f"--keyring={places.KEYS / 'keyring.pem'}", *signed, bundle, made)
    return made


def _quiet(*command: object) -> None:
    subprocess.run([str(it) for it in command], check=True, capture_output=True)


# What a technician does with a stick.


def primary(stand: Stand) -> int:
    """The partition that boots next when nothing else is said."""
    return Firmware(stand.card, PI_4).boot_partition(tryboot=False)


def trust(stand: Stand, roots: str) -> None:
    """In the memory of this boot, as an image would have them in its files."""
    stand.run(f"cat >{ROOTS} <<'EOT'\n{roots}\nEOT")


def plugged(stand: Stand, desk: Desk, bundle: Path, version: str, *, revoked: bool = False) -> None:
    """A stick with an update."""
    stick = desk.stick(stand.folder / "stick.img", bundle, version, revoked=revoked)
    stand.board.plug_stick(stick)
    stand.run("for i in $(seq 60); do [ -b /dev/sda ] && break; sleep 1; done; udevadm settle", 120)


def offered(stand: Stand, desk: Desk, bundle: Path, version: str) -> None:
    """A stick with an update, by a desk that is trusted."""
    trust(stand, desk.roots)
    plugged(stand, desk, bundle, version)


def refusal(stand: Stand, it: Wrong) -> tuple[int, str]:
    """What `till update now` says, which must not take it; the stick is out again afterwards."""
    trust(stand, it.trusted.roots)
    plugged(stand, it.desk, it.bundle, it.version, revoked=it.revoked)
    told = stand.board.shell.tried("till update now", INSTALL_S)
    stand.run("umount /run/kram-stick 2>/dev/null; true")
    stand.board.pull_stick()
    return told


def begun(stand: Stand, desk: Desk, bundle: Path, version: str) -> int:
    """A stick is taken: it installs, and restarts into the trial. The number of the trial's run."""
    number = len(stand.board.runs)
    offered(stand, desk, bundle, version)
    began = time.monotonic()
    stand.board.shell.send("till update now")
    stand.board.wait_end(number, INSTALL_S)
    stand.board.wait_run(number + 1, 60)
    stand.tally.say(f"{version} was installed and started after {time.monotonic() - began:.0f} s")
    return number + 1


def taken(tally: Tally, started: Started, folder: Path, made: Bundles) -> None:
    """What is refused, a good update, then a broken one, on the same card."""
    desk = Desk()
    with started.going_on(folder, tally) as stand:
        paid = closed(stand)
        refused(stand, desk, made)
        streamed(stand, made)
        good(stand, desk, made.newer, paid)
        sign_in(stand)
        paid |= set(ring(stand, 1))
        close_shop(stand)
        returns(stand, desk, made.broken, paid)


def returned(tally: Tally, started: Started, folder: Path, made: Bundles) -> None:
    """A broken update alone: what ten minutes have time for."""
    with started.going_on(folder, tally) as stand:
        returns(stand, Desk(), made.broken, closed(stand))


def closed(stand: Stand) -> set[Paid]:
    """One more sale, and the shop is closed: only then a till is updated."""
    paid = set(ring(stand, 1))
    close_shop(stand)
    return paid


@dataclass(frozen=True, slots=True)
class Wrong:
    """What must not be installed. says: the updater's word for why. trusted: by whose root the till
    goes."""

    what: str
    says: str
    desk: Desk
    trusted: Desk
    bundle: Path
    version: str = NEWER
    revoked: bool = False


def refused(stand: Stand, desk: Desk, made: Bundles) -> None:
    stranger, other = Desk(), Desk()
    for it in (
        Wrong("an older version", "not_newer", desk, desk, made.stub, OLDER),
        Wrong("a release of an unknown root", "forged", stranger, desk, made.stub),
        Wrong("a release of a revoked key", "revoked", other, other, made.stub, revoked=True),
        Wrong("a bundle of an unknown certificate", "broken", desk, desk, made.foreign),
    ):
        code, said = refusal(stand, it)
        stand.tally.check(f"{it.what} is refused", code != 0 and it.says in said, said)
        stand.tally.say(f"    {said.splitlines()[-1] if said else ''}")
    stand.tally.check("and nothing boots differently for it", primary(stand) == A)


def streamed(stand: Stand, made: Bundles) -> None:
    """RAUC fetches over HTTP what neither slot has; what was written waits and starts nothing."""
    with BundleServer(made.folder) as server:
        address = f"http://{HOST}:{server.port}/{made.newer.name}"
        code, said = stand.board.shell.tried(f"rauc install {address}", INSTALL_S)
        fetched = server.sent / 1e6
    stand.tally.check("a bundle is streamed over HTTP", code == 0, said)
    stand.tally.figure(
        "downloaded for an update of the application alone",
        f"{fetched:.1f} MB of {made.newer.stat().st_size / 1e6:.0f} MB",
        f"at most {DOWNLOAD_MB:.0f} MB",
        reached=fetched <= DOWNLOAD_MB,
    )
    stand.tally.check("what was streamed starts nothing by itself", primary(stand) == A)


def good(stand: Stand, desk: Desk, bundle: Path, paid: set[Paid]) -> None:
    tally = stand.tally
    number = begun(stand, desk, bundle, NEWER)
    run = stand.board.wait_run(number, 60)
    tally.check(
        "a trial boots the other slot, once", (run.partition, run.tryboot) == (B, True), run
    )
    tally.check("a trial is not kept yet", primary(stand) == A)
    back_up(stand, paid)
    tally.check("the slot that runs is B", stand.run("cat /run/kram-slot") == "B")
    kept = committed(stand)
    tally.check("after its healthy minutes the trial is kept", kept, log(stand))
    tally.updates += kept
    status = stand.run("till update status")
    tally.check("the till says which version runs", NEWER in status, status)
    restart(stand)
    run = stand.board.wait_run(number + 1, 60)
    tally.check("a later restart stays there", (run.partition, run.tryboot) == (B, False), run)
    back_up(stand, paid)


def returns(stand: Stand, desk: Desk, bundle: Path, paid: set[Paid]) -> None:
    """The broken version is tried, and what ran before it runs again."""
    tally = stand.tally
    before = primary(stand)
    number = begun(stand, desk, bundle, BROKEN_VERSION)
    run = stand.board.wait_run(number, 60)
    other = (A + B - before, True)
    tally.check(
        "the broken version is tried in the other slot", (run.partition, run.tryboot) == other, run
    )
    stand.board.wait_end(number, RETURN_S)
    run = stand.board.wait_run(number + 1, 60)
    back = (run.partition, run.tryboot) == (before, False)
    tally.check("its trial ends by itself, and the system before it boots", back, run)
    tally.returns += back
    back_up(stand, paid)
    tally.check("autoboot.txt names the good slot", primary(stand) == before)
    status = stand.run("till update status; till update history")
    tally.say("it says: " + " / ".join(status.splitlines()))


def restart(stand: Stand) -> None:
    number = len(stand.board.runs)
    stand.run("systemctl --no-block reboot")
    stand.board.wait_end(number, SHUTDOWN_S)


def back_up(stand: Stand, paid: set[Paid]) -> None:
    """A shell, a till, and every sale."""
    stand.board.shell.wait(240)
    stand.ready()
    for it in paid - set(in_journal(stand)):
        stand.tally.lost(f"receipt {it.receipt} is gone after an update's step")


def committed(stand: Stand) -> bool:
    """The updater's timer comes by; here it is called sooner."""
    for _ in range(round(COMMIT_S / 15)):
        if primary(stand) == B:
            return True
        stand.run("sleep 15; systemctl start kram-update; true", 300)
    return primary(stand) == B


def log(stand: Stand) -> str:
    units = "-u kram-health -u kram-update -u rauc -u kram-system"
    return stand.run(
        f"journalctl -b {units} --no-pager -o cat | tail -30; cat /data/state/health/* 2>/dev/null; true"
    )
