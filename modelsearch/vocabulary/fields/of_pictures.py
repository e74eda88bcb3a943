"""The fields of pictures. Asked of models, they mean: at least one of the model's pictures."""

from __future__ import annotations

from modelsearch.vocabulary.fields.field import Field, row


def _picture(
    name: str, kind: str, column: str, aliases: str, about: str, example: str, **more: object
) -> Field:
    return row(
        name,
        kind,
        "image",
        aliases,
        f"pictures: {about}",
        example,
        column=column,
        picture=f"i.{column}",
        many=True,
        **more,
    )


def _setting(
    name: str, kind: str, stored: str, aliases: str, about: str, example: str, **more: object
) -> Field:
    """Return the row of a generator's setting, which pictures keep under the name ``stored``."""
    return row(
        name,
        kind,
        "image setting",
        aliases,
        f"pictures: {about}",
        example,
        column=stored,
        key=name,
        many=True,
        **more,
    )


ROWS: tuple[Field, ...] = (
    _picture("epoch", "number", "epoch", "image epoch", "epoch in the file name",
             "images of CycleGAN v1 at epoch 100", unit="epoch",
             label="Epoch of a picture", plural="Epochs of pictures"),
    _picture("step", "number", "step", "image step", "step in the file name",
             "samples at step 5000", unit="step", label="Step of a picture",
             plural="Steps of pictures"),
    _picture("image_kind", "term", "kind", "picture kind, kind of image",
             "samples, reconstruction, loss curve, animation …", "loss curves of flower_v2",
             label="Kind of picture", plural="Kinds of pictures"),
    _picture("image_format", "term", "format", "picture format",
             "PNG, JPEG, GIF … by the first bytes of the file", "image_format:png"),
    _picture("image_width", "number", "width", "picture width", "width in pixels",
             "image_width:>=512", unit="pixels"),
    _picture("image_height", "number", "height", "picture height", "height in pixels",
             "image_height:<512", unit="pixels"),
    _picture("frames", "number", "frames", "number of frames", "frames of an animation",
             "frames:>10", unit="frames", label="Frames", plural="Frames"),
    _picture("image_program", "term", "program", "picture program",
             "program that wrote its settings into it: AUTOMATIC1111, ComfyUI …",
             "image_program:ComfyUI"),
    _setting("image_seed", "number", "seed", "picture seed", "seed of the generator",
             "pictures with seed 42", label="Seed of a picture", plural="Seeds of pictures"),
    _setting("image_steps", "number", "steps", "sampling steps", "steps of sampling",
             "pictures with fewer than 30 steps", unit="steps", label="Sampling steps",
             plural="Sampling steps"),
    _setting("image_cfg_scale", "number", "cfg scale", "picture cfg scale",
             "how strongly the prompt guides (also: guidance scale)",
             "pictures with cfg scale over 7", label="CFG scale", plural="CFG scales"),
    _setting("image_denoising", "number", "denoising strength", "denoising strength",
             "how much of the first picture is changed", "image_denoising:<0.5",
             label="Denoising strength", plural="Denoising strengths"),
    _setting("image_sampler", "term", "sampler", "picture sampler", "sampler of the generator",
             "pictures with sampler Euler a", label="Sampler"),
    _setting("image_lora", "term", "lora", "picture lora", "LoRAs that it was made with",
             "pictures without a LoRA", label="LoRA of a picture", plural="LoRAs of pictures"),
    _setting("image_checkpoint", "term", "model", "picture checkpoint",
             "weights that the generator used", "image_checkpoint:sd_xl_base",
             label="Checkpoint of a picture", plural="Checkpoints of pictures"),
    _picture("negative_prompt", "text", "negative_prompt", "negative prompts",
             "what the prompt wants to be absent", "pictures without a negative prompt",
             label="Negative prompt", plural="Negative prompts"),
    row("colour", "term", "colour", "color, colours, colors",
        "pictures: one of the colours that dominate it", "green pictures", many=True),
    row("prompt", "text", "prompt", "prompts",
        "pictures: words of the prompt that a generator wrote into it",
        "pictures whose prompt mentions a castle", many=True),
    row("image_word", "text", "image word", "picture word, shown class",
        "pictures: a word of the name, its folder or the prompt", "images with a smiling face",
        column="word", many=True, label="Word of a picture", plural="Words of pictures"),
)  # fmt: skip
