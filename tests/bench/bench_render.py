"""Documents a second after warm-up, one process, of 12 and 60 lines: `python -m tests.bench.bench_render`."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from dataclasses import replace

from agent.domain.notices import InvoiceNotice, NoticeKind
from templates import render
from templates.pdf import invoice_pdf
from templates.samples import COMPANY, invoice

SECONDS = 3.0


def rate(make: Callable[[int], object]) -> tuple[float, float]:
    """Documents a second, and the milliseconds of the fastest one."""
    for warm in range(3):
        make(-1 - warm)
    count, fastest, began = 0, 1e9, time.perf_counter()
    while time.perf_counter() - began < SECONDS:
        at = time.perf_counter()
        make(count)
        fastest = min(fastest, time.perf_counter() - at)
        count += 1
    return count / (time.perf_counter() - began), fastest * 1000


def main() -> None:
    began = time.perf_counter()
    invoice_pdf(invoice("en"), "en", COMPANY)
    print(f"first document {1000 * (time.perf_counter() - began):.0f} ms")
    for lines in (12, 60):
        for language in ("en", "ja"):
            base = invoice(language, lines)

            def paper(n: int, base=base, language=language) -> object:  # type: ignore[no-untyped-def]
                return invoice_pdf(replace(base, number=f"INV-{n}"), language, COMPANY)

            def mail(n: int, base=base, language=language) -> object:  # type: ignore[no-untyped-def]
                document = replace(base, number=f"INV-{n}")
                notice = InvoiceNotice(kind=NoticeKind.INVOICE, customer=base.customer, document=document)
                return render(notice, language, COMPANY)

            for name, make in (("pdf", paper), ("mail with pdf", mail)):
                each, best = rate(make)
                print(f"{lines:3} lines {language} {name:14} {each:7.1f}/s  best {best:6.2f} ms")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
