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
    row("colour", "term", "colour", "color, colours, colors",
        "pictures: one of the colours that dominate it", "green pictures", many=True),
    row("prompt", "text", "prompt", "prompts",
        "pictures: words of the prompt that a generator wrote into it",
        "pictures whose prompt mentions a castle", many=True),
    row("image_word", "text", "image word", "picture word, shown class",
        "pictures: a word of the name, its folder or the prompt", "images with a smiling face",
        column="word", many=True, label="Word of a picture", plural="Words of pictures"),
)  # fmt: skip
