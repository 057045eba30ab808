"""An update from the fleet's own server, over its own wires: enrolment, broker, HTTPS.

The server runs beside QEMU as `till fleet serve` does. A till joins with its token at first boot; a
release is published and rolled out; the power goes in the middle of the download; the till takes it
nevertheless, and the fleet sees it run. What is shortened is the plan of the rollout, the healthy
minutes, and the wait for the updater's timer. The card is one for a Pi 3 and Zero 2 W, with an MBR.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from appliance.fleet.authority import enrolment
from appliance.fleet.site import Site
from appliance.fleet.store import Row
from appliance.fleet.updates import bundle
from appliance.fleet.updates.plan import State
from appliance.provision import document
from hw_sim.fleet_member import served
from hw_sim.fleet_release import Maker
from hw_sim.guest_lines import Gone

from .boots import grown
from .selling import Paid, close_shop, open_shop, ring
from .stand import HOST, Stand
from .tally import Tally
from .updates import NEWER, A, B, Bundles, back_up, committed, log, primary, trust

SHOP = "proof-1"
FETCHED_MB = 6
"""Written to the other slot when the plug is pulled in the middle of the download."""
JOIN_S, OFFER_S, FETCH_S, TOLD_S = 300.0, 300.0, 900.0, 180.0
LOOK_S, POKE_S = 0.5, 10.0


def taken(tally: Tally, image: Path, folder: Path, made: Bundles) -> None:
    with (
        served(folder / "fleet", whole=True, host=HOST) as site,
        Stand(image, folder / "till", tally) as stand,
    ):
        maker = Maker.at(site, folder / "desk")
        paid = joined(stand, site)
        uid = known(stand, site)
        rollout = maker.start(bundle.read(made.newer), [uid])
        cut_while_it_fetches(stand, maker, paid)
        tried(stand, maker, paid)
        seen(stand, site, uid, rollout)


def joined(stand: Stand, site: Site) -> set[Paid]:
    """A till of this fleet that has sold and is closed; what was paid."""
    tokens = enrolment.tokens(site.desk, SHOP, 1, 1, "proof")
    assert isinstance(tokens, list), tokens
    fleet = document.Fleet(site.public.url, str(tokens[0]))
    stand.provision(shop=document.Shop(id=SHOP), fleet=fleet)
    stand.boot()
    stand.ready()
    table = stand.run("sfdisk -d $(cat /run/kram-disk) | head -1")
    stand.tally.check("a card with an MBR boots", table == "label: dos", table)
    grown(stand)
    open_shop(stand)
    paid = set(ring(stand, 2))
    close_shop(stand)
    delivered = soon(JOIN_S, lambda: sales_of(site) >= len(paid))
    said = stand.run("journalctl -b -u kram --no-pager -o cat | tail -30")
    stand.tally.check("a till joins with its token, and its sales arrive", delivered, said)
    return paid


def known(stand: Stand, site: Site) -> str:
    """The fleet knows which system the till runs; what it calls the till."""

    def told() -> list[Row]:
        return site.store.rows("SELECT till FROM till_firmware")

    knows = soon(TOLD_S, lambda: bool(told()), lambda: look(stand))
    stand.tally.check("the fleet is told which system the till runs", knows, log(stand))
    return str(told()[0]["till"])


def cut_while_it_fetches(stand: Stand, maker: Maker, paid: set[Paid]) -> None:
    trust(stand, roots_of(maker))
    goal = stand.served.written + FETCHED_MB * 1_000_000
    fetching = soon(OFFER_S, lambda: stand.served.written > goal, lambda: look(stand))
    stand.tally.check("the till fetches what is rolled out, over HTTPS", fetching, log(stand))
    stand.board.cut()
    stand.boot()
    back_up(stand, paid)
    stand.tally.check("cut off while it fetches: the old slot boots", primary(stand) == A)


def tried(stand: Stand, maker: Maker, paid: set[Paid]) -> None:
    tally, number = stand.tally, len(stand.board.runs)
    trust(stand, roots_of(maker))
    began = time.monotonic()
    ended = soon(FETCH_S, lambda: len(stand.board.runs) > number, lambda: look(stand))
    tally.say(f"{NEWER} was fetched and started after {time.monotonic() - began:.0f} s")
    run = stand.board.runs[-1]
    on_trial = ended and (run.partition, run.tryboot) == (B, True)
    tally.check("it takes the release of the fleet, and tries it in the other slot", on_trial, run)
    back_up(stand, paid)
    kept = committed(stand)
    tally.check("after its healthy minutes what the fleet sent is kept", kept, log(stand))
    tally.updates += kept


def seen(stand: Stand, site: Site, uid: str, rollout: str) -> None:
    def version() -> object:
        asked = "SELECT version, stage, good_ms FROM till_firmware WHERE till = :it"
        return site.store.rows(asked, it=uid)

    def finished() -> bool:
        row = site.store.one("SELECT state FROM rollout WHERE id = :it", it=rollout)
        return row is not None and State(row["state"]) is State.DONE

    ends = soon(TOLD_S, finished, lambda: look(stand))
    stand.tally.check(
        "the fleet sees that it runs and is good, and its rollout is done", ends, version()
    )


def roots_of(maker: Maker) -> str:
    return (maker.folder / "root.pem.pub").read_text(encoding="utf-8")


def look(stand: Stand) -> None:
    """The updater's timer comes by. A restart may come between."""
    with suppress(Gone, TimeoutError):
        stand.board.shell.tried("systemctl --no-block start kram-update")


def sales_of(site: Site) -> int:
    return len(site.store.rows("SELECT 1 AS it FROM sale"))


def soon(seconds: float, holds: Callable[[], bool], poke: Callable[[], None] | None = None) -> bool:
    """Whether it came to be so in this time; poke: done now and then until it is."""
    end = time.monotonic() + seconds
    poked = 0.0
    while not holds():
        now = time.monotonic()
        if now > end:
            return False
        if poke is not None and now > poked + POKE_S:
            poke()
            poked = time.monotonic()
        time.sleep(LOOK_S)
    return True
