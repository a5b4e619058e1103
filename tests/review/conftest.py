from __future__ import annotations

import pytest
from review_sample import boats

from mtpipe.article import TranslatedArticle


@pytest.fixture(scope="session")
def article() -> TranslatedArticle:
    return boats()
