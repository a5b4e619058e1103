"""What is kept of models on this machine: told truly, and taken away without touching what is not ours."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch
import transformers

from mtpipe.errors import ModelError
from mtpipe.translate import inventory
from mtpipe.translate.convert import converted
from mtpipe.translate.store import inspect, resolve
from mtpipe.translate.subwords import Subwords


@pytest.fixture(autouse=True)
def own_caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MTPIPE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache" / "ct2"


@pytest.fixture
def copy(tmp_path: Path, tiny_folder: Path) -> Path:
    return Path(shutil.copytree(tiny_folder, tmp_path / "copy"))


def make(folder: Path) -> Path:
    model = resolve(str(folder))
    return converted(model, Subwords(model), trim=True, storage="float32")


def test_conversions_are_told_with_their_origin(copy: Path) -> None:
    assert inventory.conversions() == []
    made = make(copy)
    (found,) = inventory.conversions()
    assert (found.path, found.model, found.digest) == (made, "copy", resolve(str(copy)).digest)
    assert (found.trim, found.storage, found.revision) == (True, "float32", None)
    assert (found.alignment_layer, found.alignment_heads) == (-1, 1)
    assert found.size == sum(file.stat().st_size for file in made.iterdir())


@pytest.mark.parametrize("content", [None, "", "[]", "{}", '{"model": "copy"}', "\x00"])
def test_a_folder_without_a_record_is_none_of_ours(own_caches: Path, content: str | None) -> None:
    (own_caches / "other").mkdir(parents=True)
    if content is not None:
        (own_caches / "other" / "mtpipe.json").write_text(content)
    assert inventory.conversions() == []
    with pytest.raises(ModelError, match="no converted copy"):
        inventory.remove("copy")
    assert (own_caches / "other").is_dir()


def test_removing_leaves_the_folder_and_the_others(copy: Path, tmp_path: Path, tiny_folder: Path) -> None:
    other = Path(shutil.copytree(tiny_folder, tmp_path / "other"))
    (other / "config.json").write_text((other / "config.json").read_text() + "\n")  # another state of it
    made, kept = make(copy), make(other)
    ((what, freed),) = inventory.remove(str(copy))
    assert what == f"converted copy {made}"
    assert freed > 0
    assert not made.exists()
    assert kept.is_dir()
    assert resolve(str(copy))
    with pytest.raises(ModelError, match="the model itself stays"):
        inventory.remove(str(copy))
    assert [entry.name for entry in inventory.entries() if entry.kind == "converted"] == ["other"]


def test_what_an_interrupted_removal_left_is_not_in_the_way(own_caches: Path, copy: Path) -> None:
    made = make(copy)
    (own_caches / f"converting-{made.name}").mkdir()
    (own_caches / f"converting-{made.name}" / "model.bin").write_bytes(b"half")
    assert [what for what, _ in inventory.remove(str(copy))] == [f"converted copy {made}"]
    assert not made.exists()
    assert inventory.conversions() == []


def test_a_cache_of_the_hub_that_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    for module in ("constants", "utils._cache_manager"):  # each has a copy of the environment's word
        monkeypatch.setattr(f"huggingface_hub.{module}.HF_HUB_CACHE", str(tmp_path / "file"))
    with pytest.raises(ModelError, match=r"the cache .*/file can't be read \(no folder\)\. Set HF_HOME"):
        inventory.entries()
    with pytest.raises(ModelError, match="no converted copy of it and no download"):
        inventory.remove("opus")


def test_what_is_left_of_a_folder_that_is_gone(copy: Path) -> None:
    made = make(copy)
    shutil.rmtree(copy)
    assert [what for what, _ in inventory.remove("copy")] == [f"converted copy {made}"]


@pytest.mark.parametrize(
    ("files", "licence"),
    [
        ({}, ""),
        ({"README.md": "---\nlicense: apache-2.0\nlanguage: ar\n---\n# A model"}, "apache-2.0"),
        ({"README.md": "# A model", "LICENSE": "\nMIT Licence\n\nAnd so on"}, "MIT Licence"),
        ({"README.md": "---\nlicense: [\n---\n"}, ""),
        ({"README.md": "---\n- a list\n---\n", "LICENSE": ""}, ""),
        ({"README.md": "---\nlanguage: [ar, en]\nlicense: cc-by-4.0\n---", "LICENSE": "another"}, "cc-by-4.0"),
    ],
)
def test_the_licence_stands_on_the_card(copy: Path, files: dict[str, str], licence: str) -> None:
    for name, text in files.items():
        (copy / name).write_text(text)
    assert inventory.facts(inspect("copy", copy)).licence == licence


def test_parameters_are_counted_once_in_either_form(copy: Path) -> None:
    model = inspect("copy", copy)
    network = transformers.MarianMTModel.from_pretrained(copy)
    positions = sum(network.model.get_submodule(side).embed_positions.weight.numel() for side in ("encoder", "decoder"))
    expected = sum(tensor.numel() for tensor in network.parameters()) - positions
    assert inventory.facts(model).parameters == expected
    torch.save(network.state_dict(), copy / "pytorch_model.bin")
    (copy / "model.safetensors").unlink()
    assert inventory.facts(inspect("copy", copy)).parameters == expected
    (copy / "generation_config.json").write_text("[1]")
    with pytest.raises(ModelError, match=r"generation_config\.json: holds no JSON object"):
        inventory.facts(model)
    (copy / "generation_config.json").unlink()
    (copy / "pytorch_model.bin").write_bytes(b"nothing")
    with pytest.raises(
        ModelError, match=r"the weights in .*pytorch_model\.bin can't be read \(a pickle that is damaged"
    ) as error:
        inventory.facts(inspect("copy", copy))
    assert "\n" not in str(error.value)
