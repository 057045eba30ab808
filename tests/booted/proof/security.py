"""What an attacker would look for, looked for from inside the guest, and in the image's files."""

from __future__ import annotations

import re
from pathlib import Path

from .stand import Stand, Started
from .tally import Tally

PORTS_MEANT: tuple[tuple[str, str], ...] = ()
"""(protocol, address:port) that may listen beyond loopback, each documented in docs/image.md."""
SETUID_MEANT = frozenset(
    {
        "/usr/lib/dbus-1.0/dbus-daemon-launch-helper",  # starts services for the system bus; no shell
    }
)
UNITS = {
    "kram.service": 2.0,
    "kram-system.service": 4.0,
    "kram-first-boot.service": 4.5,
    "kram-update.service": 2.0,
    "kram-health.service": 2.0,
}
"""How much each may be exposed, by `systemd-analyze security`; those of root have their reasons in the
unit."""
PRIVATE_KEY = "PRIVATE KEY-----"


def proven(tally: Tally, started: Started, folder: Path) -> None:
    with started.going_on(folder, tally) as stand:
        inside(stand)


def inside(stand: Stand) -> None:
    ports(stand)
    files(stand)
    people(stand)
    keys(stand)
    units(stand)


def ports(stand: Stand) -> None:
    told = stand.run("ss -Hlntup | cat")
    open_ports = []
    for line in told.splitlines():
        kind, _, _, _, address = line.split()[:5]
        if re.match(r"(127\.|\[::1\]|\[::ffff:127\.)", address) or "%lo:" in address:
            continue
        if (kind, address) not in PORTS_MEANT and not _dhcp(kind, address, line):
            open_ports.append(line)
    stand.tally.check("no port listens to the network", not open_ports, "\n".join(open_ports))


def _dhcp(kind: str, address: str, line: str) -> bool:
    """The client's own end, which takes answers of a server alone."""
    return kind == "udp" and address.endswith((":68", ":546")) and '"systemd-network"' in line


def files(stand: Stand) -> None:
    told = stand.run("find /ro /data -xdev -type f -perm /6000 2>/dev/null | sed 's,^/ro,,'", 300)
    strange = sorted(set(told.split()) - SETUID_MEANT)
    stand.tally.check("no setuid or setgid file but the documented", not strange, strange)
    told = stand.run(
        "find / /data /run -xdev \\( -type f -o -type d \\) -perm -0002 ! -perm -1000"
        " ! -path '/proc/*' ! -path '/sys/*' 2>/dev/null",
        300,
    )
    stand.tally.check("nothing is writable for everybody", told == "", told)
    told = stand.run(
        "find / -xdev \\( -nouser -o -nogroup \\) ! -path '/proc/*' 2>/dev/null | head", 300
    )
    stand.tally.check("every file has an owner that exists", told == "", told)


def people(stand: Stand) -> None:
    told = stand.run("awk -F: '$2 !~ /^[!*]/ {print $1}' /etc/shadow")
    stand.tally.check("nobody has a password, root neither", told == "", told)
    told = stand.run(
        "find / /data -xdev -name authorized_keys 2>/dev/null; systemctl is-active ssh ssh.socket; true"
    )
    stand.tally.check(
        "SSH is off, and no key may log in", not set(told.split()) - {"inactive", "unknown"}, told
    )
    told = stand.run("systemctl list-units --plain --no-legend 'getty@*' 'serial-getty@*' | cat")
    stand.tally.check("no console asks for a login", told == "", told)


def keys(stand: Stand) -> None:
    """Private keys are made on the device, lie on /data and are read by their owner alone."""
    told = stand.run(
        "grep -rlIs --include='*.pem' --include='*.key' --include='*_key' --include='*.p12'"
        f" -- '{PRIVATE_KEY}' /ro/etc /ro/usr /ro/root /ro/home /ro/opt; true",
        300,
    )
    stand.tally.check("the image has no private key", told == "", told)
    told = stand.run(
        f"grep -rlIs -- '{PRIVATE_KEY}' /data | xargs -r stat -c '%a %U %n'; true", 300
    )
    loose = [it for it in told.splitlines() if not re.match(r"[46]00 (root|kram) /data/", it)]
    stand.tally.check("keys on /data are read by their owner alone", not loose, "\n".join(loose))
    told = stand.run(
        "stat -c '%a %U:%G' /data/state/kram /data/state/rauc /data/id /var/lib/kram/shop.toml"
    )
    stand.tally.say("owners: " + "; ".join(told.splitlines()))
    stand.tally.check(
        "the journal's folder is the till's alone", told.startswith("750 kram:kram"), told
    )


def units(stand: Stand) -> None:
    for unit, limit in UNITS.items():
        told = stand.run(f"systemd-analyze security --no-pager {unit} | tail -1", 120)
        found = re.search(r"(\d+\.\d)", told)
        score = float(found[1]) if found else 10.0
        stand.tally.figure(
            f"exposure of {unit}", f"{score:.1f}", f"at most {limit:.1f}", reached=score <= limit
        )
    told = stand.run(
        "for u in $(systemctl list-units --type=service --state=running --plain --no-legend | cut -d' ' -f1);"
        ' do [ "$(systemctl show $u -P User)" ] || echo $u; done'
    )
    stand.tally.say("services that run as root: " + " ".join(told.split()))
