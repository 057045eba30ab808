"""Databases for the fleet's tests."""

from __future__ import annotations

import pytest

from appliance.fleet.store import migrate, open_store
from tests.fleet import postgres


@pytest.fixture(scope="session")
def cluster():
    with postgres.cluster() as made:
        yield made


@pytest.fixture(scope="session")
def migrated(cluster):
    """The name of a database with the fleet's tables, to copy or to empty."""
    return postgres.migrated(cluster)


@pytest.fixture
def postgres_url(cluster, migrated):
    """A PostgreSQL database with the fleet's tables and nothing in them."""
    url = cluster.url(migrated)
    yield url
    postgres.empty(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    """Every test that asks for it runs on both databases."""
    if request.param == "sqlite":
        made = open_store(f"sqlite:///{tmp_path / 'fleet.db'}")
        migrate(made)
    else:
        made = open_store(request.getfixturevalue("postgres_url"))
    yield made
    made.close()
