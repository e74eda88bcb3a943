"""How well the static reader reads training scripts, against labels made by eye."""
