"""Zip and tar: the same articles as from the plain folder; what no reader should follow is told and left."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from packing import COMPRESS, TEXT, TEXTS, articles, brief, results, tarred, texts, zipped

from mtpipe.article import Article
from mtpipe.intake import count, limits
from mtpipe.intake.names import tidy_id

PLAIN = TEXT.encode()
PACKED = {".zip": zipped, ".tar": tarred, ".tgz": lambda members: COMPRESS[".gz"](tarred(members))} | {
    f".tar{suffix}": (lambda members, pack=pack: pack(tarred(members))) for suffix, pack in COMPRESS.items()
}


def write(folder: Path, members: dict[str, bytes]) -> None:
    for name, content in members.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def essence(article: Article) -> tuple[object, ...]:
    return article.meta.encoding, article.meta.title, texts(article), [aside.text for aside in article.set_aside]


NAMES = st.from_regex(r"[a-cخبر0-2 _-]{1,8}(/[a-c ل]{1,5})?", fullmatch=True).filter(
    lambda name: all(part.strip() == part and part for part in name.split("/"))
)
CONTENTS = st.lists(st.sampled_from([*TEXTS, "خبر قصير", "المصدر: رويترز", "شارك"]), min_size=1, max_size=4).map(
    "\n\n".join
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    members=st.dictionaries(NAMES.map(lambda name: name + ".txt"), CONTENTS, min_size=1, max_size=6),
    encoding=st.sampled_from(["utf-8", "utf-16", "windows-1256"]),
    suffix=st.sampled_from(sorted(PACKED)),
)
def test_round_trip(tmp_path_factory, members: dict[str, str], encoding: str, suffix: str) -> None:
    folder = tmp_path_factory.mktemp("trip")
    content = {name: text.encode(encoding) for name, text in sorted(members.items())}
    (folder / "plain").mkdir()
    write(folder / "plain", content)
    (folder / f"a{suffix}").write_bytes(PACKED[suffix](content))
    plain, packed = results(folder / "plain"), results(folder / f"a{suffix}")
    assert brief(packed) == [f"a{suffix}/{line}" for line in brief(plain)]
    for one, other in zip(plain, packed, strict=True):
        if isinstance(one, Article) and isinstance(other, Article):
            assert essence(one) == essence(other)


@pytest.mark.parametrize("suffix", PACKED)
def test_every_reader_works_inside(tmp_path: Path, suffix: str, project: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    pq.write_table(pa.table({"id": ["p"], "text": [TEXT]}), out)
    page = (project / "examples/articles/science.html").read_bytes()
    members = {
        "a.txt": PLAIN,
        "b.txt.gz": COMPRESS[".gz"](PLAIN),
        "c.jsonl": b'{"id": "j", "text": "%s"}\n' % TEXT.replace("\n", "\\n").encode(),
        "d.csv.zst": COMPRESS[".zst"](f'id,text\nc,"{TEXT}"\n'.encode()),
        "e.parquet": out.getvalue(),
        "f.html": page,
    }
    (tmp_path / f"x{suffix}").write_bytes(PACKED[suffix](members))
    found = articles(tmp_path)
    assert [article.id for article in found] == [
        f"x{suffix}/a.txt",
        f"x{suffix}/b.txt.gz",
        "j",
        "c",
        "p",
        f"x{suffix}/f.html",
    ]
    assert found[0].meta.path == f"x{suffix}/a.txt"
    assert {article.text for article in found[:5]} == {TEXT}
    assert found[5].meta.author == "لمى الزعبي"
    assert count([tmp_path]) is None


MEMBERS = {
    "../up.txt": "unsafe-name",
    "a/../../up.txt": "unsafe-name",
    "/etc/x.txt": "unsafe-name",
    "C:\\x.txt": "unsafe-name",
    "..\\up.txt": "unsafe-name",
    "in.zip": "nested-archive",
    "in.tar.gz": "nested-archive",
    "good.txt": None,
    "notes.md": "",
    ".hidden.txt": "",
    ".git/x.txt": "",
    "__MACOSX/._good.txt": "",
    "folder/": "",
}


@pytest.mark.parametrize("suffix", [".zip", ".tar"])
def test_names(tmp_path: Path, suffix: str) -> None:
    members = {name: PLAIN for name in MEMBERS if suffix == ".zip" or ("\\" not in name and not name.endswith("/"))}
    (tmp_path / f"x{suffix}").write_bytes(PACKED[suffix](members))
    expected = [
        f"x{suffix}/{tidy_id(name.replace(chr(92), '/'))}" + (f": {MEMBERS[name]}" if MEMBERS[name] else "")
        for name in members
        if MEMBERS[name] != ""
    ]
    assert sorted(brief(results(tmp_path))) == sorted(expected)
    assert [path.name for path in tmp_path.rglob("*")] == [f"x{suffix}"], "nothing is unpacked"


def test_names_in_odd_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(tarred({"\udcff\udcfe.txt": PLAIN, "خ\nب.txt": PLAIN}, tarfile.GNU_FORMAT))
    # A zip of a tool that writes UTF-8 without saying so, and one in code page 437.
    raw = zipped({"XXXXXX.txt": PLAIN, "YY.txt": PLAIN})
    raw = raw.replace(b"XXXXXX", "خبر".encode()).replace(b"YY", b"\x80\x81")
    (tmp_path / "b.zip").write_bytes(raw)
    assert brief(results(tmp_path)) == [
        "a.tar/\\udcff\\udcfe.txt",
        "a.tar/خ_ب.txt",
        "b.zip/Çü.txt",
        "b.zip/خبر.txt",
    ]


def test_what_is_no_file_in_a_tar(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        for name, kind in (
            ("sym.txt", tarfile.SYMTYPE),
            ("hard.txt", tarfile.LNKTYPE),
            ("tty", tarfile.CHRTYPE),
            ("pipe.txt", tarfile.FIFOTYPE),
            ("folder.txt", tarfile.DIRTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
        info = tarfile.TarInfo("a.txt")
        info.size = len(PLAIN)
        archive.addfile(info, io.BytesIO(PLAIN))
    assert brief(results(tmp_path)) == [
        "x.tar/sym.txt: not-a-file",
        "x.tar/hard.txt: not-a-file",
        "x.tar/tty: not-a-file",
        "x.tar/pipe.txt: not-a-file",
        "x.tar/a.txt",
    ]


def test_a_link_in_a_zip(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        info = zipfile.ZipInfo("l.txt")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
        archive.writestr("m.txt", PLAIN)
    assert brief(results(tmp_path)) == ["x.zip/l.txt: not-a-file", "x.zip/m.txt"]


def test_encrypted_and_foreign_members(tmp_path: Path) -> None:
    raw = bytearray(zipped({"a.txt": PLAIN, "b.txt": PLAIN}, zipfile.ZIP_STORED))
    raw[6] |= 1  # the flag, in the local header and in the directory
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    (tmp_path / "x.zip").write_bytes(raw)
    (tmp_path / "y.zip").write_bytes(zipped({"c.txt": PLAIN}, zipfile.ZIP_BZIP2))
    assert brief(results(tmp_path)) == ["x.zip/a.txt: encrypted", "x.zip/b.txt", "y.zip/c.txt: unreadable"]


def test_names_that_come_twice(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "x.tar", "w") as archive:
        for text in (TEXT, TEXTS[0]):
            info = tarfile.TarInfo("a.txt")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    assert brief(results(tmp_path)) == ["x.tar/a.txt", "x.tar/a.txt: duplicate-id"]


def test_damage_costs_what_follows_in_a_tar(tmp_path: Path) -> None:
    whole = tarred({f"{number}.txt": PLAIN for number in range(9)})
    cuts = {"header": 3 * 1024 + 100, "member": 3 * 1024 + 600, "boundary": 3 * 1024, "end": 9 * 1024}
    for name, cut in cuts.items():
        path = tmp_path / f"{name}.tar"
        path.write_bytes(whole[:cut])
        read = brief(results(path))
        assert read[:3] == [f"{path.name}/{number}.txt" for number in range(3)]
        assert read[-1] == f"{path.name}: damaged"
    (tmp_path / "noise.tar").write_bytes(whole[:3072] + b"\x01" * 512 + whole[3584:])
    assert brief(results(tmp_path / "noise.tar"))[-1] == "noise.tar: damaged"


def test_damage_costs_its_member_in_a_zip(tmp_path: Path) -> None:
    raw = bytearray(zipped({f"{number}.txt": PLAIN for number in range(3)}))
    raw[raw.index(b"1.txt") + 20] ^= 0xFF
    (tmp_path / "x.zip").write_bytes(raw)
    assert brief(results(tmp_path)) == ["x.zip/0.txt", "x.zip/1.txt: damaged", "x.zip/2.txt"]
    (tmp_path / "x.zip").write_bytes(raw[: len(raw) // 2])
    assert brief(results(tmp_path)) == ["x.zip: damaged"]


@pytest.mark.parametrize("name", ["x.zip", "x.tar", "x.tgz"])
@pytest.mark.parametrize("content", [b"", b"no archive at all", bytes(10_000), PLAIN * 50])
def test_what_is_no_archive(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    found = brief(results(tmp_path))
    members = name == "x.tar" and content == bytes(10_000)  # zeros are a tar without members
    assert found == [f"{name}: no-article" if members else f"{name}: damaged"]


def test_headers_without_an_end(tmp_path: Path) -> None:
    """Long names and extended headers of a stated gigabyte are not read into memory."""
    for form in (tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
        path = tmp_path / f"{form}.tar"
        path.write_bytes(tarred({"a" * (limits.HEADERS + 1000) + ".txt": PLAIN}, form))
        assert brief(results(path)) == [f"{path.name}: damaged"]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_damage_is_told(tmp_path_factory, data: st.DataObject) -> None:
    """Whatever is flipped or cut, reading ends, with articles and failures; nothing else is raised."""
    suffix = data.draw(st.sampled_from(sorted(PACKED)))
    raw = bytearray(PACKED[suffix]({"a.txt": PLAIN, "b.jsonl": b'{"text": "x"}\n', "c.txt": PLAIN}))
    for place in data.draw(st.lists(st.integers(0, len(raw) - 1), max_size=4)):
        raw[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damage") / f"x{suffix}"
    path.write_bytes(raw[: data.draw(st.integers(0, len(raw)))])
    brief(results(path))
