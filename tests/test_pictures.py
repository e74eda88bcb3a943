"""Pictures: what names say, what files say, and whose they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelsearch.index.ownership import PictureOwners
from modelsearch.sources.pictures.filenames import read_name


@pytest.mark.parametrize(
    ("path", "epoch", "step", "kind"),
    [
        ("m/samples/epoch_100_samples.png", 100, None, "samples"),
        ("m/results/ep0050.png", 50, None, "samples"),
        ("m/e100.png", 100, None, None),
        ("m/epoch_1000.png", 1000, None, "samples"),
        ("m/samples_256x256.png", None, None, "samples"),
        ("m/epoch_256x256.png", None, None, "samples"),
        ("m/step-2000.png", None, 2000, None),
        ("m/epoch_100_batch_30.png", 100, 30, "samples"),
        ("m/v2/loss_curve.png", None, None, "loss curve"),
        ("m/epoch 7/reconstruction.png", 7, None, "reconstruction"),
        ("m/epoch-12/grid.jpg", 12, None, "samples"),
        ("m/25_epochs.png", 25, None, "samples"),
        ("m/recipe1.png", None, None, None),
        ("m/deep100.png", None, None, None),
        ("m/tsne_latent.png", None, None, "latent plot"),
        ("m/confusion_matrix.png", None, None, "confusion matrix"),
        ("epoch_3.png", 3, None, "samples"),
    ],
)
def test_names(path: str, epoch: int | None, step: int | None, kind: str | None) -> None:
    facts = read_name(path)
    assert (facts.epoch, facts.step, facts.kind) == (epoch, step, kind)


@pytest.mark.parametrize(
    ("path", "epoch", "step"),
    [
        ("m/epoch_100_256x256.png", 100, None),
        ("m/animal_256x256_epoch_20_1.jpg", 20, None),
        ("m/epoch100.5.png", None, None),
        ("m/v2_epoch.png", None, None),
        ("m/cifar10_epoch_99.png", 99, None),
        ("m/cifar-10_epoch_99.png", 99, None),
        ("m/Epoch 200.png", 200, None),
        ("m/WGAN_epoch050.png", 50, None),
        ("m/samples_00010.png", None, 10),
        ("m/train_epoch_3_step_000500.png", 3, 500),
        ("m/runs/epochs100_lr0.1/samples.png", None, None),
        ("m/epoch_7/batch_3.png", 7, 3),
        ("m/ImageEpoch12.png", 12, None),
        ("m/iteration_4000.png", None, 4000),
        ("out/step_12k.png", None, 12_000),
        ("out/step_12.png", None, 12),
        ("out/checkpoint-1500/sample.png", None, 1500),
        ("out/checkpoint-1500.png", None, 1500),
        ("wandb/run-1-ab/files/media/images/val/samples_1200_0a1b2c3d4e5f60718293.png", None, 1200),
        ("out/samples_1200_0a1b2c3d.png", None, None),
        ("runs/train/exp/train_batch2.jpg", None, None),
        ("runs/train/exp/val_batch0_pred.jpg", None, None),
        ("m/resnet50.png", None, None),
        ("m/2025-03-04.png", None, None),
    ],
)
def test_numbers_that_count_and_numbers_that_do_not(
    path: str, epoch: int | None, step: int | None
) -> None:
    facts = read_name(path)
    assert (facts.epoch, facts.step) == (epoch, step)


@given(
    st.integers(0, 99_999),
    st.sampled_from(["epoch_{}", "ep{:04d}", "epoch-{:03d}_samples", "x_epoch{}", "{}_epochs"]),
)
def test_an_epoch_is_read_whole(epoch: int, form: str) -> None:
    assert read_name(f"m/{form.format(epoch)}.png").epoch == epoch


@given(st.integers(8, 4096), st.integers(8, 4096))
def test_a_size_is_never_an_epoch(width: int, height: int) -> None:
    for form in ("epoch_{}x{}", "samples_{}x{}", "{}x{}_epoch"):
        assert read_name(f"m/{form.format(width, height)}.png").epoch is None


def test_words_keep_their_negation() -> None:
    assert "smiling" in read_name("faces/Smiling/epoch_3.png").words
    negated = read_name("faces/Not Smiling/epoch_3.png").words
    assert "not-smiling" in negated
    assert "smiling" not in negated
    assert read_name("flowers/class_rose_epoch_10.png").words[:2] == ("class", "rose") or (
        "rose" in read_name("flowers/class_rose_epoch_10.png").words
    )


def test_the_nearest_model_up_the_tree_owns_a_picture() -> None:
    owners = PictureOwners(["a/train.py", "a/sub/other.py", "b/x.py"], lambda _path: "")
    assert owners.owner("a/out/deep/epoch_1.png") == "a/train.py"
    assert owners.owner("a/sub/epoch_1.png") == "a/sub/other.py"
    assert owners.owner("loose.png") is None


def test_models_that_share_a_folder_are_told_apart_by_name_then_by_their_text() -> None:
    texts = {"a/v1.py": "save('plots_one/loss.png')", "a/v2.py": "save(f'grids/epoch_{e}.png')"}
    owners = PictureOwners(texts, texts.__getitem__)
    assert owners.owner("a/v1_samples/epoch_3.png") == "a/v1.py"
    assert owners.owner("a/grids/epoch_10.png") == "a/v2.py"
    assert owners.owner("a/plots_one/loss.png") == "a/v1.py"
    assert owners.owner("a/unrelated.png") is None  # no sign: nobody's, not a guess


def test_a_stem_in_a_sibling_tree() -> None:
    owners = PictureOwners(["p/scripts/v1.py", "p/scripts/v10.py"], lambda _path: "")
    assert owners.owner("p/outputs/v1/epoch_1.png") == "p/scripts/v1.py"
    assert owners.owner("p/outputs/v10/epoch_1.png") == "p/scripts/v10.py"
    assert owners.owner("p/outputs/v3/epoch_1.png") is None


def test_what_a_script_writes_tells_owner_and_epoch() -> None:
    texts = {
        "a/one.py": "for epoch in range(9):\n    save_image(x, f'out/{epoch}.png')\n",
        "a/two.py": "for i in range(9):\n    save_image(x, 'out_two/%d.png' % batches_done)\n",
    }
    owners = PictureOwners(texts, lambda path: texts.get(path, ""))
    first, second = owners.find("a/out/012.png"), owners.find("a/out_two/400.png")
    assert (first.model, first.epoch, first.step) == ("a/one.py", 12, None)
    assert (second.model, second.epoch, second.step) == ("a/two.py", None, 400)


def test_a_count_of_pictures_is_no_epoch() -> None:
    text = "def save(epoch, every):\n    plt.savefig('images/mnist_%d.png' % (epoch / every))\n"
    owners = PictureOwners(["gan.py"], lambda path: text if path == "gan.py" else "")
    assert owners.find("images/mnist_7.png").epoch is None


def test_a_folder_whose_name_varies_still_tells_scripts_apart() -> None:
    texts = {
        "p/a.py": "save(x, os.path.join('images', 'wgan_ll_' + mode, '%d.png' % step))",
        "p/b.py": "save(x, os.path.join('images', 'dcgan_' + mode, '%d.png' % step))",
    }
    owners = PictureOwners(texts, lambda path: texts.get(path, ""))
    assert owners.owner("p/images/wgan_ll_gp/5.png") == "p/a.py"
    assert owners.owner("p/images/dcgan_x/5.png") == "p/b.py"


def test_scripts_that_are_no_models_explain_numbers_but_own_nothing() -> None:
    texts = {"draw.py": "for epoch in range(3):\n    fig.savefig('plots/state_%d.png' % epoch)\n"}
    owners = PictureOwners([], lambda path: texts.get(path, ""), ["draw.py"])
    found = owners.find("plots/state_2.png")
    assert (found.model, found.epoch, found.written_by) == (None, 2, "draw.py")


def test_two_scripts_that_write_the_same_names_are_told_apart_by_their_own() -> None:
    text = "save_image(x, f'dcgan_results/epoch_{epoch}.png')"
    owners = PictureOwners(["DCGAN_mnist.ipynb.py", "CDCGAN_mnist.py"], lambda _path: text)
    assert owners.owner("dcgan_results/epoch_3.png") == "DCGAN_mnist.ipynb.py"
    twins = PictureOwners(["a.py", "b.py"], lambda _path: text)
    assert twins.owner("dcgan_results/epoch_3.png") is None


README = """# Zoo

