"""Progress bars that a program printed: how far it was to go, where none of them got there."""

from __future__ import annotations

import re

#: ``518/20347 [00:52<33:12`` of tqdm, also before its first step (``?``).
_BAR = re.compile(r"(?<!\d)(?P<done>\d{1,12})/(?P<total>\d{1,12}) \[[\d:?]{1,12}<")


def unreached(text: str) -> tuple[int, int] | None:
    """Return the steps that the only progress bar of a text counts to and the bar's line, where no
    state of it that was printed is its end; None where several bars stand there, which are begun
    anew, or one that was finished.
    """
    found = list(_BAR.finditer(text))
    totals = {int(one["total"]) for one in found}
    begun = sum(int(one["done"]) == 0 for one in found)
    if len(totals) != 1 or begun > 1:
        return None
    (total,) = totals
    if total == 0 or any(int(one["done"]) >= total for one in found):
        return None
    return total, text.count("\n", 0, found[-1].start()) + 1
