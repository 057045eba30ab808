"""The till's time zone by order, and its time by the network."""

from __future__ import annotations

from hw_sim.time_server import TimeServer

from .asking import Asker
from .stand import HOST, Stand

ZONE = "Atlantic/Azores"
"""Far from the zone of whoever runs this, and of the image."""
SETTINGS = "/run/systemd/timesyncd.conf.d/proof.conf"
SYNCED_S = 60


def proven(stand: Stand, asker: Asker) -> None:
    check = stand.tally.check
    answer = asker.ask("time_zone", zone=ZONE)
    check("the till sets the machine's time zone", answer == {"ok": True}, answer)
    check("what is no time zone is refused", not asker.ask("time_zone", zone="Europe/Lviv")["ok"])
    offset = stand.run(f"date +%z; TZ={ZONE} date +%z").split()
    check("programs see the new zone", offset[0] == offset[1], offset)
    with TimeServer() as server:
        stand.run(
            f"mkdir -p {SETTINGS.rpartition('/')[0]}; printf '[Time]\\nNTP={HOST}\\n' >{SETTINGS}"
        )
        stand.run("systemctl restart systemd-timesyncd")
        stand.run(
            f"for i in $(seq {SYNCED_S}); do [ -e /run/systemd/timesync/synchronized ] && break; sleep 1; done"
        )
        told = stand.run(
            "timedatectl show -p NTPSynchronized -p NTP; timedatectl timesync-status | cat"
        )
        check("the time is the network's", server.asked > 0 and "NTPSynchronized=yes" in told, told)


def kept(stand: Stand) -> None:
    """After a restart."""
    told = stand.run("readlink -f /etc/localtime; cat /data/state/timezone")
    there = [f"/usr/share/zoneinfo/{ZONE}", ZONE]
    stand.tally.check("the time zone is there after a restart", told.splitlines() == there, told)
