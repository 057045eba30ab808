"""Facts: everything that can have happened at a till, in the past tense, one frozen class each.

A fact's class name is its type in the journal and `VERSION` its body's version. Who, when and in
which order stand in the record around it (see `journal`). Amounts are minor units of the shop's
currency; quantities are decimals in the item's sales unit. DURABLE facts are on the disk (fsync)
before anything outside can notice them; the others are drafts: a crash of the process keeps them,
a power cut may take the last second of an unpaid basket.
"""

from __future__ import annotations

from appliance.core.facts.accounts import (
    AccountBlocked,
    AccountConflict,
    AccountMoved,
    AccountOpened,
    LedgerHeard,
    ValueHeld,
    ValueReleased,
)
from appliance.core.facts.basket import (
    AgeChecked,
    AgeRefused,
    BasketDiscounted,
    CouponAdded,
    CouponRemoved,
    CustomerAttached,
    LineAdded,
    LineAssigned,
    LineDiscounted,
    LineModified,
    LinePriceOverridden,
    LineQuantityChanged,
    LineRestored,
    LineTraced,
    LineVoided,
    SaleNamed,
    SaleRecalled,
    SaleStarted,
    SaleSuspended,
    SaleVoided,
    SaleVoidStarted,
)
from appliance.core.facts.fleet import (
    CommandEnd,
    DocumentApplied,
    FleetCommandEnded,
    FleetCommandReceived,
)
from appliance.core.facts.handover import HandoverEnded, SaleHandedOver, SaleTakenOver
from appliance.core.facts.paper import (
    EffectEnded,
    EffectStarted,
    MatterClosed,
    PrintRequested,
    PrintSkipped,
)
from appliance.core.facts.people import (
    CashierSignedIn,
    CashierSignedOut,
    ConsentRecorded,
    CustomerErased,
    CustomerRegistered,
    Overridden,
    PinRefused,
    StaffChange,
    StaffChanged,
    TrainingEnded,
    TrainingStarted,
)
from appliance.core.facts.returns import ReturnBegun
from appliance.core.facts.shift import (
    CashMoved,
    DrawerChosen,
    DrawerCounted,
    DrawerOpened,
    ShiftClosed,
    ShiftHandedOver,
    ShiftOpened,
)
from appliance.core.facts.stock import (
    CatalogueApplied,
    CountEntered,
    CountFinished,
    CountStarted,
    OffersApplied,
    StockCounted,
    StockDelta,
    StockMoved,
)
from appliance.core.facts.system import (
    BenchTestBegun,
    BenchTested,
    CardNumberLogged,
    ClockStepped,
    DeviceChanged,
    DrawerMoved,
    FirmwareChanged,
    StepTested,
    TillStarted,
    UpdateWished,
)
from appliance.core.facts.tender import (
    ForeignCounted,
    PaymentStray,
    PaymentStrayClosed,
    SaleCompleted,
    TenderAnswered,
    TenderAsked,
    TenderCancelAsked,
    Tendered,
    TenderInquired,
    TenderSent,
    TenderVoided,
)
from appliance.core.facts.terminal_list import TerminalInspected, TerminalListed, TerminalRetired
from appliance.core.facts.terminals import (
    ReversalClosed,
    ReversalWanted,
    TerminalTotals,
    TotalsAccepted,
    TotalsAsked,
)
from appliance.core.facts.unread import Unread
from appliance.core.facts.words import (
    HOLDS_VALUE,
    AccountKind,
    AgeMethod,
    CashDirection,
    DenominationCount,
    Discount,
    DrawerCause,
    EffectId,
    LineId,
    LineKind,
    LineRef,
    LineSold,
    LineSource,
    Modifier,
    PaidBy,
    PrintWhat,
    PromotionShare,
    Restock,
    SaleId,
    SaleRef,
    ShiftNumber,
    ShiftTotals,
    StockCause,
    StockMove,
    TaxTotal,
    TenderOutcome,
    TenderTotal,
    TenderType,
)

