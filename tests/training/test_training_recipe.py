"""The training recipe, end to end, on a made-up corpus."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml

from models.training.__main__ import main
from models.training.leakage import HeldOutIndex
from models.training.pairs import Pair, fault, read
from models.training.pieces import Encoder, normalisation
from models.training.prepare import repeated, share
from models.training.recipe import Augmentation, Cleaning, RecipeError, Schedule, SourceRule, read_recipe
from models.training.terms import TermLists, another_number, change_numbers, copied_names, copies, write_term
from models.training.trainer import Progress, factor, wait_while_paused

PEOPLE = {"سمير": "Samir", "ليلى": "Laila", "كريم": "Karim", "هند": "Hind", "نادية": "Nadia", "يوسف": "Yusuf"}
PLACES = {"دمشق": "Damascus", "القاهرة": "Cairo", "بغداد": "Baghdad", "عمان": "Amman", "تونس": "Tunis"}
THINGS = {"الكتاب": "book", "البيت": "house", "الطريق": "road", "السوق": "market", "المدرسة": "school"} | {
    "المستشفى": "hospital", "الجسر": "bridge", "المكتبة": "library", "المصنع": "factory", "الحديقة": "garden",
    "الميناء": "harbour", "القلعة": "castle", "المتحف": "museum", "المسجد": "mosque", "البستان": "orchard",
}  # fmt: skip
TEST_PAIR = Pair("زار الوفد الكبير مدينة حلب القديمة في الشتاء", "The large delegation visited the old city of Aleppo")


def made_up(number: int) -> list[Pair]:
    draw = random.Random(7)
    pairs = []
    for _ in range(number):
        (person, him), (place, there) = draw.choice(list(PEOPLE.items())), draw.choice(list(PLACES.items()))
        (thing, it), count = draw.choice(list(THINGS.items())), draw.randint(3, 9999)
        pairs.append(
            draw.choice((
                Pair(f"رأى {person} {thing} في {place} سنة {count}.", f"{him} saw the {it} in {there} in {count}."),
                Pair(f"ذهب {person} إلى {place} ثم عاد إلى {thing}.", f"{him} went to {there}, then back to the {it}."),
                Pair(f"قالت {person} إن {thing} قريب من {place}.", f"{him} said that the {it} is near {there}."),
            ))
        )  # fmt: skip
    return pairs


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """A recipe, and a folder of data with one test sentence hidden in the training pairs."""
    data = tmp_path / "data"
    for folder in ("train", "dict", "dev"):
        (data / folder).mkdir(parents=True)
    pairs = [*made_up(400), TEST_PAIR, Pair(TEST_PAIR.source + " الماضي", TEST_PAIR.target + " last winter")]
    (data / "train/made_up.tsv").write_text("".join(f"{pair.source}\t{pair.target}\n" for pair in pairs))
    names = PEOPLE | PLACES
    (data / "dict/names.tsv").write_text("".join(f"{arabic}\t{english}\n" for arabic, english in names.items()))
    dev = [TEST_PAIR, Pair("عاد كريم من السوق مساء.", "Karim came back from the market in the evening.")]
    (data / "dev/test.tsv").write_text("".join(f"x\t{pair.source}\t{pair.target}\n" for pair in dev))
    recipe = {
        "data": {
            "held_out": [{"file": "dev/test.tsv", "source_column": 1, "target_column": 2}],
            "terms": [{"match": "names", "cap": 5}],
        },
        "vocabulary": {"size": 500},
        "network": {"width": 32, "feed_forward": 32, "encoder_layers": 1, "decoder_layers": 1, "heads": 2},
        "schedule": {"steps": 3, "tokens": 600, "warmup": 1, "checkpoint_minutes": 0},
    }
    (tmp_path / "recipe.yaml").write_text(yaml.safe_dump(recipe))
    return tmp_path


def run(workplace: Path, *steps: str) -> int:
    folders = ["--data", str(workplace / "data"), "--work", str(workplace / "work")]
    return main([*steps, "--config", str(workplace / "recipe.yaml"), *folders])


def test_whole_recipe(workplace: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import shutil

    import torch
    from transformers import MarianMTModel, MarianTokenizer

    from models.training.alignment_error import alignment_error
    from models.training.trainer import train

    work = workplace / "work"
    assert run(workplace, "prepare", "tokenize") == 0
    corpus = list(read(work / "corpus_0.tsv"))
    assert not any("Aleppo" in pair.target for pair in corpus)
    counts = json.loads((work / "prepare.json").read_text())["counts"]
    assert counts["dropped: test sentence, exact"] == 1
    assert counts["dropped: test sentence, near"] == 1
    assert counts["pairs with a term written in"] > 0

    recipe = read_recipe(workplace / "recipe.yaml")
    train(recipe, work, stop=lambda progress: progress.step == 2)
    stopped = torch.load(work / "checkpoint.pt", weights_only=True)["progress"]
    assert stopped["step"] == 2
    assert run(workplace, "train", "average", "pack") == 0
    done = torch.load(work / "checkpoint.pt", weights_only=True)["progress"]
    assert done["step"] == 3
    assert done["pairs"] > stopped["pairs"]

    model = MarianMTModel.from_pretrained(work / "packed").eval()
    tokenizer = MarianTokenizer.from_pretrained(work / "packed")
    encoder = Encoder(work)
    assert (model.final_logits_bias[0, encoder.target_size :] < -9000).all()
    batch = tokenizer(["رأى سمير الكتاب في دمشق."], return_tensors="pt")
    with torch.no_grad():
        made = model.generate(**batch, num_beams=2, max_new_tokens=8)
    assert made[0, 1:].max() < encoder.target_size
    assert isinstance(tokenizer.batch_decode(made, skip_special_tokens=True)[0], str)

    assert run(workplace, "evaluate") == 0
    scores = json.loads((work / "scores.json").read_text())
    measured = scores["scores"][str(work / "packed")]["held_out_test"]
    assert measured["sentences"] == 2
    assert 0 <= measured["chrf2"] < 50  # three steps make no translator
    assert TEST_PAIR.source in (work / "samples.txt").read_text()

    assert run(workplace, "alignment-error") == 2  # its sentences are not among these test files
    assert "held_out_ntrex_dev.tsv is missing" in capsys.readouterr().err
    shutil.copyfile(work / "held_out_test.tsv", work / "held_out_ntrex_dev.tsv")
    (workplace / "gold.links").write_text("2 0-1 0-2 1-0 2-3 3-5 4-8 4?7\n")
    errors = alignment_error(recipe, work, gold=workplace / "gold.links")
    assert errors.keys() == {"attention", "links it learned from", "diagonal"}
    assert all(0 <= measured["error"] <= 1 for measured in errors.values())
    assert errors["links it learned from"]["precision"] > 0


def test_resumed_training_equals_training_in_one_go(workplace: Path) -> None:
    import shutil

    import torch

    from models.training.trainer import train

    work, other = workplace / "work", workplace / "other"
    assert run(workplace, "prepare", "tokenize") == 0
    shutil.copytree(work, other)
    recipe = read_recipe(workplace / "recipe.yaml")
    whole = train(recipe, other).state_dict()
    train(recipe, work, stop=lambda progress: progress.step == 1)
    parts = train(recipe, work).state_dict()
    for name, tensor in whole.items():
        torch.testing.assert_close(parts[name], tensor, msg=name)


def test_prepare_is_done_once(workplace: Path) -> None:
    corpus = workplace / "work/corpus_0.tsv"
    run(workplace, "prepare")
    written = corpus.stat().st_mtime_ns
    run(workplace, "prepare")
    assert corpus.stat().st_mtime_ns == written
    recipe = (workplace / "recipe.yaml").read_text()
    (workplace / "recipe.yaml").write_text(recipe.replace("cap: 5", "cap: 6"))
    run(workplace, "prepare")
    assert corpus.stat().st_mtime_ns > written


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("schedul: {}\nschedule: {steps: 3}", "schedul"),
        ("schedule: {steps: 3, minutes: 2}", "exactly one"),
        ("schedule: {stepz: 3}", "stepz"),
        ("schedule: {", "YAML"),
    ],
)
def test_wrong_recipe_is_one_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(content)
    with pytest.raises(RecipeError) as raised:
        read_recipe(path)
    assert message in str(raised.value)
    assert str(path) in str(raised.value)


@pytest.mark.parametrize("name", ["recipe.yaml", "continued.yaml"])
def test_the_project_s_recipes_are_valid(project: Path, name: str) -> None:
    recipe = read_recipe(project / "models/training" / name)
    assert any(test.validation for test in recipe.data.held_out)


@pytest.mark.parametrize(
    ("source", "target", "why"),
    [
        ("رأى سمير الكتاب", "Samir saw the book", None),
        ("س", "Samir", "length"),
        ("رأى سمير الكتاب", "S" * 60, "ratio"),
        ("رأى سمير <b>الكتاب</b>", "Samir saw the <b>book</b>", "markup"),
        ("see the book", "Samir saw the book", "script"),
        ("رأى سمير الكتاب سنة ١٩٩٠", "Samir saw the book in 1991", "numbers"),
        ("رأى سمير الكتاب سنة ١٩٩٠", "Samir saw the book in 1990", None),
    ],
)
def test_fault(source: str, target: str, why: str | None) -> None:
    assert fault(Pair(source, target), Cleaning()) == why


@pytest.mark.parametrize(
    ("source", "target", "match"),
    [
        (TEST_PAIR.source, "something else", "exact"),
        ("زار الوفدُ الكبير مدينة حلب القديمة، في الشتاء!", "x", "exact"),  # marks and punctuation
        ("شيء", "The large delegation visited the ancient city of Aleppo", "near"),
        ("شيء", "The large house stands at the end of the road", None),
    ],
)
def test_leakage(source: str, target: str, match: str | None) -> None:
    index = HeldOutIndex(0.5)
    index.add([TEST_PAIR.source, TEST_PAIR.target])
    assert index.match(Pair(source, target)) == match


@pytest.mark.parametrize(
    ("source", "target", "written"),
    [
        ("وصل سمير أمس", "Samir arrived yesterday", "وصل Samir أمس"),
        ("وصل سمير ودمشق", "He reached Damascus", "وصل سمير و Damascus"),  # the proclitic stays
        ("وصل سمير أمس", "He arrived yesterday", "وصل سمير أمس"),  # not in the target
        ("وصل سمير أمس", "Samirs arrived yesterday", "وصل سمير أمس"),  # no whole word
    ],
)
def test_terms_are_written_in(source: str, target: str, written: str) -> None:
    lists = TermLists()
    lists.add((Pair(arabic, english) for arabic, english in (PEOPLE | PLACES).items()), names=True)
    pair = write_term(Pair(source, target), lists, Augmentation(swap=0), random.Random(1))
    assert pair == Pair(written, target)


def test_swapped_names_stand_on_both_sides() -> None:
    lists = TermLists()
    lists.add((Pair(arabic, english) for arabic, english in PEOPLE.items()), names=True)
    for seed in range(50):
        pair = write_term(Pair("وصل سمير", "Samir arrived"), lists, Augmentation(swap=1), random.Random(seed))
        assert pair.source == "وصل " + pair.target.removesuffix(" arrived")


def test_of_several_names_the_longest_is_written_in() -> None:
    lists = TermLists()
    lists.add((Pair(arabic, english) for arabic, english in PEOPLE.items()), names=True)
    rules = Augmentation(swap=1, longest_of=4)
    for seed in range(50):
        # What the pair draws before it draws names: whether to swap comes last of it.
        draw = random.Random(seed)
        draw.sample([1], k=min(1, draw.choice((1, 1, 1, 2, 3))))
        draw.random()
        longest = max((lists.names.draw(draw) for _ in range(4)), key=len)
        pair = write_term(Pair("وصل سمير", "Samir arrived"), lists, rules, random.Random(seed))
        assert pair == Pair(f"وصل {longest}", f"{longest} arrived")


@pytest.mark.parametrize(
    ("source", "target", "changes"),
    [
        ("في سنة ١٩٩٠ وصل 35 رجلا", "In 1990, 35 men arrived", True),
        ("عدوى كوفيد-19", "COVID-19 infection", False),
        ("1,250 رجلا", "1,250 men", False),
        ("35 رجلا", "thirty men", False),
    ],
)
def test_numbers_change_on_both_sides(source: str, target: str, changes: bool) -> None:
    changed = change_numbers(Pair(source, target), Augmentation(digits=1), random.Random(3))
    assert (changed.target != target) == changes
    digits = [
        sorted(word for word in text.replace(",", " ").split() if word.isdigit())
        for text in (changed.source, changed.target)
    ]
    assert not changes or digits[0] == digits[1]


@pytest.mark.parametrize("number", ["1", "7", "10", "45", "1987", "2020", "730", "12345"])
def test_another_number_is_as_long(number: str) -> None:
    assert len(another_number(number, random.Random(2))) == len(number)


@pytest.mark.parametrize(("times", "length"), [(1, 10), (2.5, 25), (0.3, 3)])
def test_repeated(times: float, length: int) -> None:
    assert len(repeated(made_up(10), times, 0, random.Random(1))) == length


def test_pairs_with_numbers_enter_once_more() -> None:
    pairs = [Pair("وصل 35 رجلا", "35 men arrived"), Pair("وصل رجل", "A man arrived"), Pair("٣ كتب", "three books")]
    assert repeated(pairs, 1, 1.0, random.Random(1)) == [*pairs, pairs[0]]


def test_copies_are_short_english_pairs() -> None:
    lists = TermLists()
    lists.add((Pair(arabic, english) for arabic, english in PEOPLE.items()), names=True)
    pairs = [Pair("وصل سمير", "Samir arrived"), Pair("نص", "word " * 40)]
    assert copies(pairs, 1.0, random.Random(1)) == [Pair("Samir arrived", "Samir arrived")]
    assert copies(pairs, 0.0, random.Random(1)) == []
    made = copied_names(lists, 40, random.Random(1))
    assert len(made) == 40
    assert all(pair.source.replace("، ", ", ").replace(" و ", " and ") == pair.target for pair in made)
    assert any(" و " in pair.source and "، " in pair.source for pair in made)
    assert copied_names(TermLists(), 40, random.Random(1)) == []


def test_every_pass_takes_other_pairs() -> None:
    pairs = [Pair(str(number), str(number)) for number in range(10)]
    rule = SourceRule(match="*", cap=4)
    taken = [share(pairs, rule, number, random.Random(1)) for number in range(5)]
    assert Counter(pair for part in taken for pair in part) == Counter(pairs * 2)
    assert all(part == sorted(part, key=lambda pair: int(pair.source)) for part in taken)
    assert share(pairs, SourceRule(match="*"), 3, random.Random(1)) == pairs


def test_normalisation_table() -> None:
    table = normalisation()
    assert table[(ord("٣"),)] == [ord("3")]
    assert table[(ord("ـ"),)] == []
    assert table[(0x627, 0x654)] == [ord("أ")]


def test_rates_rise_stay_and_fall() -> None:
    steady = Schedule(steps=100, warmup=10)
    assert [factor(steady, step, step / 100) for step in (0, 9, 50, 100)] == pytest.approx([0.1, 1, 1, 1])
    schedule = Schedule(steps=100, warmup=10, decay_from=0.5)
    rates = [factor(schedule, step, step / 100) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9:50] == pytest.approx([1.0] * 41)
    assert all(np.diff(rates[50:]) < 0)
    assert rates[100] == 0


def test_training_waits_while_the_pause_file_exists(tmp_path: Path) -> None:
    pause = tmp_path / "pause"
    pause.touch()
    polls: list[bool] = []

    def stopped() -> bool:
        polls.append(pause.exists())
        pause.unlink()
        return False

    wait_while_paused(pause, stopped)
    assert polls == [True]
    pause.touch()
    wait_while_paused(pause, lambda: True)  # a stop signal ends the wait, though the file is there
    assert pause.exists()


def test_a_stop_signal_ends_with_a_checkpoint(workplace: Path) -> None:
    import os
    import signal

    import torch

    from models.training.trainer import train

    assert run(workplace, "prepare", "tokenize") == 0

    def send(progress: Progress) -> bool:
        if progress.step == 1:
            os.kill(os.getpid(), signal.SIGTERM)
        return False

    train(read_recipe(workplace / "recipe.yaml"), workplace / "work", stop=send)
    saved = torch.load(workplace / "work/checkpoint.pt", weights_only=True)["progress"]
    assert saved["step"] == 2  # the signal came between the first and the second


def test_a_clock_budget_passes_while_paused() -> None:
    import time

    schedule = Schedule(stop_at="11:00")
    progress = Progress(seconds=60)
    assert progress.share(schedule, time.time() + 60) == pytest.approx(0.5, abs=0.01)
    assert progress.share(schedule, time.time() + 20) == pytest.approx(0.75, abs=0.01)
    assert progress.share(schedule, time.time() - 1) == 1
