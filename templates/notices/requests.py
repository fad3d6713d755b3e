"""Answers to requests for copies, statements and proofs of delivery, and to what a person answers by hand."""

from __future__ import annotations

from agent.domain.notices import RequestAnswer
from templates.blocks import Block, Bullets, Paragraph, View
from templates.notices import kit
from templates.words import Words


def view(notice: RequestAnswer, words: Words) -> View:
    if notice.ask_day:
        return _ask_day(notice, words)
    title = words.say(f"request_answer.title_{notice.wants}")
    nothing = (notice.missing or notice.text or notice.bank_unchanged) and not notice.invoices
    intro = "intro_none" if nothing else "intro_list" if notice.invoices else "intro"
    blocks: list[Block] = [Paragraph(words.say(f"request_answer.{intro}"))]
    if notice.invoices:
        blocks.append(Bullets(notice.invoices))
    if notice.text:
        blocks.append(Paragraph(notice.text))
    if notice.bank_unchanged:
        blocks.append(Paragraph(words.say("request_answer.bank_unchanged")))
    if notice.missing:
        blocks += [Paragraph(words.say("request_answer.missing")), Bullets(notice.missing)]
    named = notice.invoices[: kit.INVOICES_MAX]
    blocks += kit.block(words, [kit.dispute(words, number) for number in named])
    reference = notice.reference or notice.customer.number
    return View((title, ", ".join(notice.invoices[:3]) or reference), title, tuple(blocks), reference)


def _ask_day(notice: RequestAnswer, words: Words) -> View:
    """The customer will pay and did not say when."""
    title = words.say("request_answer.ask_day_title")
    blocks: list[Block] = [Paragraph(words.say("request_answer.ask_day"))]
    if notice.invoices:
        blocks.append(Bullets(notice.invoices))
    if notice.as_of and notice.invoices:
        blocks += kit.block(words, (kit.pay(words, notice.invoices, notice.as_of),))
    reference = notice.reference or notice.customer.number
    return View((title, ", ".join(notice.invoices[:3]) or reference), title, tuple(blocks), reference)
