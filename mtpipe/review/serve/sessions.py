"""Who may come in: a secret that is shown once, and the signed sessions that it is exchanged for.

The secret is the random token of the address that is printed, or a team's password. A session is a cookie signed with
a key made of the secret (itsdangerous), so that a server which was killed knows its reviewers again when it has the
same password. Names are what people call themselves; the session's number tells two of the same name apart.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from typing import Final

from mtpipe.review.decisions import LONGEST_NAME

LASTS: Final = 7 * 24 * 3600
"""Seconds after which a session must be opened anew."""

# RFC 7914 with the cost that OWASP's password storage sheet gives as least for 16 MiB: a guess costs tens of ms.
_COST: Final = {"n": 2**14, "r": 8, "p": 1}


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that has shown the secret. ``reviewer`` is "" until a name was given."""

    number: str
    reviewer: str = ""


class Sessions:
    """Opens, signs and reads sessions."""

    def __init__(self, secret: str, *, run: str) -> None:
        from itsdangerous import URLSafeTimedSerializer

        self._secret = secret.encode()
        self._key = hashlib.scrypt(self._secret, salt=f"mtpipe review {run}".encode(), **_COST)
        self._serializer = URLSafeTimedSerializer(self._key, salt="session")

    def opens(self, given: str) -> bool:
        """Tell, in a time that does not depend on how much of it is right, whether this is the secret."""
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self._secret)

    def new(self, reviewer: str = "") -> Session:
        """Return a session with a number of its own."""
        return Session(secrets.token_hex(8), reviewer[:LONGEST_NAME])

    def named(self, session: Session, reviewer: str) -> Session:
        """Return the session under another name."""
        return replace(session, reviewer=reviewer)

    def write(self, session: Session) -> str:
        """Return the value of the cookie."""
        return str(self._serializer.dumps([session.number, session.reviewer]))

    def read(self, cookie: str | None) -> Session | None:
        """Return the session of a cookie; None where it is missing, not ours, or older than ``LASTS``."""
        from itsdangerous import BadData

        try:
            number, reviewer = self._serializer.loads(cookie or "", max_age=LASTS)
        except BadData:
            return None
        return Session(number, reviewer)

    def csrf(self, session: Session) -> str:
        """Return what a script of ours sends with each change; another site's can't read it."""
        return hmac.digest(self._key, f"csrf {session.number}".encode(), "sha256").hex()

    def proves(self, session: Session, given: str) -> bool:
        """Tell whether this is the session's CSRF token."""
        return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self.csrf(session).encode())
