"""Sounds are there, and a machine that cannot play them is only silent."""

from __future__ import annotations

import wave

import pytest

from appliance.ui import sounds


@pytest.mark.parametrize("name", sounds.NAMES)
def test_each_sound_is_a_short_wave_file(name: str) -> None:
    with wave.open(str(sounds.SOUNDS / f"{name}.wav")) as sound:
        assert 0.05 <= sound.getnframes() / sound.getframerate() <= 0.6


def test_without_a_sound_card_playing_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sounds, "_has_card", lambda: False)
    made = sounds.Sounds(on=True)
    made.play("scan")
    assert made._loaded is None
    assert made.played == ["scan"]
