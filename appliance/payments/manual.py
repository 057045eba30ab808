"""A terminal that stands by itself: the cashier types the amount there and tells what it showed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from appliance.core.facts import TenderType
from appliance.core.policy import Policy
from appliance.payments.cashdesk import CashDesk
from appliance.payments.port import Intent, MaySend, PaymentPort, Tell


class ManualTerminal:
    """No wire: what the till asks is said by its screen, and the answer comes from the cashier."""

    by_hand = True

    def __init__(self, name: str, kind: TenderType) -> None:
        self.name = name
        self.type = kind

    def open(self, tell: Tell, may_send: MaySend) -> None:
        pass

    def close(self) -> None:
        pass

    def ask(self, intent: Intent) -> None:
        pass

    def inquire(self, intent: Intent) -> None:
        pass

    def cancel(self, intent: Intent) -> None:
        pass

    def totals(self) -> None:
        pass

    def settle(self) -> None:
        pass


def create(name: str, kind: TenderType, _options: Mapping[str, object]) -> PaymentPort:
    return ManualTerminal(name, kind)


def by_hand(policy: Policy) -> CashDesk:
    """The terminals that nobody has to be connected to."""
    return CashDesk([ManualTerminal(it.name, it.type) for it in policy.ports if it.by_hand])


def rehearsal(policy: Policy) -> tuple[Policy, CashDesk]:
    """For training: the same terminals, none of them asked; whoever practises says what they show."""
    ports = tuple(replace(it, by_hand=True) for it in policy.ports)
    accounts = replace(policy.accounts, shared=False)
    policy = replace(policy, ports=ports, accounts=accounts)
    return policy, by_hand(policy)
