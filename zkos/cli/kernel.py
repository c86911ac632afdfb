"""``zkos kernel build``: build the kernel's images."""

import json
import time

import click

from zkos.cli.options import json_option
from zkos.cli.progress import build_progress
from zkos.cli.tables import print_table
from zkos.host.executors.build_process import build_images
from zkos.host.executors.kernel_images import all_images


@click.group()
def kernel() -> None:
    """The compiled kernel."""


@kernel.command("build")
@json_option
def build(as_json: bool) -> None:
    """Build every kernel image (only what changed) and print sizes and SHA-256."""
    started = time.perf_counter()
    with build_progress() as progress:
        built = build_images(list(all_images()), progress)
    seconds = time.perf_counter() - started
    images = [
        {
            "name": one.image.name,
            "target": one.image.target.name,
            "bytes": one.size,
            "sha256": one.sha256,
            "path": str(one.path),
        }
        for one in built
    ]
    if as_json:
        print(json.dumps({"images": images, "seconds": round(seconds, 3)}, indent=2))
        return
    print_table(
        f"Kernel images ({seconds:.1f} s)",
        ("image", ">bytes", "sha256"),
        ((one["name"], one["bytes"], one["sha256"]) for one in images),
    )
