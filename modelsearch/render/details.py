"""Detail blocks: one model in full, in the shape of the demo, and everything with its source.

:func:`details_block` is the short form below a result table. :func:`show_text` prints every value
that is known with the file and line where it was read, and what text beside the code contradicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from modelsearch import vocabulary
from modelsearch.records.structs import frozen
from modelsearch.records.text import (
    UNKNOWN,
    display_width,
    human_size,
    listed,
    one_line,
    paragraph,
    plain,
    rate,
    written_place,
)
from modelsearch.render.cells import framework_name
from modelsearch.render.recorded import recorded_blocks
from modelsearch.render.series import results
from modelsearch.store.rows import Detail, EvidenceRow, ModelRow, StageRow, TermRow
from modelsearch.vocabulary.fields import FIELDS

_BULLET, _SUB = "* ", "    + "


def _titled(label: str) -> str:
    return " ".join(word if word.isupper() else word.capitalize() for word in label.split())


#: What the result table shows of a stage: always there, and first.
_ALWAYS = ("batch_size", "learning_rate", "optimizer", "epochs")
#: Columns of a stage and their labels in the order in which they are printed.
_STAGE_LABELS: tuple[tuple[str, str], ...] = (
    ("model_class", "Model Class"),
    *(
        (field.column, _titled(field.label))
        for field in sorted(
            (one for one in FIELDS if one.source in ("stage", "stage text", "loss")),
            key=lambda one: _ALWAYS.index(one.name) if one.name in _ALWAYS else len(_ALWAYS),
        )
    ),
)


def details_block(
    detail: Detail, *, number: int | None = None, width: int = 100, heading: bool = True
) -> str:
    """Return the block of one model: ``Model #1 - ID:`` and its bullets.

    What the result table shows is always there, with a dash where unknown; the rest only where
    known. Lines are wrapped to ``width``; without ``heading`` there are only the bullets.
    """
    row = detail.row
    lines = []
    if heading:
        start = f"Model #{number} - " if number is not None else "Model "
        lines = [f"{start}{one_line(row.model_id)}:", ""]
    for label, value in (
        ("Model ID", one_line(row.model_id)),
        ("Path", one_line(row.path)),
        ("File Size", f"{row.size_bytes} ({human_size(row.size_bytes)})"),
        ("Created On", plain(row.created_at)),
        ("Last Modified", plain(row.modified_at)),
        ("Framework", framework_name(row)),
        ("Architecture", plain(row.architecture)),
        ("Families", listed(row.families)),
        ("Dataset", _datasets(detail.terms)),
    ):
        lines.append(_bullet(_BULLET, label, value, width))
    lines.extend(_configuration(detail, width))
    for label, value in (
        ("Techniques", listed(row.techniques)),
        ("Task", plain(row.task)),
        ("Application", plain(row.application)),
        ("Parameters", _grouped_number(row.parameters)),
        ("Metrics", _metrics(detail)),
        ("Images", plain(detail.images or None)),
        ("Tags", listed(detail.tags)),
        ("Notes", _notes(detail)),
    ):
        if value != UNKNOWN:
            lines.append(_bullet(_BULLET, label, value, width))
    lines.append(_bullet(_BULLET, "Description", plain(row.description), width))
    return "\n".join(lines)


def _bullet(bullet: str, label: str, value: str, width: int) -> str:
    return paragraph(f"{label}: {value}", width, first=bullet, rest=" " * len(bullet))


def _datasets(terms: Iterable[TermRow]) -> str:
    """Training data first, with the part that was kept; other roles named."""
    found = []
    for term in terms:
        if term.kind != "dataset":
            continue
        subset = f" ({one_line(term.subset)})" if term.subset else ""
        role = f" [{one_line(term.role)}]" if term.role not in (None, "train") else ""
        found.append((term.role != "train", f"{one_line(term.name)}{subset}{role}"))
    return ", ".join(text for _, text in sorted(found, key=lambda one: one[0])) or UNKNOWN


def _grouped_number(value: int | None) -> str:
    return UNKNOWN if value is None else f"{value:,}"


def _metrics(detail: Detail) -> str:
    return (
        "; ".join(result.text for result in results(detail.metrics, detail.recorded.curves))
        or UNKNOWN
    )


def _notes(detail: Detail) -> str:
    """Write the notes that people made, each with who wrote it and when."""
    said = [
        f"{one_line(note.value)} ({one_line(note.author or 'someone')}, {note.made_at[:10]})"
        for note in detail.notes
    ]
    return "; ".join(said) or UNKNOWN


def stage_value(stage: StageRow, field: str) -> str:
    """Write one field of a stage; a learning rate in full (``0.001``)."""
    return plain(getattr(stage, field))


def _configuration(detail: Detail, width: int) -> list[str]:
    """Return the main stage under the demo's heading, then further stages by name."""
    main = detail.main_stage or StageRow(0, "training", main=True)
    lines = [f"{_BULLET}Training Configuration:"]
    lines.extend(_stage_lines(main, width, hardware=listed(detail.row.hardware)))
    for stage in detail.stages:
        if stage is not main:
            lines.append(f"{_BULLET}Further Stage, {one_line(stage.name)}:")
            lines.extend(_stage_lines(stage, width, hardware=None))
    return lines


