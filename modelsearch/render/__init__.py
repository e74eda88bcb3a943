"""From rows to text: tables, detail blocks, picture lists, comparisons and machine formats.

Nothing here reads the database or prints; each function returns text or writes to a stream that
it is given. All text of files passes :func:`modelsearch.records.text.escape` on the way out.
"""
