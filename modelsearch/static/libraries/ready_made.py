"""Which family a ready-made network of a library is of, by its class, function or checkpoint."""

from __future__ import annotations

import re

from modelsearch import vocabulary
from modelsearch.static.libraries.layer_kinds import kind_of
from modelsearch.vocabulary import networks

#: Ready-made networks: (pattern on the last part of the constructor or on a checkpoint, family).
_NETWORKS: tuple[tuple[str, str], ...] = (
    (r"wide_?resnet|wrn_?\d", "Wide ResNet"),
    (r"(?<![a-z])se_?resnet|(?<![a-z])senet\d", "SE-ResNet"),
    (r"inception_?resnet", "Inception"),
    (r"fcn\w*resnet", "FCN"),
    (r"deeplab", "DeepLab"),
    (r"(faster|mask|keypoint)_?rcnn", "R-CNN"),
    (r"retinanet|^ssd(lite)?\d", "SSD detector"),
    (r"resnext", "ResNeXt"),
    (r"resnet|^resnetv2|big_transfer|^bit_", "ResNet"),
    (r"^vgg", "VGG"),
    (r"^densenet", "DenseNet"),
    (r"mobilenet|^mnasnet", "MobileNet"),
    (r"^(tf_)?efficientnet", "EfficientNet"),
    (r"^inception|^googlenet", "Inception"),
    (r"^xception", "Xception"),
    (r"^alexnet", "AlexNet"),
    (r"^squeezenet", "SqueezeNet"),
    (r"^shufflenet", "ShuffleNet"),
    (r"^convnext", "ConvNeXt"),
    (r"^regnet", "RegNet"),
    (r"^nasnet", "NASNet"),
    (r"^swin", "Swin"),
    (r"^(vit|deit|beit|eva\d*|dinov?\d?)(_|-|[A-Z]|$)|visiontransformer|^simplevit", "ViT"),
    (r"unet2dcondition|unet2d|^unet|unetplusplus|^attentionunet", "U-Net"),
    (r"^autoencoderkl|^autoencodertiny", "VAE"),
    (r"^vqmodel|vqvae", "VQ-VAE"),
    (r"^dit(transformer|model)|^(pixart|sd3|flux)transformer", "Diffusion transformer"),
    (r"transformer[23]dmodel$|^dit\w*model$", "Diffusion transformer"),
    (r"^gaussiandiffusion", "Diffusion"),
    (r"^yolo", "YOLO"),
    (r"^detr", "DETR"),
    (r"^clip_?(vit|rn|resnet|model|base|large|text|vision)|^(open|longclip)_?clip", "CLIP"),
)
_LANGUAGE: tuple[tuple[str, str], ...] = (
    (r"sentence-transformers|^all-minilm|minilm|mpnet", "BERT"),
    (r"bert|roberta|electra|^xlm-r|camembert", "BERT"),
    (r"gpt|llama|gemma|mistral|qwen|smollm|\bopt\b|^opt|bloom|falcon|pythia|phi-?\d|mpt", "GPT"),
    (r"codegen|starcoder", "GPT"),
    (r"bart|marian|opus-mt|pegasus|nllb|m2m", "Transformer"),
    (r"t5", "T5"),
    (r"xlnet|transfo_?xl|transformer_?xl", "Transformer-XL"),
    (r"swin", "Swin"),
    (r"vit|deit|beit|dinov2", "ViT"),
    (r"clip", "CLIP"),
    (r"detr", "DETR"),
    (r"resnet", "ResNet"),
    (r"convnext", "ConvNeXt"),
    (r"mobilenet", "MobileNet"),
    (r"efficientnet", "EfficientNet"),
    (r"wav2vec|hubert|whisper|wavlm|segformer|layoutlm|blip|timesformer|videomae", "Transformer"),
)
#: Models of the graph library, by their last name.
_GRAPH_MODELS = re.compile(r"^(torch_geometric|dgl)\.nn\.(models\.)?(\w+\.)*([A-Z]\w+)$")
_NO_GRAPH_MODELS = re.compile(
    r"^(MLP|Linear|Sequential|HeteroLinear|Node2Vec|MetaPath2Vec|\w*(Norm|Aggregation|Pool\w*)"
    r"|Jumping\w*|Explain\w*|\w*Explainer|\w*KGE|TransE|RotatE|DistMult|ComplEx|LabelPropagation"
    r"|DataParallel|GroupAddRev|LINKX|PositionalEncoding|TemporalEncoding|LLM|\w*Memory\w*)$"
)
_ZOOS = re.compile(
    r"^(torchvision\.models|tensorflow\.keras\.applications|keras\.applications|timm\b|paddle\.vision"
    r"\.models|mxnet\.gluon\.model_zoo|efficientnet_pytorch|segmentation_models|pretrainedmodels"
    r"|denoising_diffusion_pytorch|diffusers|torch\.hub|vit_pytorch|ultralytics|resnet|keras_cv"
    r"|keras_hub|keras_nlp|monai\.networks|pytorch3dunet|fastai|flash|mmseg|keras_applications)"
)
#: Libraries whose classes and checkpoints have the names of Transformers.
_LANGUAGE_LIBRARIES = (
    "transformers.", "peft.", "sentence_transformers.", "trl.", "unsloth.", "adapters.",
    "paddlenlp.transformers.", "pytorch_transformers.", "pytorch_pretrained_bert.",
    "modelscope.", "mindnlp.transformers.",
)  # fmt: skip
#: Classes of theirs that a checkpoint decides.
_BY_CHECKPOINT = ("Auto", "TFAuto", "FlaxAuto", "SentenceT", "Fast")
#: Packages, with the name that the vocabulary's list of their networks has.
_LISTS = (
    ("segmentation_models", "smp"),
    ("monai.networks", "monai"),
    ("pytorch3dunet.", "pytorch3dunet"),
    ("torchvision.models", "torchvision"),
)
#: What the packages of OpenAI's CLIP and its kin load.
_CLIP = re.compile(
    r"^(clip|open_clip|cn_clip|mobileclip|longclip)\.(\w+\.)*"
    r"(load|load_from_name|create_model\w*)$"
)
#: Parts of the diffusers library and others that make a diffusion model by being used.
DIFFUSION_SCHEDULER = re.compile(
    r"^diffusers\.(\w+\.)*(DDPM|DDIM|PNDM|Euler|LMS|DPM|UniPC|Flow|Score|Heun)\w*Scheduler"
)

