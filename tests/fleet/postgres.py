"""A real PostgreSQL for tests: one cluster for a test session, a database of its own for each test.

Made by initdb in a folder under /tmp and listening on a free loopback port. PostgreSQL refuses to run
as root, so then it runs as the user `postgres`. fsync is off: tests end processes, not the power.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

from appliance.fleet.store import migrate, open_store
from hw_sim.needs import NotInstalled

UP_WITHIN_S = 30.0
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
    "listen_addresses": "127.0.0.1",
    "autovacuum": "off",
    "max_connections": "60",
}


def programs() -> Path:
    """Where initdb and its like are; Debian has them on no PATH."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not versions:
        raise NotInstalled("needs the Debian package postgresql: make setup")
    return versions[-1].parent


class Cluster:
    """url(name) is a database's; kill() and start() are a crash and what follows."""

    def __init__(self, settings: dict[str, str] | None = None) -> None:
        self._settings = SETTINGS | (settings or {})
        self._folder = Path(tempfile.mkdtemp(prefix="kram-postgres-"))
        self._numbers = itertools.count(1)
        self.port = _free_port()
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._run("initdb", "-D", self._data, "-U", "kram", "-A", "trust", "-N", "-E", "UTF8")
        self._server: subprocess.Popen[bytes] | None = None
        self.start()

    def url(self, database: str) -> str:
        return f"postgresql://kram@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Returns when it answers."""
        options = [f"-c{name}={value}" for name, value in self._settings.items()]
        command = self._as_user(
            *(str(programs() / "postgres"), "-D", self._data, "-p", str(self.port)),
            *("-k", str(self._folder), *options),
        )
        with (self._folder / "log").open("ab") as log:
            self._server = subprocess.Popen(command, stdout=log, stderr=log)
        end = time.monotonic() + UP_WITHIN_S
        while True:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=2).close()
            except psycopg.OperationalError:
                assert time.monotonic() < end, (self._folder / "log").read_text()
                assert self._server.poll() is None, (self._folder / "log").read_text()
                time.sleep(0.02)
            else:
                return

    def kill(self) -> None:
        """SIGKILL to the postmaster; its children notice and end."""
        assert self._server is not None
        postmaster = int((Path(self._data) / "postmaster.pid").read_text().split()[0])
        children = _children(postmaster)
        os.kill(postmaster, signal.SIGKILL)
        for child in children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        self._server.wait(10)
        for child in children:
            _gone(child)
        (Path(self._data) / "postmaster.pid").unlink(missing_ok=True)

    def stop(self) -> None:
        """For good: the folder goes too."""
        if self._server is not None and self._server.poll() is None:
            self._run("pg_ctl", "stop", "-D", self._data, "-m", "immediate")
            self._server.wait(10)
        shutil.rmtree(self._folder)

    def database(self, template: str = "template1", folder: Path | None = None) -> str:
        """Makes a database; its name. folder: where its tables lie, the server's own; else in the
        cluster's."""
        name = f"test_{next(self._numbers)}"
        place = ""
        if folder is not None:
            self._command(f"CREATE TABLESPACE {name} LOCATION '{folder}'")
            place = f" TABLESPACE {name}"
        self._command(f"CREATE DATABASE {name} TEMPLATE {template}{place}")
        return name

    def drop(self, name: str) -> None:
        self._command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def program(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        """Runs a program of PostgreSQL's own, such as pg_dump."""
        return subprocess.run(
            [str(programs() / command[0]), *command[1:]], check=True, capture_output=True
        )

    @property
    def _data(self) -> str:
        return str(self._folder / "data")

    def _command(self, sql: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as con:
            con.execute(sql)

    def _run(self, program: str, *arguments: str) -> None:
        command = self._as_user(str(programs() / program), *arguments)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def _as_user(self, *command: str) -> list[str]:
        if os.getuid() != 0:
            return list(command)
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _children(pid: int) -> list[int]:
    return [int(it) for it in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _gone(pid: int) -> None:
    end = time.monotonic() + 10
    while Path(f"/proc/{pid}").exists() and time.monotonic() < end:
        time.sleep(0.01)


@contextlib.contextmanager
def cluster(settings: dict[str, str] | None = None) -> Iterator[Cluster]:
    made = Cluster(settings)
    try:
        yield made
    finally:
        made.stop()


def migrated(made: Cluster) -> str:
    """The name of a database with the fleet's tables, to copy others from."""
    name = made.database()
    store = open_store(made.url(name))
    try:
        migrate(store)
    finally:
        store.close()
    return name


def empty(url: str) -> None:
    """Takes everything out of a database's tables: a tenth of the time that another one would take."""
    with psycopg.connect(url, autocommit=True) as con:
        rows = con.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            " AND tablename <> 'schema_version'"
        ).fetchall()
        con.execute("TRUNCATE " + ", ".join(row[0] for row in rows) + " RESTART IDENTITY")
