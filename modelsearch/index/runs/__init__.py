"""Runs, curves, checkpoints and cards of an index run: joined, owned, written, told."""
