"""Metrics that live in an environment of their own, such as COMET: asked through a command.

unbabel-comet wants an older transformers than ours, so it can't be imported. The command gets a JSON object a line,
``{"src": ..., "mt": ..., "ref": ...}``, COMET's own names, and answers a number a line.
"""

from __future__ import annotations

import json
import math
import shlex
import subprocess
from collections.abc import Sequence

from mtpipe.errors import UsageError
from mtpipe.quality.testset import TestSet


def ask(command: str, data: TestSet, translations: Sequence[str]) -> list[float]:
    """Return the command's score of each segment.

    Raises ``UsageError`` where it can't be started, fails, or answers anything but a number for each segment.
    """
    lines = [
        json.dumps({"src": source, "mt": translation, "ref": reference}, ensure_ascii=False)
        for source, translation, reference in zip(data.sources, translations, data.references, strict=True)
    ]
    try:
        arguments = shlex.split(command)
        done = subprocess.run(arguments, input="\n".join([*lines, ""]).encode(), capture_output=True, check=False)
    except (OSError, ValueError, IndexError) as error:
        raise UsageError(f"--metric-command {command!r}: can't be started ({error}).") from error
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().rpartition("\n")[2] or "it said nothing"
        raise UsageError(f"--metric-command {command!r}: ended with code {done.returncode} ({told}).")
    answers = done.stdout.decode(errors="replace").split()
    try:
        scores = [float(answer) for answer in answers]
    except ValueError as error:
        raise UsageError(f"--metric-command {command!r}: answered what is no number ({error}).") from error
    if len(scores) != len(lines) or not all(map(math.isfinite, scores)):
        raise UsageError(
            f"--metric-command {command!r}: answered {len(scores)} numbers for {len(lines)} segments. "
            "It must print one finite number for each line that it reads."
        )
    return scores
