"""Measurements: speed on this machine, and quality against judged and labelled sets."""
