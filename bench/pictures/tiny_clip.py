"""Train a CLIP model of some ten thousand weights on coloured pictures, and try it.

``python -m bench.pictures.tiny_clip FOLDER [--pictures PICTURES]`` writes a model that
sentence-transformers loads (``modelsearch similar-images "green" --encoder FOLDER``). It learns
colours and nothing else, from painted pictures and from parts of those in a folder: enough to try
the way from words to pictures for real, in about a minute on one processor. Needs
``modelsearch-db[encoders]``.
"""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFilter

from modelsearch.sources.pictures.colours import dominant_colours

COLOURS = {
    "red": (200, 40, 40),
    "orange": (235, 140, 30),
    "yellow": (235, 220, 60),
    "green": (50, 160, 60),
    "cyan": (60, 200, 210),
    "blue": (40, 70, 190),
    "purple": (130, 60, 180),
    "white": (245, 245, 245),
    "black": (12, 12, 12),
    "grey": (128, 128, 128),
    "brown": (130, 85, 45),
    "pink": (240, 150, 190),
}
_SIDE = 32
_FORMS = ("{}", "a {} picture", "{} samples", "pictures that are {}", "mostly {}")
_LENGTH = 32


def painted(colour: str, chance: random.Random) -> Image.Image:
    """Return a picture that is mostly of one colour, with shapes of others and noise."""
    shade = tuple(min(255, max(0, part + chance.randint(-25, 25))) for part in COLOURS[colour])
    picture = Image.new("RGB", (_SIDE, _SIDE), shade)
    draw = ImageDraw.Draw(picture)
    for _ in range(chance.randint(0, 3)):
        x, y, size = (chance.randint(0, _SIDE), chance.randint(0, _SIDE), chance.randint(2, 9))
        other = COLOURS[chance.choice(list(COLOURS))]
        draw.ellipse((x, y, x + size, y + size), fill=other)
    noise = Image.effect_noise((_SIDE, _SIDE), chance.randint(1, 60)).convert("RGB")
    picture = Image.blend(picture, noise, chance.uniform(0, 0.2))
    return picture.filter(ImageFilter.GaussianBlur(chance.uniform(0, 1)))


def parts_of(folder: Path, chance: random.Random) -> dict[str, list[Image.Image]]:
    """Return parts of the pictures in a folder, by the colour that most of each has."""
    found: dict[str, list[Image.Image]] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in (".png", ".jpg", ".webp"):
            continue
        with Image.open(path) as opened:
            picture = opened.convert("RGB")
        for part in range(4):
            share = 1.0 if part == 0 else chance.uniform(0.3, 0.8)
            size = max(8, int(picture.width * share)), max(8, int(picture.height * share))
            x = chance.randint(0, max(0, picture.width - size[0]))
            y = chance.randint(0, max(0, picture.height - size[1]))
            crop = picture.crop((x, y, x + size[0], y + size[1])).resize((_SIDE, _SIDE))
            colours = dominant_colours(crop)
            if colours and colours[0][0] in COLOURS:
                found.setdefault(colours[0][0], []).append(crop)
    return found


def train(folder: Path, steps: int, pictures: Path | None) -> float:
    """Train and write a model; return the last loss."""
    import torch
    from transformers import CLIPConfig, CLIPModel, CLIPProcessor

    torch.manual_seed(3)
    chance = random.Random(3)
    processor: Any = CLIPProcessor(_image_processor(), _tokenizer(folder))
    size = len(processor.tokenizer)
    common = {
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
    }
    model = CLIPModel(
        CLIPConfig(
            text_config={
                **common,
                "vocab_size": size,
                "max_position_embeddings": _LENGTH,
                "eos_token_id": size - 1,
                "bos_token_id": size - 2,
            },
            vision_config={**common, "image_size": _SIDE, "patch_size": 8},
            projection_dim=16,
        )
    )
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    names = list(COLOURS)
    parts = parts_of(pictures, chance) if pictures else {}
    loss = 0.0
    for _ in range(steps):
        texts = [chance.choice(_FORMS).format(name) for name in names]
        seen = [
            chance.choice(parts[name])
            if name in parts and chance.random() < 0.6
            else painted(name, chance)
            for name in names
        ]
        inputs = processor(text=texts, images=seen, return_tensors="pt", padding=True)
        result = model(**inputs, return_loss=True)
        optimizer.zero_grad()
        result.loss.backward()
        optimizer.step()
        loss = float(result.loss.detach())
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return loss


def _image_processor() -> Any:
    from transformers import CLIPImageProcessor

    size = {"height": _SIDE, "width": _SIDE}
    return CLIPImageProcessor(size=size, crop_size=size, do_center_crop=False)


def _tokenizer(folder: Path) -> Any:
    """A tokenizer of single letters: bytes, each also as the end of a word."""
    from transformers import CLIPTokenizer

    letters = [chr(code) for code in range(33, 127)]
    words = [*letters, *(f"{one}</w>" for one in letters), "<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary, merges = folder / "vocab.json", folder / "merges.txt"
    vocabulary.write_text(json.dumps({word: at for at, word in enumerate(words)}), "utf-8")
    merges.write_text("#version: 0.2\n", "utf-8")
    return CLIPTokenizer(str(vocabulary), str(merges), model_max_length=_LENGTH)


def tried(folder: Path) -> float:
    """Return for how many of new pictures the nearest word is that of their colour."""
    from sentence_transformers import SentenceTransformer

    model: Any = SentenceTransformer(str(folder), local_files_only=True)
    chance = random.Random(99)
    names = list(COLOURS) * 10
    words = model.encode(list(COLOURS), normalize_embeddings=True)
    seen = model.encode([painted(name, chance) for name in names], normalize_embeddings=True)
    nearest = (seen @ words.T).argmax(axis=1).tolist()
    return sum(list(COLOURS)[at] == name for at, name in zip(nearest, names, strict=True)) / len(
        names
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, try, and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--pictures", type=Path)
    options = parser.parse_args(arguments)
    begin = time.process_time()
    loss = train(options.folder, options.steps, options.pictures)
    seconds = time.process_time() - begin
    print(f"trained in {seconds:.0f} s of processor time, loss {loss:.3f}")
    print(f"{tried(options.folder):.0%} of 120 new pictures are nearest to their colour")


if __name__ == "__main__":
    main()
