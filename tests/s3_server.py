"""A stand-in for S3 on this machine: what PyArrow's client asks for, out of a dictionary. It looks at no signature.

``Bucket.refused`` makes a bucket answer with no permission, ``Bucket.breaks_after`` lets so many more writes through.
"""

from __future__ import annotations

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import ClassVar
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

DATE = "2026-01-01T00:00:00.000Z"


@dataclass
class Bucket:
    objects: dict[str, bytes] = field(default_factory=dict)
    refused: bool = False
    breaks_after: int | None = None
    written: list[str] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    buckets: ClassVar[dict[str, Bucket]] = {}
    uploads: ClassVar[dict[str, dict[int, bytes]]] = {}
    numbers: ClassVar[Iterator[int]] = count()
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def handle_one(self) -> None:
        address = urlsplit(self.path)
        name, _, key = unquote(address.path).lstrip("/").partition("/")
        query = {one: values[0] for one, values in parse_qs(address.query, keep_blank_values=True).items()}
        body = self.body()
        bucket = self.buckets.get(name)
        if bucket is None:
            return self.error(404, "NoSuchBucket")
        if bucket.refused:
            return self.error(403, "AccessDenied")
        if not key:
            return self.of_bucket(bucket, query, body)
        if self.command in ("PUT", "POST"):
            return self.write(bucket, key, query, body)
        if key not in bucket.objects:
            return self.error(404, "NoSuchKey")
        if self.command == "DELETE":
            del bucket.objects[key]
            return self.say(204)
        return self.read(bucket.objects[key])

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = handle_one  # noqa: N815 - the server's names

    def of_bucket(self, bucket: Bucket, query: dict[str, str], body: bytes) -> None:
        if "delete" in query:
            for key in re.findall(r"<Key>(.*?)</Key>", body.decode()):
                bucket.objects.pop(key, None)
            return self.say(200, b"<DeleteResult/>")
        if self.command == "HEAD":
            return self.say(200)
        prefix, delimiter = query.get("prefix", ""), query.get("delimiter", "")
        found = sorted(key for key in bucket.objects if key.startswith(prefix))
        folders = {
            prefix + key[len(prefix) :].split(delimiter)[0] + delimiter
            for key in found
            if delimiter and delimiter in key[len(prefix) :]
        }
        rows = [
            f"<Contents><Key>{escape(key)}</Key><LastModified>{DATE}</LastModified><ETag>&quot;{tag(bucket.objects[key])}"
            f"&quot;</ETag><Size>{len(bucket.objects[key])}</Size><StorageClass>STANDARD</StorageClass></Contents>"
            for key in found
            if not delimiter or delimiter not in key[len(prefix) :]
        ]
        rows += [f"<CommonPrefixes><Prefix>{escape(one)}</Prefix></CommonPrefixes>" for one in sorted(folders)]
        head = f"<Prefix>{escape(prefix)}</Prefix><KeyCount>{len(rows)}</KeyCount><IsTruncated>false</IsTruncated>"
        return self.say(200, f"<ListBucketResult>{head}{''.join(rows)}</ListBucketResult>".encode())

    def write(self, bucket: Bucket, key: str, query: dict[str, str], body: bytes) -> None:
        if "uploads" in query:
            number = f"upload-{next(self.numbers)}"
            self.uploads[number] = {}
            answer = f"<InitiateMultipartUploadResult><Key>{escape(key)}</Key><UploadId>{number}</UploadId>"
            return self.say(200, f"{answer}</InitiateMultipartUploadResult>".encode())
        if "partNumber" in query:
            self.uploads[query["uploadId"]][int(query["partNumber"])] = body
            return self.say(200, tag=tag(body))
        if bucket.breaks_after is not None:
            if bucket.breaks_after == 0:
                return self.error(403, "AccessDenied")
            bucket.breaks_after -= 1
        bucket.written.append(key)
        if "uploadId" in query:
            parts = self.uploads.pop(query["uploadId"])
            bucket.objects[key] = b"".join(parts[number] for number in sorted(parts))
            answer = f"<CompleteMultipartUploadResult><Key>{escape(key)}</Key><ETag>&quot;x-1&quot;</ETag>"
            return self.say(200, f"{answer}</CompleteMultipartUploadResult>".encode())
        bucket.objects[key] = body
        return self.say(200, tag=tag(body))

    def read(self, content: bytes) -> None:
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if not asked:
            return self.say(200, content, tag=tag(content))
        start, end = int(asked[1]), min(int(asked[2] or len(content)), len(content) - 1)
        return self.say(206, content[start : end + 1], tag=tag(content))

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            raw = b""
            while size := int(self.rfile.readline(), 16):
                raw += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if "aws-chunked" not in self.headers.get("Content-Encoding", ""):
            return raw
        made = b""
        while raw:
            size, _, raw = raw.partition(b"\r\n")
            length = int(size.split(b";")[0], 16)
            made, raw = made + raw[:length], raw[length + 2 :]
            if not length:
                break
        return made

    def error(self, status: int, code: str) -> None:
        text = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>"
        self.say(status, b"" if self.command == "HEAD" else text.encode())

    def say(self, status: int, body: bytes = b"", *, tag: str = "") -> None:
        self.send_response(status)
        if tag:
            self.send_header("ETag", f'"{tag}"')
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.send_header("Content-Type", "application/xml" if body[:1] == b"<" else "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def tag(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


@contextmanager
def serving(**buckets: Bucket) -> Iterator[str]:
    """Serve buckets by name; gives the address of the service."""
    Handler.buckets = buckets
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
