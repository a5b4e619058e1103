"""Any external program as an engine: a segment a line in, its translation a line out."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Sequence

from mtpipe.errors import ModelError, UsageError
from mtpipe.settings import TranslateSettings
from mtpipe.signature import Signature, digest
from mtpipe.translate.base import Decoding, Hypotheses, Hypothesis


class CommandTranslator:
    """Runs the program once per call; it must answer every line with exactly one line, in order.

    It has no scores (0.0), no n-best and no attention; its decoding is its own business.
    """

    def __init__(self, settings: TranslateSettings) -> None:
        """Find the program. Raises ``UsageError`` where none is named, ``ModelError`` where it is not there."""
        if not settings.command:
            raise UsageError("engine command: no program named. Set translate.command: [program, argument, ...].")
        self._command = list(settings.command)
        program = shutil.which(self._command[0])
        if program is None:
            raise ModelError(
                f"engine command: program {self._command[0]!r} is not found or not executable. "
                "Name it by its path in translate.command."
            )
        self._timeout = settings.batch_timeout
        shown = digest(*self._command)
        self._signature = Signature((("model", self._command[0]), ("command", shown)))

    @property
    def signature(self) -> Signature:
        """The program's name and a hash of the command line: what it does is beyond our knowledge."""
        return self._signature

    @property
    def device(self) -> str:
        """Where it runs is its own business."""
        return "external"

    def translate(
        self,
        segments: Sequence[str],
        *,
        n_best: int = 1,
        attention: bool = False,
        decoding: Decoding | None = None,
    ) -> list[Hypotheses]:
        """See ``Translator``. Raises ``ModelError`` where the program fails, hangs or miscounts."""
        filled = [segment for segment in segments if segment.strip()]
        answers = iter(self._run(filled) if filled else [])
        return [Hypotheses((Hypothesis(next(answers) if segment.strip() else "", 0.0),)) for segment in segments]

    def _run(self, lines: list[str]) -> list[str]:
        shown = shlex.join(self._command)
        try:
            code, output, errors = self._communicate("".join(f"{' '.join(line.split())}\n" for line in lines).encode())
        except subprocess.TimeoutExpired as error:
            raise ModelError(
                f"{shown}: no end after {self._timeout:g} s for {len(lines)} lines. "
                "Raise translate.batch_timeout if it is only slow."
            ) from error
        except OSError as error:
            raise ModelError(f"{shown}: can't be run ({error.strerror}).") from error
        if code != 0:
            last = (errors.decode(errors="replace").strip().splitlines() or ["no message"])[-1]
            raise ModelError(f"{shown}: exit code {code} ({last}).")
        # Not splitlines(): a program may answer with form feeds or U+2028 inside a line.
        # What is no UTF-8 becomes U+FFFD, which the guard flags: one bad byte is no reason to stop a night's run.
        answers = output.decode("utf-8", errors="replace").removesuffix("\n").split("\n")
        if len(answers) != len(lines):
            raise ModelError(f"{shown}: {len(lines)} lines in, {len(answers)} out. It must answer line by line.")
        return [" ".join(answer.split()) for answer in answers]

    def _communicate(self, data: bytes) -> tuple[int, bytes, bytes]:
        pipe = subprocess.PIPE
        # A session of its own, ended as a whole: the children of a wrapper script would live on, holding the device.
        with subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True) as process:
            try:
                output, errors = process.communicate(data, timeout=self._timeout)
            except BaseException:  # an interrupt from the keyboard does not reach another session by itself
                _end(process)
                raise
        return process.returncode, output, errors


def _end(process: subprocess.Popen[bytes]) -> None:
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
