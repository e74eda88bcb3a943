"""Rounds of an agent that are no passes over data.

An agent plays, and then learns from what it played in a few passes over that alone; neither these
passes nor the rounds around them are epochs. Where a loop that calls itself one of epochs stands
outermost, its author means epochs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from modelsearch import vocabulary
from modelsearch.static.training.loops import bound_name, kind_of, label
from modelsearch.static.training.stages import StageInfo

_PLAYS = "Reinforcement learning"


def without_rounds(stages: list[StageInfo], families: Iterable[str]) -> None:
    """Take the epochs from stages of agents that count rounds of play instead."""
    if not any(map(_is_agent, families)):
        return
    for stage in stages:
        if stage.record.epochs is not None and not stage.fitted and _counts_rounds(stage):
            stage.record = replace(stage.record, epochs=None)


def _is_agent(family: str) -> bool:
    return family == _PLAYS or any(
        name == _PLAYS for name, _ in vocabulary.ancestors("family", family)
    )


def _counts_rounds(stage: StageInfo) -> bool:
    """Return whether the loop that was taken for epochs is not an outermost one called so."""
    for depth, loop in enumerate(stage.loops):
        if kind_of(loop, inner_data=depth + 1 < len(stage.loops)) == "epochs":
            named = re.search("epoch", f"{label(loop)} {bound_name(loop)}", re.I)
            return depth > 0 or named is None
    return False
