"""The fields of training: its stages, their settings, the devices they run on.

A setting is that of the main stage, which the result table shows: so a model has one value, can be
sorted by it, and no row of an answer contradicts its filter. What a model is made of counts from
every stage: its losses (and the classes that it trains, see ``architecture``).
"""

from __future__ import annotations

from modelsearch.vocabulary.fields.field import Field, row, term


def _number(
    name: str, aliases: str, about: str, example: str, source: str = "stage", **more: object
) -> Field:
    return row(name, "number", source, aliases, about, example, group="training", **more)


ROWS: tuple[Field, ...] = (
    row("stages", "count", "rows", "training stages, number of stages",
        "training stages: one for each optimizer loop", "has:stages", column="training_stage",
        key="stages", label="Stages", plural="Stages", group="training"),
    row("optimizer", "term", "stage", "optimizers, optimiser, optimisers, optim, solver",
        "optimizer of the main training stage", "which models use RMSprop",
        vocabulary="optimizer", group="training", said="is optimised by|are optimised by"),
    _number("learning_rate", "learning rate, lr, learning rates, step size, lrs",
            "learning rate of the main stage", "learning rate below 1e-3", written="rate",
            said="learns at the rate|learn at the rate"),
    _number("batch_size", "batch size, batch sizes, batch, batches of, bs, batchsize, "
            "mini batch size, minibatch size, minibatch, batches, minibatches, mini batch, "
            "mini batches, samples per batch, examples per batch, images per batch",
            "batch size of the main stage", "batch size over 64",
            said="uses batches of|use batches of"),
    _number("epochs", "epochs, epoch, number of epochs, training epochs, num epochs, epoch count",
            "epochs of the main stage", "more than 100 epochs", unit="epochs", plural="Epochs",
            picture="i.epoch", said="trains for|train for"),
    _number("steps", "steps, training steps, iterations, iters, updates, step, "
            "gradient steps, iteration, total steps",
            "training steps of the main stage", "trained for at least 50k steps", unit="steps",
            plural="Steps", picture="i.step", written="grouped", said="trains for|train for"),
    _number("episodes", "episodes, episode, number of episodes, rollouts",
            "episodes or games of the main stage", "over 1000 episodes", unit="episodes",
            plural="Episodes", written="grouped", said="trains for|train for"),
    _number("weight_decay", "weight decay, weight decays, wd, l2 weight",
            "weight decay of the main stage", "weight decay of 0.01", written="rate",
            said="decays weights by|decay weights by"),
    _number("betas", "adam betas", "the optimizer's betas in the main stage",
            "betas:0.9", source="stage text", many=True, together=True, plural="Betas"),
    _number("momentum", "momentum", "momentum of the main stage", "momentum 0.9",
            plural="Momentum"),
    row("scheduler", "term", "stage", "schedulers, lr scheduler, lr scheduler type, "
        "learning rate scheduler, lr schedule, learning rate schedule",
        "learning rate schedule of the main stage", "cosine annealing",
        vocabulary="scheduler", group="training",
        said="schedules the rate by|schedule the rate by"),
    row("loss", "term", "loss", "losses, loss function, loss functions, criterion, objective",
        "loss of any training stage", "models with binary cross-entropy", vocabulary="loss",
        many=True, group="training", said="minimises|minimise"),
    _number("gradient_accumulation", "gradient accumulation steps, accumulation steps, "
            "accumulated batches", "batches whose gradients are added up before a step of the "
            "main stage", "gradient_accumulation:>1", unit="batches",
            plural="Gradient accumulation"),
    row("mixed_precision", "text", "stage", "precision mode, amp dtype",
        "how the main stage trains in reduced precision: fp16, bf16, autocast …",
        "mixed_precision:fp16", group="training", plural="Mixed precision"),
    _number("ema", "ema decay, decay of the moving average",
            "decay of the moving average of the weights in the main stage, or the class that "
            "keeps it", "ema:>0.99", source="stage text", label="EMA", plural="EMA"),
    term("hardware", "device, devices, accelerator, accelerators, hw",
         "devices that the code asks for", "models that run on Apple Silicon", "hardware",
         group="training", said="runs on|run on", ordered=True, plural="Hardware"),
    row("stage", "text", "any stage", "stage name, name of the stage", "name of any training stage",
        "stage:discriminator", column="name", label="Stage name", many=True, evidence="stage"),
)  # fmt: skip
