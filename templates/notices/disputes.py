"""What a customer hears of a dispute: opened, moved, closed. Nothing here admits a liability."""

from __future__ import annotations

from agent.domain.notices import DisputeNoticeOut, NoticeKind
from templates.blocks import Block, Paragraph, View, facts
from templates.errors import NoTemplate
from templates.words import Words

_FORMS = {
    NoticeKind.DISPUTE_OPENED: "opened",
    NoticeKind.DISPUTE_UPDATE: "update",
    NoticeKind.DISPUTE_CLOSED: "closed",
}
_RESOLUTIONS = frozenset({"credit", "reinvoice", "write_off", "rejected"})


def view(notice: DisputeNoticeOut, words: Words) -> View:
    if notice.kind not in _FORMS:
        raise NoTemplate(notice)
    form = _FORMS[notice.kind]
    title = words.say(f"dispute.title_{form}", dispute=notice.dispute)
    blocks: list[Block] = [Paragraph(words.say(f"dispute.intro_{form}")), _case(notice, words)]
    if notice.text:
        blocks.append(Paragraph(notice.text))
    if form == "closed" and notice.resolution in _RESOLUTIONS:
        blocks.append(Paragraph(words.say(f"dispute.{notice.resolution}"), strong=True))
    if form != "closed":
        blocks += _meanwhile(notice, words)
    if notice.still_due and form != "closed":
        blocks.append(Paragraph(words.say("dispute.still_due", amount=words.money(notice.still_due))))
    return View((title, notice.invoice or notice.order), title, tuple(blocks), notice.reference or notice.dispute)


def _case(notice: DisputeNoticeOut, words: Words) -> Block:
    closed = notice.kind is NoticeKind.DISPUTE_CLOSED
    return facts(
        (words.say("label.case"), notice.dispute),
        (words.say("label.invoice"), notice.invoice),
        (words.say("label.order"), notice.order),
        (words.say("label.reason"), words.say(f"dispute_reason.{notice.reason}")),
        (words.say("dispute.amount"), words.money(notice.amount) if notice.amount else ""),
        (words.say("label.remaining"), words.money(notice.still_due) if closed and notice.still_due else ""),
    )


def _meanwhile(notice: DisputeNoticeOut, words: Words) -> list[Block]:
    promised = [Paragraph(words.say("dispute.by", date=words.day(notice.due_on)))] if notice.due_on else []
    return [*promised, Paragraph(words.say("dispute.pause"))]