def _stage_lines(stage: StageRow, width: int, hardware: str | None) -> list[str]:
    shown = [
        (label, stage_value(stage, field))
        for field, label in _STAGE_LABELS
        if (field in _ALWAYS and hardware is not None) or getattr(stage, field) is not None
    ]
    if hardware is not None:
        after_epochs = 1 + next(i for i, (label, _) in enumerate(shown) if label == "Epochs")
        shown.insert(after_epochs, ("Hardware Used", hardware))
    return [_bullet(_SUB, label, value, width) for label, value in shown] or [f"{_SUB}{UNKNOWN}"]


@frozen
class _Line:
    """A value and the evidence fields, most exact first, under which its source may stand."""

    label: str
    value: str
    fields: tuple[str, ...] = ()
    raw: str = ""


def show_text(detail: Detail, *, width: int = 100) -> str:
    """Return everything known about one model, each value with where it was read.

    Sections without a value are left out. Contradictions by text come last, as sentences.
    """
    blocks = [one_line(detail.row.model_id)]
    for title, lines in _sections(detail):
        known = [line for line in lines if line.value != UNKNOWN]
        if known:
            heading = paragraph(title, width, rest="    ")
            blocks.append("\n".join([heading, *_sourced(known, detail, width)]))
    blocks += recorded_blocks(detail.recorded, width)
    said = [contradiction(entry, detail) for entry in detail.disagreements]
    if said:
        each = [paragraph(text, width, first="  ! ", rest="    ") for text in dict.fromkeys(said)]
        blocks.append("\n".join(["Stated differently elsewhere", *each]))
    return "\n\n".join(blocks)


def facts(detail: Detail) -> list[tuple[str, list[tuple[str, str, EvidenceRow | None]]]]:
    """Return what is known of a model, by section: each value's name, the value, its evidence."""
    return [
        (title, [(line.label, line.value, _entry(line, detail)) for line in known])
        for title, lines in _sections(detail)
        if (known := [line for line in lines if line.value != UNKNOWN])
    ]


def _sections(detail: Detail) -> list[tuple[str, list[_Line]]]:
    sections: list[tuple[str, list[_Line]]] = [
        ("File", _file_lines(detail)),
        ("Model", _model_lines(detail)),
    ]
    several = len(detail.stages) > 1
    for stage in detail.stages:
        sections.append((_stage_title(stage, several), _stage_lines_with_source(stage, detail)))
    settings = [
        _Line(one_line(entry.name), plain(entry.value), (f"hyperparameter {entry.name}",))
        for entry in detail.hyperparameters
    ]
    layers = [
        _Line(one_line(entry.name), plain(entry.value), (f"layer {entry.name}",))
        for entry in detail.layer_facts
    ]
    return [*sections, ("Settings", settings), ("Layers", layers), ("Results", _results(detail))]


