"""The files of the review folder, and no other file."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from starlette.staticfiles import StaticFiles


def pages(folder: Path) -> StaticFiles:
    """Return what serves the files of a folder: not beyond it by any path or link, and nothing hidden."""
    from starlette.exceptions import HTTPException
    from starlette.staticfiles import StaticFiles

    # A machine's own table may call scripts plain text; with nosniff, browsers would not run them.
    mimetypes.add_type("text/javascript", ".js")
    mimetypes.add_type("text/css", ".css")

    class Pages(StaticFiles):
        async def get_response(self, path: str, scope: Any) -> Any:
            # Hidden files are what a run that writes beside us has not finished.
            if any(part.startswith(".") and part != "." for part in Path(path).parts):
                raise HTTPException(404)
            try:
                response = await super().get_response(path, scope)
            except OSError as error:  # a loop of links
                raise HTTPException(404) from error
            except HTTPException as error:  # 401 is how it calls a file that may not be read
                raise HTTPException(404 if error.status_code == 401 else error.status_code) from error
            response.headers["cache-control"] = "no-cache"  # pages are written anew when decisions are applied
            return response

    return Pages(directory=folder, html=True)
