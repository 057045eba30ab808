"""Commands: what a person or a script asks of the till; each becomes facts or a refusal.

Amounts are minor units. `line`, `sale` and `effect` are the numbers the view shows. A command that
names no sale means the open basket.
"""

from __future__ import annotations

from appliance.core.commands.basket import (
    AddItem,
    AimScanner,
    ChangeQuantity,
    CheckPrice,
    DiscountBasket,
    DiscountLine,
    OverridePrice,
    RecallSale,
    RestoreLine,
    Scan,
    SellItem,
    SuspendSale,
    VoidLine,
    VoidSale,
    WeighItem,
)
from appliance.core.commands.paper import (
    EndEffect,
    PrintReceipt,
    PrintXReport,
    SettleMatter,
    SkipReceipt,
    StartEffect,
)
from appliance.core.commands.people import SignIn
from appliance.core.commands.shift import CloseShift, CountDrawer, MoveCash, NoSale, OpenShift
from appliance.core.commands.stock import CountStock
from appliance.core.commands.tender import TenderCash, VoidTender

__all__ = [
    "AddItem",
    "AimScanner",
    "ChangeQuantity",
    "CheckPrice",
    "CloseShift",
    "Command",
    "CountDrawer",
    "CountStock",
    "DiscountBasket",
    "DiscountLine",
    "EndEffect",
    "MoveCash",
    "NoSale",
    "OpenShift",
    "OverridePrice",
    "PrintReceipt",
    "PrintXReport",
    "RecallSale",
    "Request",
    "RestoreLine",
    "Scan",
    "SellItem",
    "SettleMatter",
    "SignIn",
    "SkipReceipt",
    "StartEffect",
    "SuspendSale",
    "TenderCash",
    "VoidLine",
    "VoidSale",
    "VoidTender",
    "WeighItem",
]

Command = (
    AddItem
    | ChangeQuantity
    | OverridePrice
    | DiscountLine
    | DiscountBasket
    | VoidLine
    | RestoreLine
    | VoidSale
    | SuspendSale
    | RecallSale
    | TenderCash
    | VoidTender
    | OpenShift
    | CountDrawer
    | CloseShift
    | MoveCash
    | NoSale
    | SignIn
    | PrintReceipt
    | SkipReceipt
    | PrintXReport
    | SettleMatter
    | StartEffect
    | EndEffect
    | CountStock
)
"""What `decide` understands."""

Request = Command | Scan | SellItem | WeighItem | CheckPrice | AimScanner
"""What the Till's mailbox understands: commands, and what the shell first resolves into one."""
