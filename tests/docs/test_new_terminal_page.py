"""The page on adding a terminal protocol quotes code that runs."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_quoted_line_stands_in_the_example_that_the_story_book_plays():
    page = (ROOT / "docs" / "new-terminal.md").read_text(encoding="utf-8")
    example = (ROOT / "tests" / "payments" / "example.py").read_text(encoding="utf-8")
    story_book = (ROOT / "tests" / "payments" / "test_conformance.py").read_text(encoding="utf-8")
    quoted = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(quoted) >= 5
    assert [block for block in quoted if block.strip() not in example + story_book] == []
