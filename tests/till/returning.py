"""Sales at a running till, and what is asked when they come back."""

from __future__ import annotations

from decimal import Decimal

from appliance.core import commands as c
from appliance.core import facts as f
from appliance.core.refusal import Reason, Refusal
from appliance.core.returns_look import ReceiptLook
from appliance.journal import Record
from tests.till.builders import Running, open_shift


def bought(it: Running, *skus: str) -> f.SaleRef:
    it.sells(*skus)
    it.does(c.TenderCash())
    done = it.till.journal.state.done
    assert done is not None
    return f.SaleRef(1, it.till.journal.epoch, done.sale.sale)


def manager(it: Running) -> None:
    open_shift(it)
    it.does(c.SignIn("ivan"))


def take(sale: f.SaleRef, *picks: tuple[int, int | str], reason: str = "Брак") -> c.ReturnLines:
    chosen = tuple(c.Pick(f.LineId(line), Decimal(quantity)) for line, quantity in picks)
    return c.ReturnLines(sale, chosen, reason)


def completed(records: tuple[Record, ...]) -> f.SaleCompleted:
    return next(it.fact for it in records if isinstance(it.fact, f.SaleCompleted))


def refused(it: Running, request: c.Request, **how: str) -> Reason:
    answer = it.tries(request, **how)
    assert isinstance(answer, Refusal), f"{request} was accepted: {answer}"
    return answer.reason


def opened(it: Running, code: str) -> ReceiptLook:
    it.does(c.FindReceipt(code=code))
    found = it.till.look.receipts
    assert found is not None
    assert found.receipt is not None
    return found.receipt
