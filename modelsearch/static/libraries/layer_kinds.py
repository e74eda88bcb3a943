"""What the layers, ready-made networks and estimators of libraries are.

Tables from the last part of a dotted name to a kind or a family; :func:`kind_of` and
:func:`ready_made` read them.
"""

from __future__ import annotations

import re

from modelsearch import vocabulary
from modelsearch.static.machine.values import Instance
from modelsearch.vocabulary.libraries import has_estimators, is_boosting

#: Kind of layer → names in PyTorch, Keras, TensorFlow, Flax, Haiku, MXNet, PaddlePaddle.
_KINDS: dict[str, str] = {
    "conv": (
        "Conv1d Conv2d Conv3d LazyConv1d LazyConv2d LazyConv3d Conv1D Conv2D Conv3D Convolution1D "
        "Convolution2D SeparableConv1D SeparableConv2D DepthwiseConv2D conv1d conv2d conv3d Conv "
        "ConvLocal LocallyConnected2D conv_2d separable_conv2d depthwise_conv2d ConvBNReLU "
        "Conv2dNormActivation CausalConv1D conv_general_dilated"
    ),
    "conv_transpose": (
        "ConvTranspose1d ConvTranspose2d ConvTranspose3d LazyConvTranspose2d Conv1DTranspose "
        "Conv2DTranspose Conv3DTranspose Deconvolution2D conv2d_transpose conv_transpose2d "
        "ConvTranspose Deconv2D Conv2DTransposed"
    ),
    "linear": (
        "Linear LazyLinear Bilinear Dense DenseGeneral LinearGeneral dense fully_connected "
        "FullyConnected linear NoisyLinear QuantLinear"
    ),
    "lstm": (
        "LSTM LSTMCell BasicLSTMCell LSTMBlockCell CuDNNLSTM OptimizedLSTMCell ConvLSTM2D "
        "ConvLSTM1D LSTMBlockFusedCell CudnnLSTM"
    ),
    "gru": "GRU GRUCell CuDNNGRU CudnnGRU",
    "rnn": "RNN RNNCell SimpleRNN SimpleRNNCell BasicRNNCell VanillaRNN RNNCellBase",
    "attention": (
        "MultiheadAttention MultiHeadAttention MultiHeadDotProductAttention SelfAttention "
        "Attention AdditiveAttention scaled_dot_product_attention dot_product_attention"
    ),
    "transformer": (
        "TransformerEncoder TransformerEncoderLayer TransformerDecoder TransformerDecoderLayer "
        "Transformer"
    ),
    "embedding": "Embedding EmbeddingBag Embed embedding_lookup",
    "batch_norm": (
        "BatchNorm1d BatchNorm2d BatchNorm3d LazyBatchNorm1d LazyBatchNorm2d SyncBatchNorm "
        "BatchNormalization BatchNorm batch_norm batch_normalization BatchNorm2D BatchNorm1D"
    ),
    "layer_norm": "LayerNorm LayerNormalization RMSNorm layer_norm",
    "group_norm": "GroupNorm GroupNormalization",
    "instance_norm": "InstanceNorm1d InstanceNorm2d InstanceNorm3d InstanceNormalization",
    "dropout": (
        "Dropout Dropout1d Dropout2d Dropout3d AlphaDropout SpatialDropout1D SpatialDropout2D "
        "dropout GaussianDropout dropout2d"
    ),
    "pool": (
        "MaxPool1d MaxPool2d MaxPool3d AvgPool1d AvgPool2d AvgPool3d MaxPooling1D MaxPooling2D "
        "MaxPooling3D AveragePooling2D max_pool2d avg_pool2d MaxPool2D AvgPool2D max_pool avg_pool "
        "max_pooling2d max_pool1d MaxPool AveragePooling1D MaxPool1D average_pooling2d"
    ),
    "global_pool": (
        "AdaptiveAvgPool1d AdaptiveAvgPool2d AdaptiveMaxPool2d GlobalAveragePooling1D "
        "GlobalAveragePooling2D GlobalMaxPooling1D GlobalMaxPooling2D adaptive_avg_pool2d "
        "GlobalAvgPool2D GlobalAveragePooling3D"
    ),
    "upsample": (
        "Upsample UpsamplingNearest2d UpsamplingBilinear2d UpSampling1D UpSampling2D UpSampling3D "
        "interpolate PixelShuffle pixel_shuffle depth_to_space resize_nearest_neighbor upsample"
    ),
    "graph": (
        "GCNConv GATConv GATv2Conv SAGEConv GINConv GraphConv ChebConv SGConv GATLayer NNConv "
        "GatedGraphConv RGCNConv TransformerConv GeneralConv ARMAConv TAGConv EdgeConv"
    ),
    "activation": (
        "ReLU LeakyReLU Sigmoid Tanh GELU SiLU ELU SELU Softmax LogSoftmax PReLU Softplus relu "
        "sigmoid tanh gelu silu softmax log_softmax leaky_relu elu Activation"
    ),
    "flatten": "Flatten Unflatten Reshape flatten",
}
KIND_BY_NAME: dict[str, str] = {
    name: kind for kind, names in _KINDS.items() for name in names.split()
}
#: First parts of dotted names that are no layers whatever their last part is.
_NO_LAYERS = re.compile(
    r"^(builtins|numpy|scipy|matplotlib|PIL|cv2|pandas|os|random|math|sklearn|plotly|einops\.repeat)\b"
)
#: Layers of the graph libraries.
_GRAPH_LAYER = re.compile(r"^(torch_geometric|dgl|torch_geometric_temporal)\.nn\.(\w+\.)*\w+Conv$")
#: Low-case names are functions; they need a library that computes.
_COMPUTES = re.compile(
    r"^(torch|tensorflow|keras|jax|flax|mxnet|paddle|tflearn|haiku|tf_slim|theano|lasagne)\b"
)


