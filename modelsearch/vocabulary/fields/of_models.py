"""The fields of a model as a whole: what it is, what it learns from, where its file stands."""

from __future__ import annotations

from modelsearch.vocabulary.fields.field import Field, row, term

ROWS: tuple[Field, ...] = (
    row("architecture", "term", "architecture", "architectures, arch, archs, class, class name, "
        "model class, network class", "class that is trained, by its name in the code",
        "class:ConditionalUNet", label="Class", group="architecture", many=True,
        said="trains the class|train the class"),
    term("family", "families, architecture family, architecture type, model type, type of model",
         "architecture family; finds narrower families too (RNN finds LSTM)",
         "Which models use U-Net architectures?", "families", group="architecture",
         said="has the architecture|have the architecture"),
    term("technique", "techniques, method, methods, trick, tricks, mechanism, mechanisms",
         "techniques such as attention, EMA or teacher forcing",
         "seq2seq models without attention", "techniques", "technique", group="architecture"),
    row("parameters", "number", "model", "params, weights, parameter count, param count, "
        "number of parameters, number of weights, trainable parameters, parameter, model size",
        "number of weights", "under 5M parameters", unit="parameters", plural="Parameters",
        group="architecture", said="has|have", written="grouped"),
    row("base_model", "text", "base model", "base models, pretrained model, pretrained models, "
        "foundation model, starting model", "pretrained model that it was fine-tuned from, as a "
        "script, a run, a card or a checkpoint names it; a part of the name finds it",
        "base_model:llama", many=True, group="architecture", label="Base model",
        evidence="hyperparameter base_model, base_model",
        plural="Base models", said="is fine-tuned from|are fine-tuned from"),
    row("task", "term", "model", "tasks, purpose", "what the model is for",
        "image segmentation models", vocabulary="task", group="architecture"),
    row("application", "text", "model", "applications, use case",
        "application that a README or card states", "application:game", group="architecture"),
    term("dataset", "datasets, data set, data sets, training data, trained on, data, "
         "environment, environments, env, envs, corpus, corpora",
         "data that the model is trained on", "models trained on CIFAR-10", "datasets",
         group="data", said="is trained on|are trained on"),
    row("subject", "term", "subject", "subjects, content",
        "what the training data shows or is about", "models trained on animal images",
        vocabulary="subject", many=True, evidence="dataset"),
    row("subset", "text", "subset", "classes kept", "part of a dataset that was kept",
        "the cats and dogs of CIFAR-10", many=True, key="kept_classes", label="Kept class",
        evidence="dataset", group="data", said="keeps|keep", ordered=False),
    row("modality", "term", "modality", "data type, kind of data, modalities",
        "image, text, audio, tabular, game, video, time series …", "models on tabular data",
        many=True, label="Kind of data", plural="Kinds of data", evidence="dataset"),
    term("framework", "frameworks, library, libraries, backend, toolkit",
         "libraries that the model is written with", "models written in JAX", "frameworks",
         "framework", key="framework", group="framework", said="is written in|are written in"),
    row("framework_version", "version", "model", "framework versions, library version",
        "version of the framework that the files name; 2.1 finds 2.1.3 too",
        "framework_version:>=2.0", label="Version", plural="Framework versions",
        group="framework"),
    row("model", "text", "reference", "model id, id, model name, name",
        "model by its id, path or an unambiguous part of it", "model:flower_v2",
        column="model_id"),
    row("kind", "term", "model", "kinds, file type, file kind", "script or notebook",
        "notebooks that use Keras"),
    row("path", "text", "path", "folder, directory, file, project, filename, file name, location, "
        "where", "part of the file's path", "path:Generative-MNIST", picture="i.path"),
    row("repository", "term", "repository", "repositories, repo, repos, indexed folder, "
        "indexed folders", "folder that was indexed, by its own name", "repository:PyTorch-GAN",
        plural="Repositories"),
    row("text", "text", "text", "words, phrase", "words that the texts of the model contain",
        '"teacher forcing ratio"'),
    row("description", "text", "model", "summary", "words of the description",
        "description:flowers"),
    row("size", "number", "model", "file size, filesize, file sizes, bytes, script size, sizes",
        "size of the file in bytes (KB, MB and GB are powers of 1000)", "larger than 20 KB",
        column="size_bytes", unit="bytes", label="File size", group="size and dates",
        written="size", picture="i.size_bytes"),
    row("lines", "number", "model", "lines of code, loc, code lines, line count", "lines of code",
        "fewer than 200 lines of code", column="lines_of_code", unit="lines",
        label="Lines of code", plural="Lines of code", group="size and dates"),
    row("commits", "number", "model", "number of commits, commit count",
        "commits that touched the file, where git knows", "more than 10 commits",
        unit="commits", label="Commits", plural="Commits"),
    row("created", "date", "date", "creation date, created at, creation, date, date created",
        "when the file was first committed or written", "created in March 2025",
        column="created_at", group="size and dates", plural="Months of creation", written="date",
        picture="i.created_at"),
    row("modified", "date", "date", "modification date, modified at, updated, last modified, "
        "changed, last changed, last edited, edited, last updated",
        "when the file was last changed", "modified since 1 May 2025", column="modified_at",
        group="size and dates", plural="Months of the last change", written="date",
        picture="i.modified_at"),
    row("date_source", "term", "model", "source of the date, date sources",
        "where the dates come from: git or file", "date_source:git"),
)  # fmt: skip


