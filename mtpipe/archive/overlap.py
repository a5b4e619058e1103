"""Two things at a time: while the engine is at a window, the one before is measured, and this one's sources are.

The engine stays in the caller's thread, so that Ctrl-C stops it as it always did, and so does all that writes; a
second thread computes. Windows are finished in order, one by one, whatever the threads do.
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
    """Put windows through a line and hand each over to ``finish``, in order.

    Raises what ``rescue.translate`` and ``rescue.measure`` raise. Whatever is raised while the engine is at a window
    or while one is read, the window before it is finished first.
    """
    helper = ThreadPoolExecutor(1, thread_name_prefix="measuring")
    waiting: list[tuple[list[Item], Rescued, Future[None]]] = []

    def finish_waiting() -> None:
        while waiting:
            items, rescued, measured = waiting.pop()
            measured.result()
            finish(items, rescued)

    try:
        for items in windows:
            articles = [item for item in items if not isinstance(item, ArticleError)]
            for article in articles:  # one by one, so that an interrupt waits for one
                helper.submit(line.prepare, [article])  # what fails here fails in ``measure`` again
            rescued = rescue.translate(line, articles, recall)
            finish_waiting()
            waiting.append((items, rescued, helper.submit(rescue.measure, line, rescued)))
    finally:
        try:
            finish_waiting()
        finally:
            helper.shutdown(cancel_futures=True)
