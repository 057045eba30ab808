"""What every part of a fleet's server is given: where things are, and who may sign."""

from __future__ import annotations

import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from appliance import whole_files
from appliance.fleet import broker_config, clock, public
from appliance.fleet.alarm import raise_alert
from appliance.fleet.authority import ca, services, signing
from appliance.fleet.authority.joining import Desk
from appliance.fleet.authority.registry import Registry, till_of
from appliance.fleet.authority.services import Identity
from appliance.fleet.authority.signing import Signer
from appliance.fleet.documents import Library
from appliance.fleet.news import News, open_news
from appliance.fleet.public import Public
from appliance.fleet.store import Store, migrate, open_store
from appliance.fleet.updates.releases import Releases
from appliance.fleet.updates.rollouts import Rollouts
from appliance.fleet.updates.trust import Trust

PORT = 8443
DATABASE, CONSOLE_KEY = "fleet.db", "console.key"


@dataclass(frozen=True, slots=True)
class Options:
    """What was said to `till fleet serve`.

    database: a postgresql:// URL, "" for SQLite in the folder. address: where it listens, "" is
    everywhere. host: the name that tills reach it by. broker: the mqtts:// URL of one that is there
    already, "" for its own. language: of the console, until a person chooses. facts_months: how long
    facts are kept beside what was made of them, 0 for ever.
    """

    folder: Path
    database: str = ""
    address: str = ""
    host: str = ""
    port: int = PORT
    broker: str = ""
    broker_port: int = broker_config.PORT
    service_port: int = broker_config.SERVICE_PORT
    tenant: str = "kram"
    language: str = "uk"
    facts_months: int = 0


@dataclass(frozen=True, slots=True)
class Site:
    """A fleet's server, opened: its keys are there and fit."""

    options: Options
    authority: ca.Authority
    store: Store
    say: Callable[[str], None] = lambda _text: None
    news: News = field(default_factory=News)
    revoked: threading.Event = field(default_factory=threading.Event)
    """Set when somebody was locked out: brokers learn of it at once."""

    @property
    def registry(self) -> Registry:
        return Registry(self.store, self.revoked.set)

    @property
    def desk(self) -> Desk:
        """Where tills are let in."""
        return Desk(
            self.store,
            self.authority,
            lambda: self.signer,
            lambda: self.public,
            alarm=self._alarm,
            changed=self.revoked.set,
        )

    def _alarm(self, rule: str, till: str, why: str) -> None:
        with self.store.transaction() as tx:
            known = till_of(tx, till)
            shop = known.shop if known else ""
            raise_alert(tx, rule, self.public.tenant, shop, till, why, clock.now_ms())

    @property
    def signer(self) -> Signer:
        """Read again each time: another process may have made a new key."""
        return signing.load(self.folder)

    @property
    def public(self) -> Public:
        """As the server last said it, and who added a cell."""
        return public.read(self.folder)

    @property
    def console_key(self) -> bytes:
        """32 bytes that second factors and sessions are kept with; not in the database."""
        path = self.folder / CONSOLE_KEY
        whole_files.create(path, secrets.token_bytes(32))
        return path.read_bytes()

    @property
    def library(self) -> Library:
        """What tills live by."""
        return Library(self.store, lambda: self.signer, clock.now_ms)

    @property
    def rollouts(self) -> Rollouts:
        """Releases of the tills' own software, and how they go out."""
        library = self.library
        trust = Trust(self.store, self.folder, library, clock.now_ms)
        releases = Releases(self.store, self.folder, trust, clock.now_ms)
        return Rollouts(self.store, library, releases, clock.now_ms)

    @property
    def folder(self) -> Path:
        return self.options.folder

    @property
    def broker(self) -> tuple[str, int]:
        """Host and port that the fleet's own services connect to."""
        if self.options.broker:
            url = urlsplit(self.options.broker)
            return url.hostname or "localhost", url.port or broker_config.PORT
        return "127.0.0.1", self.options.service_port

    def identity(self, name: str) -> Identity:
        """The certificate of one of the fleet's own clients, such as services.COLLECTOR."""
        folder = self.folder / "tls" / name.strip("_")
        return services.identity(folder, self.authority, name, (), clock.now())


def open_site(options: Options, say: Callable[[str], None]) -> Site:
    """Makes what is missing: the authority, the signing key. Raises AuthorityError, OSError."""
    folder = options.folder
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority = ca.load_or_make(folder / "authority", options.tenant, clock.now())
    signing.load_or_make(folder, clock.now_ms())
    _publish(options)
    store = _store(options)
    return Site(options, authority, store, say, open_news(store))


def reopen(folder: Path, database: str) -> Site:
    """A server that was started before, for a command beside it. Raises AuthorityError, OSError."""
    options = Options(folder, database)
    public.read(folder)
    return Site(options, ca.OwnAuthority(folder / "authority"), _store(options))


def _store(options: Options) -> Store:
    store = open_store(options.database or f"sqlite:///{options.folder.resolve() / DATABASE}")
    migrate(store)
    return store


def _publish(options: Options) -> None:
    """Written down, so that `till fleet tokens` knows it. Cells that were named stay; the first is its
    own broker, where it has one."""
    host = options.host or socket.gethostname()
    broker = options.broker or f"mqtts://{host}:{options.broker_port}"
    try:
        cells = public.read(options.folder).cells
    except OSError:
        cells = {}
    if not options.broker or public.FIRST_CELL not in cells:
        cells = {**cells, public.FIRST_CELL: (broker,)}
    told = Public(f"https://{host}:{options.port}", options.tenant, cells)
    public.write(options.folder, told)


def hosts(options: Options) -> tuple[str, ...]:
    """The names in the server's certificates: the one given, this machine's, the loopback's."""
    named = [options.host, socket.gethostname(), _address(), "localhost", "127.0.0.1", "::1"]
    return tuple(dict.fromkeys(it for it in named if it))


def _address() -> str:
    """This machine's address on its network, "" without one; asking for the way sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        try:
            wire.connect(("192.0.2.1", 9))  # RFC 5737: nobody's
        except OSError:
            return ""
        return str(wire.getsockname()[0])
