"""Sizes of the trained network."""
from __future__ import annotations
from modelsearch.records import Fact, NamedFact
def read_layers(scene, network, families): return []
def count_parameters(network): return None
