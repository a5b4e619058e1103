"""What all tests share: where the project and the data beside it lie."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Before torch is imported: on the tiny models of the tests a second thread costs more than it brings, four times as
# much beside another busy process.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# Time decides no test: a machine may be busy.
settings.register_profile("mtpipe", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("mtpipe")

PROJECT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("MTPIPE_SHARED", PROJECT.parent / "shared"))


@pytest.fixture(scope="session")
def project() -> Path:
    return PROJECT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of development data beside the checkout; a test that needs it is skipped where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip(f"needs the development data in {SHARED} (set MTPIPE_SHARED)")
    return SHARED
