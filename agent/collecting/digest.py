"""What leaves tomorrow, told to staff today; one of them can hold a mail by answering HOLD 17, and let it go by RELEASE 17."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Row

from agent import numbers
from agent.booking.desk import Desk
from agent.collecting.planning import Plan, plan
from agent.domain.documents import Nature
from agent.domain.errors import NotFound, Refused
from agent.domain.money import Money
from agent.domain.notices import Rendered
from agent.store import collecting, lists, outbound
from outbox.compose import compose

_ORDER = re.compile(r"(?im)^\W{0,3}(hold|release)((?:[ \t,;]+(?:and[ \t]+)?#?\d{1,9})+)\W*$")
_ROWS_MOST = 500
_NEWS_MOST = 40


@dataclass(frozen=True, slots=True)
class Command:
    """One word of a member of staff about one planned mail."""

    word: str  # hold | release
    number: int


def commands_in(text: str) -> tuple[Command, ...]:
    """HOLD 17, RELEASE 17 18: each on a line of its own, in what somebody wrote above our quoted mail."""
    found = [
        Command(match[1].lower(), int(digits))
        for match in _ORDER.finditer(text)
        for digits in re.findall(r"\d+", match[2])
    ]
    return tuple(dict.fromkeys(found))


def is_staff(desk: Desk) -> bool:
    """Whether the mail on the desk is from an address of the settings' staff, whoever vouches for it."""
    address = (desk.sender.address or "").casefold()
    return bool(address) and address in {one.casefold() for one in desk.settings.staff.emails}


def take_orders(desk: Desk, *, authenticated: bool) -> str | None:
    """Act on a staff member's answer; the bucket of the message, or None where it is none of ours to act on."""
    facts = desk.facts
    if facts is None or not is_staff(desk) or facts.nature not in (Nature.CUSTOMER, Nature.OWN):
        return None
    orders = commands_in(facts.reply_text)
    if not orders:
        return None
    if not authenticated:
        desk.outcome.reasons.append("HOLD or RELEASE in a mail that nothing proves to be from staff: nothing was done")
        return "ignored"
    for one in orders:
        try:
            row = decide(desk, one.number, hold=one.word == "hold", by=desk.sender.address or "staff")
        except (NotFound, Refused) as error:
            desk.outcome.reasons.append(str(error))
            continue
        desk.outcome.effect("planned", str(row.id))
        desk.outcome.reasons.append(f"{one.word} {row.id}: {row.customer}, {row.currency}")
    return "processed" if desk.outcome.effects else "ignored"


def decide(desk: Desk, number: int, *, hold: bool, by: str) -> Row[Any]:
    """Hold the reminders of a planned mail until they are released, or release them."""
    row = collecting.planned_row(desk.tx, number)
    if row is None:
        raise NotFound("planned mail", str(number), "see `ar-agent dun planned`")
    word = "held" if hold else "released"
    if hold and row.status == "held":
        raise Refused(f"{number} is held already, by {row.decided_by}")
    if not hold and row.status != "held":
        raise Refused(f"{number} is not held")
    collecting.decide_planned(desk.tx, number, status=word, by=by, now=desk.now, message=desk.message)
    desk.record(word, "planned", number, customer=row.customer, currency=row.currency)
    if hold:
        _stop_what_waits(desk, row, by)
    return row


def _stop_what_waits(desk: Desk, row: Row[Any], by: str) -> None:
    """A reminder of that customer that was queued and has not left yet waits, too."""
    for mail in outbound.find(desk.tx, customer=row.customer, kind="reminder", status="queued"):
        if mail.created_at.astimezone(desk.settings.zone).date() >= row.planned_for:
            outbound.hold(desk.tx, mail.id, reason=f"held by {by} (HOLD {row.id})", cause=desk.cause, now=desk.now)


