"""How the embedded Arabic-English model is trained: ``python -m models.training STEP --config ...`` (see README.md)."""
