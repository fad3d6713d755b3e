"""What a customer hears of a dispute: opened, moved, closed. Nothing here admits a liability."""

from __future__ import annotations

from agent.domain.documents import DisputeReason
from agent.domain.notices import DisputeNoticeOut, NoticeKind
from templates.blocks import Block, Paragraph, View, facts
from templates.errors import NoTemplate
from templates.notices import kit
from templates.words import Words

_FORMS = {
    NoticeKind.DISPUTE_OPENED: "opened",
    NoticeKind.DISPUTE_UPDATE: "update",
    NoticeKind.DISPUTE_CLOSED: "closed",
}
_RESOLUTIONS = frozenset({"credit", "reinvoice", "write_off", "rejected", "withdrawn"})
# What helps us to decide, by reason: asked for once, when the case is opened.
_ASKED = frozenset(
    {
        DisputeReason.QUANTITY,
        DisputeReason.NOT_RECEIVED,
        DisputeReason.DAMAGED,
        DisputeReason.QUALITY,
        DisputeReason.WRONG_ITEM,
        DisputeReason.PRICE,
    }
)


def view(notice: DisputeNoticeOut, words: Words) -> View:
    if notice.kind not in _FORMS:
        raise NoTemplate(notice)
    form = _FORMS[notice.kind]
    title = words.say(f"dispute.title_{form}", dispute=notice.dispute)
    intro = "dispute.reopened" if notice.reopened else f"dispute.intro_{form}"
    blocks: list[Block] = [Paragraph(words.say(intro)), _case(notice, words)]
    if notice.management:
        blocks.append(Paragraph(words.say("dispute.management"), strong=True))
    if notice.text:
        blocks.append(Paragraph(notice.text))
    if notice.question:
        blocks += _question(notice, words)
    if form == "closed":
        blocks += _ending(notice, words)
    else:
        blocks += _meanwhile(notice, words)
    if form == "opened":
        blocks += _evidence(notice, words)
    if notice.invoice and form != "closed":
        blocks += kit.block(words, (kit.withdraw(words, notice.invoice), kit.copy(words, notice.invoice)))
    elif notice.invoice and notice.resolution == "rejected":
        blocks += kit.block(words, (kit.pod(words, notice.invoice), kit.copy(words, notice.invoice)))
    return View((title, notice.invoice or notice.order), title, tuple(blocks), notice.reference or notice.dispute)


def _case(notice: DisputeNoticeOut, words: Words) -> Block:
    closed = notice.kind is NoticeKind.DISPUTE_CLOSED
    return facts(
        (words.say("label.case"), notice.dispute),
        (words.say("label.invoice"), notice.invoice),
        (words.say("label.order"), notice.order),
        (words.say("label.reason"), words.say(f"dispute_reason.{notice.reason}")),
        (words.say("dispute.amount"), words.money(notice.amount) if notice.amount else ""),
        (words.say("label.your_contact"), notice.contact),
        (words.say("label.remaining"), words.money(notice.still_due) if closed and notice.still_due else ""),
    )


def _question(notice: DisputeNoticeOut, words: Words) -> list[Block]:
    return [
        Paragraph(words.say("dispute.question"), strong=True),
        Paragraph(notice.question),
        Paragraph(words.say("dispute.question_after")),
    ]


def _ending(notice: DisputeNoticeOut, words: Words) -> list[Block]:
    found: list[Block] = []
    if notice.resolution in _RESOLUTIONS:
        found.append(Paragraph(words.say(f"dispute.{notice.resolution}"), strong=True))
    if notice.ask_day:
        found.append(Paragraph(words.say("dispute.ask_day")))
    return found


def _meanwhile(notice: DisputeNoticeOut, words: Words) -> list[Block]:
    found: list[Block] = []
    if notice.due_on:
        found.append(Paragraph(words.say("dispute.by", date=words.day(notice.due_on))))
    found.append(Paragraph(words.say("dispute.pause")))
    if notice.still_due:
        found.append(Paragraph(words.say("dispute.still_due", amount=words.money(notice.still_due))))
    return found


def _evidence(notice: DisputeNoticeOut, words: Words) -> list[Block]:
    found: list[Block] = []
    if notice.reason in _ASKED:
        found.append(Paragraph(words.say(f"dispute.ask_{notice.reason}")))
    if notice.policy:
        found.append(Paragraph(words.say("dispute.policy")))
    return found
