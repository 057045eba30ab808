"""The composition root: the one place that knows journal, catalogue, devices, screen and socket."""

from __future__ import annotations

import gc
import importlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from appliance import boot_order, links, logs, pole, shop, systemd_notify
from appliance.board import booted
from appliance.catalogue.store import Catalogue
from appliance.codes.keys import load_or_make
from appliance.config import Settings
from appliance.config.accounts import address
from appliance.core.devices import CardNumberHidden, Category, DeviceMessage, SwitchOffWanted
from appliance.core.view import StorageLook
from appliance.documents import SLIPS, Papers, Slip
from appliance.door import Door
from appliance.drivers import registry
from appliance.drivers.base import Driver, Permit
from appliance.effects import Effects
from appliance.i18n import translator
from appliance.journal import Journal
from appliance.journal.recovery import Recovery, open_or_recover
from appliance.local_socket import LocalSocket
from appliance.no_core import forbid_core
from appliance.payments import registry as payment_ports
from appliance.payments.cashdesk import CashDesk
from appliance.payments.port import PaymentPort
from appliance.payments.stored_value.ledger import OwnLedger
from appliance.payments.stored_value.port import LedgerPort
from appliance.payments.stored_value.wire import key_of_shop
from appliance.people.customers import CustomerBook
from appliance.people.staff import StaffBook
from appliance.switching_off import SwitchingOff
from appliance.terms import Terms
from appliance.till import Till
from appliance.training import Counter, PlayEffects, Twin

if TYPE_CHECKING:
    from appliance.payments.stored_value.server import LedgerServer

log = logging.getLogger(__name__)

HANG_S = 20.0
"""A Till that did not turn its mailbox for so long is stuck; systemd then starts it again."""
LEDGER_WAIT_S = 2.0
"""For the Till to note what other tills moved; one that is stopping notes nothing more."""
SOON_NEEDED = (
    *("appliance.receipt.compose", "appliance.receipt.escpos"),
    *("appliance.catalogue.search", "appliance.people.name_index"),
)
CRASH_EXIT = 70
"""EX_SOFTWARE: the unit restarts on it."""


@dataclass(slots=True)
class Appliance:
    """A running till and what hangs on it."""

    settings: Settings
    till: Till
    counter: Counter
    journal: Journal
    catalogue: Catalogue
    devices: dict[str, Driver]
    socket_path: Path
    customers: CustomerBook


def socket_path(settings: Settings) -> Path:
    """Where the local socket of a till with these settings listens."""
    return settings.till.socket


def journal_path(settings: Settings) -> Path:
    return Path(settings.till.data_dir) / "journal.db"


def catalogue_path(settings: Settings) -> Path:
    return Path(settings.till.data_dir) / "catalogue.db"


