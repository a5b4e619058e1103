"""Models of the Hugging Face hub: fetched once and whole from a stand-in that serves them well and badly."""

from __future__ import annotations

import fcntl
import io
import json
import multiprocessing
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hub_server import COMMIT, LATER, Repository, serving

from mtpipe.errors import ModelError
from mtpipe.settings import TranslateSettings
from mtpipe.translate import hub as hub_module
from mtpipe.translate import open_translator, store
from mtpipe.translate.hub import OFFLINE
from mtpipe.translate.layout import OPTIONAL, REQUIRED
from mtpipe.translate.store import ModelFolder

TIED = ("lm_head", "embed_tokens", "embed_positions")


def child(function: str, name: str, revision: str | None = None) -> dict[str, Any]:
    """Run in a process whose environment names the stand-in: huggingface_hub reads its environment once."""
    try:
        if function == "load":
            texts = []
            for engine in ("ct2", "torch"):
                settings = TranslateSettings(
                    model=name, engine=engine, compute_type="float32", guard=False, device="cpu"
                )
                texts.append(open_translator(settings).translate(["زار الوزير الرقة أمس"])[0].best.text)
            return {"texts": texts}
        if function == "forget":
            return {"freed": hub_module.forget(name)}
        if function == "downloaded":
            return {"names": [repository.repo_id for repository in hub_module.downloaded()]}
        model = {"resolve": store.resolve, "pull": store.pull}[function](name, revision=revision)
    except ModelError as error:
        return {"error": str(error)}
    files = sorted(file.name for file in model.path.iterdir())
    return {"name": model.name, "revision": model.revision, "digest": model.digest, "files": files}


