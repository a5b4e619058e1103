"""A line for tests: the stand-in engine behind the real stations, and articles of the project's own to put in."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from hypothesis import strategies as st
from speller import spell

from mtpipe import archive, intake
from mtpipe.archive import Outcome
from mtpipe.article import Article, Role, build
from mtpipe.glossary import Entry, Glossary
from mtpipe.pipeline import Pipeline
from mtpipe.settings import Settings
from mtpipe.signature import Signature
from mtpipe.translate import Decoding, Hypotheses, Hypothesis

# fmt: off
WORDS = (
    "وصل", "قال", "زار", "أعلن", "افتتح", "الوزير", "الرئيس", "المدير", "الوفد", "مدينة", "قرية", "إلى", "في", "من",
    "على", "بعد", "قبل", "أمس", "اليوم", "الماء", "النهر", "الجسر", "السوق", "المدرسة", "القمح", "الطريق", "جديدة",
    "كبيرة", "ثلاثة", "40", "2019",
)
# fmt: on
TERMS = ("حلب", "الرقة", "لافروف", "نهر الفرات", "الأمم المتحدة")
GLOSSARY = Glossary(
    (
        Entry("حلب", "Aleppo"),
        Entry("الرقة", "Raqqa"),
        Entry("لافروف", "Lavrov"),
        Entry("نهر الفرات", "Euphrates"),
        Entry("الأمم المتحدة", "United Nations"),
    )
)
REMNANT = "شارك هذا المقال"


class Speller:
    """``speller.spell`` behind the protocol of engines; counts what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @property
    def signature(self) -> Signature:
        return Signature((("model", "speller"), ("engine", "stand-in")))

    @property
    def device(self) -> str:
        return "cpu"

    def translate(
        self, segments: Sequence[str], *, n_best: int = 1, attention: bool = False, decoding: Decoding | None = None
    ) -> list[Hypotheses]:
        self.asked += segments
        return [Hypotheses((Hypothesis(spell(text), -len(text) / 100),)) for text in segments]


def settings(window: int = 2, memory: Path | None = None, **sections: dict[str, object]) -> Settings:
    wanted = {
        "quality": {"similarity": False},
        "corpus": {"window": window},
        "translate": {"memory": memory},
        **sections,
    }
    return Settings.model_validate(wanted)


def pipeline(wanted: Settings | None = None, glossary: Glossary = GLOSSARY) -> Pipeline:
    return Pipeline(wanted or settings(), Speller(), glossary, None)


def run(inputs: Path, out: Path, wanted: Settings | None = None) -> Outcome:
    """Run a folder of files, as the command line does."""
    line = pipeline(wanted)
    return archive.run(intake.read([inputs], line.settings.intake), out, line)


def sentence(chance: random.Random) -> str:
    words = [chance.choice(TERMS if chance.random() < 0.2 else WORDS) for _ in range(chance.randint(3, 12))]
    return " ".join(words) + chance.choice([".", ".", "؟"])


def text(number: int) -> str:
    """Return the text of an article, always the same for the same number: a title, paragraphs, a website's remnant."""
    chance = random.Random(number)
    paragraphs = [" ".join(sentence(chance) for _ in range(chance.randint(1, 3))) for _ in range(chance.randint(1, 3))]
    title = " ".join(chance.choice(WORDS) for _ in range(4))
    return "\n\n".join([f"{title} {number}", *paragraphs, REMNANT]) + "\n"


def write_articles(folder: Path, count: int, *, broken: Sequence[int] = ()) -> Path:
    """Write articles ``a000.txt`` ...; the broken ones hold no Arabic."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        content = "Nothing to translate here.\n" if number in broken else text(number)
        (folder / f"a{number:03}.txt").write_text(content, encoding="utf-8")
    return folder


def tree(out: Path) -> dict[str, bytes]:
    """Return all files of an output by path, but for what may differ: what the clock says, and the state."""
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name not in ("run.json", "throughput.js") and ".mtpipe" not in path.parts
    }


_words = st.sampled_from(
    [*WORDS, *TERMS, "وحلب", "بِالرَّقَّةِ", "«حلب»", "Lavrov", "ﷺ", "★", "،", "U.N.", "3.5", "(", "\u200f"]
)
_ends = st.sampled_from([". ", "؟ ", "! ", "… ", " ", ".» ", "، "])
_arabic = st.lists(st.tuples(st.lists(_words, min_size=1, max_size=6).map(" ".join), _ends), min_size=1, max_size=4)
_wild = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
paragraphs = (
    st.one_of(_arabic.map(lambda parts: "".join(a + b for a, b in parts)), _wild).map(intake.clean).filter(bool)
)
"""Paragraphs as intake leaves them: mostly Arabic with terms, some of any characters at all."""


@st.composite
def articles(draw: st.DrawFn, name: str = "a") -> Article:
    texts = draw(st.lists(paragraphs, min_size=1, max_size=4))
    roles: list[Role] = ["title", *["text"] * (len(texts) - 1)] if draw(st.booleans()) else ["text"] * len(texts)
    aside = [(REMNANT, "share-bar", draw(st.integers(0, len(texts))))] if draw(st.booleans()) else []
    return build(name, list(zip(roles, texts, strict=True)), set_aside=aside)


many_articles = st.integers(1, 5).flatmap(lambda count: st.tuples(*(articles(f"n{place}") for place in range(count))))
