"""What the pages that are written may do in a browser: nothing but show themselves."""

from __future__ import annotations

#: No scripts, no network, no forms, no other base; pictures and styles of the page's own.
CONTENT_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'"
)

#: The element that says so; it stands before whatever it shall hold for.
POLICY_ELEMENT = f'<meta http-equiv="Content-Security-Policy" content="{CONTENT_POLICY}">'
