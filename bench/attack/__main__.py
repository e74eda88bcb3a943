"""Run the long attacks and print their figures: ``python -m bench.attack [ATTACK ...]``.

Each takes a number of tries; ``make attack`` runs all of them at full length.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench.attack.damage import damage
from bench.attack.fulldisk import full_disk
from bench.attack.kills import kills
from bench.attack.questions import questions

ATTACKS = {
    "kills": (kills, 1_000),
    "damage": (damage, 1_000),
    "questions": (questions, 100_000),
    "full-disk": (full_disk, 50),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("attack", nargs="*", choices=[*ATTACKS, []])
    parser.add_argument("--tries", type=int)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    for name in given.attack or ATTACKS:
        attack, tries = ATTACKS[name]
        with tempfile.TemporaryDirectory(prefix="modelsearch-attack-") as place:
            for line in attack(Path(place), given.tries or tries, given.seed):
                print(f"{name}: {line}", flush=True)


if __name__ == "__main__":
    main()
