from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from serve_sample import COOKIE, HOME, RUN, SECRET, client, draft, folder, place, reviewer, server
from serve_sample import store as opened
from starlette.testclient import TestClient

from mtpipe.review.serve import Store, guard
from mtpipe.review.serve.hosts import Hosts, is_loopback
from mtpipe.review.serve.sessions import LASTS, Session, Sessions


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("guard") / "out")


@pytest.fixture(scope="module")
def store(out: Path) -> Iterator[Store]:
    kept = opened(out)
    yield kept
    kept.close()


@pytest.fixture(scope="module")
def served(out: Path, store: Store) -> guard.Guard:
    return server(out, store)


@pytest.fixture(scope="module")
def muna(served: guard.Guard) -> TestClient:
    return reviewer(served, "Muna")


@pytest.fixture
def stranger(served: guard.Guard) -> TestClient:
    return client(served)


def asked(
    served: guard.Guard, path: bytes, cookie: str, *, method: str = "GET", messages: Sequence[dict[str, Any]] = ()
) -> tuple[int, bytes]:
    """Put a path to the server as a hostile client would: no library tidies it up on the way."""
    given = {"host": "127.0.0.1:8642", "cookie": f"{COOKIE}={cookie}"}
    from urllib.parse import unquote

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": unquote(path.decode("latin-1")),  # as uvicorn does
        "raw_path": path,
        "query_string": b"",
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 8642),
    }
    sent: list[Any] = []

    coming = iter(messages or [{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Any:
        message = next(coming, None)
        if message is None:
            await asyncio.Event().wait()  # the client stays and listens
        return message

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(served(scope, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent[1:])


@pytest.mark.parametrize(
    "path", ["/", "/pages/boats.html", "/assets/core.js", "/api/session", "/api/openapi.json", "/x"]
)
def test_nothing_is_shown_without_a_session(stranger: TestClient, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 401
    assert "boats" not in answer.text
    assert SECRET not in answer.text


def test_the_token_is_exchanged_for_a_cookie(stranger: TestClient) -> None:
    answer = stranger.get("/pages/boats.html", params={"token": SECRET})
    assert (answer.status_code, answer.headers["location"]) == (303, "./boats.html")
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=strict", "Path=/"))
    assert "Secure" not in cookie
    assert SECRET not in cookie
    page = stranger.get("/pages/boats.html")
    assert (page.status_code, page.text) == (200, "<!doctype html><title>boats</title>")


@pytest.mark.parametrize("token", ["", "x", SECRET[:-1], SECRET + "x", "ä", "\0"])
def test_another_token_is_none(stranger: TestClient, token: str) -> None:
    answer = stranger.get("/", params={"token": token})
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "//evil.example/..;/x", "/javascript:alert(1)"])
def test_no_path_leads_to_another_site(stranger: TestClient, path: str) -> None:
    answer = stranger.get(HOME + path, params={"token": SECRET})
    assert answer.headers["location"].startswith("./")
    assert not {"\\", ":"} & set(answer.headers["location"][2:].split("/")[0])


def test_cookies_of_others_are_none(served: guard.Guard, stranger: TestClient) -> None:
    good = Sessions(SECRET, run=RUN).write(Session("1", "Muna"))
    forged = Sessions("another secret", run=RUN).write(Session("1", "Muna"))
    elsewhere = Sessions(SECRET, run="another run").write(Session("1", "Muna"))
    cases = {
        good: 200,
        forged: 401,
        elsewhere: 401,
        good[:-1]: 401,
        "": 401,
        "x.y.z": 401,
        good.replace(".", "", 1): 401,
    }
    for cookie, status in cases.items():
        assert asked(served, b"/api/session", cookie)[0] == status, cookie


def test_a_session_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    import time

    sessions = Sessions(SECRET, run=RUN)
    cookie = sessions.write(Session("1", "Muna"))
    now = time.time()
    assert sessions.read(cookie) == Session("1", "Muna")
    monkeypatch.setattr(time, "time", lambda: now + LASTS + 5)
    assert sessions.read(cookie) is None


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8642", 200),
        ("127.0.0.1", 200),
        ("localhost:9000", 200),  # through a tunnel
        ("[::1]:8642", 200),
        ("LOCALHOST", 200),
        ("evil.example", 421),  # a name that was rebound to 127.0.0.1
        ("127.0.0.1.evil.example:8642", 421),
        ("localhost.evil.example", 421),
        ("10.0.0.7:8642", 421),
        ("user@127.0.0.1", 421),
        ("127.0.0.1:8642/x", 421),
        ("127.0.0.1:port", 421),
        ("[::1", 421),
        ("", 421),
    ],
)
def test_the_server_answers_to_its_own_names_only(muna: TestClient, host: str, status: int) -> None:
    answer = muna.get("/api/session", headers={"host": host, "cookie": f"{COOKIE}={muna.cookies[COOKIE]}"})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("names", "addresses", "host", "answers"),
    [
        ({"review.example"}, False, "review.example", True),
        ({"review.example"}, False, "Review.Example:443", True),
        ({"review.example"}, False, "10.0.0.7", False),
        (set(), True, "10.0.0.7:8642", True),
        (set(), True, "[fe80::1]:8642", True),
        (set(), True, "evil.example", False),
        (set(), False, "127.0.0.2", True),
    ],
)
def test_names_of_a_server_for_many(names: set[str], addresses: bool, host: str, answers: bool) -> None:
    assert Hosts(frozenset(names), addresses).answers(host) == answers


