"""A simulated Raspberry Pi on the bench: plug it in, pull the plug, look at its screen, ask its shell.

The firmware decides what boots, QEMU runs it; what ends a run (a reset by Linux, by its watchdog, a
panic, power down, the plug) is what the firmware is told next.
"""

from __future__ import annotations

import contextlib
import random
import shlex
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from hw_sim.firmware import POWER_DOWN, RESTART, Firmware, Hang, Load
from hw_sim.guest_lines import Line, Shell, listening
from hw_sim.patience import wait
from hw_sim.pi_machine import LIGHT_AT, VIRT, Machine, Sockets, Wiring
from hw_sim.qmp import Event, Qmp, QmpFault
from hw_sim.sd_card import SdCard
from hw_sim.sd_card_server import SdCardServer
from hw_sim.x_display import with_parent

CONNECT_S = 30.0
HANGS_MAX = 3
"""So often in a row the watchdog ends a hang before the board counts as dead."""
TAIL = 4000
STICK, SLOW = "stick", "slow"
FREEZE_S, LOOK_S = 120.0, 0.2


class Ended(StrEnum):
    """How a run of the board ended."""

    RESTART = "restart"
    WATCHDOG = "watchdog"
    PANIC = "panic"
    OFF = "power off"
    CUT = "power cut"
    HANG = "hang"


@dataclass(slots=True)
class Run:
    """One start of the board: what the firmware booted, and how it ended. why: of a hang. waited, gone:
    writes in the card's cache as the plug was pulled, and how many of them never reached the flash."""

    partition: int
    tryboot: bool
    ended: Ended | None = None
    command: str = ""
    why: str = ""
    began: float = 0.0
    waited: int = 0
    gone: int = 0


