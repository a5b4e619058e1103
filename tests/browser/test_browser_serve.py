"""Reviewers at a server, each in a browser of their own: names, saves, a conflict, the news of others, an end."""

from __future__ import annotations

import os
import re
import runpy
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser_site import SIGNATURE, Watched, page_of, ready
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from mtpipe import review
from mtpipe.article import TranslatedArticle

pytestmark = pytest.mark.browser

sample = runpy.run_path(str(Path(__file__).parents[1] / "review" / "serve_sample.py"))
PASSWORD = "correct horse battery"


@dataclass
class Served:
    """A server that runs."""

    process: subprocess.Popen[str]
    url: str
    out: Path

    @property
    def root(self) -> str:
        return self.url.partition("?")[0].rstrip("/")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory, boats: TranslatedArticle) -> Path:
    made: Path = sample["finished"](tmp_path_factory.mktemp("serve") / "out", boats, SIGNATURE)
    return made


@contextmanager
def serving(out: Path, *options: str, **env: str) -> Iterator[Served]:
    command = [sys.executable, "-m", "mtpipe", "review", "serve", str(out), "--port", "0", *options]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **env})
    try:
        assert process.stderr
        url = process.stderr.readline().strip()
        assert url.startswith("http"), url
        yield Served(process, url, out)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def served(out: Path) -> Iterator[Served]:
    with serving(out) as started:
        yield started


@contextmanager
def reviewer(browser: Browser, served: Served, boats: TranslatedArticle, name: str) -> Iterator[Watched]:
    """A reviewer who has opened the address that was printed, and then the article, and has given a name."""
    context = browser.new_context()
    try:
        watched = Watched(context.new_page())
        watched.page.goto(served.url)
        ready(watched.page)
        assert "token" not in watched.page.url
        watched.page.goto(served.root + "/pages/" + page_of(served.out / "review" / "index.html", boats).name)
        ready(watched.page)
        field = watched.page.get_by_label("Your name")
        field.fill(name)
        with watched.page.expect_response("**/api/session") as named:
            field.press("Enter")
        assert named.value.json()["reviewer"] == name
        yield watched
    finally:
        context.close()


def deaf(context: BrowserContext) -> None:
    """Cut a reviewer off from the news of others, as a bad line does."""
    context.route("**/api/events*", lambda route: route.abort())
    for page in context.pages:
        page.reload()
        ready(page)


def write(watched: Watched, number: int, text: str) -> Any:
    """Write at the end of a paragraph's first sentence, and return the server's answer."""
    page = watched.page
    with page.expect_response(lambda answer: answer.request.method == "PUT") as answered:
        page.locator(f"#p{number} .en .s").first.click()
        page.keyboard.press("Control+End")
        page.keyboard.type(text)
        page.keyboard.press("Enter")
    return answered.value


def first(out: Path, number: int) -> dict[str, Any]:
    held = review.held_decisions(out)
    assert held is not None
    (record,) = [one for one in held.paragraphs if one.paragraph.endswith(f"#p{number}")]
    return {"text": record.ties[0].text, "reviewer": record.reviewer, "revision": record.revision}


def test_a_conflict_is_shown_and_nothing_is_overwritten(
    browser: Browser, served: Served, boats: TranslatedArticle
) -> None:
    with reviewer(browser, served, boats, "منى") as muna, reviewer(browser, served, boats, "Omar") as omar:
        deaf(omar.page.context)
        assert write(muna, 2, " Muna's.").status == 200
        assert write(omar, 2, " Omar's.").status == 409
        told = omar.page.locator(".conflict")
        expect(told).to_contain_text("Muna's.")
        expect(told).to_contain_text("Omar's.")
        time = told.locator("time")
        expect(time).to_have_attribute("datetime", re.compile(r"^\d{4}-\d\d-\d\dT.*Z$"))
        expect(time).to_have_text(re.compile(r"\d{4}, \d{1,2}:\d\d"))  # of the reader's own clock
        held = first(served.out, 2)
        assert held["text"].endswith("Muna's.")
        assert (held["reviewer"], held["revision"]) == ("منى", 1)
        with omar.page.expect_response(lambda answer: answer.request.method == "PUT") as answered:
            told.get_by_role("button", name="Save mine instead").click()
        assert answered.value.status == 200
        assert first(served.out, 2)["text"].endswith("Omar's.")
        assert first(served.out, 2)["revision"] == 2
        expect(muna.page.locator("#p2 .en")).to_contain_text("Omar's.")  # who may hear sees it come
        assert muna.complaints == []


def open_names(page: Page, english: str) -> Locator:
    """The sheet that settles a name, filled in."""
    page.get_by_role("button", name="Fix a name…").click()
    sheet = page.get_by_role("dialog", name="Fix a name everywhere")
    sheet.get_by_label("Arabic name").fill("البندقية")
    sheet.get_by_label("Right English").fill(english)
    return sheet


