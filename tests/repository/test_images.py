"""The images for the machine are those that are recorded, wherever and however they are built."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import zkos
from zkos.host.executors.build_process import build_images
from zkos.host.executors.image_record import back_ends, read_record, recorded_images

PACKAGE = Path(zkos.__file__).parent
RECORD_IN_A_COPY = """
from zkos.host.executors.image_record import record_text, recorded_images
from zkos.host.executors.kernel_images import build_image
print(record_text(map(build_image, recorded_images())), end="")
"""


def test_the_images_have_the_recorded_hashes():
    record = read_record()
    assert record.back_ends == back_ends(), "the back ends are pinned in pyproject.toml"
    built = {one.image.name: one.sha256 for one in build_images(list(recorded_images()))}
    assert built == record.hashes, "the kernel has changed: run `make images`"


@pytest.mark.parametrize("seed", [1, 77])
def test_another_folder_and_hash_seed_give_the_same_images(seed, tmp_path, request):
    if not request.config.getoption("--full"):
        pytest.skip("builds all images from nothing: --full")
    copy = tmp_path / f"folder-{seed}"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE, copy / "zkos", ignore=ignored)
    environment = os.environ | {
        "PYTHONPATH": str(copy),
        "PYTHONHASHSEED": str(seed),
        "ZKOS_CACHE": str(tmp_path / "cache"),
    }
    command = [sys.executable, "-c", RECORD_IN_A_COPY]
    found = subprocess.run(
        command, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    assert found.stdout == (PACKAGE / "kernel" / "images.sha256").read_text()
