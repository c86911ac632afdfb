"""``zkos kernel build``: every image, the same bytes each time, nothing built twice."""

import hashlib
from pathlib import Path

from tests.cli.support import EXAMPLES, zkos
from zkos.compiler.errors import CompileError, Diagnostic
from zkos.host.machine.machine import require_end

NAMES = [
    f"{mode}-{flavour}-{target}"
    for flavour in ("production", "ethereum")
    for target in ("x86_64", "riscv")
    for mode in ("forward", "proving")
]


def test_all_images_are_built_with_their_hashes_and_found_the_next_time():
    outcome = zkos("kernel", "build", "--json")
    assert outcome.status == 0, outcome.stderr
    images = outcome.json["images"]
    assert [image["name"] for image in images] == NAMES
    for image in images:
        data = Path(image["path"]).read_bytes()
        assert len(data) == image["bytes"]
        assert hashlib.sha256(data).hexdigest() == image["sha256"]
        if image["target"] == "riscv":
            assert image["bytes"] <= 2**21
            assert require_end(data) < len(data), "the exit sequence of the prover, once"
    again = zkos("kernel", "build", "--json")
    assert again.json["images"] == images
    assert again.json["seconds"] < 5


def test_people_get_a_table_of_sizes_and_hashes():
    outcome = zkos("kernel", "build")
    assert outcome.status == 0
    assert all(name in outcome.stdout for name in NAMES)


def test_a_kernel_that_does_not_compile_is_one_line_after_its_diagnostics(monkeypatch, tmp_path):
    def break_rules(*arguments, **options):
        raise CompileError([Diagnostic("zkos/kernel/x.py", 4, 9, "literal without a type")] * 3)

    monkeypatch.setattr("zkos.host.executors.kernel_images.build_program", break_rules)
    monkeypatch.setenv("ZKOS_CACHE", str(tmp_path))
    outcome = zkos("run", EXAMPLES / "transfer.json")
    assert outcome.status == 1
    assert outcome.stdout == ""
    assert outcome.stderr.strip().splitlines()[-1] == (
        "zkos: cannot build the kernel image forward-production-x86_64: "
        "zkos/kernel/x.py:4:9: literal without a type (and 2 more)"
    )
