"""Building several kernel images at once, in two processes.

    python -m zkos.host.executors.build_process forward-production-riscv proving-production-riscv

A process builds the named images one after the other (the two modes of a flavour and target share
most objects) and tells on stdout how far it is, one JSON object a line:
``{"image", "done", "total"}``, at last ``{"error", "details"}`` if it failed. The parent finds the
images in the cache.

Errors:  BuildError, as the process gave it.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import zkos
from zkos.host.batch import Flavour
from zkos.host.errors import BuildError
from zkos.host.executors.kernel_images import (
    BuiltImage,
    KernelImage,
    Progress,
    all_images,
    build_image,
    find_image,
)

PROCESSES = 2
BUILD_ORDER = (
    (Flavour.PRODUCTION, False),
    (Flavour.PRODUCTION, True),
    (Flavour.ETHEREUM, True),  # objects for the machine take longer: they are not left for last
    (Flavour.ETHEREUM, False),
)
"""Flavour and whether for the machine; what two flavours share is compiled with the first."""


def build_images(
    images: Sequence[KernelImage], progress: Progress | None = None
) -> list[BuiltImage]:
    """Build images, two groups of them at the same time."""
    missing = [image for image in images if find_image(image) is None]
    groups = [
        [one for one in missing if (one.flavour, one.on_machine) == kind] for kind in BUILD_ORDER
    ]
    groups = [group for group in groups if group]
    if len(groups) > 1:
        with ThreadPoolExecutor(PROCESSES) as pool:
            for outcome in [pool.submit(_run_process, group, progress) for group in groups]:
                outcome.result()
    return [build_image(image, progress) for image in images]


def _run_process(images: Sequence[KernelImage], progress: Progress | None) -> None:
    root = str(Path(zkos.__file__).parent.parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-m", "zkos.host.executors.build_process", *(one.name for one in images)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    with process, process.stdout as lines:
        for line in lines:
            event: dict[str, Any] = json.loads(line)
            if "error" in event:
                error = BuildError(event["error"])
                error.details = event["details"]
                raise error
            if progress is not None:
                progress(event["image"], event["done"], event["total"])
    if process.returncode:
        raise BuildError(f"the process that builds images ended with status {process.returncode}")


def main(names: Sequence[str]) -> int:
    """Build the named images in this process."""
    by_name = {image.name: image for image in all_images()}
    try:
        for name in names:
            build_image(by_name[name], _tell)
    except BuildError as error:
        print(json.dumps({"error": str(error), "details": error.details}), flush=True)
    return 0


def _tell(image: str, done: int, total: int) -> None:
    print(json.dumps({"image": image, "done": done, "total": total}), flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
