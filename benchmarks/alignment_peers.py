"""Runs vecalign and bertalign on prepared vectors. Started by ``alignment.py`` with the peers' own Python.

    python benchmarks/alignment_peers.py PEERS < jobs.pickle > beads.json

PEERS holds checkouts of the peers' repositories; nothing of them is part of this project. A job holds, for each side,
vectors of shape (overlaps, sentences, dimensions) in which row ``i`` of overlap ``k`` is the text of the ``k``
sentences up to the ``i``-th, and the texts' lengths in bytes. Both peers run with the default arguments of their
command or constructor.
"""

from __future__ import annotations

import json
import pickle
import random
import sys
import time
import types
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

Beads = list[tuple[list[int], list[int]]]


def vecalign(folder: Path) -> Callable[[Any], Beads]:
    """Thompson and Koehn 2019, the defaults of ``vecalign.main``."""
    sys.path.insert(0, str(folder / "vecalign"))
    import numpy as np

    tools = import_module("vecalign.dp_utils")
    largest, buffer = 4, 5

    def align(job: Any) -> Beads:
        random.seed(42)
        np.random.seed(42)
        stack = tools.vecalign(
            vecs0=job["source"].copy(),
            vecs1=job["target"].copy(),
            final_alignment_types=tools.make_alignment_types(largest),
            del_percentile_frac=0.2,
            width_over2=-(-largest // 2) + buffer,
            max_size_full_dp=300,
            costs_sample_size=20000,
            num_samps_for_norm=100,
        )
        return [(list(map(int, left)), list(map(int, right))) for left, right in stack[0]["final_alignments"]]

    return align


def bertalign(folder: Path) -> Callable[[Any], Beads]:
    """Liu and Zhu 2022, the defaults of ``Bertalign``."""
    # Its package loads a model on import, its core asks torch for a GPU: we need neither.
    package = types.ModuleType("bertalign")
    package.__path__ = [str(folder / "bertalign" / "bertalign")]
    torch = types.ModuleType("torch")
    torch.cuda = types.SimpleNamespace(is_available=lambda: False)  # type: ignore[attr-defined]  # a stand-in
    sys.modules.update(bertalign=package, torch=torch)
    import numpy as np

    core = import_module("bertalign.corelib")
    largest, top, window, skip = 5, 3, 5, -0.1

    def align(job: Any) -> Beads:
        source, target = job["source"][: largest - 1], job["target"][: largest - 1]
        left, right = job["source_lengths"], job["target_lengths"]
        n, m = source.shape[1], target.shape[1]
        distances, indexes = core.find_top_k_sents(source[0], target[0], k=top)
        kinds = core.get_alignment_types(2)
        width, path = core.find_first_search_path(n, m)
        pointers = core.first_pass_align(n, m, width, path, kinds, distances, indexes)
        first = core.first_back_track(n, m, pointers, path, kinds)
        kinds = core.get_alignment_types(largest)
        width, path = core.find_second_search_path(first, window, n, m)
        ratio = np.sum(left[0]) / np.sum(right[0])
        pointers = core.second_pass_align(
            source, target, left, right, width, path, kinds, ratio, skip, margin=True, len_penalty=True
        )
        found = core.second_back_track(n, m, pointers, path, kinds)
        return [(list(map(int, one)), list(map(int, other))) for one, other in found]

    return align


def main() -> None:
    """Read jobs, align each with every peer that is there, write beads and seconds of the processor."""
    folder = Path(sys.argv[1])
    jobs = pickle.load(sys.stdin.buffer)
    answers: dict[str, Any] = {}
    for name, make in (("vecalign", vecalign), ("bertalign", bertalign)):
        if not (folder / name).is_dir():
            continue
        align = make(folder)
        align(jobs[0])  # numba compiles at the first call
        started = time.process_time()
        answers[name] = {"beads": [align(job) for job in jobs], "seconds": time.process_time() - started}
    json.dump(answers, sys.stdout)


if __name__ == "__main__":
    main()
