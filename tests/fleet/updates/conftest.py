"""SQLite alone, for what does not depend on the database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from appliance.fleet.store import Store, migrate, open_store


@pytest.fixture
def small_store(tmp_path: Path) -> Iterator[Store]:
    made = open_store(f"sqlite:///{tmp_path / 'fleet.db'}")
    migrate(made)
    yield made
    made.close()
