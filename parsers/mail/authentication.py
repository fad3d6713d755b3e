"""Whether a mail's sender was proved, as the one trusted server of ours wrote it down (RFC 8601, RFC 7489).

Anybody can write an Authentication-Results header. One counts: the topmost that bears our own server's id, and only
where no mail system of another organisation has handled the mail since it was written. Everything that is unclear is
"not passed": the mail then goes to a person, it is not lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from agent.domain.documents import MailFacts
from parsers.mail.domains import a_label, organisation, same_organisation
from parsers.mail.headers import Headers, split_message
from parsers.mail.signatures import TxtOf, verified

_METHODS_MAX = 60
# Warnings under which the author that people see and the one that was authenticated may be two.
_DOUBTS = (
    "multiple_from", "no_from", "group_from", "display_name_address", "malformed_address", "comment_in_address", "source_route",
    "encoded_address", "quoted_local_part", "hidden_characters", "mixed_script_domain", "confusable_domain", "no_address",
    "several_headers", "reply_to_lookalike",
)  # fmt: skip
_RECEIVED_BY = re.compile(r"\bby\s+([A-Za-z0-9._-]{1,253})", re.IGNORECASE)
_TOKENS = re.compile(r'"((?:[^"\\]|\\.){0,2000})"|([^\s;="()]+)|([;=])|(\s+)')


@dataclass(frozen=True, slots=True)
class Authentication:
    """The verdict on a sender: `domain` is the one that was proved, `reason` says in words why it is as it is."""

    passed: bool
    method: str  # dmarc | dkim | spf | none
    domain: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class _Result:
    """One method's result: `dkim=pass header.d=example.com`."""

    method: str
    result: str
    properties: dict[str, str]


def verdict(
    facts: MailFacts, data: bytes, *, authserv_id: str | None, txt_of: TxtOf | None = None, now: datetime | None = None
) -> Authentication:
    """Return whether the sender of a mail is proved by the trusted server `authserv_id` (None: none is trusted).

    Where no verdict of that server is found, DKIM signatures are verified here, if `txt_of` tells keys; a verdict of it
    stands, also one that refuses.
    """
    if doubt := _doubt(facts):
        return _refused(doubt)
    domain = facts.from_address.rpartition("@")[2].lower() if facts.from_address else ""
    if organisation(domain) is None:
        return _refused(f"{domain or 'the sender'} is no domain that anybody could prove")
    value, why = None, "no server is named whose authentication results are trusted (authserv_id)"
    if authserv_id and authserv_id.strip():
        value, why = _trusted_header(split_message(data)[0], authserv_id.strip().lower())
    if value is None:
        if txt_of is None or now is None:
            return _refused(why)
        signed = verified(data, domain, txt_of, now)
        return Authentication(
            signed.domain is not None,
            "dkim" if signed.domain else "none",
            signed.domain,
            signed.reason if signed.domain else f"{why}; {signed.reason}",
        )
    results = _results(value)
    if results is None:
        return _refused("the trusted Authentication-Results header cannot be read")
    return _judged(results, domain)


def _refused(reason: str) -> Authentication:
    return Authentication(False, "none", None, reason)


def _doubt(facts: MailFacts) -> str | None:
    for warning in facts.warnings:
        if warning.partition(":")[0] in _DOUBTS:
            return f"the sender cannot be told for certain ({warning})"
    return None if facts.from_address else "the mail names no single sender"


def _trusted_header(headers: Headers, authserv_id: str) -> tuple[str | None, str]:
    """Return the value of the topmost header of our server behind its id, else None and the reason."""
    hops: list[str] = []
    first_seen = True
    for name, value in headers.fields:
        if name == "received":
            hops.append(_receiver(value))
        elif name == "authentication-results":
            found, rest = _identified(value)
            nameless = found is None and first_seen and _is_our_exchange(hops, authserv_id)
            first_seen = False
            if found == authserv_id or nameless:
                stranger = _stranger(hops, authserv_id)
                if stranger:
                    return None, f"the header of {authserv_id} stands below a hop of {stranger}: it may be forged"
                return rest, ""
    return None, f"no Authentication-Results header of {authserv_id}"


def _receiver(received: str) -> str:
    """Return the host that wrote a Received header, "" where it names none."""
    found = _RECEIVED_BY.search(_without_comments(received) or "")
    return (found[1].lower().strip(".") if found else "")[:253]


def _stranger(hops: list[str], authserv_id: str) -> str | None:
    """Return the first hop above the header that is neither our server's nor the delivering organisation's."""
    known = {organisation(authserv_id), organisation(hops[0]) if hops else None} - {None}
    for host in hops:
        of = organisation(host) if re.search(r"[a-z]", host.rpartition(".")[2]) and "." in host else None
        if of is not None and of not in known and not host.endswith((".local", ".internal", ".lan", ".localdomain")):
            return host
    return None


