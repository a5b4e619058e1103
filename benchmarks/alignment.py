"""How well sentences are aligned: mtpipe, vecalign, bertalign, hunalign and Gale-Church, on the same damaged texts.

    python benchmarks/alignment.py --data ../shared/data/dev
    python benchmarks/alignment.py --data ../shared/data/dev --peers ~/peers --peers-python ~/peers/venv/bin/python
    python benchmarks/alignment.py --data ../shared/data/dev --calibration

PEERS is a folder with checkouts of github.com/thompsonb/vecalign (built in place: ``python setup.py build_ext
--inplace``), bfsujason/bertalign and danielvarga/hunalign (``make`` in ``src/hunalign``); PYTHON has numpy, numba,
scipy and faiss-cpu. Those that are absent are skipped. All but hunalign and Gale-Church see vectors of the same model;
vecalign and bertalign those of every overlap, mtpipe those of sentences and clauses. hunalign runs without a
dictionary, with ``-realign``.

Texts: the odd documents of NTREX, four to a text, damaged (``mtpipe.align.cases``) from three seeds. mtpipe's weights
were fitted to the even ones, under the same damage; errors in the odd ones were read while its features were chosen, so
theirs are development scores. "wiki" is PUD, whose sentences no weight or feature was made with but as foreign lines.
Scores are vecalign's: strict and lax F1 over all texts. Nobody sees paragraphs, but in the last row. Seconds are those
of the processor for aligning alone, all texts together, vectors at hand, and as a multiple of mtpipe's.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import pickle
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from alignment_texts import SETTINGS, Remembering, cases, ntrex, strangers, wiki
from numpy.typing import NDArray

from mtpipe.align import Bead, Usem3, align
from mtpipe.align.cases import Case
from mtpipe.align.evaluate import BeadScore, Places, compare, share_kept
from mtpipe.align.lattice import NEVER, Band, Lattice, best_path
from mtpipe.aligning import numbers
from mtpipe.settings import AlignSettings

SEEDS = (1, 2, 3)
WIKI = ("light", "heavy", "heavy, clauses", "heavy, moved", "all")
CALIBRATION_SEEDS = (1, 2, 3, 4, 5)
OVERLAPS = 4
BINS = (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 1.0)
THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.9)
SAMPLES = 1000
Answer = tuple[list[list[Places]], float]

# Gale and Church 1993, table 5, each kind of bead for itself, and the spread of lengths.
PRIORS = {(1, 1): 0.89, (1, 2): 0.0445, (2, 1): 0.0445, (2, 2): 0.011}
LONE = 0.00495
SPREAD = 6.8


def lines(case: Case) -> tuple[list[str], list[str]]:
    """Return the sentences of both sides."""
    return list(chain(*case.source)), list(chain(*case.target))


def by_length(made: Sequence[Case]) -> Answer:
    """Gale-Church: characters and the kind of bead alone."""
    started = time.process_time()
    return [_by_length(*lines(case)) for case in made], time.process_time() - started


def _by_length(source: list[str], target: list[str]) -> list[Places]:
    ours, theirs = (np.array([0, *np.cumsum([len(text) for text in side])]) for side in (source, target))
    ratio = theirs[-1] / max(1, ours[-1])
    band, shapes = Band.full(len(source), len(target)), tuple(PRIORS)
    match = np.full((len(ours), len(theirs), len(shapes)), NEVER, dtype=np.float32)
    for number, (a, b) in enumerate(shapes):
        left, right = (ours[a:] - ours[:-a])[:, None], (theirs[b:] - theirs[:-b])[None]
        delta = np.abs(right - left * ratio) / np.sqrt(SPREAD * np.maximum(1, left))
        chance = np.vectorize(lambda value: math.erfc(value / math.sqrt(2)))(delta)
        match[a:, b:, number] = np.log(PRIORS[a, b]) + np.log(np.maximum(chance, 1e-30))
    lone = math.log(LONE)
    lattice = Lattice(shapes, band, match.reshape(band.cells, -1), np.full(len(ours), lone), np.full(len(theirs), lone))
    steps = best_path(lattice)
    return [(tuple(range(one.i - one.a, one.i)), tuple(range(one.j - one.b, one.j))) for one in steps]


def by_mtpipe(made: Sequence[Case], embedder: Remembering) -> tuple[list[Sequence[Bead]], float]:
    """Return mtpipe's beads, and the seconds of a second run, all vectors at hand."""
    beads_of(made, embedder)
    started = time.process_time()
    return beads_of(made, embedder), time.process_time() - started


