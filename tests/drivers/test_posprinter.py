"""The receipt printer's driver on its wires: held, printed once, or honestly unknown."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from appliance.core.devices import Outcome, PrintEnded, PrintHeld, Problem
from appliance.drivers.options import ConfigError, Options
from appliance.drivers.posprinter import EscPosPrinter, Timing, create
from appliance.drivers.posprinter_wires import Port, usb_node
from appliance.drivers.registry import Services
from appliance.drivers.serial_wire import SerialSettings
from appliance.drivers.supervised import Backoff
from appliance.receipt.layout import Align, Columns, Cut, Layout, Rule, Text
from appliance.receipt.profile import Mode, profile
from hw_sim.mailbox import Mailbox
from hw_sim.printer import Printer
from hw_sim.printer_wires import PtyWire, TcpWire

QUICK = Timing(
    answer_s=0.3,
    poll_s=0.1,
    held_s=0.02,
    stall_s=1.0,
    finish_s=2.0,
    settle_s=0.1,
    notice_s=0.2,
    quiet_s=0.2,
)


def layout(name: str = "Чек", rows: int = 4) -> Layout:
    lines = [Columns(f"Рядок {n} їжак ґанок", f"{n},00 ₴") for n in range(rows)]
    return Layout((Text(name), Rule(), *lines, Cut()), name, "uk")


def latin(name: str, rows: int = 2) -> Layout:
    lines = [Text(f"{name} {n}", align=Align.LEFT) for n in range(rows)]
    return Layout((*lines, Cut()), name, "en")


class Permits:
    """Every job asked about; `allow` answers, `before` runs while the driver waits."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.allow: Callable[[str], bool] = lambda _job: True

    def __call__(self, job: str) -> bool:
        self.asked.append(job)
        return self.allow(job)


class Bench:
    """A driver that is open on a simulated printer."""

    def __init__(self, sim: Printer, timing: Timing = QUICK, **model: object) -> None:
        self.sim = sim
        self.mail = Mailbox()
        self.permits = Permits()
        url = sim.port
        settings = SerialSettings(url, 115_200)
        kind = replace(profile("TM-T20II"), **model)  # type: ignore[arg-type]
        self.driver = EscPosPrinter(
            "printer",
            Port(url, settings),
            kind,
            self.permits,
            timing=timing,
            backoff=Backoff(0.02, 0.1),
        )
        self.driver.open(self.mail)

    def ended(self, count: int = 1) -> list[PrintEnded]:
        return self.mail.wait(PrintEnded, count)

    def kick(self, pin: int = 2, pulse_ms: int = 100) -> tuple[Outcome, str]:
        told = threading.Event()
        found: list[tuple[Outcome, str]] = []

        def done(outcome: Outcome, detail: str) -> None:
            found.append((outcome, detail))
            told.set()

        self.driver.kick(pin, pulse_ms, done)
        assert told.wait(5), "nobody told how the pulse ended"
        return found[0]


@pytest.fixture(params=["tcp", "pty"])
def sim(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Printer]:
    wire = TcpWire() if request.param == "tcp" else PtyWire(tmp_path / "printer")
    with Printer(wire) as printer:
        yield printer


@pytest.fixture
def tcp() -> Iterator[Printer]:
    with Printer(TcpWire()) as printer:
        yield printer


@pytest.fixture
def start() -> Iterator[Callable[..., Bench]]:
    opened: list[Bench] = []

    def bench(sim: Printer, timing: Timing = QUICK, **model: object) -> Bench:
        opened.append(Bench(sim, timing, **model))
        return opened[-1]

    yield bench
    for one in opened:
        one.driver.close()


Start = Callable[..., Bench]


def test_a_receipt_comes_out_once_and_is_done(sim: Printer, start: Start) -> None:
    bench = start(sim)
    bench.driver.submit("job-1", layout())
    (ended,) = bench.ended()
    assert (ended.job, ended.outcome) == ("job-1", Outcome.DONE)
    assert bench.permits.asked == ["job-1"]
    assert len(sim.receipts) == 1
    assert sim.decoder.unknown == []


