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
from appliance.core.commands.people import (
    Approved,
    CheckAge,
    EndTraining,
    LockTill,
    RefuseAge,
    RefusePin,
    SignIn,
    StartTraining,
)
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
from appliance.core.commands.tender import (
    AddServiceCharge,
    AddTip,
    AnswerTender,
    AskTender,
    CancelTender,
    CloseStray,
    ConfirmTender,
    CountForeign,
    InquireTender,
    ResolveTender,
    Settle,
    TenderCash,
    TenderForeignCash,
    VoidTender,
)
from appliance.core.commands.wishes import AssignLine, ModifyLine, NameSale

__all__ = [
    "AddItem",
    "AddServiceCharge",
    "AddTip",
    "AimScanner",
    "AimStock",
    "AnswerTender",
    "Approved",
    "AskTender",
    "AssignLine",
    "CancelTender",
    "ChangeQuantity",
    "CheckAge",
    "CheckPrice",
    "CloseShift",
    "CloseStray",
    "Command",
    "ConfirmTender",
    "CountDrawer",
    "CountForeign",
    "CountItem",
    "CountStock",
    "DiscountBasket",
    "DiscountLine",
    "EarlierSale",
    "EndCount",
    "EndEffect",
    "EndTraining",
    "EnterCounted",
    "FindForStock",
    "FindReceipt",
    "FinishCount",
    "InquireTender",
    "LockTill",
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
    "RefuseAge",
    "RefusePin",
    "Request",
    "ResolveTender",
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
    "StartTraining",
    "SuspendSale",
    "TakeBack",
    "TakeBackUnproven",
    "TenderCash",
    "TenderForeignCash",
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
    | AddServiceCharge
    | AddTip
    | AnswerTender
    | AskTender
    | CancelTender
    | CloseStray
    | ConfirmTender
    | CountForeign
    | InquireTender
    | ResolveTender
    | TenderForeignCash
    | OpenShift
    | CountDrawer
    | CloseShift
    | MoveCash
    | NoSale
    | SignIn
    | LockTill
    | RefusePin
    | CheckAge
    | RefuseAge
    | StartTraining
    | EndTraining
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
    | Approved
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
