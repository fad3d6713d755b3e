"""`python -m agent.demo`: the main job on real mail, in half a minute."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from agent.demo.play import Play
from agent.demo.show import Show
from agent.demo.stage import Stage
from agent.demo.story import Story
from agent.demo.summary import sum_up
from agent.domain.errors import ArError


def main() -> int:
    """Play the demo; 0 where everything came as it must."""
    parser = argparse.ArgumentParser(prog="python -m agent.demo", description="The main job, on real mail, with a sample company.")
    parser.add_argument("--home", type=Path, default=Path("demo-home"), help="the folder that is made anew (default: %(default)s)")
    home: Path = parser.parse_args().home
    show = Show()
    try:
        with Stage(home.resolve()) as stage:
            play = Play(stage, show)
            Story(play).tell()
            ended_well = sum_up(play, home)
    except ArError as error:
        show.line("wrong", "the demo stopped", str(error))
        return 1
    except KeyboardInterrupt:
        return 130
    return 0 if ended_well else 1


if __name__ == "__main__":
    sys.exit(main())
