"""What the reference-free measures are worth: their correlation with chrF2 against human references.

    python benchmarks/quality.py --data ../shared/data/dev/ntrex_dev.tsv [--model NAME] [--limit N]

Translates a test set and prints, for similarity, model score and both together, Spearman's correlation with the
segments' chrF2, with a 95 % bootstrap interval, and the chrF2 of the half that each would keep.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata, spearmanr

from mtpipe import settings
from mtpipe.align import Usem3, similarities
from mtpipe.glossary import Enforcer, Glossary
from mtpipe.intake import normalise
from mtpipe.quality.evaluate import metrics
from mtpipe.quality.testset import read, rendered, text
from mtpipe.translate import open_translator

SAMPLES = 1000
SEED = 12345

Values = NDArray[np.float64]


def interval(measure: Values, chrf: Values) -> tuple[float, float]:
    """The 95 % bootstrap interval of the correlation."""
    random = np.random.default_rng(SEED)
    draws = (random.integers(0, len(chrf), len(chrf)) for _ in range(SAMPLES))
    found = [spearmanr(measure[draw], chrf[draw]).statistic for draw in draws]
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)


def main() -> None:
    """Translate, measure, print a markdown table."""
    from sacrebleu.metrics.chrf import CHRF

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True, help="Lines of id, Arabic, English")
    parser.add_argument("--model", help="Built-in name, folder or Hugging Face id")
    parser.add_argument("--limit", type=int, help="Segments")
    arguments = parser.parse_args()
    options = settings.load(None, [f"translate.model={arguments.model}"] if arguments.model else [])
    data = read(arguments.data).first(arguments.limit)
    translator = open_translator(options.translate)
    made = rendered(data.sources, Enforcer(Glossary(), translator, options.glossary).render)
    translations = [text(renderings) for renderings in made]
    embedder = Usem3()
    sources = embedder.encode([normalise(source) for source in data.sources])
    similarity = np.asarray(similarities(sources, embedder.encode(translations)), dtype=np.float64)
    score = np.array([np.mean([one.score for one in renderings]) for renderings in made])
    metric = CHRF()
    pairs = list(zip(translations, data.references, strict=True))
    chrf = np.array([metric.sentence_score(one, [reference]).score for one, reference in pairs])
    both = rankdata(similarity) + rankdata(score)
    whole = metrics(translations, data.references, bootstrap=0)[0].score
    print(f"{data.name}, {len(pairs)} segments, chrF2 {whole:.1f}, `{translator.signature}`\n")
    print("| measure | Spearman with chrF2 | 95 % | chrF2 of the better half | of the other half |")
    print("|---|---:|---:|---:|---:|")
    for name, values in (("similarity", similarity), ("model score", score), ("both ranks", both)):
        better = np.argsort(-values, kind="stable")[: len(pairs) // 2]
        halves = [
            [pairs[place] for place in places] for places in (better, np.setdiff1d(np.arange(len(pairs)), better))
        ]
        kept, left = (metrics([a for a, _ in half], [b for _, b in half], bootstrap=0)[0].score for half in halves)
        low, high = interval(values, chrf)
        statistic = spearmanr(values, chrf).statistic
        print(f"| {name} | {statistic:.2f} | {low:.2f} to {high:.2f} | {kept:.1f} | {left:.1f} |")


if __name__ == "__main__":
    main()
