"""Who comes into the console, how long they stay, and what they may change."""

from __future__ import annotations

import re

import httpx
import pytest

from appliance.fleet.console.access import passwords, throttle
from appliance.fleet.console.access.people import PersonMistake, first_administrator
from appliance.fleet.console.access.roles import Role, Scope
from fleet.console.guest import (
    KEY,
    PASSWORD,
    Guest,
    app_code,
    console_over,
    person,
    second_factor,
)

WRONG = "коза не любить борщ"


def test_whoever_is_not_logged_in_is_sent_to_the_login_and_then_to_where_they_wanted(
    console, guest
):
    person(console, "olena", Role.ADMINISTRATOR)
    answer = guest.get("/audit?person=ivan")
    assert (answer.status_code, answer.headers["location"]) == (
        303, "/login?to=/audit%3Fperson%3Divan",
    )  # fmt: skip
    guest.get(answer.headers["location"])
    answer = guest.log_in("olena", to="/audit?person=ivan")
    assert answer.headers["location"] == "/audit?person=ivan"
    assert guest.get("/audit").status_code == 200


@pytest.mark.parametrize(
    "away", ["//evil.test/", "https://evil.test/", "/\\evil.test", "/a\r\nX: y"]
)
def test_a_login_never_leads_to_another_site(console, guest, away):
    person(console, "olena")
    assert guest.log_in("olena", to=away).headers["location"] == "/"


def test_the_session_cookie_is_out_of_scripts_reach_and_over_https_bound_to_the_host(
    console, guest, host
):
    person(console, "olena")
    cookie = guest.log_in("olena").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    host.show(console_over(console.store, secure=True))
    secure = Guest(guest.base).log_in("olena")
    assert secure.headers["set-cookie"].startswith("__Host-kram=")
    assert "Secure" in secure.headers["set-cookie"]
    assert secure.headers["strict-transport-security"].startswith("max-age=")


def test_the_same_words_answer_a_wrong_login_and_a_wrong_password(console, guest):
    person(console, "olena")
    told = {
        re.sub("olena|nobody", "", guest.log_in(who, WRONG).text) for who in ("olena", "nobody")
    }
    assert len(told) == 1
    assert "Login or password is not right" in told.pop()


def test_a_password_is_compared_even_when_there_is_nobody_or_no_more_tries(
    console, guest, monkeypatch
):
    compared = []
    matches = passwords.matches
    monkeypatch.setattr(
        passwords, "matches", lambda *given: compared.append(given) or matches(*given)
    )
    for _ in range(throttle.LOGIN_TRIES + 2):
        guest.log_in("nobody", WRONG)
    assert len(compared) == throttle.LOGIN_TRIES + 2


def test_after_five_wrong_passwords_the_right_one_must_wait(console, guest, clock):
    person(console, "olena")
    for _ in range(throttle.LOGIN_TRIES):
        assert guest.log_in("olena", WRONG).status_code == 401
    refused = guest.log_in("olena")
    assert refused.status_code == 429
    assert "Wait 1 min" in refused.text
    clock.pass_s(61)
    assert guest.log_in("olena").status_code == 303


def test_waits_grow_and_are_forgiven_by_a_login(console, guest, clock):
    person(console, "olena")
    waits = []
    for _ in range(6):
        while guest.log_in("olena", WRONG).status_code == 401:
            pass
        waits.append(console.throttle.begin(throttle.keys("olena", ""), clock.ms))
        clock.pass_s(waits[-1] / 1000 + 1)
    assert waits == sorted(waits)
    assert waits[0] == 60_000
    assert waits[-1] == 15 * 60_000
    assert guest.log_in("olena").status_code == 303
    assert console.throttle.begin({"login:olena": throttle.LOGIN_TRIES}, clock.ms) == 0


def test_an_address_that_tries_many_logins_must_wait_too(console, guest, clock):
    for number in range(throttle.ADDRESS_TRIES - 1):
        assert console.throttle.begin(throttle.keys(f"guess{number}", "127.0.0.1"), clock.ms) == 0
    assert [guest.log_in(who, WRONG).status_code for who in ("last", "more")] == [401, 429]


def test_a_session_ends_by_idleness_and_a_page_that_refreshes_itself_is_idle(console, guest, clock):
    person(console, "olena")
    guest.log_in("olena")
    for _ in range(3):
        clock.pass_s(20 * 60)
        assert guest.get("/me").status_code == 200
    clock.pass_s(20 * 60)
    assert guest.get("/me", **{"X-Kram-Refresh": "1"}).status_code == 200
    clock.pass_s(11 * 60)
    assert guest.get("/me").status_code == 303


