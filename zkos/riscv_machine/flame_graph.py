"""A flame graph as SVG: call stacks as stacked bars whose width is their cost.

Docs:    docs/machine.md, "Profiler".
Units:   pixels; costs as they come in the folded lines.

Hovering shows name, cost and share; there is no script in the file.
"""

import zlib
from collections.abc import Iterable
from xml.sax.saxutils import escape

WIDTH = 1200
ROW = 17
MARGIN = 30
LETTER = 6.6
NARROWEST = 0.3
"""Bars below this width are left out."""


class Frame:
    """One bar: a function under its callers, with the cost of everything below it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cost = 0
        self.children: dict[str, Frame] = {}

    @property
    def depth(self) -> int:
        """Rows that this bar and those on it take."""
        return 1 + max((child.depth for child in self.children.values()), default=0)


def build(folded: Iterable[str]) -> Frame:
    """Add folded lines up to a tree; the root is named ``all``."""
    root = Frame("all")
    for line in folded:
        stack, _, cost = line.rpartition(" ")
        root.cost += int(cost)
        frame = root
        for name in stack.split(";"):
            frame = frame.children.setdefault(name, Frame(name))
            frame.cost += int(cost)
    return root


def _colour(name: str) -> str:
    mark = zlib.crc32(name.encode())
    return f"rgb({205 + mark % 50},{80 + (mark >> 8) % 110},{40 + (mark >> 16) % 40})"


def _shortened(name: str, room: int) -> str:
    """Cut a name to so many letters; its end says more than its beginning."""
    return name if len(name) <= room else ".." + name[len(name) - max(room - 2, 0) :]


def _bar(frame: Frame, left: float, row: int, rows: int, scale: float, whole: int) -> str:
    width = frame.cost * scale
    top = MARGIN + (rows - row - 1) * ROW
    room = int((width - 6) / LETTER)
    label = _shortened(frame.name, room)
    text = ""
    if room >= 4:
        text = f'<text x="{left + 3:.1f}" y="{top + 12}">{escape(label)}</text>'
    title = escape(f"{frame.name}: {frame.cost:,} ({100 * frame.cost / whole:.2f}%)")
    return (
        f'<g><title>{title}</title><rect x="{left:.1f}" y="{top}" width="{width:.1f}" '
        f'height="{ROW - 1}" fill="{_colour(frame.name)}" rx="2"/>{text}</g>'
    )


def draw(folded: Iterable[str], title: str = "Flame graph", unit: str = "cycles") -> str:
    """Draw folded stacks; the result is a whole SVG document."""
    root = build(folded)
    rows = root.depth
    whole = max(root.cost, 1)
    scale = (WIDTH - 20) / whole
    bars: list[str] = []
    waiting: list[tuple[Frame, float, int]] = [(root, 10.0, 0)]
    while waiting:
        frame, left, row = waiting.pop()
        if frame.cost * scale < NARROWEST:
            continue
        bars.append(_bar(frame, left, row, rows, scale, whole))
        for _, child in sorted(frame.children.items()):
            waiting.append((child, left, row + 1))
            left += child.cost * scale
    height = rows * ROW + 2 * MARGIN
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="monospace" font-size="11">'
        f'<rect width="100%" height="100%" fill="#fdfaf4"/>'
        f'<text x="10" y="18" font-size="14">{escape(title)}: {root.cost:,} {unit}</text>'
    )
    return "\n".join((head, *bars, "</svg>\n"))
