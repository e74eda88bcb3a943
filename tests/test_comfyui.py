"""ComfyUI's graphs: whose text is the positive prompt, whose the negative, and which none is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modelsearch.sources.generators.reading import read_generation
from modelsearch.sources.generators.settings import Generation

CAT, FRAME = "black cat on a log", "out of frame"


def node(kind: str, **inputs: Any) -> dict[str, Any]:
    return {"class_type": kind, "inputs": inputs}


def graph(
    positive: list[Any] | str, negative: list[Any] | str | None, **more: Any
) -> dict[str, Any]:
    """A whole graph; ``more`` are nodes ``n30=…`` in front of the sampler."""
    sampler = {
        "seed": 42,
        "steps": 20,
        "cfg": 8.0,
        "sampler_name": "euler",
        "scheduler": "normal",
        "denoise": 1.0,
        "model": ["4", 0],
        "positive": positive,
        "latent_image": ["5", 0],
    }
    if negative is not None:
        sampler["negative"] = negative
    return {
        "3": node("KSampler", **sampler),
        "4": node("CheckpointLoaderSimple", ckpt_name="v1-5.safetensors"),
        "5": node("EmptyLatentImage", width=640, height=512, batch_size=1),
        "6": node("CLIPTextEncode", text=CAT, clip=["4", 1]),
        "7": node("CLIPTextEncode", text=FRAME, clip=["4", 1]),
        "8": node("VAEDecode", samples=["3", 0], vae=["4", 2]),
        "9": node("SaveImage", filename_prefix="x", images=["8", 0]),
        **{name[1:]: one for name, one in more.items()},
    }


def read(one: dict[str, Any], key: str = "prompt") -> Generation:
    found = read_generation({key: json.dumps(one)})
    assert found is not None
    assert found.program == "ComfyUI"
    return found


SETTINGS = {
    "seed": 42,
    "steps": 20,
    "cfg scale": 8.0,
    "sampler": "euler",
    "scheduler": "normal",
    "denoising strength": 1.0,
    "model": "v1-5.safetensors",
    "width": 640,
    "height": 512,
    "batch size": 1,
}

GRAPHS: dict[str, tuple[dict[str, Any], str | None, str | None]] = {
    "plain": (graph(["6", 0], ["7", 0]), CAT, FRAME),
    "ControlNet hands both on": (
        graph(["30", 0], ["30", 1], n30=node(
            "ControlNetApplyAdvanced", strength=0.6, positive=["6", 0], negative=["7", 0],
            control_net=["31", 0], image=["32", 0]),
            n31=node("ControlNetLoader", control_net_name="canny.pth")), CAT, FRAME),
    "two ControlNets": (
        graph(["30", 0], ["30", 1],
              n30=node("ControlNetApplyAdvanced", positive=["31", 0], negative=["31", 1]),
              n31=node("ControlNetApplyAdvanced", positive=["6", 0], negative=["7", 0])),
        CAT, FRAME),
    "combined": (
        graph(["30", 0], ["7", 0], n31=node("CLIPTextEncode", text="misty forest"),
              n30=node("ConditioningCombine", conditioning_1=["6", 0], conditioning_2=["31", 0])),
        f"{CAT}\nmisty forest", FRAME),
    "concatenated": (
        graph(["30", 0], ["7", 0], n31=node("CLIPTextEncode", text="misty forest"),
              n30=node("ConditioningConcat", conditioning_to=["6", 0],
                       conditioning_from=["31", 0])),
        f"{CAT}\nmisty forest", FRAME),
    "emptied": (
        graph(["6", 0], ["30", 0], n30=node("ConditioningZeroOut", conditioning=["6", 0])),
        CAT, None),
    "no negative": (graph(["6", 0], None), CAT, None),
    "negative of nothing": (graph(["6", 0], ["30", 0], n30=node("CLIPTextEncode", text="")),
                            CAT, None),
    "positive from nowhere": (graph(["30", 0], ["7", 0], n30=node("Mystery", clip=["4", 1])),
                              None, FRAME),
    "guidance and area": (
        graph(["30", 0], ["7", 0], n30=node("FluxGuidance", guidance=3.5, conditioning=["31", 0]),
              n31=node("ConditioningSetArea", conditioning=["6", 0], strength=1.0)), CAT, FRAME),
    "context": (
        graph(["30", 4], ["30", 5], n30=node("Context (rgthree)", base_ctx=["31", 0]),
              n31=node("Context (rgthree)", model=["4", 0], positive=["6", 0],
                       negative=["7", 0])), CAT, FRAME),
    "pipe": (
        graph(["30", 3], ["30", 4], n30=node("FromBasicPipe", basic_pipe=["31", 0]),
              n31=node("ToBasicPipe", model=["4", 0], positive=["6", 0], negative=["7", 0])),
        CAT, FRAME),
    "loader with prompts": (
        graph(["30", 1], ["30", 2], n30=node("Efficient Loader", ckpt_name="v1-5.safetensors",
                                             positive=CAT, negative=FRAME)), CAT, FRAME),
    "styler": (
        graph(["33", 0], ["34", 0], n33=node("CLIPTextEncode", text=["30", 0]),
              n34=node("CLIPTextEncode", text=["30", 1]),
              n30=node("SDXLPromptStyler", text_positive=CAT, text_negative=FRAME)), CAT, FRAME),
    "joined strings": (
        graph(["33", 0], ["7", 0], n33=node("CLIPTextEncode", text=["30", 0]),
              n30=node("StringConcatenate", string_a=["31", 0], string_b="at dusk",
                       delimiter=", "),
              n31=node("PrimitiveString", value=CAT)), f"{CAT}, at dusk", FRAME),
    "wildcards": (
        graph(["33", 0], ["7", 0], n33=node("CLIPTextEncode", text=["30", 0]),
              n30=node("ImpactWildcardProcessor", wildcard_text="{black|white} cat",
                       populated_text=CAT, seed=3)), CAT, FRAME),
    "two texts of SDXL": (
        graph(["30", 0], ["7", 0], n30=node("CLIPTextEncodeSDXL", text_g=CAT, text_l="oil",
                                            width=1024, height=1024)), f"{CAT}\noil", FRAME),
    "reroute": (graph(["30", 0], ["7", 0], n30={"class_type": "Reroute", "inputs": {"": ["6", 0]}}),
                CAT, FRAME),
    "a text of a part beside that of the whole": (
        graph(["30", 0], ["7", 0], n30=node("GLIGENTextBoxApply", text="a moon", x=16, y=16,
                                            conditioning_to=["6", 0])), f"{CAT}\na moon", FRAME),
    "switch": (
        graph(["30", 0], ["7", 0], n31=node("CLIPTextEncode", text="a dog"),
              n30=node("ImpactSwitch", select=2, input1=["31", 0], input2=["6", 0])), CAT, FRAME),
}  # fmt: skip


@pytest.mark.parametrize("name", GRAPHS)
def test_prompts_are_followed_in_their_role(name: str) -> None:
    one, positive, negative = GRAPHS[name]
    found = read(one)
    assert (found.prompt, found.negative_prompt) == (positive, negative)
    settings = dict(found.settings)
    assert {key: settings.get(key) for key in SETTINGS} == SETTINGS


def test_settings_of_helpers_are_not_those_of_the_picture() -> None:
    one = graph(["6", 0], ["7", 0])
    one["9"]["inputs"]["images"] = ["40", 0]
    one["40"] = node("ImageUpscaleWithModel", upscale_model=["41", 0], image=["8", 0])
    one["41"] = node("UpscaleModelLoader", model_name="4x-UltraSharp.pth")
    assert dict(read(one).settings) == SETTINGS


def test_values_that_come_from_other_nodes() -> None:
    one = graph(["6", 0], ["7", 0], n40=node("PrimitiveInt", value=7), n41=node("Seed", seed=99))
    one["3"]["inputs"] |= {"steps": ["40", 0], "seed": ["41", 0]}
    settings = dict(read(one).settings)
    assert (settings["steps"], settings["seed"]) == (7, 99)


def test_the_sampler_nearest_to_the_saved_picture_counts() -> None:
    one = graph(["6", 0], ["7", 0], n31=node("CLIPTextEncode", text="sharp cat"))
    one["8"]["inputs"]["samples"] = ["40", 0]
    one["40"] = node(
        "KSampler",
        seed=1,
        steps=5,
        denoise=0.4,
        positive=["31", 0],
        negative=["7", 0],
        latent_image=["3", 0],
    )
    found = read(one)
    assert (found.prompt, dict(found.settings)["steps"]) == ("sharp cat", 5)


def test_a_sampler_that_adds_no_noise_has_no_seed() -> None:
    one = graph(["6", 0], ["7", 0])
    one["8"]["inputs"]["samples"] = ["40", 0]
    one["40"] = node(
        "KSamplerAdvanced",
        add_noise="disable",
        noise_seed=0,
        steps=25,
        positive=["6", 0],
        negative=["7", 0],
        latent_image=["3", 0],
    )
    settings = dict(read(one).settings)
    assert (settings["steps"], settings["seed"]) == (25, SETTINGS["seed"])


def test_a_guider_of_two_conditionings_and_a_negative() -> None:
    one = graph(["6", 0], ["7", 0])
    one["3"]["inputs"] = {"seed": 5, "guider": ["40", 0]}
    one["40"] = node("DualCFGGuider", cond1=["6", 0], cond2=["7", 0], negative=["7", 0])
    found = read(one)
    assert (found.prompt, found.negative_prompt) == (CAT, FRAME)


def test_loras_are_all_named() -> None:
    one = graph(["6", 0], ["7", 0])
    one["3"]["inputs"]["model"] = ["40", 0]
    one["40"] = node("LoraLoader", lora_name="ink", strength_model=0.5, model=["41", 0])
    one["41"] = node(
        "Power Lora Loader (rgthree)",
        model=["4", 0],
        lora_1={"on": True, "lora": "fog", "strength": 1},
        lora_2={"on": False, "lora": "sun", "strength": 1},
    )
    assert dict(read(one).settings)["lora"] == "ink, fog"


def test_a_guider_without_a_negative() -> None:
    one = {
        "1": node("SaveImage", images=["2", 0]),
        "2": node("VAEDecode", samples=["3", 0]),
        "3": node(
            "SamplerCustomAdvanced",
            noise=["4", 0],
            guider=["5", 0],
            sampler=["6", 0],
            sigmas=["7", 0],
        ),
        "4": node("RandomNoise", noise_seed=11),
        "5": node("BasicGuider", conditioning=["8", 0], model=["9", 0]),
        "6": node("KSamplerSelect", sampler_name="euler"),
        "7": node("BasicScheduler", scheduler="simple", steps=4, denoise=1.0),
        "8": node("CLIPTextEncodeFlux", clip_l="cat", t5xxl=CAT, guidance=3.5),
        "9": node("UNETLoader", unet_name="flux1-dev.safetensors"),
    }
    found = read(one)
    assert (found.prompt, found.negative_prompt) == (f"cat\n{CAT}", None)
    assert dict(found.settings) == {
        "seed": 11,
        "sampler": "euler",
        "scheduler": "simple",
        "steps": 4,
        "denoising strength": 1.0,
        "guidance": 3.5,
        "model": "flux1-dev.safetensors",
    }


EDITOR = {
    "nodes": [
        {"id": 3, "type": "KSampler",
         "widgets_values": [42, "fixed", 20, 8.0, "euler", "normal", 1],
         "inputs": [{"name": "model", "type": "MODEL", "link": 1},
                    {"name": "positive", "type": "CONDITIONING", "link": 4},
                    {"name": "negative", "type": "CONDITIONING", "link": 6}]},
        {"id": 4, "type": "CheckpointLoaderSimple", "widgets_values": ["v1-5.safetensors"]},
        {"id": 6, "type": "CLIPTextEncode", "widgets_values": [CAT]},
        {"id": 7, "type": "CLIPTextEncode", "widgets_values": [FRAME]},
        {"id": 8, "type": "VAEDecode", "inputs": [{"name": "samples", "link": 7}]},
        {"id": 9, "type": "SaveImage", "widgets_values": ["x"],
         "inputs": [{"name": "images", "link": 9}]},
        {"id": 10, "type": "Note", "widgets_values": ["a note that is no prompt"]},
        {"id": 11, "type": "ConditioningSetMask", "mode": 4, "inputs": [
            {"name": "conditioning", "type": "CONDITIONING", "link": 5}]},
    ],
    "links": [[1, 4, 0, 3, 0, "MODEL"], [4, 11, 0, 3, 1, "CONDITIONING"],
              [5, 6, 0, 11, 0, "CONDITIONING"], [6, 7, 0, 3, 2, "CONDITIONING"],
              [7, 3, 0, 8, 0, "LATENT"], [9, 8, 0, 9, 0, "IMAGE"]],
}  # fmt: skip


def test_the_editors_graph() -> None:
    found = read(EDITOR, "workflow")
    assert (found.prompt, found.negative_prompt) == (CAT, FRAME)
    settings = dict(found.settings)
    assert settings == {
        "seed": 42,
        "steps": 20,
        "cfg scale": 8.0,
        "sampler": "euler",
        "scheduler": "normal",
        "denoising strength": 1,
        "model": "v1-5.safetensors",
    }


def test_the_editors_graph_of_unknown_nodes_names_its_widgets() -> None:
    one = json.loads(json.dumps(EDITOR))
    one["nodes"][0] |= {"type": "MySampler", "widgets_values": [7, "randomize", 30]}
    one["nodes"][0]["inputs"] += [
        {"name": name, "widget": {"name": name}, "link": None} for name in ("seed", "steps")
    ]
    settings = dict(read(one, "workflow").settings)
    assert (settings["seed"], settings["steps"]) == (7, 30)


def test_the_graph_that_was_run_comes_before_the_editors() -> None:
    one = graph(["6", 0], ["7", 0])
    one["6"]["inputs"]["text"] = "what was run"
    found = read_generation({"workflow": json.dumps(EDITOR), "prompt": json.dumps(one)})
    assert found is not None
    assert found.prompt == "what was run"
