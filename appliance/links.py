"""The till's wires to others of its kind: to its fleet, and to the other tills of its shop. A till that is
alone has neither, and pays no memory for them."""

from __future__ import annotations

import json
import logging
import os
import shutil
import signal
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance import __version__, child, logs
from appliance.config import Settings, load
from appliance.config.accounts import address
from appliance.config.read import SYSTEM_FILE, usual_file
from appliance.core.facts import SaleId
from appliance.core.fleet_look import FleetChanged, FleetLook
from appliance.core.refusal import Reason
from appliance.core.view import ElsewhereLook, TillsLook
from appliance.journal import Journal
from appliance.mailbox import FetchEnded, FleetSaid, ShopChanged
from appliance.people.customers import CustomerBook
from appliance.till import Till

if TYPE_CHECKING:
    from appliance.hub.link import Link
    from appliance.telemetry.agent import Agent
    from appliance.telemetry.home import Ear
    from appliance.telemetry.orders import Orders
    from appliance.wire.trust import Trust

log = logging.getLogger(__name__)

ASK_S = 10.0
DOCTOR_S = 60.0
RESTART_LOOK_S = 1.0
HUB_USER = "tills"
WIPE = "wipe-wanted"
PRIVATE = ("people.db", "code-keys.json", "catalogue.db", "shop.db")
"""What a till holds of people, of secrets, and of the other tills."""


def join_fleet(stack: ExitStack, settings: Settings, till: Till, journal: Journal) -> None:
    from appliance.telemetry import hardware, membership, vitals
    from appliance.telemetry.renewal import Renewal

    folder = membership.folder_of(Path(settings.till.data_dir))
    knows: list[Agent] = []

    def trust() -> Trust:
        return knows[0].clock_trust() if knows else vitals.clock_trust()

    orders = fleet_orders(settings, till, journal, trust)
    renewal = Renewal(folder, settings.fleet.server, hardware.of_this_machine())
    agent = fleet_agent(settings, till, journal, orders, renewal)
    orders.say = agent.say
    knows.append(agent)
    renewal.deliver_to = agent.deliver_to
    renewal.connected = lambda: agent.look.connected
    agent.start()
    stack.callback(agent.close)
    stack.callback(till.subscribe(agent.notice))
    orders.start()
    stack.callback(orders.close)
    if settings.fleet.server:
        renewal.start()
        stack.callback(renewal.close)


def accept_invitation(stack: ExitStack, settings: Settings, till: Till, journal: Journal) -> None:
    """A till that was given a token joins its fleet while it sells, and tells it what it sold so far."""
    folder = Path(settings.till.data_dir) / "fleet"
    # Looked for before what reads it is imported: a till that is alone pays no memory for a fleet.
    if not (folder / "join.json").exists():
        return
    from appliance.config.amend import write_section
    from appliance.telemetry import hardware, joining, membership
    from appliance.telemetry.enrolment import Applicant

    file = Path(settings.file) if Path(settings.file).exists() else usual_file() or SYSTEM_FILE
    later = stack.enter_context(ExitStack())

    def joined(section: membership.Section) -> None:
        write_section(file, "fleet", section)
        join_fleet(later, load(file), till, journal)

    me = Applicant(
        *(folder, settings.till.id, settings.till.number),
        *(hardware.of_this_machine(), __version__),
    )
    asking = joining.Joining(
        me, joined, lambda words: till.tell(FleetChanged(FleetLook(joining=words)))
    )
    asking.start()
    stack.callback(asking.close)


def fleet_agent(settings: Settings, till: Till, journal: Journal, *ears: Ear) -> Agent:
    """The till's wire to its fleet, not started."""
    from appliance.telemetry import hardware, membership, papers
    from appliance.telemetry.agent import Agent
    from appliance.telemetry.firmware import FirmwareDesk
    from appliance.telemetry.home import Home
    from appliance.telemetry.session import encrypted
    from appliance.wire.topics import Place

    fleet = settings.fleet
    folder = membership.folder_of(Path(settings.till.data_dir))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    machine = hardware.of_this_machine()
    proven = any(map(encrypted, fleet.brokers)) or (folder / membership.CERTIFICATE).exists()
    home = Home(
        Place(fleet.tenant, fleet.shop, fleet.uid),
        membership.brokers(folder) or fleet.brokers,
        folder,
        journal.path,
        reach=lambda: (journal.epoch, journal.durable_seq),
        papers=partial(papers.of_member, folder) if proven else papers.Papers,
        share_people=fleet.share_people,
        software=__version__,
        serial=machine.serial,
        model=machine.model,
        fsyncs_us=lambda: tuple(journal.fsyncs_us),
        firmware=FirmwareDesk(Path(settings.till.data_dir)).told,
    )
    return Agent(home, ears=ears, tell=lambda look: till.tell(FleetChanged(look)))