def test_a_session_ends_after_twelve_hours_whatever_was_clicked(console, guest, clock):
    person(console, "olena")
    guest.log_in("olena")
    for _ in range(12 * 2):
        clock.pass_s(30 * 60)
        assert console.sessions.find(guest.token, clock.ms, clicked=True)
    clock.pass_s(60)
    assert guest.get("/me").status_code == 303


def test_a_login_gives_a_new_token_and_a_logout_ends_it_on_the_server(console, guest):
    person(console, "olena")
    guest.token = "a-token-that-an-attacker-knows"
    guest.log_in("olena")
    token = guest.token
    assert token != "a-token-that-an-attacker-knows"
    guest.get("/me")
    guest.post("/logout")
    guest.token = token
    assert guest.get("/me").status_code == 303


def test_no_token_can_be_read_from_the_database(console, guest, small_store):
    person(console, "olena")
    guest.log_in("olena")
    token = guest.token
    assert token not in str(small_store.rows("SELECT * FROM session"))


def test_a_post_without_the_pages_token_or_from_another_site_changes_nothing(console, guest):
    person(console, "olena", Role.ADMINISTRATOR)
    guest.log_in("olena")
    guest.get("/people")
    new = {"login": "ivan", "name": "Ivan", "role": "viewer", "everything": "1"}
    assert guest.post("/people", new | {"csrf": ""}).status_code == 403
    assert guest.post("/people", new | {"csrf": "0" * 64}).status_code == 403
    assert guest.post("/people", new, Origin="https://evil.test").status_code == 403
    assert guest.post("/people", new, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert console.people.get("ivan") is None
    assert guest.post("/people", new).status_code == 200
    assert console.people.get("ivan") is not None


def test_another_sites_form_cannot_log_anybody_in(console, guest):
    person(console, "olena")
    given = {"login": "olena", "password": PASSWORD}
    assert guest.post("/login", given, Origin="https://evil.test").status_code == 403
    bare = httpx.post(f"{guest.base}/login", data=given)
    assert bare.status_code == 403


def test_a_form_that_is_too_large_is_refused_before_it_is_read(guest):
    assert guest.post("/login", {"login": "x" * 70_000}).status_code == 413

    def drops():
        for _ in range(200):
            yield b"login=" + b"x" * 1000 + b"&"

    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": guest.base}
    answer = guest.client.post("/login", content=drops(), headers=headers)
    assert answer.status_code == 413


def test_a_second_factor_is_asked_for_after_the_password_and_each_code_works_once(
    console, guest, clock
):
    person(console, "olena")
    secret, _ = second_factor(console, "olena")
    answer = guest.log_in("olena", to="/me")
    assert answer.headers["location"].startswith("/login/code?to=/me")
    assert guest.get("/me").headers["location"] == "/login/code"
    half = guest.token
    guest.get("/login/code")
    assert guest.post("/login/code", {"code": "000000"}).status_code == 401
    code = app_code(secret, clock.ms)
    answer = guest.post("/login/code", {"code": code, "to": "/me"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/me")
    assert guest.token != half
    assert guest.get("/me").status_code == 200
    other = Guest(guest.base)
    other.log_in("olena")
    other.get("/login/code")
    assert other.post("/login/code", {"code": code}).status_code == 401


def test_a_recovery_code_works_once_in_any_spelling(console, guest):
    person(console, "olena")
    _, codes = second_factor(console, "olena")
    for given, status in (
        (codes[0].upper().replace("-", " "), 303),
        (codes[0], 401),
        (codes[1], 303),
    ):
        guest.client.cookies.clear()
        guest.log_in("olena")
        guest.get("/login/code")
        assert guest.post("/login/code", {"code": given}).status_code == status
    assert console.people.recovery_codes_left("olena") == 8


def test_codes_are_tried_five_times_and_then_must_wait(console, guest):
    person(console, "olena")
    second_factor(console, "olena")
    guest.log_in("olena")
    guest.get("/login/code")
    answers = [guest.post("/login/code", {"code": "000000"}).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]


def test_a_stolen_database_holds_no_secret_of_a_second_factor(console, small_store):
    person(console, "olena")
    secret, codes = second_factor(console, "olena")
    kept = str(
        small_store.rows("SELECT * FROM person") + small_store.rows("SELECT * FROM recovery_code")
    )
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_a_manager_must_set_up_the_second_step_before_anything_else(console, guest, host, clock):
    person(console, "olena", Role.MANAGER)
    host.show(console_over(console.store, clock, second_factor_from=Role.MANAGER))
    guest.log_in("olena")
    assert guest.get("/audit").headers["location"] == "/me"
    secret = re.search(r'id="secret">(\w+)<', guest.get("/me/second-factor").text)[1]
    given = {"secret": secret, "code": app_code(secret, clock.ms), "password": PASSWORD}
    assert guest.post("/me/second-factor", given | {"password": WRONG}).status_code == 401
    answer = guest.post("/me/second-factor", given)
    assert len(re.findall(r"<li>\w{5}-\w{5}</li>", answer.text)) == 10
    assert guest.get("/audit").status_code == 403


def test_a_handed_over_password_holds_until_its_owner_chooses_another(console, guest, small_store):
    password = first_administrator(small_store, KEY, "olena", "Olena")
    guest.log_in("olena", password)
    assert guest.get("/people").headers["location"] == "/me"
    guest.get("/me")
    changed = {"password": password, "new": PASSWORD, "again": PASSWORD}
    old = guest.token
    assert guest.post("/me/password", changed).status_code == 303
    assert guest.token != old
    assert guest.get("/people").status_code == 200
    assert Guest(guest.base).log_in("olena", password).status_code == 401


@pytest.mark.parametrize(
    ("password", "why"),
    [("short", "at least 12"), ("aaaaaaaaaaaabb", "repeats"), ("olena-olena-2026", "guessed first"),
     ("password123456", "guessed first")],
)  # fmt: skip
def test_a_weak_password_is_refused_with_a_way_out(console, password, why):
    person(console, "olena")
    with pytest.raises(PersonMistake, match=why):
        console.people.set_password("olena", password)


def test_argon2_costs_what_the_standard_recommends(as_in_earnest):
    assert passwords.hashed(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_each_role_sees_its_pages_and_no_others(console, guest):
    for role in Role:
        person(console, role.value, role)
    for role in Role:
        guest.client.cookies.clear()
        guest.log_in(role.value)
        may = role is Role.ADMINISTRATOR
        for path in ("/people", "/audit"):
            assert guest.get(path).status_code == (200 if may else 403), (role, path)
        guest.get("/me")
        new = {"login": "x1", "name": "X", "role": "viewer", "everything": "1"}
        assert guest.post("/people", new).status_code == (200 if may else 403)


def test_an_administrator_of_a_region_gives_away_no_more_than_that(console, guest):
    person(console, "olena", Role.ADMINISTRATOR, "region:West")
    person(console, "boss", Role.ADMINISTRATOR)
    guest.log_in("olena")
    assert "Boss" not in guest.get("/people").text
    assert guest.get("/people/boss").status_code == 404
    new = {"login": "ivan", "name": "Ivan", "role": "manager"}
    for scope in ({"everything": "1"}, {"scope": "region:East"}, {"scope": "*"}, {}):
        assert guest.post("/people", new | scope).status_code == 400, scope
    assert guest.post("/people", new | {"scope": "region:West"}).status_code == 200
    assert guest.post("/people/boss/password").status_code == 404


def test_a_scope_never_widens_by_a_mistake():
    assert Scope.parse("").where() == ("1=0", {})
    assert Scope.parse("planet:Mars\nregion:\n:x").where() == ("1=0", {})
    where, params = Scope.parse("region:Захід: схід\nshop:s1").where("x")
    assert where == "(x.region = :scope0 OR x.shop = :scope1)"
    assert params == {"scope0": "Захід: схід", "scope1": "s1"}
    assert str(Scope.parse("shop:a\n*\n")) == "*"


def test_the_last_administrator_cannot_shut_everybody_out(console, guest):
    person(console, "olena", Role.ADMINISTRATOR)
    guest.log_in("olena")
    guest.get("/people/olena")
    down = {"name": "Olena", "role": "viewer", "everything": "1", "active": "1"}
    assert "last administrator" in guest.post("/people/olena", down).text
    person(console, "ivan", Role.ADMINISTRATOR)
    assert guest.post("/people/olena", down).status_code == 303
    assert console.people.get("olena").role is Role.VIEWER


def test_whoever_is_shut_out_is_out_at_once(console, guest):
    person(console, "olena", Role.ADMINISTRATOR)
    person(console, "ivan")
    ivan = Guest(guest.base)
    ivan.log_in("ivan")
    guest.log_in("olena")
    guest.get("/people/ivan")
    guest.post("/people/ivan", {"name": "Ivan", "role": "viewer", "everything": "1"})
    assert ivan.get("/me").status_code == 303
    assert ivan.log_in("ivan").status_code == 401


def test_a_screen_on_the_wall_stays_in_for_days_and_changes_nothing(console, guest, clock):
    person(console, "olena", Role.ADMINISTRATOR)
    guest.log_in("olena", wall="1")
    clock.pass_s(5 * 86_400)
    assert guest.get("/me").status_code == 200
    assert guest.get("/people").status_code == 403
    changed = {"password": PASSWORD, "new": WRONG, "again": WRONG}
    assert guest.post("/me/password", changed).status_code == 403
    assert console.people.knows_password("olena", PASSWORD)


def test_every_change_is_in_the_audit_with_who_and_from_where(console, guest, small_store):
    person(console, "olena", Role.ADMINISTRATOR)
    guest.log_in("olena")
    guest.get("/people")
    guest.post("/people", {"login": "ivan", "name": "Ivan", "role": "viewer", "everything": "1"})
    guest.post("/people/ivan/password")
    guest.post("/people/ivan", {"name": "I", "role": "operator", "everything": "1", "active": "1"})
    guest.post("/logout")
    guest.log_in("ivan", WRONG)
    rows = small_store.rows("SELECT person, act, target, address FROM audit ORDER BY id")
    assert [(row["person"], row["act"], row["target"]) for row in rows] == [
        ("", "login", "olena"),
        ("olena", "person.add", "ivan"),
        ("olena", "password.reset", "ivan"),
        ("olena", "person.change", "ivan"),
        ("olena", "logout", "olena"),
        ("", "login.refused", "ivan"),
    ]
    assert {row["address"] for row in rows} == {"127.0.0.1"}


def test_the_audit_tells_roles_and_shops_in_the_readers_words(console, guest):
    person(console, "olena", Role.ADMINISTRATOR)
    guest.log_in("olena")
    guest.get("/people")
    guest.post("/people", {"login": "ivan", "name": "Ivan", "role": "manager", "everything": "1"})
    guest.post("/people/ivan", {"name": "I", "role": "operator", "scope": "region:West"})
    guest.client.headers["Accept-Language"] = "uk"
    page = guest.get("/audit").text
    assert "Керівник: Усі магазини" in page
    assert "Оператор: Регіон West, без доступу" in page


def test_no_password_or_code_is_ever_in_the_audit(console, guest, small_store):
    person(console, "olena", Role.ADMINISTRATOR)
    guest.log_in("olena", WRONG)
    guest.log_in("olena")
    guest.get("/people")
    shown = guest.post("/people/olena/password").text
    handed = re.search(r'id="handed">([\w-]+)<', shown)[1]
    kept = str(small_store.rows("SELECT * FROM audit"))
    assert not any(word in kept for word in (WRONG, PASSWORD, handed))


def test_every_answer_carries_the_headers_of_a_strict_page(guest):
    for path in ("/login", "/nowhere", "/static/console.css", "/me"):
        headers = guest.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
    assert guest.get("/login").headers["cache-control"] == "no-store"


def test_no_page_has_a_script_or_style_of_its_own(console, guest):
    person(console, "olena", Role.ADMINISTRATOR)
    guest.log_in("olena")
    for path in ("/me", "/people", "/people/olena", "/audit", "/me/second-factor"):
        text = guest.get(path).text
        assert not re.search(r"<script(?! src=)|<style| style=|\son\w+=|https?://(?!127)", text), (
            path
        )


def test_what_people_type_is_never_markup(console, guest):
    person(console, "olena", Role.ADMINISTRATOR)
    guest.log_in("olena")
    guest.get("/people")
    name = '<script>alert("x")</script>'
    guest.post("/people", {"login": "ivan", "name": name, "role": "viewer", "everything": "1"})
    text = guest.get("/people").text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_language_and_look_are_the_devices_and_survive_a_logout(console, guest):
    person(console, "olena")
    assert 'lang="en" data-theme="auto"' in guest.get("/login").text
    guest.post("/look", {"language": "uk", "theme": "dark", "back": "/login"})
    assert 'lang="uk" data-theme="dark"' in guest.get("/login").text
    guest.post("/look", {"language": "xx", "theme": "pink", "back": "//evil.test"})
    assert 'lang="uk" data-theme="dark"' in guest.get("/login").text


def test_my_page_says_where_i_am_logged_in_and_ends_the_others(console, guest):
    person(console, "olena")
    other = Guest(guest.base)
    other.log_in("olena")
    guest.log_in("olena")
    assert guest.get("/me").text.count("127.0.0.1</td>") == 2
    guest.post("/me/sessions")
    assert guest.get("/me").status_code == 200
    assert other.get("/me").status_code == 303
