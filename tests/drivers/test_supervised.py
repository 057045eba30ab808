"""The thread around a wire: it comes back, crashes harmlessly and tells each change once."""

import threading

import pytest

from appliance.core.devices import Category, DeviceState, HealthChanged, Problem, ScanRefused
from appliance.drivers.supervised import STATE_OF, Backoff, Supervised, WireFault
from hw_sim.mailbox import Mailbox


class Scripted(Supervised):
    """Plays one step per session: an exception is raised, None works until it is closed."""

    CATEGORY = Category.SCANNER

    def __init__(self, *steps):
        super().__init__("scanner", Backoff(0.001, 0.002))
        self.steps = list(steps)
        self.sessions = 0
        self.threads = set()

    def _serve(self):
        self.sessions += 1
        self.threads.add(threading.current_thread().name)
        step = self.steps.pop(0) if self.steps else None
        if step is not None:
            raise step
        self._working()
        self._closing.wait()


@pytest.fixture
def till():
    return Mailbox()


@pytest.fixture
def run(till):
    opened = []

    def start(*steps):
        driver = Scripted(*steps)
        opened.append(driver)
        driver.open(till)
        return driver

    yield start
    for driver in opened:
        driver.close()


def test_a_crash_of_the_driver_is_told_and_it_starts_again(run, till):
    driver = run(ZeroDivisionError("a bug"), None)
    till.wait_ready()
    assert till.problems() == [Problem.CRASHED, Problem.NONE]
    assert driver.threads == {"driver-scanner"}


def test_the_same_trouble_again_and_again_is_told_once(run, till):
    fault = WireFault(Problem.UNPLUGGED, "gone")
    driver = run(*[fault] * 20, WireFault(Problem.PORT_BUSY, "busy"), *[fault] * 5)
    till.wait_ready()
    assert driver.sessions == 27
    assert till.problems() == [
        Problem.UNPLUGGED,
        Problem.PORT_BUSY,
        Problem.UNPLUGGED,
        Problem.NONE,
    ]


def test_health_says_how_bad_it_is_and_what_the_driver_saw(run, till):
    run(WireFault(Problem.NO_PERMISSION, "/dev/ttyS0: denied"), None)
    till.wait_ready()
    first = till.all(HealthChanged)[0].health
    assert (first.device, first.category) == ("scanner", Category.SCANNER)
    assert (first.state, first.detail) == (DeviceState.FAULT, "/dev/ttyS0: denied")


def test_a_till_that_cannot_take_a_message_does_not_stop_the_driver(till):
    driver = Scripted(None)
    seen = []

    def faulty(message):
        seen.append(message)
        if len(seen) == 1:
            raise RuntimeError("a bug in the till")
        till(message)

    driver.open(faulty)
    try:
        driver._tell(ScanRefused("scanner", "after the bug"))
        driver._tell(ScanRefused("scanner", "after the bug"))
        till.wait(ScanRefused)
    finally:
        driver.close()


def test_waits_double_up_to_a_limit_and_start_anew_after_work():
    backoff = Backoff(0.2, 5.0)
    assert [round(backoff.next_s(), 1) for _ in range(7)] == [0.2, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]
    backoff.reset()
    assert backoff.next_s() == 0.2


def test_a_missing_device_is_tried_rarely(till):
    driver = Scripted(*[WireFault(Problem.UNPLUGGED, "gone")] * 50)
    driver._backoff = Backoff(0.2, 5.0)
    driver.open(till)
    till.wait_problem(Problem.UNPLUGGED)
    assert driver.sessions == 1
    driver.close()


def test_close_ends_the_thread_also_while_it_waits(till):
    driver = Scripted(WireFault(Problem.UNPLUGGED, "gone"))
    driver._backoff = Backoff(60.0, 60.0)
    driver.open(till)
    till.wait_problem(Problem.UNPLUGGED)
    thread = driver._thread
    driver.close()
    assert not thread.is_alive()


def test_every_problem_has_a_state():
    assert set(STATE_OF) == set(Problem)
