"""How the shop's settings set up its touch screen; the till and the catalogue fit it as they are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path

from appliance import stockroom
from appliance.books import of_shop
from appliance.catalogue.store import Catalogue
from appliance.config import Settings
from appliance.drivers.base import Driver
from appliance.offer_desk import OfferDesk
from appliance.people.customers import CustomerBook
from appliance.support import ShopSupport
from appliance.training import Counter
from appliance.ui.bench_port import BenchLook, Run
from appliance.ui.machine_port import Machine
from appliance.ui.port import Sources, UiSettings


def show(
    till: Counter,
    catalogue: Catalogue,
    settings: Settings,
    stopping: threading.Event,
    customers: CustomerBook | None = None,
    devices: Mapping[str, Driver] | None = None,
) -> None:
    """Runs the screen on this thread until it is closed or `stopping` is set."""
    # Kivy reads the display when it is imported, so only a till with a screen imports it.
    from appliance.ui.app import run

    sources = Sources(
        now=shop_clock(settings),
        stock=stockroom.of_shop(catalogue, settings),
        books=of_shop(catalogue, settings, customers),
        offers=OfferDesk(settings, catalogue, settings.till.data_dir / "journal.db"),
        bench=partial(_bench, settings, till, devices or {}),
        machine=helped_machine(),
        lend=till.lend,
        support=ShopSupport(Path(settings.file)),
    )
    run(till, catalogue, screen_settings(settings), stopping, sources=sources)


def _bench(
    settings: Settings,
    till: Counter,
    devices: Mapping[str, Driver],
    show: Callable[[BenchLook], None],
) -> Run:
    from appliance.bench_test import plan

    can = frozenset({"touch", "sound"})
    return plan.begin(settings, till, devices, shop_clock(settings), show, can)


def shop_clock(settings: Settings) -> Callable[[], datetime]:
    """The shop's own time without an offset, whatever zone the machine is in: as receipts have it."""
    zone = settings.shop.zone
    return lambda: datetime.now(zone).replace(tzinfo=None)


def screen_settings(settings: Settings) -> UiSettings:
    till = settings.till
    return UiSettings(
        language=settings.shop.language.value,
        theme=till.theme.value,
        width=till.screen_width,
        height=till.screen_height,
        fullscreen=till.fullscreen,
        sounds=till.sounds,
        blank_after_s=till.lock_after_s,
        pictures=str(till.data_dir / "pictures"),
        cashiers=tuple((person.id, person.name) for person in settings.staff),
        expiry_days=settings.stock.near_expiry_days,
    )


def helped_machine() -> Machine | None:
    """Where the appliance's root helper listens; a desk's networks are its own."""
    from appliance import system

    if not system.is_here():
        return None
    from appliance.machine import HelpedMachine

    return HelpedMachine(system.ask)
