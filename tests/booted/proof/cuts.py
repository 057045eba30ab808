"""The plug is pulled at random moments of selling: it boots again, and nothing that was paid is gone.

One till is started, sells, and is frozen in the middle of it, memory and card. Every case goes on from
there until the plug is pulled: at a random time, or with a random one of the writes that follow, so
that it waits in the card's cache, where a commit is in the middle. Of as many cases as there is time
for the card is then booted to its end, sells again and is asked from inside; of the others it is read on
the host.
"""

from __future__ import annotations

import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from hw_sim.pi_board import Run

from .journal_outside import Damaged, journal
from .selling import Paid, Seller, in_journal, on_paper, ring, sign_in
from .stand import Stand, Started, copy
from .tally import Tally

FIRST_SALE_S = 300.0
SELLING_S = 6.0
"""From when the board goes on to the cut, at the longest."""
WRITES = 40
"""Of so many writes of a till that sells, one is the last: a sale makes some fifteen."""


@dataclass(slots=True)
class Sums:
    """waiting: cases in which writes waited in the card's cache. waited, gone: how many did."""

    cases: int = 0
    booted: int = 0
    paid: int = 0
    printed: int = 0
    waiting: int = 0
    waited: int = 0
    gone: int = 0

    def saw(self, run: Run) -> None:
        self.waiting += run.waited > 0
        self.waited += run.waited
        self.gone += run.gone


@dataclass(frozen=True, slots=True)
class Begun:
    """A till frozen while it sold. printed: receipts that its printer had cut off by then."""

    started: Started
    printed: int


def while_selling(
    tally: Tally, started: Started, folder: Path, *, cuts: int, until: float, seed: int
) -> None:
    """So many cuts, or as many as there is time for (until: of time.monotonic)."""
    chance = random.Random(seed)
    sums = Sums()
    begun = begin(tally, started, folder / "begin")
    selling, began = begun.started, time.monotonic()
    with Stand(selling.card, folder, tally, chance=chance, port=selling.port) as stand:
        while sums.cases < cuts and (now := time.monotonic()) < until:
            ahead = sums.cases / cuts > (now - began) / (until - began)
            copy(selling.card, stand.image)
            before = on_paper(stand)
            paid = cut_once(stand, selling, chance)
            printed = on_paper(stand) - before
            sums.saw(stand.board.runs[-1])
            sums.paid += len(paid)
            sums.printed += printed
            if ahead:
                booted(stand, paid, begun.printed + printed)
            else:
                read_outside(stand, paid, begun.printed + printed, sums.cases)
            sums.booted += ahead
            sums.cases += 1
    told(tally, sums)


def told(tally: Tally, sums: Sums) -> None:
    tally.check("the plug was pulled while it sold", sums.paid > 0)
    tally.check("writes waited in the card's cache, and some of them were lost", sums.gone > 0)
    tally.figure(
        "power cuts at random moments of selling",
        f"{sums.cases}: {sums.booted} booted to READY, {sums.cases - sums.booted} cards read on the"
        f" host; {sums.paid} sales acknowledged outside, {sums.printed} receipts printed",
    )
    tally.figure(
        "of them with writes in the card's cache",
        f"{sums.waiting}: {sums.waited} writes waited, {sums.gone} of them are gone",
    )


def begin(tally: Tally, started: Started, folder: Path) -> Begun:
    with started.going_on(folder, tally) as stand:
        printed = len(in_journal(stand))  # the first boot waited for its paper
        seller = Seller(stand)
        seller.start()
        seller.wait(2, FIRST_SALE_S)
        frozen = stand.freeze()
        return Begun(frozen, printed + on_paper(stand))


def cut_once(stand: Stand, selling: Started, chance: random.Random) -> set[Paid]:
    """Sells for a while; what was acknowledged before the plug was pulled."""
    seller = Seller(stand)
    if chance.random() < 0.5:
        stand.go_on(selling)
        time.sleep(chance.uniform(0.05, SELLING_S))
    else:
        pulled = stand.served.fails_with(chance.randint(1, WRITES))
        stand.go_on(selling)
        pulled.wait(SELLING_S)
    stand.board.cut()
    return set(seller.acknowledged())


def booted(stand: Stand, paid: set[Paid], printed: int) -> None:
    try:
        stand.boot()
        stand.ready()
    except (TimeoutError, OSError) as error:
        stand.tally.lost(f"it did not come back: {error}")
        raise
    compared(stand.tally, in_journal(stand), paid, printed)
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
    compared(stand.tally, inside, paid, printed)


def compared(tally: Tally, inside: list[Paid], paid: set[Paid], printed: int) -> None:
    """Nothing acknowledged is gone, and nobody walks away with a receipt that the journal does not know.
    One may come out twice: the printer's line broke as the till was frozen."""
    for it in paid - set(inside):
        tally.lost(f"receipt {it.receipt} of {it.total_minor} was acknowledged and is gone")
    if printed > len(inside) + 1:
        tally.lost(f"{printed} receipts came out, and the journal has {len(inside)} sales")