@contextmanager
def running(
    settings: Settings,
    *,
    on_crash: Callable[[BaseException], None] | None = None,
    ready: Callable[[Till, Journal], object] = lambda _till, _journal: None,
) -> Iterator[Appliance]:
    """Everything but the screen, started in order and ended in reverse.

    ready: called as soon as the till sells. What no sale waits for is loaded and started after it.
    """
    data = Path(settings.till.data_dir)
    data.mkdir(parents=True, exist_ok=True)
    links.wipe_if_wanted(data)
    with ExitStack() as stack:
        journal, recovery = open_or_recover(
            journal_path(settings),
            settings.till.id,
            backups=[backup_folder(settings)],
            at=datetime.now().astimezone(),
        )
        stack.enter_context(journal)
        catalogue = stack.enter_context(Catalogue(catalogue_path(settings)))
        names = shop.names(settings, journal.epoch)
        policy = shop.policy(settings)
        book = stack.enter_context(StaffBook(data, policy.staff))
        keys = load_or_make(data)
        basket = journal.state.sale
        held = journal.state.offers_version if basket is not None else None
        terms = Terms(settings, keys.coupons, held)
        day = datetime.now(settings.shop.zone).date()
        if basket is not None and basket.at:
            day = datetime.fromisoformat(basket.at).date()
        policy = terms.over(replace(policy, staff=book.people), day)
        language = settings.shop.language
        customers = stack.enter_context(CustomerBook(data, settings.prices.region))
        papers = Papers(
            shop.header(settings),
            policy,
            names,
            language,
            qr=settings.receipt.qr,
            pepper=keys.pepper,
        )
        _bring_reports(settings, catalogue, customers)
        effects = Effects(
            documents=papers.document,
            lay_out=shop.lay_out(settings),
            lines=lambda look: pole.pole_lines(look, language, settings.shop.name),
            drawers={it.id: it.device for it in settings.cash.drawers},
        )
        told = "" if recovery is None else _told(recovery, language)
        ports = ledger_ports(settings, keys.pepper)
        till = Till(
            journal,
            catalogue,
            policy,
            names,
            effects,
            clock=lambda: datetime.now(settings.shop.zone),
            on_crash=on_crash,
            storage=StorageLook(recovered=told, card=_told_by_first_boot(language)),
            door=Door(book),
            customers=customers,
            pepper=keys.pepper,
            payments=cash_desk(settings, journal.epoch, *ports),
            terms=terms,
        )
        for port in ports:
            port.connect(partial(till.ask, actor="till", spoken=False, timeout_s=LEDGER_WAIT_S))
        twin = Twin(
            data / "training",
            settings.till.id,
            catalogue_path(settings),
            policy,
            names,
            lambda: PlayEffects(effects.documents, effects.lay_out, effects.lines, effects.devices),
        )
        counter = Counter(till, twin)
        effects.devices = make_devices(settings, counter.permit)
        if booted.is_board():
            from appliance.drivers.machine import Machine

            board = Machine(data)
            effects.devices[board.name] = board
        translator(language)  # reads its catalogue now, not while the first receipt waits
        link = links.shop_link(settings, till, journal, customers, keys.pepper)
        till.start()
        if link is not None:
            links.join_shop(stack, settings, till, link)
        alarm = partial(_card_number_hidden, till)
        logs.ALARMED.append(alarm)
        stack.callback(logs.ALARMED.remove, alarm)
        stack.callback(till.close_payments)
        stack.callback(till.stop)
        stack.callback(counter.close)
        off = SwitchingOff(lambda: journal.state, counter.say)
        for device in effects.devices.values():
            device.open(partial(_told_by_device, counter, off))
            stack.callback(_close, device)
        server = LocalSocket(socket_path(settings), counter, partial(_about_update, settings, till))
        server.start()
        stack.callback(server.close)
        ready(till, journal)
        _watch_plugs(stack, effects.devices)
        _keep_copies(stack, settings, till, journal)
        if settings.cards.serve:
            served = ledger_server(settings, till, keys.pepper)
            served.start()
            stack.callback(served.close)
        if settings.fleet.uid:
            links.join_fleet(stack, settings, till, journal)
        else:
            links.accept_invitation(stack, settings, till, journal)
        devices = dict(effects.devices)
        yield Appliance(
            settings, till, counter, journal, catalogue, devices, server.path, customers
        )


def _watch_plugs(stack: ExitStack, devices: Mapping[str, Driver]) -> None:
    from appliance.drivers.discovery import HotPlug

    plugs = HotPlug(lambda _: _nudge(devices))
    plugs.open()
    stack.callback(plugs.close)


def _keep_copies(stack: ExitStack, settings: Settings, till: Till, journal: Journal) -> None:
    from appliance.keeper import Keeper

    keeper = Keeper(journal.path, backup_folder(settings))
    keeper.start(till.subscribe)
    stack.callback(keeper.close)


def _told_by_first_boot(language: str) -> tuple[str, ...]:
    if not booted.NOTICE.exists():
        return ()
    from appliance.provision import notice

    return tuple(notice.read(language))


def _bring_reports(settings: Settings, catalogue: Catalogue, customers: CustomerBook) -> None:
    """What the shop's lists are made of is loaded when the first of them is printed."""

    def sales() -> Slip:
        from appliance import books, sales_slips

        return sales_slips.slip(books.of_shop(catalogue, settings, customers))

    def signals() -> Slip:
        from appliance import books, signal_slips

        return signal_slips.slip(books.of_shop(catalogue, settings, customers))

    def stock() -> Slip:
        from appliance import stock_slips, stockroom

        room, days = stockroom.of_shop(catalogue, settings), settings.stock.near_expiry_days
        return stock_slips.slip(room, days, lambda: datetime.now(settings.shop.zone))

    for kind, make in {"sales": sales, "signals": signals, "stock": stock}.items():
        SLIPS.bring(kind, make)


def backup_folder(settings: Settings) -> Path:
    return Path(settings.till.data_dir) / "backups"


def _told(recovery: Recovery, language: str) -> str:
    """What was mended, in the shopkeeper's language; the log has the rest."""
    log.error("the journal was mended: %s", recovery)
    say = translator(language)
    saved = recovery.from_backup + recovery.salvaged
    if recovery.unproven == 0:
        return say("The journal was damaged and mended; nothing proven is missing.")
    sentence = say("The journal was damaged: {saved} facts were saved, {unproven} are unproven.")
    return sentence.format(saved=saved, unproven=recovery.unproven)


def _about_update(settings: Settings, till: Till, question: Any) -> Mapping[str, Any]:
    """The updater's question or report; only an image of Kram has one."""
    from appliance.update.desk import UpdateDesk

    return UpdateDesk(settings, till).answer(question)


def open_journal(settings: Settings) -> Journal:
    return Journal.open(journal_path(settings), settings.till.id)


