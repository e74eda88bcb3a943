"""The long attacks in their short form; `make attack` runs them at full length."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.attack.damage import damage
from bench.attack.kills import kills
from bench.attack.questions import questions


def damage_a_little(place: Path, tries: int, seed: int) -> Iterator[str]:
    """Each damaged file under some of the calls; a sound one under all."""
    return damage(place, tries, seed, most=8)


ATTACKS = {"kills": (kills, 20), "damage": (damage_a_little, 6), "questions": (questions, 300)}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("attack", ATTACKS)
def test_a_short_attack_finds_no_fault(
    tmp_path: Path, attack: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    run, tries = ATTACKS[attack]
    said = list(run(tmp_path, tries, 11))
    assert [line for line in said if "FAULT" in line] == []
