"""How training runs: stages, loops, optimizers, batches, losses."""
