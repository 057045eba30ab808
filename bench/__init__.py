"""Benchmarks: `make bench`. They use the simulated counter, which lies beside the tests."""

import sys
from pathlib import Path

_TESTS = str(Path(__file__).resolve().parents[1] / "tests")
if _TESTS not in sys.path:
    sys.path.append(_TESTS)
