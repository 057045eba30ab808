"""Laws of an update, whatever happens in whatever order; `World` asserts them at each order:

the slot that starts by itself is never written nor called bad, so a till always starts; nothing is
written or started while the till must not; nothing is started that is not the blocks that were
signed; nothing is committed that did not prove itself.
"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from appliance.update.machine import TRIES_MAX, Verdict
from appliance.update.record import Record
from appliance.update.stages import NEXT, Stage
from update.world import World, release

EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("run"), st.sampled_from(["", "", "", "before", "during", "after"])),
        st.tuples(st.just("cut"), st.none()),
        st.tuples(st.just("break"), st.none()),
        st.tuples(st.just("still"), st.none()),
        st.tuples(st.just("foreign"), st.booleans()),
        st.tuples(st.just("health"), st.sampled_from([*Verdict][1:])),
        st.tuples(st.just("offer"), st.integers(0, 4)),
        st.tuples(st.just("hold"), st.sampled_from([(), (), ("basket",), ("outbox",)])),
        st.tuples(st.just("object"), st.sampled_from(["", "", "expired", "revoked"])),
        st.tuples(st.just("dead"), st.integers(1, 4)),
        st.tuples(st.just("wait"), st.integers(1, 10**8)),
        st.tuples(st.just("forget"), st.none()),
    ),
    max_size=60,
)


def happens(world: World, what: str, how: object) -> None:
    match what, how:
        case "run", str(cut):
            world.run(cut)
        case "cut", _:
            world.power_cut()
        case "break", _:
            world.breaks()
        case "still", _:
            world.is_at_it()
        case "foreign", bool(foreign):
            world.foreign = foreign
        case "health", Verdict() as verdict if world.running != world.primary:
            world.check_health(verdict)
        case "offer", 0:
            world.offer = None
        case "offer", int(serial):
            world.offer = release(serial)
        case "hold", tuple(holds):
            world.holds = holds
        case "object", str(objection):
            world.objection = objection
        case "dead", int(serial):
            # What ran and was committed goes on to run; a bundle is broken from its making.
            if f"1.{serial}.0" not in world.slots.values():
                world.dead.add(f"1.{serial}.0")
        case "forget", _:
            world.saved = Record()  # a damaged file
        case "wait", int(ms):
            world.now_ms += ms


@given(EVENTS)
@settings(max_examples=300, deadline=None)
def test_a_till_always_starts_and_never_runs_what_did_not_prove_itself(events):
    world = World()
    for what, how in events:
        before = world.saved
        happens(world, what, how)
        assert world.slots[world.primary], "the slot that starts by itself is whole"
        assert world.primary not in world.bad
        assert len(world.bad) < 2
        assert world.saved.tries <= TRIES_MAX
        if what != "forget":
            assert world.saved.serial >= before.serial, "what was proven is never forgotten"


@given(EVENTS)
@settings(max_examples=200, deadline=None)
def test_from_wherever_it_stands_a_good_release_is_committed_in_the_end(events):
    world = World()
    for what, how in events:
        happens(world, what, how)
    world.offer, world.objection, world.holds, world.foreign = release(9), "", (), False
    for _ in range(12):
        world.now_ms = max(world.now_ms, world.saved.retry_ms)
        world.run()
        if world.running != world.primary:
            verdict = Verdict.PASSED if world.version == "1.9.0" else Verdict.FAILED
            world.check_health(verdict)
    assert (world.saved.stage, world.version) == (Stage.COMMITTED, "1.9.0")


@given(EVENTS)
@settings(max_examples=100, deadline=None)
def test_the_record_only_goes_where_the_table_says(events):
    world = World()
    for what, how in events:
        before = len(world.saved.history)
        stage = world.saved.stage
        happens(world, what, how)
        for entry in world.saved.history[before:] if before < 40 else ():
            assert entry.stage in NEXT[stage].values()
            stage = entry.stage
