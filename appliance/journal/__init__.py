"""The store of facts: append, chain, verify, replay, projections, backup."""

from appliance.journal.errors import (
    JournalDamaged,
    JournalError,
    JournalLocked,
    StorageFailed,
    StorageFull,
    StorageReadOnly,
    WrongJournal,
)
from appliance.journal.record import Record
from appliance.journal.store import Journal

__all__ = [
    "Journal",
    "JournalDamaged",
    "JournalError",
    "JournalLocked",
    "Record",
    "StorageFailed",
    "StorageFull",
    "StorageReadOnly",
    "WrongJournal",
]
