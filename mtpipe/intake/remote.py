"""Files of object stores and other places that a URL names: S3 and GCS by Arrow's own clients, others by fsspec.

PyArrow, which is here anyway, brings clients for both stores; fsspec, which ``datasets`` brings, is the one interface
to them and to whatever else is installed (``memory://``, ``az://`` with adlfs, ...).
"""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, BinaryIO, Final, cast

from mtpipe.errors import UsageError

BUFFER: Final = 1 << 20
"""Bytes that are asked of a store at a time."""

_URL: Final = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_ADVICE: Final = {
    "s3": "Check the name, and who you are: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or ~/.aws; another service "
    "than Amazon's needs AWS_ENDPOINT_URL",
    "gs": "Check the name, and who you are: GOOGLE_APPLICATION_CREDENTIALS",
}


def is_url(given: str) -> bool:
    """Tell a URL from a path (``c:\\\\articles`` is one)."""
    return _URL.match(given) is not None


def scheme(url: str) -> str:
    """Return ``s3`` of ``s3://bucket/articles``; of several names for a store, the usual one."""
    found = url.partition("://")[0].lower()
    return {"s3a": "s3", "s3n": "s3", "gcs": "gs"}.get(found, found)


def located(url: str) -> tuple[Any, str]:
    """Return the file system (fsspec's) of a URL, and the path in it. Raises ``UsageError``."""
    import fsspec
    from fsspec.implementations.arrow import ArrowFSWrapper

    kind, path = scheme(url), url.partition("://")[2].strip("/")
    if kind in _ADVICE and not path:
        raise UsageError(f"{url}: names no bucket. Write {kind}://bucket/folder.")
    try:
        if kind == "s3":
            return ArrowFSWrapper(_s3()), path
        if kind == "gs":
            return ArrowFSWrapper(_gcs()), path
        found, path = fsspec.core.url_to_fs(url)
        return found, path
    except ImportError as error:
        raise UsageError(f"{url}: {error}. Install that, or copy the files here.") from error
    except (ValueError, OSError) as error:
        raise UsageError(f"{url}: {_line(error)}. Check the address.") from error


@contextmanager
def told(url: str) -> Iterator[None]:
    """Say in a line what a store refuses. Raises ``UsageError``."""
    try:
        yield
    except (OSError, ValueError) as error:
        text = _line(error)
        why = next((words for sign, words in _REASONS.items() if sign in text), text.rstrip("."))
        raise UsageError(f"{url}: {why}. {_ADVICE.get(scheme(url), 'Check the address')}.") from error


_REASONS: Final = {
    "NO_SUCH_BUCKET": "there is no such bucket",
    "NoSuchBucket": "there is no such bucket",
    "ACCESS_DENIED": "no permission",
    "AccessDenied": "no permission",
    "PERMISSION_DENIED": "no permission",
    "HTTP status 403": "no permission",
    "HTTP response code: 403": "no permission",
    "NETWORK_CONNECTION": "the store can't be reached",
}
"""What stores and their clients call the common ones."""


def opened(files: Any, path: str) -> BinaryIO:
    """Open a file to read; it can be read out of order."""
    arrow = getattr(files, "fs", None)  # Arrow's own file is more of one than fsspec's cover of it
    return cast(BinaryIO, io.BufferedReader(arrow.open_input_file(path), BUFFER) if arrow else files.open(path, "rb"))


@cache
def _s3() -> Any:
    from pyarrow.fs import S3FileSystem

    endpoint = next((os.environ[name] for name in _ENDPOINTS if os.environ.get(name)), "")
    where, separator, host = endpoint.partition("://")
    if not separator:
        return S3FileSystem(endpoint_override=endpoint or None, allow_bucket_creation=False)
    return S3FileSystem(endpoint_override=host.rstrip("/"), scheme=where, allow_bucket_creation=False)


@cache
def _gcs() -> Any:
    from pyarrow.fs import GcsFileSystem

    return GcsFileSystem()


def _line(error: Exception) -> str:
    return " ".join(str(error).split())
