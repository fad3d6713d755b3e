"""Domains made to be taken for ours or a customer's (UTS 39, and what people really do with hyphens and typos)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agent.booking.desk import Desk
from agent.store import master
from parsers.mail.domains import looks_like, organisation, skeleton


@dataclass(frozen=True, slots=True)
class _Known:
    """The organisations that customers write from, prepared for comparing: built once an hour, not for each mail."""

    organisations: frozenset[str]
    by_shape: dict[str, str]
    labels: tuple[tuple[str, str], ...]  # first label, organisation


_cache: dict[tuple[str, int, datetime], _Known] = {}


def lookalike_of(desk: Desk, domain: str) -> str | None:
    """The domain of ours or of a customer that this one is taken for; None where it is none, or really is one."""
    asked = organisation(domain) or domain
    ours = [_organisation_of(own) for own in desk.settings.company.emails]
    known = _known(desk)
    if asked in ours or asked in known.organisations:
        return None
    label = asked.partition(".")[0]
    for own in ours:
        name = own.partition(".")[0]
        if looks_like(asked, own) or (len(name) >= 5 and label.startswith(f"{name}-")):
            return own
    if found := known.by_shape.get(skeleton(asked)):
        return found
    for name, one in known.labels:
        # The dear comparison only where length and one of the two ends leave a chance.
        near = abs(len(name) - len(label)) <= 1 and (name[:2] == label[:2] or name[-2:] == label[-2:])
        if near and looks_like(asked, one):
            return one
    return None


def _organisation_of(address: str) -> str:
    domain = address.rpartition("@")[2].casefold()
    return organisation(domain) or domain


def _known(desk: Desk) -> _Known:
    key = (
        str(desk.tx.engine.url),
        master.count_addresses(desk.tx),
        desk.now.replace(minute=0, second=0, microsecond=0),
    )
    if key not in _cache:
        found = frozenset(_organisation_of(one) for one in master.mail_domains(desk.tx))
        _cache.clear()
        _cache[key] = _Known(
            found, {skeleton(one): one for one in found}, tuple((one.partition(".")[0], one) for one in found)
        )
    return _cache[key]
