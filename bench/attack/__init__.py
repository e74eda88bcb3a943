"""Attacks on the program: kills, full disks, damaged and hostile databases, random questions.

The test suite runs a short form of each; ``make attack`` the long one, with figures.
"""
