"""A digest of alerts by mail (RFC 5322), in its reader's language."""

from __future__ import annotations

import hashlib
import smtplib
import ssl
from collections import Counter
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from appliance.fleet.alerts.engine import OVER
from appliance.fleet.alerts.notices import Digest
from appliance.fleet.alerts.rule import CRITICAL
from appliance.fleet.alerts.settings import MailServer
from appliance.fleet.alerts.words import sentence
from appliance.fleet.console.saying import N_, Saying, zone
from appliance.fleet.store import Row

WAIT_S = 20.0
LINES_MAX = 50
_CRITICAL, _WARNING, _OVER = N_("Critical"), N_("Warnings"), N_("Over")


class NotForThem(Exception):
    """The server will never take it: such an address is not known there."""


def message(digest: Digest, server: MailServer, link: str, language: str, now_ms: int) -> bytes:
    """As it goes over the wire. The same digest has the same Message-ID, so that one that was sent
    twice, because the answer was lost, is shown once."""
    saying = Saying(digest.recipient.language or language)
    mail = EmailMessage()
    mail["From"] = server.sender
    mail["To"] = digest.recipient.id.partition(":")[2]
    mail["Subject"] = " ".join(_subject(saying, digest.alerts).split())
    mail["Date"] = format_datetime(saying.at(now_ms))
    name = hashlib.sha256(repr((digest.recipient.id, digest.notices)).encode()).hexdigest()[:32]
    mail["Message-ID"] = f"<{name}@{server.sender.partition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(_text(saying, digest.alerts, link), cte="base64")
    return mail.as_bytes(policy=SMTP)


def send(server: MailServer, recipient: str, content: bytes) -> None:
    """Raises NotForThem, or OSError (which smtplib's errors are) for what may work later."""
    context = ssl.create_default_context()
    with _connected(server, context) as wire:
        if not server.tls and not server.plain:
            wire.starttls(context=context)
        if server.user:
            wire.login(server.user, server.password)
        try:
            wire.sendmail(server.sender, [recipient], content)
        except smtplib.SMTPRecipientsRefused as error:
            code, said = error.recipients[recipient]
            if code >= 500:
                raise NotForThem(f"{code} {said!r}") from None
            raise


def _connected(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.tls:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=WAIT_S, context=context)
    return smtplib.SMTP(server.host, server.port, timeout=WAIT_S)


def _subject(saying: Saying, alerts: tuple[Row, ...]) -> str:
    if len(alerts) == 1:
        return f"{_what(saying, alerts[0])} · {_place(alerts[0])}"
    count = Counter(map(_group, alerts))
    return ", ".join(
        f"{saying.t(name)}: {count[name]}" for name in (_CRITICAL, _WARNING, _OVER) if count[name]
    )


def _group(alert: Row) -> str:
    if alert["event"] == OVER:
        return _OVER
    return _CRITICAL if alert["severity"] == CRITICAL else _WARNING


def _what(saying: Saying, alert: Row) -> str:
    over = f"{saying.t(_OVER)}: " if alert["event"] == OVER else ""
    return over + sentence(saying, alert)


def _text(saying: Saying, alerts: tuple[Row, ...], link: str) -> str:
    """The worst first; of very many the first, and how many more."""
    lines: list[str] = []
    left = LINES_MAX
    for name in (_CRITICAL, _WARNING, _OVER):
        of_group = [it for it in alerts if _group(it) == name]
        if of_group:
            lines += [f"{saying.t(name)} ({len(of_group)})", ""]
            lines += [_line(saying, it) for it in of_group[:left]]
            if len(of_group) > left:
                lines.append(saying.t("... and {count} more").format(count=len(of_group) - left))
            left = max(0, left - len(of_group))
            lines.append("")
    return "\n".join([*lines, link, ""])


def _line(saying: Saying, alert: Row) -> str:
    at = alert["cleared_ms"] if alert["event"] == OVER else alert["opened_ms"]
    moment = saying.moment(at, zone(alert["timezone"] or "UTC"))
    said = " ".join(sentence(saying, alert).split())
    return f"- {moment}  {_place(alert)}\n  {said}"


def _place(alert: Row) -> str:
    """Shop and till as people call them."""
    names = (alert["shop_name"] or alert["shop"], alert["till_name"] or alert["till"])
    return ", ".join(filter(None, names)) or "—"
