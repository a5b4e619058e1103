"""Another program as an engine: what it answers, and every way in which it can fail."""

from __future__ import annotations

import ast
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mtpipe.errors import ModelError, UsageError
from mtpipe.settings import TranslateSettings
from mtpipe.translate import Translator, open_translator
from mtpipe.translate.command import CommandTranslator

READ = "import sys\nlines = sys.stdin.buffer.read().decode().split('\\n')[:-1]\nout = sys.stdout.buffer\n"
MIRROR = READ + "out.write(''.join(f'{n} {line[::-1]}\\n' for n, line in enumerate(lines)).encode())\n"


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., CommandTranslator]:
    """A function that makes an engine of a Python program."""

    def make(code: str, **settings: object) -> CommandTranslator:
        path = tmp_path / "program.py"
        path.write_text(code, encoding="utf-8")
        return CommandTranslator(TranslateSettings(engine="command", command=(sys.executable, str(path)), **settings))

    return make


def texts(engine: Translator, segments: list[str]) -> list[str]:
    return [found.best.text for found in engine.translate(segments)]


def test_answers_keep_their_order(program: Callable[..., CommandTranslator]) -> None:
    segments = [f"جملة {number}" for number in range(500)]
    assert texts(program(MIRROR), segments) == [f"{n} {s[::-1]}" for n, s in enumerate(segments)]


def test_blank_segments_are_not_sent(program: Callable[..., CommandTranslator]) -> None:
    assert texts(program(MIRROR), ["", "abc", "  ", "def", ""]) == ["", "0 cba", "", "1 fed", ""]


def test_without_segments_the_program_is_not_run(program: Callable[..., CommandTranslator]) -> None:
    engine = program("raise SystemExit(1)")
    assert texts(engine, []) == []
    assert texts(engine, ["", " "]) == ["", ""]


@pytest.mark.parametrize("inside", ["\n", "\r\n", "\r", "\u2028", "\x85", "\t"])
def test_a_segment_is_one_line(program: Callable[..., CommandTranslator], inside: str) -> None:
    assert texts(program(MIRROR), [f"ab{inside}cd", "ef"]) == ["0 dc ba", "1 fe"]


@pytest.mark.parametrize("inside", ["\u2028", "\x0c", "\x85", "\x1e", "\r"])
def test_only_line_feeds_end_an_answer(program: Callable[..., CommandTranslator], inside: str) -> None:
    answer = f"one{inside}two".encode()
    assert texts(program(READ + f"[out.write({answer!r} + b'\\n') for _ in lines]"), ["a", "b"]) == ["one two"] * 2


def test_windows_line_ends(program: Callable[..., CommandTranslator]) -> None:
    assert texts(program(READ + "[out.write(b'x\\r\\n') for _ in lines]"), ["a", "b"]) == ["x", "x"]


def test_no_line_feed_after_the_last_answer(program: Callable[..., CommandTranslator]) -> None:
    assert texts(program(READ + "out.write(b'\\n'.join(b'x' for _ in lines))"), ["a", "b"]) == ["x", "x"]


def test_an_empty_answer_is_an_empty_translation(program: Callable[..., CommandTranslator]) -> None:
    assert texts(program(READ + "out.write(b'x\\n\\ny\\n')"), ["a", "b", "c"]) == ["x", "", "y"]
    assert texts(program(READ + "out.write(b'x\\n\\n')"), ["a", "b"]) == ["x", ""]


