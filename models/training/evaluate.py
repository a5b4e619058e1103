"""Step ``evaluate``: chrF2 and BLEU of the packed model and of those it is compared with, in one run."""

from __future__ import annotations

import json
import random
import re
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from pathlib import Path

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from models.training import pairs as pair_files
from models.training.pack import PACKED
from models.training.pairs import Pair, western_digits
from models.training.pieces import END
from models.training.prepare import read_terms
from models.training.recipe import Decoding, Recipe, RecipeError
from models.training.terms import TermLists
from mtpipe.glossary.inject import inject
from mtpipe.translate import resolve
from mtpipe.translate.convert import converted
from mtpipe.translate.subwords import Subwords

NUMBER = re.compile(r"\d+")
NAMED_SENTENCES = 500


@dataclass(frozen=True, slots=True)
class Scores:
    """What is measured on a file of sentences. Shares are in [0, 1]."""

    sentences: int
    chrf2: float
    chrf2_signature: str
    bleu: float
    bleu_signature: str
    length_ratio: float
    repeating: float
    empty: float
    numbers_found: float
    numbers_invented: float
    copied: float
    sentences_per_second: float


class Engine:
    """A packed model on CTranslate2 int8, converted as mtpipe converts it."""

    def __init__(self, folder: Path, decoding: Decoding, threads: int) -> None:
        import ctranslate2

        model = resolve(str(folder))
        self._subwords = Subwords(model)
        made = converted(model, self._subwords, trim=True, storage="int8")
        self._translator = ctranslate2.Translator(str(made), device="cpu", inter_threads=1, intra_threads=threads)
        self._decoding = decoding

    def translate(self, sentences: Sequence[str]) -> list[str]:
        """One translation a sentence, in order."""
        rules = self._decoding
        tokens = [[token.piece for token in self._subwords.encode(text)] for text in sentences]
        results = self._translator.translate_batch(
            [[*pieces[:-1][:400], END] for pieces in tokens], beam_size=rules.beam, max_batch_size=2048,
            batch_type="tokens", max_decoding_length=rules.longest, no_repeat_ngram_size=rules.no_repeat_ngram,
            repetition_penalty=rules.repetition_penalty,
        )  # fmt: skip
        return [self._subwords.decode(result.hypotheses[0])[0] for result in results]


def score(engine: Engine, pairs: Sequence[Pair]) -> tuple[Scores, list[str]]:
    """The scores of an engine on pairs, and its translations."""
    began = time.perf_counter()
    hypotheses = engine.translate([pair.source for pair in pairs])
    seconds = time.perf_counter() - began
    references = [[pair.target for pair in pairs]]
    chrf, bleu = CHRF(), BLEU()
    chrf_score, bleu_score = chrf.corpus_score(hypotheses, references), bleu.corpus_score(hypotheses, references)
    found, wanted, invented, made = 0, 0, 0, 0
    copied, latin = 0, 0
    for pair, hypothesis in zip(pairs, hypotheses, strict=True):
        source, output = (Counter(NUMBER.findall(western_digits(text))) for text in (pair.source, hypothesis))
        found, wanted = found + (source & output).total(), wanted + source.total()
        invented, made = invented + (output - source).total(), made + output.total()
        words = re.findall(r"[A-Za-z]{3,}", pair.source)
        copied, latin = copied + sum(word in hypothesis for word in words), latin + len(words)
    return Scores(
        sentences=len(pairs),
        chrf2=round(chrf_score.score, 2),
        chrf2_signature=str(chrf.get_signature()),
        bleu=round(bleu_score.score, 2),
        bleu_signature=str(bleu.get_signature()),
        length_ratio=round(bleu_score.sys_len / max(1, bleu_score.ref_len), 3),
        repeating=round(sum(map(repeats, hypotheses)) / len(pairs), 4),
        empty=round(sum(not text.strip() for text in hypotheses) / len(pairs), 4),
        numbers_found=round(found / max(1, wanted), 3),
        numbers_invented=round(invented / max(1, made), 3),
        copied=round(copied / max(1, latin), 3),
        sentences_per_second=round(len(pairs) / seconds, 1),
    ), hypotheses


