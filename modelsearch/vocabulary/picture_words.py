"""Words for pictures: colours by all their names, and the forms of a word in names and prompts."""

from __future__ import annotations

from modelsearch.records.jsontext import texts_json

#: Colours as people call them, and the stored name of each.
COLOURS = {
    **{name: name for name in ("black", "white", "grey", "red", "orange", "brown", "yellow",
                               "green", "cyan", "blue", "purple", "pink")},
    "gray": "grey", "greyish": "grey", "grayish": "grey", "reddish": "red", "greenish": "green",
    "bluish": "blue", "yellowish": "yellow", "violet": "purple", "magenta": "pink",
    "turquoise": "cyan", "teal": "cyan", "scarlet": "red", "crimson": "red",
}  # fmt: skip

#: Settings of generators as people call them in questions for pictures, and the field of each.
SETTINGS = {
    said: field
    for field, names in {
        "image_seed": "seed, seeds",
        "image_steps": "steps, step count, sampling steps, number of steps, inference steps",
        "image_cfg_scale": "cfg scale, cfg scales, cfg, guidance scale, guidance scales, guidance",
        "image_denoising": "denoising strength, denoising strengths, denoise, img2img strength",
        "image_sampler": "sampler, samplers, sampling method, sampling methods",
        "image_lora": "lora, loras",
        "image_checkpoint": "checkpoint, checkpoints, base model, base models, model, weights",
        "image_program": "program, programs, generator, generators, software, tool, ui",
        "image_format": "format, formats, file format, file formats, file type, file types",
        "prompt": "prompt, prompts",
        "negative_prompt": "negative prompt, negative prompts, neg prompt",
    }.items()
    for said in names.split(", ")
}
#: Those that nothing but a picture has, so that no word for pictures need stand beside them.
OF_PICTURES_ALONE = frozenset({"cfgscale", "cfgscales", "cfg", "sampler", "samplers",
                               "negativeprompt", "negativeprompts", "negprompt", "prompt",
                               "prompts", "samplingmethod", "guidancescale"})  # fmt: skip
#: Formats as files are called, and the stored name of each.
FORMATS = {"png": "PNG", "pngs": "PNG", "jpg": "JPEG", "jpgs": "JPEG", "jpeg": "JPEG",
           "jpegs": "JPEG", "webp": "WEBP", "webps": "WEBP", "avif": "AVIF", "bmp": "BMP",
           "bmps": "BMP", "tif": "TIFF", "tiff": "TIFF", "tiffs": "TIFF", "mp4": "MP4",
           "webm": "WebM"}  # fmt: skip


def forms_of(word: str) -> tuple[str, ...]:
    """A word and what it may be stored as: singular or plural."""
    forms = [word]
    if word.endswith("ies") and len(word) > 4:
        forms.append(word[:-3] + "y")
    if word.endswith("es") and len(word) > 4:
        forms.append(word[:-2])
    if word.endswith(("x", "s", "z", "ch", "sh")):
        forms.append(word + "es")
    forms.append(word[:-1] if word.endswith("s") and not word.endswith("ss") else word + "s")
    return tuple(dict.fromkeys(forms))


def word_forms(value: str) -> str:
    """Return the forms of a picture word as a JSON list; a negation keeps its mark."""
    mark = "not-" if value.startswith("not-") else ""
    return texts_json(mark + form for form in forms_of(value.removeprefix(mark)))
