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
from appliance.core.commands.returns import (
    EarlierSale,
    FindReceipt,
    Pick,
    ReturnLines,
    ReturnWithoutReceipt,
    SoldEarlier,
    TakeBack,
    TakeBackUnproven,
    UndoSale,
    VoidCompleted,
)
from appliance.core.commands.shift import CloseShift, CountDrawer, MoveCash, NoSale, OpenShift
from appliance.core.commands.stock import (
    AimStock,
    CountItem,
    CountStock,
    EndCount,
    EnterCounted,
    FindForStock,
    FinishCount,
    MoveStock,
    ReverseStock,
    SellTraced,
    StartCount,
    VoidStockPaper,
)
from appliance.core.commands.tender import Settle, TenderCash, VoidTender
from appliance.core.commands.wishes import AssignLine, ModifyLine, NameSale

__all__ = [
    "AddItem",
    "AimScanner",
    "AimStock",
    "AssignLine",
    "ChangeQuantity",
    "CheckPrice",
    "CloseShift",
    "Command",
    "CountDrawer",
    "CountItem",
    "CountStock",
    "DiscountBasket",
    "DiscountLine",
    "EarlierSale",
    "EndCount",
    "EndEffect",
    "EnterCounted",
    "FindForStock",
    "FindReceipt",
    "FinishCount",
    "ModifyLine",
    "MoveCash",
    "MoveStock",
    "NameSale",
    "NoSale",
    "OpenShift",
    "OverridePrice",
    "Pick",
    "PrintReceipt",
    "PrintXReport",
    "RecallSale",
    "Request",
    "RestoreLine",
    "ReturnLines",
    "ReturnWithoutReceipt",
    "ReverseStock",
    "Scan",
    "SellItem",
    "SellTraced",
    "Settle",
    "SettleMatter",
    "SignIn",
    "SkipReceipt",
    "SoldEarlier",
    "StartCount",
    "StartEffect",
    "SuspendSale",
    "TakeBack",
    "TakeBackUnproven",
    "TenderCash",
    "UndoSale",
    "VoidCompleted",
    "VoidLine",
    "VoidSale",
    "VoidStockPaper",
    "VoidTender",
    "WeighItem",
]

Command = (
    ModifyLine
    | AssignLine
    | NameSale
    | AddItem
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
    | Settle
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
    | MoveStock
    | ReverseStock
    | StartCount
    | EnterCounted
    | EndCount
    | TakeBack
    | TakeBackUnproven
    | UndoSale
)
"""What `decide` understands."""

Request = (
    Command
    | Scan
    | SellItem
    | WeighItem
    | CheckPrice
    | AimScanner
    | VoidStockPaper
    | CountItem
    | FinishCount
    | SellTraced
    | AimStock
    | FindForStock
    | FindReceipt
    | ReturnLines
    | ReturnWithoutReceipt
    | VoidCompleted
)
"""What the Till's mailbox understands: commands, and what the shell first resolves into one."""