def fleet_orders(
    settings: Settings, till: Till, journal: Journal, trust: Callable[[], Trust]
) -> Orders:
    """What does what the fleet wants, not started."""
    from appliance.config.people import roles
    from appliance.people.staff import StaffBook
    from appliance.telemetry import appliers, deeds, fetch, membership
    from appliance.telemetry.commands import CommandDesk, DeedFailed
    from appliance.telemetry.documents import DocumentDesk
    from appliance.telemetry.key_ring import PinnedKeys
    from appliance.telemetry.orders import Orders

    data, fleet = Path(settings.till.data_dir), settings.fleet
    folder = membership.folder_of(data)
    keys = PinnedKeys(folder)

    def clock() -> tuple[int, Trust]:
        return time.time_ns() // 1_000_000, trust()

    def wipe() -> None:
        if till.look.fleet.waiting:
            raise DeedFailed("facts wait to be delivered: nothing is wiped before")
        (data / WIPE).touch()
        restart(till)

    parts = deeds.Till(
        lambda request, id_: till.ask(request, actor="till", spoken=False, id=id_, timeout_s=ASK_S),
        lambda words: till.tell(FleetSaid(words)),
        partial(_findings, settings),
        logs.recent,
        partial(restart, till),
        wipe,
        journal.path,
    )
    ask = partial(till.ask, actor="till", spoken=False, timeout_s=ASK_S)
    commands = CommandDesk(
        *(fleet.uid, fleet.shop, keys, ask, journal.path, deeds.deeds(parts), clock, fleet.allow)
    )
    place = appliers.Place(
        data,
        data / "catalogue.db",
        appliers.reading_of(settings),
        StaffBook(data, till.policy.staff),
        tuple(roles(settings.roles, settings.minor)),
        Path(settings.file) if Path(settings.file).exists() else None,
        partial(restart, till),
    )
    documents = DocumentDesk(
        folder / "documents",
        fleet.uid,
        fleet.shop,
        keys,
        ask,
        lambda: journal.state.fleet_documents,
        appliers.appliers(place),
        fetch.from_server(fleet.server, folder),
        clock,
    )
    return Orders(keys, commands, documents, lambda: journal.state.fleet_commands)


def restart(till: Till) -> None:
    """Between baskets: a customer is never kept waiting for it."""

    def wait() -> None:
        while till.look.basket is not None:
            time.sleep(RESTART_LOOK_S)
        log.warning("the till ends, to be started again")
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, name="restart", daemon=True).start()


def wipe_if_wanted(data: Path) -> None:
    """What a lost or stolen till held of people and secrets is gone; the journal stays, as the law
    wants it. Before anything of it is opened."""
    if not (data / WIPE).exists():
        return
    log.warning("the fleet wanted this till wiped")
    for name in (*PRIVATE, *(f"{it}{tail}" for it in PRIVATE for tail in ("-wal", "-shm"))):
        (data / name).unlink(missing_ok=True)
    for folder in ("backups", "training", "fleet"):
        shutil.rmtree(data / folder, ignore_errors=True)
    (data / WIPE).unlink()


def _findings(settings: Settings) -> list[dict[str, Any]]:
    """`till doctor`, in a process of its own: whatever a device does to it, the till goes on."""
    done = child.till(Path(settings.file), "doctor", "--json", timeout_s=DOCTOR_S)
    return [json.loads(line) for line in done.stdout.decode().splitlines() if line.startswith("{")]


def shop_link(
    settings: Settings, till: Till, journal: Journal, customers: CustomerBook, pepper: bytes
) -> Link | None:
    """The wire to the shop's other tills, not started; None for a till that is alone."""
    if not settings.hub.tills:
        return None
    from appliance.hub.baskets import Handover
    from appliance.hub.link import Link
    from appliance.hub.own import Own
    from appliance.hub.replica import Replica
    from appliance.hub.seal import Seal, key_of, password_of

    data, name = Path(settings.till.data_dir), settings.till.id
    replica = Replica(data, name)
    ask = partial(till.ask, actor="till", spoken=False, timeout_s=ASK_S)
    key = key_of(pepper)
    link = Link(
        Seal(key),
        tuple(map(address, settings.hub.tills)),
        HUB_USER,
        password_of(key),
        replica,
        Own(
            *(replica, journal.path, data / "catalogue.db", customers),
            lambda: journal.state,
            lambda: till.policy,
            settings.till.name,
        ),
        Handover(ask, lambda: journal.state),
        customers,
        data / "catalogue.db",
        ask,
    )
    journal.stock.others = lambda item: replica.sum_of_others("stock", item)

    till.share_with(_Others(link, till))
    return link


@dataclass(frozen=True, slots=True)
class _Others:
    """The shop's other tills as this one asks them."""

    link: Link
    till: Till

    def fetch(self, till: str, sale: SaleId) -> None:
        self.link.fetch(till, sale, self._told)

    def take_back(self, key: str) -> None:
        self.link.take_back(key, self._told)

    def _told(self, reason: Reason | None) -> None:
        if reason is not None:
            self.till.tell(FetchEnded(reason))


def join_shop(stack: ExitStack, settings: Settings, till: Till, link: Link) -> None:
    """Its broker too, where this till may be the hub."""
    from appliance.hub import broker
    from appliance.own_broker import BrokerError

    stack.callback(link.replica.close)
    if settings.hub.serve:
        own = broker.make(
            Path(settings.till.data_dir) / "hub",
            address(settings.hub.serve),
            (link.user, link.password),
        )
        try:
            own.start()
            stack.callback(own.stop)
        except BrokerError as error:
            log.warning("this till cannot be the shop's hub: %s", error)

    def show() -> None:
        looks = (
            ElsewhereLook(it.till, it.sale, it.name, it.lines, it.total_minor, it.can_go)
            for it in link.elsewhere()
        )
        hub, there, away, strangers = link.standing()
        local = tuple(
            (it, f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone():%Y-%m-%d %H:%M}")
            for it, ms in away
        )
        till.tell(ShopChanged(tuple(looks), TillsLook(hub, there, local, strangers, link.names())))

    link.show = show
    link.start()
    stack.callback(link.close)
    stack.callback(till.subscribe(lambda _look: link.nudge()))
