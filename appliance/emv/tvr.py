"""Terminal verification results (95): what a terminal found out of the ordinary, bit by bit."""

from __future__ import annotations

from enum import IntFlag


class Tvr(IntFlag):
    """EMV Book 3, annex C5. Byte 1 bit 8 is the highest of 40 bits."""

    NOTHING = 0
    ODA_NOT_PERFORMED = 1 << 39
    SDA_FAILED = 1 << 38
    ICC_DATA_MISSING = 1 << 37
    ON_EXCEPTION_FILE = 1 << 36
    DDA_FAILED = 1 << 35
    CDA_FAILED = 1 << 34
    SDA_SELECTED = 1 << 33
    VERSIONS_DIFFER = 1 << 31
    EXPIRED = 1 << 30
    NOT_YET_EFFECTIVE = 1 << 29
    SERVICE_NOT_ALLOWED = 1 << 28
    NEW_CARD = 1 << 27
    CVM_FAILED = 1 << 23
    CVM_UNRECOGNISED = 1 << 22
    PIN_TRY_LIMIT_EXCEEDED = 1 << 21
    PIN_PAD_MISSING = 1 << 20
    PIN_NOT_ENTERED = 1 << 19
    ONLINE_PIN_ENTERED = 1 << 18
    FLOOR_LIMIT_EXCEEDED = 1 << 15
    LOWER_OFFLINE_LIMIT_EXCEEDED = 1 << 14
    UPPER_OFFLINE_LIMIT_EXCEEDED = 1 << 13
    SELECTED_AT_RANDOM = 1 << 12
    MERCHANT_FORCED_ONLINE = 1 << 11
    DEFAULT_TDOL_USED = 1 << 7
    ISSUER_AUTHENTICATION_FAILED = 1 << 6
    SCRIPT_FAILED_BEFORE_FINAL = 1 << 5
    SCRIPT_FAILED_AFTER_FINAL = 1 << 4

    def encoded(self) -> bytes:
        return self.to_bytes(5, "big")


class Tsi(IntFlag):
    """Transaction status information (9B), annex C6: which steps were done."""

    NOTHING = 0
    ODA_PERFORMED = 1 << 15
    CVM_PERFORMED = 1 << 14
    CARD_RISK_MANAGEMENT_PERFORMED = 1 << 13
    ISSUER_AUTHENTICATION_PERFORMED = 1 << 12
    TERMINAL_RISK_MANAGEMENT_PERFORMED = 1 << 11
    SCRIPT_PROCESSED = 1 << 10

    def encoded(self) -> bytes:
        return self.to_bytes(2, "big")