def plan_tomorrow(desk: Desk) -> tuple[date, Plan, list[Row[Any]]]:
    """Plan the reminders of the next day and write each down under its number."""
    day = desk.today + timedelta(days=1)
    tomorrow = plan(desk, on=day)
    rows = []
    for one in tomorrow.mails:
        values = {
            "planned_for": day,
            "customer": one.customer.number,
            "currency": one.currency,
            "level": one.level,
            "invoices": [due.item.number for due in one.fresh],
            "total_minor": one.owed.minor,
            "status": "planned",
            "created_at": desk.now,
        }
        rows.append(collecting.plan_mail(desk.tx, values))
    return day, tomorrow, rows


def send(desk: Desk, news: list[dict[str, Any]]) -> int | None:
    """Tell staff what leaves tomorrow, what is held, and what happened today; None where there is nothing to say."""
    staff = desk.settings.staff
    if not staff.emails or not staff.digest or desk.settings.automation.default == "shadow":
        return None
    day, tomorrow, rows = plan_tomorrow(desk)
    held = collecting.held_mails(desk.tx)
    critical = [row for row in lists.list_queue(desk.tx, status=["open", "claimed", "undone"]) if row["critical"]]
    if not (rows or held or news or critical):
        return None
    text = _text(desk, day, tomorrow, rows, held, news, critical)
    subject = f"Reminders of {day.isoformat()}: {len(rows)} planned, {len(held)} held"
    return send_to_staff(desk, subject, text, intent=f"staff_digest:{desk.today.isoformat()}")


def send_to_staff(desk: Desk, subject: str, text: str, *, intent: str) -> int | None:
    """One plain mail to the addresses of the settings' staff; None where this intent has one already."""
    message = compose(
        Rendered(subject=subject, text=text, html="", language="en"),
        kind="other",
        intent=intent,
        sender_address=desk.company.email,
        sender_name=desk.settings.smtp.sender_name or desk.company.name,
        reply_to=desk.company.email,
        recipients=desk.settings.staff.emails,
        date=desk.now.astimezone(desk.settings.zone),
        due_at=desk.now,
    )
    number = outbound.add(desk.tx, message, cause=None, now=desk.now)
    if number is not None:
        desk.record("planned", "outbox", str(numbers.show(numbers.OUTBOX, number)), kind="staff")
    return number


def _text(
    desk: Desk,
    day: date,
    tomorrow: Plan,
    rows: list[Row[Any]],
    held: list[Row[Any]],
    news: list[dict[str, Any]],
    critical: list[dict[str, Any]],
) -> str:
    names = {one.customer.number: one.customer.name for one in tomorrow.mails}
    lines = [f"Reminders planned for {day.isoformat()}: {len(rows)}", ""]
    for row in rows[:_ROWS_MOST]:
        amount = Money(row.total_minor, row.currency)
        level = f"level {row.level}" if row.level > 0 else "before due"
        lines.append(f"{row.id:>6}  {row.customer}  {names.get(row.customer, '')}  {level}  {amount}")
        lines.append(f"        {', '.join(row.invoices[:8])}{' ...' if len(row.invoices) > 8 else ''}")
    if len(rows) > _ROWS_MOST:
        lines.append(f"... and {len(rows) - _ROWS_MOST} more: ar-agent dun planned")
    lines += ["", "To stop one, answer with a line like:  HOLD 17", "To let it go again:  RELEASE 17"]
    if held:
        lines += ["", f"Held until somebody releases them: {len(held)}"]
        lines += [
            f"{row.id:>6}  {row.customer}  {Money(row.total_minor, row.currency)}  held by {row.decided_by}"
            for row in held
        ]
    if critical:
        lines += ["", f"Waiting for one of us, before everything else: {len(critical)}"]
        lines += [f"  {row['id']}  {row['customer'] or ''}  {row['summary'][:110]}" for row in critical[:_NEWS_MOST]]
    if news:
        lines += ["", "Today:"]
        lines += [
            "  " + "  ".join(f"{key} {value}" for key, value in one.items() if value) for one in news[:_NEWS_MOST]
        ]
    left = {blocked.item.customer for blocked in tomorrow.blocked}
    lines += [
        "",
        f"Left alone, with the reason in `ar-agent dun --dry-run`: {len(tomorrow.blocked)} items of {len(left)} customers.",
    ]
    return "\n".join(line.rstrip() for line in lines) + f"\n\n-- \n{desk.company.name}, ar-agent\n"
