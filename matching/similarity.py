"""The one home of rapidfuzz. Likeness of names supports an identification; likeness of numbers only suggests."""

from __future__ import annotations


def text_likeness(a: str, b: str) -> float:
    """Return how alike two short texts are, 0 to 1 (normalised Indel similarity)."""
    from rapidfuzz.distance import Indel

    return Indel.normalized_similarity(a, b)


def word_likeness(a: str, b: str) -> float:
    """Return how alike two texts are whatever the order of their words, 0 to 1."""
    from rapidfuzz import fuzz

    return fuzz.token_sort_ratio(a, b) / 100


def edits(a: str, b: str, most: int) -> int:
    """Return the edit distance (insert, delete, replace, swap of neighbours), or `most` + 1 where it is larger."""
    from rapidfuzz.distance import OSA

    return OSA.distance(a, b, score_cutoff=most)
