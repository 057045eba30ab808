"""A console over a store of its own, served on loopback."""

from __future__ import annotations

import shutil

import pytest
from argon2 import PasswordHasher

from appliance.fleet.console.access import passwords
from appliance.fleet.store import migrate, open_store
from fleet.console.guest import Clock, Guest, Host, console_over

_HASHER = passwords._hasher


@pytest.fixture(scope="package", autouse=True)
def _quick_hashes():
    """Argon2id at a small cost; that it costs enough in earnest is a test of its own."""
    small = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: small)
        passwords._nobodys.cache_clear()
        yield
    passwords._nobodys.cache_clear()


@pytest.fixture
def as_in_earnest(monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", _HASHER)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory):
    """A database with its tables, to be copied: making them takes longer than most tests."""
    path = tmp_path_factory.mktemp("fleet") / "empty.db"
    made = open_store(f"sqlite:///{path}")
    migrate(made)
    made.close()
    return path


@pytest.fixture
def small_store(tmp_path, empty_file):
    """SQLite: what does not depend on the database is tested once."""
    made = open_store(f"sqlite:///{shutil.copy(empty_file, tmp_path / 'fleet.db')}")
    yield made
    made.close()


@pytest.fixture
def console(small_store, clock):
    return console_over(small_store, clock)


@pytest.fixture(scope="session")
def host():
    made = Host()
    yield made
    made.close()


@pytest.fixture
def guest(console, host):
    host.show(console)
    visitor = Guest(host.address)
    yield visitor
    visitor.client.close()