def _linked(kind: str, role: str = "") -> str:
    """Return the rows of a model that are its terms of a kind, as :class:`Rows` counts them."""
    return (
        "(SELECT x.model, x.term FROM model_term x JOIN term t ON t.id = x.term "
        f"WHERE t.kind = '{kind}' {role})"
    )


#: The optimizers and losses of a model's stages, a row each; a stage's losses are joined.
_OPTIMIZERS = "(SELECT model, optimizer AS value FROM training_stage WHERE optimizer IS NOT NULL)"
_LOSSES = (
    "(SELECT s.model, e.value FROM training_stage s, "
    "json_each('[' || replace(json_quote(s.loss), ', ', '\",\"') || ']') e "
    "WHERE s.loss IS NOT NULL)"
)

#: What a model has or lacks.
THINGS: tuple[Field, ...] = (
    row("readme", "thing", "model", "a readme, readmes, documentation",
        "README that speaks of the model", "models missing a README", label="README"),
    row("images", "count", "rows", "image, pictures, samples, sample images, generated images, "
        "plots", "pictures beside the model", "has:images", column="image", key="images",
        label="Images", plural="Images", group="outputs"),
    row("dataset_count", "count", "rows", "number of datasets, dataset count",
        "data sets that the model is trained on", "models with more than one dataset",
        column=_linked("dataset", "AND x.role = 'train'"), key="dataset_count",
        label="Number of datasets", plural="Numbers of datasets"),
    row("framework_count", "count", "rows", "number of frameworks, framework count",
        "libraries that the model is made with", "models with two frameworks",
        column=_linked("framework"), key="framework_count",
        label="Number of frameworks", plural="Numbers of frameworks"),
    row("optimizer_count", "count", "different rows", "number of optimizers, optimizer count",
        "different optimizers of all training stages (how many loops: stages)",
        "models with more than one optimizer", column=_OPTIMIZERS, key="optimizer_count",
        label="Number of optimizers", plural="Numbers of optimizers"),
    row("loss_count", "count", "different rows",
        "number of losses, loss count, number of loss functions",
        "different losses of all training stages", "models with at least two losses",
        column=_LOSSES, key="loss_count", label="Number of losses", plural="Numbers of losses"),
    row("family_count", "count", "rows", "number of families, family count",
        "families that the code shows, broader ones not counted", "models with several families",
        column=_linked("family"), key="family_count", label="Number of families",
        plural="Numbers of families"),
    row("hardware_count", "count", "rows", "number of device kinds, hardware count",
        "kinds of devices that the code asks for", "models for several devices",
        column=_linked("hardware"), key="hardware_count", label="Number of device kinds",
        plural="Numbers of device kinds"),
    row("contradiction", "term", "contradiction", "contradictions, contradicted field",
        "field of which a README or docstring says something else than the code",
        "contradiction:epochs", many=True, label="Contradiction", plural="Contradictions"),
)  # fmt: skip
