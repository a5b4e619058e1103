"""Under which names a server answers: a page of another name that was led to our address (DNS rebinding) gets nothing.

A name in ``Host`` can be anybody's; an address can't be rebound, since no name server is asked for it.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Hosts:
    """The names that are ours, lower case, beside localhost; ``addresses`` says whether any IP address is."""

    names: frozenset[str] = frozenset()
    addresses: bool = False

    def answers(self, host: str) -> bool:
        """Tell whether a ``Host`` header names us. Its port is free: an SSH tunnel has another one."""
        name = _name(f"//{host}")
        if name is None:
            return False
        return name == "localhost" or name in self.names or is_loopback(name) or (self.addresses and _is_address(name))

    def same_origin(self, origin: str, host: str) -> bool:
        """Tell whether an ``Origin`` header is that of our own pages, which were asked for under ``host``.

        A proxy may write another ``Host``; then the public name must be one of ours.
        """
        parts = urlsplit(origin) if _name(origin) else None
        if parts is None or parts.scheme not in ("http", "https"):  # "null": a sandbox, a file
            return False
        return parts.netloc.lower() == host.lower() or (parts.hostname or "") in self.names


def is_loopback(host: str) -> bool:
    """Tell whether an address, or ``localhost``, is reached from this machine alone."""
    return host == "localhost" or (_is_address(host) and ipaddress.ip_address(host).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _name(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.username is not None or parts.path not in ("", "/"):
        return None
    return parts.hostname