def test_jobs_come_out_in_order(sim: Printer, start: Start) -> None:
    bench = start(sim, mode=Mode.TEXT)
    for n in range(5):
        bench.driver.submit(f"job-{n}", latin(f"Receipt {n}", 1))
    assert [one.job for one in bench.ended(5)] == [f"job-{n}" for n in range(5)]
    assert [row.strip() for row in sim.printed_text.splitlines() if row.strip()] == [
        f"Receipt {n} 0" for n in range(5)
    ]


def test_the_same_job_submitted_twice_prints_once(tcp: Printer, start: Start) -> None:
    tcp.set_paper(0)
    bench = start(tcp)
    bench.mail.wait_problem(Problem.PAPER_OUT)
    bench.driver.submit("job-1", layout())
    bench.driver.submit("job-1", layout())
    tcp.set_paper(100)
    bench.driver.submit("job-2", layout())
    assert [one.job for one in bench.ended(2)] == ["job-1", "job-2"]
    assert len(tcp.receipts) == 2


@pytest.mark.parametrize(
    ("harm", "mend", "problem"),
    [
        (lambda p: p.set_paper(0), lambda p: p.set_paper(100), Problem.PAPER_OUT),
        (Printer.open_cover, Printer.close_cover, Problem.COVER_OPEN),
        (Printer.go_offline, Printer.go_online, Problem.OFFLINE),
        (Printer.unplug, Printer.replug, Problem.UNPLUGGED),
        (Printer.power_off, Printer.power_on, Problem.UNPLUGGED),
    ],
    ids=["paper out", "cover open", "offline", "unplugged", "switched off"],
)
def test_a_job_waits_untouched_and_prints_by_itself_when_all_is_well(
    sim: Printer,
    start: Start,
    harm: Callable[[Printer], None],
    mend: Callable[[Printer], None],
    problem: Problem,
) -> None:
    harm(sim)
    bench = start(sim)
    bench.driver.submit("job-1", layout())
    (held,) = bench.mail.wait(PrintHeld)
    assert (held.job, held.problem) == ("job-1", problem)
    assert bench.permits.asked == []
    assert bench.driver.health().problem is problem
    mend(sim)
    (ended,) = bench.ended()
    assert ended.outcome is Outcome.DONE
    assert len(sim.receipts) == 1
    # A printer seen in the middle of being mended may name another trouble on its way.
    assert {held.job for held in bench.mail.all(PrintHeld)} == {"job-1"}
    bench.mail.wait_ready()


@pytest.mark.parametrize("buffer_bytes_max", [64 * 1024, 2048], ids=["roomy", "small buffer"])
def test_paper_out_in_the_middle_prints_the_rest_on_the_new_roll_as_one_receipt(
    start: Start, buffer_bytes_max: int
) -> None:
    with Printer(TcpWire(), buffer_bytes_max=buffer_bytes_max) as sim:
        whole = start(sim)
        whole.driver.submit("whole", layout(rows=40))
        whole.ended()
        whole.driver.close()
        sim.set_paper_dots(300)
        bench = start(sim, replace(QUICK, stall_s=6.0))
        bench.mail.until(lambda: bool(bench.mail.problems()), "a first look")
        bench.driver.submit("job-1", layout(rows=40))
        sim.wait(lambda: sim.paper_percent == 0, "used its paper up")
        assert bench.mail.all(PrintEnded) == []
        sim.set_paper(100)
        (ended,) = bench.ended()
        assert ended.outcome is Outcome.DONE
        first, second = sim.receipts
        assert first.tobytes() == second.tobytes()


def test_a_printer_that_dies_in_the_middle_leaves_the_outcome_unknown(
    sim: Printer, start: Start
) -> None:
    bench = start(sim)
    bench.mail.wait_ready()
    sim.vanish_after(6000)
    bench.driver.submit("job-1", layout(rows=60))
    (ended,) = bench.ended()
    assert ended.outcome is Outcome.UNKNOWN
    assert "bytes were sent" in ended.detail
    sim.power_on()
    bench.mail.wait_ready(times=2)
    bench.driver.submit("job-2", layout())
    assert [one.job for one in bench.ended(2)] == ["job-1", "job-2"]
    assert bench.permits.asked == ["job-1", "job-2"]
    assert len(sim.receipts) == 1


