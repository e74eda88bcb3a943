"""Tests in a real browser: ``make test-browser`` (needs Chromium and the package playwright)."""
