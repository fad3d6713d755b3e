"""Who pays, and for whom: by the numbers named, the paying account, names, customer number, sender, in this order.

Platforms, banks, parents and factors pay for others: an address never makes a customer of them. Two that fit equally
are no identification.
"""

from __future__ import annotations

from dataclasses import dataclass

from agent.domain.books import CashBooks
from agent.domain.decisions import Reason
from agent.domain.learning import Learned, LearnedKind
from agent.domain.receivables import Customer
from matching.customers import account_key, is_cut, name_keys, name_likeness

LIKE = 0.9  # a name this near supports other evidence
MARGIN = 0.08  # and only if no other is nearly as near


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerFacts:
    """What a paper or bank line says of its payer. `owners` own the documents it names, the most named first."""

    name: str | None = None
    account: str | None = None
    customer_number: str | None = None
    owners: tuple[str, ...] = ()
    by_mail: bool = True
    third_party: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PayerMatch:
    """The payer, and the customers whose items it may settle without a person; `code` says why there are none."""

    customer: str | None
    payable: frozenset[str]
    candidates: tuple[str, ...] = ()
    code: str | None = None
    evidence: tuple[Reason, ...] = ()


def identify_payer(facts: PayerFacts, books: CashBooks) -> PayerMatch:
    """Identify the payer of an advice (by mail) or of a bank line."""
    evidence: list[Reason] = []
    by_account = _by_account(facts.account, books.customers, evidence)
    named = _by_name(facts.name, books.customers, evidence)
    if not named and not facts.by_mail:
        named = _by_cut_name(facts.name, books.customers, evidence)
    alike = () if named else _alike(facts.name, books.customers)
    numbered = _by_customer_number(facts.customer_number, books.customers, evidence)
    taught = _taught(facts, books, evidence)
    if facts.owners:
        evidence.insert(0, Reason("numbers", f"the documents named belong to {', '.join(facts.owners[:5])}"))
    if facts.by_mail and books.sender.address is not None:
        return _of_mail(facts, books, named, alike, numbered, taught, evidence)
    return _of_bank(facts, books, by_account, named, alike, numbered, taught, evidence)


def _by_account(account: str | None, customers: tuple[Customer, ...], evidence: list[Reason]) -> tuple[str, ...]:
    if not account or not account_key(account):
        return ()
    key = account_key(account)
    found = tuple(c.number for c in customers if any(_same_account(key, account_key(known)) for known in c.accounts))
    if found:
        evidence.append(Reason("account", f"account {account} is on record for {', '.join(found)}"))
    return found


def _taught(facts: PayerFacts, books: CashBooks, evidence: list[Reason]) -> frozenset[str]:
    """For whom decisions taught that this payer pays. It is no identity: the numbers named must say the same.

    A platform, a bank or a factor pays for many; having paid for one customer does not make its next money his.
    """
    names = set(name_keys(facts.name)) if facts.name else set()
    account = account_key(facts.account) if facts.account else ""
    address = (books.sender.address or "").casefold() if facts.by_mail and books.sender.trusted else ""
    said = {LearnedKind.PAYER_ALIAS: names, LearnedKind.PAYER_ACCOUNT: {account}, LearnedKind.PAYER_SENDER: {address}}
    found: dict[str, Learned] = {}
    for row in books.learned:
        if row.key and row.key in said.get(row.kind, ()) and row.customer:
            found.setdefault(row.customer, row)
    for customer, row in sorted(found.items()):
        if customer in facts.owners or not facts.owners:
            evidence.append(Reason("learned", f"{row.words}: {row.said} pays for {customer}"))
    return frozenset(found)


def _same_account(a: str, b: str) -> bool:
    if a == b:
        return True
    shorter, longer = sorted((a, b), key=len)
    return len(shorter) >= 8 and longer[:2].isalpha() and longer[2:4].isdigit() and longer.endswith(shorter)


def _by_name(name: str | None, customers: tuple[Customer, ...], evidence: list[Reason]) -> tuple[str, ...]:
    keys = set(name_keys(name)) if name else set()
    if not keys:
        return ()
    aliased = tuple(c.number for c in customers if any(keys & set(name_keys(alias)) for alias in c.aliases))
    called = tuple(c.number for c in customers if keys & set(name_keys(c.name)))
    if aliased:
        evidence.append(Reason("alias", f"{name} is a name under which {', '.join(aliased)} pays"))
    if called:
        evidence.append(Reason("name", f"{name} is the name of {', '.join(called)}"))
    return tuple(dict.fromkeys((*called, *aliased)))


def _by_cut_name(name: str | None, customers: tuple[Customer, ...], evidence: list[Reason]) -> tuple[str, ...]:
    """Banks cut names at their width: the beginning of one customer's full name, and of nobody else's."""
    found = tuple(c.number for c in customers if name and any(is_cut(name, known) for known in (c.name, *c.aliases)))
    if len(found) != 1:
        return ()
    evidence.append(Reason("name_cut", f"{name} is the beginning of the name of {found[0]}, and of no other customer"))
    return found


def _alike(name: str | None, customers: tuple[Customer, ...]) -> tuple[str, ...]:
    """Customers with a name much like it: all that are within the margin of the best."""
    if not name:
        return ()
    scored = sorted(
        ((max(name_likeness(name, known) for known in (c.name, *c.aliases)), c.number) for c in customers), reverse=True
    )
    best = scored[0][0] if scored else 0.0
    return tuple(sorted(number for score, number in scored if score >= max(LIKE, best - MARGIN)))


