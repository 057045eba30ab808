"""What the simulated cards compute with their secret, against pyemv: keys, ARQC, ARPC.

The product computes none of this: a till has no issuer's keys. Card and host of the tests must not
agree on a mistake, though.
"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pyemv import ac, kd

from hw_sim import emv_secrets

PAN = st.text("0123456789", min_size=13, max_size=19)
SEQUENCE = st.integers(0, 99).map(lambda it: f"{it:02d}")
COUNTER = st.integers(0, 0xFFFF)


@given(PAN, SEQUENCE, COUNTER, st.binary(max_size=60), st.sampled_from([b"00", b"51", b"10"]))
def test_keys_and_cryptograms_are_theirs(
    pan: str, sequence: str, counter: int, data: bytes, code: bytes
) -> None:
    card = emv_secrets.of_card(pan, sequence, 0x15)
    atc = counter.to_bytes(2)
    master = kd.derive_icc_mk_a(emv_secrets.ISSUER_MASTER_KEY, pan, sequence)
    session = kd.derive_common_sk(master, atc + bytes(6))
    covered = data + b"\x15\x00" + atc + b"\x06\x01"
    request = card.cryptogram(0x80, counter, data)
    assert request == ac.generate_ac(session, covered, ac.PaddingType.EMV)
    assert card.response(request, code, counter) == ac.generate_arpc_1(session, request, code)
