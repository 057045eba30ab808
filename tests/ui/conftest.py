"""Fixtures of the screens' tests: Kivy without a display, a till, a desk over it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ui.rig import Rig, demo_till, prepare_kivy


@pytest.fixture(scope="session")
def kivy() -> None:
    logging.getLogger("PIL").setLevel(logging.WARNING)
    prepare_kivy()


@pytest.fixture
def parts(kivy: None, tmp_path: Path) -> Iterator[Any]:
    with demo_till(tmp_path) as made:
        yield made


@pytest.fixture
def opened(parts: Any) -> Iterator[Callable[..., Rig]]:
    """Makes a desk: opened(*requests, width=.., language=..)."""
    rigs: list[Rig] = []

    def make(*requests: Any, **settings: Any) -> Rig:
        rig = Rig(*parts, **settings)
        rigs.append(rig)
        rig.does(*requests)
        rig.settle()
        return rig

    yield make
    for rig in rigs:
        rig.close()