def _results(detail: Detail) -> list[_Line]:
    return [
        _Line(one_line(result.name), result.value, (f"metric {result.name}",), result.raw)
        for result in results(detail.metrics, detail.recorded.curves)
    ]


def _file_lines(detail: Detail) -> list[_Line]:
    row = detail.row
    commits = f" ({row.commits} commits)" if row.commits and row.commits > 1 else ""
    source = f" [{row.date_source}]" if row.date_source else ""
    return [
        _Line("Path", one_line(row.path)),
        _Line("Folder", one_line(row.root)),
        _Line("Kind", plain(row.kind)),
        _Line("File Size", f"{row.size_bytes} ({human_size(row.size_bytes)})"),
        _Line("Lines of Code", plain(row.lines_of_code)),
        _Line("Created On", one_line(f"{row.created_at}{source}") if row.created_at else UNKNOWN),
        _Line(
            "Last Modified",
            one_line(f"{row.modified_at}{source}{commits}") if row.modified_at else UNKNOWN,
        ),
        _Line("README", plain(row.readme)),
        _Line("Images", plain(detail.images or None)),
        _Line("Tags", listed(detail.tags)),
        _Line("Notes", _notes(detail)),
    ]


def _model_lines(detail: Detail) -> list[_Line]:
    row = detail.row
    lines = [
        _Line("Framework", plain(row.framework), ("framework",), row.framework or ""),
        _Line("Framework Version", plain(row.framework_version), ("framework_version",)),
        _Line("Architecture", plain(row.architecture), ("architecture",)),
    ]
    for kind, label in (
        ("built of", "Built of"),
        ("trained as", "Trained as"),
        ("dataset", "Dataset"),
        ("technique", "Technique"),
        ("hardware", "Hardware"),
        ("framework", "Also uses"),
    ):
        for term in detail.terms:
            own = kind == "framework" and term.name == row.framework
            if kind in (term.kind, _axis(term)) and not own:
                lines.append(_term_line(label, term))
    return [
        *lines,
        _Line("Task", _task(row), ("task",), row.task or ""),
        _Line("Application", plain(row.application), ("application",)),
        _Line("Parameters", _grouped_number(row.parameters), ("parameters",)),
        _Line("Description", plain(row.description), ("description",)),
    ]


def _axis(term: TermRow) -> str | None:
    """Return what a family tells: what the network is built of, or what it is trained as."""
    return (term.axis or vocabulary.axis(term.name)) if term.kind == "family" else None


def _task(row: ModelRow) -> str:
    said = _weaker(row.weaker.get(row.task or ""))
    return plain(row.task) + (f" ({said})" if said else "")


def _term_line(label: str, term: TermRow) -> _Line:
    extra = [one_line(part) for part in (term.subset, term.note, _weaker(term.strength)) if part]
    if term.kind == "dataset" and term.role not in (None, "train"):
        extra.insert(0, f"for {one_line(term.role or '')}")
    text = one_line(term.name) + (f" ({'; '.join(extra)})" if extra else "")
    return _Line(label, text, (term.kind,), term.name)


def _weaker(strength: str | None) -> str:
    """Say how far a value stands that code does not bear out."""
    return {"stated": "stated, not in code", "named": "by name, not in code"}.get(
        strength or "", ""
    )


def _stage_title(stage: StageRow, several: bool) -> str:
    if not several:
        return "Training"
    rule = f", main: {one_line(stage.main_rule)}" if stage.main and stage.main_rule else ""
    main = rule or (", main" if stage.main else "")
    return f"Training stage: {one_line(stage.name)}{main}"


