"""What the pages that are written may do in a browser: show themselves, and run the one script that
stands in them, where there is one.
"""

from __future__ import annotations

import base64
import hashlib


def content_policy(style: str, *, attributes: bool = False, script: str = "") -> str:
    """Return the Content-Security-Policy of a page in one file whose style element holds
    ``style``: no network, no forms, no other base, no other style element, and no script but
    ``script`` where one is given; videos only beside it.

    ``attributes`` also allows style attributes, which plots have.
    """
    drawn = "style-src-attr 'unsafe-inline'; " if attributes else ""
    run = f"script-src {_hashed(script)}; media-src data:; " if script else ""
    return (
        f"default-src 'none'; img-src data:; style-src {_hashed(style)}; {drawn}{run}"
        "base-uri 'none'; form-action 'none'"
    )


def _hashed(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"