def beads_of(made: Sequence[Case], embedder: Remembering) -> list[Sequence[Bead]]:
    """Return mtpipe's beads."""
    settings = AlignSettings()
    return [align(case.source, case.target, embedder, settings, readers=(numbers,)).sentences for case in made]


def by_peers(made: Sequence[Case], embedder: Remembering, peers: Path, python: Path) -> dict[str, Answer]:
    """Run the peers of ``alignment_peers.py``."""
    jobs = [_job(case, embedder) for case in made]
    command = [str(python), str(Path(__file__).with_name("alignment_peers.py")), str(peers)]
    with tempfile.TemporaryDirectory() as cache:  # numba's own would lie in the peers' folder
        environment = {**os.environ, "NUMBA_CACHE_DIR": cache}
        done = subprocess.run(command, input=pickle.dumps(jobs), stdout=subprocess.PIPE, env=environment, check=True)
    return {
        name: ([[(tuple(a), tuple(b)) for a, b in beads] for beads in answer["beads"]], answer["seconds"])
        for name, answer in json.loads(done.stdout).items()
    }


def _job(case: Case, embedder: Remembering) -> dict[str, Any]:
    job: dict[str, Any] = {}
    for name, texts in zip(("source", "target"), lines(case), strict=True):
        layers = [
            ["PAD"] * min(size - 1, len(texts))
            + [" ".join(texts[at : at + size]) for at in range(len(texts) - size + 1)]
            for size in range(1, OVERLAPS + 1)
        ]
        job[name] = np.stack([embedder.encode(layer) for layer in layers])
        job[f"{name}_lengths"] = np.array([[len(text.encode()) for text in layer] for layer in layers])
    return job


def by_hunalign(made: Sequence[Case], folder: Path) -> Answer:
    """Run hunalign: sentences a line, words apart; its ladder of points makes the beads."""
    program = folder / "src" / "hunalign" / "hunalign"
    found, seconds = [], 0.0
    with tempfile.TemporaryDirectory() as scratch:
        none = Path(scratch) / "none.dic"
        none.write_text("", encoding="utf-8")
        for case in made:
            paths = [Path(scratch) / name for name in ("source", "target")]
            for path, texts in zip(paths, lines(case), strict=True):
                path.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
            started = _children()
            done = subprocess.run([program, "-realign", none, *paths], capture_output=True, text=True, check=True)
            seconds += _children() - started
            points = [tuple(int(field) for field in line.split("\t")[:2]) for line in done.stdout.splitlines()]
            found.append(list(_beads(points)))
    return found, seconds


