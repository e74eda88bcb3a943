"""The one table of fields that a question can ask about.

Parser, qualifiers, help and documentation are all driven by it: what is added here can be asked
for in words, as ``name:value``, is listed by ``modelsearch fields`` and must be explained in
``docs/questions.md`` (a test holds that).
"""

from __future__ import annotations

from functools import cache

from modelsearch.records.structs import frozen
from modelsearch.vocabulary import normalise

#: Operators by kind of field, as qualifiers write them.
OPERATORS: dict[str, tuple[str, ...]] = {
    "term": ("=",),
    "text": ("=", "contains"),
    "number": ("=", "!=", "<", "<=", ">", ">=", "between"),
    "date": ("in", "<", "<=", ">", ">="),
    "thing": ("exists",),
}


@frozen
class Field:
    """A field: how it is called, what kind of value it has and where the database keeps it.

    ``source`` is ``model`` or ``stage`` (a column of ``m`` or ``s``), ``term`` (a linked term of
    ``vocabulary``'s kind), ``sizes`` (layer facts and hyperparameters of the names ``stored``),
    ``table`` (rows of a child table, for ``exists``), or the name of a rule in the compiler.
    ``many`` says that a model may have several values at once.
    """

    name: str
    kind: str
    source: str
    column: str = ""
    aliases: tuple[str, ...] = ()
    stored: tuple[str, ...] = ()
    vocabulary: str = ""
    unit: str = ""
    many: bool = False
    about: str = ""
    example: str = ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _term(name: str, aliases: str, about: str, example: str, source: str = "term") -> Field:
    return Field(name, "term", source, aliases=_words(aliases), vocabulary=name, many=True,
                 about=about, example=example)  # fmt: skip


def _number(name: str, source: str, aliases: str, about: str, example: str, **more: str) -> Field:
    return Field(name, "number", source, column=more.get("column", name), aliases=_words(aliases),
                 stored=_words(more.get("stored", "")), unit=more.get("unit", ""),
                 about=about, example=example)  # fmt: skip