def _is_our_exchange(hops: list[str], authserv_id: str) -> bool:
    """Return whether the server above is the named one: Exchange Online writes its results without an id."""
    return bool(hops) and same_organisation(hops[-1], authserv_id)


def _identified(value: str) -> tuple[str | None, str]:
    """Return the id of the server in lower case, None where the header has none, and what follows."""
    plain = _without_comments(value)
    if plain is None:
        return "", ""
    head, _, rest = plain.partition(";")
    if "=" in head:
        return None, plain
    tokens = head.replace('"', " ").split()
    # An id may be followed by a version number and by nothing else.
    if not tokens or len(tokens) > 2 or (len(tokens) == 2 and not tokens[1].isdigit()):
        return "", ""
    return tokens[0].lower(), rest


def _without_comments(value: str) -> str | None:
    """Return the header without comments (they may nest and hold anything), None where one never ends."""
    result: list[str] = []
    depth, quoted, index = 0, False, 0
    while index < len(value):
        char = value[index]
        if char == "\\" and (quoted or depth):
            if quoted:
                result.append(value[index : index + 2])
            index += 2
            continue
        if char == '"' and not depth:
            quoted = not quoted
        if not quoted and char == "(":
            depth += 1
        elif not quoted and char == ")" and depth:
            depth -= 1
            result.append(" ")
        elif not depth:
            result.append(char)
        index += 1
    return None if depth or quoted else "".join(result)


def _results(text: str) -> list[_Result] | None:
    """Return the results that a header lists; None where it is not of the form of RFC 8601 2.2."""
    found: list[_Result] = []
    for statement in _statements(text)[: _METHODS_MAX + 1]:
        pairs = _pairs(statement)
        if pairs is None:
            return None
        if not pairs:
            continue
        method, result = pairs[0]
        properties: dict[str, str] = {}
        for name, value in pairs[1:]:
            properties.setdefault(name, value)
        found.append(_Result(method.partition("/")[0], result.lower(), properties))
    return found if len(found) <= _METHODS_MAX else None


def _statements(text: str) -> list[list[tuple[str, str]]]:
    """Return the tokens of each statement; a semicolon in a quoted string parts nothing."""
    statements: list[list[tuple[str, str]]] = [[]]
    position = 0
    while position < len(text):
        found = _TOKENS.match(text, position)
        if found is None:
            return [[("?", "?")]]
        position = found.end()
        if found[3] == ";":
            statements.append([])
        elif found[3] == "=":
            statements[-1].append(("=", "="))
        elif found[1] is not None:
            statements[-1].append(("quoted", found[1]))
        elif found[2]:
            statements[-1].append(("word", found[2]))
    return statements


def _pairs(tokens: list[tuple[str, str]]) -> list[tuple[str, str]] | None:
    """Return name and value of each `name=value`; bare words between them say nothing ("none" alone, "action none")."""
    pairs: list[tuple[str, str]] = []
    index = 0
    while index < len(tokens):
        kind, text = tokens[index]
        if kind == "?" or (kind == "=" and not pairs):
            return None
        if index + 2 < len(tokens) and tokens[index + 1][0] == "=" and tokens[index + 2][0] != "=":
            if kind == "quoted":
                return None
            value = tokens[index + 2][1]
            pairs.append((text.lower(), value))
            index += 3
        else:
            index += 1
    return pairs


def _judged(results: list[_Result], domain: str) -> Authentication:
    dmarc = [r for r in results if r.method == "dmarc"]
    for result in dmarc:
        proved = _domain_of(result.properties.get("header.from")) or domain
        if result.result in ("fail", "softfail", "quarantine", "reject"):
            return _refused(f"dmarc={result.result} for {proved}")
        if result.result == "pass" and not same_organisation(proved, domain):
            return _refused(f"dmarc=pass is for {proved}, the mail says it comes from {domain}")
    if dmarc and all(r.result == "pass" for r in dmarc):
        return Authentication(True, "dmarc", domain, f"dmarc=pass for {domain}")
    return _aligned(results, domain, "dmarc=" + dmarc[0].result if dmarc else "no dmarc result")


def _aligned(results: list[_Result], domain: str, without: str) -> Authentication:
    """Judge by a signature or path of the same organisation, where the domain publishes no policy (RFC 7489 3.1)."""
    for method, names in (("dkim", ("header.d", "header.i")), ("spf", ("smtp.mailfrom", "smtp.mail", "smtp.from"))):
        for result in results:
            if result.method != method or result.result != "pass":
                continue
            proved = next((d for n in names if (d := _domain_of(result.properties.get(n)))), None)
            if same_organisation(proved, domain):
                return Authentication(
                    True, method, proved, f"{method}=pass for {proved}, aligned with {domain} ({without})"
                )
    return _refused(f"{without}, and no dkim or spf pass is aligned with {domain}")


def _domain_of(value: str | None) -> str | None:
    if not value:
        return None
    return a_label(value.rpartition("@")[2].strip("<>\"' "))
