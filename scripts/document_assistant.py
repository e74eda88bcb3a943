"""Write ten calls of an assistant, and what it was answered, into docs/assistants.md.

``python scripts/document_assistant.py DATABASE_OF_THE_FIXTURES``; a test makes the same calls by
the protocol's own client and fails while the page differs. Of long answers the beginning is shown.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import wrap
from typing import Any

PAGE = Path(__file__).resolve().parent.parent / "docs" / "assistants.md"
CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("search", {"question": "what learning rate does flower_v2 use?"}),
    ("search", {"question": "how many models per framework?"}),
    ("search", {"question": "diffusion models on CIFAR-10, not in PyTorch", "limit": 1}),
    ("search", {"question": "which model trained for the most epochs?", "limit": 1}),
    ("facets", {"field": "optimizers", "limit": 3}),
    ("compare", {"models": ["flower_v1", "flower_v2"]}),
    ("show", {"model": "flower_v2", "evidence_of": ["optimizer", "batch_size"]}),
    ("images", {"model": "cyclegan_v1", "limit": 1}),
    ("sql", {"statement": "SELECT model_id, epochs FROM models WHERE optimizer = 'RMSprop'"}),
    ("show", {"model": "nosuchmodel"}),
)
_LONGEST = 900  #: characters of an answer that are shown
_HERE = {"root": "/home/ana/models"}  #: instead of the folder of who runs this


def transcript(answers: list[Any]) -> str:
    """Return the calls with their answers, as the page shows them."""
    parts = []
    for (tool, arguments), answer in zip(CALLS, answers, strict=True):
        given = ", ".join(f"{name}={json.dumps(value)}" for name, value in arguments.items())
        text = json.dumps(answer | _HERE if "root" in answer else answer, ensure_ascii=False)
        shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]} … {len(text):,} characters"
        parts.append("\n".join([f"> {tool}({given})", *wrap(shown, 100, break_on_hyphens=False)]))
    return "\n\n".join(parts)


def documented(text: str, answers: list[Any]) -> str:
    """Return the page with the transcript made anew."""
    made = f"<!-- transcript -->\n```\n{transcript(answers)}\n```\n<!-- end -->"
    return re.sub(r"<!-- transcript -->.*?<!-- end -->", lambda _: made, text, flags=re.DOTALL)


def main() -> None:
    """Write the page."""
    from modelsearch.api.assistant import Tools
    from modelsearch.records.errors import ModelsearchError

    tools = Tools(Path(sys.argv[1]))

    def call(tool: Callable[..., Any], arguments: dict[str, Any]) -> Any:
        try:
            return tool(**arguments)
        except ModelsearchError as error:
            return {"error": str(error)}

    answers = [call(getattr(tools, tool), arguments) for tool, arguments in CALLS]
    PAGE.write_text(documented(PAGE.read_text(encoding="utf-8"), answers), encoding="utf-8")


if __name__ == "__main__":
    main()