#: Functions of packages that build BERT, or another model of language that they are told.
_BERTS = re.compile(
    r"^(bert4keras|keras_bert|bert|kashgari)\.(\w+\.)*(build_transformer_model|BertModel|get_model"
    r"|load_trained_model_from_checkpoint|build_model_from_config|BERTEmbedding|BertModelLayer)$"
    r"|^kobert\.(\w+\.)*get_(\w+_)?kobert_model$"
)


def _first(patterns: tuple[tuple[str, str], ...], text: str) -> str | None:
    lowered = text.lower()
    for pattern, family in patterns:
        if re.search(pattern, lowered):
            return family
    return None


def ready_made(name: str, texts: list[str]) -> str | None:
    """Return the family of a ready-made network, else None: one that a person's own vocabulary
    says to be made so, else what the tables here know.

    ``texts`` are the string arguments of the call: model names and checkpoints.
    """
    head, _, last = name.rpartition(".")
    if last in ("from_pretrained", "from_config", "from_name"):
        head, _, last = head.rpartition(".")
        name = f"{head}.{last}"
    known = vocabulary.find_constructor("family", name)
    if known is not None:
        return known.name
    if name.startswith(_LANGUAGE_LIBRARIES):
        return _language(last, texts)
    listed = _listed(name, last, texts)
    if listed is not None:
        return listed
    graph = _GRAPH_MODELS.match(name)
    if graph is not None and kind_of(name) is None:
        model = graph[4]
        if model in ("GCN", "GAT"):
            return model
        return None if _NO_GRAPH_MODELS.match(model) else "GNN"
    learner = re.match(r"(vision|cnn|unet)_learner$", last)
    makes = learner or re.match(r"(create|get|load|build)_(\w+_)?model$", last)
    if makes and ":" not in name and texts:
        return _by_texts(texts)
    if not _ZOOS.match(name) or re.search(r"(Block|Layer|Stage|Head|Norm)$", last):
        return None
    if last == "load" and texts:
        return _by_texts(texts)
    return _first(_NETWORKS, last)


def _listed(name: str, last: str, texts: list[str]) -> str | None:
    """The family that a library's own list of networks has for a class, function or preset."""
    if _CLIP.match(name):
        return "CLIP"
    if _BERTS.match(name):
        return _first(_LANGUAGE, " ".join(texts)) or "BERT"
    if name.startswith(("keras_hub.", "keras_nlp.")):
        return networks.of_class(last) or next(
            filter(None, map(networks.of_checkpoint, texts)), None
        )
    library = next((short for package, short in _LISTS if name.startswith(package)), None)
    if library is None:
        return None
    made = texts[:1] if last == "create_model" else [last]
    return next(filter(None, (networks.of_function(library, each) for each in made)), None)


def _by_texts(texts: list[str]) -> str | None:
    """The family that names of models say: ``"models.resnet18"``, and of timm with what the
    weights were trained on behind a dot, ``"vit_base_patch16_224.augreg_in21k"``.
    """
    for each in texts:
        name = each.rpartition("/")[2]
        for part in (name.rpartition(".")[2], name.partition(".")[0]):
            found = networks.of_timm(part) or _first(_NETWORKS, part)
            if found is not None:
                return found
    return None


def _language(last: str, texts: list[str]) -> str | None:
    if re.search(r"Tokenizer|Processor|Extractor|Config|Trainer|Arguments|Collator|Callback", last):
        return None
    if not last.startswith(_BY_CHECKPOINT) and last != "Transformer":
        found = networks.of_class(last) or _first(_LANGUAGE, last)
        if found:
            return found
    else:
        for each in texts:
            found = networks.of_checkpoint(each) or _first(_LANGUAGE, each.rpartition("/")[2])
            if found:
                return found
        if re.search("CausalLM|FastLanguage", last):
            return "GPT"
        return "Transformer" if re.search("Model|^SentenceT|^Transformer$", last) else None
    return "Transformer" if re.search(r"Model$|For[A-Z]\w+$", last) else None
