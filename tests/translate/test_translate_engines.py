"""Both engines keep the protocol's promises, and say the same."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mtpipe.errors import ModelError
from mtpipe.settings import TranslateSettings
from mtpipe.translate import Decoding, Hypotheses, open_translator
from mtpipe.translate.store import ModelFolder, inspect
from mtpipe.translate.subwords import Subwords

Engine = Any  # CTranslate2Translator or TorchTranslator

ODD = [
    "نعم",
    "ا",
    "5",
    "...",
    "؟!",
    "«»",
    "😀",
    "😀😀😀 زار 👨‍👩‍👧‍👦 الرقة",
    "漢字かな交じり文",
    "Only Latin letters here",
    "Covid-19 في الرقة",
    "https://example.org/a?b=c",
    "ﷺ",
    "السَّلَامُ عَلَيْكُمْ",
    "الســــلام",
    "٣٫٥ ٪",
    "كلمة  بمسافتين",
    "</s>",
    "<unk> <pad>",
    "قال <pad> نعم",
    "قال </s> نعم",
    "قال >>fra<< نعم",
    "a\u0300\u0301\u0302\u0303",
]


def check(segment: str, found: Hypotheses, *, n_best: int, attention: bool) -> None:
    """What base.py promises of every result."""
    source = found.source
    assert 1 <= len(found.items) <= n_best
    assert "".join(segment[token.start : token.end] for token in source) == segment
    assert [(token.start, token.end) for token in source[-1:]] == [(len(segment), len(segment))]
    edges = [token.start for token in source]
    assert edges == sorted(edges)
    scores = [item.score for item in found.items]
    assert all(score <= 0 for score in scores)
    assert scores == sorted(scores, reverse=True)
    assert len({tuple(token.piece for token in item.tokens) for item in found.items}) == len(found.items)
    for item in found.items:
        assert "".join(item.text[token.start : token.end] for token in item.tokens) == item.text
        if not attention or not item.tokens:
            assert item.attention is None
            continue
        assert item.attention is not None
        assert item.attention.shape == (len(item.tokens), len(source))
        assert item.attention.dtype == np.float32
        np.testing.assert_allclose(item.attention.sum(axis=1), 1.0, atol=1e-4)


@pytest.mark.parametrize(("n_best", "attention"), [(1, False), (1, True), (4, True), (9, True)])
def test_promises(tiny_engine: Engine, sentences: list[str], n_best: int, attention: bool) -> None:
    segments = [*ODD, *(text for text in sentences if tiny_engine.subwords.count(text) < 60)][:60]
    found = tiny_engine.translate(segments, n_best=n_best, attention=attention)
    assert len(found) == len(segments)
    for segment, item in zip(segments, found, strict=True):
        check(segment, item, n_best=min(n_best, 4), attention=attention)


def test_promises_of_the_embedded_model(embedded_ct2: Engine, sentences: list[str]) -> None:
    segments = [*ODD, *sentences[:20]]
    for segment, item in zip(segments, embedded_ct2.translate(segments, n_best=3, attention=True), strict=True):
        check(segment, item, n_best=3, attention=True)


@pytest.mark.parametrize("blank", ["", " ", "\u00a0", "\t ", "\u200b"])
def test_blank_segments(tiny_engine: Engine, blank: str) -> None:
    before, found, after = tiny_engine.translate(["زار الرقة", blank, "زار الرقة"], n_best=2, attention=True)
    assert same(before, after)
    assert before.best.text
    assert [(item.text, item.tokens, item.attention) for item in found.items] == [("", (), None)]
    assert found.best.ended


def test_nothing_in_nothing_out(tiny_engine: Engine) -> None:
    assert tiny_engine.translate([]) == []


def same(one: Hypotheses, other: Hypotheses, *, score_tolerance: float = 1e-3) -> bool:
    """Whether texts, pieces and, as near as floats allow, scores and attention agree."""
    if one.source != other.source or len(one.items) != len(other.items):
        return False
    for a, b in zip(one.items, other.items, strict=True):
        if (a.text, a.tokens, a.ended) != (b.text, b.tokens, b.ended) or abs(a.score - b.score) > score_tolerance:
            return False
        if a.attention is not None and not np.allclose(a.attention, b.attention, atol=2e-3):
            return False
    return True


@pytest.mark.parametrize(
    "decoding",
    [
        None,
        Decoding(beam=1),
        Decoding(beam=6, length_penalty=0.0),
        Decoding(beam=3, length_penalty=1.7),
        Decoding(no_repeat_ngram=2),
        Decoding(beam=1, no_repeat_ngram=3),
    ],
    ids=str,
)
def test_engines_agree_in_every_detail(
    tiny: ModelFolder, make_engine: Callable[..., Engine], sentences: list[str], decoding: Decoding | None
) -> None:
    """Texts, pieces, scores, attention, n-best lists: in batches, on a model whose weights are noise."""
    engines = [make_engine(kind, tiny) for kind in ("ct2", "torch")]
    segments = [*ODD, *(text for text in sentences if engines[0].subwords.count(text) < 60)][:40]
    ct2, torch = (engine.translate(segments, n_best=3, attention=True, decoding=decoding) for engine in engines)
    # What n-grams are forbidden counts in CTranslate2's scores alone (base.Decoding).
    tolerance = 9.0 if decoding and decoding.no_repeat_ngram else 1e-3
    agreed = [same(one, other, score_tolerance=tolerance) for one, other in zip(ct2, torch, strict=True)]
    assert np.mean(agreed) >= 0.98


def test_engines_translate_alike(embedded_ct2: Engine, embedded_torch: Engine, sentences: list[str]) -> None:
    chosen = sorted(sentences, key=len)[:200]
    assert len(chosen) == 200
    pairs = zip(embedded_ct2.translate(chosen), embedded_torch.translate(chosen), strict=True)
    agreed = [
        one.best.text == other.best.text and abs(one.best.score - other.best.score) < 1e-3 for one, other in pairs
    ]
    assert np.mean(agreed) >= 0.98


def test_decoding_for_one_call(tiny: ModelFolder, make_engine: Callable[..., Engine], sentences: list[str]) -> None:
    segments = [text for text in sentences if len(text) < 50][:20]
    for kind in ("ct2", "torch"):
        usual, other = make_engine(kind, tiny), make_engine(kind, tiny, beam=1, no_repeat_ngram=2)
        first = usual.translate(segments)
        assert usual.translate(segments, decoding=Decoding(beam=1, no_repeat_ngram=2)) == other.translate(segments)
        assert other.translate(segments) != first
        assert usual.translate(segments) == first
        assert usual.signature != other.signature


@pytest.mark.parametrize("size", [2, 3])
def test_no_ngram_twice(tiny_engine: Engine, sentences: list[str], size: int) -> None:
    for found in tiny_engine.translate(sentences[-30:], decoding=Decoding(no_repeat_ngram=size)):
        pieces = [token.piece for token in found.best.tokens]
        ngrams = [tuple(pieces[place : place + size]) for place in range(len(pieces) - size + 1)]
        assert len(set(ngrams)) == len(ngrams)


def partitions(count: int, seed: int) -> list[list[int]]:
    """Places 0 to ``count``, shuffled and cut into pieces of uneven size."""
    generator = random.Random(seed)
    order = generator.sample(range(count), count)
    cuts = sorted(generator.sample(range(1, count), generator.randrange(1, count // 2)))
    return [order[start:end] for start, end in zip([0, *cuts], [*cuts, count], strict=True)]


def invariant(engine: Engine, segments: list[str], seeds: range) -> None:
    whole = engine.translate(segments, n_best=2, attention=True)
    for seed in seeds:
        for part in partitions(len(segments), seed):
            found = engine.translate([segments[place] for place in part], n_best=2, attention=True)
            for place, item in zip(part, found, strict=True):
                assert [(h.text, h.tokens) for h in item.items] == [(h.text, h.tokens) for h in whole[place].items]
                assert same(item, whole[place])


def test_batches_do_not_matter(tiny_engine: Engine, sentences: list[str]) -> None:
    segments = [*ODD, *(text for text in sentences if tiny_engine.subwords.count(text) < 60)][::2]
    invariant(tiny_engine, segments[:24], range(2))


def test_batches_do_not_matter_to_the_embedded_model(embedded_ct2: Engine, sentences: list[str]) -> None:
    invariant(embedded_ct2, sorted(sentences, key=len)[:200:5], range(3))


@pytest.mark.parametrize("kind", ["ct2", "torch"])
def test_the_budget_does_not_matter(
    tiny: ModelFolder, make_engine: Callable[..., Engine], sentences: list[str], kind: str
) -> None:
    segments = [text for text in sentences if len(text) < 60][:12]
    results = [make_engine(kind, tiny, batch_tokens=budget).translate(segments) for budget in (16, 100, 9999)]
    for result in results[1:]:
        assert all(same(one, other) for one, other in zip(results[0], result, strict=True))


def test_a_trimmed_vocabulary_changes_nothing(
    embedded: ModelFolder, embedded_ct2: Engine, make_engine: Callable[..., Engine], sentences: list[str]
) -> None:
    chosen = sorted(sentences, key=len)[:200:4]
    whole = make_engine("ct2", embedded, trim=False)
    assert [f.best.text for f in whole.translate(chosen)] == [f.best.text for f in embedded_ct2.translate(chosen)]
    assert len(embedded_ct2.subwords.target_ids()) < 0.6 * len(embedded_ct2.subwords.vocabulary)


@pytest.mark.parametrize("kind", ["ct2", "torch"])
def test_trimming_leaves_english_pieces_only(
    tiny: ModelFolder, make_engine: Callable[..., Engine], sentences: list[str], kind: str
) -> None:
    """The tiny model's weights are noise: without the trim it answers in both languages."""
    segments = [text for text in sentences if len(text) < 60][:60]
    pieces = {}
    for trim in (True, False):
        found = make_engine(kind, tiny, trim=trim).translate(segments)
        pieces[trim] = {token.piece for item in found for token in item.best.tokens}
    subwords = Subwords(tiny)
    english = {piece for piece, number in subwords.vocabulary.items() if number in set(subwords.target_ids())}
    assert pieces[True] <= english
    assert not pieces[False] <= english