class Hub:
    """The stand-in and a process that asks it."""

    def __init__(self, endpoint: str, repositories: dict[str, Repository], home: Path, files: dict[str, bytes]) -> None:
        self.environment = {"HF_ENDPOINT": endpoint, "HF_HOME": str(home), "HF_HUB_ETAG_TIMEOUT": "3"}
        self.repositories = repositories
        self.files = files
        with pytest.MonkeyPatch.context() as patch:
            for key in [key for key in os.environ if key.startswith(("HF_", "HUGGING"))]:
                patch.delenv(key)
            for key, value in self.environment.items():
                patch.setenv(key, value)
            self.pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))
            self.pool.submit(os.getpid).result(timeout=60)  # started here, with this environment

    def add(self, name: str, **faults: Any) -> Repository:
        self.repositories[name] = Repository(dict(self.files), **faults)
        return self.repositories[name]

    def ask(self, function: str, name: str, revision: str | None = None) -> dict[str, Any]:
        return self.pool.submit(child, function, name, revision).result(timeout=120)

    def refused(self, name: str, revision: str | None = None) -> str:
        """Resolve a name that can't be had; gives the error, a line."""
        said = self.ask("resolve", name, revision)["error"]
        assert "\n" not in said
        assert said.endswith((".", ")."))
        return said

    def alone(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        """Do the same in a process of its own, where another environment is wanted."""
        code = (
            "import json, sys\nfrom test_translate_hub import child\n"
            "print(*[json.dumps(child('resolve', *name.split('@'))) for name in sys.argv[1:]], sep='\\n')"
        )
        paths = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
        given = {**os.environ, **self.environment, "PYTHONPATH": paths, **environment}
        return subprocess.run([sys.executable, "-c", code, *arguments], env=given, capture_output=True, check=True)


@pytest.fixture(scope="module")
def hub(tiny_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    files = {path.name: path.read_bytes() for path in tiny_folder.iterdir()}
    files |= {"README.md": b"---\nlicense: apache-2.0\n---\n", "tf_model.h5": b"0" * 1000, "rust_model.ot": b"0"}
    with serving() as (endpoint, repositories):
        made = Hub(endpoint, repositories, tmp_path_factory.mktemp("hub") / "home", files)
        yield made
        made.pool.shutdown()


def test_a_model_is_fetched_once(hub: Hub, tiny: ModelFolder) -> None:
    repository = hub.add("someone/whole")
    expected = {
        "name": "someone/whole",
        "revision": COMMIT,
        "digest": tiny.digest,
        "files": sorted({path.name for path in tiny.path.iterdir()} | {"README.md"}),
    }
    assert hub.ask("resolve", "someone/whole") == expected
    repository.asked.clear()
    for revision in (None, "main", COMMIT):
        assert hub.ask("resolve", "someone/whole", revision) == expected
    assert repository.asked == []
    assert "someone/whole" in hub.ask("downloaded", "")["names"]


def test_a_model_that_is_here_needs_no_network(hub: Hub, tiny: ModelFolder) -> None:
    repository = hub.add("someone/offline")
    hub.ask("resolve", "someone/offline", "v1")
    repository.asked.clear()
    for environment in ({"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": "http://127.0.0.1:9"}):
        done = hub.alone("someone/offline@v1", f"someone/offline@{COMMIT}", "someone/absent", **environment)
        *here, absent = map(json.loads, done.stdout.splitlines())
        assert [found["digest"] for found in here] == [tiny.digest] * 2
        assert absent["error"].startswith(
            "model 'someone/absent': not in the local Hugging Face cache and the hub can't"
        )
        assert absent["error"].endswith(OFFLINE)
    assert repository.asked == []


def test_a_model_that_is_here_in_part_needs_the_network(hub: Hub) -> None:
    hub.add("someone/partly")
    assert "files" in hub.ask("resolve", "someone/partly")
    home = Path(hub.environment["HF_HOME"]) / "hub" / "models--someone--partly"
    (weights,) = home.glob("snapshots/*/model.safetensors")
    weights.unlink()
    for environment in ({"HF_HUB_OFFLINE": "1"}, {"HF_ENDPOINT": "http://127.0.0.1:9"}):
        said = json.loads(hub.alone("someone/partly", **environment).stdout)["error"]
        assert said.startswith("model 'someone/partly': not ")
        assert said.endswith(f"in the local Hugging Face cache and the hub can't be reached. {OFFLINE}")


def test_only_what_a_translation_needs_is_fetched(hub: Hub) -> None:
    both = hub.add("someone/both")
    both.files["pytorch_model.bin"] = b"not looked at"
    hub.ask("resolve", "someone/both")
    assert both.fetched() <= {*REQUIRED, *OPTIONAL, "README.md", "LICENSE", "model.safetensors"}


def test_weights_as_pytorch_wrote_them_in_2020(hub: Hub, tiny_folder: Path) -> None:
    """``pytorch_model.bin`` in the form before zip files, with tied tensors and positions, as OPUS-MT has it."""
    import torch
    import transformers

    weights = transformers.MarianMTModel.from_pretrained(tiny_folder).state_dict()
    assert set(TIED) < {key.rpartition(".")[0].rpartition(".")[2] for key in weights}
    written = io.BytesIO()
    torch.save(weights, written, _use_new_zipfile_serialization=False)
    repository = hub.add("someone/old")
    del repository.files["model.safetensors"]
    repository.files["pytorch_model.bin"] = written.getvalue()
    assert "pytorch_model.bin" in hub.ask("resolve", "someone/old")["files"]
    repository.asked.clear()
    hub.add("someone/new")
    fast, reference = hub.ask("load", "someone/old")["texts"]
    assert fast == reference == hub.ask("load", "someone/new")["texts"][0] != ""
    assert repository.asked == []  # above all, nobody is asked to convert the weights


def test_a_file_that_is_cut_goes_on(hub: Hub) -> None:
    part = 10 * 2**20  # what huggingface_hub writes at a time
    repository = hub.add("someone/cut", cuts={"model.safetensors": [part + 1000]})
    repository.files["model.safetensors"] = os.urandom(part + 50_000)
    assert "digest" in hub.ask("resolve", "someone/cut")
    ranges = [asked for method, path, asked in repository.asked if path.endswith("safetensors") and method == "GET"]
    assert ranges == ["", f"bytes={part}-"]


def test_a_file_that_breaks_off_for_good(hub: Hub, tiny: ModelFolder) -> None:
    repository = hub.add("someone/broken", cuts={"model.safetensors": [5000, *[0] * 20]})
    assert "model 'someone/broken': download failed (" in hub.refused("someone/broken")
    repository.cuts.clear()
    assert hub.ask("resolve", "someone/broken")["digest"] == tiny.digest


@pytest.mark.parametrize("file", ["model.safetensors", "vocab.json"])
def test_a_file_with_another_checksum(hub: Hub, tiny: ModelFolder, file: str) -> None:
    name = f"someone/wrong-{file.partition('.')[0]}"
    repository = hub.add(name)
    repository.served[file] = repository.files[file][:-1] + b"~"
    assert f"model {name!r}: {file} came damaged" in hub.refused(name)
    assert f"model {name!r}: {file} came damaged" in hub.refused(name)  # it was not kept
    repository.served.clear()
    assert hub.ask("resolve", name)["digest"] == tiny.digest


@pytest.mark.parametrize("change", [-100, 100])
def test_a_file_of_another_size(hub: Hub, tiny: ModelFolder, change: int) -> None:
    name = f"someone/size{change}"
    repository = hub.add(name)
    data = repository.files["model.safetensors"]
    repository.served["model.safetensors"] = data[:change] if change < 0 else data + b"\0" * change
    said = hub.refused(name)
    assert "download failed" in said or "came damaged" in said
    repository.served.clear()
    assert hub.ask("resolve", name)["digest"] == tiny.digest


GATED = {"X-Error-Code": "GatedRepo"}
REFUSALS = [
    (401, {}, "not on the Hugging Face hub, or private (set HF_TOKEN)"),
    (401, {"X-Error-Message": "Invalid credentials in Authorization header"}, "refuses access (401). Check the token"),
    (401, GATED, "lets in only those who asked. Ask at http://127.0.0.1:"),
    (403, GATED, "lets in only those who asked"),
    (403, {}, "refuses access (403). Check the token in HF_TOKEN"),
    (404, {"X-Error-Code": "RepoNotFound"}, "not on the Hugging Face hub, or private"),
    (429, {}, "ask no more for now (429)"),
    (500, {}, f"out of order (500). Try again later. {OFFLINE}"),
    (503, {}, f"out of order (503). Try again later. {OFFLINE}"),
]


@pytest.mark.parametrize(("status", "headers", "said"), REFUSALS)
def test_refusals(hub: Hub, status: int, headers: dict[str, str], said: str) -> None:
    hub.add("someone/refused", refusal=(status, headers))
    answer = hub.refused("someone/refused")
    assert answer.startswith("model 'someone/refused': ")
    assert said in answer


def test_a_hub_that_is_busy_for_a_moment(hub: Hub, tiny: ModelFolder) -> None:
    hub.add("someone/busy", busy={"model.safetensors": [429], "vocab.json": [503]})
    assert hub.ask("resolve", "someone/busy")["digest"] == tiny.digest


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("model.safetensors", "the hub's copy lacks the weights (model.safetensors or pytorch_model.bin)"),
        ("source.spm", "the hub's copy lacks source.spm"),
    ],
)
def test_a_repository_without_a_file(hub: Hub, file: str, said: str) -> None:
    del hub.add("someone/lacking").files[file]
    assert said in hub.refused("someone/lacking")


