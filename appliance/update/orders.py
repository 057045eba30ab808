"""What the updater may ask of the root helper: a table of orders, each checked before it is done."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from appliance.update import rauc
from appliance.update.rauc import RaucError, Run

UPDATER = frozenset({"kram-update"})
CA = Path("/data/state/update/ca.crt")
"""The fleet's root, as the updater had it from the till: RAUC believes no other server."""
STICK = Path("/run/kram-stick")
_ADDRESS = re.compile(r"https://[A-Za-z0-9.\-]+(:\d{1,5})?/[A-Za-z0-9._~%/?=&+\-]{1,600}")
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._ +\-]{0,120}\.raucb")
_TICKET = re.compile(r"[A-Za-z0-9._\-]{1,128}")
SOON_S = rauc.INSTALL_S / 2
"""What failed later leaves a second one too little time."""

Order = Mapping[str, Any]
Answer = dict[str, Any]


def nothing_else(order: Order) -> None:
    """Raises ValueError when an order says more than its name."""
    if set(order) - {"do"}:
        raise ValueError(f"{order.get('do')}: nothing else is said with it")


def of_bundle(order: Order) -> None:
    """Raises ValueError."""
    if set(order) - {"do", "bundle", "ticket"} or not isinstance(order.get("bundle"), str):
        raise ValueError("install: a bundle, its ticket, and nothing else")
    ticket = order.get("ticket")
    if "ticket" in order and not (isinstance(ticket, str) and _TICKET.fullmatch(ticket)):
        raise ValueError("ticket: letters and figures")
    source = order["bundle"]
    stick = Path(source)
    on_stick = stick.parent == STICK and _FILE.fullmatch(stick.name)
    if not on_stick and not _ADDRESS.fullmatch(source):
        raise ValueError(f"bundle: https://... or a file in the root of {STICK}")


def slots(_order: Order, run: Run = rauc.run) -> Answer:
    found = rauc.slots(run)
    return {
        "booted": found.booted,
        "primary": found.primary,
        "versions": dict(found.versions),
        "manifests": dict(found.manifests),
        "bad": sorted(found.bad),
    }


def install(
    order: Order, run: Run = rauc.run, clock: Callable[[], float] = time.monotonic
) -> Answer:
    """Once more at once when it fails while there is time for it: a device of the kernel that is a
    moment late is no reason to wait for an hour. Both together take no longer than INSTALL_S."""
    source, ticket = order["bundle"], order.get("ticket", "")
    began_s = clock()
    found = rauc.slots(run)
    if found.booted != found.primary:
        raise RaucError(
            f"slot {found.booted} is on trial: the other one is all that is sure to start"
        )
    ca = str(CA) if source.startswith("https:") else ""
    try:
        rauc.install(source, ca, ticket, run)
    except RaucError:
        gone_s = clock() - began_s
        if gone_s > SOON_S:
            raise
        rauc.install(source, ca, ticket, run, rauc.INSTALL_S - gone_s)
    return slots(order, run)


def trial(_order: Order, run: Run = rauc.run) -> Answer:
    """The other slot, for one start."""
    rauc.asked(["status", "mark-active", "other"], run=run)
    return again(_order, run)


def again(_order: Order, run: Run = rauc.run) -> Answer:
    done = run(["systemctl", "--no-block", "reboot"], rauc.QUICK_S)
    if done.returncode:
        raise RaucError(done.stderr[-rauc.TOLD_MAX :])
    return {}


def good(_order: Order, run: Run = rauc.run) -> Answer:
    rauc.asked(["status", "mark-good", "booted"], run=run)
    return {}


def bad(_order: Order, run: Run = rauc.run) -> Answer:
    rauc.asked(["status", "mark-bad", "other"], run=run)
    return {}


Deed = Callable[[Order], Answer]
ORDERS: dict[str, tuple[Callable[[Order], None], Deed, frozenset[str]]] = {
    "slots": (nothing_else, slots, UPDATER | {"kram"}),
    "install": (of_bundle, install, UPDATER),
    "trial": (nothing_else, trial, UPDATER),
    "back": (nothing_else, again, UPDATER),
    "good": (nothing_else, good, UPDATER),
    "bad": (nothing_else, bad, UPDATER),
}
"""By name: the check, which raises ValueError; the deed, which raises RaucError; whose users may ask."""
