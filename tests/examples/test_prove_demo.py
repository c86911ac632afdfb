"""``make prove-demo`` with few transfers, with a block file, and with what is none."""

from pathlib import Path

import pytest

from examples import prove_demo

TRANSFER = Path(prove_demo.__file__).parent / "transfer.json"


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr("sys.argv", ["prove_demo.py", *map(str, arguments)])
    return prove_demo.main()


def test_transfers_are_proved_up_to_the_public_input(monkeypatch, capsys):
    monkeypatch.setattr(prove_demo, "TRANSFERS", 3)
    assert run(monkeypatch) == 0
    shown = dict(
        line.split("  ", 1) for line in capsys.readouterr().out.splitlines() if "  " in line
    )
    shown = {name: value.strip() for name, value in shown.items()}
    assert (shown["transactions"], shown["gas used"]) == ("3", "63,000")
    assert shown["public input"] == shown["public input, expected"]
    assert shown["words read"] == shown["words recorded"]
    assert int(shown["cycles"].replace(",", "")) > 500_000


def test_a_block_file_is_proved(monkeypatch, capsys):
    assert run(monkeypatch, TRANSFER) == 0
    # The official program's value for this block: oracle.md, 8.
    assert "0xdebd3d571b5586baa3e0dca02ccd71d38eb7480cf495d5f1dab400a0a15177bb" in (
        capsys.readouterr().out
    )


def test_what_is_no_block_file_is_one_line(monkeypatch, capsys, tmp_path):
    path = tmp_path / "no.json"
    path.write_text("[")
    assert run(monkeypatch, path) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("prove-demo: not JSON")
