"""How the shop's settings set up its touch screen; the till and the catalogue fit it as they are."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime

from appliance import stockroom
from appliance.books import of_shop
from appliance.catalogue.store import Catalogue
from appliance.config import Settings
from appliance.offer_desk import OfferDesk
from appliance.people.customers import CustomerBook
from appliance.training import Counter
from appliance.ui.port import Sources, UiSettings


def show(
    till: Counter,
    catalogue: Catalogue,
    settings: Settings,
    stopping: threading.Event,
    customers: CustomerBook | None = None,
) -> None:
    """Runs the screen on this thread until it is closed or `stopping` is set."""
    # Kivy reads the display when it is imported, so only a till with a screen imports it.
    from appliance.ui.app import run

    sources = Sources(
        now=shop_clock(settings),
        stock=stockroom.of_shop(catalogue, settings),
        books=of_shop(catalogue, settings, customers),
        offers=OfferDesk(settings, catalogue, settings.till.data_dir / "journal.db"),
    )
    run(till, catalogue, screen_settings(settings), stopping, sources=sources)


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
