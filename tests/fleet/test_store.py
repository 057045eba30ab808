"""Both databases answer alike."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from appliance.fleet.store import Insert, migrations, open_store, partitions
from appliance.fleet.store.statement import for_psycopg


def test_the_schema_is_made_once_however_many_programs_begin_together(cluster, tmp_path):
    for url in (f"sqlite:///{tmp_path / 'f.db'}", cluster.url(cluster.database())):
        store = open_store(url)
        with ThreadPoolExecutor(4) as four:
            done = list(four.map(migrations.migrate, [store] * 4))
        assert sorted(done) == [0, 0, 0, len(migrations.VERSIONS)]
        store.close()


def test_a_schema_of_a_newer_program_is_left_alone(store):
    with store.transaction() as tx:
        tx.run("INSERT INTO schema_version VALUES (999, 0)")
    with pytest.raises(migrations.NewerSchema):
        migrations.migrate(store)
    with store.transaction() as tx:
        tx.run("DELETE FROM schema_version WHERE version = 999")


def test_a_transaction_that_fails_leaves_nothing(store):
    def half() -> None:
        with store.transaction() as tx:
            tx.run("INSERT INTO setting VALUES (:name, 'x')", name="a")
            assert tx.one("SELECT value FROM setting WHERE name = 'a'") == {"value": "x"}
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half()
    assert store.rows("SELECT * FROM setting") == []


def test_rows_that_are_known_already_are_left_out(store):
    with store.transaction() as tx:
        tx.insert(Insert("setting", ("name", "value"), [("a", "1"), ("b", "2")]))
        tx.insert(Insert("setting", ("name", "value"), [("b", "3"), ("c", "4")]))
    found = {row["name"]: row["value"] for row in store.rows("SELECT * FROM setting")}
    assert found == {"a": "1", "b": "2", "c": "4"}


def test_a_parameter_may_stand_beside_casts_quotes_and_per_cent_signs():
    sql = "SELECT ':no', a::text, \"b:c\" FROM t WHERE x LIKE 'a%' AND y % 2 = :two AND z = :two"
    assert for_psycopg(sql) == (
        "SELECT ':no', a::text, \"b:c\" FROM t WHERE x LIKE 'a%%' AND y %% 2 = %(two)s AND z = %(two)s"
    )


def test_a_url_of_another_database_is_refused():
    with pytest.raises(ValueError, match="sqlite:///file"):
        open_store("mysql://host/fleet")


@pytest.mark.parametrize(
    ("month", "steps", "then"), [((2026, 12), 1, (2027, 1)), ((2026, 1), -1, (2025, 12))]
)
def test_months_follow_each_other_across_the_year(month, steps, then):
    assert partitions.following(month, steps) == then
    assert partitions.month_of(partitions.start_ms(month)) == month


def test_a_fact_of_this_month_stands_in_its_partition_and_a_wild_one_in_the_default(
    cluster, migrated
):
    name = cluster.database(migrated)
    store = open_store(cluster.url(name))
    now = store.one("SELECT (extract(epoch FROM now()) * 1000)::bigint AS ms")["ms"]
    with store.transaction() as tx:
        for seq, at in enumerate((now, -(10**15), 10**17), 1):
            tx.run(
                "INSERT INTO fact VALUES ('t', 1, :seq, :at, 0, '', '', 'X', 1, '{}', '', 0)",
                seq=seq,
                at=at,
            )
    where = store.rows("SELECT tableoid::regclass::text AS part FROM fact ORDER BY seq")
    month = partitions.name("fact", partitions.month_of(now))
    assert [row["part"] for row in where] == [month, "fact_default", "fact_default"]
    store.close()