def test_after_a_torn_cable_the_next_receipt_is_whole(sim: Printer, start: Start) -> None:
    bench = start(sim)
    bench.driver.submit("good", layout())
    bench.ended()
    sim.set_paper_dots(100)
    bench.driver.submit("torn", layout(rows=20))
    bench.mail.until(lambda: Problem.PAPER_OUT in bench.mail.problems(), "paper out")
    sim.unplug()
    assert bench.ended(2)[1].outcome is Outcome.UNKNOWN
    sim.set_paper(100)
    sim.replug()
    bench.driver.submit("next", layout())
    assert bench.ended(3)[2].outcome is Outcome.DONE
    good, last = sim.receipts[0], sim.receipts[-1]
    bottom = last.crop((0, last.height - good.height, last.width, last.height))
    assert bottom.tobytes() == good.tobytes()


def test_a_printer_that_never_reads_is_given_up_in_bounded_time(
    tmp_path: Path, start: Start
) -> None:
    # A tty holds 4 kB; over TCP the kernel would swallow the whole receipt.
    with Printer(PtyWire(tmp_path / "printer"), buffer_bytes_max=512) as sim:
        bench = start(sim)
        bench.mail.wait_ready()
        sim.set_paper_dots(10)
        bench.driver.submit("job-1", layout(rows=200))
        (ended,) = bench.ended()
        assert ended.outcome is Outcome.UNKNOWN
        bench.mail.wait_problem(Problem.NO_ANSWER)


def test_a_deaf_network_printer_is_given_up_in_bounded_time(tcp: Printer, start: Start) -> None:
    bench = start(tcp)
    bench.mail.wait_ready()

    def goes_deaf(_job: str) -> bool:
        tcp.deaf = True
        return True

    bench.permits.allow = goes_deaf
    bench.driver.submit("job-1", layout())
    (ended,) = bench.ended()
    assert ended.outcome is Outcome.UNKNOWN


def test_a_mute_printer_holds_the_receipt_and_says_so(tcp: Printer, start: Start) -> None:
    tcp.mute = True
    bench = start(tcp)
    bench.driver.submit("job-1", layout())
    (held,) = bench.mail.wait(PrintHeld)
    assert held.problem is Problem.NO_ANSWER
    tcp.mute = False
    assert bench.ended()[0].outcome is Outcome.DONE


def test_a_printer_without_in_order_answers_still_ends_its_jobs(start: Start) -> None:
    with Printer(TcpWire(), in_order_status=False) as sim:
        bench = start(sim)
        bench.driver.submit("job-1", layout())
        assert bench.ended()[0].outcome is Outcome.DONE
        assert len(sim.wait_receipts(1)) == 1


def test_a_refused_permit_drops_the_job_without_a_byte(tcp: Printer, start: Start) -> None:
    bench = start(tcp)
    bench.permits.allow = lambda job: job != "job-1"
    bench.driver.submit("job-1", layout())
    bench.driver.submit("job-2", layout())
    assert [one.job for one in bench.ended()] == ["job-2"]
    assert len(tcp.receipts) == 1


def test_paper_near_its_end_still_prints_and_asks_for_attention(tcp: Printer, start: Start) -> None:
    tcp.set_paper(2)
    bench = start(tcp)
    bench.driver.submit("job-1", layout())
    assert bench.ended()[0].outcome is Outcome.DONE
    assert bench.driver.health().problem is Problem.PAPER_NEAR_END


@pytest.mark.parametrize("pin", [2, 5])
def test_the_drawer_opens_between_receipts(sim: Printer, start: Start, pin: int) -> None:
    bench = start(sim)
    assert bench.kick(pin, 120) == (Outcome.DONE, "")
    sim.wait(lambda: sim.kicks == [(pin, 120)], "one pulse")


