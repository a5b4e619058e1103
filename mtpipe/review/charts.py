"""The pictures of an archive: SVG inside the page, drawn from templates, with the numbers as a table beneath.

Colours are those of the page (classes that ``charts.css`` knows), so that a picture is readable in both schemes.
Lengths are in the units of a view box 340 wide, which is about a pixel each where the page shows it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from mtpipe.review.document import plain
from mtpipe.review.figures import BINS, Figures, Measure

WIDTH: Final = 340
MOST_BARS: Final = 12
"""Kinds, or terms, that a picture shows; the table has no more."""
MOST_POINTS: Final = 120
"""Columns of the throughput's picture; of more windows, neighbours are put together."""
LONGEST_LABEL: Final = 26

_TITLES: Final[dict[Measure, str]] = {
    "similarity": "Similarity of sentences",
    "model": "The model's confidence, by sentence",
    "probability": "Probability of beads",
}
_MEANS: Final[dict[Measure, str]] = {
    "similarity": "Cosine of cross-lingual embeddings: the higher, the nearer Arabic and English are in meaning.",
    "model": "Mean probability of a token, as the model sees it.",
    "probability": "The chance that two passages say the same.",
}

_FIGURE: Final = Markup(
    '<figure class="chart" id="chart-{name}"><figcaption><b>{title}</b> {note}</figcaption>{picture}'
    "<details><summary>Numbers</summary>{table}</details></figure>\n"
)
_SVG: Final = Markup(
    '<svg viewBox="0 0 {width} {height}" role="img" aria-labelledby="{name}-t {name}-d">'
    '<title id="{name}-t">{title}</title><desc id="{name}-d">{said}</desc>{inside}</svg>'
)


@dataclass(frozen=True, slots=True)
class Pace:
    """A window of a run: its number, the sentences and articles that it holds, and the seconds that it took."""

    window: int
    sentences: int
    articles: int
    seconds: float


def pictures(figures: Figures) -> Markup:
    """Return the pictures that depend on the data alone: scores, flags by kind, terms by consistency."""
    return Markup("").join((_scores(figures), _flags(figures), _terms(figures)))


