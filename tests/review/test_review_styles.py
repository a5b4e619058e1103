"""What can be held of the style sheets without a browser: contrast, logical properties, nothing fetched."""

from __future__ import annotations

import re
from importlib import resources

import pytest

STYLES = {
    name: resources.files("mtpipe.review").joinpath("assets", name).read_text(encoding="utf-8")
    for name in ("base.css", "page.css", "aligned.css", "index.css", "edit.css")
}
NORMAL, GRAPHIC = 4.5, 3.0  # WCAG 2.2, success criteria 1.4.3 and 1.4.11, level AA

GROUNDS_OF = {
    "ink": ("paper", "soft", "lit", "term", "alarm"),
    "quiet": ("paper", "soft", "lit"),
    "link": ("paper",),
    "alarm-ink": ("paper", "alarm", "soft"),
    "good": ("paper", "soft"),
    "good-ink": ("good-ground",),
}


def colours(mode: str) -> dict[str, str]:
    blocks = re.findall(r":root \{(.*?)\}", STYLES["base.css"], re.DOTALL)
    light, dark, printed = (dict(re.findall(r"--([\w-]+): (#[0-9a-f]+);", block)) for block in blocks)
    return {"light": light, "dark": light | dark, "print": light | printed}[mode]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    channels = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark", "print"])
@pytest.mark.parametrize(("text", "ground"), [(text, ground) for text, all_ in GROUNDS_OF.items() for ground in all_])
def test_text_contrast(mode: str, text: str, ground: str) -> None:
    found = colours(mode)
    assert contrast(found[text], found[ground]) >= NORMAL


@pytest.mark.parametrize("mode", ["light", "dark", "print"])
@pytest.mark.parametrize("ground", ["paper", "term", "lit", "alarm"])
def test_outline_contrast(mode: str, ground: str) -> None:
    found = colours(mode)
    assert contrast(found["link"], found[ground]) >= GRAPHIC


def test_dark_changes_every_colour() -> None:
    light, dark = colours("light"), colours("dark")
    assert not [name for name in light if light[name] == dark[name]]


@pytest.mark.parametrize("name", STYLES)
def test_logical_properties_only(name: str) -> None:
    physical = r"(?<![\w-])((margin|padding|border|inset)-)?(left|right|top|bottom|width|height)\s*:"
    rules = re.sub(r"@media[^{]*", "", STYLES[name])
    assert not re.findall(physical, rules)
    assert not re.findall(r"text-align:\s*(left|right)|float:|letter-spacing", rules)


@pytest.mark.parametrize("name", STYLES)
def test_nothing_is_fetched(name: str) -> None:
    assert not re.findall(r"url\(|@import|@font-face|src:", STYLES[name])
