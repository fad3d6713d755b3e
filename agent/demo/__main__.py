"""`python -m agent.demo`: the main job on real mail, in half a minute."""

from __future__ import annotations

import argparse
import signal
import sys
from pathlib import Path

from agent.demo import company
from agent.demo.play import Play
from agent.demo.show import Show
from agent.demo.stage import Stage
from agent.demo.story import Story
from agent.demo.summary import sum_up
from agent.domain.errors import ArError


def main() -> int:
    """Play the demo; 0 where everything came as it must."""
    parser = argparse.ArgumentParser(
        prog="python -m agent.demo", description="The main job, on real mail, with a sample company."
    )
    parser.add_argument(
        "--home", type=Path, default=Path("demo-home"), help="the folder that is made anew (default: %(default)s)"
    )
    home: Path = parser.parse_args().home
    show = Show()
    show.title(
        f"{company.NAME}: one working day by mail", "A sample company, real mail servers on loopback, the real service."
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # whoever ends the demo ends the service with it
    try:
        with Stage(home.resolve()) as stage:
            show.text(
                f"IMAP on port {stage.imap.port}, SMTP on port {stage.smtp.port}; "
                f"`ar-agent --home {home} run` is watching",
                "2",
            )
            play = Play(stage, show)
            Story(play).tell()
            ended_well = sum_up(play, home)
    except ArError as error:
        show.line("wrong", "the demo stopped", "because of this:")
        show.text(f"  {error}", "31")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0 if ended_well else 1


if __name__ == "__main__":
    sys.exit(main())
