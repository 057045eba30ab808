"""The signals' paper as a running till makes it: asked for by a manager, refused to a cashier."""

from __future__ import annotations

from pathlib import Path

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.refusal import Reason, Refusal
from appliance.core.state import PrintJob
from appliance.journal import Journal
from appliance.receipt.compose import compose
from appliance.receipt.text import to_text
from tests.till.test_training import at_work

FIRST = "2000-01-01"
LAST = "2009-12-31"


def test_a_manager_prints_what_a_cashier_may_not_even_see(tmp_path: Path) -> None:
    with at_work(tmp_path) as appliance:
        counter = appliance.counter
        for request in (c.SeeSignals(), c.PrintSignals(FIRST, LAST)):
            refused = counter.ask(request)
            assert isinstance(refused, Refusal)
            assert refused.reason is Reason.PERMISSION_NEEDED
        counter.ask(c.SignIn("ivan"))
        turned = counter.ask(c.PrintSignals(LAST, FIRST))
        assert isinstance(turned, Refusal)
        for wrong in ("", "yesterday", "2026-02-30", "9999999-01-01"):
            answer = counter.ask(c.PrintSignals(wrong, wrong))
            assert isinstance(answer, Refusal), wrong
            assert answer.reason is Reason.COMMAND_WRONG
        made = counter.ask(c.PrintSignals(FIRST, LAST))
        assert not isinstance(made, Refusal)
        assert [type(record.fact) for record in made] == [f.PrintRequested]
    with Journal.open(tmp_path / "data" / "journal.db", "till-1") as journal:
        (job,) = [it for it in journal.state.effects if isinstance(it, PrintJob)]
        paper = appliance.till._effects.documents(job, journal)
    assert "Сигнали за людьми" in to_text(compose(paper))
