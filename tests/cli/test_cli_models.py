"""``mtpipe models``, as users have it: the built-in model, folders, and a stand-in for the hub."""

from __future__ import annotations

import json
import os
import pickle
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from hub_server import COMMIT, LATER, Repository, serving

from mtpipe.translate import random_model

Command = Callable[..., object]
VOCABULARY = 17_000
"""Pieces of a model that borrows the embedded one's: a few more than it has."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of random weights in a folder."""
    made = random_model.build(
        tmp_path_factory.mktemp("models") / "mine", vocabulary=VOCABULARY, width=16, inner=16, heads=2, layers=1
    )
    (made / "LICENSE").write_text("Some Licence\n\nYou may.\n")
    return made


@pytest.fixture
def fresh(tmp_path: Path) -> dict[str, str]:
    """An environment with caches of its own."""
    return {"MTPIPE_CACHE": str(tmp_path / "cache"), "HF_HOME": str(tmp_path / "hub")}


@pytest.fixture
def online(fresh: dict[str, str], folder: Path) -> Iterator[tuple[dict[str, str], Repository]]:
    """The same, and a hub with the model ``someone/small-ar-en``."""
    with serving() as (endpoint, repositories):
        repositories["someone/small-ar-en"] = Repository({path.name: path.read_bytes() for path in folder.iterdir()})
        yield fresh | {"HF_ENDPOINT": endpoint, "PYTHONPATH": ""}, repositories["someone/small-ar-en"]


def rows(out: bytes) -> dict[str, list[str]]:
    """Return what ``info`` says, by key; a key may come more than once."""
    found: dict[str, list[str]] = {}
    for line in out.decode().splitlines():
        found.setdefault(line[:12].strip(), []).append(line[13:])
    return found


def kinds(out: bytes) -> list[tuple[str, str]]:
    return [(line.split()[0], line.split()[1]) for line in out.decode().splitlines()]


def test_what_is_here_at_first(mtpipe, fresh: dict[str, str], network_log: Path) -> None:
    ended = mtpipe("models", "list", env=fresh)
    assert (ended.code, ended.words) == (0, "")
    assert kinds(ended.out) == [("small-ar-en", "built-in"), ("opus", "alias"), ("opus-big", "alias")]
    assert "Helsinki-NLP/opus-mt-tc-big-ar-en, not downloaded (mtpipe models pull opus-big)" in ended.out.decode()
    assert not network_log.exists()


def test_the_built_in_model(mtpipe, fresh: dict[str, str]) -> None:
    found = rows(mtpipe("models", "info", "small-ar-en", env=fresh).out)
    assert found["licence"] == ["cc-by-sa-4.0"]
    assert found["languages"] == ["ar to en"]
    assert found["revision"] == ["local"]
    assert "converted" not in found
    assert mtpipe("models", "pull", "small-ar-en", env=fresh).last.startswith("small-ar-en is here already: ")
    refused = mtpipe("models", "remove", "small-ar-en", env=fresh)
    assert refused.code == 3
    assert "no converted copy of it; the model itself stays" in refused.last


