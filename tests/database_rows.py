"""A small database to render and compare, filled with plain INSERT statements.

Nothing of the program's own writing code is used, so that these tests hold for any writer of the
schema.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw

from modelsearch.store.database import Opened

SCHEMA = Path(__file__).parent.parent / "schema.sql"


class Rows:
    """Builds rows; every method returns the row id of what it added."""

    def __init__(self, connection: apsw.Connection) -> None:
        self.connection = connection
        self.root = self.insert("root", path="/data/models")

    def insert(self, table: str, **values: Any) -> int:
        names = ", ".join(values)
        marks = ", ".join("?" * len(values))
        self.connection.execute(
            f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(values.values())
        )
        return int(self.connection.last_insert_rowid())

    def model(
        self,
        model_id: str,
        *,
        families: tuple[str, ...] = (),
        datasets: tuple[Any, ...] = (),
        techniques: tuple[str, ...] = (),
        hardware: tuple[str, ...] = (),
        training: dict[str, Any] | None = None,
        layers: dict[str, Any] | None = None,
        settings: dict[str, Any] | None = None,
        **columns: Any,
    ) -> int:
        values: dict[str, Any] = {
            "model_id": model_id,
            "name": model_id,
            "kind": "script",
            "root": self.root,
            "path": f"{model_id}.py",
            "size_bytes": 1000,
            **columns,
        }
        model = self.insert("model", **values)
        for kind, names in (
            ("family", families),
            ("dataset", datasets),
            ("technique", techniques),
            ("hardware", hardware),
        ):
            for position, name in enumerate(names):
                self.term(model, kind, name, position)
        if training is not None:
            self.stage(model, name="training", main=1, **training)
        self.named(model, "layer_fact", layers or {})
        self.named(model, "hyperparameter", settings or {})
        return model

    def term(self, model: int, kind: str, name: Any, position: int) -> None:
        name, subset = name if isinstance(name, tuple) else (name, None)
        found = self.connection.execute(
            "SELECT id FROM term WHERE kind = ? AND name = ?", (kind, name)
        ).fetchone()
        term = found[0] if found else self.insert("term", kind=kind, name=name)
        self.connection.execute(
            "INSERT OR IGNORE INTO term_ancestor VALUES (?, ?, 0)", (term, term)
        )
        role = "train" if kind == "dataset" else None
        self.insert(
            "model_term", model=model, term=term, position=position, role=role, subset=subset
        )

    def stage(self, model: int, *, position: int = 1, name: str, main: int, **values: Any) -> int:
        return self.insert(
            "training_stage", model=model, position=position, name=name, main=main, **values
        )

    def named(self, model: int, table: str, values: dict[str, Any]) -> None:
        for name, value in values.items():
            number = value if isinstance(value, int | float) else None
            text = None if number is not None else value
            self.insert(table, model=model, name=name, number=number, text=text)

    def metric(self, model: int, name: str, value: float, **columns: Any) -> int:
        return self.insert("metric", model=model, name=name, value=value, **columns)

    def evidence(
        self,
        model: int,
        field: str,
        value: str,
        path: str,
        line: int | None = None,
        kind: str = "code",
        **columns: Any,
    ) -> int:
        last = self.connection.execute(
            "SELECT coalesce(max(position), 0) FROM evidence WHERE model = ?", (model,)
        ).fetchone()[0]
        return self.insert(
            "evidence",
            model=model,
            position=last + 1,
            field=field,
            value=value,
            path=path,
            line=line,
            kind=kind,
            **columns,
        )

    def image(self, model: int | None, path: str, **columns: Any) -> int:
        values = {"image_id": path.rpartition(".")[0].replace("/", "_"), "size_bytes": 2048}
        return self.insert("image", model=model, root=self.root, path=path, **{**values, **columns})


def empty() -> Rows:
    """Return rows over a new database in memory."""
    connection = Opened(":memory:")
    connection.execute(SCHEMA.read_text(encoding="utf-8"))
    return Rows(connection)


def flowers() -> Rows:
    """Three models that the demo names, with stages, metrics, pictures and evidence."""
    rows = empty()
    flower = {
        "framework": "PyTorch",
        "framework_version": "2.7",
        "architecture": "ConditionalUNet",
    }
    first = rows.model(
        "Generative-Oxford-102-Flower_v1",
        path="Generative-Oxford-102-Flower/v1.py",
        size_bytes=64614,
        created_at="2025-04-04T21:50:47+08:00",
        modified_at="2025-04-04T21:50:47+08:00",
        date_source="git",
        description="Conditional diffusion of flowers at 256 by 256 pixels with a cosine schedule.",
        parameters=35_700_000,
        families=("Diffusion", "U-Net", "CNN"),
        datasets=("Oxford 102 Flower",),
        techniques=("attention",),
        hardware=("CUDA", "CPU"),
        training={"optimizer": "Adam", "learning_rate": 1e-3, "batch_size": 256, "epochs": 1000},
        layers={"image_size": 256, "heads": 8},
        **flower,
    )
    second = rows.model(
        "Generative-Oxford-102-Flower_v2",
        path="Generative-Oxford-102-Flower/v2.py",
        size_bytes=78491,
        created_at="2025-04-04T21:50:47+08:00",
        modified_at="2025-04-06T09:12:00+08:00",
        date_source="git",
        commits=3,
        readme="Generative-Oxford-102-Flower/README.md",
        description="Class-conditional diffusion on Oxford flowers.\nSaves samples each epoch.",
        parameters=12_400_000,
        families=("Diffusion", "U-Net", "CNN"),
        datasets=("Oxford 102 Flower",),
        hardware=("CPU",),
        layers={"image_size": 256},
        settings={"timesteps": 500, "beta_schedule": "cosine"},
        **flower,
    )
    rows.stage(
        second,
        position=1,
        name="autoencoder",
        main=0,
        optimizer="AdamW",
        learning_rate=2e-4,
        epochs=5,
        loss="MSELoss",
    )
    rows.stage(
        second,
        position=2,
        name="diffusion",
        main=1,
        main_rule="it comes last",
        model_class="ConditionalUNet",
        optimizer="Adam",
        learning_rate=1e-3,
        batch_size=64,
        epochs=10,
    )
    third = rows.model(
        "Generative-Fashion-MNIST_latent_new_model",
        path="Generative-Fashion-MNIST/latent_new_model.py",
        size_bytes=44421,
        created_at="2025-03-16T15:06:40+08:00",
        modified_at="2025-04-09T11:17:44+08:00",
        date_source="git",
        framework="PyTorch",
        architecture="SimpleUNet",
        families=("Latent diffusion", "U-Net", "CNN", "VAE"),
        datasets=("Fashion-MNIST",),
        hardware=("CUDA", "MPS", "CPU"),
        training={"optimizer": "Adam", "learning_rate": 1e-3, "batch_size": 256, "epochs": 10},
        layers={"latent_size": 64},
    )
    script = "Generative-Oxford-102-Flower/v2.py"
    for field, value, line in (
        ("framework", "PyTorch", 3),
        ("architecture", "ConditionalUNet", 290),
        ("family", "Diffusion", 120),
        ("family", "U-Net", 64),
        ("dataset", "Oxford 102 Flower", 301),
        ("hardware", "CPU", 12),
        ("optimizer", "Adam", 311),
        ("learning_rate", "0.001", 312),
        ("batch_size", "64", 302),
        ("epochs", "10", 330),
        ("stage 1 epochs", "5", 250),
        ("stage 1 loss", "MSELoss", 244),
        ("hyperparameter timesteps", "500", 40),
        ("layer image_size", "256", 20),
    ):
        rows.evidence(second, field, value, script, line)
    rows.evidence(
        second, "epochs", "1000", "Generative-Oxford-102-Flower/README.md", 14, "readme", agrees=0
    )
    rows.metric(first, "FID", 23.5, dataset="Oxford 102 Flower", higher_is_better=0)
    rows.metric(second, "FID", 41.25, dataset="Oxford 102 Flower", higher_is_better=0)
    rows.metric(third, "FID", 12.0, dataset="Fashion-MNIST", higher_is_better=0)
    for epoch in (10, 100):
        rows.image(
            first,
            f"Generative-Oxford-102-Flower/v1_images/epoch_{epoch}_samples.png",
            epoch=epoch,
            kind="samples",
            created_at="2025-04-05T01:00:00+08:00",
            modified_at="2025-04-05T01:00:00+08:00",
            width=512,
            height=512,
        )
    return rows
