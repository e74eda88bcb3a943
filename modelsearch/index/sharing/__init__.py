"""Passing a catalogue on: export a part, merge several, move or forget a root, say what is inside.

The exported or merged file is written beside its final place and renamed when it is complete, so
that an interrupted command leaves no half file under the name that was asked for.
"""
