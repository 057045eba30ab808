"""What is still open at the end of a day: one list for the screen, the close and the Z report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from appliance.core.facts import EffectId, PrintWhat, SaleId, TenderType
from appliance.core.state import PrintJob, Sale, Shift, State, TenderStatus
from appliance.core.terminals import difference, jobs, to_give_back


class MatterKind(StrEnum):
    """In the order in which they are worth a walk."""

    TERMINAL_TAMPERED = "terminal_tampered"
    UNKNOWN_PAYMENT = "unknown_payment"
    STRAY = "stray"
    REVERSAL = "reversal"
    TERMINAL_DIFFERS = "terminal_differs"
    SHORT_ACCOUNT = "short_account"
    TERMINAL_OPEN = "terminal_open"
    TERMINAL_UNSEEN = "terminal_unseen"
    DRAWER_OPEN = "drawer_open"
    OTHER_SHIFT = "other_shift"
    FOREIGN = "foreign"
    PRINT = "print"
    PRINT_WAITING = "print_waiting"
    UNDER_WAY = "under_way"
    SUSPENDED = "suspended"
    STOCK_COUNT = "stock_count"


MONEY = frozenset(
    {
        *(MatterKind.UNKNOWN_PAYMENT, MatterKind.STRAY, MatterKind.REVERSAL),
        *(MatterKind.TERMINAL_DIFFERS, MatterKind.SHORT_ACCOUNT),
    }
)
"""Of these nobody knows where the shop's money is: a close over them is somebody's decision."""


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """name: of the basket, the account, the drawer, the currency, the terminal. sale, effect: what it hangs on."""

    kind: MatterKind
    name: str = ""
    amount_minor: int | None = None
    sale: SaleId | None = None
    effect: EffectId | None = None


def open_matters(state: State, today: date | None = None) -> tuple[OpenMatter, ...]:
    """Everything that the close of the shift in use would leave open. Without a day nothing is
    overdue."""
    kinds = list(MatterKind)
    found = [
        *(matter for sale in state.suspended for matter in _basket(sale)),
        *(OpenMatter(MatterKind.UNDER_WAY, it.sale.name) for it in state.handed_over),
        *(
            OpenMatter(MatterKind.STRAY, it.reference, it.amount_minor, it.sale)
            for it in state.strays
        ),
        *(
            OpenMatter(MatterKind.REVERSAL, it.reference, to_give_back(sale, it), sale.sale)
            for sale, it in jobs(state)
        ),
        *_terminals(state),
        *to_look_at(state, today),
        *(OpenMatter(MatterKind.SHORT_ACCOUNT, it.account, it.short_minor) for it in state.shorts),
        *((OpenMatter(MatterKind.DRAWER_OPEN),) if state.drawer_open else ()),
        *(OpenMatter(MatterKind.OTHER_SHIFT, it.drawer) for it in state.other_shifts),
        *(OpenMatter(MatterKind.FOREIGN, code) for code in uncounted(state.shift)),
        *(
            OpenMatter(MatterKind.PRINT, sale=it.job.sale, effect=it.job.effect)
            for it in state.matters
        ),
        *(
            OpenMatter(MatterKind.PRINT_WAITING, sale=it.sale, effect=it.effect)
            for it in state.effects
            if isinstance(it, PrintJob) and not it.started and it.what is PrintWhat.RECEIPT
        ),
        *(OpenMatter(MatterKind.STOCK_COUNT, it.scope) for it in state.counts),
    ]
    return tuple(sorted(found, key=lambda it: kinds.index(it.kind)))


def _terminals(state: State) -> Iterator[OpenMatter]:
    """A terminal's day that was not compared, or does not agree. name: the terminal's."""
    for batch in state.batches:
        off = difference(batch)
        if batch.settled:
            continue
        if off:
            yield OpenMatter(MatterKind.TERMINAL_DIFFERS, batch.port, off)
        elif batch.wired and batch.said is None:
            yield OpenMatter(MatterKind.TERMINAL_OPEN, batch.port)


def to_look_at(state: State, today: date | None) -> Iterator[OpenMatter]:
    """Terminals that look tampered with, or at which nobody looked in time. name: the serial number."""
    for it in state.terminals:
        if it.tampered:
            yield OpenMatter(MatterKind.TERMINAL_TAMPERED, it.serial)
        elif today is not None and it.due < today.isoformat():
            yield OpenMatter(MatterKind.TERMINAL_UNSEEN, it.serial)


def held_foreign(shift: Shift) -> dict[str, int]:
    """Foreign notes that should lie in the drawer, in their own minor units."""
    taken = (it for it in shift.totals.tenders if it.type is TenderType.FOREIGN_CASH)
    return {it.currency: it.foreign_minor for it in taken}


def uncounted(shift: Shift | None) -> tuple[str, ...]:
    """Currencies whose notes lie there and were not counted since the last of them came."""
    if shift is None:
        return ()
    known = {it.currency: it.expected_minor for it in shift.foreign}
    held = held_foreign(shift)
    return tuple(code for code, minor in held.items() if minor != known.get(code, 0))


def _basket(sale: Sale) -> tuple[OpenMatter, ...]:
    unsure = [
        OpenMatter(MatterKind.UNKNOWN_PAYMENT, sale.name, it.amount_minor, sale.sale)
        for it in sale.live_tenders
        if it.status in (TenderStatus.PENDING, TenderStatus.UNKNOWN)
    ]
    return tuple(unsure) or (OpenMatter(MatterKind.SUSPENDED, sale.name, sale=sale.sale),)


def counted(matters: tuple[OpenMatter, ...]) -> tuple[str, ...]:
    """As the close writes them down: "suspended:2"."""
    kinds = [matter.kind for matter in matters]
    return tuple(f"{kind.value}:{kinds.count(kind)}" for kind in MatterKind if kind in kinds)
