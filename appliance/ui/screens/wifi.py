"""Joining a Wi-Fi network: from the list, or by scanning its code with the till's own scanner."""

from __future__ import annotations

from functools import partial
from typing import Any

from kivy.clock import Clock

from appliance.core.devices import DeviceMessage, Scanned
from appliance.core.view import Tone
from appliance.qr.wifi import PASSWORD_MAX, Wifi, WifiTrouble, checked, is_wifi, parse
from appliance.ui.machine_port import NetworkLook, WifiEnd
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.lists import ListScreen
from appliance.ui.screens.text import TextScreen
from appliance.ui.sentences import network as sentences
from appliance.ui.theme import TYPE
from appliance.ui.widgets.key import Kind
from appliance.ui.words import N_

LOOK_AGAIN_S = 6.0
"""A look over all channels takes some seconds itself."""
_BARS = 4


class WifiScreen(ListScreen):
    """back: the page that it came from. While it is up, scans are Wi-Fi codes."""

    title = N_("Wi-Fi")

    def build_ways(self) -> None:
        t = self.kit.t
        self.network: NetworkLook | None = None
        self.joining: Wifi | None = None
        self._back_to = "settings"
        self._give_back: Any = None
        self._timer: Any = None
        self.back.action = self._leave
        self.other = self.key(t("Hidden network"), self._other)
        self.join = self.key(t("Join"), self.tapped, Kind.PRIMARY, hotkey="f12")
        self.ways = [self.other, self.join]

    @property
    def nothing(self) -> str:  # type: ignore[override]
        if self.network is None:
            return N_("Looking for networks ...")
        if not self.network.wifi:
            return sentences.ENDS[WifiEnd.NO_WIFI]
        return N_("No network is in range yet.")

    def enter(self, back: str = "", wifi: Wifi | None = None, **_how: Any) -> None:
        """wifi: to join at once."""
        self.chosen = 0
        self._back_to = back or self._back_to
        if self.desk.lend is not None:
            self._give_back = self.desk.lend(self._heard)
        self._look_around()
        if wifi is not None:
            self._join(wifi)

    def leave(self) -> None:
        if self._give_back is not None:
            self._give_back()
            self._give_back = None
        self._rest()
        self.joining = None

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _look_around(self) -> None:
        if self.desk.machine is not None and self.joining is None:
            self.desk.work(self.desk.machine.network, self._seen, long=True)

    def _seen(self, network: NetworkLook) -> None:
        self.network = network
        if self.desk.screen is not self:
            return
        self._rest()
        self._timer = Clock.schedule_once(lambda _dt: self._look_around(), LOOK_AGAIN_S)
        self.update(self.look, self.look)

    def count(self) -> int:
        return len(self.network.networks) if self.network is not None else 0

    def chose(self) -> None:
        radio = self.network is not None and self.network.wifi and self.joining is None
        self.other.change(enabled=radio)
        self.join.change(enabled=radio and bool(self.count()))

    def tapped(self) -> None:
        if self.network is None or self.chosen >= self.count() or self.joining is not None:
            return
        found = self.network.networks[self.chosen]
        if found.secured:
            self.desk.go("wifi_password", ssid=found.ssid, back=self._back_to)
        else:
            self._join(Wifi(found.ssid))

    def _other(self) -> None:
        self.desk.go("wifi_name", back=self._back_to)

    def _join(self, wifi: Wifi) -> None:
        machine = self.desk.machine
        if machine is None:
            return
        self.joining = wifi
        self.desk.work(partial(machine.join, wifi), partial(self._joined, wifi), long=True)
        self.chose()
        self.redraw()

    def _joined(self, wifi: Wifi, end: WifiEnd) -> None:
        text = self.kit.t(sentences.ENDS[end]).format(name=wifi.ssid)
        if self.joining is wifi:
            self.joining = None
            self._look_around()
            self.chose()
            self.redraw()
        self.desk.tell(text, Tone.GOOD if end is WifiEnd.JOINED else Tone.BAD)

    # Scans

    def _heard(self, message: DeviceMessage) -> bool:
        """On a driver's thread."""
        if not isinstance(message, Scanned):
            return False
        Clock.schedule_once(lambda _dt: self.hears(message.data), 0)
        return True

    def hears(self, code: str) -> bool:
        t = self.kit.t
        if self.desk.screen is not self:
            return False
        found = parse(code) if is_wifi(code) else None
        if isinstance(found, Wifi):
            self.desk.sounds.play("scan")
            self._join(found)
        else:
            text = sentences.NOT_A_WIFI_CODE if found is None else sentences.TROUBLES[found]
            self.desk.tell(t(text), Tone.BAD)
        return True

    # Drawing

    def paint(self, pen: Pen) -> None:
        super().paint(pen)
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        head, _body = self._panel.cut_top(sizes.px(54))
        place = head.inset(sizes.px(20), 0).cut_right(round(head.w * 0.78))[0]
        text = kit.t("Or scan the network's code, from the router or a telephone.")
        ink = palette.quiet
        if self.joining is not None:
            text = kit.t("Joining “{name}” ... up to half a minute")
            text, ink = text.format(name=self.joining.ssid), palette.go
        pen.text(text, place, sizes.type(TYPE.small), ink, align="right", lines=2)

    def paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        assert self.network is not None
        network = self.network.networks[index]
        area = self.paint_ground(pen, index, rect)
        bars, area = area.cut_right(sizes.px(40), sizes.px(12))
        lit = max(1, -(-network.signal_percent * _BARS // 100))
        for at, place in enumerate(bars.inset(0, sizes.px(10)).columns(_BARS, sizes.px(3))):
            height = place.h * (at + 1) // _BARS
            ink = palette.ink if at < lit else palette.line
            pen.fill(Rect(place.x, place.y, place.w, height), ink)
        here = network.ssid == self.network.joined
        note = kit.t("with a password") if network.secured else kit.t("open to everybody")
        self.paint_two(
            pen,
            area,
            network.ssid,
            kit.t("connected") if here else note,
            ink=palette.go if here else None,
        )

    def _leave(self) -> None:
        self.desk.go(self._back_to)


class WifiNameScreen(TextScreen):
    """The name of a network that hides itself."""

    placeholder = N_("Name of the network")
    icon = "search"
    done = N_("Next")
    symbols = True

    def build_rest(self) -> None:
        self._back_to = ""
        self.back.action = self._leave

    def enter(self, back: str = "", **_how: object) -> None:
        self._back_to, self.board_wanted = back, True
        self.set_text("")

    def finished(self) -> None:
        if self.text.strip():
            self.desk.go("wifi_password", ssid=self.text.strip(), hidden=True, back=self._back_to)

    def _leave(self) -> None:
        self.desk.go("wifi", back=self._back_to)

    def scanned(self) -> None:
        """A scan is for the page before."""


class WifiPasswordScreen(TextScreen):
    """Shown as it is typed: on a router's sticker it stands in clear as well."""

    placeholder = N_("Password of the network")
    icon = "lock"
    done = N_("Join")
    symbols = True
    text_max = PASSWORD_MAX + 1

    def build_rest(self) -> None:
        self._ssid, self._hidden, self._back_to, self._wrong = "", False, "", ""
        self._words = Rect(0, 0, 0, 0)
        self.back.action = self._leave

    def enter(self, ssid: str = "", back: str = "", hidden: bool = False, **_how: object) -> None:
        self._ssid, self._hidden, self._back_to, self._wrong = ssid, hidden, back, ""
        self.board_wanted = True
        self.set_text("")

    def leave(self) -> None:
        """No password stays on a page that is left."""
        self.set_text("")

    def changed(self) -> None:
        self._wrong = ""
        self.redraw()

    def arrange_rest(self, area: Rect) -> None:
        self._words = area

    def paint(self, pen: Pen) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        text = self._wrong or self.kit.t("Network “{name}”").format(name=self._ssid)
        ink = palette.bad if self._wrong else palette.ink
        area = self._words.inset(sizes.px(20), sizes.px(4))
        pen.text(text, area, sizes.type(TYPE.title), ink, bold=True, align="center", lines=2)

    def finished(self) -> None:
        wifi = checked(Wifi(self._ssid, self.text, self._hidden))
        if isinstance(wifi, WifiTrouble) or not self.text:
            trouble = wifi if isinstance(wifi, WifiTrouble) else WifiTrouble.PASSWORD_WRONG
            self._wrong = self.kit.t(sentences.TROUBLES[trouble])
            self.redraw()
            return
        self.desk.go("wifi", back=self._back_to, wifi=wifi)

    def _leave(self) -> None:
        self.desk.go("wifi", back=self._back_to)

    def scanned(self) -> None:
        """A stray scan is no password, and what was typed is told to nobody."""
