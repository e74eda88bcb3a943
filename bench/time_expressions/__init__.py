"""Public suites of English time expressions, and how many of them resolve to the right interval."""
