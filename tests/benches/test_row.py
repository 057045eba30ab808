"""A bench row's arithmetic, and what a run leaves behind for others to read."""

import json
import sys

import pytest

from bench import results
from bench.machine import Machine, this_machine
from bench.row import Row, median, percentile
from bench.suite import FULL, PARTS, QUICK

KEYS = {"row", "value", "unit", "against", "limit", "ratio", "goal", "pass"}
MACHINE = Machine("A processor", 2, 8.0, "vda, ext4", "Debian", "3.11.7", "3.40.1", 0.1)


def row(value: float, limit: float = 10.0, **more) -> Row:
    return Row("a thing", value, "ms", "limit", limit, "at most 10 ms", **more)


def test_a_value_at_its_limit_passes_and_the_next_one_does_not():
    assert row(10.0).passed
    assert not row(10.001).passed


def test_a_value_that_must_reach_its_limit_fails_below_it():
    assert row(10.0, at_least=True).passed
    assert not row(9.99, at_least=True).passed


def test_against_a_peer_the_ratio_is_ours_over_theirs_and_the_factor_decides():
    assert row(14.0, times=1.5).ratio == pytest.approx(1.4)
    assert row(14.0, times=1.5).passed
    assert not row(16.0, times=1.5).passed
    assert row(8.0, at_least=True, times=0.8).passed
    assert not row(7.9, at_least=True, times=0.8).passed


def test_the_used_part_of_a_limit_is_over_one_exactly_when_the_row_fails():
    for value in (0.1, 7.9, 8.0, 9.9, 10.0, 14.9, 15.1, 40.0):
        for at_least in (False, True):
            for times in (0.8, 1.0, 1.5):
                one = row(value, at_least=at_least, times=times)
                assert (one.used <= 1 + 1e-12) == one.passed, (value, at_least, times)


def test_a_limit_of_zero_is_never_reached_by_division():
    assert row(1.0, limit=0.0).ratio == float("inf")


def test_percentiles_are_values_that_were_measured():
    samples = [5.0, 1.0, 4.0, 2.0, 3.0]
    assert median(samples) == 3.0
    assert percentile(samples, 99) == 5.0
    assert percentile(samples, 0) == 1.0
    assert percentile([7.0], 50) == 7.0
    assert percentile(range(1, 101), 99) == 99


def test_a_row_of_out_json_has_the_promised_keys_and_no_others():
    assert set(row(3.0, samples=(1.0, 2.0)).as_dict()) == KEYS
    assert row(3.0).as_dict()["pass"] is True


def test_a_run_is_written_as_a_list_of_rows_and_read_back_with_its_machine(tmp_path):
    out = tmp_path / "out.json"
    rows = [row(3.0, samples=(1.0, 5.0, 3.0)), row(30.0)]
    results.write(rows, MACHINE, at="today", took_s=61.7, whole=True, out=out)
    told = json.loads(out.read_text(encoding="utf-8"))
    assert isinstance(told, list)
    assert [set(line) for line in told] == [KEYS, KEYS]
    assert [line["pass"] for line in told] == [True, False]
    run = results.read(out)
    assert run.machine == MACHINE
    assert run.samples == {"a thing": (5.0, 3.0, 1.0)}
    assert run.whole


def test_many_samples_are_thinned_and_the_worst_is_kept():
    kept = results._thinned([float(n) for n in range(3 * results.SAMPLES_MAX)])
    assert len(kept) <= results.SAMPLES_MAX
    assert kept[0] == 3 * results.SAMPLES_MAX - 1


def test_the_page_names_the_machine_every_row_and_whatever_was_missed(tmp_path):
    from bench import page

    out = tmp_path / "out.json"
    results.write([row(30.0)], MACHINE, at="today", took_s=60, whole=True, out=out)
    words = page.write(results.read(out), tmp_path, []).read_text(encoding="utf-8")
    assert "A processor" in words
    assert "| a thing | **30 ms** | 10 ms | 3.00 | at most 10 ms | ✗ |" in words
    assert "0 of 1 rows" in words


def test_plots_are_drawn_from_a_run_with_and_without_samples(tmp_path):
    pytest.importorskip("matplotlib")
    from bench import plots

    out = tmp_path / "out.json"
    rows = [row(3.0, samples=(1.0, 5.0, 3.0)), Row("b", 99.0, "MB", "limit", 9.0, "less")]
    results.write(rows, MACHINE, at="today", took_s=60, whole=True, out=out)
    for path in plots.draw(results.read(out), tmp_path / "plots"):
        assert path.read_text(encoding="utf-8").lstrip().startswith("<?xml")


def test_this_machine_has_a_name_cores_and_a_disk(tmp_path):
    machine = this_machine(tmp_path)
    assert machine.processor
    assert machine.cores >= 1
    assert machine.disk
    assert machine.python == sys.version.split()[0]


def test_a_quick_run_has_the_same_parts_and_nothing_larger():
    assert len({part.title for part in PARTS}) == len(PARTS)
    assert QUICK.facts < FULL.facts
    assert QUICK.items_many < FULL.items_many