def kind_of(name: str | None) -> str | None:
    """Return the kind of layer that a dotted library name stands for, else None."""
    if not name or ":" in name or _NO_LAYERS.match(name):
        return None
    last = name.rpartition(".")[2]
    if _GRAPH_LAYER.match(name):
        return "graph"
    kind = KIND_BY_NAME.get(last)
    if kind is not None and last[0].islower() and not _COMPUTES.match(name):
        return None
    return kind


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
    (r"^clip", "CLIP"),
)
_LANGUAGE: tuple[tuple[str, str], ...] = (
    (r"sentence-transformers|^all-minilm|minilm|mpnet", "BERT"),
    (r"bert|roberta|electra|^xlm-r|camembert", "BERT"),
    (r"gpt|llama|gemma|mistral|qwen|smollm|\bopt\b|^opt|bloom|falcon|pythia|phi-?\d|mpt", "GPT"),
    (r"codegen|starcoder", "GPT"),
    (r"t5|bart|marian|opus-mt|pegasus|nllb|m2m", "T5"),
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
    r"|keras_hub|monai\.networks|fastai|flash|mmseg|keras_applications)"
)
#: Parts of the diffusers library and others that make a diffusion model by being used.
DIFFUSION_SCHEDULER = re.compile(
    r"^diffusers\.(\w+\.)*(DDPM|DDIM|PNDM|Euler|LMS|DPM|UniPC|Flow|Score|Heun)\w*Scheduler"
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
    if name.startswith(("transformers.", "peft.", "sentence_transformers.", "trl.", "unsloth.")):
        return _language(last, texts)
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


def _by_texts(texts: list[str]) -> str | None:
    """The family that names of models say: ``"models.resnet18"``, and of timm with what the
    weights were trained on behind a dot, ``"vit_base_patch16_224.augreg_in21k"``.
    """
    for each in texts:
        name = each.rpartition("/")[2]
        for part in (name.rpartition(".")[2], name.partition(".")[0]):
            found = _first(_NETWORKS, part)
            if found is not None:
                return found
    return None


def _language(last: str, texts: list[str]) -> str | None:
    if re.search(r"Tokenizer|Processor|Extractor|Config|Trainer|Arguments|Collator|Callback", last):
        return None
    for each in [] if last.startswith(("Auto", "TFAuto", "FlaxAuto", "SentenceT")) else [last]:
        found = _first(_LANGUAGE, each)
        if found:
            return found
    if last.startswith(("Auto", "TFAuto", "FlaxAuto", "SentenceT")):
        for each in texts:
            found = _first(_LANGUAGE, each.rpartition("/")[2])
            if found:
                return found
        return "GPT" if "CausalLM" in last else "Transformer" if "Model" in last else None
    return "Transformer" if re.search(r"Model$|For[A-Z]\w+$", last) else None


#: Libraries whose classes are known, or have no weights.
_WITHOUT_WEIGHTS = re.compile(
    r"^(torch(?!_)|torchvision\.(transforms|datasets|utils)|torchmetrics|torchtext|torchaudio|keras"
    r"|tensorflow|tf|flax|jax|haiku|optax|equinox|numpy|einops|collections|functools|builtins|os"
    r"|pathlib|argparse|typing|types|logging|gym|gymnasium|sklearn|pandas|matplotlib|PIL|copy"
    r"|random|math|time|datetime|re|json|yaml|omegaconf|tqdm|wandb|dataclasses|abc|enum"
    r"|pytorch_lightning|lightning|accelerate|mxnet|paddle|transformers\.\w*(Config|Tokenizer\w*))\b"
)
_WEIGHTED = re.compile(r"^torch\.nn\.(\w+\.)*(Parameter|AdaptiveLogSoftmaxWithLoss|Lazy\w+)$")


def may_have_weights(name: str) -> bool:
    """Return whether a library class that no table knows may hold weights of its own."""
    last = name.rpartition(".")[2]
    if last == "weight_norm":
        return True
    if ":" in name or not last[:1].isupper():
        return False
    return bool(_WEIGHTED.match(name)) or not _WITHOUT_WEIGHTS.match(name)


_ESTIMATORS: tuple[tuple[str, str], ...] = (
    (r"^(LogisticRegression|(MN)?Logit$)", "Logistic regression"),
    (r"^(OLS|WLS|GLS|GLM)$", "Linear model"),
    (r"^(S?ARIMA|SARIMAX|AutoARIMA|auto_arima|VARMAX)$", "ARIMA"),
    (r"^H2O(GradientBoosting|XGBoost)", "Gradient boosting"),
    (r"^H2ORandomForest", "Random forest"),
    (r"^(LinearRegression|Ridge|Lasso|ElasticNet|Lars|OrthogonalM|Bayesian|ARD)", "Linear model"),
    (r"^(SGD|Huber|Perceptron|PassiveAgg|TheilSen|RANSAC)", "Linear model"),
    (r"^(Poisson|Tweedie|Gamma|Quantile)", "Linear model"),
    (r"(SVC|SVR|OneClassSVM)$", "SVM"),
    (r"^(RandomForest|ExtraTrees|BalancedRandomForest)", "Random forest"),
    (r"^IsolationForest", "Tree ensemble"),
    (r"(GradientBoosting|AdaBoost)(Classifier|Regressor|Ranker)?$", "Gradient boosting"),
    (r"(XGB|LGBM|CatBoost)\w*$", "Gradient boosting"),
    (r"^(DecisionTree|ExtraTree)(Classifier|Regressor)", "Decision tree"),
    (r"^(KNeighbors|RadiusNeighbors|NearestNeighbors)", "k-nearest neighbours"),
    (r"NB$", "Naive Bayes"),
    (r"^GaussianProcess", "Gaussian process"),
    (r"^(Bernoulli)RBM", "RBM"),
    (r"^MLP(Classifier|Regressor)", "MLP"),
    (r"KMeans$", "k-means"),
    (r"^(DBSCAN|HDBSCAN|OPTICS|Agglomerative|SpectralClustering)", "Clustering"),
    (r"^(Birch|MeanShift|AffinityProp)", "Clustering"),
    (r"GaussianMixture|^(V?B|DP)?GMM$", "Gaussian mixture"),
    (r"^(PCA|IncrementalPCA|KernelPCA|TruncatedSVD|SparsePCA)$", "PCA"),
    (r"^(NMF|SVD|SVDpp|LightFM)$", "Matrix factorisation"),
    (r"^KNN(Basic|WithMeans|WithZScore|Baseline)$", "k-nearest neighbours"),
)


def estimator(name: str | None) -> str | None:
    """Return the family of a classical estimator (scikit-learn and the boosting libraries)."""
    if not name or not has_estimators(name):
        return None
    last = name.rpartition(".")[2]
    found = next((family for pattern, family in _ESTIMATORS if re.search(pattern, last)), None)
    if is_boosting(name) and found not in ("Gradient boosting", "Random forest"):
        return None  # their own tables and matrices
    return found


#: Classes of modules, by the last part of their names.
_MODULE_BASES = (
    "Module",
    "Model",
    "Layer",
    "LightningModule",
    "Block",
    "HybridBlock",
    "Sequential",
    "PreTrainedModel",
    "GenerativeModel",
    "Cell",
    "Link",
    "Chain",
)


def is_module(instance: Instance) -> bool:
    """Return whether an object is of a library's module class (torch, Keras, Flax …)."""
    return any(base.rpartition(".")[2] in _MODULE_BASES for base in instance.klass.library_bases())
