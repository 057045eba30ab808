"""The scanner's stream is cut into whole codes, and nothing else ever becomes a code."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.core.devices import Scanned, ScanRefused
from appliance.drivers.scan_framing import CODE_BYTES_MAX, DuplicateReads, Framer, Framing

MS = 1_000_000


def codes(found):
    return [message.data for message in found if isinstance(message, Scanned)]


def refusals(found):
    return [message.detail for message in found if isinstance(message, ScanRefused)]


def framer(**settings):
    return Framer("scanner", Framing(**settings))


def test_a_code_ends_with_cr_or_lf_or_both():
    found = framer().feed(b"4820000123457\r\n482\n12345670\r", 0)
    assert codes(found) == ["4820000123457", "482", "12345670"]


def test_a_code_in_fragments_is_one_code_stamped_with_its_last_byte():
    frame = framer()
    assert frame.feed(b"4820000", 1 * MS) == []
    assert frame.feed(b"123457\r", 9 * MS) == [Scanned("scanner", "4820000123457", 9 * MS)]


def test_two_codes_glued_in_one_read_are_two_codes():
    assert codes(framer().feed(b"111\r222\r", 0)) == ["111", "222"]


def test_group_separator_and_aim_identifier_are_kept():
    found = framer().feed(b"]C1010482000012345710AB\x1d15261231\r", 0)
    assert codes(found) == ["]C1010482000012345710AB\x1d15261231"]


def test_prefix_and_suffix_are_stripped():
    found = framer(prefix=b"\x02", suffix=b"\x03\t").feed(b"\x02482\x03\t\x02111\x03\t", 0)
    assert codes(found) == ["482", "111"]


def test_a_lost_suffix_between_two_prefixes_is_refused_not_joined():
    found = framer(prefix=b"\x02").feed(b"\x02482\x02111\r", 0)
    assert codes(found) == []
    assert "glued" in refusals(found)[0]


def test_a_code_without_its_prefix_is_the_end_of_a_lost_one_and_refused():
    found = framer(prefix=b"\x02").feed(b"123457\r", 0)
    assert codes(found) == []
    assert "prefix" in refusals(found)[0]


def test_silence_before_the_suffix_gives_the_fragment_up_and_the_next_code_stays_whole():
    frame = framer(fragment_ms=250)
    frame.feed(b"48200", 0)
    assert frame.silence(200 * MS) == []
    assert "48200" in refusals(frame.silence(50 * MS))[0]
    assert codes(frame.feed(b"111\r", 300 * MS)) == ["111"]


def test_silence_counts_from_the_last_byte():
    frame = framer(fragment_ms=250)
    frame.feed(b"482", 0)
    frame.silence(200 * MS)
    frame.feed(b"000", 210 * MS)
    assert frame.silence(200 * MS) == []
    assert codes(frame.feed(b"1\r", 420 * MS)) == ["4820001"]


def test_a_busy_machine_that_reads_late_does_not_cut_a_code_in_two():
    frame = framer(fragment_ms=250)
    frame.feed(b"48200001", 0)
    assert codes(frame.feed(b"23457\r", 5000 * MS)) == ["4820000123457"]


def test_a_scanner_without_suffix_ends_its_codes_by_silence():
    frame = framer(gap_ends_code=True, fragment_ms=50)
    frame.feed(b"4820000123457", 7 * MS)
    assert frame.silence(50 * MS) == [Scanned("scanner", "4820000123457", 7 * MS)]


def test_a_gap_between_two_reads_ends_the_code_of_a_scanner_without_suffix():
    frame = framer(gap_ends_code=True, fragment_ms=50)
    frame.feed(b"48200", 7 * MS)
    frame.feed(b"00123457", 30 * MS)
    assert codes(frame.feed(b"111", 90 * MS)) == ["4820000123457"]


def test_garbage_is_refused():
    found = framer().feed(b"\xff\xfe\x80\r\x01\x02\r", 0)
    assert codes(found) == []
    assert len(refusals(found)) == 2


def test_a_missing_aim_identifier_is_refused_where_it_is_required():
    found = framer(aim_required=True).feed(b"]E04820000123457\r4820000123457\r", 0)
    assert codes(found) == ["]E04820000123457"]
    assert len(refusals(found)) == 1


def test_an_endless_line_is_refused_once_and_held_in_bounded_memory():
    frame = framer()
    found = []
    for _ in range(100):
        found += frame.feed(b"7" * 4096, 0)
        assert len(frame._pending) <= CODE_BYTES_MAX
    assert len(refusals(found)) == 1
    assert codes(frame.feed(b"77\r111\r", 0)) == ["111"]


def test_the_longest_qr_code_fits():
    assert codes(framer().feed(b"]Q1" + b"8" * 7089 + b"\r", 0)) == ["]Q1" + "8" * 7089]


def test_cyrillic_in_a_qr_code_is_read_in_the_scanners_encoding():
    assert codes(framer().feed("Їжак".encode() + b"\r", 0)) == ["Їжак"]
    assert codes(framer(encoding="cp1251").feed("Їжак".encode("cp1251") + b"\r", 0)) == ["Їжак"]


@given(
    st.lists(st.text("0123456789ABC]\x1d", min_size=1), max_size=8),
    st.lists(st.integers(1, 7), min_size=1),
)
def test_however_the_bytes_are_cut_the_same_codes_come_out(sent, cuts):
    stream = "".join(code + "\r\n" for code in sent).encode()
    frame, found, at = framer(), [], 0
    while at < len(stream):
        step = cuts[at % len(cuts)]
        found += frame.feed(stream[at : at + step], 0)
        at += step
    assert codes(found) == sent
    assert refusals(found) == []


@given(st.integers(2, 40), st.lists(st.integers(1, 30), min_size=1))
def test_equal_codes_are_all_kept_however_the_bytes_are_cut(count, cuts):
    stream, frame, found, at, read = b"4820000123457\r" * count, framer(), [], 0, 0
    while at < len(stream):
        step = cuts[read % len(cuts)]
        read += 1
        found += frame.feed(stream[at : at + step], read * MS)
        at += step
    assert codes(found) == ["4820000123457"] * count


def test_with_a_window_a_stutter_is_one_code_also_when_it_comes_in_pieces():
    frame = Framer("scanner", Framing(), DuplicateReads(80))
    found = frame.feed(b"482\r48", 0) + frame.feed(b"2\r", 5 * MS)
    found += frame.feed(b"482\r", 150 * MS)
    assert codes(found) == ["482", "482"]


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_framer_and_silence_always_empties_it(noise):
    frame = framer(prefix=b"\x02")
    frame.feed(noise, 0)
    frame.silence(10_000 * MS)
    assert not frame.waiting


def test_duplicate_reads_are_all_kept_unless_asked():
    policy = DuplicateReads()
    assert [policy.is_repeat("482", 0, 0) for _ in range(3)] == [False] * 3


def test_a_stutter_of_one_trigger_is_dropped_and_a_second_item_never():
    policy = DuplicateReads(window_ms=80)
    assert not policy.is_repeat("482", 0, 10 * MS)
    assert policy.is_repeat("482", 60 * MS, 70 * MS)
    assert not policy.is_repeat("482", 220 * MS, 230 * MS)


def test_the_window_counts_from_the_end_of_the_read_before():
    policy = DuplicateReads(window_ms=80)
    assert not policy.is_repeat("482", 0, 500 * MS)
    assert policy.is_repeat("482", 570 * MS, 600 * MS)


def test_another_code_in_between_makes_the_repeat_a_second_item():
    policy = DuplicateReads(window_ms=80)
    assert not policy.is_repeat("482", 0, 1)
    assert not policy.is_repeat("111", 10 * MS, 11 * MS)
    assert not policy.is_repeat("482", 20 * MS, 21 * MS)
