"""Commands: what a person or a script asks of the till; each becomes facts or a refusal.

Amounts are minor units. `line`, `sale` and `effect` are the numbers the view shows. A command that
names no sale means the open basket.
"""

from __future__ import annotations

from appliance.core.commands.accounts import (
    Advance,
    AimCard,
    Block,
    BlockAccount,
    Charge,
    CheckCard,
    CloseCard,
    Expire,
    GiveVoucher,
    Hold,
    HoldValue,
    IssueVoucher,
    ListAdvances,
    NoteForeignBlock,
    NoteForeignMovement,
    NoteLedger,
    NoteMovement,
    PayBack,
    PayTab,
    PrintAccount,
    PrintBalance,
    PutOnTab,
    Redeem,
    RedeemAdvance,
    RedeemGiftCard,
    RedeemPoints,
    RefundAdvance,
    RefundToVoucher,
    Release,
    ReleaseValue,
    ReturnGiftCard,
    SellGiftCard,
    TakeAdvance,
    TopUpGiftCard,
    WriteOffExpired,
    WriteOffShort,
)
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
    ReturnDeposit,
    Scan,
    SellItem,
    SuspendSale,
    TakeBackContainers,
    VoidLine,
    VoidSale,
    WeighItem,
)
from appliance.core.commands.bench import BeginBenchTest, NoteBenchTest
from appliance.core.commands.coupons import AddCoupon, EnterCoupon, ExplainLine, RemoveCoupon
from appliance.core.commands.customers import (
    AttachCustomer,
    EraseCustomer,
    FindCustomers,
    ForgetCustomer,
    RecordConsent,
    RegisterCustomer,
    SetCustomer,
    ShowCustomer,
)
from appliance.core.commands.fleet import (
    EndFleetCommand,
    NoteDocument,
    PrintFleetNote,
    ReceiveFleetCommand,
)
from appliance.core.commands.handover import (
    EndHandover,
    FetchSale,
    HandOverSale,
    RecallHandover,
    TakeBackHandover,
    TakeOverSale,
)
from appliance.core.commands.paper import (
    EndEffect,
    PrintCode,
    PrintPayCode,
    PrintReceipt,
    PrintSalesReport,
    PrintStockList,
    PrintXReport,
    SettleMatter,
    ShowFleetCode,
    SkipReceipt,
    StartEffect,
)
from appliance.core.commands.payment import (
    AnswerTender,
    AskTender,
    CancelTender,
    CloseStray,
    ConfirmTender,
    InquireTender,
    ResolveTender,
    SendTender,
)
from appliance.core.commands.people import (
    Approved,
    CheckAge,
    EndTraining,
    LockTill,
    NeverMind,
    PrintSignals,
    RefuseAge,
    RefusePin,
    SeeSignals,
    SignIn,
    StartTraining,
)
from appliance.core.commands.returns import (
    EarlierSale,
    FindReceipt,
    Pick,
    RefundToOrigin,
    ReturnLines,
    ReturnWithoutReceipt,
    SoldEarlier,
    TakeBack,
    TakeBackUnproven,
    UndoSale,
    VoidCompleted,
)
from appliance.core.commands.shift import (
    ChooseDrawer,
    CloseShift,
    CountDrawer,
    DropToSafe,
    HandOver,
    MoveCash,
    NoSale,
    OpenShift,
    PrintZ,
    PrintZCopy,
    ShowShifts,
    ShowX,
)
from appliance.core.commands.staff import (
    AimBadge,
    BlockBadge,
    ChangeStaff,
    GiveBadge,
    PutPerson,
    RemovePerson,
    SeeStaff,
    SetPin,
)
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
    CountForeign,
    Settle,
    TenderCash,
    TenderForeignCash,
    VoidTender,
)
from appliance.core.commands.terminal_list import InspectTerminal, ListTerminal, RetireTerminal
from appliance.core.commands.terminals import (
    AcceptTotals,
    AskTotals,
    BookTotals,
    CloseReversal,
    GiveBack,
    GiveUpSale,
)
from appliance.core.commands.update import NoteFirmware, UpdateFromStick
from appliance.core.commands.wishes import AssignLine, ModifyLine, NameSale

