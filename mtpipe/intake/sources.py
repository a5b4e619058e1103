"""What is read, in which order, under which ids: named files, folders, globs and standard input."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Final

from mtpipe.errors import ArticleError, UsageError
from mtpipe.intake import limits, remote
from mtpipe.intake.clean import clean
from mtpipe.intake.folder import files
from mtpipe.intake.names import KNOWN, Codec, Form, Kind, form, is_hidden, readable, tidy_id
from mtpipe.intake.places import Places
from mtpipe.intake.streams import inflated

STDIN: Final = "-"
_WILD: Final = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Source:
    """Bytes to read, and how: a file, standard input, or a member of an archive.

    ``id`` is that of its article, or the beginning of its articles' ids. ``shown`` is what messages and data call it:
    as given, never absolute. ``path`` is the same for the data, None for standard input. ``open`` gives the bytes,
    decompressed; whoever opens closes. A member (``inside``) can be opened once, while its archive stands at it.
    ``named`` is a file that the user has named, not one that was found in a folder or an archive.
    """

    kind: Kind
    id: str
    shown: str
    path: str | None
    open: Callable[[], BinaryIO]
    inside: bool = False
    named: bool = False


def find(inputs: Sequence[str | Path], stdin: BinaryIO | None = None) -> Generator[Source | ArticleError, None, None]:
    """Return the files that the inputs name, each once, in the order of the inputs; inside a folder by name.

    The order of names is that of their code points, the same on every machine. Raises ``UsageError`` at once for an
    input that does not exist, has an unknown extension, or holds nothing that can be read; what is found unreadable
    further down comes as an ``ArticleError``, as a value.
    """
    if not inputs:
        raise UsageError("no input: name files, folders, globs, or - for standard input.")
    return _each_once([_resolve(os.fspath(given), stdin) for given in inputs])


def count(inputs: Sequence[str | Path]) -> int | None:
    """Return how many articles the inputs hold; None where a table or an archive is among them, which only reading
    could tell.
    """
    number = 0
    with closing(find(inputs)) as sources:
        for source in sources:
            if isinstance(source, Source) and source.kind not in ("txt", "html", "docx"):
                return None
            number += 1
    return number


def member(archive: Source, name: str, found: Form, stream: Callable[[str], BinaryIO]) -> Source:
    """Return the source of an archive's member; ``stream``, told what to call it, gives its bytes as they lie there."""
    name = name.removeprefix("./")
    shown = f"{archive.shown}/{clean(readable(name))}"
    opened = partial(_open, partial(stream, shown), found.codec, shown)
    return Source(found.kind, f"{archive.id}/{tidy_id(name)}", shown, shown, opened, inside=True)


_Found = tuple[str, Source | ArticleError]
"""What tells a file from another (its real path), and the file."""


def _each_once(found: list[Iterator[_Found]]) -> Generator[Source | ArticleError, None, None]:
    with closing(Places()) as places:
        for place, source in chain.from_iterable(found):
            # The same file by two ways (a folder, and a file in it) is one article, not a duplicate.
            if places.claim(place, "") is None:
                yield source


def _resolve(given: str, stdin: BinaryIO | None) -> Iterator[_Found]:
    if given == STDIN:
        return iter([(STDIN, Source("txt", "stdin", "standard input", None, lambda: _read_in(stdin), named=True))])
    if not given:  # Path("") is the current folder: mtpipe run "$UNSET" would translate all that lies there
        raise UsageError("an input has no name. Name files, folders, globs, or - for standard input.")
    if remote.is_url(given):
        return _remote(given)
    path = Path(given)
    try:
        if path.is_dir():
            return _at_least_one(_folder(path), f"{readable(given)}: holds no file that can be read; known: {KNOWN}.")
        if path.exists() or path.is_symlink():  # a broken link is told when it is read
            return iter([_named(path)])
        if _WILD.search(given):
            return _at_least_one(_glob(given), f"{given}: matches no file that can be read; known: {KNOWN}.")
    except (OSError, ValueError) as error:  # a name that is too long, or holds a null; ** beside letters
        why = getattr(error, "strerror", None) or error
        raise UsageError(f"{readable(given)}: cannot be looked up ({why}). Check the path.") from error
    raise UsageError(f"{given}: there is no such file or folder. Check the path.")


