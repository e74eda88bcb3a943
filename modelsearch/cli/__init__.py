"""The command line: parse options, call, render."""
