"""What the bench says of another program's memory is that program's, not the bench's own."""

import sys

import pytest

from bench.catalogue import peak_of

MB = 1024 * 1024
TAKES_100_MB = "held = b'x' * (100 * 1024 * 1024)"


def test_a_large_bench_is_no_part_of_a_small_programs_peak():
    held = b"x" * (150 * MB)
    assert peak_of([sys.executable, "-I", "-S", "-c", "pass"]) < 50
    del held


def test_the_peak_holds_what_a_program_took_and_gave_back():
    code = f"{TAKES_100_MB}; del held; print('done')"
    assert 100 < peak_of([sys.executable, "-I", "-S", "-c", code]) < 150


def test_a_program_that_fails_is_told_with_its_own_words():
    with pytest.raises(RuntimeError, match="no such shop"):
        peak_of([sys.executable, "-c", "raise SystemExit('no such shop')"])
    with pytest.raises(RuntimeError):
        peak_of([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"])
