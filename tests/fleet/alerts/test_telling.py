"""Alerts on their way to people: to whom they concern, once, together, signed, and again after failures."""

import hashlib
import hmac
import json
import threading
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from aiosmtpd.controller import Controller

from appliance.fleet.alarm import raise_alert
from appliance.fleet.alerts import notices, service, settings, webhook
from appliance.fleet.alerts.answers import Answer
from appliance.fleet.console.access.roles import Scope
from hw_sim.broker import free_port
from tests.fleet import seeded
from tests.fleet.alerts.conftest import MINUTE_MS, NOON

SECRET = "sixteen letters and more"


class Box:
    """What a real SMTP server took. refuse: what it says instead, such as "451 later"."""

    def __init__(self) -> None:
        self.mails = []
        self.refuse = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's own name
        self, _server, _session, envelope, address, _options
    ):
        if self.refuse:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - aiosmtpd's own name
        self, _server, _session, envelope
    ):
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 OK"


@pytest.fixture
def box():
    it = Box()
    it.port = free_port()
    server = Controller(it, hostname="127.0.0.1", port=it.port)
    server.start()
    yield it
    server.stop()


class Hook:
    def __init__(self) -> None:
        self.status = 200
        self.posts = []
        hook = self

        class Answering(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                hook.posts.append((dict(self.headers), body))
                self.send_response(hook.status)
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,))
        self.thread.start()


@pytest.fixture
def hook():
    it = Hook()
    yield it
    it.server.shutdown()
    it.thread.join()
    it.server.server_close()


class Post:
    """now_ms: what everybody's clock says."""

    def __init__(self, store, chosen, monkeypatch) -> None:
        self.store = store
        self.chosen = chosen
        self.now_ms = NOON
        monkeypatch.setattr("appliance.fleet.clock.now_ms", lambda: self.now_ms)

    def alarm(self, shop="lviv", rule="cloned", till="T1"):
        with self.store.transaction() as tx:
            raise_alert(tx, rule, "kram", shop, till, "why", self.now_ms)
        return self.store.one("SELECT id FROM alert ORDER BY opened_ms DESC, till DESC LIMIT 1")[
            "id"
        ]

    def end(self, id_):
        with self.store.transaction() as tx:
            tx.run("UPDATE alert SET cleared_ms = :now WHERE id = :id", now=self.now_ms, id=id_)

    def go(self, wait_ms=MINUTE_MS):
        """One round now, one after a wait."""
        self.round()
        self.now_ms += wait_ms
        self.round()

    def round(self):
        known = notices.recipients(self.store, self.chosen)
        notices.plan(self.store, known, self.now_ms)
        for digest in notices.due(self.store, known, self.now_ms):
            service.deliver(self.store, self.chosen, digest, "https://fleet:8443/alerts", "uk")


@pytest.fixture
def post(store, box, hook, monkeypatch):
    seeded.fleet(store, NOON, sales_an_hour=1)
    with store.transaction() as tx:
        tx.run("DELETE FROM alert")
        for login, role, scope, email in (
            ("west", "manager", "region:Захід", "west@shop.example"),
            ("south", "operator", "region:Південь", "south@shop.example"),
            ("looks", "viewer", "*", "viewer@shop.example"),
        ):
            tx.run(
                "INSERT INTO person (login, name, secret, role, scope, email, created_ms)"
                " VALUES (:login, :login, '', :role, :scope, :email, 0)",
                login=login, role=role, scope=scope, email=email,
            )  # fmt: skip
    chosen = settings.parse(
        {
            "mail": {"server": f"smtp+plain://127.0.0.1:{box.port}", "from": "kram@shop.example"},
            "webhook": [
                {"name": "duty", "url": f"http://127.0.0.1:{hook.server.server_port}/kram?a=1",
                 "secret": SECRET, "least": "critical"}
            ],
        }
    )  # fmt: skip
    return Post(store, chosen, monkeypatch)


def test_mail_goes_to_the_roles_whose_region_it_is(post, box):
    post.alarm("lviv")
    post.go()
    (mail,) = box.mails
    assert mail["To"] == "west@shop.example"
    assert mail["Subject"] == (
        "Дві машини видають себе за цю касу: її SD-картку скопійовано: why · Львів, Городоцька 12, T1"
    )
    assert "https://fleet:8443/alerts" in mail.get_content()


def test_no_alert_is_told_twice_and_its_end_is_told(post, box):
    id_ = post.alarm()
    post.go()
    post.go()
    assert len(box.mails) == 1
    post.end(id_)
    post.go()
    post.go()
    assert [mail["Subject"].startswith("Минуло") for mail in box.mails] == [False, True]


def test_a_hundred_at_once_are_one_digest_and_the_next_waits_a_minute(post, box):
    for number in range(100):
        post.alarm(till=f"T{number}")
    post.go(10_000)
    assert [mail["Subject"] for mail in box.mails] == ["Критичні: 100"]
    assert "… і ще 50" in box.mails[0].get_content()
    post.alarm(till="T100")
    post.go(30_000)
    assert len(box.mails) == 1
    post.go(40_000)
    assert len(box.mails) == 2


def test_what_is_over_or_answered_before_anybody_heard_is_not_told(post, box):
    over, seen = post.alarm(till="T1"), post.alarm(till="T2")
    post.round()
    post.end(over)
    Answer(post.store, "west", Scope.parse("*"), post.now_ms).acknowledge([seen])
    post.go()
    post.go()
    assert box.mails == []


