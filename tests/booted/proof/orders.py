"""What a till asks of its machine, asked in the guest as the till's own user, under the real units.

One board that was frozen while it sold: its clock, Wi-Fi, sticks, watchdog, log, report and power
button; then its card with a wrong file, and what the light and the screen say; at last a restart by
order, a panic, and a kernel that hangs.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from . import air, card_file, clock, doctor, hang, log, power, report, usb
from .asking import Asker
from .journal_outside import journal
from .selling import Paid, in_journal
from .stand import Stand, Started
from .tally import Tally


def proven(tally: Tally, started: Started, folder: Path, pictures: Path) -> None:
    tools = air.tools(folder / "tools")
    with started.going_on(folder, tally) as stand:
        for step in first_run(stand, tools, pictures):
            tally.run(step)
        stand.provision(made=card_file.MADE)
        stand.boot()
        for step in second_run(stand, pictures):
            tally.run(step)
        paid = set(in_journal(stand))
        power.restart(stand, Asker(stand))
        hang.panic(stand)
        hang.kernel_hangs(stand)
        stand.board.cut()
        read_outside(tally, paid, set(journal(stand.card, folder / "journal")))


Step = Callable[[], None]


def first_run(stand: Stand, tools: Path, pictures: Path) -> tuple[Step, ...]:
    """It goes on selling; its power button ends it."""
    asker = Asker(stand)
    return (
        lambda: report.customer(stand),
        lambda: clock.proven(stand, asker),
        lambda: air.proven(stand, asker, tools, pictures),
        lambda: doctor.proven(stand),
        lambda: report.on_the_screen(stand, pictures),
        lambda: hang.till_stopped(stand, meanwhile=lambda: usb.proven(stand, asker)),
        lambda: report.on_a_stick(stand),
        lambda: log.proven(stand),
        lambda: power.button(stand, pictures),
    )


def second_run(stand: Stand, pictures: Path) -> tuple[Step, ...]:
    """With a file on its card that it does not take."""
    return (
        lambda: card_file.proven(stand, pictures),
        lambda: clock.kept(stand),
        lambda: power.basket_is_there(stand),
    )


def read_outside(tally: Tally, paid: set[Paid], inside: set[Paid]) -> None:
    for it in paid - inside:
        tally.lost(f"receipt {it.receipt} of {it.total_minor} is gone")
    tally.check("after all of it the journal on the card is whole", bool(inside))