def _stage_lines_with_source(stage: StageRow, detail: Detail) -> list[_Line]:
    prefix = "" if stage.main else f"stage {stage.position} "
    lines = []
    for field, label in _STAGE_LABELS:
        value = stage_value(stage, field)
        fields = (prefix + field,)
        lines.append(_Line(label, value, fields, value.split(", ")[0] if field == "loss" else ""))
    # A GAN's second optimizer has no column of its own; where it was read says what it is.
    for field, label in (("optimizer", "Further Optimizer"), ("learning_rate", "Its Rate")):
        name = f"{prefix}further {field}"
        for entry in detail.evidence:
            if entry.agrees and entry.field == name:
                lines.append(_Line(label, one_line(entry.value), (name,), entry.value))
    return lines


def _sourced(lines: Sequence[_Line], detail: Detail, width: int) -> list[str]:
    written = []
    for line in lines:
        source = _source(line, detail)
        text = f"{line.label}: {line.value}" + (f"   ({source})" if source else "")
        if display_width(text) + 2 <= width:
            written.append("  " + text)
        else:
            written.append(paragraph(text, width, first="  ", rest="      "))
    return written


def _source(line: _Line, detail: Detail) -> str:
    entry = _entry(line, detail)
    if entry is None:
        return ""
    shown = not entry.path or entry.note is None or one_line(entry.note) in line.value
    note = "" if shown else f"; {one_line(entry.note or '')}"
    return place(entry, detail.row.path) + note


def _entry(line: _Line, detail: Detail) -> EvidenceRow | None:
    """Return where the value was read: the entry that states this very value comes first."""
    for field in line.fields:
        entries = [entry for entry in detail.evidence if entry.agrees and entry.field == field]
        same = [entry for entry in entries if _equal(entry.value, line.raw or line.value)]
        if same or (len(entries) == 1 and not field.startswith("metric ")):
            return (same or entries)[0]
    return None


def _equal(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def place(entry: EvidenceRow, model_path: str) -> str:
    """Write a place as a person would: ``v2.py:312``, relative to the model's own folder."""
    if not entry.path:
        return one_line(written_place(entry.path, None, None, entry.note))
    folder = model_path.rpartition("/")[0]
    path = entry.path.removeprefix(folder + "/") if folder else entry.path
    where = one_line(path)
    if entry.key:
        where += f" [{one_line(entry.key)}]"
    elif entry.line is not None:
        where += f":{entry.line}"
    return where


_KINDS = {"code": "code", "config": "configuration", "output": "recorded output", "card": "card",
          "corrected": "correction"}  # fmt: skip


def contradiction(entry: EvidenceRow, detail: Detail) -> str:
    """Say what a text states differently: ``README.md:14 says 10 epochs; the code says 1000.``"""
    field = entry.field.rpartition(" ")[2] if entry.field.startswith("stage ") else entry.field
    text = f"{place(entry, detail.row.path)} says {_said(field, entry.value)}"
    ours = _our_value(entry.field, field, detail)
    if ours is not None:
        value, kind = ours
        text += f"; the {_KINDS.get(kind, 'rest')} says {_said_value(field, value)}"
    return text + "."


def _said(name: str, value: str) -> str:
    """Return a contradicted value as a sentence has it: ``10 epochs``, ``batch size 64``."""
    field = next((one for one in FIELDS if name in (one.name, one.key)), None)
    written = _said_value(name, value)
    label = name.replace("_", " ") if field is None else field.name.replace("_", " ")
    return f"{written} {label}" if field and field.unit == label else f"{label} {written}"


def _said_value(field: str, value: str) -> str:
    if field != "learning_rate":
        return one_line(value)
    try:
        return rate(float(value))
    except ValueError:
        return one_line(value)


def _our_value(full: str, field: str, detail: Detail) -> tuple[str, str] | None:
    for name in (full, field):
        for entry in detail.evidence:
            if entry.agrees and entry.field == name:
                return entry.value, entry.kind
    value = getattr(detail.row, field, None)
    return None if value is None or isinstance(value, list) else (str(value), "code")
