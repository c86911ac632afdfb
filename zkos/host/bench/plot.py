"""A picture of how fast our engine is beside revm: one bar a workload.

Errors:  InputError without matplotlib, or for a file that isn't PNG or SVG.
"""

import io
from collections.abc import Mapping
from pathlib import Path

from zkos.host.bench.peers import library
from zkos.host.errors import InputError

SUFFIXES = (".png", ".svg")


def check_plot(path: Path) -> None:
    """Refuse what cannot be drawn, before anything is measured."""
    library("matplotlib", "matplotlib")
    if path.suffix not in SUFFIXES:
        raise InputError(f"a plot is a .png or .svg file, got {path}")


def draw_ratios(ratios: Mapping[str, float], path: Path) -> bytes:
    """Draw the ratios to revm, the largest on top; give what the file is to hold."""
    check_plot(path)
    ordered = sorted(ratios.items(), key=lambda one: one[1])
    # ids and dates would change with every drawing
    with library("matplotlib", "matplotlib").rc_context({"svg.hashsalt": "zkos"}):
        figure = library("matplotlib.figure", "matplotlib").Figure(
            figsize=(7, 0.5 + 0.35 * len(ordered)), layout="constrained"
        )
        axes = figure.subplots()
        bars = axes.barh([name for name, _ in ordered], [ratio for _, ratio in ordered])
        axes.bar_label(bars, fmt="%.2f", padding=3)
        axes.axvline(1, color="black", linewidth=0.8)
        axes.margins(x=0.1)
        axes.set_xlabel("speed relative to revm (1 = equal)")
        axes.spines[["top", "right"]].set_visible(False)
        metadata = {"Date": None} if path.suffix == ".svg" else None
        drawing = io.BytesIO()
        figure.savefig(drawing, format=path.suffix[1:], metadata=metadata)
        return drawing.getvalue()