def test_a_thousand_equal_sentences(embedded_ct2: Engine) -> None:
    found = embedded_ct2.translate(["صباح الخير"] * 1000)
    assert len(found) == 1000
    assert {item.best.text for item in found} == {found[0].best.text} != {""}
    assert max(item.best.score for item in found) - min(item.best.score for item in found) < 1e-4


def test_a_source_that_fills_the_model(tiny_engine: Engine) -> None:
    """63 pieces and the end of sentence in 64 positions; the target is stopped before it needs a 65th."""
    words = ["ال"]
    while tiny_engine.subwords.count(" ".join(words)) < tiny_engine.limit - 1:
        words.append("ا" if len(words) % 3 else "في")
    segment = " ".join(words)
    assert len(tiny_engine.subwords.encode(segment)) == tiny_engine.limit
    (found,) = tiny_engine.translate([segment], n_best=4, attention=True)
    check(segment, found, n_best=4, attention=True)
    assert max(len(item.tokens) for item in found.items) <= tiny_engine.limit - 1
    assert all(item.ended == (len(item.tokens) < tiny_engine.limit - 1) for item in found.items)


def test_what_the_decoder_did_not_end_is_told(tiny_engine: Engine, sentences: list[str]) -> None:
    found = tiny_engine.translate([text for text in sentences if len(text) < 40][:40])
    stopped = [item for item in found if not item.best.ended]
    assert stopped  # noise seldom ends
    for item in stopped:
        assert len(item.best.tokens) in {63, 2 * 16 + 32 - 1, 2 * 8 + 32, 2 * 16 + 32}


