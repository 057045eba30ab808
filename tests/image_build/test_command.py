"""What may be asked of a build, and what is told when it is asked wrongly."""

from __future__ import annotations

from pathlib import Path

import pytest

from image.__main__ import change, main


@pytest.mark.parametrize("said", ["etc/hostname", "=here", "etc/hostname=no-such-file"])
def test_a_change_that_names_no_file_is_told_before_anything_is_built(
    said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "here").touch()
    with pytest.raises(SystemExit):
        main(["bundle", "--change", said])
    assert "a file that is there" in capsys.readouterr().err


@pytest.mark.parametrize("to", ["etc/hostname", "/etc/hostname"])
def test_a_change_is_of_the_images_root_wherever_its_path_begins(to: str, tmp_path: Path) -> None:
    by = tmp_path / "by"
    by.touch()
    assert change(f"{to}={by}") == ("etc/hostname", by)


def test_a_version_that_tills_cannot_compare_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bundle", "--version", "1.2-rc1"]) == 1
    assert "'1.2-rc1' is no version" in capsys.readouterr().err