def throughput(paces: Sequence[Pace]) -> Markup:
    """Return the picture of how many sentences a minute were done; "" where no window is known.

    It is the clock's, so it may not stand in a page that is the same after every start (contract 8 of the design).
    """
    known = [pace for pace in paces if pace.seconds > 0]
    if not known:
        return Markup("")
    seconds = sum(pace.seconds for pace in known)
    sentences = sum(pace.sentences for pace in known)
    size = -(-len(known) // MOST_POINTS)
    groups = [known[start : start + size] for start in range(0, len(known), size)]
    rates = [60 * sum(pace.sentences for pace in group) / sum(pace.seconds for pace in group) for group in groups]
    top, left, base = max(*rates, 1.0), 0.0, 120
    columns: list[Markup] = []
    for group, rate in zip(groups, rates, strict=True):
        wide = WIDTH * sum(pace.seconds for pace in group) / seconds
        columns.append(_bar(left, base - 100 * rate / top, wide, 100 * rate / top))
        left += wide
    inside = Markup("").join(columns) + _axis(base, ("0", _time(seconds)))
    mean = 60 * sentences / seconds
    return _figure(
        "throughput",
        "Sentences a minute over the run",
        f"{mean:,.0f} on average, {max(rates):,.0f} at best; time between starts left out.",
        inside,
        height=140,
        said=f"{len(known):,} windows in {_time(seconds)}, {sentences:,} sentences.",
        head=("Windows", "Articles", "Sentences", "Seconds", "Sentences a minute"),
        rows=[
            (
                _range(group[0].window, group[-1].window),
                f"{sum(pace.articles for pace in group):,}",
                f"{sum(pace.sentences for pace in group):,}",
                f"{sum(pace.seconds for pace in group):.1f}",
                f"{rate:,.0f}",
            )
            for group, rate in zip(groups, rates, strict=True)
        ],
    )


def throughput_script(paces: Sequence[Pace]) -> str:
    """Return the script that puts the picture of the throughput into the index, which may not hold it itself."""
    return f"mtpipe.throughput({json.dumps(throughput(paces))});\n"


def _scores(figures: Figures) -> Markup:
    counts, title = figures.scores, _TITLES[figures.measure]
    total = sum(counts)
    if not total:
        return _nothing("scores", title, "Nothing was measured.")
    wide, base, most = WIDTH / BINS, 120, max(counts)
    bars = [
        _bar(number * wide + 1, base - 100 * count / most, wide - 2, 100 * count / most)
        for number, count in enumerate(counts)
        if count
    ]
    middle = _median(counts)
    return _figure(
        "scores",
        title,
        _MEANS[figures.measure],
        Markup("").join(bars) + _axis(base, ("0", "0.5", "1")),
        height=140,
        said=f"{total:,} measured; half of them lie at or above {middle:.2f}.",
        head=("From", "To", "Sentences"),
        rows=[
            (f"{number / BINS:.2f}", f"{(number + 1) / BINS:.2f}", f"{count:,}")
            for number, count in enumerate(counts)
            if count
        ],
    )


def _flags(figures: Figures) -> Markup:
    title = "Flags by kind"
    if not figures.flags:
        return _nothing("flags", title, f"None in {figures.sentences:,} sentences.")
    shown = figures.flags[:MOST_BARS]
    most = shown[0][1]
    lines = [
        _line(number, plain(kind.replace("-", " ")), "", count / most, f"{count:,}", alarm=True)
        for number, (kind, count) in enumerate(shown)
    ]
    return _figure(
        "flags",
        title,
        f"Of {figures.sentences:,} sentences; one may have several.",
        Markup("").join(lines),
        height=24 * len(shown) + 4,
        said="; ".join(f"{kind.replace('-', ' ')} {count:,}" for kind, count in shown),
        head=("Flag", "Sentences"),
        rows=[(kind, f"{count:,}") for kind, count in shown],
    )


def _terms(figures: Figures) -> Markup:
    title = "Terms by consistency"
    if not figures.terms:
        return _nothing("terms", title, "No term of a glossary occurs.")
    steady = sum(term.listed == term.mentions for term in figures.terms)
    shown = figures.terms[:MOST_BARS]
    lines = [
        _line(number, _short(term.target), _short(term.entry), term.share, f"{term.listed:,} of {term.mentions:,}")
        for number, term in enumerate(shown)
    ]
    return _figure(
        "terms",
        title,
        f"{steady:,} of {len(figures.terms):,} terms have their English at every mention; the least consistent first.",
        Markup("").join(lines),
        height=24 * len(shown) + 4,
        said="; ".join(f"{term.target} {100 * term.share:.0f} %" for term in shown),
        head=("Term", "English", "Mentions", "As listed"),
        rows=[(term.entry, term.target, f"{term.mentions:,}", f"{term.listed:,}") for term in shown],
    )


def _figure(
    name: str,
    title: str,
    note: str,
    inside: Markup,
    *,
    height: int,
    said: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> Markup:
    picture = _SVG.format(
        name=f"chart-{name}", width=WIDTH, height=height, title=title, said=plain(said), inside=inside
    )
    return _FIGURE.format(name=name, title=title, note=note, picture=picture, table=_table(head, rows))


def _nothing(name: str, title: str, note: str) -> Markup:
    return Markup('<figure class="chart" id="chart-{}"><figcaption><b>{}</b> {}</figcaption></figure>\n').format(
        name, title, note
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Markup:
    heads = Markup("").join(Markup('<th scope="col">{}</th>').format(text) for text in head)
    lines = [
        Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<td><bdi>{}</bdi></td>").format(plain(cell)) for cell in row)
        )
        for row in rows
    ]
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(heads, Markup("").join(lines))


def _bar(left: float, top: float, wide: float, high: float, kind: str = "bar") -> Markup:
    return Markup('<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
        kind, left, top, wide, high
    )


def _line(number: int, label: str, arabic: str, share: float, value: str, *, alarm: bool = False) -> Markup:
    """A bar that lies: its labels above it, the value at its end."""
    top = 24 * number
    texts = Markup('<text x="0" y="{}">{}</text><text class="end" x="{}" y="{}">{}</text>').format(
        top + 12, label, WIDTH, top + 12, value
    )
    if arabic:
        texts += Markup('<text class="middle" lang="ar" direction="rtl" x="{}" y="{}">{}</text>').format(
            WIDTH * 0.6, top + 12, arabic
        )
    track = _bar(0, top + 16, WIDTH, 4, "track")
    return texts + track + _bar(0, top + 16, WIDTH * share, 4, "bar alarm" if alarm else "bar")


def _axis(base: int, labels: Sequence[str]) -> Markup:
    line = Markup('<path class="axis" d="M0 {}.5H{}"/>').format(base, WIDTH)
    places = (
        [("start", 0), ("middle", WIDTH // 2), ("end", WIDTH)] if len(labels) == 3 else [("start", 0), ("end", WIDTH)]
    )
    for label, (anchor, left) in zip(labels, places, strict=True):
        line += Markup('<text class="{}" x="{}" y="{}">{}</text>').format(anchor, left, base + 15, label)
    return line


def _median(counts: Sequence[int]) -> float:
    """The lower edge of the part in which the middle value lies."""
    half, seen = sum(counts) / 2, 0
    for number, count in enumerate(counts):
        seen += count
        if seen >= half:
            return number / BINS
    return 1.0


def _time(seconds: float) -> str:
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def _short(text: str) -> str:
    text = plain(" ".join(text.split()))
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}-{last}"
