"""What people say of models: tags and notes."""

from __future__ import annotations

from modelsearch.vocabulary.fields.field import Field, row

ROWS: tuple[Field, ...] = (
    row("tag", "term", "said", "tags, tagged, tagged as, labelled as, marked as",
        "a tag that someone gave the model", "tag:baseline", many=True, key="tags"),
    row("note", "text", "said words", "notes, noted, noted as, remark, remarks",
        "words of a note that someone wrote about the model", "note:diverged", many=True,
        key="notes"),
)  # fmt: skip
