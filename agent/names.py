"""TXT records by DNS, for DKIM keys. The home of dnspython."""

from __future__ import annotations

from collections.abc import Callable

_SECONDS = 4.0
_BYTES_MAX = 8_000


def txt_lookup(servers: tuple[str, ...] = ()) -> Callable[[str], bytes | None]:
    """A function that gives the TXT record of a name; `servers` are `host` or `host:port` instead of the system's.

    None where there is none, or it cannot be asked for now: what cannot be proved is not proved.
    """
    import dns.exception
    import dns.nameserver
    import dns.resolver

    resolver = dns.resolver.Resolver(configure=not servers)
    if servers:
        resolver.nameservers = [dns.nameserver.Do53Nameserver(*_address(one)) for one in servers]
    resolver.lifetime = _SECONDS

    def txt_of(name: str) -> bytes | None:
        try:
            answer = resolver.resolve(name, "TXT", search=False)
        except (dns.exception.DNSException, OSError, ValueError):
            return None
        records = [b"".join(one.strings) for one in answer]
        # Several records at one name are undefined (RFC 6376, 3.6.2.2).
        return records[0][:_BYTES_MAX] if len(records) == 1 else None

    return txt_of


def _address(server: str) -> tuple[str, int]:
    host, colon, port = server.rpartition(":")
    return (host, int(port)) if colon and port.isdigit() and "]" not in port and host.count(":") == 0 else (server, 53)
