"""A list of filters out of YAML, and their scores side by side in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import tee
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from mtpipe import resources
from mtpipe.errors import UsageError
from mtpipe.quality.filters.base import Filter, Pair, Score
from mtpipe.quality.filters.form import Copy, Empty, Length, Numbers, Punctuation, Ratio, Repetition, Script
from mtpipe.quality.filters.meaning import Language, ModelScore, Probability, Review, Similarity
from mtpipe.quality.filters.private import Private, Words
from mtpipe.quality.filters.repeats import Boilerplate, Duplicates, Overlap
from mtpipe.settings import WANTED
from mtpipe.yaml_loaders import Loader

FILTERS: Final[dict[str, type[Filter]]] = {
    kind.name: kind
    for kind in (
        Empty,
        Length,
        Ratio,
        Script,
        Language,
        Numbers,
        Copy,
        Repetition,
        Punctuation,
        Similarity,
        ModelScore,
        Probability,
        Review,
        Boilerplate,
        Private,
        Words,
        Duplicates,
        Overlap,
    )
}
"""All filters by name."""


def defaults() -> tuple[Filter, ...]:
    """Return the filters of ``configs/filters/default.yaml``."""
    return load(resources.folder("configs") / "filters" / "default.yaml")


def load(path: Path) -> tuple[Filter, ...]:
    """Read a list of filters, in their order: ``filters: [{length: {most: 100}}, {numbers: {}}]``.

    Paths in it are relative to the file. Raises ``UsageError`` that names file, filter and field.
    """
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8-sig"), Loader)
    except OSError as error:
        raise UsageError(f"{path}: can't be read ({error.strerror}). Name a YAML file of filters.") from error
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path}: not YAML in UTF-8 ({' '.join(str(error).split())}).") from error
    listed = loaded.get("filters") if isinstance(loaded, dict) and set(loaded) == {"filters"} else None
    if not isinstance(listed, list) or not listed:
        raise UsageError(f"{path}: holds no list 'filters:', or more than it. See configs/filters/default.yaml.")
    filters = tuple(_filter(path, number, item) for number, item in enumerate(listed, start=1))
    names = [item.name for item in filters]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UsageError(f"{path}: the filter '{twice}' stands twice. Keep one.")
    return filters


def _filter(path: Path, number: int, item: Any) -> Filter:
    if isinstance(item, str):
        item = {item: {}}
    if not isinstance(item, dict) or len(item) != 1:
        raise UsageError(f"{path}: filter {number} is no name with its fields, as in '- length: {{most: 100}}'.")
    ((name, fields),) = item.items()
    if name not in FILTERS:
        raise UsageError(f"{path}: filter {number}: there is no filter {name!r}. There are {', '.join(FILTERS)}.")
    try:
        made = FILTERS[name].model_validate(fields or {})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join([name, *(str(part) if str(part).isprintable() else repr(part) for part in first["loc"])])
        known = ", ".join(FILTERS[name].model_fields)
        wanted = WANTED.get(first["type"], first["msg"])
        raise UsageError(f"{path}: filter {number}: {where}: {wanted}. Its fields are {known}.") from error
    files = getattr(made, "files", None)
    return made.model_copy(update={"files": tuple(path.parent / file for file in files)}) if files else made


def with_exclusions(filters: Sequence[Filter], files: Sequence[Path]) -> tuple[Filter, ...]:
    """Return the filters with test sets that no pair may overlap, added to the ``overlap`` filter's own."""
    if not files:
        return tuple(filters)
    own = next((item for item in filters if isinstance(item, Overlap)), Overlap())
    wider = own.model_copy(update={"files": (*own.files, *files)})
    return (*(item for item in filters if not isinstance(item, Overlap)), wider)


def score_all(filters: Sequence[Filter], corpus: Callable[[], Iterable[Pair]]) -> Iterator[tuple[Pair, list[Score]]]:
    """Yield each pair of a corpus with its scores, one of each filter. Reads the corpus anew for each survey."""
    for item in filters:
        if item.SURVEYS:
            item.survey(corpus())
    pairs, *copies = tee(corpus(), len(filters) + 1)
    scored = [item.score(copy) for item, copy in zip(filters, copies, strict=True)]
    yield from ((pair, list(scores)) for pair, *scores in zip(pairs, *scored, strict=True))
