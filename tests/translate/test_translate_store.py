"""Where models come from, and what is said of those that can't be used."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from mtpipe.errors import ModelError
from mtpipe.settings import TranslateSettings
from mtpipe.translate import EMBEDDED, cache_folder, notice, open_translator, resolve
from mtpipe.translate.device import for_ct2, for_torch
from mtpipe.translate.layout import REQUIRED
from mtpipe.translate.store import ModelFolder, inspect
from mtpipe.translate.subwords import Subwords


@pytest.fixture
def copy(tmp_path: Path, tiny_folder: Path) -> Path:
    """A copy of the tiny model, to damage."""
    return Path(shutil.copytree(tiny_folder, tmp_path / "copy"))


def edit(path: Path, **changes: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text(encoding="utf-8")), **changes}), encoding="utf-8")


def one_line(error: pytest.ExceptionInfo[ModelError]) -> str:
    text = str(error.value)
    assert "\n" not in text
    assert text.endswith(".")
    return text


def test_the_embedded_model(embedded: ModelFolder) -> None:
    assert embedded.name == EMBEDDED
    assert embedded.revision is None
    assert embedded.max_pieces == 512
    assert len(embedded.vocabulary()) == embedded.config["vocab_size"]
    assert resolve(EMBEDDED).digest == embedded.digest == resolve(str(embedded.path)).digest


def test_a_folder_by_path(copy: Path, tiny: ModelFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    found = resolve(str(copy))
    assert (found.name, found.path, found.digest) == ("copy", copy, tiny.digest)
    monkeypatch.chdir(copy.parent)
    assert resolve("copy").digest == resolve("./copy").digest == tiny.digest
    monkeypatch.setenv("HOME", str(copy.parent))
    assert resolve("~/copy").digest == tiny.digest
    (copy.parent / "link").symlink_to(copy)
    names = [resolve(name).name for name in ("copy", "./copy", "copy/", str(copy), "copy/../copy", "link", "~/copy")]
    assert names == ["copy"] * 5 + ["link", "copy"]
    monkeypatch.chdir(copy)
    assert resolve(".").name == "copy"


@pytest.mark.parametrize("file", [*REQUIRED, "tokenizer_config.json", "generation_config.json", "model.safetensors"])
def test_every_file_that_shapes_a_translation_is_hashed(copy: Path, tiny: ModelFolder, file: str) -> None:
    with (copy / file).open("ab") as opened:
        opened.write(b" ")
    assert inspect("copy", copy).digest != tiny.digest


def test_other_files_are_not_hashed(copy: Path, tiny: ModelFolder) -> None:
    (copy / "README.md").write_text("Read me")
    assert inspect("copy", copy).digest == tiny.digest


@pytest.mark.parametrize(
    ("limit", "expected"), [(512, 64), (32, 32), (1e30, 64), (float("inf"), 64), (None, 64)], ids=str
)
def test_max_pieces(copy: Path, limit: Any, expected: int) -> None:
    edit(copy / "tokenizer_config.json", model_max_length=limit)
    assert inspect("copy", copy).max_pieces == expected


@pytest.mark.parametrize("file", REQUIRED)
def test_a_file_that_is_missing(copy: Path, file: str) -> None:
    (copy / file).unlink()
    with pytest.raises(ModelError, match=rf"copy lacks {file}\. A MarianMT model") as error:
        resolve(str(copy))
    one_line(error)


def test_weights_that_are_missing(copy: Path) -> None:
    (copy / "model.safetensors").unlink()
    with pytest.raises(ModelError, match=r"lacks the weights \(model\.safetensors or pytorch_model\.bin\)") as error:
        resolve(str(copy))
    one_line(error)


def test_weights_as_pytorch_writes_them(copy: Path, sentences: list[str], make_engine: Callable[..., Any]) -> None:
    """``pytorch_model.bin``, as most OPUS-MT models on the hub have it."""
    import safetensors.torch
    import torch

    segments = [text for text in sentences if len(text) < 50][:5]
    before = make_engine("ct2", inspect("copy", copy)).translate(segments)
    weights = safetensors.torch.load_file(copy / "model.safetensors")
    weights["lm_head.weight"] = weights["model.encoder.embed_tokens.weight"] = weights["model.shared.weight"]
    torch.save(weights, copy / "pytorch_model.bin")
    (copy / "model.safetensors").unlink()
    model = inspect("copy", copy)
    for kind in ("ct2", "torch"):
        after = make_engine(kind, model).translate(segments)
        assert [item.best.text for item in after] == [item.best.text for item in before]


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"lacks config\.json, source\.spm, target\.spm, vocab\.json") as error:
        resolve(str(tmp_path))
    one_line(error)


@pytest.mark.parametrize(
    "name", ["/no/such/folder", "./nothing", "small", "a/b/c", "", "a b/c", "~nobody-at-all/x", "x" * 300]
)
def test_names_that_are_nothing(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelError, match="no such folder, no built-in name") as error:
        resolve(name)
    one_line(error)


def test_a_folder_has_no_revisions(tiny_folder: Path) -> None:
    with pytest.raises(ModelError, match=r"a folder has no revision 'v1'\. Leave translate\.revision out\.") as error:
        resolve(str(tiny_folder), revision="v1")
    one_line(error)


def test_a_file_is_no_folder(tiny_folder: Path) -> None:
    with pytest.raises(ModelError, match=r"config\.json': is a file\. Name the folder") as error:
        resolve(str(tiny_folder / "config.json"))
    one_line(error)


def set_config(**changes: Any) -> Callable[[Path], None]:
    return lambda folder: edit(folder / "config.json", **changes)


def set_tokenizer(**changes: Any) -> Callable[[Path], None]:
    return lambda folder: edit(folder / "tokenizer_config.json", **changes)


def overwrite(file: str, data: bytes) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / file).write_bytes(data)

    return write


def shorten(file: str) -> Callable[[Path], None]:
    def cut(folder: Path) -> None:
        (folder / file).write_bytes((folder / file).read_bytes()[:-1000])

    return cut


def change_vocabulary(change: Callable[[dict[str, int]], None]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        change(vocabulary)
        (folder / "vocab.json").write_text(json.dumps(vocabulary), encoding="utf-8")

    return write


def drop_one(vocabulary: dict[str, int]) -> None:
    del vocabulary[list(vocabulary)[40]]


def shift(vocabulary: dict[str, int]) -> None:
    vocabulary[list(vocabulary)[40]] += 1


def more(vocabulary: dict[str, int]) -> None:
    vocabulary["extra"] = len(vocabulary)


def text_numbers(vocabulary: dict[str, Any]) -> None:
    vocabulary.update({piece: str(number) for piece, number in vocabulary.items()})


def rename(old: str, new: str) -> Callable[[dict[str, int]], None]:
    def change(vocabulary: dict[str, int]) -> None:
        vocabulary[new] = vocabulary.pop(old)

    return change


def add_row(folder: Path) -> None:
    """One piece more than the weights, and a config that says so."""
    vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    pieces = [*list(vocabulary)[:-1], "extra", "<pad>"]
    (folder / "vocab.json").write_text(json.dumps({piece: number for number, piece in enumerate(pieces)}))
    set_config(vocab_size=len(pieces), decoder_vocab_size=len(pieces), pad_token_id=len(pieces) - 1)(folder)


def shuffle_names(vocabulary: dict[str, int]) -> None:
    kept = {piece: number for piece, number in vocabulary.items() if piece.startswith("<")}
    others = {f"{piece}{piece}~": number for piece, number in vocabulary.items() if piece not in kept}
    vocabulary.clear()
    vocabulary.update(kept | others)


def exchange(folder: Path) -> None:
    (folder / "source.spm").rename(folder / "third")
    (folder / "target.spm").rename(folder / "source.spm")
    (folder / "third").rename(folder / "target.spm")


def set_weights(change: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        weights = safetensors.torch.load_file(folder / "model.safetensors")
        changed = {key: change(weight) if key.endswith("fc1.weight") else weight for key, weight in weights.items()}
        safetensors.torch.save_file(changed, folder / "model.safetensors")

    return write


class Smuggled:
    def __reduce__(self) -> Any:
        return Path.touch, (Path("smuggled"),)


def smuggle(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    torch.save({"model.shared.weight": Smuggled()}, folder / "pytorch_model.bin")


DAMAGE = [
    ("json", overwrite("config.json", b"{"), r"config\.json: not readable as JSON"),
    ("list", overwrite("config.json", b"[]"), r"config\.json: holds no JSON object"),
    ("tokenizer", overwrite("tokenizer_config.json", b"\xff\xfe"), r"tokenizer_config\.json: not readable as JSON"),
    ("type", set_config(model_type="t5"), r"model_type 't5'; only 'marian'"),
    ("no type", set_config(model_type=None), r"model_type None"),
    ("turned", set_tokenizer(source_lang="en", target_lang="ar"), r"translates en to ar, not Arabic to English"),
    ("to Arabic", set_tokenizer(source_lang="fr", target_lang="ara"), r"translates fr to ara"),
    ("two vocabularies", set_tokenizer(separate_vocabs=True), r"only a shared one"),
    ("two embeddings", set_config(share_encoder_decoder_embeddings=False), r"only a shared one"),
    ("vocabulary", overwrite("vocab.json", b"not json"), r"vocab\.json: not readable as JSON"),
    ("vocabulary list", overwrite("vocab.json", b"[1]"), r"vocab\.json: holds no JSON object"),
    ("piece lost", change_vocabulary(drop_one), r"vocab\.json has \d+ pieces for the \d+ rows"),
    ("number twice", change_vocabulary(shift), r"vocab\.json has .* does not number them from 0"),
    ("piece too many", change_vocabulary(more), r"vocab\.json has \d+ pieces for the \d+ rows"),
    ("numbers as text", change_vocabulary(text_numbers), r"vocab\.json"),
    ("no unk", change_vocabulary(rename("<unk>", "<unknown>")), r"vocab\.json lacks <unk>"),
    ("no eos", change_vocabulary(rename("</s>", "<eos>")), r"vocab\.json lacks </s>"),
    ("spm", overwrite("source.spm", b"\x00\x01 no model"), r"a \.spm file in .* is damaged"),
    ("empty spm", overwrite("target.spm", b""), r"a \.spm file in .* is damaged"),
    ("weights", overwrite("model.safetensors", b"\x00" * 50), r"weights in .* can't be loaded"),
    ("weights cut", shorten("model.safetensors"), r"weights in .* can't be loaded"),
    ("empty weights", overwrite("model.safetensors", b""), r"weights in .* can't be loaded"),
    ("other width", set_config(d_model=16), r"weights in .* hold \d+ tensors of another size"),
    ("other rows", set_config(vocab_size=7, decoder_vocab_size=7), r"vocab\.json has \d+ pieces for the 7 rows"),
    ("more layers", set_config(encoder_layers=3), r"weights in .* lack \d+ tensors .*model\.encoder\.layers\.1"),
    (
        "fewer layers",
        set_config(decoder_layers=1),
        r"hold 26 tensors that config\.json leaves out \(model\.decoder\.lay",
    ),
    ("other rows in both", add_row, r"hold \d+ tensors of another size than config\.json says \(final_logits_bias"),
    ("pad not last", change_vocabulary(rename("<pad>", "<blank>")), r"<pad> is not the last piece of vocab\.json"),
    (
        "pieces of another model",
        change_vocabulary(shuffle_names),
        r"vocab\.json has \d+ of the \d+ pieces of source\.spm",
    ),
    ("sides exchanged", exchange, r"source\.spm has \d+ pieces in Arabic script: it is for another language"),
    (
        "no number",
        set_weights(lambda weight: weight * float("nan")),
        r"hold \d+ tensors of no finite floats \(model\.dec",
    ),
    ("infinite", set_weights(lambda weight: weight / 0), r"hold \d+ tensors of no finite floats \(model\.decoder"),
    ("program in a pickle", smuggle, r"bin can't be loaded \(a pickle that is damaged, or holds more than tensors\)"),
    ("deep", overwrite("config.json", b"[" * 100_000), r"config\.json: not readable as JSON \(maximum recursion"),
    (
        "no positions",
        set_config(max_position_embeddings=None),
        r"config\.json says max_position_embeddings None; a num",
    ),
    ("few positions", set_config(max_position_embeddings=4), r"says max_position_embeddings 4; a number of pieces, 8"),
    ("length in words", set_tokenizer(model_max_length="long"), r"tokenizer_config\.json says model_max_length 'long'"),
    ("negative length", set_tokenizer(model_max_length=-5), r"tokenizer_config\.json says model_max_length -5; a numb"),
    ("to Russian", set_tokenizer(target_lang="ru"), r"translates ar to ru, not Arabic to English"),
    ("from German", set_tokenizer(source_lang="de"), r"translates de to en, not Arabic to English"),
    ("from English", set_tokenizer(source_lang="eng"), r"translates eng to en, not Arabic to English"),
]


@pytest.mark.parametrize(("damage", "said"), [row[1:] for row in DAMAGE], ids=[row[0] for row in DAMAGE])
@pytest.mark.parametrize("engine", ["ct2", "torch"])
def test_damaged_models(
    copy: Path, damage: Callable[[Path], None], said: str, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copy)
    damage(copy)
    with pytest.raises(ModelError, match=said) as error:
        open_translator(TranslateSettings(model=str(copy), engine=engine, device="cpu"))
    assert str(copy) in one_line(error)
    assert not Path("smuggled").exists()


def test_languages_of_groups_are_let_through(copy: Path) -> None:
    pairs = [("sem", "eng"), ("ar", "en"), ("ara", "eng"), (None, None), ("mul", "en"), ("opus-mt-tc-big-ar", "en")]
    for source, target in pairs:
        set_tokenizer(source_lang=source, target_lang=target)(copy)
        assert Subwords(inspect("copy", copy)).prefix == ()


def test_notice() -> None:
    small = notice(TranslateSettings())
    assert small is not None
    assert EMBEDDED in small
    assert "--model" in small
    assert notice(TranslateSettings(model="Helsinki-NLP/opus-mt-ar-en")) is None
    assert notice(TranslateSettings(engine="command", command=("cat",))) is None


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"MTPIPE_CACHE": "/a/b"}, "/a/b"),
        ({"MTPIPE_CACHE": "~/b", "HOME": "/h"}, "/h/b"),
        ({"MTPIPE_CACHE": "", "XDG_CACHE_HOME": "/x"}, "/x/mtpipe"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/mtpipe"),
        ({"XDG_CACHE_HOME": "", "HOME": "/h"}, "/h/.cache/mtpipe"),
        ({"HOME": "/h"}, "/h/.cache/mtpipe"),
    ],
)
def test_cache_folder(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str) -> None:
    for name in ("MTPIPE_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert str(cache_folder()) == expected


def test_a_cache_folder_in_no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTPIPE_CACHE", "~nobody-of-that-name/cache")
    with pytest.raises(ModelError, match=r"cache folder: .*home directory\. Set MTPIPE_CACHE to a folder"):
        cache_folder()


@pytest.mark.parametrize(
    ("resolver", "asked", "said"),
    [
        (for_ct2, "mps", r"device mps: CTranslate2 has no Metal backend\. Use --engine torch"),
        (for_ct2, "cuda:99", r"device cuda:99: there is .* here\. Use --device auto or cpu"),
        (for_torch, "cuda:99", r"device cuda:99: there is .* here\. Use --device auto or cpu"),
    ],
)
def test_devices_that_are_not_there(resolver: Callable[[str], str], asked: str, said: str) -> None:
    with pytest.raises(ModelError, match=said) as error:
        resolver(asked)
    one_line(error)


@pytest.mark.parametrize("resolver", [for_ct2, for_torch])
def test_no_cuda_device(resolver: Callable[[str], str]) -> None:
    import torch

    if torch.cuda.device_count():
        assert resolver("cuda") == resolver("auto") == "cuda:0"
        return
    for asked in ("cuda", "cuda:0", "cuda:1"):
        with pytest.raises(ModelError, match=rf"device {asked}: there is no CUDA device here"):
            resolver(asked)


def test_the_device_that_is_named(tiny_folder: Path) -> None:
    assert for_ct2("cpu") == for_torch("cpu") == "cpu"
    import torch

    if not torch.backends.mps.is_available():
        for engine in ("auto", "torch", "ct2"):
            with pytest.raises(ModelError, match=r"device mps"):
                open_translator(TranslateSettings(model=str(tiny_folder), device="mps", engine=engine))
