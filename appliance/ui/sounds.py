"""Sounds: a scan was taken, a request was refused, a typed number was put aside."""

from __future__ import annotations

import logging
import os
import threading
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

SOUNDS = Path(__file__).parent / "sounds"
NAMES = ("scan", "refused", "cleared")


class Sounds:
    """Plays without waiting; a machine without a sound card is silent, not broken."""

    def __init__(self, *, on: bool) -> None:
        self.on = on
        self.played: list[str] = []
        self._loaded: dict[str, Any] | None = None
        self._loading = False

    def play(self, name: str) -> None:
        self.played = [*self.played[-9:], name]
        if not self.on or not _has_card():
            return
        if self._loaded is None:
            self._load()
            return
        sound = self._loaded.get(name)
        if sound is not None:
            sound.stop()
            sound.play()

    def _load(self) -> None:
        """Opening a sound device can take a second, so it happens beside the screen."""
        if self._loading:
            return
        self._loading = True

        def load() -> None:
            loaded: dict[str, Any] = {}
            try:
                from kivy.core.audio import SoundLoader

                for name in NAMES:
                    loaded[name] = SoundLoader.load(str(SOUNDS / f"{name}.wav"))
            except Exception:
                log.warning("no sound on this machine", exc_info=True)
            self._loaded = loaded

        threading.Thread(target=load, name="sounds", daemon=True).start()


def _has_card() -> bool:
    return os.path.isdir("/proc/asound/card0") or "SDL_AUDIODRIVER" in os.environ  # noqa: PTH112