@pytest.mark.parametrize(
    ("host", "expected"), [("127.0.0.1", True), ("localhost", True), ("::1", True), ("0.0.0.0", False), ("::", False)]
)
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) == expected


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"origin": "http://localhost:8642", "host": "localhost:8642"}, 200),
        ({"x-csrf-token": ""}, 403),
        ({"x-csrf-token": "0" * 64}, 403),
        ({"x-csrf-token": "é"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),  # another server of the same machine
        ({"origin": "https://127.0.0.1:8642.evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "file://"}, 403),
        ({"origin": "ftp://127.0.0.1:8642"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"content-type": "text/plain"}, 415),
        ({"content-type": "application/x-www-form-urlencoded"}, 415),
        ({"content-length": "99999999"}, 413),
        ({"content-length": "-1"}, 413),
    ],
)
def test_changes_come_from_the_pages_of_the_review_only(
    muna: TestClient, store: Store, headers: dict[str, str], status: int
) -> None:
    # bytes, since a client could send them though httpx would not
    sent = {"content-type": "application/json", **headers}
    encoded = {name: value.encode() for name, value in sent.items()}
    before = store.sequence()
    answer = muna.post("/api/session", content=b'{"reviewer": "Muna"}', headers=encoded)
    assert answer.status_code == status
    assert store.sequence() == before


def test_the_token_of_another_session_changes_nothing(served: guard.Guard, muna: TestClient) -> None:
    omar = reviewer(served, "Omar")
    answer = omar.put(place("boats#p1"), json=draft(), headers={"x-csrf-token": muna.headers["x-csrf-token"]})
    assert answer.status_code == 403


PATHS = [
    b"/../run.json",
    b"/../../etc/passwd",
    b"/%2e%2e/run.json",
    b"/%2E%2E%2Frun.json",
    b"/..%2frun.json",
    b"/pages/..%2f..%2frun.json",
    b"/pages/%2e%2e/%2e%2e/run.json",
    b"/%252e%252e%252frun.json",
    b"/%252e%252e/run.json",
    b"/..%5crun.json",
    b"/..\\run.json",
    b"/....//run.json",
    b"//etc/passwd",
    b"/%2fetc/passwd",
    b"/%2Fetc%2Fpasswd",
    b"/file:///etc/passwd",
    b"/C:/Windows/win.ini",
    b"/%00",
    b"/index.html%00.js",
    b"/..%c0%af..%c0%afrun.json",
    b"/%uff0e%uff0e/run.json",
    b"/../review-of-others/index.html",
    b"/outside/index.html",
    b"/outside.json",
    b"/hosts",
    b"/loop",
    b"/.index.html.tmp",
    b"/%2eindex.html.tmp",
    b"/.mtpipe/review.sqlite",
    b"/../.mtpipe/review.sqlite",
    b"/pages",
    b"/pages/",
    b"/" + b"a" * 5000,
    b"/" + b"a/" * 3000,
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path[:40].decode())
def test_no_path_leads_out_of_the_review_folder(served: guard.Guard, out: Path, muna: TestClient, path: bytes) -> None:
    links = {"outside": out / "review-of-others", "outside.json": out / "run.json", "hosts": Path("/etc/hosts")}
    for name, target in {**links, "loop": out / "review" / "loop"}.items():
        if not (out / "review" / name).is_symlink():
            (out / "review" / name).symlink_to(target)
    status, body = asked(served, path, muna.cookies[COOKIE])
    assert status in (404, 405)
    assert b"outside" not in body
    assert b"root" not in body


def test_files_inside_are_served(served: guard.Guard, out: Path, muna: TestClient) -> None:
    cookie = muna.cookies[COOKIE]
    (out / "review" / "inside.html").unlink(missing_ok=True)
    (out / "review" / "inside.html").symlink_to(out / "review" / "index.html")
    for path in (b"/", b"/index.html", b"/pages/../index.html", b"/./index.html", b"/inside.html"):
        assert asked(served, path, cookie) == (200, b"<!doctype html><title>index</title>")
    assert muna.get("/assets/core.js").headers["content-type"].startswith("text/javascript")
    assert muna.post("/index.html", headers={"x-csrf-token": muna.headers["x-csrf-token"]}).status_code == 405


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything may be read by this user")
def test_a_file_that_may_not_be_read_is_none(out: Path, muna: TestClient) -> None:
    (out / "review" / "closed.html").touch(mode=0)
    assert muna.get("/closed.html").status_code in (403, 404)


@pytest.mark.parametrize(
    "path", ["/", "/pages/boats.html", "/assets/core.js", "/api/session", "/nothing", "/api/nothing"]
)
def test_every_answer_is_armed(muna: TestClient, stranger: TestClient, path: str) -> None:
    for answer in (muna.get(path), stranger.get(path)):
        headers = answer.headers
        policy = headers["content-security-policy"]
        assert "'unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert policy.startswith(("default-src 'self'", "default-src 'none'"))
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] in ("no-referrer", "same-origin")
        assert headers["cache-control"] in ("no-store", "no-cache")
        assert "access-control-allow-origin" not in headers


