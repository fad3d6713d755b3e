"""The written dispute policy: how a customer raises a dispute, and what we promise."""

from __future__ import annotations

from agent.domain.notices import Addressee, Company, DisputePolicy
from templates.papers.paper import Paper, breakable, present
from templates.words import Words

_ORDER = ("how", "part", "review", "management", "evidence", "result", "rights")


def policy_paper(policy: DisputePolicy, words: Words, company: Company) -> Paper:
    days = {"review": str(policy.review_days), "management": str(policy.management_days)}
    values = {name: {"days": days[name]} for name in days} | {"how": {"email": company.email}}
    points = tuple(f"{n}.  {words.say(f'policy.{name}', **values.get(name, {}))}" for n, name in enumerate(_ORDER, 1))
    return Paper(
        heading=words.say("policy.title"),
        number="",
        dated=policy.as_of,
        customer=policy.customer or Addressee(number="", name=""),
        facts=present((words.say("label.date"), words.day(policy.as_of))),
        intro=(breakable(words.say("policy.intro")), *points),
    )
