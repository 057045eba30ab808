"""What hangs is ended: the till by systemd, the kernel by its own timer and by the board's watchdog."""

from __future__ import annotations

import time
from collections.abc import Callable

from hw_sim.pi_board import Ended

from .selling import in_journal, ring, send, sign_in
from .stand import Stand

WATCHDOG_S = 15
RESTART_S = 60.0
BITE_S = 120.0
CRASH = "echo c >/proc/sysrq-trigger"
PATIENCE_S = 30
"""As kram.service has it; the stand gives an emulated till more."""
NOTIFY = """\
import socket, struct, sys
message, pid = sys.argv[1].encode(), int(sys.argv[2])
whose = (socket.SOL_SOCKET, socket.SCM_CREDENTIALS, struct.pack("3i", pid, 0, 0))
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendmsg([message], [whose], 0, "/run/systemd/notify")
"""
"""A word to systemd about a service, in the name of its process: root may."""


def till_stopped(stand: Stand, meanwhile: Callable[[], None]) -> None:
    """With goods in the basket. meanwhile: what needs no till."""
    check = stand.tally.check
    before = set(in_journal(stand))
    send(stand, {"command": "sell_item", "item": "1005"})
    restarts = int(stand.run("systemctl show kram -P NRestarts"))
    stand.run("kill -STOP $(systemctl show kram -P MainPID)")
    meanwhile()
    began = time.monotonic()
    as_released(stand)
    stand.run(
        f"for i in $(seq 90); do [ $(systemctl show kram -P NRestarts) -gt {restarts} ] && break; sleep 1; done",
        300,
    )
    stand.ready()
    told = stand.run(
        "journalctl -u kram -o cat | grep 'Watchdog timeout'; systemctl show kram -P NRestarts"
    )
    ended = "Watchdog" in told and told.split()[-1] == str(restarts + 1)
    check("a till that hangs is started again by systemd", ended, told)
    stand.tally.say(f"    it was ready {time.monotonic() - began:.0f} s after its end")
    sign_in(stand)
    check("and its basket is there: it is paid now", len(pay(stand)) == 1)
    lost = before - set(in_journal(stand))
    for it in lost:
        stand.tally.lost(f"receipt {it.receipt} is gone after the till hung")
    check("and it sells on", len(ring(stand)) == 1)


def as_released(stand: Stand) -> None:
    """systemd waits for the till no longer than on a board that is sold."""
    word = f"WATCHDOG_USEC={PATIENCE_S * 1_000_000}"
    stand.run(f"python3 -Ic '{NOTIFY}' {word} $(systemctl show kram -P MainPID)")


def pay(stand: Stand) -> list[dict[str, object]]:
    return [it for it in send(stand, {"command": "tender_cash"}) if "SaleCompleted" in str(it)]


def armed(stand: Stand) -> None:
    told = stand.run(
        "cat /sys/class/watchdog/watchdog0/state /sys/class/watchdog/watchdog0/timeout;"
        " systemctl show -P RuntimeWatchdogUSec; cat /proc/sys/kernel/panic"
    ).split()
    right = told == ["active", str(WATCHDOG_S), f"{WATCHDOG_S}s", "10"]
    stand.tally.check("the board's watchdog is armed by systemd", right, told)


def panic(stand: Stand) -> None:
    """The kernel restarts by itself."""
    number = len(stand.board.runs)
    stand.board.shell.wait(240)
    stand.run(
        "for i in $(seq 60); do [ $(cat /proc/sys/kernel/panic) = 10 ] && break; sleep 1; done"
    )
    armed(stand)
    stand.board.shell.send(CRASH)
    run = stand.board.wait_end(number, RESTART_S)
    stand.tally.check("a kernel that panics starts again", run.ended is Ended.PANIC, run)
    stand.board.wait_run(number + 1, RESTART_S)


def kernel_hangs(stand: Stand) -> None:
    """It would hang for ever: the watchdog is fed no more, and bites."""
    number = len(stand.board.runs)
    stand.board.shell.wait(240)
    stand.run(
        "for i in $(seq 60); do [ $(cat /proc/sys/kernel/panic) = 10 ] && break; sleep 1; done"
    )
    stand.run("echo 0 >/proc/sys/kernel/panic")
    began = time.monotonic()
    stand.board.shell.send(CRASH)
    run = stand.board.wait_end(number, BITE_S)
    stand.tally.check(
        "a kernel that hangs is reset by the board's watchdog", run.ended is Ended.WATCHDOG, run
    )
    stand.tally.say(f"    {time.monotonic() - began:.0f} s after it hung")
