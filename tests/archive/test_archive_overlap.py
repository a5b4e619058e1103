"""Windows measured and committed beside the next one's translation: in order, nothing lost, errors as before."""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
import stand_in

from mtpipe import archive, intake
from mtpipe.archive import overlap
from mtpipe.archive.rescue import Rescued
from mtpipe.article import Article, Rendering, TranslatedArticle, build
from mtpipe.errors import ArticleError, ModelError
from mtpipe.pipeline import Pipeline, Result


def articles(count: int) -> list[Article]:
    return [build(f"a{number}", [("text", stand_in.sentence(random.Random(number)))]) for number in range(count)]


class Watched(Pipeline):
    """The stand-in's line, that writes down what happens, and fails where it is told to."""

    def __init__(self, *, broken: Sequence[str] = (), unmeasurable: Sequence[str] = ()) -> None:
        super().__init__(stand_in.settings(1), stand_in.Speller(), stand_in.GLOSSARY, None)
        self.events: list[tuple[str, str]] = []
        self.threads: set[tuple[str, int]] = set()
        self._broken = broken
        self._unmeasurable = unmeasurable

    def _note(self, what: str, names: Sequence[str]) -> None:
        self.events.append((what, "+".join(names)))
        self.threads.add((what, threading.get_ident()))

    def render(
        self, articles: Sequence[Article], known: Mapping[str, Rendering] | None = None
    ) -> Result[TranslatedArticle]:
        self._note("render", [article.id for article in articles])
        if any(article.id in self._broken for article in articles):
            raise ModelError("the engine is broken")
        return super().render(articles, known)

    def check(self) -> None:
        if self._broken:
            raise ModelError("the engine is broken")

    def measure(self, articles: Sequence[TranslatedArticle]) -> list[TranslatedArticle]:
        names = [article.source.id for article in articles]
        self._note("measure", names)
        if set(names) & set(self._unmeasurable):
            raise ValueError(f"can't measure {names}")
        return super().measure(articles)


def work(line: Watched, windows: Sequence[list[Article | ArticleError]]) -> list[Rescued]:
    found: list[Rescued] = []

    def finish(items: list[Article | ArticleError], rescued: Rescued) -> None:
        line.events.append(("finish", "+".join(i.id for i in items if isinstance(i, Article))))
        found.append(rescued)

    overlap.work(line, windows, lambda _: {}, finish)
    return found


def test_windows_are_finished_in_order_and_no_more_than_one_waits() -> None:
    line = Watched()
    work(line, [[article] for article in articles(4)])
    for what in ("render", "measure", "finish"):
        assert [name for event, name in line.events if event == what] == ["a0", "a1", "a2", "a3"]
    for number in range(2):
        assert line.events.index(("finish", f"a{number}")) < line.events.index(("render", f"a{number + 2}"))


def test_a_window_is_finished_while_the_engine_is_at_the_next() -> None:
    line = Watched()
    finished = threading.Event()
    render = line.render

    def held(articles: Sequence[Article], known: Mapping[str, Rendering] | None = None) -> Result[TranslatedArticle]:
        if articles[0].id == "a1":
            assert finished.wait(60), "the first window waits for the second"
        return render(articles, known)

    line.render = held
    overlap.work(line, [[article] for article in articles(2)], lambda _: {}, lambda _items, _made: finished.set())


def test_the_engine_stays_in_the_callers_thread_and_the_rest_has_its_own() -> None:
    line = Watched()
    work(line, [[article] for article in articles(3)])
    threads = {what: {thread for name, thread in line.threads if name == what} for what in ("render", "measure")}
    assert threads["render"] == {threading.get_ident()}
    assert len(threads["measure"]) == 1
    assert threads["render"] != threads["measure"]


def test_after_an_error_in_finishing_no_window_is_finished() -> None:
    finished: list[str] = []

    def finish(items: list[Article], _: Rescued) -> None:
        if items[0].id == "a1":
            raise OSError("disk full")
        finished.append(items[0].id)

    with pytest.raises(OSError, match="disk full"):
        overlap.work(Watched(), [[article] for article in articles(4)], lambda _: {}, finish)
    assert finished == ["a0"]


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_a_window_before_the_error_is_finished_first(broken: int) -> None:
    line = Watched(broken=[f"a{broken}"])
    with pytest.raises(ModelError, match="the engine is broken"):
        work(line, [[article] for article in articles(4)])
    assert [name for what, name in line.events if what == "finish"] == [f"a{number}" for number in range(broken)]


def test_a_window_before_an_unreadable_one_is_finished_first() -> None:
    line = Watched()

    def windows():
        yield [articles(1)[0]]
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        work(line, windows())
    assert line.events[-1] == ("finish", "a0")


def test_what_can_not_be_measured_fails_alone() -> None:
    line = Watched(unmeasurable=["a1"])
    (window,) = work(line, [articles(3)])
    assert sorted(window.made) == ["a0", "a2"]
    assert all(article.paragraphs[0].quality for article in window.made.values())
    assert window.failed["a1"].reason == "internal-error"


def test_a_window_of_which_nothing_can_be_measured_ends_the_run() -> None:
    with pytest.raises(ValueError, match="can't measure"):
        work(Watched(unmeasurable=["a0", "a1"]), [articles(2)])


@pytest.mark.parametrize("window", [1, 2, 5])
def test_the_output_is_that_of_one_window_after_another(tmp_path: Path, window: int) -> None:
    inputs = stand_in.write_articles(tmp_path / "in", 5, broken=[3])
    stand_in.run(inputs, tmp_path / "out", stand_in.settings(window))
    one_by_one = tmp_path / "one by one"
    for last in range(1, 6):  # a start of its own for each article: nothing can overlap
        line = stand_in.pipeline(stand_in.settings(window))
        items = [item for _, item in zip(range(last), intake.read([inputs], line.settings.intake), strict=False)]
        if last % window == 0 or last == 5:
            archive.run(items, one_by_one, line)
    assert stand_in.tree(one_by_one) == stand_in.tree(tmp_path / "out")