FIELDS: tuple[Field, ...] = (
    _term("family", "families, architecture family, architecture type, model type, type of model",
          "architecture family; finds narrower families too (RNN finds LSTM)",
          "Which models use U-Net architectures?"),
    _term("dataset", "datasets, data set, data sets, training data, trained on, data, environment, "
          "environments, env, envs, corpus, corpora",
          "data that the model is trained on", "models trained on CIFAR-10"),
    Field("subject", "term", "subject", aliases=("subjects", "content"), vocabulary="subject",
          many=True, about="what the training data shows or is about",
          example="models trained on animal images"),
    Field("subset", "text", "subset", aliases=("classes kept",), many=True,
          about="part of a dataset that was kept", example="the cats and dogs of CIFAR-10"),
    Field("modality", "term", "modality", aliases=("data type", "kind of data", "modalities"),
          many=True, about="image, text, audio, tabular, game, video, time series …",
          example="models on tabular data"),
    _term("framework", "frameworks, library, libraries, backend, toolkit",
          "libraries that the model is written with", "models written in JAX"),
    _term("technique", "techniques, method, methods, trick, tricks, mechanism, mechanisms",
          "techniques such as attention, EMA or teacher forcing",
          "seq2seq models without attention"),
    _term("hardware", "device, devices, accelerator, accelerators, hw",
          "devices that the code asks for", "models that run on Apple Silicon"),
    Field("optimizer", "term", "stage", "optimizer", vocabulary="optimizer",
          aliases=("optimizers", "optimiser", "optimisers", "optim", "solver"),
          about="optimizer of the main training stage", example="which models use RMSprop"),
    Field("scheduler", "term", "stage", "scheduler", vocabulary="scheduler",
          aliases=("schedulers", "lr scheduler", "learning rate scheduler", "lr schedule",
                   "learning rate schedule"),
          about="learning rate schedule of the main stage", example="cosine annealing"),
    Field("loss", "term", "loss", "loss", vocabulary="loss", many=True,
          aliases=("losses", "loss function", "loss functions", "criterion", "objective"),
          about="loss of any training stage", example="models with binary cross-entropy"),
    Field("task", "term", "task", "task", aliases=("tasks", "purpose"), vocabulary="task",
          about="what the model is for", example="image segmentation models"),
    Field("architecture", "term", "architecture", "architecture",
          aliases=("architectures", "arch", "class", "class name", "model class", "network class"),
          about="class that is trained, by its name in the code", example="class:ConditionalUNet"),
    Field("application", "text", "model", "application", aliases=("applications", "use case"),
          about="application that a README or card states", example="application:game"),
    Field("model", "text", "reference", "model_id", aliases=("model id", "id", "model name", "name"),
          about="model by its id, path or an unambiguous part of it", example="model:flower_v2"),
    Field("kind", "term", "model", "kind", aliases=("kinds", "file type", "file kind"),
          about="script or notebook", example="notebooks that use Keras"),
    Field("path", "text", "model", "path", aliases=("folder", "directory", "file", "project",
          "filename", "file name", "location", "where"),
          about="part of the file's path", example="path:Generative-MNIST"),
    Field("text", "text", "text", aliases=("words", "phrase"),
          about="words that the texts of the model contain", example='"teacher forcing ratio"'),
    Field("description", "text", "model", "description", aliases=("summary",),
          about="words of the description", example="description:flowers"),
    Field("created", "date", "model", "created_at",
          aliases=("creation date", "created at", "creation", "date", "date created"),
          about="when the file was first committed or written", example="created in March 2025"),
    Field("modified", "date", "model", "modified_at",
          aliases=("modification date", "modified at", "updated", "last modified", "changed",
                   "last changed", "last edited", "edited", "last updated"),
          about="when the file was last changed", example="modified since 1 May 2025"),
    _number("learning_rate", "stage", "learning rate, lr, learning rates, step size, lrs",
            "learning rate of the main stage", "learning rate below 1e-3"),
    _number("batch_size", "stage", "batch size, batch sizes, batch, batches of, bs, batchsize, "
            "mini batch size, minibatch size, minibatch, batches, minibatches, mini batch, "
            "mini batches, samples per batch, examples per batch, images per batch",
            "batch size of the main stage", "batch size over 64"),
    _number("epochs", "stage", "epochs, epoch, number of epochs, training epochs, num epochs, epoch count",
            "epochs of the main stage", "more than 100 epochs", unit="epochs"),
    _number("steps", "stage", "steps, training steps, iterations, iters, updates, step, "
            "gradient steps, iteration, total steps, environment steps, env steps, total timesteps",
            "training steps of the main stage", "trained for at least 50k steps", unit="steps"),
    _number("episodes", "stage", "episodes, episode, number of episodes, rollouts",
            "episodes or games of the main stage", "over 1000 episodes", unit="episodes"),
    _number("weight_decay", "stage", "weight decay, weight decays, wd, l2 weight",
            "weight decay of the main stage", "weight decay of 0.01"),
    _number("momentum", "stage", "momentum", "momentum of the main stage", "momentum 0.9"),
    _number("parameters", "model", "parameters, params, weights, parameter count, param count, "
            "number of parameters, number of weights, trainable parameters, parameter, model size",
            "number of weights", "under 5M parameters", unit="weights"),
    _number("size", "model", "file size, size, filesize, file sizes, bytes, script size, sizes",
            "size of the file in bytes (KB, MB and GB are powers of 1000)", "larger than 20 KB",
            column="size_bytes", unit="bytes"),
    _number("lines", "model", "lines of code, loc, lines, code lines, line count",
            "lines of code", "fewer than 200 lines of code", column="lines_of_code", unit="lines"),
    _number("image_size", "sizes", "image size, image sizes, resolution, image resolution, "
            "input size, img size, picture size, image dimension, image dimensions",
            "size of training images in pixels", "64x64 images", unit="pixels",
            stored="image_size, img_size, image_dim, resolution, img_dim, input_size, imsize, "
            "image_height, image_width"),
    _number("latent_size", "sizes", "latent size, latent dimension, latent dimensions, latent dim, "
            "latent space, z dim, latent, code size, latent sizes, dimensional latent, "
            "noise dimension, noise dim, latents, latent channels, bottleneck",
            "size of the latent space", "latent size 128",
            stored="latent_size, latent_dim, z_dim, latent_dims, nz, zdim, latent_channels, "
            "noise_dim, z_size, n_latent, latent"),
    _number("heads", "sizes", "heads, attention heads, num heads, number of heads, head",
            "attention heads", "at least 8 heads", unit="heads",
            stored="heads, num_heads, n_heads, n_head, nhead, num_attention_heads, "
            "attention_heads, nheads"),
    _number("layers", "sizes", "layers, number of layers, num layers, layer, depth, "
            "encoder layers, hidden layers, transformer layers, blocks",
            "layers", "more than 4 layers", unit="layers",
            stored="layers, num_layers, n_layers, n_layer, depth, nlayers, num_hidden_layers, "
            "encoder_layers"),
    _number("hidden_size", "sizes", "hidden size, hidden units, hidden dimension, hidden dim, "
            "hidden sizes, embedding size, embedding dimension, d_model, width, "
            "model dimension, units, hidden, embed dim, neurons, hidden dimensions, hidden neurons",
            "width of hidden layers", "hidden size 512", unit="units",
            stored="hidden_size, hidden_dim, hidden_sizes, embed_dim, embedding_dim, d_model, "
            "n_embd, hidden, hidden_units, nhid, emsize, embedding_size, dim, n_hidden"),
    _number("classes", "sizes", "classes, number of classes, num classes, labels, categories",
            "classes", "models with 10 classes", unit="classes",
            stored="classes, num_classes, n_classes, nclass"),
    _number("diffusion_steps", "sizes", "diffusion steps, noise steps, timesteps, time steps, "
            "denoising steps, diffusion timesteps, noising steps, timestep, sampling steps",
            "steps of the diffusion process", "1000 diffusion steps", unit="steps",
            stored="diffusion_steps, timesteps, noise_steps, num_timesteps, num_train_timesteps, "
            "n_timesteps, T, time_steps, n_steps_diffusion, diffusion_timesteps, n_T"),
    Field("hyperparameter", "number", "named", "hyperparameter", aliases=("hyperparameters",
          "hyper parameter", "setting", "settings", "hyper parameters", "hyper-parameter"),
          about="any stored setting, by its own name", example="gamma above 0.95"),
    Field("metric", "number", "named", "metric", aliases=("metrics", "result", "results", "score",
          "scores", "evaluation", "performance"), many=True,
          about="any stored result, by its own name", example="accuracy over 90%"),
    Field("readme", "thing", "model", "readme", aliases=("a readme", "readmes", "documentation"),
          about="README that speaks of the model", example="models missing a README"),
    Field("images", "thing", "table", "image", aliases=("image", "pictures", "samples",
          "sample images", "generated images", "plots"),
          about="pictures beside the model", example="has:images"),
    Field("epoch", "number", "image", "epoch", aliases=("image epoch",), unit="epoch",
          about="pictures: epoch in the file name", example="images of CycleGAN v1 at epoch 100"),
    Field("step", "number", "image", "step", aliases=("image step",), unit="step",
          about="pictures: step in the file name", example="samples at step 5000"),
    Field("image_kind", "term", "image", "kind", aliases=("picture kind", "kind of image"),
          about="pictures: samples, reconstruction, loss curve, animation …",
          example="loss curves of flower_v2"),
    Field("colour", "term", "image", "colour", aliases=("color", "colours", "colors"), many=True,
          about="pictures: one of the colours that dominate it", example="green pictures"),
    Field("prompt", "text", "image", "prompt", aliases=("prompts",),
          about="pictures: words of the prompt that a generator wrote into it",
          example="pictures whose prompt mentions a castle"),
    Field("image_word", "text", "image", "word", aliases=("picture word", "shown class"), many=True,
          about="pictures: a word of the name, its folder or the prompt",
          example="images with a smiling face"),
)  # fmt: skip