def test_auto_takes_int8_and_float32(tiny: ModelFolder, make_engine: Callable[..., Engine]) -> None:
    assert "compute:int8" in str(make_engine("ct2", tiny, compute_type="auto").signature)
    assert "compute:float32" in str(make_engine("torch", tiny, compute_type="auto").signature)


@pytest.mark.parametrize(("kind", "compute"), [("torch", "int8"), ("ct2", "float16")])
def test_compute_types_that_a_cpu_lacks(
    tiny: ModelFolder, make_engine: Callable[..., Engine], kind: str, compute: str
) -> None:
    with pytest.raises(ModelError, match=compute) as caught:
        make_engine(kind, tiny, compute_type=compute)
    assert "\n" not in str(caught.value)


def test_models_of_many_languages_are_told_which(
    tmp_path: Path, write_model: Callable[..., Path], bitext: tuple[str, str], make_engine: Callable[..., Engine]
) -> None:
    arabic, english = bitext
    model = inspect(
        "many", write_model(tmp_path / "many", arabic=arabic, english=english, codes=(">>fra<<", ">>eng<<"))
    )
    segments = ["زار الوزير الرقة أمس", "", "نعم", *ODD]
    results = []
    for kind in ("ct2", "torch"):
        engine = make_engine(kind, model)
        assert engine.subwords.prefix == (">>eng<<",)
        results.append(engine.translate(segments, attention=True))
        for segment, found in zip(segments, results[-1], strict=True):
            assert (found.source[0].piece, found.source[0].end) == (">>eng<<", 0)
            check(segment, found, n_best=1, attention=True)
        assert not [token for found in results[-1] for token in found.best.tokens if token.piece.startswith(">>")]
    assert all(same(one, other) for one, other in zip(*results, strict=True))


