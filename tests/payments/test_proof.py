"""The proof's own parts: it counts whole messages, and finds what it is there to find."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.facts import SaleId, TenderType
from appliance.core.intents import Intent, IntentState
from hw_sim.terminal import Charge

from .proof import messages
from .proof.ledgers import Shown, Wrong, compared

FRAMES = {
    messages.privat: [b'\0{"method":"PingDevice"}\0', b'{"a":1}\0'],
    messages.zvt: [b"\x80\x00\x00", b"\x06\x01\x02ab", b"\x04\x0f\xff\x00\x01" + bytes(256)],
    messages.zvt_serial: [b"\x06", b"\x15", b"\x10\x02\x06\x10\x10\x00\x10\x03\x10\x02"],
    messages.ecr17: [b"\x06\x03z", b"\x02payload\x03\x02", b"\x01INSERIRE\x04"],
    messages.http: [b"GET / HTTP/1.1\r\n\r\n", b"HTTP/1.1 200 X\r\nContent-Length: 2\r\n\r\n{}"],
    messages.iso8583: [b"\x00\x03abc", b"\x00\x00"],
    messages.caisse_ap: [b"CZ0040300AE00210"],
}


@pytest.mark.parametrize("split", FRAMES, ids=lambda it: it.__name__)
@given(data=st.data())
def test_a_stream_in_any_pieces_has_the_same_messages(split, data):
    frames = data.draw(st.lists(st.sampled_from(FRAMES[split]), max_size=5))
    if split is messages.caisse_ap:
        frames = frames[:1]  # its messages have no end mark: one a connection
    stream, found, rest = b"".join(frames), [], b""
    step = data.draw(st.integers(1, 9)) if split is not messages.caisse_ap else len(stream) or 1
    for at in range(0, len(stream), step):
        whole, rest = split(rest + stream[at : at + step])
        found += whole
    assert (found, rest) == (frames, b"")


def intent(state, amount=0, *, tender=1, asked=1000, gone=0):
    return Intent(
        *(SaleId(1), tender, TenderType.CARD, "terminal", asked),
        state=IntentState(state),
        amount_minor=amount,
        gone_minor=gone,
    )


PAID, REFUNDED = Charge("payment", 1000, "1"), Charge("refund", 1000, "2")
TAKEN_BACK = Charge("payment", 1000, "1", reversed=True)
BOOKED, DECLINED, UNKNOWN = intent("approved", 1000), intent("declined"), intent("unknown")
GIVEN_BACK = intent("reversed", 1000, gone=1000)
REFUND = intent("approved", -1000, tender=2, asked=-1000)
REFUND_UNKNOWN = intent("unknown", tender=2, asked=-1000)
NOTHING_SHOWN, SHOWN = Shown(), Shown({1, 2}, {1})


@pytest.mark.parametrize(
    ("made", "intents"),
    [
        ([PAID], [BOOKED]),
        ([], [DECLINED]),
        ([TAKEN_BACK], [DECLINED]),
        ([TAKEN_BACK], [GIVEN_BACK, REFUND]),
        ([PAID, REFUNDED], [GIVEN_BACK, REFUND]),
    ],
)
def test_ledgers_that_agree_are_right(made, intents):
    assert compared(made, intents, NOTHING_SHOWN) == []


@pytest.mark.parametrize(
    ("made", "intents"),
    [
        ([PAID], [UNKNOWN]),
        ([], [UNKNOWN]),
        ([PAID], [BOOKED, REFUND_UNKNOWN]),
        ([PAID, REFUNDED], [BOOKED, REFUND_UNKNOWN]),
    ],
)
def test_what_the_till_does_not_know_is_right_when_it_says_so_and_wrong_when_not(made, intents):
    assert compared(made, intents, SHOWN) == []
    assert compared(made, intents, NOTHING_SHOWN) == [Wrong.HIDDEN]


@pytest.mark.parametrize(
    ("made", "intents", "wrong"),
    [
        ([PAID, PAID], [BOOKED], [Wrong.TWICE, Wrong.LOST]),
        ([PAID, PAID], [BOOKED, UNKNOWN], [Wrong.TWICE]),
        ([PAID, REFUNDED, REFUNDED], [GIVEN_BACK, REFUND], [Wrong.TWICE, Wrong.UNPAID]),
        ([PAID], [DECLINED], [Wrong.LOST]),
        ([PAID], [GIVEN_BACK, REFUND], [Wrong.LOST]),
        ([], [BOOKED], [Wrong.UNPAID]),
        ([PAID, REFUNDED], [BOOKED], [Wrong.UNPAID]),
        ([TAKEN_BACK], [BOOKED], [Wrong.UNPAID]),
        ([PAID], [intent("approved", 999)], [Wrong.LOST]),
        ([PAID], [intent("sent")], [Wrong.HIDDEN]),
    ],
)
def test_the_checker_finds_what_is_wrong(made, intents, wrong):
    shown = SHOWN if UNKNOWN in intents else NOTHING_SHOWN
    assert compared(made, intents, shown) == wrong


def test_money_to_give_back_is_owed_until_it_is_back():
    assert compared([PAID], [BOOKED], NOTHING_SHOWN, wants_back=True) == [Wrong.HIDDEN]
    assert compared([PAID], [BOOKED], SHOWN, wants_back=True) == []
    assert compared([TAKEN_BACK], [GIVEN_BACK, REFUND], NOTHING_SHOWN, wants_back=True) == []