def _read_in(stdin: BinaryIO | None) -> BinaryIO:
    """Return what stands in standard input, up to more than an article may have; closing it leaves the input open."""
    return io.BytesIO((stdin or sys.stdin.buffer).read(limits.ARTICLE + 1))


def _at_least_one(found: Iterator[_Found], otherwise: str) -> Iterator[_Found]:
    first = next(found, None)
    if first is None:
        raise UsageError(otherwise)
    return chain([first], found)


def _named(path: Path) -> _Found:
    found = form(path.name)
    if found is None:
        what = path.suffix or "files without extension"
        raise UsageError(f"{path}: cannot read {what}; known: {KNOWN}.")
    return _file(path, path.name, found, named=True)


def _file(path: Path, relative: str, found: Form, *, named: bool = False) -> _Found:
    shown = clean(readable(relative if path.is_absolute() else path.as_posix()))
    opened = partial(_open, lambda: path.open("rb"), found.codec, shown)
    return os.path.realpath(path), Source(found.kind, tidy_id(relative), shown, shown, opened, named=named)


def _open(stream: Callable[[], BinaryIO], codec: Codec | None, shown: str) -> BinaryIO:
    return inflated(stream(), codec, shown)


def _folder(folder: Path) -> Iterator[_Found]:
    for relative, found in files(folder):
        if isinstance(found, ArticleError):
            yield f"{folder}/{relative}", found
        else:
            yield _file(folder / relative, relative, found)


def _glob(pattern: str) -> Iterator[_Found]:
    # Ids are relative to the part before the first wild card, as they are to a folder.
    parts = Path(pattern).parts
    fixed = next(number for number, part in enumerate(parts) if _WILD.search(part))
    root = Path(*parts[:fixed])
    matches = (match.relative_to(root) for match in root.glob("/".join(parts[fixed:])) if match.is_file())
    names = sorted(match.as_posix() for match in matches if form(match.name) and not is_hidden(match.parts))
    for name in names:
        yield _file(root / name, name, form(name) or Form("txt"))


def _remote(url: str) -> Iterator[_Found]:
    """Find what a URL names: a file, all below a folder, what a glob matches."""
    store, path = remote.located(url)
    nothing = f"{url}: holds no file that can be read; known: {KNOWN}."
    with remote.told(url):
        if _WILD.search(path):
            parts = path.split("/")
            fixed = next(number for number, part in enumerate(parts) if _WILD.search(part))
            root = "/".join(parts[:fixed])
            return _at_least_one(_below(url, store, root, store.glob(path)), nothing)
        if not url.endswith("/") and store.isfile(path):
            name = path.rpartition("/")[2]
            found = form(name)
            if found is None:
                raise UsageError(
                    f"{url}: cannot read {Path(name).suffix or 'files without extension'}; known: {KNOWN}."
                )
            return iter([_stored(url, store, path, name, found, named=True)])
        paths = store.find(path)
        if not paths and not store.exists(path):
            what = "file or folder" if store.exists(path.partition("/")[0]) else "bucket or folder"
            raise UsageError(f"{url}: there is no such {what}. Check the address.")
        return _at_least_one(_below(url, store, path, paths), nothing)


def _below(url: str, store: Any, root: str, paths: Sequence[str]) -> Iterator[_Found]:
    root = root.strip("/")
    names = sorted(path.strip("/").removeprefix(root).strip("/") for path in paths)
    for name in names:
        found = form(name)
        if found and not is_hidden(tuple(name.split("/"))):
            yield _stored(url, store, f"{root}/{name}".lstrip("/"), name, found)


def _stored(url: str, store: Any, path: str, name: str, found: Form, *, named: bool = False) -> _Found:
    place = f"{remote.scheme(url)}://{path.lstrip('/')}"
    shown = clean(readable(place))
    opened = partial(_open, partial(remote.opened, store, path), found.codec, shown)
    return place, Source(found.kind, tidy_id(name), shown, shown, opened, named=named)
