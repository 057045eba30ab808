"""Debian's part of the root file system: the locked packages unpacked here, configured inside.

The naive way, a bootstrap that unpacks under emulation, takes twice as long: decompressing is what
emulation is worst at. So this machine's dpkg unpacks all packages, and only their scripts, which
must see the image's own programs, run emulated.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from image.guest import inside
from image.lock import Row
from image.tools import run

# Nobody reads these at a till; copyright notices are kept, as the licences want.
LEFT_OUT = ("doc", "man", "info", "lintian", "bug", "locale", "gtk-doc", "help")
# What packages' scripts start that takes minutes under emulation, and is done here, once, or never:
# bytecode, certificates; units are enabled by our own presets, and no card may have
# the host keys of another.
NEEDLESS = (
    "usr/bin/py3compile",
    "usr/lib/python3.13/py_compile.py",
    "usr/sbin/update-ca-certificates",
    "usr/bin/systemd-hwdb",
    "usr/bin/deb-systemd-helper",
    "usr/sbin/update-rc.d",
    "usr/bin/ssh-keygen",
    "var/lib/dpkg/info/ca-certificates.postinst",
)


def make_root(root: Path, rows: Sequence[Row], debs: Sequence[Path], epoch_s: int) -> None:
    base = [deb for row, deb in zip(rows, debs, strict=True) if row.kind == "base"]
    more = [deb for row, deb in zip(rows, debs, strict=True) if row.kind == "root"]
    # base-files brings the links /bin -> usr/bin and so on, which the others' files need.
    for deb in sorted(base, key=lambda each: not each.name.startswith("base-files_")):
        run("dpkg-deb", "--extract", deb, root)
    _first_database(root)
    dates = {"SOURCE_DATE_EPOCH": str(epoch_s)}
    unpack = ("dpkg", f"--root={root}", "--force-depends", "--force-unsafe-io",
              "--force-architecture", "--force-confnew", *_left_out(), "--unpack")  # fmt: skip
    for group in (base, more):
        run(*unpack, *group, env={**dates, "DEBIAN_FRONTEND": "noninteractive"})
    _keep_services_from_starting(root)
    aside = _put_aside(root)
    inside(root, "dpkg", "--force-unsafe-io", "--force-depends", "--configure", "-a", env=dates)
    for kept, original in aside.items():
        kept.replace(original)
    (root / "usr/sbin/policy-rc.d").unlink()
    trust_certificates(root)
    _tidy(root)


def trust_certificates(root: Path) -> None:
    """What update-ca-certificates does: all of Mozilla's authorities, in a bundle and by hash."""
    folder = root / "etc/ssl/certs"
    texts, used = [], set[str]()
    for file in sorted((root / "usr/share/ca-certificates").rglob("*.crt")):
        texts.append(file.read_text().strip() + "\n")
        (folder / f"{file.stem}.pem").symlink_to(f"/{file.relative_to(root)}")
        digest = run("openssl", "x509", "-noout", "-subject_hash", "-in", file).strip()
        link = next(name for n in range(10) if (name := f"{digest}.{n}") not in used)
        used.add(link)
        (folder / link).symlink_to(f"{file.stem}.pem")
    (folder / "ca-certificates.crt").write_text("".join(texts))


def _left_out() -> list[str]:
    excluded = [f"--path-exclude=/usr/share/{folder}/*" for folder in LEFT_OUT]
    return [*excluded, "--path-include=/usr/share/doc/*/copyright"]


def _first_database(root: Path) -> None:
    database = root / "var/lib/dpkg"
    for folder in ("info", "updates", "triggers"):
        (database / folder).mkdir(parents=True, exist_ok=True)
    (database / "status").touch()
    (database / "arch").write_text("arm64\n")


def _keep_services_from_starting(root: Path) -> None:
    policy = root / "usr/sbin/policy-rc.d"
    policy.write_text("#!/bin/sh\nexit 101\n")
    policy.chmod(0o755)


def _put_aside(root: Path) -> dict[Path, Path]:
    aside = {}
    for name in NEEDLESS:
        original = root / name
        kept = original.with_name(original.name + ".aside")
        original.rename(kept)
        original.write_text("#!/bin/sh\n" if original.suffix != ".py" else "")
        original.chmod(0o755)
        aside[kept] = original
    return aside


def _tidy(root: Path) -> None:
    """Takes out what differs between two builds, or what only a package manager would want."""
    for folder in LEFT_OUT:
        # The base was laid out without dpkg's filter.
        for file in (root / "usr/share" / folder).rglob("*"):
            if file.is_file() and file.name != "copyright":
                file.unlink()
    # Quirks of thousands of laptops, looked up by udev for each device: a till has none of them.
    shutil.rmtree(root / "usr/lib/udev/hwdb.d")
    for folder in ("var/cache", "var/log", "var/lib/apt", "var/lib/dpkg/info", "run", "tmp"):
        for entry in (root / folder).iterdir() if (root / folder).is_dir() else ():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
    for name in ("var/lib/dpkg/status-old", "etc/passwd-", "etc/group-", "etc/shadow-", "etc/gshadow-",
                 "var/lib/dbus/machine-id", "var/lib/systemd/random-seed",
                 "var/lib/systemd/credential.secret", "etc/.pwd.lock"):  # fmt: skip
        (root / name).unlink(missing_ok=True)
    for key in (root / "etc/ssh").glob("ssh_host_*"):
        key.unlink()
    # Empty, not absent: the initramfs writes the device's own over it.
    (root / "etc/machine-id").write_text("")
