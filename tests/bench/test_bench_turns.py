"""Ways in turns: what aligning and the glossary are measured by."""

from __future__ import annotations

import json

from mtpipe import bench
from mtpipe.bench.turns import Way, measure


def test_ways_are_run_in_turns_and_measured_against_the_first_of_their_group() -> None:
    done: list[str] = []

    def way(name: str, loops: int) -> Way:
        return Way(name, lambda: (done.append(name), sum(range(loops))), 10)

    groups = [[way("slow", 400_000), way("quick", 20_000)], [way("other", 20_000)]]
    told: list[str] = []
    found = measure("loops", "numbers", groups, rounds=2, tell=told.append)
    assert done == ["slow", "quick", "other"] * 2
    assert told[0] == "round 1 of 2: slow"
    (slow, quick), (other,) = found.groups
    assert slow.against.median == other.against.median == 1
    assert quick.against.median > 1
    assert len(slow.seconds) == found.rounds == 2


def test_terms_are_found_faster_than_one_by_one() -> None:
    found = bench.glossary(entries=300, sentences=200, rounds=1)
    ((plain, *_, known),) = found.groups
    assert known.units == 200
    assert known.against.median > 1
    assert plain.units == 10


def test_aligning_is_measured_in_its_parts() -> None:
    found = bench.align(sentences=40, rounds=1)
    assert [len(group) for group in found.groups] == [2, 2, 1]
    machine = bench.describe()
    for table in (bench.text(machine, [found]), bench.markdown(machine, [found])):
        assert all(way.name in table for group in found.groups for way in group)
    assert json.loads(json.dumps(bench.as_json(machine, [found])))["results"][0]["unit"] == "sentences"