def _children() -> float:
    """Return the seconds of the processor that ended child processes took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _beads(points: list[tuple[int, ...]]) -> Iterable[Places]:
    for (i, j), (k, m) in pairwise(points):
        left, right = tuple(range(i, k)), tuple(range(j, m))
        yield from [(left, right)] if left and right else [*(((x,), ()) for x in left), *(((), (y,)) for y in right)]


def pairs(beads: Iterable[Bead]) -> list[Places]:
    """Return the indexes of beads."""
    return [(bead.source, bead.target) for bead in beads]


def row(setting: str, name: str, made: Sequence[Case], answer: Answer, ours: float) -> str:
    """Return a line of the table, with the 95 % interval of strict F1 from texts drawn with replacement.

    ``ours`` are mtpipe's seconds.
    """
    found, seconds = answer
    scores = [compare(case.beads, beads) for case, beads in zip(made, found, strict=True)]
    total = sum(scores, BeadScore())
    random = np.random.default_rng(12345)
    drawn = [
        sum((scores[at] for at in random.integers(len(scores), size=len(scores))), BeadScore()).f1
        for _ in range(SAMPLES)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return (
        f"| {setting} | {name} | {total.precision:.3f} | {total.recall:.3f} | {total.f1:.3f} ({low:.3f}-{high:.3f}) "
        f"| {total.f1_lax:.3f} | {seconds:.2f} | {seconds / ours:.2f} |"
    )


def table(data: Path, embedder: Remembering, peers: Path | None, python: Path) -> Iterable[str]:
    """Yield the lines of the table."""
    yield "| setting | aligner | P strict | R strict | F1 strict (95 %) | F1 lax | s | of mtpipe's |"
    yield "|---|---|---:|---:|---:|---:|---:|---:|"
    news, foreign = ntrex(data)[1::2], strangers(data)[250:]
    sets = [(name, cases(news, damage, SEEDS, foreign)) for name, damage in SETTINGS.items()]
    others = [pair for document in news for pair in document]
    sets += [(f"wiki: {name}", cases(wiki(data), SETTINGS[name], SEEDS[:1], others)) for name in WIKI]
    for setting, made in sets:
        found, seconds = by_mtpipe(made, embedder)
        answers: dict[str, Answer] = {"mtpipe": ([pairs(beads) for beads in found], seconds)}
        if peers:
            answers |= by_peers(made, embedder, peers, python)
            if (peers / "hunalign" / "src" / "hunalign" / "hunalign").exists():
                answers["hunalign"] = by_hunalign(made, peers / "hunalign")
        answers["Gale-Church"] = by_length(made)
        for name, answer in answers.items():
            yield row(setting, name, made, answer, seconds)
        embedder.save()
    made = cases(news, SETTINGS["all"], SEEDS, foreign, paragraphs=True)
    found, seconds = by_mtpipe(made, embedder)
    yield row("all, with paragraphs", "mtpipe", made, ([pairs(beads) for beads in found], seconds), seconds)
    embedder.save()


@dataclass(frozen=True, slots=True)
class Text:
    """What is known of a text's beads: their probabilities, which are right, and the source text kept of it."""

    chances: NDArray[np.float64]
    right: NDArray[np.bool_]
    kept: list[tuple[int, bool]]


def calibration(data: Path, embedder: Remembering, plot: Path | None) -> Iterable[str]:
    """Yield how far probabilities can be trusted: all settings, five seeds, documents not used for fitting."""
    news, foreign = ntrex(data)[1::2], strangers(data)[250:]
    texts: list[Text] = []
    keep = AlignSettings().keep
    for damage in SETTINGS.values():
        made = cases(news, damage, CALIBRATION_SEEDS, foreign, paragraphs=damage.shift > 0)
        for case, beads in zip(made, beads_of(made, embedder), strict=True):
            both, known, source = (
                [bead for bead in beads if bead.source and bead.target],
                set(case.beads),
                lines(case)[0],
            )
            texts.append(
                Text(
                    np.array([bead.probability for bead in both]),
                    np.array([(bead.source, bead.target) in known for bead in both]),
                    [
                        (sum(len(source[i]) for i in bead.source), bead.probability >= keep)
                        for bead in beads
                        if bead.source
                    ],
                )
            )
    embedder.save()
    yield from reliability(texts, keep, plot)


Point = tuple[float, float, float, float, int]
"""Mean probability, share of right beads, its interval from and to, number of beads."""


def reliability(texts: Sequence[Text], keep: float, plot: Path | None) -> Iterable[str]:
    """Yield the reliability table, the expected calibration error, and precision over some thresholds.

    Intervals are of 95 %, from texts drawn with replacement.
    """
    chances = np.concatenate([text.chances for text in texts])
    right = np.concatenate([text.right for text in texts])
    random = np.random.default_rng(12345)
    draws = [random.integers(len(texts), size=len(texts)) for _ in range(SAMPLES)]
    yield "| probability | beads | mean probability | right (95 %) |"
    yield "|---|---:|---:|---:|"
    error, points = 0.0, list[Point]()
    for low, high in pairwise(BINS):
        inside = (chances >= low) & ((chances < high) | (high == 1.0))
        if inside.any():
            mean, share = float(chances[inside].mean()), float(right[inside].mean())
            error += inside.mean() * abs(mean - share)
            first, last = interval(texts, draws, low, high if high < 1 else math.inf)
            points.append((mean, share, first, last, int(inside.sum())))
            yield f"| {low:.2f}-{high:.2f} | {inside.sum()} | {mean:.3f} | {share:.3f} ({first:.3f}-{last:.3f}) |"
    if plot:
        plot.write_text(drawing(points), encoding="utf-8")
    text = share_kept(chain.from_iterable(text.kept for text in texts))
    yield ""
    yield f"Expected calibration error {error:.3f}, over {len(chances)} beads of {len(texts)} texts."
    for threshold in sorted({keep, *THRESHOLDS}):
        first, last = interval(texts, draws, threshold, math.inf)
        over = chances >= threshold
        yield (
            f"Threshold {threshold:g}: precision {right[over].mean():.4f} (95 % {first:.4f}-{last:.4f}), "
            f"recall of right beads {right[over].sum() / right.sum():.4f}."
        )
    yield f"At {keep:g}, {text:.1%} of the source text is kept."