![](assets/logo.png)

## Models
### Cycle
Some words.

#### Run
```
# not a heading
cd implementations/cyclegan && python3 cyclegan.py
```
<img src="assets/cycle.png" width="640">

### Others
See implementations/a/a.py and implementations/b/b.py. ![x](assets/both.png)

### B
![x](https://github.com/owner/zoo/blob/master/assets/only%20b.gif?raw=true)
by implementations/b/b.py
"""


def test_a_readme_section_about_one_script_says_whose_its_pictures_are() -> None:
    models = [f"implementations/{name}/{name}.py" for name in ("a", "b", "cyclegan")]
    owners = PictureOwners(
        models, lambda path: README if path == "README.md" else "", readmes=["README.md"]
    )
    assert owners.owner("assets/cycle.png") == "implementations/cyclegan/cyclegan.py"
    assert owners.owner("assets/only b.gif") == "implementations/b/b.py"
    assert owners.owner("assets/both.png") is None
    assert owners.owner("assets/logo.png") is None


def test_the_script_that_runs_the_others_owns_what_nothing_tells_apart() -> None:
    texts = {"run.py": "from experiment import Trainer\n", "experiment.py": "import torch\n"}
    owners = PictureOwners(texts, lambda path: texts.get(path, ""))
    assert owners.owner("assets/grid_1.png") == "run.py"
    apart = PictureOwners(texts, lambda _path: "")
    assert apart.owner("assets/grid_1.png") is None


def test_decoration_of_a_web_page_is_nobodys() -> None:
    owners = PictureOwners(["train.py"], lambda _path: "")
    assert owners.owner("web/img/logo.png") is None
    assert owners.owner("out/img/grid.png") == "train.py"


def test_of_a_script_and_a_notebook_that_write_the_same_names_the_script_counts() -> None:
    names = '[["results/sample_",1,".png"]]'
    paths = ["vae.py", "all.ipynb"]
    owners = PictureOwners(paths, lambda _path: "", names=dict.fromkeys(paths, names))
    found = owners.find("results/sample_7.png")
    assert (found.model, found.epoch) == ("vae.py", 7)
    twins = PictureOwners(["a.py", "b.py"], lambda _path: "", names={"a.py": names, "b.py": names})
    assert twins.owner("results/sample_7.png") is None
