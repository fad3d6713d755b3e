"""The story of `make demo`: one working day of a sample company, told by the mails that reach it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from agent.demo import company, papers
from agent.demo.company import BRIGHTWATER, CALDER, FJORD, HANSUNG, MUELLER, VANDIJK, VERDIER, Customer
from agent.demo.papers import Line, Order, Payment
from agent.demo.play import Expected, Play, Post, from_customer

_ZERO = Decimal()
_ORDERED = Expected(outcome="processed", books=("order",), answers=("order_acknowledgement",))
_INVOICED = Expected(outcome="processed", books=("delivery", "invoice"), answers=("invoice",))
_ANNOUNCED = Expected(outcome="processed", books=("advice",))
_INVOICE_NUMBER = re.compile(r"\bINV-\d+\b")


class Story:
    """Who orders, receives and pays what; each act goes on from what the one before brought."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.today = play.stage.today
        self.orders = {
            one.buyer.number: one
            for one in (
                self._order("BW-77201", BRIGHTWATER, ("HX-100", 1000), ("VL-220", 24), ("SN-310", 6)),
                self._order("4500012877", MUELLER, ("VL-220", 40), ("GK-015", 10)),
                self._order("CMD-0418", VERDIER, ("SN-310", 12), ("PM-075", 3)),
                self._order("PO-33907", CALDER, ("HX-100", 5000), ("VL-220", 20)),
                self._order("HS-2611-021", HANSUNG, ("SN-310", 20), ("VL-220", 8)),
                self._order("IO-5521", VANDIJK, ("PM-075", 2), prices={"PM-075": "835.00"}),
            )
        }

    def _order(
        self, number: str, buyer: Customer, *wanted: tuple[str, int], prices: dict[str, str] | None = None
    ) -> Order:
        lines = []
        for item, quantity in wanted:
            _, description, _, euro, dollar, per = next(one for one in company.ITEMS if one[0] == item)
            price = (prices or {}).get(item) or (euro if buyer.currency == "EUR" else dollar)
            lines.append(Line(item, description, quantity, Decimal(price), int(per)))
        return Order(number, buyer, self.today, tuple(lines))

    def tell(self) -> None:
        """Play all acts."""
        self.play.morning()
        self.play.act("Customers order", self._ordering())
        self.play.act("The buyer answers our question", self._accepting())
        self.play.act("Goods arrive, and invoices leave", self._receiving())
        self.play.act("Customers tell what they pay", self._paying())
        self.play.act("Not everything that comes can be believed or understood", self._odd())
        self.play.act("The bank statement closes the circle", self._banking())

    # Orders

    def _ordering(self) -> Iterator[Post]:
        def paper(customer: Customer) -> papers.Paper:
            return papers.order_paper(self.orders[customer.number], customer.language, company.NAME)

        def number(customer: Customer) -> str:
            return self.orders[customer.number].number

        yield from_customer(
            BRIGHTWATER,
            f"order {number(BRIGHTWATER)} as PDF, in English",
            f"Purchase order {number(BRIGHTWATER)}",
            _ORDERED,
            text="Hello,\n\nplease find our purchase order attached.\n\nBest regards\nMaria Lopez\n",
            files=((f"{number(BRIGHTWATER)}.pdf", papers.as_pdf(paper(BRIGHTWATER))),),
        )
        yield from_customer(
            MUELLER,
            f"order {number(MUELLER)} as HTML, in German",
            f"Bestellung {number(MUELLER)}",
            _ORDERED,
            html=papers.as_html(paper(MUELLER)),
        )
        yield from_customer(
            VERDIER,
            f"order {number(VERDIER)} as plain text, in French",
            f"Commande {number(VERDIER)}",
            _ORDERED,
            text=papers.as_text(paper(VERDIER)),
        )
        yield from_customer(
            CALDER,
            f"order {number(CALDER)} as CSV, in English",
            f"New order {number(CALDER)}",
            _ORDERED,
            text="Hi,\n\nour order is attached as CSV from our system.\n\nThanks,\nAoife\n",
            files=((f"{number(CALDER)}.csv", papers.as_csv(paper(CALDER))),),
        )
        yield from_customer(
            HANSUNG,
            f"order {number(HANSUNG)} as XLSX, in Korean",
            f"발주서 {number(HANSUNG)}",
            _ORDERED,
            text="안녕하세요.\n\n발주서를 첨부합니다.\n\n감사합니다.\n김민준 드림\n",
            files=((f"{number(HANSUNG)}.xlsx", papers.as_xlsx(paper(HANSUNG))),),
        )
        yield from_customer(
            VANDIJK,
            f"order {number(VANDIJK)} as PDF, in Dutch, with last year's price",
            f"Inkooporder {number(VANDIJK)}",
            Expected(outcome="queued", books=("order",), waits=("order_discrepancy",), answers=("order_query",)),
            text="Goedemorgen,\n\nin de bijlage onze order.\n\nMet vriendelijke groet,\nBram van Dijk\n",
            files=((f"{number(VANDIJK)}.pdf", papers.as_pdf(paper(VANDIJK))),),
        )

    def _accepting(self) -> Iterator[Post]:
        asked = self.play.mail_to(VANDIJK, lambda mail: self.orders[VANDIJK.number].number in mail.subject)
        quoted = "".join(f"> {line}\n" for line in asked.text.splitlines())
        yield from_customer(
            VANDIJK,
            "replies ACCEPT: our price is right",
            f"Re: {asked.subject}",
            _ORDERED,
            text=f"ACCEPT\n\nBram van Dijk\n\n{company.ADDRESS} schreef:\n{quoted}",
            answers=asked.message,
        )

    # Deliveries

    def _receiving(self) -> Iterator[Post]:
        def paper(customer: Customer, **missing: int) -> papers.Paper:
            short = {item.replace("_", "-"): pieces for item, pieces in missing.items()}
            return papers.receipt_paper(
                self.orders[customer.number], customer.language, company.NAME, self.today, short
            )

        yield from_customer(
            BRIGHTWATER,
            "goods receipt as PDF, all there",
            "Goods receipt BW-77201",
            _INVOICED,
            text="Please find our goods receipt attached.\n",
            files=(("GR-4471.pdf", papers.as_pdf(paper(BRIGHTWATER))),),
        )
        yield from_customer(
            MUELLER,
            "goods receipt as plain text, all there",
            "Wareneingang zu 4500012877",
            _INVOICED,
            text=papers.as_text(paper(MUELLER)),
        )
        yield from_customer(
            VERDIER,
            "goods receipt as HTML, all there",
            "Bon de réception CMD-0418",
            _INVOICED,
            html=papers.as_html(paper(VERDIER)),
        )
        yield from_customer(
            CALDER,
            "goods receipt as XLSX, two valves short",
            "Goods receipt for PO-33907",
            Expected(
                outcome="processed", books=("delivery", "dispute", "invoice"), answers=("dispute_opened", "invoice")
            ),
            text="Hi,\n\nplease see the attached receipt.\n\nAoife\n",
            files=(("receipt PO-33907.xlsx", papers.as_xlsx(paper(CALDER, VL_220=2))),),
        )
        yield from_customer(
            HANSUNG,
            "goods receipt as XLSX, in Korean, all there",
            "입고확인서 HS-2611-021",
            _INVOICED,
            text="입고확인서를 첨부합니다.\n",
            files=(("입고확인서.xlsx", papers.as_xlsx(paper(HANSUNG))),),
        )

    # Remittances

    def _paying(self) -> Iterator[Post]:
        def paper(payment: Payment) -> papers.Paper:
            return papers.payment_paper(payment, payment.payer.language, company.NAME)

        self.payments = self._payments()
        brightwater, calder, verdier, mueller, hansung = self.payments
        yield from_customer(
            BRIGHTWATER,
            "remittance as PDF: two invoices less a credit note",
            "Remittance advice",
            _ANNOUNCED,
            text="Please find our remittance advice attached.\n",
            files=(("remittance.pdf", papers.as_pdf(paper(brightwater))),),
        )
        yield from_customer(
            CALDER,
            "remittance as XLSX: two invoices",
            "Payment advice",
            _ANNOUNCED,
            text="Hi,\n\ndetails of today's payment are attached.\n\nAoife\n",
            files=(("payment.xlsx", papers.as_xlsx(paper(calder))),),
        )
        yield from_customer(
            VERDIER,
            "remittance as mail text, 96.00 short: damaged pieces",
            "Avis de paiement",
            Expected(
                outcome="queued", books=("advice", "dispute"), waits=("amount_mismatch",), answers=("dispute_opened",)
            ),
            text=papers.as_text(paper(verdier)),
        )
        yield from_customer(
            MUELLER,
            "remittance as mail text: today's invoice less 2 % for early payment",
            "Zahlungsavis",
            _ANNOUNCED,
            text=papers.as_text(paper(mueller)),
        )
        yield from_customer(
            HANSUNG,
            "remittance as HTML, in Korean: today's invoice",
            "송금통지서",
            _ANNOUNCED,
            html=papers.as_html(paper(hansung)),
        )
        yield from_customer(
            FJORD,
            "remittance as mail text: 1,250.00, and two invoices of that amount are open",
            "Payment",
            Expected(outcome="queued", books=("advice",), waits=("ambiguous",), answers=()),
            text="Hello,\n\nwe have paid EUR 1,250.00 to your account today for the open invoice.\n\n"
            "Kind regards\nIngrid Dahl\n",
        )

    def _payments(self) -> tuple[Payment, ...]:
        today = self.today

        def old(number: str, deduction: str = "0", reason: str = "") -> tuple[str, Decimal, Decimal, Decimal, str]:
            total = next(one.total for one in company.OPEN_INVOICES if one.number == number)
            return number, Decimal(total), _ZERO, Decimal(deduction), reason

        skonto = (self.orders[MUELLER.number].total * 2 / 100).quantize(Decimal("0.01"))
        new = {c.number: (self._invoice_of(c), self.orders[c.number].total) for c in (MUELLER, HANSUNG)}
        return (
            Payment("ACH-20991", BRIGHTWATER, today, (old("INV-000871"), old("INV-000879"), old("CN-00041"))),
            Payment("CT-5512", CALDER, today, (old("INV-000884"), old("INV-000890"))),
            Payment("VIR-0099", VERDIER, today, (old("INV-000886", "96.00", "2 pièces endommagées"),)),
            Payment("ZA-7741", MUELLER, today, ((*new[MUELLER.number], skonto, _ZERO, ""),)),
            Payment("HS-PAY-118", HANSUNG, today, ((*new[HANSUNG.number], _ZERO, _ZERO, ""),)),
        )

    def _invoice_of(self, customer: Customer) -> str:
        """The number of the invoice that the customer found in the mail."""
        mail = self.play.mail_to(customer, lambda one: bool(_INVOICE_NUMBER.search(one.subject)))
        found = _INVOICE_NUMBER.search(mail.subject)
        assert found is not None
        return found[0]

    # What does not fit

    def _odd(self) -> Iterator[Post]:
        forged = self._order("BW-77999", BRIGHTWATER, ("PM-075", 40))
        yield from_customer(
            BRIGHTWATER,
            "forged: an order for 40 pumps that another server sends in its name",
            "Urgent purchase order BW-77999",
            Expected(outcome="queued", waits=("untrusted_sender",)),
            text=papers.as_text(papers.order_paper(forged, "en", company.NAME)),
            envelope_from="bounce@bulkmail.example",
        )
        yield from_customer(
            FJORD,
            "asks to use new bank details",
            "Our new bank details",
            Expected(outcome="queued", waits=("bank_change",)),
            text="Dear Sirs,\n\nplease note that our bank details have changed. From now on please use this account\n"
            "for all refunds: NO83 3000 1234 567, Nordic Savings Bank.\n\nKind regards\nIngrid Dahl\n",
        )
        last = self.play.mail_to(BRIGHTWATER, lambda _: True)
        yield from_customer(
            BRIGHTWATER,
            "out of office",
            f"Automatic reply: {last.subject}",
            Expected(outcome="processed", books=("contact",)),
            text="I am out of the office until Monday. In urgent cases please call our switchboard.\n",
            answers=last.message,
            headers=(("Auto-Submitted", "auto-replied"), ("X-Auto-Response-Suppress", "All")),
        )
        whole = papers.as_pdf(papers.order_paper(self.orders[VANDIJK.number], "nl", company.NAME))
        yield from_customer(
            VANDIJK,
            "a PDF that was cut off on its way",
            "Order",
            Expected(outcome="queued", waits=("unreadable",)),
            text="Zie bijlage.\n",
            files=(("order.pdf", whole[:700]),),
        )

    # The bank

    def _banking(self) -> Iterator[Post]:
        def came_in(currency: str) -> list[tuple[Customer, Decimal, str]]:
            return [
                (p.payer, p.total, f"{p.number} {p.lines[0][0]}") for p in self.payments if p.payer.currency == currency
            ]

        data = papers.camt053(
            [
                papers.statement(company.IBAN, "EUR", self.today, came_in("EUR"), "2026-E"),
                papers.statement(company.DOLLAR_IBAN, "USD", self.today, came_in("USD"), "2026-D"),
            ],
            self.today,
        )
        yield Post(
            who="Harbour Bank",
            what=f"statement camt.053 of two accounts, {len(self.payments)} credits",
            sender=f"statements@{company.BANK}",
            sender_name="Harbour Bank",
            subject=f"Account statement {self.today}",
            text="Your statement is attached.\n",
            files=((f"camt053-{self.today:%Y%m%d}.xml", data),),
            expected=Expected(outcome="processed", books=("receipt",) * len(self.payments)),
        )