def test_a_mail_server_that_is_away_is_tried_again_ever_later(post, box):
    box.refuse = "451 later"
    post.alarm()
    post.go(10_000)
    waits = []
    for _ in range(3):
        row = post.store.one("SELECT next_ms, error FROM notice WHERE recipient LIKE 'mail:%'")
        waits.append(row["next_ms"] - post.now_ms)
        assert "451" in row["error"]
        post.now_ms = row["next_ms"]
        post.round()
    assert waits == [10_000, 20_000, 40_000]
    box.refuse = ""
    post.go(80_000)
    assert len(box.mails) == 1


def test_an_address_that_is_none_is_given_up_at_once(post, box):
    box.refuse = "550 nobody"
    post.alarm()
    post.go()
    assert (
        post.store.one("SELECT given_up FROM notice WHERE recipient LIKE 'mail:%'")["given_up"] == 1
    )


def test_a_webhook_is_signed_over_time_and_body(post, hook):
    id_ = post.alarm()
    post.go()
    ((headers, body),) = hook.posts
    stamp, mac = (it.partition("=")[2] for it in headers[webhook.SIGNATURE].split(","))
    assert hmac.compare_digest(
        mac, hmac.new(SECRET.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    )
    told = json.loads(body)
    assert told["alerts"][0] | {"text": ""} == {
        "id": id_, "event": "opened", "rule": "cloned", "severity": "critical", "tenant": "kram",
        "region": "Захід", "shop": "lviv", "till": "T1", "cause": "", "opened": NOON,
        "cleared": None, "detail": {"why": "why"}, "text": "",
    }  # fmt: skip


def test_a_webhook_gets_the_same_digest_again_with_the_same_id(post, hook):
    hook.status = 503
    post.alarm()
    post.go(10_000)
    hook.status = 200
    post.go(20_000)
    (_, first), (_, second) = hook.posts
    assert json.loads(first)["id"] == json.loads(second)["id"]
    post.go()
    assert len(hook.posts) == 2


@pytest.mark.parametrize("status", [400, 302])
def test_a_webhook_that_refuses_or_sends_elsewhere_is_not_asked_again(post, hook, status):
    hook.status = status
    post.alarm()
    post.go()
    post.go()
    assert len(hook.posts) == 1


def test_tries_end(post, hook):
    hook.status = 500
    post.alarm()
    post.round()
    for _ in range(20):
        post.now_ms += 3 * 60 * MINUTE_MS
        post.round()
    assert len(hook.posts) == notices.TRIES_MAX


def test_a_mild_alert_is_not_for_who_wants_the_worst_until_it_gets_worse(post, hook):
    id_ = post.alarm(rule="malformed")
    post.go()
    assert hook.posts == []
    with post.store.transaction() as tx:
        tx.run("UPDATE alert SET severity = 'critical' WHERE id = :id", id=id_)
    post.go()
    assert [json.loads(body)["alerts"][0]["event"] for _, body in hook.posts] == ["worse"]


def test_a_name_with_a_line_break_makes_no_header(post, box):
    with post.store.transaction() as tx:
        tx.run(
            "UPDATE shop SET name = :name WHERE shop = 'lviv'", name="A\r\nBcc: all@shop.example"
        )
    post.alarm()
    post.go()
    assert box.mails[0]["Bcc"] is None
    assert "Bcc: all@shop.example" in box.mails[0]["Subject"]


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"mail": {"server": "smtp://x"}}, "mail.from"),
        ({"mail": {"server": "ftp://x", "from": "a@b"}}, "mail.server"),
        ({"webhook": [{"name": "x", "url": "file:///etc", "secret": SECRET}]}, "webhook.url"),
        ({"webhook": [{"name": "x", "url": "http://x", "secret": "short"}]}, "webhook.secret"),
        ({"rules": {"offlin": {}}}, "rules.offlin"),
        ({"rules": {"offline": {"after": 1}}}, "rules.offline.after"),
        ({"rules": {"offline": {"after_s": -1}}}, "rules.offline.after_s"),
        ({"mail": {"server": "smtp://x", "from": "a@b", "roles": ["boss"]}}, "mail.roles"),
    ],
)
def test_a_mistake_in_the_settings_is_told_by_its_place(table, said):
    with pytest.raises(settings.SettingsMistake, match=said):
        settings.parse(table)


def test_the_service_watches_and_tells_by_itself(store, box, tmp_path, monkeypatch):
    seeded.fleet(store, service.clock.now_ms(), sales_an_hour=1)
    (tmp_path / settings.FILE).write_text(
        f'[mail]\nserver = "smtp+plain://127.0.0.1:{box.port}"\nfrom = "kram@shop.example"\n'
        '[[mail.to]]\naddress = "all@shop.example"\n'
    )
    monkeypatch.setattr(notices, "TOGETHER_MS", 0)
    news = threading.Event()
    told = threading.Event()
    taken = Box.handle_DATA

    async def noted(self, *them):
        answer = await taken(self, *them)
        told.set()
        return answer

    monkeypatch.setattr(Box, "handle_DATA", noted)
    watches = service.Alerts(store, tmp_path, "https://fleet/alerts", "uk", news.set, every_s=0.05)
    watches.start()
    try:
        assert news.wait(20)
        with store.transaction() as tx:
            raise_alert(tx, "cloned", "kram", "lviv", "T1", "twice", service.clock.now_ms())
        assert told.wait(20)
    finally:
        watches.stop()
    assert store.rows("SELECT * FROM lease") == []