def ledger_ports(settings: Settings, pepper: bytes) -> list[LedgerPort]:
    """Where another till of the shop has the ledger of gift cards: the port that asks it."""
    if not settings.cards.ledger:
        return []
    # A shop with one till need not hold an HTTP client in memory, nor a server.
    from appliance.payments.stored_value.client import RemoteLedger

    key = key_of_shop(pepper)
    remote = RemoteLedger(address(settings.cards.ledger), key)
    return [LedgerPort(journal_path(settings), settings.till.id, remote)]


def ledger_server(settings: Settings, till: Till, pepper: bytes) -> LedgerServer:
    """This till's ledger, for the others."""
    from appliance.payments.stored_value.server import LedgerServer

    ask = partial(till.ask, actor="till", spoken=False, timeout_s=LEDGER_WAIT_S)
    own = OwnLedger(journal_path(settings), settings.till.id, ask)
    return LedgerServer(address(settings.cards.serve), own, key_of_shop(pepper))


def cash_desk(settings: Settings, epoch: int, *more: PaymentPort) -> CashDesk:
    """The shop's terminals and accounts; a question's name says which till, epoch, sale, tender."""
    prefix = f"{settings.till.number}-{epoch}"
    ports = [payment_ports.create(port.table()) for port in settings.payments]
    return CashDesk([*ports, *more], id_of=lambda sale, tender: f"{prefix}-{sale}-{tender}")


def make_devices(settings: Settings, permit: Permit) -> dict[str, Driver]:
    """A driver for each configured device; printers first, since a drawer may hang on one."""
    made: dict[str, Driver] = {}

    def printer(name: str) -> Driver:
        printers = [d for d in made.values() if d.category is Category.POS_PRINTER]
        found = [d for d in printers if not name or d.name == name]
        if not found:
            raise KeyError(name)
        return found[0]

    services = registry.Services(
        permit=permit,
        printer=printer,  # type: ignore[arg-type]
        left_open_s=settings.cash.drawer_left_open_s,
        data=Path(settings.till.data_dir),
    )
    tables = sorted(
        settings.devices, key=lambda table: table["category"] != Category.POS_PRINTER.value
    )
    for table in tables:
        device = registry.create(table, services)
        made[device.name] = device
    return made


def _told_by_device(counter: Counter, off: SwitchingOff, message: DeviceMessage) -> None:
    if isinstance(message, SwitchOffWanted):
        off.wanted(urgent=message.urgent)
    else:
        counter.tell(message)


def _nudge(devices: Mapping[str, Driver]) -> None:
    """Something was plugged in or out: whoever waits for its device tries now."""
    for device in devices.values():
        device.nudge()


def _close(device: Driver) -> None:
    try:
        device.close()
    except Exception:
        log.exception("%s did not close well", device.name)


def run(settings: Settings, *, screen: bool = True) -> int:
    """`till run`: until SIGTERM, SIGINT, or the screen is closed."""
    forbid_core()
    stopping = threading.Event()
    crashed: list[BaseException] = []

    def on_crash(error: BaseException) -> None:
        crashed.append(error)
        stopping.set()
        # The screen runs its own loop on the main thread; only the process can end it for sure.
        threading.Timer(2.0, os._exit, (CRASH_EXIT,)).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())

    def ready(till: Till, journal: Journal) -> None:
        _supervise(till, stopping)
        systemd_notify.notify("READY=1")
        log.info("ready, journal at fact %d", journal.last_seq)
        # Before the screen, whose modules are many: beside them a first drawer would wait too long.
        _load_soon_needed()
        gc.freeze()
        gc.enable()

    with running(settings, on_crash=on_crash, ready=ready) as appliance:
        if screen:
            from appliance.screen import show

            if boot_order.screen_comes(stopping):
                show(
                    *(appliance.counter, appliance.catalogue, settings, stopping),
                    *(appliance.customers, appliance.devices),
                )
        else:
            while not stopping.wait(0.5):
                pass
        systemd_notify.notify("STOPPING=1")
    return CRASH_EXIT if crashed else 0


def _load_soon_needed() -> None:
    """What neither a start nor the first receipt or search shall wait for."""
    for name in SOON_NEEDED:
        try:
            importlib.import_module(name)
        except ImportError:
            log.exception("%s cannot be loaded", name)


def _supervise(till: Till, stopping: threading.Event) -> None:
    """Says WATCHDOG=1 while the Till turns; a Till that hangs is left to the supervisor."""
    every = systemd_notify.watchdog_s()

    def beat() -> None:
        while not stopping.wait(every or 5.0):
            late = time.monotonic() - till.beat_at
            if late < HANG_S:
                systemd_notify.notify("WATCHDOG=1")
            else:
                log.error("the till has not turned for %.0f s", late)

    threading.Thread(target=beat, name="watchdog", daemon=True).start()


def _card_number_hidden(till: Till, module: str) -> None:
    till.tell(CardNumberHidden(module))
