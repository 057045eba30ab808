"""What is kept in memory and what on the card: the log, scratch files, swap; all of it bounded."""

from __future__ import annotations

from .stand import Stand

LOG_BYTES_MAX, FILE_BYTES_MAX = 16 << 20, 2 << 20
"""As journald.conf.d says; the file that is written to comes on top."""
FLOOD_LINES, FLOOD_BYTES = 700, 30_000
"""Of chance, which does not get smaller by packing."""
WARNINGS = "/data/log/warnings.log"
WORD = "proof-of-a-kept-warning"


def proven(stand: Stand) -> None:
    check = stand.tally.check
    stand.run(f"echo {WORD} | systemd-cat -t proof -p warning; systemctl restart kram-log")
    told = stand.run(f"grep -c {WORD} {WARNINGS}; stat -c '%U %a' {WARNINGS}; true").split()
    check("a warning is kept on the card when its keeper ends", told[:2] == ["1", "kram-log"], told)
    stand.run(
        "python3 -c 'import os, base64;"
        f" [print(base64.b64encode(os.urandom({FLOOD_BYTES})).decode()) for _ in range({FLOOD_LINES})]'"
        " | systemd-cat -t flood -p info; journalctl --sync",
        300,
    )
    size = int(stand.run("du -sb /run/log/journal | cut -f1"))
    check("the log in memory has its bound", size <= LOG_BYTES_MAX + FILE_BYTES_MAX, f"{size} B")
    told = stand.run(
        "find /var/log/journal -type f 2>/dev/null | wc -l; journalctl -t flood -o cat | wc -l"
    ).split()
    new = told[0] == "0" and 10 < int(told[1]) < FLOOD_LINES
    check("no log is on the card, and the newest lines are there", new, told)
    places = stand.run(
        "for f in /tmp /var/tmp /var/log /run; do findmnt -no FSTYPE -T $f; done"
    ).split()
    check("scratch files are in memory", set(places) <= {"tmpfs", "overlay"}, places)
    swap, memory, kind = stand.run(
        "cat /sys/block/zram0/disksize; awk '/MemTotal/ {print $2 * 1024}' /proc/meminfo;"
        " sed 's/.*\\[\\(.*\\)\\].*/\\1/' /sys/block/zram0/comp_algorithm"
    ).split()
    half = abs(2 * int(swap) / int(memory) - 1) < 0.01
    used = stand.run("swapon --noheadings --show=NAME,PRIO")
    check("swap is half the memory, compressed", half and kind == "zstd", (swap, memory, kind))
    check("and is nowhere else", used.split() == ["/dev/zram0", "100"], used)
