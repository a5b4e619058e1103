"""Step ``prepare``: files of pairs to one shuffled, balanced, augmented corpus; test sentences left out and counted."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Sequence
from fnmatch import fnmatch
from pathlib import Path

from models.training import pairs as pair_files
from models.training.leakage import HeldOutIndex
from models.training.pairs import Pair
from models.training.recipe import DataSection, DictionaryRule, HeldOut, Recipe, RecipeError, SourceRule, fingerprint
from models.training.similarity import similarities
from models.training.terms import TermLists, augment

CORPUS = "corpus.tsv"
REPORT = "prepare.json"


def prepare(recipe: Recipe, data: Path, work: Path) -> None:
    """Write ``corpus.tsv``, one ``held_out_NAME.tsv`` for each validation file, and ``prepare.json`` (the counts)."""
    section = recipe.data
    mark = fingerprint(section, data)
    report_path = work / REPORT
    if report_path.exists() and json.loads(report_path.read_text())["fingerprint"] == mark:
        print(f"prepare: {work / CORPUS} is up to date")
        return
    index = HeldOutIndex(section.cleaning.near_match)
    for test in section.held_out:
        held = read_held_out(test, data)
        index.add(text for pair in held for text in (pair.source, pair.target))
        if test.validation:
            write(held, work / f"held_out_{test.file.stem}.tsv")
    draw = random.Random(section.seed)
    counts: Counter[str] = Counter()
    per_file: dict[str, dict[str, int]] = {}
    lists, entries = read_terms(section, data, draw)
    counts["dictionary entries"] = len(entries)
    corpus = list(entries)
    seen: set[int] = set()
    for path in pair_files.files(data / section.pairs):
        rule = next((rule for rule in section.sources if fnmatch(pair_files.stem(path), rule.match)), None)
        if rule is None or rule.cap == 0 or rule.repeat == 0:
            continue
        kept = select(path, rule, section, index, seen, draw, counts)
        made, injected = augment(repeated(kept, rule.repeat, draw), lists, section.augmentation, draw)
        corpus += made
        counts["pairs with a term written in"] += injected
        per_file[pair_files.stem(path)] = {"pairs": len(kept), "entered": len(made)}
        print(f"{pair_files.stem(path):40} {len(kept):7} pairs, {len(made):7} entered", flush=True)
    draw.shuffle(corpus)
    write(corpus, work / CORPUS)
    counts["corpus"] = len(corpus)
    report = {"fingerprint": mark, "counts": dict(counts), "files": per_file}
    report_path.write_text(json.dumps(report, indent=1, ensure_ascii=False))
    print(json.dumps(report["counts"], indent=1))


def read_held_out(test: HeldOut, data: Path) -> list[Pair]:
    """The sentences of a test file. Raises ``RecipeError`` when the file or a column is missing."""
    path = data / test.file
    if not path.exists():
        raise RecipeError(f"{path}: the test file does not exist. Correct data.held_out, or take the entry out.")
    columns = (test.source_column, test.target_column)
    rows = [row for row in pair_files.rows(path) if any(row)]
    for number, row in enumerate(rows, 1):
        if len(row) <= max(columns):
            raise RecipeError(
                f"{path} line {number}: {len(row)} columns, column {max(columns)} wanted (counted from 0)."
            )
    return [Pair(row[columns[0]].strip(), row[columns[1]].strip()) for row in rows]


def read_terms(section: DataSection, data: Path, draw: random.Random) -> tuple[TermLists, list[Pair]]:
    """The lists for augmentation, and the dictionary entries that enter the corpus as pairs of their own."""
    lists = TermLists()
    entries: list[Pair] = []
    if section.dictionaries is None or not section.terms:
        return lists, entries
    for path in pair_files.files(data / section.dictionaries):
        rule = next((rule for rule in section.terms if fnmatch(pair_files.stem(path), rule.match)), None)
        if rule is None:
            continue
        cased = [Pair(entry.source, with_case(entry.target, rule)) for entry in pair_files.read(path)]
        if rule.inject:
            lists.add(cased, names=rule.case != "lower")
        entries += draw.sample(cased, k=min(rule.cap, len(cased)))
    return lists, entries


def with_case(english: str, rule: DictionaryRule) -> str:
    """An entry's English with the case of its rule."""
    if rule.case == "title":
        return " ".join(word[:1].upper() + word[1:] for word in english.split())
    return english[:1].lower() + english[1:] if rule.case == "lower" else english


def select(
    path: Path,
    rule: SourceRule,
    section: DataSection,
    index: HeldOutIndex,
    seen: set[int],
    draw: random.Random,
    counts: Counter[str],
) -> list[Pair]:
    """The good, new pairs of a file in its order, no more than the rule's cap; ``counts`` says what was dropped."""
    good: list[Pair] = []
    for pair in pair_files.read(path):
        counts["read"] += 1
        why = pair_files.fault(pair, section.cleaning)
        if why is None:
            good.append(pair)
        else:
            counts[f"dropped: {why}"] += 1
    new = list(pair_files.unseen(good, seen))
    counts["dropped: repeated"] += len(good) - len(new)
    if rule.cap is not None and len(new) > rule.cap:
        # A run of neighbours would be one document; a random choice in the file's order keeps what follows together.
        chosen = sorted(draw.sample(range(len(new)), k=rule.cap))
        counts["left out: cap"] += len(new) - rule.cap
        new = [new[i] for i in chosen]
    clean: list[Pair] = []
    for pair in new:
        match = index.match(pair)
        if match is None:
            clean.append(pair)
        else:
            counts[f"dropped: test sentence, {match}"] += 1
    if rule.floor is None:
        return clean
    scores = similarities(clean)
    near = [pair for pair, score in zip(clean, scores, strict=True) if score >= rule.floor]
    counts["dropped: similarity"] += len(clean) - len(near)
    return near


def repeated(pairs: Sequence[Pair], times: float, draw: random.Random) -> list[Pair]:
    """Each pair ``times`` times, in the file's order within a pass; a fraction means a random part of the pairs."""
    whole, part = int(times), times - int(times)
    chosen = sorted(draw.sample(range(len(pairs)), k=round(part * len(pairs))))
    return list(pairs) * whole + [pairs[i] for i in chosen]


def write(pairs: Sequence[Pair], path: Path) -> None:
    """Write pairs as ``ar<TAB>en`` lines, whole or not at all."""
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as lines:
        lines.writelines(f"{pair.source}\t{pair.target}\n" for pair in pairs)
    partial.replace(path)
