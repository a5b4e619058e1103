from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from aligned_sample import train
from hypothesis import given
from hypothesis import strategies as st
from review_sample import boats

from mtpipe import corpus, review
from mtpipe.errors import UsageError
from mtpipe.review.charts import MOST_BARS, MOST_POINTS, WIDTH, Pace, pictures, throughput, throughput_script
from mtpipe.review.figures import BINS, Figures, TermFigure, read
from mtpipe.settings import ReviewSettings

SIGNATURE = "a:b|c:d"
HOSTILE = "<script>alert(1)</script>\u202e\" onload='x"
EMPTY = Figures("model", (0,) * BINS, (), (), 0)


def shard(folder: Path, article: Any) -> list[Path]:
    made = corpus.made([article], SIGNATURE)
    origin = "machine" if hasattr(article, "source") else "aligned"
    return [corpus.write_shard(folder, "sentences", 0, made.sentences, SIGNATURE, origin=origin)]


def parsed(text: str) -> Any:
    return lxml.html.fragment_fromstring(text, create_parent="div")


def table(tree: Any, name: str) -> list[list[str]]:
    rows = tree.xpath(f"//figure[@id='chart-{name}']//tbody/tr")
    return [[cell.text_content() for cell in row] for row in rows]


def test_figures_are_those_of_the_rows(tmp_path: Path) -> None:
    article = boats()
    found = read(shard(tmp_path, article))
    rows = corpus.sentence_rows(article, SIGNATURE)
    codes = Counter(code for row in rows if row["quality"] for code in row["quality"]["flags"])
    mentions = Counter((term["entry"], term["target"]) for row in rows for term in row["terms"])
    flagged = Counter(term["entry"] for row in rows for term in row["terms"] if term["rung"] == "flagged")
    assert found.sentences == len(rows)
    assert dict(found.flags) == codes
    assert {(term.entry, term.target): term.mentions for term in found.terms} == mentions
    assert {term.entry: term.mentions - term.listed for term in found.terms if term.share < 1} == flagged
    assert [term.share for term in found.terms] == sorted(term.share for term in found.terms)


def test_probabilities_of_beads(tmp_path: Path) -> None:
    found = read(shard(tmp_path, train()))
    rows = corpus.made([train()], SIGNATURE).sentences
    assert found.measure == "probability"
    assert sum(found.scores) == len(rows)
    assert found.terms == ()
    expected = Counter(row["reason"] for row in rows if row["reason"])
    expected += Counter(code for row in rows if row["quality"] for code in row["quality"]["flags"])
    assert dict(found.flags) == expected


@pytest.mark.parametrize(
    ("value", "place"), [(-0.3, 0), (0.0, 0), (0.049, 0), (0.05, 1), (0.999, 19), (1.0, 19), (1.0000002, 19)]
)
def test_scores_fall_into_their_part(tmp_path: Path, value: float, place: int) -> None:
    article = boats()
    rows = corpus.sentence_rows(article, SIGNATURE)
    for row in rows:
        row["quality"] = None
    quality = {"length_ratio": 1.0, "score": -0.1, "missing_numbers": [], "extra_numbers": [], "flags": []}
    rows[0]["quality"] = {"similarity": value, **quality}
    found = read([corpus.write_shard(tmp_path, "sentences", 0, rows, SIGNATURE)])
    assert found.measure == "similarity"
    assert found.scores == tuple(int(number == place) for number in range(BINS))


def test_empty_and_damaged_shards(tmp_path: Path) -> None:
    path = corpus.write_shard(tmp_path, "sentences", 0, [], SIGNATURE)
    assert read([path]) == EMPTY
    assert read([]) == EMPTY
    path.write_bytes(b"PAR1 no more")
    with pytest.raises(UsageError, match=r"part-000000\.parquet: can't be read"):
        read([path])


def test_pictures_say_in_words_what_they_show(tmp_path: Path) -> None:
    figures = read(shard(tmp_path, boats()))
    tree = parsed(pictures(figures))
    for picture in tree.xpath("//svg"):
        assert picture.get("role") == "img"
        for name in picture.get("aria-labelledby").split():
            (named,) = tree.xpath(f"//*[@id='{name}']")
            assert named.text_content().strip()
    assert table(tree, "flags") == [[kind, f"{count}"] for kind, count in figures.flags]
    terms = [[term.entry, term.target, f"{term.mentions}", f"{term.listed}"] for term in figures.terms]
    assert table(tree, "terms") == terms[:MOST_BARS]
    assert [int(row[2]) for row in table(tree, "scores")] == [count for count in figures.scores if count]