def interval(texts: Sequence[Text], draws: Sequence[NDArray[np.int64]], low: float, high: float) -> tuple[float, float]:
    """Return the 95 % interval of the share of right beads among those with a probability from ``low`` to ``high``."""
    inside = [(text.chances >= low) & (text.chances < high) for text in texts]
    counts = np.array([[one.sum(), text.right[one].sum()] for one, text in zip(inside, texts, strict=True)])
    sums = np.array([counts[draw].sum(axis=0) for draw in draws])
    found, right = sums[sums[:, 0] > 0].T
    first, last = np.quantile(right / found, [0.025, 0.975])
    return float(first), float(last)


def drawing(points: Sequence[Point]) -> str:
    """Return an SVG of the share of right beads over the mean probability; areas are counts of beads."""
    size, edge = 320, 40
    most = max(count for *_, count in points)
    marks = [
        f'<path d="M{edge + size * mean:.1f} {edge + size * (1 - low):.1f}V{edge + size * (1 - high):.1f}" '
        f'stroke="#1f5fa8"/><circle cx="{edge + size * mean:.1f}" cy="{edge + size * (1 - share):.1f}" '
        f'r="{3 + 9 * (count / most) ** 0.5:.1f}" fill="#1f5fa8" fill-opacity="0.7"><title>{count}</title></circle>'
        for mean, share, low, high, count in points
    ]
    ticks = [
        f'<text x="{edge + size * at:.0f}" y="{edge + size + 16}" text-anchor="middle">{at:.1f}</text>'
        f'<text x="{edge - 6}" y="{edge + size * (1 - at) + 4:.0f}" text-anchor="end">{at:.1f}</text>'
        for at in (0.0, 0.5, 1.0)
    ]
    whole = size + 2 * edge
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{whole}" height="{whole}" font-family="sans-serif" '
            'font-size="12">',
            '<rect width="100%" height="100%" fill="white"/>',
            f'<rect x="{edge}" y="{edge}" width="{size}" height="{size}" fill="none" stroke="#999"/>',
            f'<path d="M{edge} {edge + size}L{edge + size} {edge}" stroke="#999" stroke-dasharray="4"/>',
            f'<text x="{whole / 2}" y="{whole - 6}" text-anchor="middle">mean probability</text>',
            f'<text x="{edge}" y="{edge - 12}">share of right beads</text>',
            *ticks,
            *marks,
            "</svg>\n",
        ]
    )


def main() -> None:
    """Print the table, or the calibration."""
    parser = argparse.ArgumentParser(description="Alignment by mtpipe and its peers.")
    parser.add_argument("--data", type=Path, required=True, help="folder with ntrex_dev.tsv and pud_wiki.tsv")
    parser.add_argument("--peers", type=Path, help="folder with checkouts of vecalign, bertalign, hunalign")
    parser.add_argument("--peers-python", type=Path, default=Path("python3"), help="Python for vecalign and bertalign")
    parser.add_argument("--cache", type=Path, help="file that keeps vectors between runs")
    parser.add_argument("--calibration", action="store_true", help="print the reliability of probabilities instead")
    parser.add_argument("--plot", type=Path, help="SVG file for the plot of --calibration")
    options = parser.parse_args()
    embedder = Remembering(Usem3(), options.cache)
    if options.calibration:
        rows = calibration(options.data, embedder, options.plot)
    else:
        rows = table(options.data, embedder, options.peers, options.peers_python)
    for line in rows:
        print(line, flush=True)


if __name__ == "__main__":
    main()