@cache
def by_name() -> dict[str, Field]:
    """Return the fields by name."""
    return {field.name: field for field in FIELDS}


@cache
def spellings() -> dict[str, Field]:
    """Return the fields by every normalised name and alias; the first field of a spelling wins."""
    found: dict[str, Field] = {}
    for one in FIELDS:
        found.setdefault(normalise(one.name), one)
    for one in FIELDS:
        for alias in one.aliases:
            found.setdefault(normalise(alias), one)
    return found


@cache
def stored_spellings() -> dict[str, Field]:
    """Return the size fields by the normalised names that scripts store them under (``z_dim``)."""
    found: dict[str, Field] = {}
    for one in FIELDS:
        for name in one.stored:
            found.setdefault(normalise(name), one)
    return found


def find_field(text: str) -> Field | None:
    """Return the field that ``text`` is a spelling of, else None."""
    return spellings().get(normalise(text))


#: What each operator is called in a qualifier, for help and documentation.
OPERATOR_FORMS: dict[str, str] = {
    "=": "`field:value`",
    "!=": "`field:!=value`",
    "<": "`field:<value`",
    "<=": "`field:<=value`",
    ">": "`field:>value`",
    ">=": "`field:>=value`",
    "between": "`field:a..b`",
    "contains": "`field:part`",
    "in": "`field:2025-03`, `field:2025-01..2025-03`",
    "exists": "`has:field`, `missing:field`",
}


def operators_table() -> str:
    """Return the operators of each kind of field as a Markdown table."""
    rows = ["| kind of field | operators, as qualifiers |", "|---|---|"]
    rows += [
        f"| {kind} | {', '.join(OPERATOR_FORMS[one] for one in operators)} |"
        for kind, operators in OPERATORS.items()
    ]
    return "\n".join(rows)


def fields_table() -> str:
    """Return all fields as a Markdown table: name, kind, other names, meaning, an example."""
    rows = ["| field | kind | also called | meaning | example |", "|---|---|---|---|---|"]
    for one in FIELDS:
        unit = f" [{one.unit}]" if one.unit else ""
        called = ", ".join(one.aliases)
        rows.append(f"| `{one.name}` | {one.kind} | {called} | {one.about}{unit} | {one.example} |")
    return "\n".join(rows)


def fields_help() -> str:
    """Return the list of fields for the terminal: name, operators, meaning, an example."""
    width = max(len(one.name) for one in FIELDS)
    lines = [
        "Ask in words, or write field:value (field:>1e-3, field:a..b, -field:value, has:field)."
    ]
    for one in FIELDS:
        unit = f" [{one.unit}]" if one.unit else ""
        lines.append(f"  {one.name:<{width}}  {one.about}{unit}  e.g. {one.example}")
    return "\n".join(lines)
