"""Compare what is stored of runs and checkpoints with facts that were read by hand."""