def _by_customer_number(number: str | None, customers: tuple[Customer, ...], evidence: list[Reason]) -> tuple[str, ...]:
    key = account_key(number).lstrip("0") if number else ""
    found = tuple(c.number for c in customers if key and account_key(c.number).lstrip("0") == key)
    if found:
        evidence.append(Reason("customer_number", f"customer number {number}"))
    return found


def with_children(numbers: frozenset[str], customers: tuple[Customer, ...]) -> frozenset[str]:
    """The customers and those whose parent one of them is: a parent pays for its children, never the other way."""
    found = set(numbers)
    for _ in range(5):
        more = {c.number for c in customers if c.parent in found} - found
        if not more:
            break
        found |= more
    return frozenset(found)


def _of_mail(
    facts: PayerFacts,
    books: CashBooks,
    named: tuple[str, ...],
    alike: tuple[str, ...],
    numbered: tuple[str, ...],
    taught: frozenset[str],
    evidence: list[Reason],
) -> PayerMatch:
    """By mail: a sender on nobody's record settles nothing, whatever the paper says; it could be anybody.

    One whom a clerk's decision made known as a payer for a customer settles what is that customer's by its number.
    """
    sender = books.sender
    known = frozenset(sender.customers)
    for_others = _sent_for(facts, books, taught)
    if for_others and not known & frozenset(facts.owners):
        return _within(facts, for_others, books, evidence)
    if not known:
        return _stranger(facts, named, alike, numbered, evidence)
    evidence.append(Reason("sender", f"{sender.address} is on record for {', '.join(sorted(known)[:5])}"))
    reach = with_children(known, books.customers)
    base = known
    if named:
        base = reach & frozenset(named) or known & with_children(frozenset(named), books.customers)
        if not base:
            what = f"the paper names {facts.name}, the sender belongs to {', '.join(sorted(known)[:5])}"
            return PayerMatch(
                customer=None,
                payable=frozenset(),
                candidates=tuple(named),
                code="third_party_payer",
                evidence=(*evidence, Reason("conflict", what)),
            )
    elif numbered and reach & frozenset(numbered):
        base = reach & frozenset(numbered)
    return _within(facts, base, books, evidence)


def _sent_for(facts: PayerFacts, books: CashBooks, taught: frozenset[str]) -> frozenset[str]:
    """The customers for whom this very address is known to pay and whose documents, and nobody else's, are named.

    A name on a paper proves nothing: anybody can write one.
    """
    address = (books.sender.address or "").casefold()
    senders = {
        row.customer for row in books.learned if row.kind is LearnedKind.PAYER_SENDER and address and row.key == address
    }
    owners = frozenset(facts.owners)
    return owners if owners and owners <= taught & senders and books.sender.trusted else frozenset()


def _within(facts: PayerFacts, base: frozenset[str], books: CashBooks, evidence: list[Reason]) -> PayerMatch:
    payable = with_children(base, books.customers)
    owners = tuple(owner for owner in facts.owners if owner in payable)
    customer: str | None = None
    if len(base) == 1:
        customer = next(iter(base))
    elif len(owners) == 1:
        customer = owners[0]
    else:
        heads = [number for number in sorted(base) if with_children(frozenset({number}), books.customers) >= base]
        customer = heads[0] if len(heads) == 1 else None
    code = None if customer or owners else "cust_ambig"
    return PayerMatch(
        customer=customer, payable=payable, candidates=tuple(sorted(base)), code=code, evidence=tuple(evidence)
    )


def _stranger(
    facts: PayerFacts,
    named: tuple[str, ...],
    alike: tuple[str, ...],
    numbered: tuple[str, ...],
    evidence: list[Reason],
) -> PayerMatch:
    likely = facts.owners or named or numbered or alike
    both = tuple(owner for owner in facts.owners if owner in named)
    likely = both or likely
    if not likely:
        code = "cust_unknown"
    elif len(likely) > 1 and not facts.owners:
        code = "cust_ambig"
    else:
        code = "third_party_payer" if facts.third_party or facts.owners else "cust_unknown"
    return PayerMatch(
        customer=None,
        payable=frozenset(),
        candidates=tuple(likely),
        code=code,
        evidence=(*evidence, Reason("sender", "the sender is on no customer's record")),
    )


def _of_bank(
    facts: PayerFacts,
    books: CashBooks,
    by_account: tuple[str, ...],
    named: tuple[str, ...],
    alike: tuple[str, ...],
    numbered: tuple[str, ...],
    taught: frozenset[str],
    evidence: list[Reason],
) -> PayerMatch:
    """At the bank (or a paper without a sender): the account, then the name; numbers alone only if nobody is named."""
    base = frozenset(by_account)
    if base and named and base & frozenset(named):
        base &= frozenset(named)
    base = base or frozenset(named) or frozenset(numbered)
    owners = frozenset(facts.owners)
    if not base and alike:
        base = frozenset(alike) & owners
    if taught and owners and owners <= taught and not base:
        base = owners
    if not base and not facts.name and not facts.account and len(facts.owners) == 1:
        base = frozenset(facts.owners)
    if not base and not facts.name and facts.account and len(facts.owners) == 1:
        base = frozenset(facts.owners)  # an account that is not on record yet, and nobody is named
    if base:
        return _within(facts, base, books, evidence)
    code = "third_party_payer" if facts.owners else "cust_ambig" if len(alike) > 1 else "cust_unknown"
    code = "third_party_payer" if taught and code == "cust_unknown" else code
    return PayerMatch(
        customer=None,
        payable=frozenset(),
        candidates=tuple(facts.owners or alike or sorted(taught)),
        code=code,
        evidence=tuple(evidence),
    )
