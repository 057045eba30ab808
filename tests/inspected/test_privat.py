"""PrivatBank JSON ECR through `till inspect`: frames, and what answers mean."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from .asking import ask, refused

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
MESSAGES = st.builds(
    lambda method, rest: {"method": method, **{k: v for k, v in rest.items() if k != "method"}},
    st.sampled_from(["PingDevice", "Purchase", "Оплата", ""]),
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=5), JSON, max_size=4
    ),
)


def frame_of(message: object) -> str:
    answer = ask("privat_frame", json=message)
    assert list(answer) == ["hex"]
    return str(answer["hex"])


@given(st.lists(MESSAGES, max_size=4), st.binary(max_size=8).filter(lambda it: b"\0" not in it))
def test_what_is_framed_is_read_back_and_the_rest_is_kept(messages, rest) -> None:
    wire = "".join(map(frame_of, messages)) + rest.hex()
    answer = ask("privat_frame", hex=wire)
    assert answer == {"messages": messages, "rest": rest.hex().upper()}
    assert json.dumps(answer["messages"]) == json.dumps(messages)  # members in their order


def test_only_the_greeting_begins_with_a_zero_byte() -> None:
    body = '{"method":"%s"}'
    assert (
        frame_of({"method": "PingDevice"})
        == ("\0" + body % "PingDevice" + "\0").encode().hex().upper()
    )
    for name in ("pingDevice", "PingDevice ", "Identify"):
        assert frame_of({"method": name}) == (body % name + "\0").encode().hex().upper()


def test_letters_stay_as_they_are_and_members_in_their_order() -> None:
    frame = bytes.fromhex(
        frame_of({"step": 0, "a": 'Їжа\0"/', "method": "Purchase", "b": [1, None]})
    )
    assert frame.decode() == '{"step":0,"a":"Їжа\\u0000\\"/","method":"Purchase","b":[1,null]}\0'


@pytest.mark.parametrize(
    "message",
    [{}, {"method": None}, {"method": 1}, {"step": 0}, [], "x", 1, None,
     {"method": "Purchase", "x": "\ud800"}],
)  # fmt: skip
def test_what_cannot_be_framed_is_an_error(message: object) -> None:
    assert refused("privat_frame", json=message)


@pytest.mark.parametrize(
    "wire",
    ["[]", "1", '"x"', "null", "{", " ", '{"a":NaN}', '{"a":-Infinity}', '{"a":1}{"b":2}', "{'a':1}",
     '\ufeff{"a":1}', '{"a":1e999}'],
)  # fmt: skip
def test_a_piece_that_is_no_object_is_an_error(wire: str) -> None:
    assert refused("privat_frame", hex=(wire + "\0").encode().hex())
    assert refused("privat_frame", hex=b'{"method":"x"}\0'.hex() + (wire + "\0").encode().hex())
    assert ask("privat_frame", hex=wire.encode().hex())["messages"] == []


def test_bytes_that_are_not_utf8_are_an_error_but_not_in_the_rest() -> None:
    assert refused("privat_frame", hex="7B22FF227D00")
    assert ask("privat_frame", hex="00007b22ff") == {"messages": [], "rest": "7B22FF"}


def test_empty_pieces_are_skipped_and_a_message_needs_no_method() -> None:
    assert ask("privat_frame", hex="") == {"messages": [], "rest": ""}
    assert ask("privat_frame", hex="000000") == {"messages": [], "rest": ""}
    wire = b'\0\0 {"a": 1} \0\0{}\0{"method'
    assert ask("privat_frame", hex=wire.hex()) == {
        "messages": [{"a": 1}, {}],
        "rest": b'{"method'.hex().upper(),
    }


def test_hex_counts_before_json_and_one_of_them_is_needed() -> None:
    assert "messages" in ask("privat_frame", hex="", json={"method": "x"})
    assert "hex" in ask("privat_frame", hex=None, json={"method": "x"})
    assert refused("privat_frame")
    assert refused("privat_frame", hex="0")
    assert refused("privat_frame", hex=0)


# What answers mean.


def means(
    code: object = "0000",
    amount: object = "87.50",
    method: str = "Purchase",
    *,
    error: object = False,
    request_amount: object = None,
    pending: object = None,
    **params: object,
) -> dict[str, Any]:
    said = {"responseCode": code, "amount": amount, **params}
    said = {name: value for name, value in said.items() if value is not None}
    answer = {"method": method, "step": 0, "params": said, "error": error}
    return ask("privat_outcome", answer=answer, request_amount=request_amount, pending=pending)


def outcome(*args: Any, **kwargs: Any) -> tuple[str, int | None]:
    answer = means(*args, **kwargs)
    assert set(answer) <= {"outcome", "journal", "amount_minor"}
    assert ("amount_minor" in answer) == ("approved" in answer["outcome"])
    return answer["outcome"], answer.get("amount_minor")


@pytest.mark.parametrize(
    ("amount", "minor"),
    [("87.50", 8750), ("87.5", 8750), ("87", 8700), ("0", 0), ("0.01", 1), ("007.10", 710), (87, 8700),
     (" 87.50\t", 8750), ("1" * 30, int("1" * 30 + "00"))],
)  # fmt: skip
def test_an_amount_has_at_most_two_decimals(amount: object, minor: int) -> None:
    assert outcome(amount=amount) == ("approved", minor)


@pytest.mark.parametrize(
    "amount",
    ["", ".5", "87.", "87.500", "87,50", "-5", "+5", "1e3", "8 7", "UAH 5", "٣", None, True, 87.5, ["1"],
     "0x10", "1_000"],
)  # fmt: skip
def test_without_a_readable_amount_an_approval_is_unknown(amount: object) -> None:
    assert outcome(amount=amount) == ("unknown", None)
    assert outcome("0010", amount) == ("unknown", None)


@pytest.mark.parametrize(
    "amount", ["", "87.", ".5", "87.505", " 87", "87 ", "-1", "abc", 87, 87.5, True]
)
def test_what_was_requested_has_to_be_readable_whatever_the_answer_is(amount: object) -> None:
    for method in ("Purchase", "ServiceMessage", "GetReceiptInfo"):
        assert list(means(method=method, request_amount=amount)) == ["error"]


def test_an_answer_without_a_method_is_an_error() -> None:
    assert refused("privat_outcome", answer={"params": {"responseCode": "0000"}})
    assert refused("privat_outcome", answer={"method": None})
    assert refused("privat_outcome", answer={"method": 5})
    assert refused("privat_outcome", answer=[])
    assert refused("privat_outcome")
    assert refused("privat_outcome", answer={"method": "Purchase", "params": []})


@pytest.mark.parametrize("params", [{}, {"params": None}, {"params": {}}])
def test_missing_params_count_as_empty(params: dict[str, Any]) -> None:
    for method, expected in (("Purchase", "unknown"), ("ServiceMessage", "service")):
        answer = ask("privat_outcome", answer={"method": method, **params})
        assert answer == {"outcome": expected, "journal": {}}


@pytest.mark.parametrize(
    ("message", "expected"),
    [("deviceBusy", "busy"), (" deviceBusy ", "busy"), ("interruptTransmitted", "interrupt_acknowledged"),
     ("\tinterruptTransmitted\n", "interrupt_acknowledged"), ("identify", "service"), ("", "service"),
     (None, "service"), ("devicebusy", "service"), (5, "service"), ("methodNotImplemented", "service")],
)  # fmt: skip
def test_a_service_message_says_nothing_of_money(message: object, expected: str) -> None:
    said = means(method="ServiceMessage", msgType=message, terminalId="T1", error=True)
    assert said == {"outcome": expected, "journal": {}}


@pytest.mark.parametrize(
    ("code", "expected"),
    [("0001", "declined"), ("0051", "declined"), ("0116", "declined"), ("0999", "declined"),
     ("1001", "cancelled"), ("1002", "declined"), ("1003", "declined"), ("1006", "declined"),
     ("1007", "declined"), ("1000", "unknown"), ("1004", "unknown"), ("1005", "unknown"),
     ("1008", "unknown"), ("1009", "unknown"), ("1010", "unknown"), ("9999", "unknown"),
     ("", "unknown"), (None, "unknown"), ("51", "unknown"), ("00000", "unknown"), ("00A0", "unknown"),
     (0, "unknown"), (1001, "cancelled"), (1000, "unknown"), (" 1001 ", "cancelled"), ("٠٠٠٠", "unknown"),
     (1001.0, "unknown"), (True, "unknown"), ("0011", "declined")],
)  # fmt: skip
def test_the_response_code_decides(code: object, expected: str) -> None:
    for error in (False, True, None):
        assert outcome(code, error=error) == (expected, None)
        assert outcome(code, method="Withdrawal", error=error) == (expected, None)


def test_less_than_asked_for_is_a_part_and_the_answers_amount_counts() -> None:
    assert outcome(request_amount="87.50") == ("approved", 8750)
    assert outcome(request_amount="87.51") == ("partially_approved", 8750)
    assert outcome(request_amount="87.5") == ("approved", 8750)
    assert outcome(request_amount="10") == ("approved", 8750)
    assert outcome("0010", request_amount="10") == ("partially_approved", 8750)
    assert outcome("0010") == ("partially_approved", 8750)
    assert outcome(" 0010 ", request_amount="87.50") == ("partially_approved", 8750)
    assert outcome(amount="0", request_amount="1") == ("partially_approved", 0)


@pytest.mark.parametrize(
    ("error", "failed"),
    [(True, True), ("true", True), (False, False), ("false", False), (None, False), ("True", False),
     (1, False), (" true", False), ("", False), ("yes", False)],
)  # fmt: skip
def test_an_approval_with_an_error_is_unknown(error: object, failed: bool) -> None:
    for code in ("0000", "0010"):
        assert (outcome(code, error=error)[0] == "unknown") is failed
    assert (receipt(error=error)[0] == "unknown") is failed


@pytest.mark.parametrize("name", ["errorDescription", "errorDecsription", "errorDescritption"])
def test_the_description_of_an_error_decides_nothing(name: str) -> None:
    answer = {
        "method": "Purchase",
        "params": {"responseCode": "0000", "amount": "1"},
        name: "failed",
    }
    assert ask("privat_outcome", answer=answer)["outcome"] == "approved"


PENDING = {"amount": "87.50", "last_invoice_before": "000041"}


def receipt(
    code: object = "0000", amount: object = "87.50", pending: object = PENDING, **more: object
) -> tuple[str, int | None]:
    params: dict[str, object] = {"invoiceNumber": "000042", "terminalId": "T1"}
    return outcome(code, amount, "GetReceiptInfo", pending=pending, **(params | more))


def test_the_last_receipt_counts_if_everything_fits() -> None:
    assert receipt() == ("approved", 8750)
    assert receipt(pending=PENDING | {"terminal_id": "T1"}) == ("approved", 8750)
    assert receipt(pending=PENDING | {"terminal_id": None}) == ("approved", 8750)
    assert receipt(invoiceNumber=42) == ("approved", 8750)
    assert receipt(invoiceNumber=" 42 ", terminalId=" T1 ", amount="87.5") == ("approved", 8750)
    assert receipt("0010", "87.49") == ("partially_approved", 8749)
    assert receipt("0010", "0.01") == ("partially_approved", 1)
    assert receipt(amount="0", pending=PENDING | {"amount": "0"}) == ("approved", 0)
    assert receipt(invoiceNumber="1" * 5000) == ("approved", 8750)
    assert receipt(request_amount="1") == ("approved", 8750)


@pytest.mark.parametrize(
    "other",
    [
        {"pending": None}, {"invoiceNumber": "000041"}, {"invoiceNumber": "000040"},
        {"invoiceNumber": "41"}, {"invoiceNumber": ""}, {"invoiceNumber": None},
        {"invoiceNumber": "A42"}, {"invoiceNumber": "-42"}, {"invoiceNumber": 42.0},
        {"invoiceNumber": "٤٢"}, {"amount": "87.49"}, {"amount": "87.51"}, {"amount": None},
        {"amount": "x"}, {"code": "0010"}, {"code": "0010", "amount": "87.51"},
        {"code": "0010", "amount": "0"}, {"code": "0051"}, {"code": "1001"}, {"code": None},
        {"code": "1002"}, {"error": True}, {"pending": PENDING | {"last_invoice_before": ""}},
        {"pending": PENDING | {"last_invoice_before": "x"}},
        {"pending": PENDING | {"last_invoice_before": " 41"}},
        {"pending": PENDING | {"terminal_id": "T2"}}, {"pending": PENDING | {"terminal_id": ""}},
        {"pending": PENDING | {"terminal_id": "T1"}, "terminalId": None},
        {"code": "0000", "amount": "50.00"},
    ],
)  # fmt: skip
def test_a_receipt_that_does_not_fit_is_somebody_elses(other: dict[str, Any]) -> None:
    assert receipt(**other) == ("unknown", None)


@pytest.mark.parametrize(
    "pending",
    [{}, {"amount": "1"}, {"last_invoice_before": "1"}, PENDING | {"amount": "x"}, PENDING | {"amount": 5},
     PENDING | {"amount": None}, PENDING | {"last_invoice_before": None}, PENDING | {"amount": "1."},
     PENDING | {"last_invoice_before": 41}, PENDING | {"terminal_id": 1}, [], "x", 1],
)  # fmt: skip
def test_what_was_pending_has_to_be_whole_whatever_the_method(pending: object) -> None:
    for method in ("GetReceiptInfo", "Purchase", "ServiceMessage"):
        assert list(means(method=method, pending=pending)) == ["error"]


KEPT = """approvalCode invoiceNumber rrn terminalId merchant paymentSystem bankAcquirer issuerName
    responseCode date time amount signVerif posEntryMode txnType trnStatus""".split()


def test_only_what_may_be_kept_is_kept() -> None:
    secret = "track1 track2 cardHolderName cardExpiryDate pan cvv bonusPan receipt".split()
    params: dict[str, object] = {name: f" {name} " for name in KEPT + secret}
    assert means(**(params | {"code": "0051", "responseCode": "0051", "amount": "1"}))[
        "journal"
    ] == {
        **{name: name for name in KEPT},
        "responseCode": "0051",
        "amount": "1",
    }


def test_empty_texts_and_what_is_no_text_are_not_kept_and_whole_numbers_are() -> None:
    kept = means(
        rrn="  ", merchant=7, date=None, time=1.5, terminalId=["T"], txnType=False, invoiceNumber=""
    )
    assert kept["journal"] == {"responseCode": "0000", "amount": "87.50", "merchant": "7"}


@pytest.mark.parametrize(
    ("pan", "kept"),
    [("9804XXXXXXXX0010", "0010"), (" 980400000010 ", "0010"), (9804000000001234, "1234"), ("0010", "0010"),
     ("XXXX001X", None), ("XXXX 010", None), ("010", None), ("", None), ("XX٠٠١٠", None), (None, None),
     ("0010\nX", None), ("1.5", None)],
)  # fmt: skip
def test_of_a_card_number_the_last_four_digits_are_kept(pan: object, kept: str | None) -> None:
    answer = means(pan=pan, method="GetReceiptInfo")
    assert answer["journal"].get("pan_last4") == kept
    assert "pan" not in answer["journal"]


@given(
    st.dictionaries(
        st.sampled_from([*KEPT, "pan", "track1", "track2", "cardHolderName", "msgType"]),
        st.text(max_size=12) | st.integers() | st.none() | st.booleans() | st.sampled_from(
            ["0000", "0010", "1001", "1000", "0051", "87.50", "50", "deviceBusy", "42"]
        ),
    ),
    st.sampled_from(["Purchase", "ServiceMessage", "GetReceiptInfo", "Refund"]),
    st.sampled_from([True, False, "true", None]),
    st.none() | st.just("87.50"),
    st.none() | st.just(PENDING),
)  # fmt: skip
def test_whatever_a_terminal_says_is_answered_as_the_rules_in_order_say(
    params, method, error, request_amount, pending
) -> None:
    answer = ask(
        "privat_outcome",
        answer={"method": method, "params": params, "error": error},
        request_amount=request_amount,
        pending=pending,
    )
    stripped = {
        k: str(v).strip() for k, v in params.items() if v is not None and not isinstance(v, bool)
    }
    assert answer["outcome"] == _second_writing(stripped, method, error, request_amount, pending)
    if "approved" in answer["outcome"]:
        assert answer["amount_minor"] == round(float(stripped["amount"]) * 100)
    assert set(answer["journal"]) <= {*KEPT, "pan_last4"}


def _second_writing(params, method, error, request_amount, pending) -> str:
    """The same rules, written as a list of cases."""
    if method == "ServiceMessage":
        known = {"deviceBusy": "busy", "interruptTransmitted": "interrupt_acknowledged"}
        return known.get(params.get("msgType"), "service")
    code, raw = params.get("responseCode", ""), params.get("amount", "")
    ascii_digits = raw.isascii() and raw.replace(".", "", 1).isdigit()
    good = ascii_digits and raw[0] != "." and raw[-1] != "." and len(raw.partition(".")[2]) <= 2
    amount = float(raw) if good else None
    if method == "GetReceiptInfo":
        number = params.get("invoiceNumber", "")
        later = number.isascii() and number.isdigit() and int(number) > 41
        if error in (True, "true") or not pending or not later or amount is None:
            return "unknown"
        if code == "0000" and amount == 87.5:
            return "approved"
        return "partially_approved" if code == "0010" and 0 < amount < 87.5 else "unknown"
    if not (len(code) == 4 and code.isascii() and code.isdigit()):
        return "unknown"
    if code in ("0000", "0010"):
        if error in (True, "true") or amount is None:
            return "unknown"
        less = code == "0010" or (request_amount and amount < 87.5)
        return "partially_approved" if less else "approved"
    if code == "1001":
        return "cancelled"
    return "declined" if int(code) < 1000 or code in ("1002", "1003", "1006", "1007") else "unknown"
