from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path


def told(out: bytes) -> dict[str, str]:
    return {line[:14].strip(): line[15:] for line in out.decode().splitlines()}


def test_doctor_names_versions_devices_cache_and_model(mtpipe, environment: Mapping[str, str]) -> None:
    ended = mtpipe("doctor")
    assert (ended.code, ended.words) == (0, "")
    rows = told(ended.out)
    assert rows["device"] in {"cpu", "cuda:0", "mps"}
    assert "model:small-ar-en" in rows["model"]
    assert rows["model cache"] == f"{environment['MTPIPE_CACHE']} (writable)"
    assert rows["hub cache"] == f"{environment['HF_HOME']}/hub"
    assert (Path(rows["configs"]) / "opus-mt.yaml").is_file()
    assert rows["processors"] == f"{len(os.sched_getaffinity(0))} of {os.cpu_count()}"
    assert rows["mtpipe"].startswith(version("mtpipe"))
    for package in ("ctranslate2", "torch", "transformers", "datasets"):
        assert rows[package] == version(package)
    source, _, target = rows["test"].partition(" -> ")
    assert source
    assert target.strip()


def test_doctor_takes_the_settings_of_a_run(mtpipe, no_model: list[str]) -> None:
    rows = told(mtpipe("doctor", *no_model).out)
    assert rows["device"] == "external"
    assert rows["model"].startswith("model:cat")


def test_doctor_tells_a_cache_that_cannot_be_written(mtpipe) -> None:
    ended = mtpipe("doctor", env={"MTPIPE_CACHE": "/dev/null/cache"})
    assert ended.code == 3
    assert "can't be written" in told(ended.out)["model cache"]
    assert "/dev/null/cache" in ended.last
    assert "MTPIPE_CACHE" in ended.last
    assert ended.words.count("\n") == 1
