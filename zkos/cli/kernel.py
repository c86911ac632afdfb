"""``zkos kernel``: build the kernel's images, record them, verify one."""

import json
import time
from pathlib import Path
from typing import Any

import click

from zkos.cli.options import json_option
from zkos.cli.output_files import write_file
from zkos.cli.progress import build_progress
from zkos.cli.tables import print_fields, print_table
from zkos.host.executors.build_process import build_images
from zkos.host.executors.image_check import (
    ImageCheck,
    check_image,
    choose_image,
    sha256_of,
)
from zkos.host.executors.image_record import (
    RECORD,
    back_ends,
    read_record,
    record_text,
    recorded_images,
)
from zkos.host.executors.kernel_images import all_images, build_image, source_hash
from zkos.host.image_run import read_image


@click.group()
def kernel() -> None:
    """The compiled kernel."""


@kernel.command("build", short_help="Build every kernel image, only what changed.")
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


@kernel.command("record", short_help="Record the SHA-256 of the images for the machine.")
@json_option
def record(as_json: bool) -> None:
    """Build the images for the machine and write their SHA-256 into the repository."""
    with build_progress() as progress:
        built = build_images(list(recorded_images()), progress)
    text = record_text(built)
    write_file(RECORD, text)
    if as_json:
        hashes = {one.image.name: one.sha256 for one in built}
        print(json.dumps({"back_ends": back_ends(), "images": hashes}, indent=2))
    else:
        print(text, end="")


@kernel.command("verify", short_help="Say whether an image is what these sources give.")
@click.argument("image", type=click.Path(path_type=Path))
@click.option("--as", "name", help="Name of the image; default: the recorded one, or the usual.")
@json_option
def verify(image: Path, name: str | None, as_json: bool) -> int:
    """Say whether the file IMAGE is what these sources give, and how it differs."""
    data = read_image(image)
    recorded = read_record()
    chosen = choose_image(name, sha256_of(data), recorded)
    with build_progress() as progress:
        found = check_image(data, build_image(chosen, progress), recorded)
    document = check_json(found)
    if as_json:
        print(json.dumps(document, indent=2))
    else:
        _print_check(document)
    return 0 if found.is_verified else 1


def check_json(found: ImageCheck) -> dict[str, Any]:
    """Give what is known about an image as JSON."""
    difference = found.difference
    return {
        "verified": found.is_verified,
        "conclusion": found.conclusion,
        "image": found.built.image.name,
        "file": {"bytes": found.size, "sha256": found.sha256},
        "built": {"bytes": found.built.size, "sha256": found.built.sha256},
        "recorded": {"sha256": found.recorded, "back_ends": found.record.back_ends},
        "back_ends": back_ends(),
        "source_hash": source_hash(),
        "difference": None
        if difference is None
        else {
            "address": difference.address,
            "place": difference.place,
            "file": difference.given,
            "built": difference.built,
            "functions": difference.functions,
            "all_functions": difference.all_functions,
        },
    }


def _print_check(document: dict[str, Any]) -> None:
    fields: dict[str, object] = {
        "image": document["image"],
        "file": "{sha256}, {bytes:,} bytes".format_map(document["file"]),
        "built from these sources": "{sha256}, {bytes:,} bytes".format_map(document["built"]),
        "recorded": document["recorded"]["sha256"],
        "back ends": document["back_ends"],
        "back ends when recorded": document["recorded"]["back_ends"],
        "source hash": document["source_hash"],
    }
    difference = document["difference"]
    if difference is not None:
        fields |= {
            "first difference": f"{difference['address']:#x}, {difference['place']}",
            "  in the file": difference["file"],
            "  built here": difference["built"],
            "functions that differ": "{functions:,} of {all_functions:,}".format_map(difference),
        }
    print_fields(fields)
    print(document["conclusion"])