def test_a_model_without_english_is_refused(
    tmp_path: Path, write_model: Callable[..., Path], bitext: tuple[str, str], make_engine: Callable[..., Engine]
) -> None:
    arabic, english = bitext
    model = inspect("wrong", write_model(tmp_path / "m", arabic=arabic, english=english, codes=(">>fra<<", ">>deu<<")))
    with pytest.raises(ModelError, match=r"has target languages >>deu<<, >>fra<<, no English"):
        make_engine("ct2", model)


@pytest.mark.parametrize("padding", [None, 7])
@pytest.mark.parametrize("kind", ["ct2", "torch"])
def test_which_piece_is_padding_the_vocabulary_tells(
    kind: str, padding: int | None, tmp_path: Path, tiny: ModelFolder, make_engine: Callable[..., Engine]
) -> None:
    folder = Path(shutil.copytree(tiny.path, tmp_path / "other"))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"pad_token_id": padding}), encoding="utf-8")
    segments = ["زار الوزير الرقة أمس", "نعم", "غادر السفير بيروت مساء الخميس"]
    expected, found = (
        [hypotheses.best.text for hypotheses in make_engine(kind, model, trim=False).translate(segments)]
        for model in (tiny, inspect("other", folder))
    )
    assert found == expected


def test_settings_choose_the_engine(tiny_folder: Path) -> None:
    segments = ["زار الوزير الرقة أمس", " ", "نعم"]
    for engine, name in (("auto", "ct2-"), ("ct2", "ct2-"), ("torch", "torch-")):
        made = open_translator(
            TranslateSettings(model=str(tiny_folder), engine=engine, device="cpu", compute_type="float32")
        )
        assert dict(made.signature.parts)["engine"].startswith(name)
        assert made.device == "cpu"
        assert [bool(item.best.text) for item in made.translate(segments)] == [True, False, True]


def test_signatures_tell_what_can_change_a_translation(tiny: ModelFolder, make_engine: Callable[..., Engine]) -> None:
    changes = [
        {},
        {"beam": 2},
        {"length_penalty": 0.5},
        {"no_repeat_ngram": 3},
        {"trim": False},
        {"compute_type": "int8"},
    ]
    ct2 = [str(make_engine("ct2", tiny, **change).signature) for change in changes]
    torch = [str(make_engine("torch", tiny, **change).signature) for change in changes[:-1]]
    assert len({*ct2, *torch}) == len(ct2) + len(torch)
    assert str(make_engine("ct2", tiny).signature) == ct2[0]
