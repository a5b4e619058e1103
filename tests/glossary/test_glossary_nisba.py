"""What tanwin says: سورياً is "Syrian" and كوباً a cup, سوريا is Syria and كوبا Cuba."""

from __future__ import annotations

import pytest

from mtpipe.glossary.entries import Entry, Glossary
from mtpipe.glossary.match import Matcher
from mtpipe.intake.normalise import normalise


@pytest.mark.parametrize("country", ["سوريا", "روسيا", "ليبيا", "تركيا", "إيطاليا"])
@pytest.mark.parametrize("ending", ["اً", "ًا", "\u200cاً", "ًّا", "ـاً"])
def test_a_nisba_is_no_country(country: str, ending: str) -> None:
    nisba = country.removesuffix("ا") + ending
    matcher = Matcher(Glossary((Entry(country, "X", type="place"),)))
    text = f"التقى وفداً {nisba} ثم {nisba}، وضابطاً و{nisba} في {country} و{country}، وب{country}"
    assert [text[match.core_start : match.end] for match in matcher.find(text)] == [country] * 3


@pytest.mark.parametrize(
    ("nisba", "country"),
    [
        ("سورياً", "سوريا"), ("روسياً", "روسيا"), ("ليبياً", "ليبيا"), ("تركياً", "تركيا"), ("مصرياً", "مصر"),
        ("سوريًا", "سوريا"), ("روسيّاً", "روسيا"), ("ليبيًّا", "ليبيا"), ("تركـياً", "تركيا"), ("مِصرياً", "مصر"),
    ],
)  # fmt: skip
def test_it_is_none_after_normalisation_either(nisba: str, country: str) -> None:
    matcher = Matcher(Glossary((Entry(country, "X", type="place"),)))
    assert matcher.find(normalise(f"كان وفداً {nisba} و{nisba}، ثم {nisba}")) == []
    assert len(matcher.find(normalise(f"{country} و{country} ول{country}"))) == 3


@pytest.mark.parametrize(
    ("entry", "text", "found"),
    [
        ("جداً", "هذا مهم جدا في الأمر", "جدا"),
        ("جداً", "هذا مهم جدًا في الأمر", "جدًا"),
        ("جدا", "هذا مهم جداً", "جداً"),
        ("معاً", "جاءا معا", "معا"),
        ("دبلوماسياً", "اختار حلاً دبلوماسيًّا", "دبلوماسيًّا"),
        ("دبلوماسياً", "دبلوماسيا", None),  # or سوريا would be "Syrian" where سورياً is listed
        ("شيئا", "لم يقل شيئاً", "شيئاً"),  # folds to ييا, and is no nisba
        ("حزب الله سوريا", "حزب الله سورياً", None),  # in a longer term too
    ],
)
def test_tanwin_elsewhere(entry: str, text: str, found: str | None) -> None:
    matches = Matcher(Glossary((Entry(entry, "X"),))).find(text)
    assert [text[match.core_start : match.end] for match in matches] == ([found] if found else [])


@pytest.mark.parametrize("form", ["كوباً", "كوبًا", "وكوباً", "لكوباً"])
@pytest.mark.parametrize("kind", ["country", "person", "organisation"])
def test_a_name_has_no_tanwin(form: str, kind: str) -> None:
    matcher = Matcher(Glossary((Entry("كوبا", "Cuba", kind),)))
    assert matcher.find(f"شرب {form} من القهوة") == matcher.find(normalise(f"شرب {form} من القهوة")) == []
    assert len(matcher.find("في كوبا وكوبا")) == 2


def test_a_common_word_has() -> None:
    (match,) = Matcher(Glossary((Entry("كوبا", "cup", "noun"),))).find("شرب كوباً")
    assert match.entry.target == "cup"
