"""Customers: found while one types, added with consent in a few taps, seen on one page."""

from __future__ import annotations

from functools import partial

from appliance.core import commands as c
from appliance.core.accounts_look import CustomerLook
from appliance.core.view import Look
from appliance.ui import pen as pens
from appliance.ui.kit import day as kit_day
from appliance.ui.pen import Pen
from appliance.ui.rect import Rect
from appliance.ui.screens.base import Screen
from appliance.ui.screens.text import TextScreen
from appliance.ui.sentences.consent import CONSENT, CONSENT_VERSION
from appliance.ui.theme import TYPE
from appliance.ui.widgets.box import NOWHERE
from appliance.ui.widgets.key import Kind
from appliance.ui.widgets.rows import Rows
from appliance.ui.words import N_


class CustomerFindScreen(TextScreen):
    """A name with mistakes, or the last digits of a phone; a touch makes the basket theirs."""

    placeholder = N_("Name, phone, or scan the card")
    icon = "person"
    done = N_("Find")

    def build_rest(self) -> None:
        self.rows = Rows(
            self.kit,
            self._paint_row,
            row_height=max(54, self.kit.measures.px(60)),
            on_tap=self._chosen,
        )
        self.add_widget(self.rows)
        self.new = self.key(self.kit.t("New customer"), self._new, Kind.WAY, icon="plus")
        self.off = self.key(self.kit.t("Without a customer"), self._off, icon="cancel")

    @property
    def found(self) -> tuple[CustomerLook, ...]:
        return self.look.accounts.found or ()

    def enter(self, text: str = "", **_how: object) -> None:
        self.board_wanted = True
        self.set_text(text)

    def changed(self) -> None:
        self.desk.submit(c.FindCustomers(self.text.strip()))

    def update(self, look: Look, before: Look) -> None:
        self.rows.set_rows(len(self.found))
        if look.accounts.serial != before.accounts.serial:
            self.rows.scroll_to(0)
        self.off.change(enabled=look.accounts.customer is not None)
        self.redraw()

    def arrange_rest(self, area: Rect) -> None:
        sizes = self.kit.measures
        side, rows = area.cut_right(sizes.px(190), sizes.gap)
        self.rows.place(rows.inset(1, 2))
        for key, place in zip((self.new, self.off), side.rows(2, sizes.gap), strict=True):
            key.place(place)

    def paint(self, pen: Pen) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        area = self.rows.rect.inset(-1, -2)
        self.panel(pen, area)
        if not self.found:
            text = self.kit.t("Nobody found. Add them as a new customer.")
            size = sizes.type(TYPE.body)
            place = area.inset(sizes.pad, sizes.px(8))
            pen.text(text, place, size, palette.quiet, align="center", lines=2)

    def _paint_row(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        sizes, palette = self.kit.measures, self.kit.palette
        person = self.found[index]
        if pressed:
            pen.fill(rect, palette.go_ground)
        pen.fill(Rect(rect.x, rect.y, rect.w, sizes.hair), palette.line)
        inner = rect.inset(sizes.pad, 3)
        value = standing(self, person)
        size = sizes.type(TYPE.body)
        pen.text(value, inner, sizes.type(TYPE.small), palette.quiet, align="right")
        room = inner.w - pens.text_width(value, sizes.type(TYPE.small)) - sizes.px(14)
        name, note = Rect(inner.x, inner.y, room, inner.h).rows((1.15, 1))
        pen.text(person.name, name, size, palette.ink, bold=True, valign="bottom")
        about = " · ".join(filter(None, (phone_text(person.phone), person.tier)))
        pen.text(about, note, sizes.type(TYPE.note), palette.quiet, valign="top")

    def _chosen(self, index: int) -> None:
        person = self.found[index]
        if self.look.shift is None:
            self.desk.go("customer", customer=person.customer)
            return
        self.desk.submit(c.AttachCustomer(person.customer), done=self._attached)

    def _attached(self) -> None:
        self.text = ""
        self.desk.submit(c.CloseCard())
        self.desk.home()

    def _new(self) -> None:
        self.desk.go("customer_new", text=self.text.strip())

    def _off(self) -> None:
        self.desk.submit(c.AttachCustomer(""), done=self._attached)

    def finished(self) -> None:
        if self.found:
            self._chosen(0)

    def scanned(self) -> None:
        """A card's scan attaches its customer by itself."""
        self.text = ""
        self.desk.home()


def standing(screen: Screen, person: CustomerLook) -> str:
    """What matters at a glance: a debt first, then points."""
    kit = screen.kit
    if person.owed_minor:
        return f"{kit.t('Owes')} {kit.money(person.owed_minor)}"
    return kit.n("{count} point", "{count} points", person.points) if person.points else ""


def phone_text(phone: str) -> str:
    """380671234567 as people read it: +380 67 123 45 67."""
    if len(phone) == 12:
        return f"+{phone[:3]} {phone[3:5]} {phone[5:8]} {phone[8:10]} {phone[10:]}"
    return f"+{phone}" if phone else ""


class CustomerNewScreen(TextScreen):
    """A name, a phone, a yes: three steps, each with the green key."""

    placeholder = N_("Name")
    icon = "person"
    done = N_("Next")

    def build_rest(self) -> None:
        t = self.kit.t
        self.step = "name"
        self.name = self.phone = ""
        self._words = NOWHERE
        self.no = self.key(t("Does not want that"), self.desk.home)
        self.yes = self.key(t("The customer agrees"), self._keep, Kind.PRIMARY, hotkey="f12")

    def enter(self, text: str = "", **_how: object) -> None:
        digits = text.strip("+ ()-").replace(" ", "").isdigit()
        self.name, self.phone = ("", text) if digits else (text, "")
        self._go("name", self.name)

    def _go(self, step: str, text: str) -> None:
        self.step = step
        self.field.placeholder = self.kit.t("Name") if step == "name" else self.kit.t("Phone")
        self.board_wanted = step != "consent"
        self.set_text(text)
        if self.rect.w:
            self.place(self.rect)
        self.redraw()

    def arrange_rest(self, area: Rect) -> None:
        sizes = self.kit.measures
        if self.step != "consent":
            self.hide(self.yes)
            self.hide(self.no)
            self._words = area
            return
        foot, self._words = area.cut_bottom(sizes.pay_height, sizes.px(10))
        no, yes = foot.cut_left(round(foot.w * 0.4), sizes.gap)
        self.show(self.no, no)
        self.show(self.yes, yes)

    def paint(self, pen: Pen) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        area = self._words.inset(sizes.px(24), sizes.px(10))
        if self.step == "consent":
            self.panel(pen, self._words)
            head, body = area.cut_top(sizes.px(44))
            pen.text(self.name, head, sizes.type(TYPE.main_key), palette.ink, bold=True)
            size = sizes.type(TYPE.title)
            pen.text(kit.t("Ask the customer:"), body.cut_top(sizes.px(36))[0], size, palette.quiet)
            pen.text(
                kit.t(CONSENT),
                body.cut_top(sizes.px(40))[1],
                size,
                palette.ink,
                valign="top",
                lines=6,
            )
            return
        texts = {
            "name": kit.t("First name is enough."),
            "phone": kit.t("The phone finds the customer next time. It may stay empty."),
        }
        size = sizes.type(TYPE.body)
        pen.text(texts[self.step], area, size, palette.quiet, align="center", lines=2)

    def finished(self) -> None:
        text = self.text.strip()
        if self.step == "name" and text:
            self.name = text
            self._go("phone", self.phone)
        elif self.step == "phone":
            self.phone = text
            self._go("consent", f"{self.name} · {text}" if text else self.name)
        elif self.step == "consent":
            self._keep()

    def _keep(self) -> None:
        request = c.RegisterCustomer(self.name, self.phone, text_version=CONSENT_VERSION)
        back = partial(self._go, "phone", self.phone)
        self.desk.submit(request, done=self.desk.home, refused=lambda _: back())

    def typed(self, text: str) -> bool:
        return True if self.step == "consent" else super().typed(text)


class CustomerScreen(Screen):
    """One customer: standing, last purchases, and what can be done."""

    def build(self) -> None:
        t = self.kit.t
        self.customer = ""
        self._panel = self._list = NOWHERE
        self.rows = Rows(
            self.kit,
            self._paint_purchase,
            row_height=self.kit.measures.touch(52),
            on_tap=self._open,
        )
        self.add_widget(self.rows)
        self.attach = self.key(t("Basket is theirs"), self._attach, icon="check")
        self.tab = self.key(t("Pay the tab"), self._pay_tab, icon="cash")
        self.card = self.key(t("Give a card"), self._card, icon="tag")
        self.other = self.key(t("Other customer"), lambda: self.desk.go("customers"), icon="search")
        self.forget = self.key(t("Forget this person"), self._forget, Kind.DANGER, size=TYPE.body)
        self._sure = False
        self.back = self.key(t("Back"), self._leave, hotkey="escape")

    def enter(self, customer: str = "", **_how: object) -> None:
        held = self.look.accounts.customer
        self.customer = customer or (held.customer if held else "")
        self._sure = False
        self.desk.submit(c.ShowCustomer(self.customer))

    def leave(self) -> None:
        if self.look.accounts.aim:
            self.desk.submit(c.AimCard())

    def update(self, look: Look, before: Look) -> None:
        held, page = look.accounts.customer, look.accounts.page
        theirs = held is not None and held.customer == self.customer
        self.attach.change(enabled=look.shift is not None and page is not None and not theirs)
        owes = page is not None and page.customer.owed_minor > 0
        self.tab.change(enabled=theirs and owes)
        self.card.change(enabled=page is not None)
        t = self.kit.t
        title = t("Touch again: all is deleted") if self._sure else t("Forget this person")
        self.forget.change(title=title, enabled=page is not None)
        self._place_forget()
        self.rows.set_rows(len(page.purchases) if page is not None else 0)
        self.redraw()

    def arrange(self, rect: Rect) -> None:
        sizes = self.kit.measures
        foot, area = rect.cut_bottom(sizes.pay_height, sizes.px(10))
        keys = (self.back, self.other, self.card, self.tab, self.attach)
        for key, place in zip(keys, foot.columns(len(keys), sizes.gap), strict=True):
            key.place(place)
        self._panel, self._list = self.halves(area, left=460, narrow=360)
        self._place_forget()
        body = self._list.cut_top(sizes.px(54))[1]
        self.rows.place(Rect(body.x + 1, body.y + sizes.px(6), body.w - 2, body.h - sizes.px(6)))

    def _place_forget(self) -> None:
        """Below what is known; while a card is awaited, that stands there."""
        sizes = self.kit.measures
        if self.look.accounts.aim == "customer" or not self._panel.w:
            self.hide(self.forget)
        else:
            place = self._panel.inset(sizes.px(12)).cut_bottom(sizes.touch(48))[0]
            self.show(self.forget, place)

    def paint(self, pen: Pen) -> None:
        page = self.look.accounts.page
        self.panel(pen, self._panel)
        self.panel(pen, self._list)
        if page is None:
            return
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        person = page.customer
        area = self._panel.inset(sizes.px(20), sizes.px(16))
        head, area = area.cut_top(sizes.px(48))
        size = pens.fitting_size((person.name,), sizes.type(TYPE.digit), True, head.w, 16)
        pen.text(person.name, head, size, palette.ink, bold=True)
        rows = [(kit.t("Phone"), phone_text(person.phone))]
        if person.tier or person.groups:
            rows.append((kit.t("Group"), " · ".join(filter(None, (person.tier, *person.groups)))))
        if self.look.accounts.loyalty:
            worth = kit.money(person.points_minor)
            rows.append((kit.t("Points"), f"{kit.number(person.points)} = {worth}"))
        if person.limit_minor or person.owed_minor:
            rows.append((kit.t("Owes"), kit.money(person.owed_minor)))
            rows.append((kit.t("May owe"), kit.money(person.limit_minor)))
        rows.append((kit.t("Spent in a year"), kit.money(person.spent_minor)))
        if person.tax_exempt:
            rows.append((kit.t("Tax"), kit.t("exempt")))
        for label, value in rows:
            row, area = area.cut_top(sizes.px(36))
            self.row_text(pen, row, label, value)
        if self.look.accounts.aim == "customer":
            text = kit.t("Scan the card now")
            pen.text(text, area, sizes.type(TYPE.title), palette.accent, bold=True, lines=2)
        self._paint_purchases(pen)

    def _paint_purchases(self, pen: Pen) -> None:
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        head, area = self._list.cut_top(sizes.px(54))
        place = head.inset(sizes.px(20), 0)
        pen.text(kit.t("Last purchases"), place, sizes.type(TYPE.title), palette.ink, bold=True)
        if not self.rows.count:
            text = kit.t("Nothing bought yet")
            pen.text(text, area, sizes.type(TYPE.body), palette.quiet, align="center")

    def _paint_purchase(self, pen: Pen, index: int, rect: Rect, pressed: bool) -> None:
        page = self.look.accounts.page
        if page is None or index >= len(page.purchases):
            return
        kit, sizes, palette = self.kit, self.kit.measures, self.kit.palette
        purchase = page.purchases[index]
        if pressed:
            pen.fill(rect, palette.pressed)
        pen.fill(Rect(rect.x, rect.y, rect.w, sizes.hair), palette.line)
        area = rect.inset(sizes.px(20), 0)
        about = " · ".join(filter(None, (kit_day(kit, purchase.at), purchase.number)))
        self.row_text(pen, area, about, kit.money(purchase.total_minor))

    def _open(self, index: int) -> None:
        """The receipt's lines, to take something back or for a copy."""
        page = self.look.accounts.page
        if page is not None and page.purchases[index].number:
            self.desk.submit(c.FindReceipt(code=page.purchases[index].number))

    def _leave(self) -> None:
        self.desk.submit(c.CloseCard())
        self.desk.home()

    def _attach(self) -> None:
        self.desk.submit(c.AttachCustomer(self.customer), done=self._leave)

    def _pay_tab(self) -> None:
        self.desk.submit(c.PayTab(), done=self._leave)

    def _forget(self) -> None:
        """What nobody can take back takes two touches."""
        if not self._sure:
            self._sure = True
            self.update(self.look, self.look)
            return
        self._sure = False
        self.desk.submit(
            c.EraseCustomer(self.customer, self.kit.t("asked for at the till")),
            done=lambda: self.desk.go("customers"),
            refused=lambda _: self.update(self.look, self.look),
        )

    def _card(self) -> None:
        self.desk.submit(c.AimCard(customer=self.customer))

    def scanned(self) -> None:
        """A scan here is the customer's new card."""
