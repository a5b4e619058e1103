"""The layout of a run: measured once, then kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtpipe import archive, intake
from mtpipe.bench import laid_out, tune
from mtpipe.bench.tune import KEYS, Tried, _better, _counts
from mtpipe.errors import UsageError
from mtpipe.pipeline import Pipeline
from mtpipe.settings import Settings, changed, load


@pytest.fixture
def settings(small: Path) -> Settings:
    return changed(
        load(),
        {
            "translate.model": str(small),
            "translate.device": "cpu",
            "translate.threads": 2,
            "translate.beam": 1,
            "quality.similarity": False,
            "translate.guard": False,
        },
    )


@pytest.mark.parametrize(
    ("threads", "default", "tried"), [(1, 1, []), (2, 2, [1]), (8, 8, [1, 2, 4]), (6, 2, [1, 3, 6])]
)
def test_numbers_of_workers_that_are_tried(threads: int, default: int, tried: list[int]) -> None:
    assert _counts(threads, default) == tried


def test_the_default_stays_unless_another_is_faster_by_a_margin() -> None:
    one, little, much = (Tried(2, workers, 2048, rate) for workers, rate in ((2, 100), (1, 104), (1, 106)))
    assert _better(one, little) is one
    assert _better(one, much) is much


def test_a_layout_is_chosen_and_told(settings: Settings) -> None:
    told: list[str] = []
    found = tune(settings, tell=told.append)
    assert found.translate.threads == 2
    assert found.translate.workers in (1, 2)
    assert found.model_copy(update={"translate": settings.translate}) == settings
    assert told[-1].startswith("layout: ")
    assert len(told) == 1 + 2 + 4  # workers, then sizes, then what came of it


def test_a_later_start_keeps_it_and_measures_nothing(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (tmp_path / "article.txt").write_text("وصل الوزير إلى مدينة حلب.\n\nزار الرئيس دمشق أمس.\n", encoding="utf-8")
    chosen = changed(settings, dict(zip(KEYS, (1, 1, 777), strict=True)))
    archive.run(intake.read([tmp_path / "article.txt"], chosen.intake), out, Pipeline.open(chosen))
    told: list[str] = []
    again = laid_out(settings, out, tell=told.append)
    assert again == chosen
    assert told == [f"layout: as {out} was started with"]
    archive.run(intake.read([tmp_path / "article.txt"], again.intake), out, Pipeline.open(again))
    with pytest.raises(UsageError, match=r"translate\.batch_tokens was 777, is 2048"):
        archive.run(intake.read([tmp_path / "article.txt"], settings.intake), out, Pipeline.open(settings))


def test_a_program_has_no_layout() -> None:
    given = changed(load(), {"translate.engine": "command", "translate.command": ["cat"]})
    with pytest.raises(UsageError, match="Leave --tune out"):
        tune(given)
