"""A short, seeded piece of the fuzz over all media; `make fuzz COUNT=… SEED=…` runs it at length."""

from __future__ import annotations

import random
import time

from tests.fuzz import fuzz_media

_SECONDS = 15.0  # of this test; what is left of the count is for the run at length


def test_changed_files_of_every_medium_raise_nothing_and_take_no_time() -> None:
    known = fuzz_media.seeds()
    began, done, slowest = time.process_time(), 0, 0.0
    for number in range(400):
        chance = random.Random(20_261_121 * 1_000_003 + number)
        name, data = chance.choice(known)
        data = fuzz_media.mutated(name, data, chance)
        start = time.process_time()
        fuzz_media.try_one(name, data)
        slowest = max(slowest, time.process_time() - start)
        done += 1
        if time.process_time() - began > _SECONDS:
            break
    assert done > 50
    assert slowest < fuzz_media.SLOW


def test_the_fuzz_makes_the_same_file_again_from_its_number() -> None:
    known = fuzz_media.seeds()
    made = [fuzz_media.mutated(*known[3], random.Random(5)) for _ in range(2)]
    assert made[0] == made[1]
    assert {name.rpartition(".")[2] for name, _ in known} >= {"eml", "pdf", "csv", "xlsx", "txt", "html"}