class PiBoard:
    """say: told each step, for a log. served: the card, where it has a cache to lose; chance: decides
    what of it."""

    def __init__(
        self,
        image: Path,
        folder: Path,
        machine: Machine = VIRT,
        wiring: Wiring | None = None,
        say: Callable[[str], None] = lambda _said: None,
        *,
        served: SdCardServer | None = None,
        chance: random.Random | None = None,
        boot_watchdog: bool = True,
    ) -> None:
        self.card = SdCard(image)
        self._served = served
        self._chance = chance or random.Random(1)
        self.machine = machine
        self.wiring = wiring or Wiring(str(image))
        self.runs: list[Run] = []
        self.console = Line("console", folder / "console.log")
        self.shell = Shell(Line("shell", folder / "shell.log"))
        self._folder = folder
        self._say = say
        self._firmware = Firmware(self.card, machine.model, boot_watchdog=boot_watchdog)
        # UNIX sockets' names must be short.
        self._short = Path(tempfile.mkdtemp(prefix="pi-"))
        self._lines = Sockets(*(self._short / name for name in ("console", "shell", "qmp")))
        self._servers = [
            listening(it) for it in (self._lines.console, self._lines.shell, self._lines.qmp)
        ]
        self._changed = threading.Condition()
        self._plugged = False
        self._frozen: Path | None = None
        self._qemu: subprocess.Popen[bytes] | None = None
        self._qmp: Qmp | None = None
        self._reasons: list[str] = []
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.cut()
        for server in self._servers:
            server.close()
        shutil.rmtree(self._short, ignore_errors=True)

    # What a person does.

    def plug_in(self, frozen: Path | None = None) -> None:
        """frozen: a moment that `freeze` kept, to go on from; its card must be as it was then."""
        assert self._thread is None, "it has power"
        self._frozen = frozen
        self._plugged = True
        self._thread = threading.Thread(target=self._live, name="pi-board", daemon=True)
        self._thread.start()

    def cut(self) -> None:
        """The plug is pulled: nothing is said good-bye to."""
        with self._changed:
            self._plugged = False
            if self._qemu is not None:
                self._qemu.kill()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def freeze(self, file: Path) -> None:
        """Keeps this moment of the board, all but its card, and stops there."""
        self._asked("stop")
        self._asked("migrate", uri=f"exec:cat >{shlex.quote(str(file))}")
        for _ in range(round(FREEZE_S / LOOK_S)):
            status = self._asked("query-migrate").get("status")
            if status == "completed":
                return
            if status == "failed":
                break
            time.sleep(LOOK_S)
        raise QmpFault("the board cannot be frozen")

    def screenshot(self, path: Path) -> None:
        """What its screen shows, as a PNG."""
        self._asked("screendump", filename=str(path), format="png")

    def plug_stick(self, image: Path, *, locked: bool = True, write_bytes_s: int = 0) -> None:
        """A USB stick; a reset finds it gone. locked: for reading alone. write_bytes_s: no faster."""
        file = {"driver": "file", "filename": str(image), "read-only": locked}
        raw: dict[str, Any] = {"driver": "raw", "read-only": locked, "file": file}
        if write_bytes_s:
            limits = {"bps-write": write_bytes_s}
            with contextlib.suppress(QmpFault):
                self._asked("object-del", id=SLOW)
            self._asked(
                "object-add", **{"qom-type": "throttle-group", "id": SLOW, "limits": limits}
            )
            raw = {"driver": "throttle", "throttle-group": SLOW, "file": raw}
        self._asked("blockdev-add", **{**raw, "node-name": STICK})
        self._asked("device_add", driver="usb-storage", drive=STICK, id=STICK)

    def stick_written(self) -> int:
        """Bytes that were written to it since it was plugged in."""
        told = self._asked("query-blockstats")
        return sum(it["stats"]["wr_bytes"] for it in told if STICK in it.get("qdev", ""))

    def pull_stick(self) -> None:
        self._asked("device_del", id=STICK)
        for _ in range(round(CONNECT_S / LOOK_S)):
            with contextlib.suppress(QmpFault):
                self._asked("blockdev-del", **{"node-name": STICK})
                return
            time.sleep(LOOK_S)
        raise QmpFault("the stick is held")

    def power_key(self) -> None:
        self._asked("system_powerdown")

    def touch(self, x: float, y: float) -> None:
        """A finger at a place of the screen, from 0 to 1 of its width and height."""
        at = [
            {"type": "abs", "data": {"axis": axis, "value": round(part * 0x7FFF)}}
            for axis, part in (("x", x), ("y", y))
        ]
        for down in (True, False):
            press = {"type": "btn", "data": {"button": "left", "down": down}}
            self._asked("input-send-event", events=[*at, press] if down else [press])

    # What a person sees.

    @property
    def on(self) -> bool:
        return self._qemu is not None

    def light(self) -> bool:
        """Whether its green light shines just now, by the level of the pin."""
        told = self._asked("human-monitor-command", **{"command-line": f"xp /1xb {LIGHT_AT}"})
        return int(told.split(":")[1], 16) != 0

    def wait_run(self, number: int, seconds: float) -> Run:
        """The run of this number (from 1) has begun; raises TimeoutError."""
        with self._changed:
            if not wait(self._changed, lambda: len(self.runs) >= number, seconds):
                raise TimeoutError(f"no run {number} of the board within {seconds:.0f} s")
            return self.runs[number - 1]

    def thawed(self, seconds: float) -> None:
        """A frozen board goes on; raises TimeoutError."""
        self.shell.line.wait_up(seconds)
        for _ in range(round(seconds / LOOK_S)):
            with contextlib.suppress(QmpFault):
                if self._asked("query-status")["status"] in ("paused", "running"):
                    self._asked("cont")  # it was stopped as it was frozen, and stays so
                    self.shell.adopt(seconds)
                    return
            time.sleep(LOOK_S)
        raise TimeoutError("the frozen board does not go on")

    def wait_end(self, number: int, seconds: float) -> Run:
        """The run of this number has ended; raises TimeoutError."""
        run = self.wait_run(number, seconds)
        with self._changed:
            if not wait(self._changed, lambda: run.ended is not None, seconds):
                raise TimeoutError(f"run {number} did not end: {self.console.heard[-TAIL:]}")
        return run

    # The board's life, on its thread.

    def _live(self) -> None:
        step = self._firmware.power_on()
        hangs = 0
        while self._plugged:
            run = Run(step.partition, step.tryboot, began=time.monotonic())
            with self._changed:
                self.runs.append(run)
                self._changed.notify_all()
            trial = ", tryboot" if step.tryboot else ""
            self._say(f"firmware: partition {step.partition}{trial}")
            if isinstance(step, Hang):
                hangs += 1
                self._end(run, Ended.HANG, why=step.why)
                if not step.reset or hangs >= HANGS_MAX:
                    self._say("the board is dead until somebody pulls the plug")
                    return
                step = self._firmware.restart()
                continue
            hangs = 0
            ended, command = self._run(step)
            self._settle(run, ended)
            self._end(run, ended, command=command)
            if ended in (Ended.OFF, Ended.CUT):
                return
            step = self._firmware.restart(command)

    def _settle(self, run: Run, ended: Ended) -> None:
        """A card keeps its power over a reset, not over a cut."""
        if self._served is None:
            return
        if ended is not Ended.CUT:
            self._served.keep_all()
            return
        run.waited, run.gone = self._served.lose(self._chance)
        self._say(f"the card: {run.waited} writes waited, {run.gone} are gone")

    def _end(self, run: Run, ended: Ended, *, command: str = "", why: str = "") -> None:
        with self._changed:
            run.ended, run.command, run.why = ended, command, why
            self._changed.notify_all()
        told = f" {command!r}" if command else ""
        self._say(f"{ended}{told}{': ' if why else ''}{why}")

    def _run(self, load: Load) -> tuple[Ended, str]:
        """One run of QEMU, from reset to reset."""
        command = self.machine.command(load, self.wiring, self._lines, self._folder)
        if self._frozen is not None:
            command += ["-incoming", f"exec:cat {shlex.quote(str(self._frozen))}"]
            self._frozen = None
        self._reasons.clear()
        with self._changed:
            if not self._plugged:
                return Ended.CUT, ""
            errors = (self._folder / "qemu.log").open("ab")
            with errors:
                self._qemu = subprocess.Popen(
                    [*with_parent(), *command],
                    stdin=subprocess.DEVNULL,
                    stdout=errors,
                    stderr=errors,
                )
        readers = self._connect()
        if load.watchdog_s:
            self._guard(load.watchdog_s)
        self._qemu.wait()
        for reader in readers:
            reader.join()
        with self._changed:
            self._qemu = self._qmp = None
        return self._how()

    def _connect(self) -> list[threading.Thread]:
        """Takes QEMU's three connections."""
        console, shell, qmp = self._servers
        readers = []
        for server, line in ((console, self.console), (shell, self.shell.line)):
            wire = self._accept(server)
            if wire is not None:
                readers.append(threading.Thread(target=line.follow, args=(wire,), daemon=True))
                readers[-1].start()
        wire = self._accept(qmp)
        if wire is not None:
            with contextlib.suppress(QmpFault):
                self._qmp = Qmp(wire, self._on_event)
        return readers

    def _accept(self, server: socket.socket) -> socket.socket | None:
        server.settimeout(0.2)
        for _ in range(round(CONNECT_S / 0.2)):
            with contextlib.suppress(TimeoutError):
                return server.accept()[0]
            if self._qemu is None or self._qemu.poll() is not None:
                return None
        return None

    def _guard(self, seconds: int) -> None:
        """The watchdog that the firmware armed: it bites unless Linux has come as far as a shell."""
        qemu = self._qemu

        def watch() -> None:
            with self._changed:
                alive = lambda: bool(self.shell.line.heard) or qemu is None  # noqa: E731
                if wait(self._changed, lambda: alive() or qemu is not self._qemu, 3 * seconds):
                    return
                if qemu is self._qemu and qemu is not None:
                    self._reasons.append("firmware-watchdog")
                    qemu.kill()

        threading.Thread(target=watch, name="pi-watchdog", daemon=True).start()

    def _on_event(self, event: Event) -> None:
        if event["event"] in ("SHUTDOWN", "WATCHDOG", "GUEST_PANICKED", "RESET"):
            data = event.get("data", {})
            self._reasons.append(f"{event['event']} {data.get('reason', data.get('action', ''))}")

    def _how(self) -> tuple[Ended, str]:
        """From what the console said last, and QEMU's events."""
        tail = self.console.heard[-TAIL:]
        if not self._plugged:
            return Ended.CUT, ""
        if any(it.startswith(("WATCHDOG", "firmware")) for it in self._reasons):
            return Ended.WATCHDOG, ""
        if "Kernel panic" in tail:
            return Ended.PANIC, ""
        if restarts := RESTART.findall(tail):
            return Ended.RESTART, restarts[-1]
        if POWER_DOWN.search(tail) or any("guest-shutdown" in it for it in self._reasons):
            return Ended.OFF, ""
        return Ended.RESTART, ""

    def _asked(self, order: str, **arguments: object) -> Any:
        qmp = self._qmp
        if qmp is None:
            raise QmpFault("no power")
        return qmp.do(order, **arguments)
