"""What the integrators' page tells a stranger to do works as it stands there."""

import time
from pathlib import Path

from appliance.fleet.alerts import webhook
from appliance.fleet.store import open_store
from tests.fleet import seeded

PAGE = (Path(__file__).parents[2] / "docs/fleet/integrator.md").read_text()


def block(language: str, number: int) -> str:
    return PAGE.split(f"```{language}\n")[number].partition("```")[0]


def test_the_pages_own_check_of_a_signature_believes_ours_and_no_other():
    names: dict = {}
    exec(block("python", 1), names)
    is_ours, secret, body = names["is_ours"], b"sixteen letters.", b'{"v":1}'
    header = webhook.signature(secret, body, int(time.time()))
    assert is_ours(header, body, secret)
    assert not is_ours(header, body + b" ", secret)
    assert not is_ours(header, body, b"another secret...")
    assert not is_ours(webhook.signature(secret, body, int(time.time()) - 400), body, secret)


def test_a_role_that_only_reads_sees_the_reports_and_no_person(postgres_url):
    store = open_store(postgres_url)
    seeded.fleet(store, 1_796_000_000_000, sales_an_hour=1)
    con = store.connect()
    try:
        with con.transaction(force_rollback=True):
            for statement in block("sql", 1).split(";")[:2]:
                con.execute(statement)
            con.execute("SET LOCAL ROLE report")
            assert con.execute(block("sql", 2)).fetchall()
            row = con.execute("SELECT has_table_privilege('person', 'SELECT') AS may").fetchone()
            assert row == {"may": False}
    finally:
        con.close()
        store.close()
