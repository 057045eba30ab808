"""Asks Debian's archive: which packages an image needs (for the lock), and for their files.

Where the archive is comes from this machine's own apt, or from KRAM_DEBIAN_MIRROR and
KRAM_SECURITY_MIRROR; Raspberry Pi's own archive, for releases, from KRAM_RPI_ARCHIVE.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import unquote

from image.kernel import Provider
from image.lock import Kind, Lock, Row
from image.tools import Stopped, run, sha256
from image.wanted import Packages

SUITE = "trixie"
COMPONENTS = "main contrib non-free-firmware"
# What one call of apt's downloader is given: it queues them itself, but a command line is finite.
BATCH = 100
_URI = re.compile(r"'(?P<url>[^']+)' (?P<file>\S+) (?P<size>\d+) SHA256:(?P<sha256>[0-9a-f]{64})")


def addresses(origins: Iterable[str]) -> dict[str, str]:
    """The archive's address for each origin, without a slash at its end."""
    said = {
        "debian": os.environ.get("KRAM_DEBIAN_MIRROR", ""),
        "security": os.environ.get("KRAM_SECURITY_MIRROR", ""),
        "raspberry-pi": os.environ.get("KRAM_RPI_ARCHIVE", ""),
    }
    asked = run("apt-get", "indextargets", "--format", "$(SITE) $(REPO_URI) $(RELEASE)")
    for line in asked.splitlines():
        _, url, release = line.split()
        if "debian" in url and release.endswith("-security"):
            said["security"] = said["security"] or url
        elif "debian" in url.rstrip("/").rsplit("/", 1)[-1] and "-" not in release:
            said["debian"] = said["debian"] or url
    lacking = [origin for origin in origins if not said[origin]]
    if lacking:
        raise Stopped(
            f"Where is the archive of {', '.join(lacking)}? This machine's apt does not say; please"
            " set KRAM_DEBIAN_MIRROR, KRAM_SECURITY_MIRROR or KRAM_RPI_ARCHIVE to its address."
        )
    return {origin: said[origin].rstrip("/") for origin in origins}


def resolve(packages: Packages, provider: Provider, work: Path) -> Lock:
    """What apt would install of these into an empty arm64 root, from the signed archive of today."""
    archives = addresses(provider.origins)
    apt = _apt(archives, "arm64", work / "arm64")
    base = _install(apt, archives, "base", ["?essential"])
    essential = {row.package for row in base}
    root = _install(apt, archives, "root", ["?essential", *packages.root, *provider.installed])
    dependent = _install(apt, archives, "boot", [*packages.boot, *provider.packages])
    here = _apt(archives, "amd64", work / "amd64")
    desk = _install(here, archives, "desk", [*packages.tool, *packages.desk])
    rows = (
        *_install(here, archives, "tool", list(packages.tool)),
        *(row for row in desk if row.package in packages.desk),
        *(row for row in base if row.package not in packages.without),
        *(row for row in root if row.package not in essential.union(packages.without)),
        *(row for row in dependent if row.package in packages.boot or provider.takes(row.package)),
    )
    # Midnight of the day: locking again on the same day, from the same archive, gives the same.
    return Lock(int(time.time()) // 86400 * 86400, packages.all.union(provider.all), rows)


def _apt(archives: dict[str, str], architecture: str, work: Path) -> tuple[str | Path, ...]:
    """The command of an apt that knows nothing installed, with the archive's lists of today."""
    for folder in ("lists/partial", "archives/partial"):
        (work / folder).mkdir(parents=True, exist_ok=True)
    (work / "status").write_text("")
    (work / "sources.list").write_text(_sources(archives))
    config = work / "apt.conf"
    config.write_text(
        f"""
        APT::Architecture "{architecture}"; APT::Architectures {{ "{architecture}"; }};
        APT::Install-Recommends "false"; APT::Sandbox::User "root";
        Acquire::Languages "none"; Acquire::ForceHash "SHA256";
        Dir::State::status "{work}/status"; Dir::State::lists "{work}/lists";
        Dir::Cache "{work}"; Dir::Cache::archives "{work}/archives";
        Dir::Etc::sourcelist "{work}/sources.list"; Dir::Etc::sourceparts "/dev/null";
        Dir::Etc::trustedparts "/usr/share/keyrings"; Dir::Etc::preferencesparts "/dev/null";
        """
    )
    apt = ("apt-get", "-c", config)
    run(*apt, "update", "-q")
    return apt


def _sources(archives: dict[str, str]) -> str:
    suites = {
        "debian": f"{SUITE} {COMPONENTS}",
        "security": f"{SUITE}-security {COMPONENTS}",
        "raspberry-pi": f"{SUITE} main",
    }
    return "".join(f"deb {url} {suites[origin]}\n" for origin, url in archives.items())


def _install(
    apt: tuple[str | Path, ...], archives: dict[str, str], kind: Kind, words: list[str]
) -> list[Row]:
    rows = []
    for line in run(*apt, "install", "-y", "--print-uris", *words).splitlines():
        found = _URI.match(line)
        if not found:
            continue
        package, version, architecture = unquote(found["file"]).removesuffix(".deb").split("_")
        origin = next(name for name, url in archives.items() if found["url"].startswith(url + "/"))
        path = unquote(found["url"].removeprefix(archives[origin] + "/"))
        size_bytes, digest = int(found["size"]), found["sha256"]
        rows.append(Row(package, version, architecture, origin, kind, size_bytes, digest, path))
    return sorted(rows)


def fetch(rows: Sequence[Row], folder: Path) -> list[Path]:
    """Their files, in the rows' order, each with the hash that the lock says."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {row: folder / row.file_name for row in rows}
    lacking = [
        row for row, file in files.items() if not file.is_file() or sha256(file) != row.sha256
    ]
    if lacking:
        archives = addresses(sorted({row.origin for row in lacking}))
        for start in range(0, len(lacking), BATCH):
            words: list[str | Path] = []
            for row in lacking[start : start + BATCH]:
                files[row].unlink(missing_ok=True)
                url = f"{archives[row.origin]}/{row.path}"
                words += [url, files[row], f"SHA256:{row.sha256}"]
            _download(words)
    return list(files.values())


def _download(words: list[str | Path]) -> None:
    try:
        run("/usr/lib/apt/apt-helper", "-o", "APT::Sandbox::User=root", "download-file", *words)
    except Stopped as stopped:
        raise Stopped(
            f"{stopped}\nThe archive no longer has a file of image/versions.lock, or cannot be reached."
            "\nIf it has moved on: make image ARGS=--update-lock, look at what changed, and commit it."
        ) from stopped
