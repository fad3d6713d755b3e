"""`python -m agent` is `ar-agent`."""

from agent.cli import main

main()
