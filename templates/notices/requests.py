"""Answers to requests for copies, statements and proofs of delivery."""

from __future__ import annotations

from agent.domain.notices import RequestAnswer
from templates.blocks import Block, Bullets, Paragraph, View
from templates.words import Words


def view(notice: RequestAnswer, words: Words) -> View:
    title = words.say(f"request_answer.title_{notice.wants}")
    nothing = notice.missing and not notice.invoices
    intro = "intro_none" if nothing else "intro_list" if notice.invoices else "intro"
    blocks: list[Block] = [Paragraph(words.say(f"request_answer.{intro}"))]
    if notice.invoices:
        blocks.append(Bullets(notice.invoices))
    if notice.missing:
        blocks += [Paragraph(words.say("request_answer.missing")), Bullets(notice.missing)]
    reference = notice.reference or notice.customer.number
    return View((title, ", ".join(notice.invoices[:3]) or reference), title, tuple(blocks), reference)
