"""Odd multiples of a point that comes at run time, for scalars in signed windows.

The chain R, 3R, 5R, ... adds 2R, which is affine on the curve scaled by its Z: there (x, y) is
(x·Z², y·Z³). Additions do not know the curve's coefficients, so they are the same there. At first
each multiple has a Z of its own; their ratios bring all to the last one.

Source:  Hankerson, Menezes, Vanstone, "Guide to Elliptic Curve Cryptography", algorithm 3.51;
         Bitcoin Core's libsecp256k1 for the shared Z.
Errors:  none.
"""

from typing import Any

from zkos.kernel.crypto.bigint.prime_field import PrimeField
from zkos.kernel.crypto.jacobian import Curve
from zkos.lang import Array, function, range, struct, u32


def make_multiples(prime_field: PrimeField, curve: Curve, entries: int, name: str) -> Any:
    """Make the struct of so many odd multiples on a curve of prime order."""
    cell: Any = prime_field.cell
    field_type: Any = prime_field.arithmetic
    points_type: Any = curve.points
    jacobian: Any = curve.jacobian

    @struct(name=f"{name}Multiples")
    class Multiples:
        """The odd multiples as affine points of a scaled curve, or of the curve itself."""

        x: Array[cell, entries]
        y: Array[cell, entries]
        ratio: Array[cell, entries]  # Z of an entry over Z of the one before
        scale: cell  # the common Z
        step_x: cell
        step_y: cell
        square: cell

        def fill(self, points: points_type, p: jacobian, x: cell, y: cell):
            """Compute the multiples of (x, y), affine on the curve that ``scale`` scales."""
            field = points.field
            self._start(points, p, x, y)
            for i in range(1, entries):
                points.subtract_coordinates(p, self.step_x, self.step_y, p.z)
                field.copy(self.ratio[i], points.h)
                points.finish_addition(p)
                field.copy(self.x[i], p.x)
                field.copy(self.y[i], p.y)
            self._share_last_z(field)
            field.multiply(self.scale, p.z)

        def _start(self, points: points_type, p: jacobian, x: cell, y: cell):
            """Make 2R the step, affine on the curve scaled by its Z, and R there the first."""
            field = points.field
            field.copy(p.x, x)
            field.copy(p.y, y)
            field.set_one(p.z)
            points.double(p)
            field.copy(self.step_x, p.x)
            field.copy(self.step_y, p.y)
            field.copy(self.scale, p.z)
            field.square_into(self.square, p.z)
            field.multiply_into(p.x, x, self.square)
            field.multiply(self.square, p.z)
            field.multiply_into(p.y, y, self.square)
            field.set_one(p.z)
            field.copy(self.x[0], p.x)
            field.copy(self.y[0], p.y)

        def _share_last_z(self, field: field_type):
            """Bring the entries, each with a Z of its own, to the Z of the last one."""
            factor = self.step_x
            cube = self.step_y
            field.set_one(factor)
            for distance in range(1, entries):
                i = u32(entries - 1) - distance
                field.multiply(factor, self.ratio[i + 1])
                field.square_into(self.square, factor)
                field.multiply_into(cube, self.square, factor)
                field.multiply(self.x[i], self.square)
                field.multiply(self.y[i], cube)

        @function(inline=False)
        def unscale(self, field: field_type, inverse: cell):
            """Make the multiples points of the curve itself; ``inverse`` is 1/scale."""
            cube = self.step_y
            field.square_into(self.square, inverse)
            field.multiply_into(cube, self.square, inverse)
            for i in range(entries):
                field.multiply(self.x[i], self.square)
                field.multiply(self.y[i], cube)

    return Multiples
