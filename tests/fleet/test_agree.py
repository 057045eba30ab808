"""Whatever people do at a till, the fleet's numbers are the till's own, to the cent and the gram."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.core import commands as c
from appliance.fleet.store import migrate, open_store
from appliance.fleet.store.ingest import Ingest, Outcome
from appliance.journal import Journal
from tests.fleet import tills
from tests.fleet.agree import agree
from tests.journal import test_stock_laws
from tests.till.builders import running
from tests.till.test_day_laws import DAYS, SHOP, Deed

IN_MEMORY = test_stock_laws.IN_MEMORY


def told_and_compared(folder: Path, size: int) -> None:
    """Sends what the journal in a folder has to a fleet of its own."""
    store = open_store(f"sqlite:///{folder / 'fleet.db'}")
    try:
        migrate(store)
        tills.register(store, tills.SITE)
        ingest = Ingest(store)
        for batch in tills.batches(next(folder.glob("j*.db")), size):
            assert ingest.take(batch, tills.SITE).outcome is Outcome.STORED
        assert store.rows("SELECT * FROM unread") == []
        agree(store, next(folder.glob("j*.db")), tills.SITE.till, tills.SITE.shop)
    finally:
        store.close()


@settings(max_examples=8, deadline=None)
@given(DAYS, st.sampled_from((1, 7, 50)))
def test_any_day_at_a_till_is_the_same_day_in_the_fleet(deeds: list[Deed], size: int) -> None:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        with running(Path(folder), policy=SHOP, pepper=b"law") as it:
            for request in (c.SignIn("olena"), c.OpenShift(100_00)):
                it.does(request)
            for deed in deeds:
                for request in deed(it):
                    it.tries(request)
        told_and_compared(Path(folder), size)


@settings(max_examples=20, deadline=None)
@given(test_stock_laws.HISTORY, st.sampled_from((1, 6)))
def test_any_history_of_the_shelf_is_the_same_history_in_the_fleet(history, size: int) -> None:
    with tempfile.TemporaryDirectory(dir=IN_MEMORY) as folder:
        with Journal.open(Path(folder) / "j.db", "T1") as journal:
            shop = test_stock_laws.Shop(journal)
            for step in history:
                test_stock_laws.play(shop, step)
        told_and_compared(Path(folder), size)
