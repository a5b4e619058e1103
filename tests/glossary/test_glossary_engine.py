"""The pass on the embedded model, whose names are mostly wrong: every mention is listed or flagged, nothing is lost."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from mtpipe.glossary import REASONS, Enforcer, Glossary, Matcher, score
from mtpipe.intake.normalise import normalise
from mtpipe.settings import GlossarySettings, TranslateSettings
from mtpipe.translate import Translator, open_translator


def counted(paragraphs: list[str], terms: Glossary) -> Counter[str]:
    """Count mentions the plain way, for a second opinion: a pattern a spelling, the longest first, blotted out."""
    text = "\n".join(paragraphs)
    counts: Counter[str] = Counter()
    spellings = [(spelling, entry.target) for entry in terms.entries for spelling in entry.spellings]
    for spelling, target in sorted(spellings, key=lambda item: -len(item[0])):
        forms = [f"[وف]?[بلك]?{spelling}"] + ([f"[وف]?ل{spelling[1:]}"] if spelling.startswith("ال") else [])
        text, number = re.subn(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)", "#", text)
        counts[target] += number
    return counts


@pytest.fixture(scope="module")
def translator() -> Translator:
    return open_translator(TranslateSettings(threads=1, beam=2))


@pytest.fixture(scope="module")
def terms(project: Path) -> Glossary:
    return Glossary.load([project / "examples" / "seed-glossary.csv"])


SEGMENTS = [
    "التقى لافروف أمس وفدا من الأمم المتحدة في جنيف.",
    "وصل 150 شخصا إلى الرقة ودير الزور، وقالت وكالة «رويترز» إن مجلس الأمن يجتمع غدا.",
    "لا اسم هنا.",
    "",
    "وبالرقة وحمص وحلب سكان كثيرون.",
]


def test_embedded_engine(translator: Translator, terms: Glossary) -> None:
    renderings = Enforcer(terms, translator, GlossarySettings(n_best=2)).render(SEGMENTS)
    plain = translator.translate(SEGMENTS)
    for segment, rendering, found in zip(SEGMENTS, renderings, plain, strict=True):
        assert rendering.machine == found.best.text
        assert len(rendering.mentions) == len(Matcher(terms).find(segment))
        for mention in rendering.mentions:
            if mention.rung == "flagged":
                assert mention.reason in REASONS
            else:
                assert rendering.text[mention.target_start : mention.target_end] == mention.after
    assert [len(rendering.mentions) for rendering in renderings] == [2, 4, 0, 0, 3]


def test_seed_article_mentions(shared: Path, terms: Glossary) -> None:
    text = (shared / "data" / "articles" / "seed.ar.txt").read_text(encoding="utf-8")
    matcher = Matcher(terms)
    paragraphs = [normalise(line) for line in text.split("\n") if line.strip()]
    found = [match for paragraph in paragraphs for match in matcher.find(paragraph)]
    assert Counter(match.entry.target for match in found) == counted(paragraphs, terms)
    assert {match.entry.target for match in found} == {entry.target for entry in terms.entries}


@pytest.mark.slow
def test_seed_article_ledger(shared: Path, translator: Translator, terms: Glossary) -> None:
    text = (shared / "data" / "articles" / "seed.ar.txt").read_text(encoding="utf-8")
    paragraphs = [normalise(line) for line in text.split("\n") if line.strip()]
    renderings = Enforcer(terms, translator, GlossarySettings()).render(paragraphs)
    ledger = [mention for rendering in renderings for mention in rendering.mentions]
    assert score(ledger).mentions == counted(paragraphs, terms).total()
    assert all(mention.rung != "flagged" or mention.reason in REASONS for mention in ledger)
