"""Campaigns: each promise of docs/campaigns.md broken on purpose, many times over.

    python -m tests.campaign                    all of them, at the length of their short form
    python -m tests.campaign NAME --count 10000 --seed 7

`tests/campaign/test_campaigns.py` runs each in seconds.
"""