__all__ = [
    "HOLDS_VALUE",
    "AccountBlocked",
    "AccountConflict",
    "AccountKind",
    "AccountMoved",
    "AccountOpened",
    "AgeChecked",
    "AgeMethod",
    "AgeRefused",
    "BasketDiscounted",
    "BenchTestBegun",
    "BenchTested",
    "CardNumberLogged",
    "CashDirection",
    "CashMoved",
    "CashierSignedIn",
    "CashierSignedOut",
    "CatalogueApplied",
    "ClockStepped",
    "CommandEnd",
    "ConsentRecorded",
    "CountEntered",
    "CountFinished",
    "CountStarted",
    "CouponAdded",
    "CouponRemoved",
    "CustomerAttached",
    "CustomerErased",
    "CustomerRegistered",
    "DenominationCount",
    "DeviceChanged",
    "Discount",
    "DocumentApplied",
    "DrawerCause",
    "DrawerChosen",
    "DrawerCounted",
    "DrawerMoved",
    "DrawerOpened",
    "EffectEnded",
    "EffectId",
    "EffectStarted",
    "Fact",
    "FirmwareChanged",
    "FleetCommandEnded",
    "FleetCommandReceived",
    "ForeignCounted",
    "HandoverEnded",
    "LedgerHeard",
    "LineAdded",
    "LineAssigned",
    "LineDiscounted",
    "LineId",
    "LineKind",
    "LineModified",
    "LinePriceOverridden",
    "LineQuantityChanged",
    "LineRef",
    "LineRestored",
    "LineSold",
    "LineSource",
    "LineTraced",
    "LineVoided",
    "MatterClosed",
    "Modifier",
    "OffersApplied",
    "Overridden",
    "PaidBy",
    "PaymentStray",
    "PaymentStrayClosed",
    "PinRefused",
    "PrintRequested",
    "PrintSkipped",
    "PrintWhat",
    "PromotionShare",
    "Restock",
    "ReturnBegun",
    "ReversalClosed",
    "ReversalWanted",
    "SaleCompleted",
    "SaleHandedOver",
    "SaleId",
    "SaleNamed",
    "SaleRecalled",
    "SaleRef",
    "SaleStarted",
    "SaleSuspended",
    "SaleTakenOver",
    "SaleVoidStarted",
    "SaleVoided",
    "ShiftClosed",
    "ShiftHandedOver",
    "ShiftNumber",
    "ShiftOpened",
    "ShiftTotals",
    "StaffChange",
    "StaffChanged",
    "StepTested",
    "StockCause",
    "StockCounted",
    "StockDelta",
    "StockMove",
    "StockMoved",
    "TaxTotal",
    "TenderAnswered",
    "TenderAsked",
    "TenderCancelAsked",
    "TenderInquired",
    "TenderOutcome",
    "TenderSent",
    "TenderTotal",
    "TenderType",
    "TenderVoided",
    "Tendered",
    "TerminalInspected",
    "TerminalListed",
    "TerminalRetired",
    "TerminalTotals",
    "TillStarted",
    "TotalsAccepted",
    "TotalsAsked",
    "TrainingEnded",
    "TrainingStarted",
    "Unread",
    "UpdateWished",
    "ValueHeld",
    "ValueReleased",
]

Fact = (
    SaleStarted
    | LineAdded
    | LineQuantityChanged
    | LinePriceOverridden
    | LineDiscounted
    | LineModified
    | LineAssigned
    | LineTraced
    | LineVoided
    | LineRestored
    | BasketDiscounted
    | CouponAdded
    | CouponRemoved
    | CustomerAttached
    | AgeChecked
    | AgeRefused
    | SaleNamed
    | SaleVoidStarted
    | ReturnBegun
    | SaleVoided
    | SaleSuspended
    | SaleRecalled
    | Tendered
    | TenderAsked
    | TenderSent
    | TenderAnswered
    | TenderInquired
    | TenderCancelAsked
    | PaymentStray
    | PaymentStrayClosed
    | ReversalWanted
    | ReversalClosed
    | TotalsAsked
    | TerminalTotals
    | TotalsAccepted
    | ForeignCounted
    | TenderVoided
    | SaleCompleted
    | AccountOpened
    | AccountMoved
    | AccountBlocked
    | AccountConflict
    | ShiftOpened
    | DrawerChosen
    | CashMoved
    | DrawerOpened
    | DrawerCounted
    | ShiftHandedOver
    | ShiftClosed
    | CashierSignedIn
    | CashierSignedOut
    | PinRefused
    | Overridden
    | TrainingStarted
    | TrainingEnded
    | CustomerRegistered
    | ConsentRecorded
    | CustomerErased
    | StockCounted
    | StockMoved
    | CountStarted
    | CountEntered
    | CountFinished
    | CatalogueApplied
    | OffersApplied
    | PrintRequested
    | PrintSkipped
    | EffectStarted
    | EffectEnded
    | MatterClosed
    | TillStarted
    | FirmwareChanged
    | UpdateWished
    | ClockStepped
    | DeviceChanged
    | DrawerMoved
    | StaffChanged
    | ValueHeld
    | ValueReleased
    | LedgerHeard
    | TerminalListed
    | TerminalInspected
    | TerminalRetired
    | CardNumberLogged
    | FleetCommandReceived
    | FleetCommandEnded
    | DocumentApplied
    | SaleHandedOver
    | HandoverEnded
    | SaleTakenOver
    | Unread
    | BenchTestBegun
    | BenchTested
)
"""Any fact. Its journal type is the class name; all bodies are version 1 today."""
