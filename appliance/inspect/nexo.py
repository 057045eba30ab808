"""nexo Sale to POI in the Adyen local form: keys, sealing, opening."""

from __future__ import annotations

from typing import Any

from appliance.inspect.fields import Fields
from appliance.inspect.table import Op, Word
from appliance.payments.nexo import protection
from appliance.payments.nexo.protection import BLOCK_BYTES, KeyName


def nexo_keys(asked: Fields) -> dict[str, Any]:
    keys = protection.derive(asked.text("passphrase"))
    return {
        "hmac_key": keys.hmac_key.hex().upper(),
        "cipher_key": keys.cipher_key.hex().upper(),
        "iv": keys.iv.hex().upper(),
    }


def nexo_seal(asked: Fields) -> dict[str, Any]:
    name = KeyName(asked.text("key_identifier"), asked.integer("key_version"))
    nonce = protection.from_base64(asked.text("nonce"), "nonce", BLOCK_BYTES)
    plain = protection.utf8(asked.text("plaintext"))
    return {"secured": protection.seal(_keys(asked), plain, name, nonce)}


def nexo_open(asked: Fields) -> dict[str, Any]:
    plain = protection.open_sealed(_keys(asked), asked.members("secured"))
    return {"plaintext": plain.decode()}


def _keys(asked: Fields) -> protection.Keys:
    return protection.derive(asked.text("passphrase"))


OPS: dict[str, Op] = {"nexo_keys": nexo_keys, "nexo_seal": nexo_seal, "nexo_open": nexo_open}
WORDS: dict[str, Word] = {}
