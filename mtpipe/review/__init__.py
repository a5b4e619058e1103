"""Station: review. Self-contained side-by-side pages, one an article, and an index of them.

>>> from mtpipe import review
>>> review.write_page(folder, article, signature=signature, settings=settings.review)  # doctest: +SKIP
"""

from mtpipe.review.files import INDEX_NAME, write_index, write_page
from mtpipe.review.listing import IndexRow, index, index_row
from mtpipe.review.names import page_name
from mtpipe.review.page import page

__all__ = ["INDEX_NAME", "IndexRow", "index", "index_row", "page", "page_name", "write_index", "write_page"]
