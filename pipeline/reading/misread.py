"""Texts whose letters were lost on the way: read in another code than their own, or replaced by a sign."""

from __future__ import annotations

import re

OF_ANOTHER_CODE = re.compile("\ufffd|[ÃÂ][\u00a0-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•˜™š›œžŸ]|â€|[a-z][‚ƒ†‡ˆ‰ŠŽ™][a-z]")
"""What is seen of a text read in another code than its own: « CollÃ¨ge » (UTF-8 cut short), « Coll‚ge » (MS-DOS)."""
_LOST = re.compile(r"[^\W\d_]\?[^\W\d_]")


def has_lost_letters(text: str) -> bool:
    """Return whether some letters of a text are no longer what was written: « CollÃ¨ge », « Coll?ge », « Coll�ge »."""
    return bool(OF_ANOTHER_CODE.search(text) or _LOST.search(text))
