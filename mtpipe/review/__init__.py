"""Station: review. Side-by-side pages, one an article, an index of them, and what reviewers decide.

>>> from mtpipe import review
>>> review.write_page(folder, article, signature=signature, settings=settings.review)  # doctest: +SKIP
"""

from mtpipe.review.charts import Pace
from mtpipe.review.figures import read as figures_of
from mtpipe.review.files import (
    INDEX_NAME,
    remove_leftovers,
    suggestions_of,
    write_index,
    write_page,
    write_run,
    write_window,
)
from mtpipe.review.listing import IndexRow, index, index_row
from mtpipe.review.names import page_name
from mtpipe.review.page import page
from mtpipe.review.serve import held_decisions, mark_applied

__all__ = [
    "INDEX_NAME",
    "IndexRow",
    "Pace",
    "figures_of",
    "held_decisions",
    "index",
    "index_row",
    "mark_applied",
    "page",
    "page_name",
    "remove_leftovers",
    "suggestions_of",
    "write_index",
    "write_page",
    "write_run",
    "write_window",
]
