"""The exception family and the exit codes.

An error of this family is a sentence for the user: what was wrong, where (file, line, field) and what to do. The
command line prints it as one line and ends with the ``exit_code``; ``--debug`` shows the traceback as well.
"""

from __future__ import annotations

from typing import ClassVar, Final

EXIT_OK: Final = 0
EXIT_LEFT_OUT: Final = 1
EXIT_USAGE: Final = 2
EXIT_MODEL: Final = 3
EXIT_SOME_FAILED: Final = 4
EXIT_INTERNAL: Final = 70  # EX_SOFTWARE of sysexits.h
EXIT_INTERRUPTED: Final = 130  # 128 + SIGINT, as shells count


class MtpipeError(Exception):
    """Base of all errors that are told to the user."""

    exit_code: ClassVar[int] = EXIT_INTERNAL


class UsageError(MtpipeError):
    """A setting, an argument, a glossary or an input that can't be used; found before any work is done."""

    exit_code = EXIT_USAGE


class ModelError(MtpipeError):
    """A model, an engine or a device that can't be used."""

    exit_code = EXIT_MODEL


class DeviceMemoryError(ModelError):
    """A device without memory for a single segment: a matter of that segment, the engine may go on with others."""


class StuckError(ModelError):
    """An engine that gives no answer: the run has to end, whatever it was working on."""


class ArticleError(MtpipeError):
    """An article that can't be read or translated: it goes to ``failed.jsonl`` and the run goes on.

    ``reason`` is a short stable code in kebab case ("empty-file"), the message says the rest. ``article_id`` names
    the article, or the place where one was expected.
    """

    exit_code = EXIT_SOME_FAILED

    def __init__(self, article_id: str, reason: str, message: str) -> None:
        super().__init__(message)
        self.article_id = article_id
        self.reason = reason
