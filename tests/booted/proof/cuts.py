"""The plug is pulled at random moments of selling: it boots again, and nothing that was paid is gone.

One till is started, sells, and is frozen in the middle of it, memory and card. Every case goes on from
there for a random while, until the plug is pulled. One case in so many is then booted to its end, sells
again and is asked from inside; of the others the card is read on the host.
"""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from .journal_outside import Damaged, journal
from .selling import Paid, Seller, in_journal, on_paper, ring, sign_in
from .stand import Stand, Started, copy
from .tally import Tally

FIRST_SALE_S = 300.0
SELLING_S = (0.05, 20.0)
"""From when the board goes on to the cut, at random in between."""
BOOTED_EACH = 10
"""Every so many cases are booted to their end."""


@dataclass(slots=True)
class Sums:
    cases: int = 0
    booted: int = 0
    paid: int = 0
    printed: int = 0


def while_selling(
    tally: Tally, started: Started, folder: Path, *, cuts: int, until: float, seed: int
) -> None:
    """So many cuts, or as many as there is time for (until: of time.monotonic)."""
    chance = random.Random(seed)
    sums = Sums()
    with started.going_on(folder / "begin", tally) as stand:
        seller = Seller(stand)
        seller.start()
        seller.wait(2, FIRST_SALE_S)
        selling = stand.freeze()
    with Stand(selling.card, folder, tally, chance=chance, port=selling.port) as stand:
        while sums.cases < cuts and time.monotonic() < until:
            copy(selling.card, stand.image)
            before = on_paper(stand)
            paid = cut_once(stand, selling, chance)
            printed = on_paper(stand) - before
            sums.paid += len(paid)
            sums.printed += printed
            if sums.cases % BOOTED_EACH == BOOTED_EACH - 1:
                booted(stand, paid, printed)
                sums.booted += 1
            else:
                read_outside(stand, paid, printed, sums.cases)
            sums.cases += 1
    tally.check("the plug was pulled while it sold", sums.paid > 0)
    tally.figure(
        "power cuts at random moments of selling",
        f"{sums.cases}: {sums.booted} booted to READY, {sums.cases - sums.booted} cards read on the"
        f" host; {sums.paid} sales acknowledged outside, {sums.printed} receipts printed",
    )


def cut_once(stand: Stand, selling: Started, chance: random.Random) -> set[Paid]:
    """Sells for a while; what was acknowledged before the plug was pulled."""
    seller = Seller(stand)
    stand.go_on(selling)
    time.sleep(chance.uniform(*SELLING_S))
    stand.board.cut()
    return set(seller.acknowledged())


def booted(stand: Stand, paid: set[Paid], printed: int) -> None:
    try:
        stand.boot()
        stand.ready()
    except (TimeoutError, OSError) as error:
        stand.tally.lost(f"it did not come back: {error}")
        raise
    compared(stand.tally, set(in_journal(stand)), paid, printed)
    told = stand.till("journal verify", 300)
    stand.tally.check("after a cut the journal is whole", "proven" in told, told)
    sign_in(stand)
    stand.tally.check("after a cut it sells again", len(ring(stand)) == 1)
    stand.board.cut()


def read_outside(stand: Stand, paid: set[Paid], printed: int, number: int) -> None:
    folder = stand.folder / f"case-{number}"
    try:
        inside = journal(stand.card, folder)
    except Damaged as damaged:
        stand.tally.lost(f"case {number}: {damaged}")
        return
    shutil.rmtree(folder)
    compared(stand.tally, set(inside), paid, printed)


def compared(tally: Tally, inside: set[Paid], paid: set[Paid], printed: int) -> None:
    for it in paid - inside:
        tally.lost(f"receipt {it.receipt} of {it.total_minor} was acknowledged and is gone")
    if printed > len(inside):
        tally.lost(f"{printed} receipts came out, and the journal has {len(inside)} sales")
