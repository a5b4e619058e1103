"""``mtpipe review``: what people decided about a dataset, and the way back into it."""

from __future__ import annotations

import typer

app = typer.Typer(help="Bring reviewers' decisions back into the data.", no_args_is_help=True)
