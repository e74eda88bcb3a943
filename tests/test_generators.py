"""What each image generator writes, and what is read of it: every setting, and none besides."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modelsearch.sources.generators.reading import read_generation

LAST = (
    "Steps: 31, Sampler: Euler a, CFG scale: 6.5, Seed: 424242, Size: 512x768, Model: harborMix_v2"
)
SETTINGS = {
    "steps": 31,
    "sampler": "Euler a",
    "cfg scale": 6.5,
    "seed": 424242,
    "size": "512x768",
    "model": "harborMix_v2",
    "width": 512,
    "height": 768,
}

Form = tuple[dict[str, Any], str | None, str | None, str | None, dict[str, Any]]

#: By name: texts, program, prompt, negative prompt, settings.
FORMS: dict[str, Form] = {
    "web UI": (
        {"parameters": f"a red lighthouse\nNegative prompt: blurry\n{LAST}"},
        "AUTOMATIC1111", "a red lighthouse", "blurry", SETTINGS),
    "web UI without negative": (
        {"parameters": f"a red lighthouse\n{LAST}"},
        "AUTOMATIC1111", "a red lighthouse", None, SETTINGS),
    "web UI without prompt": (
        {"parameters": f"Negative prompt: blurry\n{LAST}"},
        "AUTOMATIC1111", None, "blurry", SETTINGS),
    "web UI with a template": (
        {"parameters": f"a red lighthouse\nNegative prompt: blurry\n{LAST}\n"
                       "Template: a {red|blue} lighthouse\nNegative Template: blurry"},
        "AUTOMATIC1111", "a red lighthouse", "blurry", SETTINGS),
    "web UI, another order": (
        {"parameters": "a fox\nNegative prompt: dull\n"
                       "Seed: 7, Steps: 20, CFG scale: 7, Sampler: DDIM"},
        "AUTOMATIC1111", "a fox", "dull",
        {"seed": 7, "steps": 20, "cfg scale": 7, "sampler": "DDIM"}),
    "web UI in one line": (
        {"UserComment": f"a fox, snow Negative prompt: dull, flat {LAST}"},
        "AUTOMATIC1111", "a fox, snow", "dull, flat", SETTINGS),
    "web UI with LoRAs and hashes": (
        {"parameters": "a fox <lora:detail:0.8> <lora:snow_v2:1>\nSteps: 20, Sampler: DPM++ 2M, "
                       'Schedule type: Karras, Seed: 7, Lora hashes: "detail: abc, snow_v2: def", '
                       'Hashes: {"model": "0123", "lora:detail": "abc"}, Version: v1.9.4'},
        "AUTOMATIC1111", "a fox <lora:detail:0.8> <lora:snow_v2:1>", None,
        {"steps": 20, "sampler": "DPM++ 2M", "schedule type": "Karras", "seed": 7,
         "lora hashes": "detail: abc, snow_v2: def", "hashes": "model: 0123, lora:detail: abc",
         "version": "v1.9.4", "lora": "detail, snow_v2"}),
    "web UI, steps in the prompt": (
        {"parameters": "Steps: of a temple, Seed: of doubt\nNegative prompt: x\nSteps: 9, Seed: 5"},
        "AUTOMATIC1111", "Steps: of a temple, Seed: of doubt", "x", {"steps": 9, "seed": 5}),
    "Windows line ends": (
        {"parameters": "a fox\r\nNegative prompt: dull\r\nSteps: 9, Sampler: Euler, Seed: 5"},
        "AUTOMATIC1111", "a fox", "dull", {"steps": 9, "sampler": "Euler", "seed": 5}),
    "Forge": (
        {"parameters": "a fox\nSteps: 9, Sampler: Euler, Seed: 5, "
                       "Version: f2.0.1v1.10.1-previous-1"},
        "Forge", "a fox", None,
        {"steps": 9, "sampler": "Euler", "seed": 5, "version": "f2.0.1v1.10.1-previous-1"}),
    "SD.Next": (
        {"parameters": "a fox\nNegative prompt: dull\nSteps: 9, Size: 64x32, "
                       "Seed: 5, App: SD.Next"},
        "SD.Next", "a fox", "dull",
        {"steps": 9, "size": "64x32", "seed": 5, "app": "SD.Next", "width": 64, "height": 32}),
    "Civitai": (
        {"UserComment": "a fox\nNegative prompt: dull\nSteps: 25, CFG scale: 4, Seed: 5, "
                        'Civitai resources: [{"type":"checkpoint","modelName":"M, 2: x"}], '
                        "Clip skip: 2"},
        "Civitai", "a fox", "dull", {"steps": 25, "cfg scale": 4, "seed": 5, "clip skip": 2}),
    "Fooocus in the web UI's form": (
        {"parameters": "a fox\nSteps: 30, Sampler: dpmpp_2m_sde_gpu, Seed: 5, "
                       "Version: Fooocus v2.5.0"},
        "Fooocus", "a fox", None, {"steps": 30, "sampler": "dpmpp_2m_sde_gpu", "seed": 5,
                                   "version": "Fooocus v2.5.0"}),
    "Fooocus": (
        {"parameters": json.dumps({
            "prompt": "a fox", "negative_prompt": "dull", "styles": "['Fooocus V2']", "steps": 30,
            "resolution": "(1152, 896)", "guidance_scale": 4, "base_model": "juggernaut",
            "lora_combined_1": "offset.safetensors : 0.1", "seed": "5",
            "full_prompt": ["a fox, cinematic"], "version": "Fooocus v2.5.0"}),
         "fooocus_scheme": "fooocus"},
        "Fooocus", "a fox", "dull",
        {"lora": "offset.safetensors", "width": 1152, "height": 896, "styles": "['Fooocus V2']",
         "steps": 30, "resolution": "(1152, 896)", "cfg scale": 4, "model": "juggernaut",
         "seed": 5, "version": "Fooocus v2.5.0"}),
    "RuinedFooocus": (
        {"parameters": json.dumps({
            "Prompt": "a fox", "Negative": "dull", "steps": 30, "cfg": 8, "width": 64, "height": 32,
            "seed": 5, "sampler_name": "dpmpp_2m", "base_model_name": "sdxl",
            "loras": [["detail", 0.5]], "software": "RuinedFooocus"})},
        "RuinedFooocus", "a fox", "dull",
        {"lora": "detail", "steps": 30, "cfg scale": 8, "width": 64, "height": 32, "seed": 5,
         "sampler": "dpmpp_2m", "model": "sdxl"}),
    "SwarmUI": (
        {"parameters": json.dumps({"sui_image_params": {
            "prompt": "a lighthouse", "negativeprompt": "blurry", "model": "harbor", "seed": 5,
            "steps": 25, "cfgscale": 4.0, "loras": ["a", "b"], "swarm_version": "0.9.5"},
            "sui_extra_data": {"date": "2025-01-01"}})},
        "SwarmUI", "a lighthouse", "blurry",
        {"lora": "a, b", "model": "harbor", "seed": 5, "steps": 25, "cfg scale": 4.0,
         "swarm version": "0.9.5"}),
    "SwarmUI without negative": (
        {"UserComment": json.dumps({"sui_image_params": {"prompt": "a lighthouse", "seed": 5}})},
        "SwarmUI", "a lighthouse", None, {"seed": 5}),
    "InvokeAI 1": (
        {"Dream": '"a boat [fog, rain]" -s50 -S9 -W512 -H384 -C7.5 -A k_lms'},
        "InvokeAI", "a boat", "fog, rain",
        {"steps": 50, "seed": 9, "width": 512, "height": 384, "cfg scale": 7.5,
         "sampler": "k_lms"}),
    "InvokeAI 2": (
        {"sd-metadata": json.dumps({
            "model": "stable diffusion", "model_weights": "sd-1.5", "model_hash": "ab",
            "app_id": "invoke-ai/InvokeAI", "app_version": "2.3.0",
            "image": {"prompt": [{"prompt": "a lighthouse [blurry]", "weight": 1}], "steps": 50,
                      "cfg_scale": 7.5, "seed": 9, "sampler": "k_lms"}})},
        "InvokeAI", "a lighthouse", "blurry",
        {"model": "sd-1.5", "app version": "2.3.0", "steps": 50, "cfg scale": 7.5, "seed": 9,
         "sampler": "k_lms"}),
    "InvokeAI 3": (
        {"invokeai_metadata": json.dumps({
            "app_version": "3.4.0", "positive_prompt": "a boat", "negative_prompt": "fog",
            "positive_style_prompt": "comic", "loras": [{"lora": {"model_name": "anchor"},
                                                         "weight": 0.75}],
            "model": {"model_name": "sdxl", "base_model": "sdxl"}, "seed": 9, "steps": 30,
            "cfg_scale": 7, "scheduler": "euler"})},
        "InvokeAI", "a boat\ncomic", "fog",
        {"lora": "anchor", "app version": "3.4.0", "model": "sdxl", "seed": 9, "steps": 30,
         "cfg scale": 7, "scheduler": "euler"}),
    "InvokeAI 5": (
        {"invokeai_metadata": json.dumps({
            "generation_mode": "flux_txt2img", "positive_prompt": "a boat", "guidance": 4,
            "model": {"key": "k", "name": "FLUX Dev", "base": "flux", "type": "main"},
            "loras": [{"model": {"name": "anchor"}, "weight": 1}], "seed": 9, "num_steps": 30})},
        "InvokeAI", "a boat", None,
        {"lora": "anchor", "generation mode": "flux_txt2img", "guidance": 4, "model": "FLUX Dev",
         "seed": 9, "num steps": 30}),
    "InvokeAI 6": (
        {"invokeai_metadata": json.dumps({
            "app_version": "6.1.0", "generation_mode": "sdxl_txt2img", "positive_prompt": "a boat",
            "negative_prompt": "fog", "width": 64, "height": 32, "seed": 9, "steps": 30,
            "cfg_scale": 5.5, "scheduler": "dpmpp_2m_k", "ref_images": [],
            "model": {"key": "k", "name": "Boats XL", "base": "sdxl", "type": "main"}})},
        "InvokeAI", "a boat", "fog",
        {"app version": "6.1.0", "generation mode": "sdxl_txt2img", "width": 64, "height": 32,
         "seed": 9, "steps": 30, "cfg scale": 5.5, "scheduler": "dpmpp_2m_k", "model": "Boats XL"}),
    "NovelAI 1": (
        {"Software": "NovelAI", "Description": "a boat", "Source": "Stable Diffusion 1D44365E",
         "Comment": json.dumps({"steps": 28, "sampler": "k_euler", "seed": 9, "scale": 11.0,
                                "uc": "lowres"})},
        "NovelAI", "a boat", "lowres",
        {"steps": 28, "sampler": "k_euler", "seed": 9, "cfg scale": 11.0,
         "model": "Stable Diffusion 1D44365E"}),
    "NovelAI 4": (
        {"Software": "NovelAI", "Source": "NovelAI Diffusion V4 37442FCA", "Comment": json.dumps({
            "prompt": "two people", "uc": "lowres", "steps": 23, "seed": 9,
            "v4_prompt": {"caption": {"base_caption": "two people", "char_captions": [
                {"char_caption": "girl, raincoat", "centers": [{"x": 0.5, "y": 0.5}]}]}},
            "v4_negative_prompt": {"caption": {"base_caption": "lowres", "char_captions": [
                {"char_caption": "hat"}]}}})},
        "NovelAI", "two people\ngirl, raincoat", "lowres\nhat",
        {"steps": 23, "seed": 9, "model": "NovelAI Diffusion V4 37442FCA"}),
    "NovelAI, WebP": (
        {"UserComment": json.dumps({"Software": "NovelAI", "Description": "a boat", "Comment":
                                    json.dumps({"steps": 28, "seed": 9})})},
        "NovelAI", "a boat", None, {"steps": 28, "seed": 9}),
    "Draw Things": (
        {"CreatorTool": "Draw Things", "UserComment": json.dumps({
            "c": "a boat", "uc": "fog", "model": "sd_v1.5_f16.ckpt", "sampler": "Euler A",
            "seed": 9, "steps": 20, "scale": 7.5, "size": "512x384", "strength": 1,
            "lora": [{"model": "anchor.ckpt", "weight": 0.6}], "v2": {"steps": 20}})},
        "Draw Things", "a boat", "fog",
        {"lora": "anchor.ckpt", "model": "sd_v1.5_f16.ckpt", "sampler": "Euler A", "seed": 9,
         "steps": 20, "cfg scale": 7.5, "size": "512x384", "denoising strength": 1, "width": 512,
         "height": 384}),
    "Midjourney": (
        {"Description": "a boat in fog --ar 16:9 --no people, birds --v 6.1 --stylize 250 --raw "
                        "Job ID: 01234567-89ab-cdef-0123-456789abcdef", "Author": "someone"},
        "Midjourney", "a boat in fog", "people, birds",
        {"aspect ratio": "16:9", "version": 6.1, "stylize": 250, "raw": "true",
         "job id": "01234567-89ab-cdef-0123-456789abcdef"}),
    "Midjourney without options": (
        {"Description": "a boat Job ID: 01234567-89ab-cdef-0123-456789abcdef"},
        "Midjourney", "a boat", None, {"job id": "01234567-89ab-cdef-0123-456789abcdef"}),
    "Mochi Diffusion": (
        {"ImageDescription": "Include in Image: a boat; Exclude from Image: fog; Model: sd15; "
                             "Steps: 20; Guidance Scale: 11.0; Seed: 9; Size: 512x384; "
                             "Generator: Mochi Diffusion v4.4"},
        "Mochi Diffusion", "a boat", "fog",
        {"model": "sd15", "steps": 20, "cfg scale": 11.0, "seed": 9, "size": "512x384",
         "width": 512, "height": 384}),
    "Easy Diffusion": (
        {"prompt": "a boat", "negative_prompt": "fog", "seed": "9", "num_inference_steps": "25",
         "guidance_scale": "7.5", "use_stable_diffusion_model": "sd-v1-4",
         "sampler_name": "euler_a"},
        "Easy Diffusion", "a boat", "fog",
        {"seed": 9, "steps": 25, "cfg scale": 7.5, "model": "sd-v1-4", "sampler": "euler_a"}),
    "Easy Diffusion, JPEG": (
        {"UserComment": json.dumps({"prompt": "a boat", "seed": 9, "guidance_scale": 7.5,
                                    "use_stable_diffusion_model": "sd-v1-4"})},
        "Easy Diffusion", "a boat", None, {"seed": 9, "cfg scale": 7.5, "model": "sd-v1-4"}),
    "diffusers": (
        {"prompt": "a boat", "num_inference_steps": "30", "seed": "9", "guidance_scale": "3.5"},
        "diffusers", "a boat", None, {"steps": 30, "seed": 9, "cfg scale": 3.5}),
    "sd-webui": (
        {"SD:prompt": "a boat", "SD:seed": "9", "SD:steps": "30", "SD:cfg_scale": "7.5"},
        None, "a boat", None, {"seed": 9, "steps": 30, "cfg scale": 7.5}),
    "TensorArt": (
        {"generation_data": json.dumps({"prompt": "a boat", "negativePrompt": "fog", "seed": "9",
                                        "steps": 25, "cfgScale": 7, "samplerName": "Euler a"})},
        "TensorArt", "a boat", "fog",
        {"seed": 9, "steps": 25, "cfg scale": 7, "sampler": "Euler a"}),
    "clients of the AI Horde": (
        {"UserComment": "a boat\nNegative prompt: fog\nSteps: 30, Sampler: k_euler_a, "
                        "CFG scale: 7, Seed: 9, Size: 512x512, Model: Deliberate"},
        "AUTOMATIC1111", "a boat", "fog",
        {"steps": 30, "sampler": "k_euler_a", "cfg scale": 7, "seed": 9, "size": "512x512",
         "model": "Deliberate", "width": 512, "height": 512}),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_read_whole_and_nothing_is_invented(name: str) -> None:
    texts, program, prompt, negative, settings = FORMS[name]
    found = read_generation(texts)
    assert found is not None
    assert (found.program, found.prompt, found.negative_prompt) == (program, prompt, negative)
    assert dict(found.settings) == settings


def test_an_empty_text_gives_way_to_a_graph() -> None:
    graph = {
        "3": {"class_type": "KSampler", "inputs": {"seed": 5, "positive": ["6", 0]}},
        "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a boat"}},
    }
    found = read_generation(
        {
            "parameters": "Negative prompt: \nSteps: 0, Sampler: , Seed: 0",
            "prompt": json.dumps(graph),
        }
    )
    assert found is not None
    assert (found.program, found.prompt, dict(found.settings)) == ("ComfyUI", "a boat", {"seed": 5})


def test_encoded_data_is_no_text() -> None:
    assert read_generation({"mxfile": "%3Cmxfile%20host" * 40}) is None


def test_an_unknown_form_is_kept_as_it_is() -> None:
    found = read_generation({"my-tool": "a boat; seed nine", "Software": "mine 1.0"})
    assert found is not None
    assert (found.program, found.prompt, found.negative_prompt) == ("mine 1.0", None, None)
    assert found.texts == (("my-tool", "a boat; seed nine"),)
    assert json.loads(found.as_json())["texts"] == {"my-tool": "a boat; seed nine"}
