"""Writing model records as rows, with evidence for each value.

A model that is read again keeps its row (and with it its pictures and its id); what was read from
its files is replaced.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields

import apsw

from modelsearch import vocabulary
from modelsearch.records.artefacts import (
    DatasetFact,
    Evidence,
    Fact,
    ImageRecord,
    Metric,
    ModelRecord,
    NamedFact,
    Passage,
    TrainingStage,
)
from modelsearch.store.database import fetch_all, fetch_value
from modelsearch.store.fitting import clean, finite, fitted
from modelsearch.store.leaving_out import left_out, reduced_image, reduced_model
from modelsearch.store.profile import profile_passage
from modelsearch.store.secrets.masking import masker_of
from modelsearch.vocabulary.own import in_use

#: Tables whose rows are replaced when a model is read again.
_CHILDREN = (
    "model_term",
    "training_stage",
    "hyperparameter",
    "layer_fact",
    "metric",
    "evidence",
    "passage",
    "code",
)
_MODEL_FACTS = (
    "framework",
    "framework_version",
    "architecture",
    "task",
    "application",
    "description",
    "parameters",
)
_STAGE_FACTS = (
    "model_class",
    "optimizer",
    "learning_rate",
    "batch_size",
    "epochs",
    "steps",
    "episodes",
    "weight_decay",
    "betas",
    "momentum",
    "scheduler",
    "gradient_accumulation",
    "mixed_precision",
    "ema",
)
#: Fields of a picture that are rows of tables of their own.
_IMAGE_CHILDREN = {"words", "settings"}


#: The row id of the model that a file (root, path) is.
MODEL_AT = "SELECT model FROM artefact WHERE root = ? AND path = ?"


class Store:
    """Writes records into one open database. Use it inside transactions."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._terms: dict[tuple[str, str], int] = {}
        self._path, self._evidences = "", 0  # of the model that is being written
        self._masker = masker_of(connection)
        self._left_out = left_out(connection)

    def root(self, path: str) -> int:
        """Return the row id of a root folder, adding it when it is new."""
        self._run("INSERT INTO root (path) VALUES (?) ON CONFLICT (path) DO NOTHING", path)
        return int(self._one("SELECT id FROM root WHERE path = ?", path))

    def forget_terms(self) -> None:
        """Forget cached term ids, as after a rolled-back transaction."""
        self._terms.clear()

    def write_model(self, root: int, record: ModelRecord) -> int:
        """Insert a model or replace what was read of it; return its row id."""
        record = reduced_model(record, self._left_out)
        reading = record.reading
        self._path, self._evidences = record.path, 0
        facts = {name: getattr(reading, name) for name in _MODEL_FACTS}
        columns: dict[str, object] = {
            "model_id": record.model_id,
            "name": record.name,
            "spelling": vocabulary.normalise(record.model_id),
            "kind": record.kind,
            "root": root,
            "path": record.path,
            "size_bytes": record.size_bytes,
            "created_at": record.dates.created_at,
            "modified_at": record.dates.modified_at,
            "date_source": record.dates.source,
            "commits": record.dates.commits,
            "lines_of_code": reading.lines_of_code,
            "readme": record.readme,
            "task_strength": reading.task.evidence.strength if reading.task else None,
            "content_hash": record.content_hash,
            **{
                name: None if fact is None else fitted(name, fact.value)
                for name, fact in facts.items()
            },
        }
        code: dict[str, object] | None = None
        if reading.code is not None:  # first: what is found here is masked elsewhere too
            packed = {"length": reading.code.length, "text": reading.code.data}
            code = self._masked("code", packed)
        model = self._upsert_model(root, self._masked("model", columns))
        for table in _CHILDREN:
            self._run(f"DELETE FROM {table} WHERE model = ?", model)
        for name, fact in facts.items():
            self._evidence(model, name, fact)
        self._write_terms(model, record)
        self._write_stages(model, reading.stages)
        self._write_named(model, "hyperparameter", reading.hyperparameters)
        self._write_named(model, "layer_fact", reading.layer_facts)
        self._write_metrics(model, reading.metrics)
        for named in record.disagreements:
            self._evidence(model, named.name, named.fact, agrees=False)
        self._write_dates(model, record)
        if code is not None:
            self._insert("code", {"model": model, **code}, masked=True)
        self._write_passages(model, [profile_passage(record), *reading.passages])
        return model

    def write_image(self, model: int | None, root: int, image_id: str, image: ImageRecord) -> None:
        """Insert a picture, or replace what was read of it. ``model`` is the row of its owner, None
        where that is not known. What a picture of the same bytes looks like stays known.
        """
        image = reduced_image(image, self._left_out)
        self._path = image.path
        values = {
            field.name: getattr(image, field.name)
            for field in fields(image)
            if field.name not in _IMAGE_CHILDREN
        }
        row = self._upsert_image(
            {"image_id": image_id, "model": model, "root": root, **values}, image
        )
        self._connection.executemany(  # words are those of a name, or of texts that were masked
            "INSERT INTO image_word (image, word, source) VALUES (?, ?, ?)",
            [(row, clean(word), source) for word, source in image.words],
        )
        for name, value in image.settings:
            number = finite(value) if isinstance(value, int | float) else None
            self._insert(
                "image_setting", {"image": row, "name": name, "number": number, "text": str(value)}
            )

    def _upsert_image(self, columns: dict[str, object], image: ImageRecord) -> int:
        """Write a picture's row, without its words and settings; return its id."""
        known = "SELECT id, sha256, kind, looks FROM image WHERE root = ? AND path = ?"
        rows = fetch_all(self._connection, known, (columns["root"], image.path))
        row, sha256, kind, looks = rows[0] if rows else (None, None, None, None)
        if row is None or sha256 != image.sha256 or looks is None:
            self._run("DELETE FROM image WHERE id = ?", row)
            self._insert("image", {"id": row, **columns})
            return int(self._connection.last_insert_rowid())
        if kind == "plot" and columns["kind"] in (None, "samples"):
            columns["kind"] = kind  # as it looks
        cleaned = self._masked("image", columns)
        assignments = ", ".join(f"{name} = ?" for name in cleaned)
        values = (clean(one) if isinstance(one, str) else one for one in cleaned.values())
        self._run(f"UPDATE image SET {assignments} WHERE id = ?", *values, row)
        for table in ("image_word", "image_setting"):
            self._run(f"DELETE FROM {table} WHERE image = ?", row)
        return int(row)

    def _upsert_model(self, root: int, columns: dict[str, object]) -> int:
        row = fetch_value(
            self._connection,
            MODEL_AT,
            (root, columns["path"]),
        )
        if row is None:
            self._insert("model", columns)
            return int(self._connection.last_insert_rowid())
        assignments = ", ".join(f"{name} = ?" for name in columns)
        self._run(f"UPDATE model SET {assignments} WHERE id = ?", *columns.values(), row)
        return int(row)

    def _write_terms(self, model: int, record: ModelRecord) -> None:
        reading = record.reading
        for kind, facts in (
            ("family", reading.families),
            ("framework", reading.frameworks),
            ("technique", reading.techniques),
            ("hardware", reading.hardware),
        ):
            for position, fact in enumerate(facts):
                self._link(model, self.term(kind, str(fact.value)), position, fact)
                self._evidence(model, kind, fact)
        for position, dataset in enumerate(_train_first(reading.datasets)):
            self._link(model, self.term("dataset", dataset.name), position, dataset)
            self._evidence(model, "dataset", Fact(dataset.name, dataset.evidence, dataset.note))

    def _link(self, model: int, term: int, position: int, fact: Fact | DatasetFact) -> None:
        part = (fact.role, fact.subset) if isinstance(fact, DatasetFact) else (None, None)
        self._run(
            "INSERT INTO model_term (model, term, position, strength, role, subset, note) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (model, term) DO NOTHING",
            *(model, term, position, fact.evidence.strength, *part, fact.note),
        )

    def term(self, kind: str, name: str) -> int:
        """Return the row id of a term, adding it with its aliases, subjects and broader terms."""
        name = str(self._masked("term", {"name": name})["name"])
        known = self._terms.get((kind, name))
        if known is not None:
            return known
        row = fetch_value(
            self._connection, "SELECT id FROM term WHERE kind = ? AND name = ?", (kind, name)
        )
        term = self._add_term(kind, name) if row is None else int(row)
        self._terms[kind, name] = term
        if row is None or in_use().digest:  # a name that is stored may have a new alias
            self._describe(term, kind, name)
        return term

    def _add_term(self, kind: str, name: str) -> int:
        entry = vocabulary.find(kind, name)
        modality = entry.modality if entry else None
        axis = vocabulary.axis(name) if kind == "family" else None
        self._insert("term", {"kind": kind, "name": name, "modality": modality, "axis": axis})
        term = int(self._connection.last_insert_rowid())
        self._run("INSERT INTO term_ancestor VALUES (?, ?, 0)", term, term)
        return term

    def _describe(self, term: int, kind: str, name: str) -> None:
        """Store other spellings of a term, what it shows, and its broader terms."""
        entry = vocabulary.find(kind, name)
        if entry is None:
            return
        for alias in entry.aliases:
            self._run("INSERT OR IGNORE INTO term_alias VALUES (?, ?)", term, alias)
        for subject in entry.subjects:
            self._run("INSERT OR IGNORE INTO term_subject VALUES (?, ?)", term, subject)
        for ancestor, distance in vocabulary.ancestors(kind, name):
            if distance:
                self._run(
                    "INSERT OR IGNORE INTO term_ancestor VALUES (?, ?, ?)",
                    term,
                    self.term(kind, ancestor),
                    distance,
                )

    def _write_stages(self, model: int, stages: Sequence[TrainingStage]) -> None:
        for position, stage in enumerate(stages, 1):
            facts = {name: getattr(stage, name) for name in _STAGE_FACTS}
            values = {
                name: None if fact is None else fitted(name, fact.value)
                for name, fact in facts.items()
            }
            loss = ", ".join(str(fact.value) for fact in stage.loss) or None
            self._insert(
                "training_stage",
                {
                    "model": model,
                    "position": position,
                    "name": stage.name,
                    "main": int(stage.main),
                    "main_rule": stage.main_rule,
                    "loss": loss,
                    **values,
                },
            )
            prefix = "" if stage.main else f"stage {position} "
            for name, fact in facts.items():
                if values[name] is not None:
                    self._evidence(model, prefix + name, fact)
            for fact in stage.loss:
                self._evidence(model, f"{prefix}loss", fact)
            for optimizer, rate in stage.others:
                self._evidence(model, f"{prefix}further optimizer", optimizer)
                self._evidence(model, f"{prefix}further learning_rate", rate)

    def _write_named(self, model: int, table: str, named: Iterable[NamedFact]) -> None:
        for item in named:
            value = item.fact.value
            numeric = isinstance(value, int | float) and not isinstance(value, bool)
            number = finite(value) if numeric else None
            text = None if number is not None else str(value)
            self._insert(table, {"model": model, "name": item.name, "number": number, "text": text})
            self._evidence(model, f"{table.replace('_fact', '')} {item.name}", item.fact)

    def _write_metrics(self, model: int, metrics: Iterable[Metric]) -> None:
        for metric in metrics:
            better = metric.higher_is_better
            self._insert(
                "metric",
                {
                    "model": model,
                    "name": metric.name,
                    "value": metric.value,
                    "dataset": metric.dataset,
                    "split": metric.split,
                    "step": metric.step,
                    "higher_is_better": None if better is None else int(better),
                },
            )
            fact = Fact(metric.value, metric.evidence, metric.note)
            self._evidence(model, f"metric {metric.name}", fact)

    def _write_dates(self, model: int, record: ModelRecord) -> None:
        dates = record.dates
        changed_from = dates.modified_from or dates.source
        for name, value, source in (
            ("created_at", dates.created_at, dates.source),
            ("modified_at", dates.modified_at, changed_from),
        ):
            if value is not None:
                self._evidence(model, name, Fact(value, Evidence(record.path, source)))

    def _write_passages(self, model: int, passages: Iterable[Passage]) -> None:
        for passage in passages:
            values: dict[str, object] = {
                "model": model,
                "kind": passage.kind,
                "title": passage.title,
                "text": passage.text,
                "path": self._beside(passage.path),
                "line": passage.line,
                "embed": int(passage.embed),
            }
            values = self._masked("passage", values)
            values["hash"] = passage_hash(str(values["title"]), str(values["text"]))
            self._insert("passage", values, masked=True)

    def _evidence(self, model: int, field: str, fact: Fact | None, *, agrees: bool = True) -> None:
        if fact is None:
            return
        where = fact.evidence
        self._evidences += 1
        self._insert(
            "evidence",
            {
                "model": model,
                "position": self._evidences,
                "field": field,
                "value": clean(str(fact.value)),
                "path": self._beside(where.path),
                "line": where.line,
                "key": where.key,
                "kind": where.kind,
                "note": fact.note,
                "agrees": int(agrees),
            },
        )

    def _beside(self, path: str | None) -> str | None:
        """Return a path as it is stored: NULL stands for the model's own file."""
        return None if path == self._path else path

    def _insert(self, table: str, values: dict[str, object], *, masked: bool = False) -> None:
        values = values if masked else self._masked(table, values)
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        cleaned = [clean(value) if isinstance(value, str) else value for value in values.values()]
        self._run(f"INSERT INTO {table} ({names}) VALUES ({marks})", *cleaned)

    def _masked(self, table: str, values: dict[str, object]) -> dict[str, object]:
        return self._masker.row(table, values, self._path)

    def _run(self, sql: str, *values: object) -> None:
        self._connection.execute(sql, values)

    def _one(self, sql: str, *values: object) -> int:
        return int(fetch_value(self._connection, sql, values))


def passage_hash(title: str, text: str) -> int:
    """Return a hash (64 bits, signed) of what a passage says; equal passages share one encoding."""
    joined = f"{title}\0{text}".encode("utf-8", "surrogatepass")
    digest = hashlib.blake2b(joined, digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _train_first(datasets: Sequence[DatasetFact]) -> Iterator[DatasetFact]:
    """Training data first: where one dataset serves twice, its training role is kept."""
    yield from (dataset for dataset in datasets if dataset.role == "train")
    yield from (dataset for dataset in datasets if dataset.role != "train")
