"""The corpus: seeded, drawn by the weights of its kinds, each remittance written in one of the channels.

    from tests.evaluate.generator import corpus
    for case in corpus(5000, seed=1): …

Adversarial on purpose: numbers run in sequence so that a slip often hits another open invoice, customers share names and
amounts, one order has several invoices, and what payers get wrong is drawn far more often than it happens. A slip that
says something true of another open item of the same payer (its exact number and its exact amount) is drawn again: what a
payer declares is what is paid, and nobody could tell. How many those were is printed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.evaluate import doubtful, honest, sequences
from tests.evaluate.cases import KINDS, Case, Draw, Kind, Unsuitable
from tests.evaluate.world import World, worlds

MODULES = (honest, doubtful, sequences)  # each registers its kinds
CHANNELS = {"lines": 30, "csv": 20, "text": 20, "prose": 20, "x12": 15, "remadv": 15}


@dataclass(slots=True)
class Corpus:
    """The cases of one seed, and what was drawn again on the way."""

    count: int
    seed: int
    worlds: tuple[World, ...] = ()
    redrawn: int = 0

    def __iter__(self) -> Iterator[Case]:
        self.worlds = self.worlds or worlds(self.seed)
        rng = Random(f"corpus {self.seed}")
        weights = [kind.weight for kind in KINDS]
        made = 0
        while made < self.count:
            case = self._case(rng.choices(KINDS, weights)[0], Random(rng.getrandbits(64)))
            if case is not None:
                made += len(case.steps)
                yield case

    def _case(self, kind: Kind, rng: Random) -> Case | None:
        for _ in range(20):
            draw = Draw(rng.choice(self.worlds), rng)
            try:
                steps = tuple(kind.make(draw))
            except Unsuitable:
                continue
            finally:
                self.redrawn += draw.redrawn
            only_advices = all(hasattr(step, "sheet") for step in steps)
            settles = "paid" if only_advices and rng.random() < 0.1 else "announced"
            return Case(kind.name, kind.honest, draw.world, steps, settles)
        return None


def corpus(count: int, seed: int) -> Corpus:
    """Return the corpus of at least `count` remittances (advices and bank lines)."""
    return Corpus(count, seed)