def test_pictures_obey_a_policy_without_inline_style(tmp_path: Path) -> None:
    text = pictures(read(shard(tmp_path, boats()))) + throughput([Pace(0, 5, 1, 2.0)])
    assert not re.search(r"<style|<script|\bstyle=|\bon\w+=|href|url\(|#[0-9a-f]{3}", text)


def test_hostile_terms_are_text() -> None:
    figures = replace(EMPTY, terms=(TermFigure(HOSTILE, HOSTILE, 4, 3),), flags=((HOSTILE, 2),), sentences=9)
    tree = parsed(pictures(figures))
    assert not tree.xpath("//script")
    assert not tree.xpath("//*[@onload]")
    assert "\u202e" not in tree.text_content()
    assert "U+202E" in tree.text_content()


def test_nothing_is_told_too() -> None:
    tree = parsed(pictures(EMPTY))
    assert not tree.xpath("//svg")
    assert [figure.get("id") for figure in tree.xpath("//figure")] == ["chart-scores", "chart-flags", "chart-terms"]
    assert throughput([]) == throughput([Pace(0, 5, 1, 0.0)]) == ""


@given(
    scores=st.lists(st.integers(0, 10**7), min_size=BINS, max_size=BINS).map(tuple),
    flags=st.lists(st.tuples(st.text("abc-", min_size=1), st.integers(1, 10**7)), max_size=15),
)
def test_bars_stay_inside_the_picture(scores: tuple[int, ...], flags: list[tuple[str, int]]) -> None:
    flags.sort(key=lambda flag: -flag[1])
    tree = parsed(pictures(Figures("similarity", scores, tuple(flags), (), 10**7)))
    for picture in tree.xpath("//svg"):
        _, _, wide, high = map(float, picture.get("viewbox").split())
        for bar in picture.xpath(".//rect"):
            left, top, width, height = (float(bar.get(key)) for key in ("x", "y", "width", "height"))
            assert 0 <= left <= left + width <= wide + 0.1
            assert 0 <= top <= top + height <= high + 0.1
    heights = [float(bar.get("height")) for bar in tree.xpath("//figure[@id='chart-scores']//rect")]
    counted = [count for count in scores if count]
    assert heights == pytest.approx([100 * count / max(counted) for count in counted], abs=0.06)


@given(
    paces=st.lists(
        st.builds(Pace, st.integers(0, 10**6), st.integers(0, 10**5), st.integers(0, 999), st.floats(0.001, 10**5)),
        min_size=1,
        max_size=3 * MOST_POINTS,
    )
)
def test_throughput_keeps_every_window(paces: list[Pace]) -> None:
    tree = parsed(throughput(paces))
    rows = table(tree, "throughput")
    bars = tree.xpath("//rect[@class='bar']")
    assert len(rows) == len(bars) <= MOST_POINTS
    assert sum(int(row[2].replace(",", "")) for row in rows) == sum(pace.sentences for pace in paces)
    assert sum(float(bar.get("width")) for bar in bars) == pytest.approx(WIDTH, abs=0.06 * len(bars))


def test_the_script_holds_the_picture() -> None:
    script = throughput_script([Pace(0, 600, 64, 30.0), Pace(1, 300, 64, 30.0)])
    match = re.fullmatch(r"mtpipe\.throughput\((.*)\);\n", script)
    assert match
    tree = parsed(json.loads(match[1]))
    assert table(tree, "throughput") == [
        ["0", "64", "600", "30.0", "1,200"],
        ["1", "64", "300", "30.0", "600"],
    ]
    assert "900 on average, 1,200 at best" in tree.text_content()


def test_the_index_shows_them_where_there_are_figures(tmp_path: Path) -> None:
    figures = read(shard(tmp_path, boats()))
    rows = [review.index_row(boats())]
    made = {"signature": SIGNATURE, "settings": ReviewSettings()}
    with_them = review.index(rows, figures=figures, **made)  # type: ignore[arg-type]  # of two kinds
    without = review.index(rows, **made)  # type: ignore[arg-type]  # of two kinds
    assert pictures(figures) in with_them
    assert "throughput.js" in with_them
    assert "throughput" not in without
