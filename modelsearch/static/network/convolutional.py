"""Families of convolutional networks, U-Nets among them."""

from __future__ import annotations

import ast
import re

from modelsearch.static.machine.values import Const, first
from modelsearch.static.network import wiring
from modelsearch.static.network.networks import Layer
from modelsearch.static.network.scene import Found, Subject, at_first

#: Networks of convolutions known by name, once convolutions are there: pattern on class names.
_CONVOLUTIONAL: tuple[tuple[str, str], ...] = (
    (r"wide_?res_?net", "Wide ResNet"),
    (r"(^|_)se_?res_?net|(^|_)se_?net", "SE-ResNet"),
    (r"resnext", "ResNeXt"),
    (r"^(pre_?act_?)?res_?net", "ResNet"),
    (r"^vgg", "VGG"),
    (r"^dense_?net", "DenseNet"),
    (r"mobile_?net", "MobileNet"),
    (r"efficient_?net", "EfficientNet"),
    (r"google?_?(le)?net|^inception", "Inception"),
    (r"^xception", "Xception"),
    (r"squeeze_?net", "SqueezeNet"),
    (r"shuffle_?net", "ShuffleNet"),
    (r"^alex_?net", "AlexNet"),
    (r"^le_?net", "LeNet"),
    (r"^convnext", "ConvNeXt"),
    (r"^nasnet", "NASNet"),
    (r"wave_?net$", "WaveNet"),
    (r"pixel_?(cnn|snail)", "PixelCNN"),
    (r"^yolo", "YOLO"),
    (r"^(tcn|temporalconvnet)", "TCN"),
    (r"^(simple)?dla", "DLA"),
    (r"^deep_?lab", "DeepLab"),
    (r"^fcn(\d|_|$)", "FCN"),
    (r"^(faster|mask|fast)_?r_?cnn", "R-CNN"),
    (r"^ssd(\d|_|$)", "SSD detector"),
)


def unet(subject: Subject) -> Found:
    """A path down and a path up, joined by concatenation."""
    if subject.has("U-Net") or (subject.has("VQ-VAE") and not subject.named(r"u_?net")):
        return  # levels of codes are joined too
    if subject.named(r"deep_?lab|psp_?net") and not subject.named(r"u_?net"):
        return
    skip = wiring.skip_concatenation(subject.scene, subject.network)
    named = subject.where(r"u_?2?_?net|unet")
    if named is not None and (skip or subject.network.has("conv", "upsample")):
        yield "U-Net", named
    elif skip is not None:
        yield "U-Net", skip


def masked_convolutions(subject: Subject) -> Found:
    """Convolutions of pictures whose weights are kept from what comes after the middle."""
    for features in subject.scene.methods(subject.network.classes()):
        owner = features.owner
        if owner is None or not re.search(
            r"\bConv2[dD]\b", " ".join(map(ast.unparse, owner.node.bases))
        ):
            continue
        text = ast.unparse(owner.node)
        if _KEPT.search(text) and re.search(r"mask\w*\[[^\]]*// 2", text):
            yield "PixelCNN", subject.scene.evidence(features)
            return


#: Weights that are multiplied with a mask.
_KEPT = re.compile(
    r"weight(\.data)? \*=? self\.\w*mask|self\.\w*mask \* self\.weight|weight\.data\.mul_\("
)


def named_convolutions(subject: Subject) -> Found:
    """Networks known by the name of their class, once convolutions agree."""
    if not subject.network.has("conv") or subject.has("U-Net", "Diffusion", "Latent diffusion"):
        return
    for pattern, family in _CONVOLUTIONAL:
        evidence = subject.where(pattern)
        if evidence is None:
            continue
        if (
            "ResNet" in family
            and wiring.residual_convolutions(subject.scene, subject.network) is None
        ):
            continue
        yield family, evidence


def residual(subject: Subject) -> Found:
    """Three or more blocks of convolutions that add their input."""
    if subject.has("U-Net", "Diffusion", "Latent diffusion", "VAE", "VQ-VAE", "ViT", "Transformer"):
        return
    if subject.has("Normalizing flow") and not subject.named(r"res_?(net|block|idual)"):
        return  # the part that a coupling keeps is added to the part that it moves
    if any(
        f in subject.found for f in ("ResNet", "Wide ResNet", "ResNeXt", "SE-ResNet", "DenseNet")
    ):
        return
    if subject.has(
        "WaveNet", "MobileNet", "EfficientNet", "ConvNeXt", "PixelCNN", "TCN", "ShuffleNet"
    ):
        return
    if subject.named(r"inverted_?resid|mb_?conv"):
        return  # blocks of mobile networks, which add their input too
    residual = wiring.residual_convolutions(subject.scene, subject.network)
    if residual is None or residual[1] < 3:
        return
    yield "ResNet", residual[0]


#: Families of ready-made networks that are made of convolutions.
_OF_CONVOLUTIONS = (
    "U-Net", "ResNet", "Wide ResNet", "ResNeXt", "SE-ResNet", "VGG", "DenseNet", "MobileNet",
    "EfficientNet", "Inception", "Xception", "AlexNet", "SqueezeNet", "ShuffleNet", "ConvNeXt",
    "RegNet", "NASNet", "FCN", "DeepLab", "R-CNN", "SSD detector", "YOLO",
)  # fmt: skip


def convolutions(subject: Subject) -> Found:
    """Convolutions in what is trained, the script's own or those of a ready-made network."""
    layers = subject.network.of("conv", "conv_transpose")
    if not layers:
        for family, evidence in subject.network.zoo.items():
            if family in _OF_CONVOLUTIONS and subject.has(family):
                yield "CNN", evidence
                return
        return
    if subject.has("ViT", "Swin") and len(layers) <= 2:
        return
    if subject.has("GCN", "GAT", "GNN", "BERT", "GPT") and len(layers) <= 2:
        return
    if subject.has("Transformer") and all(_pointwise(layer) for layer in layers):
        return
    yield "CNN", at_first(layers)


def _pointwise(layer: Layer) -> bool:
    size = first(layer.argument(2, "kernel_size"))
    return isinstance(size, Const) and size.value == 1
