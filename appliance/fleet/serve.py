"""`till fleet serve`: the composition root of the fleet's side, every part started and ended."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from appliance import systemd_notify
from appliance.fleet import broker_config, clock, revocations, site
from appliance.fleet.alerts.service import Alerts
from appliance.fleet.authority import api, services
from appliance.fleet.bridges import settings as bridge_settings
from appliance.fleet.bridges.home_assistant import HomeAssistant
from appliance.fleet.bridges.sparkplug import Sparkplug
from appliance.fleet.collector import Collector
from appliance.fleet.commands import Commands
from appliance.fleet.console.access.people import first_administrator
from appliance.fleet.console.app import make_app
from appliance.fleet.console.console import Console
from appliance.fleet.console.console import Settings as ConsoleSettings
from appliance.fleet.courier import Courier
from appliance.fleet.documents import Library
from appliance.fleet.housekeeping import Housekeeping
from appliance.fleet.site import Options, Site
from appliance.fleet.store.retention import Policy
from appliance.fleet.updates import serving as bundles
from appliance.fleet.updates.watch import Watch
from appliance.fleet.web_server import WebServer
from appliance.own_broker import OwnBroker

log = logging.getLogger(__name__)

FIRST_LOGIN = "admin"

Part = Callable[[Site], AbstractContextManager[None]]
"""Started on entering, ended on leaving; a thread of it that fails ends nothing but itself, and
says so in the log."""


@contextmanager
def broker(it: Site) -> Iterator[None]:
    """Its own mosquitto, unless one is named; either way whoever is locked out is told to it."""
    own = None
    if not it.options.broker:
        own = _own_broker(it)
        own.start()

    def publish() -> None:
        _write_broker(it)
        if own is not None:
            own.reload()

    def kick(uid: str) -> None:
        revocations.kick(it.broker, it.identity(services.CONSOLE), uid)

    watch = revocations.Revocations(it.registry, it.revoked, publish, kick)
    watch.start()
    try:
        yield
    finally:
        watch.stop()
        if own is not None:
            own.stop()


def _own_broker(it: Site) -> OwnBroker:
    listening = _listening(it)
    tills = (listening.address or "127.0.0.1", listening.port)
    return OwnBroker(
        _write_broker(it), (tills, (listening.service_address, listening.service_port))
    )


def _write_broker(it: Site) -> Path:
    """All files of the broker, as they should be now: certificates that near their end are new."""
    return broker_config.write(
        it.folder / "broker",
        it.authority,
        site.hosts(it.options),
        _listening(it),
        it.registry.crl(it.authority, clock.now()),
        clock.now(),
    )


def _listening(it: Site) -> broker_config.Listening:
    return broker_config.Listening(
        it.options.broker_port,
        it.options.service_port,
        it.options.address,
        # Ten thousand tills on a bad day would fill the server's log.
        log_connections=False,
        user=broker_config.own_user(),
    )


@contextmanager
def collector(it: Site) -> Iterator[None]:
    """What tills send, into the store; pages hear of it."""
    takes = Collector(it.broker, it.identity(services.COLLECTOR), it.store, tell=it.news.tell)
    it.news.start()
    takes.start()
    try:
        yield
    finally:
        takes.stop()
        it.news.stop()


def commands(it: Site) -> Commands:
    return Commands(it.store, lambda: it.signer, clock.now_ms)


def library(it: Site) -> Library:
    return it.library


@contextmanager
def housekeeping(it: Site) -> Iterator[None]:
    """Months made ahead, old ones let go."""
    keeps = Housekeeping(it.store, Policy(it.options.facts_months))
    keeps.start()
    try:
        yield
    finally:
        keeps.stop()


@contextmanager
def alerts(it: Site) -> Iterator[None]:
    """What is wrong, found and told; one server of a fleet does it for all."""
    watches = Alerts(
        it.store,
        it.folder,
        f"{it.public.url}/alerts",
        it.options.language,
        lambda: it.news.tell(("alerts",)),
    )
    watches.start()
    try:
        yield
    finally:
        watches.stop()


@contextmanager
def updates(it: Site) -> Iterator[None]:
    """Releases on their way to tills, wave by wave; one server of a fleet does it for all."""
    if swept := it.rollouts.releases.sweep():
        log.info("bundles that were half copied are gone: %d", swept)
    steps = Watch(it.rollouts, lambda: it.news.tell(("tills",)))
    steps.start()
    try:
        yield
    finally:
        steps.stop()


@contextmanager
def bridges(it: Site) -> Iterator[None]:
    """To what others speak, where somebody switched one on."""
    chosen = bridge_settings.load(it.folder)
    own: list[HomeAssistant | Sparkplug] = []
    if chosen.home_assistant:
        identity = it.identity(services.BRIDGE)
        own.append(HomeAssistant(it.store, it.broker, identity, chosen.home_assistant))
    if chosen.sparkplug:
        identity, group = it.identity(services.BRIDGE), it.options.tenant
        shops, aliases = chosen.sparkplug, chosen.aliases
        own.append(Sparkplug(it.store, it.broker, identity, group, shops, aliases=aliases))
    for bridge in own:
        bridge.start()
    try:
        yield
    finally:
        for bridge in own:
            bridge.stop()


@contextmanager
def courier(it: Site) -> Iterator[None]:
    """Commands and plans on their way to tills."""
    carries = Courier(
        it.broker,
        it.identity(services.CONSOLE),
        commands(it),
        library(it),
        lambda: it.signer.keys,
    )
    carries.start()
    try:
        yield
    finally:
        carries.stop()


@contextmanager
def web(it: Site) -> Iterator[None]:
    """Enrolment and the console, last: whoever can open a page finds everything there."""
    console = _console(it)
    app = Starlette(routes=[*_routes(it), Mount("/", make_app(console))])
    folder, hosts = it.folder / "tls" / "web", site.hosts(it.options)
    server = WebServer(
        app,
        it.options.address,
        it.options.port,
        lambda: services.identity(folder, it.authority, "web", hosts, clock.now()),
    )
    server.start()
    try:
        yield
    finally:
        console.close()
        server.stop()


def _console(it: Site) -> Console:
    """Where nobody can log in yet, somebody can from now on, with a password that is told once."""
    key = it.console_key
    if it.store.one("SELECT login FROM person LIMIT 1") is None:
        password = first_administrator(it.store, key, FIRST_LOGIN, "Administrator")
        it.say(
            f"Console: {it.public.url}\nLogin: {FIRST_LOGIN}\nPassword, told this once: {password}"
        )
    settings = ConsoleSettings(key, it.options.tenant, it.options.language)
    return Console(
        it.store, settings, news=it.news, desk=it.desk, commands=commands(it), library=library(it),
        rollouts=it.rollouts,
    )  # fmt: skip


PARTS: tuple[Part, ...] = (
    *(broker, collector, courier, housekeeping, alerts, updates, bridges, web),
)
"""In the order in which they start; they end the other way round."""


def _routes(it: Site) -> Iterator[BaseRoute]:
    async def alive(_request: Request) -> JSONResponse:
        return JSONResponse({"fleet": it.options.tenant})

    def crl(_request: Request) -> Response:
        """For brokers on other machines."""
        content = it.registry.crl(it.authority, clock.now())
        return Response(content, media_type="application/x-pem-file")

    def document(request: Request) -> Response:
        """A whole document for the tills that were told its hash, which nobody else can guess."""
        body = library(it).body(request.path_params["sha256"])
        if body is None:
            return Response(status_code=404)
        return Response(body, media_type="application/json")

    yield Route("/alive", alive)
    yield Route("/documents/{sha256}", document)
    yield bundles.route(lambda: it.rollouts.releases)
    yield Route("/crl.pem", crl)
    yield from api.routes(it.desk)


@contextmanager
def serving(
    options: Options, say: Callable[[str], None], parts: Sequence[Part] = PARTS
) -> Iterator[Site]:
    """The server with its parts, until the block ends. say: tells the person who starts it what no
    log shall hold."""
    opened = site.open_site(options, say)
    with ExitStack() as stack:
        stack.callback(opened.store.close)
        for part in parts:
            stack.enter_context(part(opened))
        yield opened


def run(options: Options, say: Callable[[str], None]) -> None:
    """Until SIGTERM or SIGINT."""
    stopping = threading.Event()
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    with serving(options, say) as opened:
        systemd_notify.notify("READY=1")
        log.info("the fleet is served at %s", opened.public.url)
        every = systemd_notify.watchdog_s()
        while not stopping.wait(every or 5.0):
            systemd_notify.notify("WATCHDOG=1")
        systemd_notify.notify("STOPPING=1")