@pytest.mark.parametrize("job", [True, False], ids=["a receipt waits", "no receipt waits"])
def test_the_drawer_opens_without_paper(sim: Printer, start: Start, job: bool) -> None:
    sim.set_paper(0)
    bench = start(sim)
    if job:
        bench.driver.submit("job-1", layout())
        bench.mail.wait(PrintHeld)
    assert bench.kick(2, 200)[0] is Outcome.DONE
    sim.wait(lambda: sim.kicks == [(2, 200)], "one pulse")


def test_the_drawer_opens_while_a_receipt_waits_for_its_second_half(
    sim: Printer, start: Start
) -> None:
    bench = start(sim)
    bench.mail.wait_ready()
    sim.set_paper_dots(200)
    bench.driver.submit("job-1", layout(rows=8))
    bench.mail.wait_problem(Problem.PAPER_OUT)
    assert bench.kick(2, 200)[0] is Outcome.DONE
    sim.wait(lambda: sim.kicks == [(2, 200)], "one pulse")
    sim.set_paper(100)
    assert bench.ended()[0].outcome is Outcome.DONE


def test_a_kick_without_a_printer_fails_at_once_and_never_comes_later(
    sim: Printer, start: Start
) -> None:
    sim.unplug()
    bench = start(sim)
    assert bench.kick()[0] is Outcome.FAILED
    sim.replug()
    bench.mail.wait_ready()
    assert bench.kick()[0] is Outcome.DONE
    sim.wait(lambda: len(sim.kicks) >= 1, "one pulse")
    assert len(sim.kicks) == 1


def test_a_file_takes_receipts_and_they_are_done(tmp_path: Path) -> None:
    target = tmp_path / "receipts.bin"
    mail = Mailbox()
    driver = create(Options("printer", {"port": f"file://{target}"}), Services())
    driver.open(mail)
    driver.submit("job-1", layout())
    (ended,) = mail.wait(PrintEnded)
    driver.close()
    assert ended.outcome is Outcome.DONE
    assert target.read_bytes().startswith(b"\x1b@")


def test_a_job_that_cannot_be_laid_out_fails_and_the_next_one_prints(
    tcp: Printer, start: Start
) -> None:
    bench = start(tcp)
    bench.driver.submit("bad", Layout((None,), "", "uk"))  # type: ignore[arg-type]
    bench.driver.submit("broken", "no layout")  # type: ignore[arg-type]
    bench.driver.submit("good", layout())
    ended = {one.job: one.outcome for one in bench.ended(3)}
    assert ended["broken"] is Outcome.FAILED
    assert ended["good"] is Outcome.DONE


def test_a_usb_printer_is_found_by_its_id_wherever_it_is_plugged(tmp_path: Path) -> None:
    for number, (vendor, product) in enumerate([("04b8", "0e15"), ("0fe6", "811e")]):
        usb = tmp_path / "devices" / f"1-{number}"
        (usb / "1-1:1.0").mkdir(parents=True)
        (usb / "idVendor").write_text(vendor + "\n")
        (usb / "idProduct").write_text(product + "\n")
        entry = tmp_path / "class" / f"lp{number}"
        entry.mkdir(parents=True)
        (entry / "device").symlink_to(usb / "1-1:1.0")
    assert usb_node("usb://0FE6:811E", tmp_path / "class") == Path("/dev/usb/lp1")
    assert usb_node("usb", tmp_path / "class") == Path("/dev/usb/lp0")
    with pytest.raises(FileNotFoundError):
        usb_node("usb://dead:beef", tmp_path / "class")


def test_wrong_settings_say_which_key_and_what_was_meant() -> None:
    wrong = {"port": "usb", "profile": "TM-T20", "mode": "rastr", "widht_mm": 80}
    with pytest.raises(ConfigError, match="TM-T20II") as caught:
        create(Options("printer", wrong), Services())
    assert {key for key, _ in caught.value.problems} == {"profile", "mode", "widht_mm"}
