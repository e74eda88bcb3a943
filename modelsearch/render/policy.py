"""What the pages that are written may do in a browser: nothing but show themselves."""

from __future__ import annotations

import base64
import hashlib


def content_policy(style: str, *, attributes: bool = False) -> str:
    """Return the Content-Security-Policy of a page in one file whose style element holds
    ``style``: no scripts, no network, no forms, no other base, no other style element.

    ``attributes`` also allows style attributes, which plots have.
    """
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    drawn = "style-src-attr 'unsafe-inline'; " if attributes else ""
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; {drawn}"
        "base-uri 'none'; form-action 'none'"
    )
