"""The fields that layers and settings state under many names, and whatever has a name of its own.

``stored`` lists the names under which scripts keep the same size, the usual one first.
"""

from __future__ import annotations

from modelsearch.vocabulary.fields.field import Field, row


def _size(name: str, aliases: str, about: str, example: str, **more: object) -> Field:
    return row(name, "number", "sizes", aliases, about, example, many=True, **more)


ROWS: tuple[Field, ...] = (
    _size("image_size", "image size, image sizes, resolution, image resolution, "
          "input size, img size, picture size, image dimension, image dimensions",
          "size of training images in pixels", "64x64 images", unit="pixels",
          picture="max(i.width, i.height)", said="uses images of|use images of",
          stored="image_size, img_size, image_dim, resolution, img_dim, input_size, imsize, "
          "image_height, image_width"),
    _size("latent_size", "latent size, latent dimension, latent dimensions, latent dim, "
          "latent space, z dim, latent, code size, latent sizes, dimensional latent, "
          "noise dimension, noise dim, latents, latent channels, bottleneck",
          "size of the latent space", "latent size 128",
          stored="latent_size, latent_dim, z_dim, latent_dims, nz, zdim, latent_channels, "
          "noise_dim, z_size, n_latent, latent"),
    _size("heads", "heads, attention heads, num heads, number of heads, head",
          "attention heads", "at least 8 heads", unit="heads", label="Attention heads",
          plural="Attention heads",
          stored="heads, num_heads, n_heads, n_head, nhead, num_attention_heads, "
          "attention_heads, nheads"),
    _size("layers", "layers, number of layers, num layers, layer, depth, "
          "encoder layers, hidden layers, transformer layers, blocks",
          "layers", "more than 4 layers", unit="layers", label="Number of layers",
          plural="Numbers of layers",
          stored="layers, num_layers, n_layers, n_layer, depth, nlayers, num_hidden_layers, "
          "encoder_layers"),
    _size("hidden_size", "hidden size, hidden units, hidden dimension, hidden dim, "
          "hidden sizes, embedding size, embedding dimension, d_model, width, "
          "model dimension, units, hidden, embed dim, neurons, hidden dimensions, hidden neurons",
          "width of hidden layers", "hidden size 512", unit="units",
          stored="hidden_size, hidden_dim, hidden_sizes, embed_dim, embedding_dim, d_model, "
          "n_embd, hidden, hidden_units, nhid, emsize, embedding_size, dim, n_hidden"),
    _size("classes", "classes, number of classes, num classes, labels, categories",
          "classes", "models with 10 classes", unit="classes", label="Number of classes",
          plural="Numbers of classes", stored="classes, num_classes, n_classes, nclass"),
    _size("diffusion_steps", "diffusion steps, noise steps, timesteps, time steps, "
          "denoising steps, diffusion timesteps, noising steps, timestep, sampling steps",
          "steps of the diffusion process", "1000 diffusion steps", unit="steps",
          plural="Diffusion steps",
          stored="diffusion_steps, timesteps, noise_steps, num_timesteps, num_train_timesteps, "
          "n_timesteps, T, time_steps, n_steps_diffusion, diffusion_timesteps, n_T"),
    _size("lora_rank", "lora rank, rank of the lora, rank of lora, lora r, lora dimension, "
          "adapter rank, rank of the adapter", "rank of LoRA adapters", "LoRA rank over 8",
          label="LoRA rank", plural="LoRA ranks",
          stored="lora_rank, lora_r, adapter.r, lora_dim, adapter_rank, network_dim"),
    _size("lora_alpha", "lora alpha, alpha of the lora, alpha of lora, lora scale, adapter alpha",
          "scale of LoRA adapters", "LoRA alpha 32", label="LoRA alpha", plural="LoRA alphas",
          stored="lora_alpha, adapter_alpha, network_alpha"),
    _size("environment_steps", "environment steps, env steps, total timesteps, total env steps, "
          "environment frames, environment interactions, total frames",
          "steps or frames that an agent trains for in its environment",
          "more than a million environment steps", unit="steps", plural="Environment steps",
          written="grouped", said="trains for|train for",
          stored="total_timesteps, total_env_steps, num_env_steps, environment_steps, env_steps, "
          "total_frames, num_frames, max_frames"),
    row("hyperparameter", "term", "named", "hyperparameters, hyper parameter, setting, settings, "
        "hyper parameters, hyper-parameter", "any stored setting, by its own name",
        "gamma above 0.95", many=True),
    row("metric", "term", "named", "metrics, result, results, score, scores, evaluation, "
        "performance", "any stored result, by its own name", "accuracy over 90%",
        vocabulary="metric", many=True),
)  # fmt: skip
