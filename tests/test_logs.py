"""What is logged is one line of text without card numbers."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest

from appliance import logs

CARD = "4761739001010119"


@pytest.fixture
def written() -> Iterator[tuple[logging.Logger, io.StringIO]]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs._Line(for_journald=False))
    logger = logging.getLogger("tests.card_in_a_log")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    yield logger, stream
    logger.removeHandler(handler)
    logs.ALARMED.clear()


def test_a_card_number_in_a_log_is_starred_and_told(
    written: tuple[logging.Logger, io.StringIO],
) -> None:
    logger, stream = written
    told: list[str] = []
    logs.ALARMED.append(told.append)
    logger.warning("answer %s", CARD)
    logger.warning("answer %r", bytes.fromhex("5A08" + CARD))
    logger.warning("answer %s", CARD.encode().hex())
    logger.warning("the codec failed", exc_info=ValueError(f"no such field: {CARD}"))
    text = stream.getvalue()
    assert CARD not in text
    assert CARD.encode().hex() not in text
    assert "Gas" not in text
    assert told == ["tests.card_in_a_log"] * 4


def test_barcodes_stay_readable_in_logs(written: tuple[logging.Logger, io.StringIO]) -> None:
    logger, stream = written
    logger.info("scan 4820000000017 and 4006381333931")
    assert "4820000000017 and 4006381333931" in stream.getvalue()
