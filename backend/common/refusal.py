"""An operation that says no raises a Refusal: a code word and the data that show why.

The sentence is made by the page.
"""

from __future__ import annotations

from typing import Any, ClassVar


class Refusal(Exception):
    """Base of every refusal.

    `code` is the word that `backend/words/` turns into a sentence, `facts` what it is made
    from.
    """

    code: ClassVar[str]

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.code, facts)
        self.facts = facts
