"""What the layers and estimators of libraries are.

Tables from the last part of a dotted name to a kind or a family, which :func:`kind_of` and
:func:`estimator` read. Whole networks stand in ``ready_made``.
"""

from __future__ import annotations

import re

from modelsearch.static.machine.values import Attr, Call, ClassValue, Instance, Item, Seq, first
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
    r"^(builtins|numpy|scipy|matplotlib|PIL|cv2|pandas|os|random|math|sklearn|plotly|sentence_transformers|einops\.repeat)\b"
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


def is_strangers(name: str) -> bool:
    """Return whether a function of a library that no table knows is called so: ``zoo.get``."""
    last = name.rpartition(".")[2]
    return ":" not in name and last[:1].islower() and not _WITHOUT_WEIGHTS.match(name)


def continued(call: Call) -> Call | None:
    """Return the network that one of Keras begins with, where a function of a library that no table
    of layers knows made it: ``Model(bert.inputs, output)``.
    """
    if call.last not in ("Model", "Functional"):
        return None
    given = first(call.argument(0, "inputs"))
    given = first(given.items[0]) if isinstance(given, Seq) and given.items else given
    while isinstance(given, Attr | Item):
        given = first(given.base)
    strange = isinstance(given, Call) and given.name is not None and is_strangers(given.name)
    return given if strange else None  # type: ignore[return-value]


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
    (r"^CRF$", "CRF"),
    (r"^(RandomForest|ExtraTrees|BalancedRandomForest)", "Random forest"),
    (r"^IsolationForest", "Tree ensemble"),
    (r"(GradientBoosting|AdaBoost)(Classifier|Regressor|Ranker)?$", "Gradient boosting"),
    (r"(XGB|LGBM|CatBoost)\w*$", "Gradient boosting"),
    (r"^(DecisionTree|ExtraTree)(Classifier|Regressor)", "Decision tree"),
    (r"^(KNeighbors|RadiusNeighbors|NearestNeighbors)", "k-nearest neighbours"),
    (r"NB$", "Naive Bayes"),
    (r"^GaussianProcess", "Gaussian process"),
    (r"^(Bernoulli)RBM", "RBM"),
    (r"^MLP(Classifier|Regressor)|^(RealMLP|TabM|MLP_)", "MLP"),
    (r"^(FTT|FTTransformer|TabPFN)", "Transformer"),
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
    "GenerativeModel",
    "Cell",
    "Link",
    "Chain",
)


#: Classes of libraries of language models that a project's network derives from.
_LANGUAGE_BASES = re.compile(
    r"^(transformers|paddlenlp|pytorch_transformers|pytorch_pretrained_bert)\.(\w+\.)*"
    r"\w+(Model|LMHeadModel|For[A-Z]\w+)$"
)


def is_module_class(klass: ClassValue) -> bool:
    """Return whether a class derives from a library's module class (torch, Keras, Flax …)."""
    return any(
        base.rpartition(".")[2] in _MODULE_BASES
        or base.endswith(("PreTrainedModel", "PretrainedModel"))
        or _LANGUAGE_BASES.match(base) is not None
        for base in klass.library_bases()
    )


def is_module(instance: Instance) -> bool:
    """Return whether an object is of a library's module class."""
    return is_module_class(instance.klass)
