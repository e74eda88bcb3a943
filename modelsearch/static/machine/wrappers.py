"""Library calls and methods that give back what they are given, as far as facts are concerned."""

from __future__ import annotations

#: Library calls that return their first argument, as far as facts are concerned.
WRAPPERS = frozenset(
    [
        "DataParallel",
        "DistributedDataParallel",
        "FullyShardedDataParallel",
        "DDP",
        "FSDP",
        "compile",
        "script",
        "deepcopy",
        "convert_sync_batchnorm",
        "Variable",
        "MpDeviceLoader",
        "ParallelLoader",
        "setup_module",
        "prepare_model",
        "auto_model",
        "auto_optim",
        "prepare_model_for_int8_training",
        "prepare_model_for_kbit_training",
        "get_peft_model",
        "prepare_data_loader",
        "DistributedOptimizer",
        "SyncReplicasOptimizer",
        "LossScaleOptimizer",
        "replicate",
        "unreplicate",
        "put_replicated",
        "enable_mixed_precision_graph_rewrite",
    ]
)


#: Methods that return their object.
SAME = frozenset(
    [
        "to",
        "cuda",
        "cpu",
        "float",
        "half",
        "double",
        "bfloat16",
        "train",
        "eval",
        "requires_grad_",
        "apply",
        "share_memory",
        "xpu",
        "module",
        "unwrap_model",
        "prepare_data_loader",
        "to_device",
        "astype",
        "copy",
        "as_default",
        "ipu",
        "npu",
        "mps",
    ]
)
