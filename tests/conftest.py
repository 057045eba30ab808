"""Of all tests: what coverage leaves out, and what happens where a program is not installed."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from hw_sim.needs import NotInstalled


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Coverage learns a law's lines from its first examples; the other thousands it would only slow."""
    for item in items:
        if item.get_closest_marker("hypothesis"):
            item.add_marker(pytest.mark.no_cover)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, object, object]:
    return (yield from _skipped_without_its_programs())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    return (yield from _skipped_without_its_programs())


def _skipped_without_its_programs() -> Generator[None, object, object]:
    try:
        return (yield)
    except NotInstalled as why:
        pytest.skip(str(why))
