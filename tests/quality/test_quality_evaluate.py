"""Evaluation: agreement with sacreBLEU's own functions, shares of bad output, how it prints."""

from __future__ import annotations

import pytest
import sacrebleu

from mtpipe.errors import UsageError
from mtpipe.quality import EvaluationScore, evaluate
from mtpipe.quality.evaluate import number_accuracy

SOURCES = ["وافقت 25 دولة على القرار 2254", "وصل الوزير إلى القاهرة صباح الأحد", "ارتفعت أسعار النفط هذا الأسبوع"]
REFERENCES = ["25 countries agreed to Resolution 2254", "The minister arrived in Cairo", "Oil prices rose this week"]
TRANSLATIONS = ["25 states agreed to Resolution 2254", "The minister came to Cairo", "Prices of oil rose this week"]


def test_scores_are_those_of_sacrebleu() -> None:
    score = evaluate("three", SOURCES, TRANSLATIONS, REFERENCES)
    assert score.chrf.score == pytest.approx(sacrebleu.corpus_chrf(TRANSLATIONS, [REFERENCES]).score)
    assert score.bleu.score == pytest.approx(sacrebleu.corpus_bleu(TRANSLATIONS, [REFERENCES]).score)
    assert score.chrf.interval is not None
    assert score.chrf.interval > 0
    assert "nc:6|nw:0" in score.chrf.signature
    assert "tok:13a" in score.bleu.signature


def test_references_score_full_marks() -> None:
    score = evaluate("perfect", SOURCES, REFERENCES, REFERENCES, bootstrap=0)
    assert (score.chrf.score, score.length_ratio, score.numbers) == (pytest.approx(100), 1, 1)
    assert (score.empty, score.copied, score.looping) == (0, 0, 0)
    assert score.chrf.interval is None


@pytest.mark.parametrize(
    ("bad", "code"),
    [("", "empty"), ("...", "empty"), (SOURCES[1], "copied"), ("the name of the " * 20, "looping")],
)
def test_shares_of_bad_output(bad: str, code: str) -> None:
    score = evaluate("bad", SOURCES, [TRANSLATIONS[0], bad, TRANSLATIONS[2]], REFERENCES, bootstrap=0)
    shares = {"empty": score.empty, "copied": score.copied, "looping": score.looping}
    assert shares == {name: pytest.approx(1 / 3 if name == code else 0) for name in shares}


@pytest.mark.parametrize(
    ("sources", "translations", "accuracy"),
    [
        (["لا عدد هنا"], ["No number here"], None),
        (["25 دولة", "30 دولة", "كلمة"], ["25 states", "13 states", "A word"], 0.5),
        (["كلمة"], ["The 19th word"], 0.0),
    ],
)
def test_number_accuracy(sources: list[str], translations: list[str], accuracy: float | None) -> None:
    assert number_accuracy(sources, translations) == accuracy


def test_a_single_segment_has_no_interval() -> None:
    assert evaluate("one", SOURCES[:1], TRANSLATIONS[:1], REFERENCES[:1]).bleu.interval is None


@pytest.mark.parametrize(
    ("cut", "message"), [(2, "three: 3 sources, 2 translations"), (0, "3 sources, 0 translations")]
)
def test_lengths_must_agree(cut: int, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        evaluate("three", SOURCES, TRANSLATIONS[:cut], REFERENCES)


def test_nothing_to_evaluate() -> None:
    with pytest.raises(UsageError, match="no segments"):
        evaluate("none", [], [], [])


def test_it_prints_as_a_row_and_as_lines() -> None:
    score = evaluate("three", SOURCES, TRANSLATIONS, REFERENCES)
    header, rule = EvaluationScore.HEADER.split("\n")
    assert header.count("|") == rule.count("|") == score.row().count("|")
    assert score.row().startswith(f"| three | 3 | {score.chrf.score:.1f} ± ")
    assert str(score).split("\n")[0].startswith(f"three: chrF2 {score.chrf.score:.1f} ± ")
    assert str(score).split("\n")[1:] == [f"chrF2 {score.chrf.signature}", f"BLEU {score.bleu.signature}"]
