"""`till inspect` as scripts call it: questions answered line by line, whatever they hold."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from appliance.cli import contract

SAMPLES = json.loads((Path(__file__).parents[1] / "data" / "payments.json").read_text("utf-8"))


def inspected(*questions: object, raw: bytes = b"") -> tuple[int, list[dict[str, Any]]]:
    lines = raw or b"".join(json.dumps(it).encode() + b"\n" for it in questions)
    out = io.BytesIO()
    code = contract.inspect_command(("--json", "-"), io.BytesIO(lines), out)
    return code, [json.loads(line) for line in out.getvalue().decode().splitlines()]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda it: it["id"])
def test_the_published_samples_are_answered_as_published(sample: dict[str, Any]) -> None:
    code, (answer,) = inspected(sample["input"])
    assert code == 0
    if "error" in sample["expected"]:
        assert list(answer) == ["error"]
    else:
        assert {k: v for k, v in answer.items() if v is not None} == {
            k: v for k, v in sample["expected"].items() if v is not None
        }


def test_what_is_no_question_gets_an_error_and_the_rest_is_answered() -> None:
    code, answers = inspected(raw=b'[1]\n\n"x"\n{}\n{"op":1}\n{"op":"no such"}\n{"op":null}\n')
    assert code == 0
    assert [list(it) for it in answers] == [["error"]] * 6


def test_a_line_that_is_not_json_ends_with_two_and_the_lines_after_it_are_answered() -> None:
    code, answers = inspected(raw=b'{"op":\n{"op": NaN}\n\xff\n{"op":"?"}\n')
    assert code == 2
    assert [list(it) for it in answers] == [["error"]] * 4


def test_wrong_words_are_told_with_the_way_to_ask() -> None:
    assert contract.inspect_command(("--json",)) == 2
    assert contract.inspect_command(("no-such-word", "00")) == 2
