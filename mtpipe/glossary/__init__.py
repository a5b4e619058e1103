"""Names and terms: entries and their files, matching in Arabic, enforcement in English, the ledger."""

from mtpipe.glossary.enforce import Enforcer
from mtpipe.glossary.entries import Entry, Glossary
from mtpipe.glossary.ladder import REASONS
from mtpipe.glossary.ledger import ConsistencyScore, score
from mtpipe.glossary.match import Matcher
from mtpipe.glossary.mention import Match

__all__ = ["REASONS", "ConsistencyScore", "Enforcer", "Entry", "Glossary", "Match", "Matcher", "score"]
