"""Decide: a command becomes facts or a refusal. Pure and total; it never raises.

The sale machine is the table in `phases.py`: which command is allowed in which phase, and the
reason when it is not. What a command then makes of the state stands in one module per subject.
"""

from __future__ import annotations

from appliance.core import commands as c
from appliance.core.decide import basket, paper, shift, stock, tender
from appliance.core.decide.phases import refused_now
from appliance.core.decide.verdict import Decision
from appliance.core.policy import Policy
from appliance.core.state import State

__all__ = ["Decision", "decide"]


def decide(state: State, command: c.Command, policy: Policy) -> Decision:
    """The facts that the command makes now, or why it may not. No facts: nothing to do."""
    refusal = refused_now(state, command)
    if refusal is not None:
        return refusal
    match command:
        case (
            c.AddItem()
            | c.ChangeQuantity()
            | c.OverridePrice()
            | c.DiscountLine()
            | c.DiscountBasket()
            | c.VoidLine()
            | c.RestoreLine()
        ):
            return basket.change(state, command, policy)
        case c.VoidSale() | c.SuspendSale() | c.RecallSale():
            return basket.set_aside(state, command, policy)
        case c.TenderCash() | c.VoidTender():
            return tender.take(state, command, policy)
        case c.SignIn() | c.OpenShift() | c.CountDrawer() | c.CloseShift():
            return shift.manage(state, command, policy)
        case c.MoveCash() | c.NoSale():
            return shift.move_cash(state, command, policy)
        case (
            c.PrintReceipt()
            | c.SkipReceipt()
            | c.PrintXReport()
            | c.SettleMatter()
            | c.StartEffect()
            | c.EndEffect()
        ):
            return paper.handle(state, command)
        case c.CountStock():
            return stock.count(command)