def test_bytes_that_are_no_text_are_seen_and_flagged(program: Callable[..., CommandTranslator], tmp_path: Path) -> None:
    engine = program(READ + "[out.write(b'caf\\xe9\\n') for _ in lines]")
    assert texts(engine, ["مقهى"]) == ["caf\ufffd"]
    command = (sys.executable, str(tmp_path / "program.py"))
    guarded = open_translator(TranslateSettings(engine="command", command=command))
    assert guarded.translate(["مقهى"])[0].flags == ("garbled",)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (READ + "out.write(b'only one\\n')", r"2 lines in, 1 out"),
        (READ + "[out.write(b'x\\ny\\n') for _ in lines]", r"2 lines in, 4 out"),
        ("", r"2 lines in, 1 out"),
        ("import sys\nsys.stderr.write('loading\\nno weights\\n')\nsys.exit(7)", r"exit code 7 \(no weights\)"),
        (READ + "[out.write(b'x\\n') for _ in lines]\nout.flush()\nsys.exit(3)", r"exit code 3 \(no message\)"),
        ("import sys\nsys.stderr.buffer.write(b'\\xff\\xfe')\nsys.exit(1)", r"exit code 1"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", r"exit code -9"),
    ],
)
def test_failures(program: Callable[..., CommandTranslator], code: str, said: str) -> None:
    with pytest.raises(ModelError, match=said) as caught:
        program(code).translate(["واحد", "اثنان"])
    assert "\n" not in str(caught.value)


def test_a_program_that_does_not_read_is_no_deadlock(program: Callable[..., CommandTranslator]) -> None:
    many = ["كلمة " * 50] * 5000  # more than any pipe holds
    assert texts(program("print('x\\n' * 4999 + 'x')"), many) == ["x"] * 5000


def test_timeout_ends_the_program_and_its_children(tmp_path: Path) -> None:
    child = tmp_path / "child"
    script = tmp_path / "wrapper.sh"
    script.write_text(f"sleep 300 &\necho $! > {child}\nwait\n")
    settings = TranslateSettings(engine="command", command=("sh", str(script)), batch_timeout=1.0)
    started = time.monotonic()
    with pytest.raises(ModelError, match=r"no end after 1 s for 1 lines"):
        CommandTranslator(settings).translate(["واحد"])
    assert time.monotonic() - started < 30
    number = int(child.read_text())
    for _ in range(100):
        if not alive(number):
            break
        time.sleep(0.05)
    assert not alive(number)


def alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{number}/stat")  # where nobody reaps orphans, a dead one stays as a zombie
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_programs_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no program named"):
        CommandTranslator(TranslateSettings(engine="command"))
    for name in ("no-such-program", str(tmp_path / "absent"), str(tmp_path)):
        with pytest.raises(ModelError, match=r"not found or not executable"):
            CommandTranslator(TranslateSettings(engine="command", command=(name,)))


def test_a_file_that_is_no_program(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(b"\x7fELF but no more")
    path.chmod(0o755)
    engine = CommandTranslator(TranslateSettings(engine="command", command=(str(path),)))
    with pytest.raises(ModelError, match=r"can't be run \(Exec format error\)"):
        engine.translate(["واحد"])


def test_device_and_signature(program: Callable[..., CommandTranslator], tmp_path: Path) -> None:
    engine = program(MIRROR)
    assert engine.device == "external"
    command = (sys.executable, str(tmp_path / "program.py"))
    others = [CommandTranslator(TranslateSettings(engine="command", command=c)) for c in (command, (*command, "-v"))]
    assert engine.signature == others[0].signature != others[1].signature


def test_the_guard_asks_once_more_in_halves_only(tmp_path: Path) -> None:
    """A program decodes as it likes: the same question would have the same answer."""
    log = tmp_path / "log"
    code = READ + f"open({str(log)!r}, 'a').write(repr(lines) + '\\n')\n[out.write(b'\\n') for _ in lines]"
    path = tmp_path / "program.py"
    path.write_text(code, encoding="utf-8")
    engine = open_translator(TranslateSettings(engine="command", command=(sys.executable, str(path))))
    assert engine.translate(["وصل الوفد إلى الرقة أمس"])[0].flags == ("empty",)
    asked = [ast.literal_eval(line) for line in log.read_text(encoding="utf-8").splitlines()]
    assert asked == [["وصل الوفد إلى الرقة أمس"], ["وصل الوفد", "إلى الرقة أمس"]]