__all__ = [
    "AcceptTotals",
    "AddCoupon",
    "AddItem",
    "AddServiceCharge",
    "AddTip",
    "Advance",
    "AimBadge",
    "AimCard",
    "AimScanner",
    "AimStock",
    "AnswerTender",
    "Approved",
    "AskTender",
    "AskTotals",
    "AssignLine",
    "AttachCustomer",
    "BeginBenchTest",
    "Block",
    "BlockAccount",
    "BlockBadge",
    "BookTotals",
    "CancelTender",
    "ChangeQuantity",
    "ChangeStaff",
    "Charge",
    "CheckAge",
    "CheckCard",
    "CheckPrice",
    "ChooseDrawer",
    "CloseCard",
    "CloseReversal",
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
    "DropToSafe",
    "EarlierSale",
    "EndCount",
    "EndEffect",
    "EndFleetCommand",
    "EndHandover",
    "EndTraining",
    "EnterCounted",
    "EnterCoupon",
    "EraseCustomer",
    "Expire",
    "ExplainLine",
    "FetchSale",
    "FindCustomers",
    "FindForStock",
    "FindReceipt",
    "FinishCount",
    "ForgetCustomer",
    "GiveBack",
    "GiveBadge",
    "GiveUpSale",
    "GiveVoucher",
    "HandOver",
    "HandOverSale",
    "Hold",
    "HoldValue",
    "InquireTender",
    "InspectTerminal",
    "IssueVoucher",
    "ListAdvances",
    "ListTerminal",
    "LockTill",
    "ModifyLine",
    "MoveCash",
    "MoveStock",
    "NameSale",
    "NeverMind",
    "NoSale",
    "NoteBenchTest",
    "NoteDocument",
    "NoteFirmware",
    "NoteForeignBlock",
    "NoteForeignMovement",
    "NoteLedger",
    "NoteMovement",
    "OpenShift",
    "OverridePrice",
    "PayBack",
    "PayTab",
    "Pick",
    "PrintAccount",
    "PrintBalance",
    "PrintCode",
    "PrintFleetNote",
    "PrintPayCode",
    "PrintReceipt",
    "PrintSalesReport",
    "PrintSignals",
    "PrintStockList",
    "PrintXReport",
    "PrintZ",
    "PrintZCopy",
    "PutOnTab",
    "PutPerson",
    "RecallHandover",
    "RecallSale",
    "ReceiveFleetCommand",
    "RecordConsent",
    "Redeem",
    "RedeemAdvance",
    "RedeemGiftCard",
    "RedeemPoints",
    "RefundAdvance",
    "RefundToOrigin",
    "RefundToVoucher",
    "RefuseAge",
    "RefusePin",
    "RegisterCustomer",
    "Release",
    "ReleaseValue",
    "RemoveCoupon",
    "RemovePerson",
    "Request",
    "ResolveTender",
    "RestoreLine",
    "RetireTerminal",
    "ReturnDeposit",
    "ReturnGiftCard",
    "ReturnLines",
    "ReturnWithoutReceipt",
    "ReverseStock",
    "Scan",
    "SeeSignals",
    "SeeStaff",
    "SellGiftCard",
    "SellItem",
    "SellTraced",
    "SendTender",
    "SetCustomer",
    "SetPin",
    "Settle",
    "SettleMatter",
    "ShowCustomer",
    "ShowFleetCode",
    "ShowShifts",
    "ShowX",
    "SignIn",
    "SkipReceipt",
    "SoldEarlier",
    "StartCount",
    "StartEffect",
    "StartTraining",
    "SuspendSale",
    "TakeAdvance",
    "TakeBack",
    "TakeBackContainers",
    "TakeBackHandover",
    "TakeBackUnproven",
    "TakeOverSale",
    "TenderCash",
    "TenderForeignCash",
    "TopUpGiftCard",
    "UndoSale",
    "UpdateFromStick",
    "VoidCompleted",
    "VoidLine",
    "VoidSale",
    "VoidStockPaper",
    "VoidTender",
    "WeighItem",
    "WriteOffExpired",
    "WriteOffShort",
]

Command = (
    ModifyLine
    | AssignLine
    | NameSale
    | AddItem
    | TakeBackContainers
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
    | SendTender
    | AskTender
    | CancelTender
    | CloseStray
    | ConfirmTender
    | CountForeign
    | InquireTender
    | ResolveTender
    | GiveUpSale
    | GiveBack
    | CloseReversal
    | AskTotals
    | BookTotals
    | AcceptTotals
    | ListTerminal
    | InspectTerminal
    | RetireTerminal
    | TenderForeignCash
    | OpenShift
    | ChooseDrawer
    | CountDrawer
    | HandOver
    | DropToSafe
    | PrintZ
    | CloseShift
    | MoveCash
    | NoSale
    | SignIn
    | LockTill
    | RefusePin
    | CheckAge
    | RefuseAge
    | SeeStaff
    | ChangeStaff
    | SeeSignals
    | PrintSignals
    | StartTraining
    | EndTraining
    | PrintReceipt
    | PrintCode
    | SkipReceipt
    | PrintXReport
    | PrintSalesReport
    | PrintStockList
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
    | RefundToOrigin
    | UndoSale
    | WriteOffShort
    | Charge
    | Redeem
    | GiveVoucher
    | Advance
    | PayBack
    | NoteMovement
    | PrintAccount
    | Block
    | Hold
    | Release
    | NoteLedger
    | Expire
    | RecordConsent
    | SetCustomer
    | ForgetCustomer
    | AddCoupon
    | RemoveCoupon
    | ReceiveFleetCommand
    | EndFleetCommand
    | PrintFleetNote
    | ShowFleetCode
    | NoteDocument
    | BeginBenchTest
    | NoteBenchTest
    | NoteFirmware
    | UpdateFromStick
    | HandOverSale
    | TakeOverSale
    | EndHandover
    | TakeBackHandover
)
"""What `decide` understands."""

Request = (
    Command
    | Scan
    | SellItem
    | WeighItem
    | CheckPrice
    | AimScanner
    | ReturnDeposit
    | Approved
    | NeverMind
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
    | SellGiftCard
    | AimCard
    | TopUpGiftCard
    | RedeemGiftCard
    | RedeemPoints
    | PutOnTab
    | RedeemAdvance
    | RefundToVoucher
    | IssueVoucher
    | CheckCard
    | CloseCard
    | WriteOffExpired
    | PrintBalance
    | BlockAccount
    | NoteForeignBlock
    | HoldValue
    | ReleaseValue
    | TakeAdvance
    | RefundAdvance
    | ReturnGiftCard
    | ListAdvances
    | PayTab
    | NoteForeignMovement
    | PrintZCopy
    | ShowShifts
    | PutPerson
    | SetPin
    | AimBadge
    | GiveBadge
    | BlockBadge
    | RemovePerson
    | ShowX
    | FindCustomers
    | ShowCustomer
    | AttachCustomer
    | RegisterCustomer
    | EraseCustomer
    | EnterCoupon
    | PrintPayCode
    | ExplainLine
    | FetchSale
    | RecallHandover
)
"""What the Till's mailbox understands: commands, and what the shell first resolves into one."""
