"""The list of closed shifts on the till, and a Z report once more from it."""

from __future__ import annotations

from collections.abc import Callable

from appliance.core import facts as f
from tests.ui.rig import Rig
from tests.ui.scenes.day import CLOSED_TWICE
from tests.ui.scenes.scene import OPEN


def test_a_z_report_of_an_earlier_shift_is_printed_again_from_the_list(
    opened: Callable[..., Rig],
) -> None:
    rig = opened(*CLOSED_TWICE)
    rig.desk.go("more")
    rig.tap("Минулі зміни")
    rig.settle()
    assert [it.z_number for it in rig.till.look.cash.past or ()] == [2, 1]
    rig.desk.pressed("down")
    rig.tap("Надрукувати Z-звіт ще раз")
    job = rig.paper.printed[-1]
    assert (job.what, job.shift, job.copy) == (f.PrintWhat.Z_REPORT, 1, 1)
    rig.desk.home()
    rig.settle()
    assert rig.till.look.cash.past is None


def test_before_the_first_close_there_is_nothing_to_print(opened: Callable[..., Rig]) -> None:
    rig = opened(*OPEN)
    rig.desk.go("past_shifts")
    rig.settle()
    assert rig.till.look.cash.past == ()
    assert not rig.key("Надрукувати Z-звіт").face.enabled
