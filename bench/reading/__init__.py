"""How well the static reader reads training scripts that people labelled by eye."""
