"""How many remittances are applied without a person, and how many wrongly.

    python -m tests.evaluate.run [--count 5000] [--seed 1] [--read all|some|none] [--show N] [--kind NAME]

Each generated remittance is written in its channel, read by the real readers (all EDI; of CSV, printed pages and prose a
share, unless `--read all`), decided by the real rules on an excerpt of the books, and compared with its truth.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from random import Random

from agent.domain.decisions import AdviceOutcome, Allocation, ReceiptDecision, ReceiptOutcome, RemittanceDecision
from agent.domain.documents import RemittanceAdvice
from agent.domain.money import Money
from agent.domain.receivables import KnownAdvice, KnownAllocation, KnownReceipt
from matching.receipts import decide_receipt
from matching.remittance import decide_remittance
from parsers.reading import read
from tests.evaluate import forms
from tests.evaluate.cases import Advised, Banked, Case
from tests.evaluate.generator import CHANNELS, corpus
from tests.evaluate.truth import Verdict, judge, judge_suggestions, upper_bound
from tests.evaluate.world import TODAY, State, books_for_advice, books_for_line, item_of

READ_SHARE = 0.3  # of the forms that take milliseconds to read


@dataclass(slots=True)
class Tally:
    """What happened to the remittances of one group."""

    steps: int = 0
    due: int = 0  # steps that have something to apply
    right: int = 0
    touchless: int = 0
    lines: int = 0
    lines_right: int = 0
    false: int = 0
    held: int = 0  # nothing may be applied, and nothing was
    unread: int = 0
    suggested: int = 0  # not applied in full, and something is offered where it is known what is meant
    first_right: int = 0
    any_right: int = 0

    def add(self, verdict: Verdict, *, applies: bool, read_well: bool) -> None:
        self.steps += 1
        self.due += applies
        self.right += applies and verdict.right
        self.touchless += applies and verdict.touchless
        self.lines += verdict.lines
        self.lines_right += verdict.lines_right
        self.false += bool(verdict.false)
        self.held += not applies and not verdict.false
        self.unread += not read_well
        self.suggested += verdict.suggested
        self.first_right += verdict.first_right
        self.any_right += verdict.any_right


@dataclass(slots=True)
class Report:
    by_kind: dict[tuple[bool, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    by_channel: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    wrong: list[str] = field(default_factory=list)
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)

    def total(self, honest: bool | None = None) -> Tally:
        result = Tally()
        for (is_honest, _), one in self.by_kind.items():
            if honest is None or honest is is_honest:
                for name in Tally.__slots__:
                    setattr(result, name, getattr(result, name) + getattr(one, name))
        return result


class Player:
    """Plays one case through reading and deciding, and keeps the books of its world as they change."""

    def __init__(self, case: Case, rng: Random, read_share: float) -> None:
        self.case, self.rng, self.read_share = case, rng, read_share
        self.state = State()
        self.policy = case.world.policy(case.settles)
        self.receipts: dict[int, str] = {}

    def play(self, report: Report, show_missed: bool = False) -> None:
        for index, step in enumerate(self.case.steps):
            if isinstance(step, Advised):
                verdict, channel, read_well, asked = self._advice(step)
            else:
                verdict, channel, read_well, asked = self._bank(step, index)
            tally = report.by_kind[self.case.honest, self.case.kind]
            for one in (tally, report.by_channel[channel]):
                one.add(verdict, applies=step.truth.applies, read_well=read_well)
            if verdict.false:
                report.wrong.append(f"{self.case.kind} [{channel}, {self.case.world.style.name}] step {index}: "
                                    f"{'; '.join(verdict.false)}\n    {step}")  # fmt: skip
            elif step.truth.applies and not verdict.right and self.case.honest:
                report.missed[self.case.kind, asked] += 1
                if show_missed:
                    print(f"-- {self.case.kind} [{channel}] {asked}\n    {step}")

    def _advice(self, step: Advised) -> tuple[Verdict, str, bool, str]:
        channel, paper = self._written(step)
        if paper is None:
            return judge(step.truth, (), None, asked=True), channel, False, "not read as one advice"
        books = books_for_advice(self.case.world, self.state, step.sender, paper)
        decision = decide_remittance(paper, books, self.policy)
        stands = decision.customer if decision.allocations or decision.on_account else None
        asked = ", ".join(one.code for one in decision.exceptions) or decision.outcome.value
        verdict = judge(step.truth, decision.allocations, stands, asked=bool(decision.exceptions))
        judge_suggestions(verdict, step.truth, decision.exceptions)
        if decision.outcome is not AdviceOutcome.DUPLICATE:
            self._announce(decision, paper)
        return verdict, channel, True, asked

    def _written(self, step: Advised) -> tuple[str, RemittanceAdvice | None]:
        """The paper in a channel that can say it, read where that is drawn."""
        comma = self.case.world.style.language == "de"
        sheet = step.sheet
        channel = step.channel or self.rng.choices(list(CHANNELS), list(CHANNELS.values()))[0]
        written = {
            "csv": lambda: forms.as_csv(sheet, comma), "text": lambda: forms.as_text(sheet, comma),
            "prose": lambda: forms.as_prose(sheet, comma, self.rng), "x12": lambda: forms.as_x12(sheet),
            "remadv": lambda: forms.as_remadv(sheet),
        }.get(channel, lambda: None)()  # fmt: skip
        if written is None:
            return "lines", forms.as_lines(sheet)
        if channel in ("csv", "text", "prose") and self.rng.random() > self.read_share:
            return f"{channel} (lines given)", forms.as_lines(sheet)
        reading = read(written[1], written[0])
        papers = [one for one in reading.documents if isinstance(one, RemittanceAdvice)]
        return channel, papers[0] if len(papers) == 1 else None

    def _announce(self, decision: RemittanceDecision, paper: RemittanceAdvice) -> None:
        parts = tuple(_part(one) for one in decision.allocations)
        self.state.advices.append(
            KnownAdvice(
                advice=str(len(self.state.advices) + 1), customer=decision.customer,
                payment_reference=paper.payment_reference or paper.number, paid_on=paper.paid_on,
                currency=decision.currency or "", total=decision.total, allocations=parts,
                status="matched" if parts else "unmatched", content_key=decision.content_key, received_on=TODAY,
            )
        )  # fmt: skip
        for one in decision.allocations:
            item = item_of(self.case.world, self.state, one.invoice)
            announced = (item.announced or Money.zero(item.currency)) + one.settles
            self.state.changed[one.invoice] = replace(item, announced=announced)

    def _bank(self, step: Banked, index: int) -> tuple[Verdict, str, bool, str]:
        line = step.line
        books = books_for_line(self.case.world, self.state, line)
        decision = decide_receipt(line, None, books, self.policy)
        asked = ", ".join(one.code for one in decision.exceptions) or decision.outcome.value
        verdict = judge(step.truth, decision.allocations, decision.customer, asked=bool(decision.exceptions))
        judge_suggestions(verdict, step.truth, decision.exceptions)
        if decision.outcome is ReceiptOutcome.RETURNED:
            meant = self.receipts.get(step.returns) if step.returns is not None else None
            if decision.returns_receipt not in (None, meant):
                verdict.false.append(f"takes back receipt {decision.returns_receipt}, not {meant}")
            return verdict, "bank line", True, asked
        self.receipts[index] = self._receive(decision, step)
        return verdict, "bank line", True, asked

    def _receive(self, decision: ReceiptDecision, step: Banked) -> str:
        line, state = step.line, self.state
        for known in [a for a in state.advices if a.advice in (decision.advice, *decision.advices)]:
            state.advices[state.advices.index(known)] = replace(known, status="received")
            for part in known.allocations:
                item = item_of(self.case.world, state, part.invoice or "")
                settled = (
                    part.amount
                    + part.discount
                    + part.withheld
                    + part.write_off
                    + (part.bank_fee or Money.zero(item.currency))
                )
                state.changed[item.number] = replace(item, announced=(item.announced or settled) - settled)
        for one in decision.allocations:
            item = item_of(self.case.world, state, one.invoice)
            state.changed[one.invoice] = replace(item, open=item.open - one.settles)
        state.receipts = [r for r in state.receipts if r.bank_reference != line.bank_reference]  # looked at again
        state.receipts = [
            replace(r, unapplied=Money.zero(r.amount.currency), advice=decision.advice)
            if r.receipt in decision.receipts
            else r
            for r in state.receipts
        ]
        number = str(len(state.receipts) + 1)
        assert line.amount is not None
        state.receipts.append(
            KnownReceipt(
                receipt=number, customer=decision.customer, booked_on=line.booked_on or TODAY,
                amount=Money.of(line.amount, line.currency or ""), bank_reference=line.bank_reference,
                payer_account=line.payer_account, advice=decision.advice,
                invoices=tuple(dict.fromkeys(one.invoice for one in decision.allocations)),
                unapplied=decision.unapplied, text=line.text, end_to_end_id=line.end_to_end_id,
            )
        )  # fmt: skip
        return number


def _part(one: Allocation) -> KnownAllocation:
    return KnownAllocation(
        reference=one.reference, invoice=one.invoice, amount=one.cash, discount=one.discount, deduction=one.deduction,
        withheld=one.withheld, write_off=one.write_off, bank_fee=one.bank_fee,
    )  # fmt: skip


def evaluate(
    count: int, seed: int, *, read_share: float = READ_SHARE, only: str | None = None, missed: bool = False
) -> tuple[Report, int]:
    """Return the report on the corpus of one seed, and how many slips were drawn again."""
    report, cases, rng = Report(), corpus(count, seed), Random(f"play {seed}")
    for case in cases:
        player = Player(case, Random(rng.getrandbits(64)), read_share)
        if only is None or case.kind == only:
            player.play(report, missed)
    return report, cases.redrawn


def _percent(part: int, of: int) -> str:
    return f"{100 * part / of:6.2f} %" if of else "       –"


def show(report: Report, redrawn: int) -> None:
    whole = report.total()
    for title, honest in (("honest kinds", True), ("doubtful kinds", False), ("all", None)):
        one = report.total(honest)
        print(f"{title:15s} {one.steps:6d} remittances, {one.due:6d} with something to apply:  applied in full "
              f"{_percent(one.right, one.due)}  touchless {_percent(one.touchless, one.due)}  "
              f"lines {_percent(one.lines_right, one.lines)} of {one.lines}")  # fmt: skip
    bound = 100 * upper_bound(whole.false, whole.steps)
    print(f"false applications: {whole.false} in {whole.steps} (95 % upper bound {bound:.4f} %); "
          f"held as they must be: {whole.held}; not read as one advice: {whole.unread}; slips drawn again: {redrawn}")  # fmt: skip
    print(f"suggestions where it is known what is meant: {whole.suggested}; the right one first "
          f"{_percent(whole.first_right, whole.suggested)}, among them {_percent(whole.any_right, whole.suggested)}")  # fmt: skip
    print("\nby channel                         n   in full  touchless      lines   false  unread")
    for name, one in sorted(report.by_channel.items()):
        print(_row(name, one))
    worst = sorted(report.by_kind.items(), key=lambda pair: pair[1].first_right - pair[1].suggested)[:8]
    shown = [
        f"{name} {one.first_right} of {one.suggested}" for (_, name), one in worst if one.first_right < one.suggested
    ]
    print("\nthe right suggestion is not first: " + ("; ".join(shown) or "nowhere"))
    print("\nby kind (honest)                   n   in full  touchless      lines   false  unread")
    for honest in (True, False):
        if not honest:
            print("\nby kind (doubtful)                 n   in full  touchless      lines   false  unread")
        for (is_honest, name), one in sorted(report.by_kind.items(), key=lambda pair: pair[0][1]):
            if is_honest is honest:
                print(_row(name, one))


def _row(name: str, one: Tally) -> str:
    figures = (_percent(one.right, one.due), _percent(one.touchless, one.due), _percent(one.lines_right, one.lines))
    return f"{name[:46]:30s} {one.steps:5d}  {'  '.join(figures)}  {one.false:6d}  {one.unread:6d}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--read", choices=("all", "some", "none"), default="some")
    parser.add_argument("--kind")
    parser.add_argument("--show", type=int, default=10, help="how many false applications are shown")
    parser.add_argument("--missed", action="store_true", help="show honest remittances that were not applied")
    said = parser.parse_args()
    share = {"all": 1.0, "some": READ_SHARE, "none": -1.0}[said.read]
    started = time.perf_counter()
    report, redrawn = evaluate(said.count, said.seed, read_share=share, only=said.kind, missed=said.missed)
    print(f"seed {said.seed}, {time.perf_counter() - started:.0f} s")
    show(report, redrawn)
    if report.missed:
        print("\nhonest and not applied:")
        for (kind, why), times in report.missed.most_common(25):
            print(f"  {times:4d}  {kind}: {why[:110]}")
    for one in report.wrong[: said.show]:
        print(f"\nFALSE {one}")
    return 1 if report.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
