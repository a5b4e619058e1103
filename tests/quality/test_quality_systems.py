"""Parts of a test set, systems side by side, metrics of other programs, and the page that shows them."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
import sacrebleu
from lxml import html

from mtpipe.errors import UsageError
from mtpipe.quality import external, significance
from mtpipe.quality.breakdown import breakdown, worst
from mtpipe.quality.evaluate import evaluate
from mtpipe.quality.testset import TestSet, read_translations
from mtpipe.review.evaluation import Evaluated, evaluation_page

REFERENCES = tuple(f"The train number {number} reached the old station late at night" for number in range(40))
DATA = TestSet(
    "trains",
    tuple(f"وصل القطار رقم {number} إلى المحطة القديمة" + " جدا" * (number % 3 * 5) for number in range(40)),
    REFERENCES,
    tuple(f"{'bbc' if number % 4 else 'afp'}.{number}" for number in range(40)),
)
GOOD = tuple(line.replace("reached", "came to") for line in REFERENCES)
BAD = tuple(line.replace("The train number", "A bus") for line in REFERENCES)


def test_parts_add_up_and_score_as_sacrebleu_does() -> None:
    made = [one if place % 2 else other for place, (one, other) in enumerate(zip(GOOD, BAD, strict=True))]
    parts = breakdown(DATA, made)
    for kind in ("length", "domain"):
        assert sum(part.segments for part in parts if part.kind == kind) == 40
    assert [part.name for part in parts] == ["1-10 words", "11-20 words", "afp", "bbc"]
    places = [place for place in range(40) if place % 4 == 0]
    own = sacrebleu.corpus_chrf([made[place] for place in places], [[REFERENCES[place] for place in places]]).score
    assert next(part.chrf for part in parts if part.name == "afp") == pytest.approx(own)


@pytest.mark.parametrize("ids", [(), ("x1",) * 40, tuple(map(str, range(40)))])
def test_one_domain_is_none(ids: tuple[str, ...]) -> None:
    parts = breakdown(TestSet("trains", DATA.sources, DATA.references, ids), GOOD)
    assert {part.kind for part in parts} == {"length"}


def test_the_worst_come_first() -> None:
    made = [*GOOD[:7], "nothing like it", *GOOD[8:]]
    found = worst(DATA, made, 5)
    assert found[0][0] == 7
    assert len(found) == 5
    assert [score for _, score in found] == sorted(score for _, score in found)


def test_a_better_system_is_told_from_luck() -> None:
    first, same, better = significance.compare([("a", BAD), ("b", BAD), ("c", GOOD)], REFERENCES)
    assert (first.chrf_p, first.bleu_p) == (None, None)
    assert same.chrf == first.chrf
    assert same.chrf_p is not None
    assert same.chrf_p > significance.LEVEL
    assert better.chrf > first.chrf
    assert better.chrf_p is not None
    assert better.chrf_p < significance.LEVEL
    assert "*" in better.format()
    assert "*" not in same.format()
    assert better.chrf == pytest.approx(sacrebleu.corpus_chrf(GOOD, [REFERENCES]).score)


@pytest.mark.parametrize(
    ("systems", "said"),
    [([("a", GOOD), ("a", BAD)], "a: given twice"), ([("a", GOOD), ("b", BAD[1:])], "b: 39 translations of 40")],
)
def test_systems_that_can_not_be_compared(systems: list[tuple[str, tuple[str, ...]]], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        significance.compare(systems, REFERENCES)


def command(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


def test_a_metric_of_another_program_sees_all_three_texts() -> None:
    code = (
        "import sys, json\n"
        "for line in sys.stdin:\n"
        "    row = json.loads(line)\n"
        "    print(len(row['src']) + 1000 * len(row['mt']) + 0.5 * (row['mt'] == row['ref']))"
    )
    made = (*GOOD[:-1], REFERENCES[-1])
    expected = [len(source) + 1000 * len(line) for source, line in zip(DATA.sources, made, strict=True)]
    expected[-1] += 0.5
    assert external.ask(command(code), DATA, made) == expected


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("/no/such/program", "can't be started"),
        ("", "can't be started"),
        ("'", "can't be started"),
        (command("import sys; sys.exit('no such model')"), r"ended with code 1 \(no such model\)"),
        (command("print(1)"), "answered 1 numbers for 40 segments"),
        (command("print('nan ' * 40)"), "one finite number"),
        (command("print('good ' * 40)"), "what is no number"),
    ],
)
def test_metrics_that_fail(asked: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as error:
        external.ask(asked, DATA, GOOD)
    assert "\n" not in str(error.value)


def test_translations_made_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "made.txt"
    path.write_text("one\n two \n\n", encoding="utf-8")
    sets = [TestSet("a", ("ا",), ("x",)), TestSet("b", ("ب", "ج"), ("y", "z"))]
    assert read_translations(path, sets) == [("one",), ("two", "")]
    with pytest.raises(UsageError, match="3 lines for 1 segments"):
        read_translations(path, sets[:1])


def test_the_page_shows_the_worst_and_runs_nothing() -> None:
    hostile = "<script>alert(1)</script> \u202egnisrever"
    made = (hostile, *GOOD[1:])
    score = evaluate("trains", DATA.sources, made, DATA.references)
    compared = tuple(significance.compare([("<b>one</b>", made), ("two", GOOD)], REFERENCES))
    page = evaluation_page([Evaluated(DATA, made, score, compared, tuple(map(float, range(40))))], signature="<i>")
    tree = html.document_fromstring(page)
    assert not tree.xpath("//script | //b | //i")
    first = tree.xpath("//section[@class='worst']")[0]
    assert hostile in first.text_content()
    assert DATA.sources[0] in first.text_content()
    assert len(tree.xpath("//section[@class='worst']")) == 40
    assert f"{score.chrf.score:.1f}" in tree.xpath("string(//tbody)")
    assert set(tree.xpath("//a/@href")) <= {f"#{name}" for name in tree.xpath("//@id")}
