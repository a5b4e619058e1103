"""Two things at a time: while the engine is at a window, the one before is measured, written and committed.

The engine stays in the caller's thread, so that Ctrl-C stops it as it always did; a second thread does the rest, one
thing after another, so that windows are finished in order and by one hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from mtpipe.archive import rescue
from mtpipe.archive.line import Line
from mtpipe.archive.rescue import Recall, Rescued
from mtpipe.archive.windows import Item
from mtpipe.errors import ArticleError

Finish = Callable[[list[Item], Rescued], None]


def work(line: Line, windows: Iterable[list[Item]], recall: Recall, finish: Finish) -> None:
    """Put windows through a line and hand each over to ``finish``, in order, in the second thread.

    Raises what ``rescue.translate``, ``rescue.measure`` and ``finish`` raise. Whatever is raised while the engine is
    at a window or while one is read, the window before it is finished first; after an error in that, none is.
    """
    helper = ThreadPoolExecutor(1, thread_name_prefix="finishing")
    waiting: list[Future[None]] = []

    def conclude(items: list[Item], rescued: Rescued) -> None:
        rescue.measure(line, rescued)
        finish(items, rescued)

    def wait() -> None:
        while waiting:
            waiting.pop().result()

    try:
        for items in windows:
            articles = [item for item in items if not isinstance(item, ArticleError)]
            for article in articles:  # one by one, so that an interrupt waits for one
                helper.submit(line.prepare, [article])  # what fails here fails in ``measure`` again
            rescued = rescue.translate(line, articles, recall)
            wait()  # no more than one window lies translated and not yet written
            waiting.append(helper.submit(conclude, items, rescued))
    finally:
        try:
            wait()
        finally:
            helper.shutdown(cancel_futures=True)
