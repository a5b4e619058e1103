"""The pass on the embedded model, whose names are mostly wrong: every mention is listed or flagged, nothing is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mtpipe.glossary import REASONS, Enforcer, Glossary, Matcher, score
from mtpipe.intake.normalise import normalise
from mtpipe.settings import GlossarySettings, TranslateSettings
from mtpipe.translate import Translator, open_translator

# 25 terms, 76 mentions less five of السورية, which is no mention of سورية: counted by hand in the article.
SEED_MENTIONS = 71


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
    assert len(found) == SEED_MENTIONS
    assert {match.entry.target for match in found} == {entry.target for entry in terms.entries}
    # A second opinion, by plain search: a name that is written with no prefix is found as often as it stands there.
    joined = "\n".join(paragraphs)
    for name, target in [("داعش", "ISIS"), ("دير الزور", "Deir ez-Zor"), ("لافروف", "Lavrov"), ("حمص", "Homs")]:
        assert sum(match.entry.target == target for match in found) == len(re.findall(name, joined))


@pytest.mark.slow
def test_seed_article_ledger(shared: Path, translator: Translator, terms: Glossary) -> None:
    text = (shared / "data" / "articles" / "seed.ar.txt").read_text(encoding="utf-8")
    paragraphs = [normalise(line) for line in text.split("\n") if line.strip()]
    renderings = Enforcer(terms, translator, GlossarySettings()).render(paragraphs)
    ledger = [mention for rendering in renderings for mention in rendering.mentions]
    assert score(ledger).mentions == SEED_MENTIONS
    assert all(mention.rung != "flagged" or mention.reason in REASONS for mention in ledger)
