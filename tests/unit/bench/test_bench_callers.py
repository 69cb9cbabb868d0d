"""Whom the bench of calls reaches."""

from callbot.bench.callers import THINKS_S, people


def test_people_differ_in_words_and_in_how_long_they_think() -> None:
    differ = people(24, "zh-CN", barges_in=False, in_step=False)
    temperatures = {tuple(one.says["temperature"]) for one in differ}
    assert len(temperatures) >= 10
    assert len({one.answers_late_s for one in differ}) >= 20
    assert all(one.answers_late_s <= THINKS_S for one in differ)
    assert len({one.phone for one in differ}) == 24
    for one in differ:
        assert (one.picks_up, one.noise_db, one.mumbles) == (["answer"], None, False)


def test_a_choir_has_four_ways_of_answering_and_does_not_think() -> None:
    choir = people(24, "zh-CN", barges_in=False, in_step=True)
    assert len({tuple(one.says["temperature"]) for one in choir}) == 4
    assert {one.answers_late_s for one in choir} == {0.0}


def test_who_is_to_interrupt_hears_the_opening_to_its_end() -> None:
    for one in people(12, "zh-CN", barges_in=True, in_step=False):
        assert not one.interrupts("identity")
        assert one.interrupts("temperature")
