"""Stages are made once, and again when anything that they are made from changes."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from image.stages import KEPT, Stage, Workshop, digest_of_files, key_of

names = st.text("abc", min_size=1, max_size=3)
inputs = st.dictionaries(names, st.text(max_size=5), max_size=3)


@given(inputs, names, st.text(max_size=5))
def test_another_input_is_another_key(before: dict[str, str], name: str, value: str) -> None:
    after = {**before, name: value}
    assert (key_of("stage", before) == key_of("stage", after)) == (before == after)


@given(inputs)
def test_the_order_in_which_inputs_are_told_does_not_matter(told: dict[str, str]) -> None:
    assert key_of("stage", told) == key_of("stage", dict(reversed(told.items())))


def workshop(tmp_path: Path, **wishes: bool) -> tuple[Workshop, list[str]]:
    said: list[str] = []
    return Workshop(tmp_path, 3, said.append, **wishes), said


def stage(made: list[str], content: str) -> Stage:
    def make(folder: Path) -> None:
        made.append(content)
        (folder / "file").write_text(content)

    return Stage("thing", "the thing", {"content": content}, make)


def test_a_stage_is_made_once(tmp_path: Path) -> None:
    made: list[str] = []
    shop, said = workshop(tmp_path)
    first = shop.get(stage(made, "a"))
    again = workshop(tmp_path)[0].get(stage(made, "a"))
    assert first == again
    assert (again / "file").read_text() == "a"
    assert made == ["a"]
    assert said[0].startswith(" 1/3 the thing ... ")


def test_a_changed_input_makes_it_again(tmp_path: Path) -> None:
    made: list[str] = []
    workshop(tmp_path)[0].get(stage(made, "a"))
    workshop(tmp_path)[0].get(stage(made, "b"))
    assert made == ["a", "b"]


def test_another_way_of_making_it_makes_it_again(tmp_path: Path) -> None:
    made: list[str] = []

    def otherwise(folder: Path) -> None:
        made.append("otherwise")
        (folder / "file").touch()

    first = stage(made, "a")
    workshop(tmp_path)[0].get(first)
    workshop(tmp_path)[0].get(replace(first, make=otherwise))
    assert made == ["a", "otherwise"]


def test_fresh_makes_it_again_without_a_change(tmp_path: Path) -> None:
    made: list[str] = []
    workshop(tmp_path)[0].get(stage(made, "a"))
    workshop(tmp_path, fresh=True)[0].get(stage(made, "a"))
    assert made == ["a", "a"]


def test_a_stage_that_failed_leaves_nothing_to_be_taken_for_it(tmp_path: Path) -> None:
    def fail(folder: Path) -> None:
        (folder / "half").touch()
        raise OSError("no space")

    shop, _ = workshop(tmp_path)
    with pytest.raises(OSError, match="no space"):
        shop.get(Stage("thing", "the thing", {}, fail))
    made: list[str] = []
    assert not (shop.get(stage(made, "a")) / "half").exists()


def test_the_cache_does_not_grow_for_ever(tmp_path: Path) -> None:
    for number in range(KEPT + 3):
        workshop(tmp_path)[0].get(stage([], str(number)))
    assert len(list(tmp_path.iterdir())) == KEPT


def test_two_builds_forget_the_same_old_making_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(KEPT):
        workshop(tmp_path)[0].get(stage([], str(number)))
    remove = shutil.rmtree

    def after_another(folder: Path, *how: bool, **more: bool) -> None:
        remove(folder, ignore_errors=True)
        remove(folder, *how, **more)

    monkeypatch.setattr(shutil, "rmtree", after_another)
    workshop(tmp_path)[0].get(stage([], "new"))
    assert len(list(tmp_path.iterdir())) == KEPT


def test_names_contents_and_executable_bits_decide_a_digest(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("1")
    before = digest_of_files([file], tmp_path)
    file.touch()
    assert digest_of_files([file], tmp_path) == before
    file.chmod(0o755)
    executable = digest_of_files([file], tmp_path)
    file.write_text("2")
    assert len({before, executable, digest_of_files([file], tmp_path)}) == 3
