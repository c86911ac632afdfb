"""``zkos kernel build``: build the kernel's images."""

import json
import time

import click

from zkos.cli.options import json_option
from zkos.cli.progress import build_progress
from zkos.cli.tables import print_table
from zkos.host.executors.kernel_images import all_images, build_image


@click.group()
def kernel() -> None:
    """The compiled kernel."""


@kernel.command("build")
@json_option
def build(as_json: bool) -> None:
    """Build every kernel image (only what changed) and print sizes and SHA-256."""
    images = []
    with build_progress() as progress:
        for image in all_images():
            started = time.perf_counter()
            built = build_image(image, progress)
            images.append(
                {
                    "name": image.name,
                    "target": image.target.name,
                    "bytes": built.size,
                    "sha256": built.sha256,
                    "path": str(built.path),
                    "seconds": round(time.perf_counter() - started, 3),
                }
            )
    if as_json:
        print(json.dumps({"images": images}, indent=2))
        return
    print_table(
        "Kernel images",
        ("image", ">bytes", "sha256", ">seconds"),
        ((one["name"], one["bytes"], one["sha256"], one["seconds"]) for one in images),
    )
