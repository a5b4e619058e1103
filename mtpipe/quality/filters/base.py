"""What a filter is, after OpusFilter (Aulamo, Virpioja and Tiedemann 2020): ``score`` and ``accept``, apart.

Scores cost time and are kept; thresholds are opinions and are applied late, to scores that are there already.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from mtpipe.errors import UsageError
from mtpipe.signature import digest

Score = tuple[float | None, ...]
"""Numbers of a pair, one for each of the filter's ``columns``; None is what can't be told, and is accepted."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of a corpus, as far as filters look at it.

    ``similarity`` and ``score`` are the row's measures, ``probability`` the aligner's (None where there is none),
    ``state`` is the reviewers' word on it.
    """

    id: str
    article: str
    source: str
    target: str
    similarity: float | None = None
    score: float | None = None
    probability: float | None = None
    state: str = "open"


class Filter(BaseModel, ABC):
    """A measure of pairs and a bar for it. Fields named in ``BARS`` are read by ``accept`` alone.

    A filter of its own kind says ``name`` and what its numbers are called.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: ClassVar[str]
    columns: ClassVar[tuple[str, ...]] = ("score",)
    VERSION: ClassVar[int] = 1
    """Of how it measures: raised where the same pair would score otherwise."""
    BARS: ClassVar[frozenset[str]] = frozenset({"least", "most"})
    SURVEYS: ClassVar[bool] = False
    """Whether ``survey`` has to see the whole corpus before the first pair is scored."""

    def survey(self, pairs: Iterable[Pair]) -> None:
        """Look at the whole corpus once, ahead of ``score``."""

    @abstractmethod
    def score(self, pairs: Iterable[Pair]) -> Iterator[Score]:
        """Yield a score for each pair, in order."""

    def accept(self, score: Score) -> bool:
        """Tell whether a pair of this score is kept: by default, each number within ``least`` and ``most``."""
        least, most = getattr(self, "least", None), getattr(self, "most", None)
        return all(
            number is None or ((least is None or number >= least) and (most is None or number <= most))
            for number in score
        )

    @property
    def key(self) -> str:
        """Name, version and what a score depends on: scores under an equal key need not be computed again."""
        values = self.model_dump(mode="json", exclude=set(self.BARS))
        return f"{self.name} v{self.VERSION} {json.dumps(values, ensure_ascii=False, sort_keys=True)}"


class PairFilter(Filter):
    """A filter that measures each pair alone."""

    def score(self, pairs: Iterable[Pair]) -> Iterator[Score]:
        """Yield a score for each pair, in order."""
        return map(self.measure, pairs)

    @abstractmethod
    def measure(self, pair: Pair) -> Score:
        """Return the score of a pair."""


class FileFilter(PairFilter):
    """A filter that compares pairs with what its files hold."""

    files: tuple[Path, ...] = ()

    @property
    def key(self) -> str:
        """What is in the files counts, not their names."""
        return f"{self.name} v{self.VERSION} {digest(*sorted(lines(path) for path in self.files))}"


def lines(path: Path) -> str:
    """Return the text of a filter's file. Raises ``UsageError`` where it is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path}: can't be read ({error.strerror}). Name a text file.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8. Save it as UTF-8.") from error
