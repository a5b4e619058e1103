"""Conversion: once per model, by any number of processes, into a cache that may be unwritable; int8 that fits."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import stat
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mtpipe.errors import ModelError
from mtpipe.translate.convert import GROUP, LARGEST, PAIR, _quantise, converted, load_network
from mtpipe.translate.store import ModelFolder, inspect
from mtpipe.translate.subwords import Subwords

SEGMENTS = ["زار الوزير الرقة أمس", "نعم", "غادر السفير بيروت مساء الخميس"]


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("MTPIPE_CACHE", str(folder))
    return folder


def test_a_model_is_converted_once(own_cache: Path, tiny: ModelFolder) -> None:
    subwords = Subwords(tiny)
    folder = converted(tiny, subwords, trim=True, storage="float32")
    made = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert converted(tiny, subwords, trim=True, storage="float32") == folder
    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == made
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]  # nothing temporary is left


def test_every_form_has_its_folder(own_cache: Path, tiny: ModelFolder) -> None:
    subwords = Subwords(tiny)
    forms = [(trim, storage) for trim in (True, False) for storage in ("float32", "int8")]
    folders = [converted(tiny, subwords, trim=trim, storage=storage) for trim, storage in forms]
    assert len(set(folders)) == 4
    trimmed = json.loads((folders[0] / "target_vocabulary.json").read_text(encoding="utf-8"))
    assert trimmed == [piece for piece, number in subwords.vocabulary.items() if number in subwords.target_ids()]
    whole = json.loads((folders[2] / "shared_vocabulary.json").read_text(encoding="utf-8"))
    assert whole == [piece for piece in subwords.vocabulary if piece != "<pad>"]
    sizes = [(folder / "model.bin").stat().st_size for folder in folders]
    assert sizes[1] < sizes[0]
    assert sizes[3] < sizes[2]


def load_and_translate(model: ModelFolder, cache: str, barrier: str) -> list[str]:
    """Run in a process of its own; the processes start together."""
    os.environ["MTPIPE_CACHE"] = cache
    from mtpipe.settings import TranslateSettings
    from mtpipe.translate.ct2 import CTranslate2Translator

    Path(barrier, str(os.getpid())).touch()
    while len(list(Path(barrier).iterdir())) < 2:
        pass
    engine = CTranslate2Translator(model, TranslateSettings(compute_type="float32", device="cpu", threads=1))
    return [found.best.text for found in engine.translate(SEGMENTS)]


def test_two_processes_at_once(tmp_path: Path, tiny: ModelFolder, make_engine: Callable[..., Any]) -> None:
    cache, barrier = tmp_path / "cache", tmp_path / "barrier"
    barrier.mkdir()
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(load_and_translate, tiny, str(cache), str(barrier)) for _ in range(2)]
        results = [future.result(timeout=120) for future in waiting]
    expected = [found.best.text for found in make_engine("ct2", tiny).translate(SEGMENTS)]
    assert results == [expected, expected]
    assert len(list((cache / "ct2").iterdir())) == 1


def test_a_cache_that_is_a_file(tmp_path: Path, tiny: ModelFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    for cache in (tmp_path / "file", tmp_path / "file" / "below"):
        monkeypatch.setenv("MTPIPE_CACHE", str(cache))
        with pytest.raises(ModelError, match=r"cache folder .* can't be written \(.*\)\. Set MTPIPE_CACHE") as error:
            converted(tiny, Subwords(tiny), trim=True, storage="float32")
        assert "\n" not in str(error.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_cache_that_can_not_be_written(own_cache: Path, tiny: ModelFolder) -> None:
    own_cache.mkdir()
    own_cache.chmod(stat.S_IRUSR | stat.S_IXUSR)
    with pytest.raises(ModelError, match=r"can't be written \(Permission denied\)"):
        converted(tiny, Subwords(tiny), trim=True, storage="float32")
    own_cache.chmod(stat.S_IRWXU)


def test_a_folder_that_is_half_there(own_cache: Path, tiny: ModelFolder) -> None:
    """What is in the way and no model is named; what is whole stays untouched."""
    subwords = Subwords(tiny)
    folder = converted(tiny, subwords, trim=True, storage="float32")
    (folder / "model.bin").unlink()
    with pytest.raises(ModelError, match=r"can't be written\. Remove it"):
        converted(tiny, subwords, trim=True, storage="float32")


def test_damage_in_the_cache_is_an_error(own_cache: Path, tiny: ModelFolder, make_engine: Callable[..., Any]) -> None:
    folder = converted(tiny, Subwords(tiny), trim=True, storage="float32")
    whole = (folder / "model.bin").read_bytes()
    for damaged in (b"", whole[:1000], b"\x00" * 100):
        (folder / "model.bin").write_bytes(damaged)
        with pytest.raises(ModelError, match=r"can't be loaded by CTranslate2") as error:
            make_engine("ct2", tiny)
        assert "\n" not in str(error.value)


def test_an_option_that_ctranslate2_lacks(own_cache: Path, tmp_path: Path, tiny_folder: Path) -> None:
    folder = Path(shutil.copytree(tiny_folder, tmp_path / "other"))
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"activation_function": "tanh"}), encoding="utf-8")
    model = inspect("other", folder)
    with pytest.raises(
        ModelError, match=r"can't be converted for CTranslate2 \(KeyError: 'tanh'\)\. Use --engine torch"
    ):
        converted(model, Subwords(model), trim=True, storage="float32")
    assert list((own_cache / "ct2").iterdir()) == []


def test_int8_never_saturates(tiny: ModelFolder) -> None:
    """Two products of an unsigned and a signed byte fit in 16 bits; no weight is off by more than half a step."""
    from ctranslate2.converters.transformers import MarianMTLoader

    assert 255 * PAIR < 2**15 <= 255 * (PAIR + 1)
    network = load_network(tiny)
    spec = MarianMTLoader().get_model_spec(network)
    pieces = sorted(Subwords(tiny).vocabulary, key=Subwords(tiny).vocabulary.__getitem__)[:-1]
    spec.register_source_vocabulary(pieces)
    spec.register_target_vocabulary(pieces)
    _quantise(spec)
    for layer, original in (
        (spec.encoder.layer[0].ffn.linear_0, network.model.encoder.layers[0].fc1.weight),
        (spec.decoder.layer[1].attention.linear[2], network.model.decoder.layers[1].encoder_attn.out_proj.weight),
        (spec.decoder.projection, network.lm_head.weight[:-1]),
    ):
        weight = original.detach().numpy()
        stored, scale = layer.weight.numpy(), layer.weight_scale.numpy()[:, None]
        assert stored.dtype == np.int8
        groups = np.sort(np.abs(stored.astype(int)).reshape(len(stored), -1, GROUP), axis=2)
        assert groups[:, :, -2:].sum(axis=2).max() <= PAIR
        assert groups.max() <= LARGEST
        # As fine as that allows: each row has a weight or a pair at its limit, but for rounding.
        assert ((groups[:, :, -2:].sum(axis=2).max(axis=1) >= PAIR - 3) | (groups.max(axis=(1, 2)) == LARGEST)).all()
        assert (np.abs(stored / scale - weight) <= 0.501 / scale).all()
