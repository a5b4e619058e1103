from __future__ import annotations

import os
import pty
import select
import subprocess
from collections.abc import Mapping

import pytest

ODD = (
    b"",
    "مرحبا\r".encode(),
    "مرحبا\rأهلا\r\rشكرا\r".encode(),
    "مرحبا\f\v\x1c\x1d\x1e\x85\u2028\u2029أهلا".encode(),
    "لا\0نعم".encode(),
    b"\0",
    b"\xff\xfe\xd9",
    b"\xd9\x85",
    b"\xed\xa0\x80",  # half of a surrogate pair
    "\ufeffمرحبا".encode(),
    "\u200b".encode(),
    "\u200f\u200e".encode(),
    "\u00a0".encode(),
    "جاء الوزير. ذهب الوزير! أين هو؟".encode(),
    "مرحبا 😀".encode(),
    "<b>مرحبا</b> &amp; ⦅x⦆ ▁".encode(),
    "كلمة ".encode() * 20_000,
)
"""Lines that other programs cut, join, drop or choke on."""


def lines(raw: bytes) -> int:
    return len(raw.removesuffix(b"\n").split(b"\n")) if raw else 0


@pytest.mark.parametrize(
    "raw",
    [b"", b"\n", b"\n\n\n", "مرحبا".encode(), "مرحبا\n".encode(), "\n\nمرحبا".encode(), "مرحبا\r\nأهلا\r\n".encode()],
)
def test_as_many_lines_out_as_in(mtpipe, no_model: list[str], raw: bytes) -> None:
    ended = mtpipe("translate", *no_model, given=raw)
    assert ended.code == 0, ended.words
    assert ended.out.count(b"\n") == lines(raw)
    assert b"\r" not in ended.out


def test_whatever_the_lines_hold(mtpipe, no_model: list[str]) -> None:
    raw = b"".join(line + f"\nسطر {number}\n".encode() for number, line in enumerate(ODD))
    ended = mtpipe("translate", *no_model, given=raw)
    assert ended.code == 0, ended.words
    # Not cut at LF alone: a reader that knows more line ends must count the same.
    assert ended.out.decode().splitlines()[1::2] == [f"سطر {number}" for number in range(len(ODD))]


def test_lines_keep_their_places(mtpipe, no_model: list[str]) -> None:
    raw = "".join(f"سطر {number}\n" if number % 3 else "\n" for number in range(700))
    assert mtpipe("translate", *no_model, given=raw.encode()).out.decode() == raw


def test_whatever_the_lines_hold_with_the_model(mtpipe) -> None:
    raw = b"\n".join(line[:300] for line in ODD)
    ended = mtpipe("translate", given=raw)
    assert ended.code == 0, ended.words
    assert ended.out.count(b"\n") == lines(raw)
    targets = ended.out.decode().removesuffix("\n").split("\n")
    for line, target in zip(raw.split(b"\n"), targets, strict=True):
        assert bool(target) <= bool(line)
    assert targets.count("") < len(targets) / 2
    # What is not data stands on stderr: the device, and once that the model is small, with the flag for a full one.
    assert ended.words.splitlines()[0].startswith("device: ")
    assert ended.words.count("small-ar-en") == ended.words.count("--model ") == 1


def test_quiet_says_nothing(mtpipe, no_model: list[str]) -> None:
    ended = mtpipe("translate", "--quiet", *no_model, given="مرحبا\n".encode())
    assert (ended.code, ended.out.decode(), ended.words) == (0, "مرحبا\n", "")


def test_glossary_holds(mtpipe, no_model: list[str], tmp_path) -> None:
    names = tmp_path / "names.csv"
    names.write_text("source,target,variants\nالرقة,Raqqa,Raqa\n")
    misspelt = ["--set", "translate.command=[sed, 's/.*/He came to Raqa./']"]
    ended = mtpipe("translate", *no_model, *misspelt, "--glossary", names, given="وصل إلى الرقة.\n".encode())
    assert ended.out.decode() == "He came to Raqqa.\n"


def test_who_types_a_line_gets_its_translation_before_the_end(
    environment: Mapping[str, str], argv: list[str], no_model: list[str]
) -> None:
    keyboard, terminal = pty.openpty()
    with subprocess.Popen(
        [*argv, "translate", *no_model],
        stdin=terminal,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=dict(environment),
    ) as process:
        os.close(terminal)
        assert process.stdout
        try:
            for line in ("أولا\n", "ثانيا\n"):
                os.write(keyboard, line.encode())
                assert select.select([process.stdout], [], [], 60)[0], "no answer in a minute"
                assert os.read(process.stdout.fileno(), 1000).decode() == line
            os.write(keyboard, b"\x04")
            assert process.wait(60) == 0
        finally:
            process.kill()
            os.close(keyboard)
