"""The interpreter: what expressions hold and which calls are reached, without running."""