@pytest.mark.parametrize("name", ["someone/a--b", "someone/..", "someone/a.git", "some..one/a"])
def test_names_that_the_hub_would_refuse(hub: Hub, name: str) -> None:
    assert f"model {name!r}: no such folder" in hub.refused(name)


def test_revisions(hub: Hub, tiny: ModelFolder) -> None:
    repository = hub.add("someone/moving")
    assert hub.refused("someone/moving", "v2").startswith("model 'someone/moving': the hub has no revision 'v2' of it.")
    assert hub.ask("resolve", "someone/moving")["revision"] == COMMIT
    repository.refs |= {"main": LATER}
    repository.files["generation_config.json"] = b"{}"
    assert hub.ask("resolve", "someone/moving")["revision"] == COMMIT  # what is here is used
    pulled = hub.ask("pull", "someone/moving")
    assert (pulled["revision"], pulled["digest"] == tiny.digest) == (LATER, False)
    assert hub.ask("resolve", "someone/moving") == pulled
    assert hub.ask("resolve", "someone/moving", COMMIT)["digest"] == tiny.digest
    assert hub.ask("forget", "someone/moving")["freed"] > len(repository.files["model.safetensors"])
    assert "someone/moving" not in hub.ask("downloaded", "")["names"]


def test_a_download_that_was_killed(hub: Hub, tiny: ModelFolder) -> None:
    repository = hub.add("someone/killed", pause=30)
    code = "from mtpipe.translate import resolve\nresolve('someone/killed')"
    process = subprocess.Popen([sys.executable, "-c", code], env={**os.environ, **hub.environment})
    while not [path for method, path, _ in repository.asked if method == "GET" and path.endswith("safetensors")]:
        assert process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    repository.pause = 0.1  # and slowly, now
    assert hub.ask("resolve", "someone/killed")["digest"] == tiny.digest


def test_progress_is_for_terminals(hub: Hub) -> None:
    hub.add("someone/piped", pause=0.1)
    assert hub.alone("someone/piped").stderr == b""
    hub.add("someone/watched", pause=0.1)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    code = "from mtpipe.translate import resolve\nresolve('someone/watched')"
    with subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, **hub.environment}, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        assert process.wait() == 0
    os.close(ours)
    assert b"100%" in shown


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 4096)
    except OSError:  # EIO: nobody writes any more
        return b""


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_cache_that_cannot_be_written(hub: Hub, tmp_path: Path, place: str) -> None:
    hub.add("someone/unwritable")
    (tmp_path / "file").write_text("in the way")
    done = hub.alone("someone/unwritable", HF_HOME=str(tmp_path / place))
    said = json.loads(done.stdout)["error"]
    assert f"model 'someone/unwritable': the cache {tmp_path / place}/hub can't be written (Not a directory)" in said
    assert "HF_HOME" in said