@pytest.fixture
def caches(fresh: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same for commands that are called here; returns the folder of converted models."""
    for name, value in fresh.items():
        monkeypatch.setenv(name, value)
    return Path(fresh["MTPIPE_CACHE"]) / "ct2"


def test_a_folder_is_converted_described_and_kept(here, caches: Path, folder: Path) -> None:
    for arguments in ([], ["--compute-type", "float32"]):
        ended = here("models", "convert", folder, *arguments)
        assert (ended.code, ended.out) == (0, b"")
        made = Path(ended.last.rpartition(", ")[2])
        assert json.loads((made / "mtpipe.json").read_text())["model"] == "mine"
    found = rows(here("models", "info", folder).out)
    assert found["name"] == ["mine"]
    assert found["folder"] == [str(folder)]
    assert found["licence"] == ["Some Licence"]
    assert "1 and 1 layers, 2 heads" in found["shape"][0]
    assert [line.partition(",")[0] for line in found["converted"]] == ["float32", "int8"]
    assert "alignment by the first head of layer -1" in found["converted"][0]
    assert any(f"bad_words_ids=[[{VOCABULARY - 1}]] (mtpipe's settings decide)" in line for line in found["ignored"])
    assert kinds(here("models", "list").out)[-2:] == [("mine", "converted")] * 2
    before = sorted(folder.iterdir())
    removed = here("models", "remove", folder)
    assert removed.code == 0
    assert removed.words.count("removed converted copy ") == 2
    assert sorted(folder.iterdir()) == before
    assert list(caches.iterdir()) == []


def test_a_model_of_the_hub_from_pull_to_remove(mtpipe, online: tuple[dict[str, str], Repository]) -> None:
    env, repository = online
    name = "someone/small-ar-en"
    pulled = mtpipe("models", "pull", name, "--revision", "v1", env=env)
    assert pulled.code == 0, pulled.words
    assert pulled.words.startswith(f"{name} at {COMMIT}: ")
    assert pulled.words.count("\n") == 1
    assert mtpipe("models", "convert", name, "--revision", "v1", env=env).code == 0
    repository.asked.clear()
    found = rows(mtpipe("models", "info", name, "--revision", "v1", env=env).out)
    assert (found["name"], found["revision"]) == ([name], [COMMIT])
    assert len(found["converted"]) == 1
    translated = mtpipe("translate", "--model", name, "--set", "translate.revision=v1", given="نعم\n".encode(), env=env)
    assert translated.code == 0
    assert repository.asked == []
    repository.refs["main"] = LATER
    assert mtpipe("models", "pull", name, env=env).words.startswith(f"{name} at {LATER}: ")
    listed = mtpipe("models", "list", env=env).out
    assert kinds(listed)[3:] == [(name, "downloaded"), (name, "converted")]
    assert f"{COMMIT[:12]}, v1, {LATER[:12]}, main" in listed.decode()
    removed = mtpipe("models", "remove", name, env=env)
    assert removed.code == 0
    assert "removed converted copy " in removed.words
    assert f"removed download of {name} in the Hugging Face cache: " in removed.words
    assert len(kinds(mtpipe("models", "list", env=env).out)) == 3
    assert not list(Path(env["HF_HOME"]).rglob("*.safetensors"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["info", "nothing"],
            "no such folder, no built-in name (small-ar-en), no alias (opus, opus-big) and no Hugging",
        ),
        (["pull", "opus"], "model 'Helsinki-NLP/opus-mt-ar-en': not in the local Hugging Face cache and the hub can't"),
        (["convert", "opus-big"], "or the built-in one (--model small-ar-en)."),
        (["remove", "opus"], "model 'opus': there is no converted copy of it and no download"),
        (["remove", "nothing"], "model 'nothing': there is no converted copy of it and no download"),
    ],
)
def test_what_cannot_be_had(mtpipe, fresh: dict[str, str], arguments: list[str], said: str) -> None:
    ended = mtpipe("models", *arguments, env=fresh | {"HF_HUB_OFFLINE": "1"})
    assert ended.code == 3
    assert ended.words.count("\n") == 1
    assert said in ended.last


def test_a_wrong_compute_type(here, caches: Path, folder: Path) -> None:
    ended = here("models", "convert", folder, "--compute-type", "int3")
    assert ended.code == 2
    assert "translate.compute_type" in ended.last


def test_a_disk_that_fills_up_while_converting(here, caches: Path, folder: Path) -> None:
    """A limit on the size of files says what a full disk says, at the same place."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        ended = here("models", "convert", folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert ended.code == 3
    assert "failed (File too large). Free some space or set MTPIPE_CACHE to another folder." in ended.words
    assert ended.words.count("\n") == 1
    assert list(caches.iterdir()) == []


def test_a_pickle_that_is_refused_is_one_line(here, caches: Path, folder: Path, tmp_path: Path) -> None:
    """Torch warns of an old one before it refuses it, and then says how to run what is hidden there."""
    model = Path(shutil.copytree(folder, tmp_path / "pickled"))
    (model / "model.safetensors").unlink()
    (model / "pytorch_model.bin").write_bytes(pickle.dumps(print, protocol=4))
    for command in ("info", "convert"):
        ended = here("models", command, model)
        assert (ended.code, ended.words.count("\n")) == (3, 1)
        assert "(a pickle that is damaged, or holds more than tensors). Fetch the model again." in ended.last


def test_a_cache_that_may_not_be_written(
    environment: Mapping[str, str], argv: list[str], fresh: dict[str, str], folder: Path
) -> None:
    cache = Path(fresh["MTPIPE_CACHE"])
    cache.mkdir(mode=0o555)
    # Root may write everywhere, unless it gives that right up.
    without = ["setpriv", "--bounding-set=-all"] if os.geteuid() == 0 else []
    if without and not shutil.which("setpriv"):
        pytest.skip("root, and no setpriv to become less")
    done = subprocess.run(
        [*without, *argv, "models", "convert", folder], env={**environment, **fresh}, capture_output=True, check=False
    )
    assert done.returncode == 3, done.stderr
    assert f"cache folder {cache}/ct2 can't be written (Permission denied). Set MTPIPE_CACHE" in done.stderr.decode()
    assert done.stderr.count(b"\n") == 1