def settled(out: Path) -> list[tuple[str, str]]:
    held = review.held_decisions(out)
    assert held is not None
    return [(term.target, term.reviewer) for term in held.terms]


def test_a_name_that_a_colleague_settled_is_not_overwritten_unseen(
    browser: Browser, served: Served, boats: TranslatedArticle
) -> None:
    with reviewer(browser, served, boats, "Muna") as muna, reviewer(browser, served, boats, "Omar") as omar:
        hers, his = open_names(muna.page, "Venice"), open_names(omar.page, "Venezia")
        hers.get_by_role("button", name="Keep the name").click()
        expect(hers).to_be_hidden()
        his.get_by_role("button", name="Keep the name").click()
        expect(his.locator(".trouble")).to_contain_text("Not kept: Muna has made it “Venice” meanwhile")
        assert settled(served.out) == [("Venice", "Muna")]
        his.get_by_role("button", name="Keep the name").click()  # having read that
        expect(his).to_be_hidden()
        assert settled(served.out) == [("Venezia", "Omar")]


def test_what_was_saved_is_there_again(browser: Browser, served: Served, boats: TranslatedArticle) -> None:
    with reviewer(browser, served, boats, "Huda") as huda:
        assert write(huda, 3, " Huda's.").status == 200
        huda.page.reload()
        ready(huda.page)
        expect(huda.page.locator("#p3 .en")).to_contain_text("Huda's.")
        assert huda.page.get_by_label("Your name").input_value() == "Huda"
        assert huda.complaints == []
        assert not [url for url in huda.requests if not url.startswith(served.root)]


def test_scripts_of_others_do_not_run_where_it_is_served(
    browser: Browser, served: Served, boats: TranslatedArticle
) -> None:
    with reviewer(browser, served, boats, "Huda") as huda:
        ran = huda.page.evaluate(
            "() => { const script = document.createElement('script'); script.textContent = 'window.ran = true';"
            " document.body.append(script); return window.ran === true; }"
        )
        assert ran is False
        assert "owned" not in huda.page.title()


def test_a_server_that_ended_is_told_and_the_text_stays(browser: Browser, out: Path, boats: TranslatedArticle) -> None:
    with serving(out) as brief, reviewer(browser, brief, boats, "Huda") as huda:
        brief.process.kill()
        brief.process.wait()
        page = huda.page
        page.locator("#p4 .en .s").first.click()
        page.keyboard.press("Control+End")
        page.keyboard.type(" Not lost.")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_contain_text("Not saved")
        expect(page.locator("#p4 .en")).to_contain_text("Not lost.")
        page.get_by_role("button", name="Download").click()
        expect(page.locator(".news")).to_contain_text("Nothing was downloaded")


def test_a_team_signs_in_from_a_link_of_another_site(browser: Browser, out: Path) -> None:
    with serving(out, MTPIPE_REVIEW_PASSWORD=PASSWORD) as team:
        context = browser.new_context()
        try:
            page = context.new_page()
            page.goto(team.url)
            page.get_by_label("Your name").fill("Huda")
            page.get_by_label("Password").fill("not the password")
            page.keyboard.press("Enter")
            expect(page.get_by_role("alert")).to_contain_text("not the password")
            page.get_by_label("Your name").fill("Huda")
            page.get_by_label("Password").fill(PASSWORD)
            page.keyboard.press("Enter")
            ready(page)
            assert page.evaluate("document.cookie") == ""  # out of reach of scripts
            # A link in a mail: the strict cookie is not sent with it, and the second step brings it.
            page.goto("data:text/html,<a href='" + team.url + "'>review</a>")
            page.get_by_role("link").click()
            ready(page)
        finally:
            context.close()


def test_the_index_has_its_pictures(browser: Browser, served: Served) -> None:
    context = browser.new_context()
    try:
        watched = Watched(context.new_page())
        watched.page.goto(served.url)
        ready(watched.page)
        expect(watched.page.locator("#chart-throughput svg")).to_be_visible()  # it comes by a script of its own
        pictures = watched.page.get_by_role("figure").get_by_role("img")
        names = [pictures.nth(number).get_attribute("aria-labelledby") for number in range(pictures.count())]
        assert names == [f"chart-{name}-t chart-{name}-d" for name in ("scores", "flags", "terms", "throughput")]
        colours = [one.evaluate("bar => getComputedStyle(bar).fill") for one in watched.page.locator("rect.bar").all()]
        assert "rgb(0, 0, 0)" not in colours  # the style sheet has reached them
        assert watched.complaints == []
    finally:
        context.close()
