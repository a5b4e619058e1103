"""How many of the names of the project's own articles are found, and with the right English: floors, not records."""

from __future__ import annotations

from pathlib import Path

from mtpipe import intake
from mtpipe.article import Article
from mtpipe.glossary import files
from mtpipe.glossary.entries import spelling_key
from mtpipe.glossary.names import Pair
from mtpipe.glossary.suggest import suggest
from mtpipe.settings import IntakeSettings

FOUND = 0.8
RIGHT = 0.95


def paragraphs(project: Path) -> list[Pair]:
    pairs: list[Pair] = []
    for article in intake.read([project / "examples" / "articles"], IntakeSettings()):
        assert isinstance(article, Article)
        english = (project / "examples" / "english" / f"{Path(article.id).stem}.en.txt").read_text(encoding="utf-8")
        targets = [text.strip() for text in english.split("\n\n") if text.strip()]
        for paragraph, target in zip(article.paragraphs, targets, strict=True):
            pairs.append(Pair(paragraph.id, article.id, paragraph.text, target))
    return pairs


def test_names_of_the_examples(project: Path) -> None:
    listed = [entry for entry in files.read(project / "examples" / "glossary.csv") if entry.type != "term"]
    proposed = {
        spelling_key(spelling): entry.target
        for entry in suggest(paragraphs(project), least=1)
        for spelling in entry.spellings
    }
    found = [
        (entry.target, proposed[key]) for entry in listed for key in [spelling_key(entry.source)] if key in proposed
    ]
    assert len(found) >= FOUND * len(listed)
    assert sum(wanted == target for wanted, target in found) >= RIGHT * len(found)