def test_a_link_of_another_site_is_followed_by_a_second_step(stranger: TestClient) -> None:
    led = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}
    answer = stranger.get("/pages/boats.html", headers=led)
    assert answer.status_code == 200
    assert 'http-equiv="refresh"' in answer.text
    assert stranger.get("/api/session", headers=led).status_code == 401
    assert stranger.get("/", headers={**led, "sec-fetch-site": "same-origin"}).status_code == 401


@pytest.fixture
def team(out: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setattr(guard, "PENALTY", 0.0)
    hosts = Hosts(frozenset(("review.example",)))
    browser = client(server(out, store, password=True, hosts=hosts))
    browser.base_url = "https://review.example"  # type: ignore[assignment]  # httpx takes a text
    browser.headers["origin"] = "https://review.example"
    return browser


def test_a_team_signs_in_with_name_and_password(team: TestClient) -> None:
    asking = team.get("/pages/boats.html")
    assert asking.status_code == 401
    assert '<input name="password" type="password"' in asking.text
    assert team.get("/", params={"token": SECRET}).status_code == 401  # there is no other way in
    wrong = team.post("/pages/boats.html", data={"reviewer": "Muna", "password": "guessed"})
    assert wrong.status_code == 401
    assert "not the password" in wrong.text
    assert "guessed" not in wrong.text
    answer = team.post("/pages/boats.html", data={"reviewer": "منى", "password": SECRET})
    assert (answer.status_code, answer.headers["location"]) == (303, "./boats.html")
    assert "Secure" in answer.headers["set-cookie"]
    assert team.get("/pages/boats.html").status_code == 200
    assert team.get("/api/session").json()["reviewer"] == "منى"


@pytest.mark.parametrize(
    ("form", "status"),
    [
        (b"", 401),
        (b"password=" + b"x" * 10_000, 401),
        (b"&".join(b"a%d=1" % number for number in range(100)), 401),
        (b"\xff\xfe=\xff", 401),
        (b"password=%FF%00", 401),
        (b"password=a+secret+of+some+length&reviewer=%00%0d%0aSet-Cookie:x", 303),
    ],
)
def test_hostile_sign_ins(team: TestClient, form: bytes, status: int) -> None:
    answer = team.post("/", content=form, headers={"content-type": "application/x-www-form-urlencoded"})
    assert answer.status_code == status
    assert answer.headers.get_list("set-cookie") == ([answer.headers["set-cookie"]] if status == 303 else [])


def test_a_sign_in_that_breaks_off_is_no_error(out: Path, store: Store) -> None:
    """What the server raises, it prints."""
    messages: list[dict[str, Any]] = [
        {"type": "http.request", "body": b"password=", "more_body": True},
        {"type": "http.disconnect"},
    ]
    assert asked(server(out, store, password=True), b"/", "", method="POST", messages=messages)[0] == 401


def test_a_form_of_another_site_signs_nobody_in(team: TestClient) -> None:
    for origin in ("https://evil.example", "null"):
        answer = team.post("/", data={"password": SECRET}, headers={"origin": origin})
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers


def test_too_many_guesses_at_once_are_sent_away(out: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_WAITING", 0)
    browser = client(server(out, store, password=True))
    assert browser.post("/", data={"password": SECRET}).status_code == 429
