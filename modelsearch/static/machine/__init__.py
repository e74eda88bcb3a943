"""The interpreter: what a script's expressions hold and which calls it reaches, without running it."""
