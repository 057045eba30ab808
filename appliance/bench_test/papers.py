"""What the bench test prints: a ruler with a code, and the signed result."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from appliance.core.verdict import Verdict
from appliance.i18n import Translator, date_time
from appliance.receipt.layout import (
    Align,
    Barcode,
    Block,
    Columns,
    Cut,
    Feed,
    Layout,
    QrCode,
    Rule,
    Ruler,
    Size,
    Style,
    Text,
    printable,
)
from appliance.ui.bench_port import BenchLook

Paper = Callable[[str], Layout]
"""The ruler's paper, for a code to be scanned from it."""

VERDICTS = {
    Verdict.PASSED: "works",
    Verdict.FAILED: "does not work",
    Verdict.ABSENT: "absent",
    Verdict.SKIPPED: "left out",
}
"""What each is called, as msgids."""


def ruler(say: Translator, language: str) -> Paper:
    def paper(code: str) -> Layout:
        title = say("Bench test")
        blocks: tuple[Block, ...] = (
            Text(title, Style(Size.LARGE, bold=True)),
            Feed(),
            Ruler(),
            Feed(),
            Barcode(code),
            Feed(),
            Text("Їжак ґава · The quick brown fox", Style()),
            Cut(),
        )
        return Layout(blocks, title, language)

    return paper


def result(look: BenchLook, till: str, at: datetime, say: Translator, language: str) -> Layout:
    """Every step with its verdict, why it failed, and the code that proves it."""
    title = say("Bench test passed" if look.passed else "Bench test: not passed")
    blocks: list[Block] = [
        Text(title, Style(Size.LARGE, bold=True)),
        Text(printable(f"{till} · {date_time(at, language)}")),
        Rule(),
    ]
    for step in look.steps:
        if step.verdict is None:
            continue
        bad = step.verdict is Verdict.FAILED
        blocks.append(
            Columns(say(step.title), say(VERDICTS[step.verdict]), Style(bold=bad), whole=True)
        )
        if step.says.text and step.verdict is not Verdict.ABSENT:
            told = printable(step.says.told(say))
            blocks.append(Text(told, Style(Size.SMALL), Align.LEFT))
    blocks += [Rule(), Feed(), QrCode(look.code), Feed()]
    blocks += [Text(say("Check it with: till provision --check-result"), Style(Size.SMALL)), Cut()]
    return Layout(tuple(blocks), title, language)