def with_names(pairs: Sequence[Pair], lists: TermLists, seed: int) -> list[tuple[Pair, str]]:
    """Sentences with one name of the lists written into the Arabic, in Latin script, and that name.

    The name is not the one that stood there, and may be made up: only a model that copies can know it.
    """
    draw = random.Random(seed)
    made: list[tuple[Pair, str]] = []
    for pair in pairs:
        names = [match for match in lists.find(pair) if match.entry.target[:1].isupper()]
        if names:
            match, name = draw.choice(names), lists.names.draw(draw)
            written = inject(pair.source, [match._replace(entry=replace(match.entry, target=name))])
            made.append((Pair(written, pair.target), name))
    return made[:NAMED_SENTENCES]


def repeats(text: str) -> bool:
    """Does a word follow itself, or a run of three words come twice?"""
    words = text.lower().split()
    runs = Counter(zip(words, words[1:], words[2:], strict=False))
    return any(a == b for a, b in pairwise(words)) or any(count > 1 for count in runs.values())


def evaluate(recipe: Recipe, data: Path, work: Path) -> dict[str, dict[str, Scores]]:
    """Print the scores of every model on every held-out file; write ``scores.json`` and ``samples.txt``.

    A model is named by its folder. Raises ``RecipeError`` when there is no packed model.
    """
    if not (work / PACKED / "config.json").exists():
        raise RecipeError(f"{work / PACKED}: no model there. Run the step 'pack' first.")
    tests = {path.stem: list(pair_files.read(path)) for path in sorted(work.glob("held_out_*.tsv"))}
    lists, _ = read_terms(recipe.data, data)
    most = recipe.decoding.sentences
    if most is not None:
        tests = {name: pairs[:: -(-len(pairs) // most)] for name, pairs in tests.items()}
    named = with_names([pair for pairs in tests.values() for pair in pairs], lists, recipe.data.seed)
    results: dict[str, dict[str, Scores]] = {}
    names_copied: dict[str, float] = {}
    translations: dict[str, dict[str, list[str]]] = {}
    for folder in (*recipe.decoding.compare, work / PACKED):
        name = str(folder)
        engine = Engine(folder, recipe.decoding, recipe.schedule.threads)
        results[name], translations[name] = {}, {}
        for test, pairs in tests.items():
            results[name][test], translations[name][test] = score(engine, pairs)
            print(name, test, json.dumps(asdict(results[name][test])), flush=True)
        outputs = engine.translate([pair.source for pair, _ in named])
        copies = sum(written in output for (_, written), output in zip(named, outputs, strict=True))
        names_copied[name] = round(copies / max(1, len(named)), 3)
        print(name, f"names copied: {names_copied[name]} of {len(named)}", flush=True)
    plain = {name: {test: asdict(scores) for test, scores in tested.items()} for name, tested in results.items()}
    (work / "scores.json").write_text(json.dumps({"scores": plain, "names copied": names_copied}, indent=1))
    write_samples(tests, translations, recipe.decoding.samples, work / "samples.txt")
    return results


def write_samples(
    tests: dict[str, list[Pair]], translations: dict[str, dict[str, list[str]]], number: int, path: Path
) -> None:
    """Write evenly spread sentences of each test with every model's translation, for reading."""
    with path.open("w", encoding="utf-8") as lines:
        for test, pairs in tests.items():
            for row in range(0, len(pairs), max(1, len(pairs) // max(1, number))):
                lines.write(f"{test} {row + 1}\n  source     {pairs[row].source}\n  reference  {pairs[row].target}\n")
                lines.writelines(
                    f"  {Path(name).name:10} {tested[test][row]}\n" for name, tested in translations.items()
                )
