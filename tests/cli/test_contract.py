"""`till decode` and `till price` as scripts call them: answers, exit codes, endless and odd input."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from appliance.cli import contract
from appliance.cli.json_lines import NotJson, _read_deep, read_json, write_json

DATA = Path(__file__).parents[1] / "data"
TODAY = ("--today", "2026-11-23")
BASKET: dict[str, Any] = {"currency": "UAH", "lines": [{"qty": "2", "price": "49.90"}]}


def decode(*args: str, stdin: bytes = b"") -> tuple[int, bytes]:
    out = io.BytesIO()
    return contract.decode_command(args, io.BytesIO(stdin), out), out.getvalue()


def price(*args: str, stdin: bytes = b"") -> tuple[int, bytes]:
    out = io.BytesIO()
    return contract.price_command(args, io.BytesIO(stdin), out), out.getvalue()


def answers(data: bytes) -> list[dict[str, Any]]:
    assert data.endswith(b"\n") or not data
    return [json.loads(line) for line in data.decode("utf-8").splitlines()]


@pytest.mark.parametrize(
    ("code", "kind", "exit_code"),
    [
        ("4820024700016", "item", 0),
        ("HELLO", "unknown", 1),
        ("4820024700011", "invalid", 1),
        ("", "unknown", 1),
        ("-5", "unknown", 1),
        ("]C110L1", "gs1", 0),
        ("\udcff", "unknown", 1),
    ],
)
def test_one_code_answers_with_its_exit_code(code, kind, exit_code):
    for args in ((code, "--json", *TODAY), ("--json", *TODAY, code), ("--json", "--", code)):
        got, out = decode(*args)
        assert got == exit_code
        assert [one["kind"] for one in answers(out)] == [kind]
    assert decode(code)[0] == exit_code


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("--json",),
        ("1", "2"),
        ("1", "--bogus"),
        ("1", "--region", "UA"),
        ("1", "--region", "fr"),
        ("1", "--region"),
        ("1", "--region="),
        ("1", "--today", "2026-13-01"),
        ("1", "--today", "2026-02-29"),
        ("1", "--today", "20261123"),
        ("1", "--today", "2026-W48-1"),
        ("1", "--today", "yesterday"),
        ("1", "--today"),
        ("-", "--region", "xx"),
    ],
)
def test_wrong_usage_is_2_and_says_so_only_on_stderr(args, capsys):
    assert decode(*args) == (2, b"")
    assert "till decode" in capsys.readouterr().err


def test_a_batch_answers_line_by_line():
    lines = [
        b'"4820024700016"',
        b"",
        b"   \t",
        b'"HELLO"\r',
        b"5",
        b"null",
        b'["4820024700016"]',
        b'"]C110L1\\u001d21S"',
        b'"\\ud800"',
        '"Ж\u2028"'.encode(),
        b"1" * 10_000,
        b"[" * 100_000 + b"]" * 100_000,
    ]
    code, out = decode("-", "--json", *TODAY, stdin=b"\n".join(lines))
    got = answers(out)
    assert code == 0
    assert [one["kind"] for one in got] == (
        [
            "item",
            "unknown",
            "invalid",
            "invalid",
            "invalid",
            "gs1",
            "unknown",
            "unknown",
            "invalid",
            "invalid",
        ]
    )
    assert got[2].keys() == {"kind", "gtin", "ai", "symbology", "error"}
    assert got[2]["symbology"] is None
    assert got[2]["error"]
    assert got[5]["ai"] == {"10": "L1", "21": "S"}


@pytest.mark.parametrize(
    "bad",
    [
        b"nope",
        b"'a'",
        b'"a',
        b'"a" "b"',
        b"NaN",
        b"[Infinity]",
        b'"\x01"',
        b'"\xff"',
        b'"\\x"',
        b"[" * 100_000,
        b"[1,]",
        b"\x0b",
        b"01",
    ],
)
def test_a_line_that_is_not_json_is_answered_and_the_rest_too(bad):
    code, out = decode("--json", "-", stdin=bad + b'\n"4820024700016"\n')
    first, second = answers(out)
    assert code == 2
    assert list(first) == ["error"]
    assert second["kind"] == "item"
    code, out = price("-", "--json", stdin=bad + b"\n" + json.dumps(BASKET).encode())
    assert code == 2
    assert ["error" in one for one in answers(out)] == [True, False]


def test_options_stand_before_or_after_the_dash():
    line = b'"2054321303508"\n'
    one = decode("--region", "gb", "-", "--json", stdin=line)
    assert one == decode("-", "--json", "--region=gb", stdin=line)
    assert answers(one[1])[0]["kind"] == "priced"


def test_a_byte_order_mark_is_tolerated(tmp_path):
    assert decode("-", "--json", stdin=b'\xef\xbb\xbf"4820024700016"\n')[0] == 0
    assert price("-", "--json", stdin=b"\xef\xbb\xbf" + json.dumps(BASKET).encode())[0] == 0
    file = tmp_path / "basket.json"
    file.write_bytes(b"\xef\xbb\xbf" + json.dumps(BASKET).encode())
    assert price(str(file), "--json")[0] == 0


def test_one_basket_from_a_file(tmp_path):
    file = tmp_path / "basket.json"
    file.write_text(json.dumps(BASKET, indent=2))
    code, out = price("--json", str(file))
    assert code == 0
    assert answers(out)[0]["total"] == "99.80"
    code, out = price(str(file))
    assert b"99.80 UAH" in out


@pytest.mark.parametrize(
    "content", [b"{}", b"[]", b"", b"nope", b"\xff", b'{"currency": "UAH", "lines": [5]}']
)
def test_a_wrong_basket_is_told_on_stdout_with_2(content, tmp_path):
    file = tmp_path / "basket.json"
    file.write_bytes(content)
    code, out = price(str(file), "--json")
    assert code == 2
    assert [list(one) for one in answers(out)] == [["error"]]
    assert price(str(file))[0] == 2


def test_a_file_that_is_not_there(tmp_path):
    for name in (str(tmp_path / "none"), str(tmp_path), "a\x00b"):
        code, out = price(name, "--json")
        assert code == 2
        assert answers(out)[0]["error"]


def test_a_batch_of_baskets_goes_on_after_a_wrong_one():
    wrong = [{}, [], 5, "x", None, BASKET | {"currency": "XXX"}]
    deep = BASKET | {"note": json.loads("[" * 900 + "]" * 900)}
    stdin = b"\n".join(json.dumps(one).encode() for one in [*wrong, BASKET, deep])
    code, out = price("-", "--json", stdin=stdin)
    got = answers(out)
    assert code == 0
    assert [list(one) == ["error"] for one in got] == [True] * 6 + [False] * 2


def test_a_basket_with_something_endlessly_deep_in_it_is_priced():
    deep = b'{"note": ' + b'[{"a":' * 50_000 + b"0" + b"}]" * 50_000 + b", "
    code, out = price("-", "--json", stdin=deep + json.dumps(BASKET).encode()[1:])
    assert code == 0
    assert answers(out)[0]["total"] == "99.80"


def test_the_answer_is_one_line_of_utf8_whatever_the_names_hold():
    sku = "молоко \ud800 \u2028 \x85 \x1d \x7f"
    basket = BASKET | {"lines": [{"sku": sku, "qty": "1", "price": "1"}]}
    code, out = price("-", "--json", stdin=json.dumps(basket).encode())
    assert code == 0
    assert out.count(b"\n") == 1
    assert "молоко".encode() in out
    assert [one["lines"][0]["sku"] for one in answers(out)] == [sku]


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=200, deadline=None)
@given(json_values, st.sampled_from([None, 1]))
def test_the_deep_reader_reads_what_the_library_reads(value, indent):
    text = json.dumps(value, indent=indent)
    assert _read_deep(text) == value
    assert json.loads(write_json(value)) == value


@settings(max_examples=300, deadline=None)
@given(json_values, st.integers(0, 200), st.sampled_from(list('[]{}",:0-x\\ ')))
def test_the_deep_reader_refuses_what_the_library_refuses(value, at, letter):
    text = json.dumps(value)
    at = min(at, len(text))
    spoilt = text[:at] + letter + text[at:]
    try:
        expected = read_json(spoilt.encode())
    except NotJson:
        with pytest.raises(NotJson):
            _read_deep(spoilt)
    else:
        assert _read_deep(spoilt) == expected


def test_under_typer_the_words_reach_the_commands_untouched():
    app = typer.Typer()
    contract.register(app)
    runner = CliRunner()
    assert runner.invoke(app, ["decode", "-x12", "--json"]).exit_code == 1
    assert runner.invoke(app, ["decode", "--", "--json"]).exit_code == 1
    assert runner.invoke(app, ["decode", "--bogus", "1"]).exit_code == 2
    assert runner.invoke(app, ["decode", "--help"]).exit_code == 0
    batch = runner.invoke(app, ["decode", "--json", "-"], input='"4820024700016"\n')
    assert batch.exit_code == 0
    assert json.loads(batch.stdout)["gtin"] == "04820024700016"


def till(*args: str, stdin: bytes = b"", env: dict[str, str] | None = None):
    command = [sys.executable, "-m", "appliance.cli.contract", *args]
    return subprocess.run(command, input=stdin, capture_output=True, env=env, check=False)


def test_as_a_process_in_a_plain_locale():
    vectors = json.loads((DATA / "barcodes.json").read_text("utf-8"))
    stdin = "".join(json.dumps("Ж" + v["input"], ensure_ascii=False) + "\n" for v in vectors)
    env = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = till("decode", "--json", "-", stdin=stdin.encode(), env=env)
    assert done.returncode == 0, done.stderr
    assert len(answers(done.stdout)) == len(vectors)
    assert till("decode", "--json", "HELLO", env=env).returncode == 1
    assert till("decode", "--nonsense", env=env).returncode == 2
    prices = json.loads((DATA / "prices.json").read_text("utf-8"))
    stdin = "".join(json.dumps(v["basket"]) + "\n" for v in prices)
    done = till("price", "-", "--json", stdin=stdin.encode(), env=env)
    assert done.returncode == 0
    for vector, answer in zip(prices, answers(done.stdout), strict=True):
        assert answer == vector["expected"] or ("error" in answer and "error" in vector["expected"])


class Dripping(io.BytesIO):
    """A stream that gives a few bytes at a time, as a pipe may."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read1(self, _size: int = -1, /) -> bytes:
        return super().read1(self._size)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                b'"4820024700016"',
                b'"]C110L1"',
                b"7",
                b"nonsense",
                b"",
                b" \t",
                b'"' + b"9" * 70 + b'"',
            ]
        )
    ),
    st.sampled_from([b"\n", b"\r\n"]),
    st.booleans(),
    st.booleans(),
    st.integers(1, 90),
)
def test_however_the_bytes_arrive_the_batch_answers_the_same(lines, end, mark, ended, size):
    data = (b"\xef\xbb\xbf" if mark else b"") + end.join(lines) + (end if ended else b"")
    one = io.BytesIO()
    code = contract.decode_command(("-", "--json", *TODAY), Dripping(data, size), one)
    assert (code, one.getvalue()) == decode("-", "--json", *TODAY, stdin=data)
    assert len(answers(one.getvalue())) == sum(bool(line.strip()) for line in lines)
    assert code == (2 if b"nonsense" in lines else 0)


def test_a_sender_that_waits_for_each_answer_gets_it():
    process = subprocess.Popen(
        [sys.executable, "-m", "appliance.cli.contract", "decode", "-", "--json", *TODAY],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        for code, kind in (("4820024700016", "item"), ("HELLO", "unknown"), ("]C110L1", "gs1")):
            process.stdin.write(json.dumps(code).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["kind"] == kind
        process.stdin.close()
    assert process.returncode == 0


def test_a_reader_that_has_seen_enough_ends_a_batch_quietly():
    command = [sys.executable, "-m", "appliance.cli.contract", "decode", "--json", "-"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdout is not None
        process.stdout.close()
        _, errors = process.communicate(b'"4820024700016"\n' * 10, timeout=30)
    assert (process.returncode, errors) == (0, b"")


def test_nothing_slow_is_imported():
    code = (
        "import sys; import appliance.cli.contract as c; c.decode_command(['4820024700016']);"
        "print(*sorted({'kivy', 'pydantic', 'typer', 'rich', 'babel', 'sqlite3'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ""
