"""Recover the signer's public key from a secp256k1 signature.

With R the point whose x is r: Q = (s·R - z·G) / r. Not constant-time: signatures, digests and
keys are public here. High s is accepted; callers who refuse it check themselves. r + n as x is
never tried, since Ethereum has no bit for it.

Source:  SEC 1, 4.1.6; Ethereum yellow paper, appendix F.
Modes:   on the RISC-V machine all products are u256 delegations. ``recover`` computes roots and
         inverses; a proving run makes a recovery with advised ones (advised_roots.py).
Errors:  none: an invalid signature recovers nothing, told by a False.
"""

from typing import Any

from zkos.kernel.crypto.bigint.field import represent
from zkos.kernel.crypto.keccak256 import keccak256
from zkos.kernel.crypto.secp256k1.constants import B, N, P
from zkos.kernel.crypto.secp256k1.double_multiplication import DoubleMultiplication
from zkos.kernel.crypto.secp256k1.roots import COMPUTED, Roots
from zkos.kernel.crypto.secp256k1.scalars import Scalars
from zkos.lang import Array, U256Cell, function, local, store_be, struct, u8, u160, u256

_B = (represent(P, B, False), represent(P, B, True))


def make_recovery(roots: Roots, multiplication: Any, prefix: str) -> tuple[Any, Any]:
    """Make ``recover`` and ``recover_address`` from roots and a struct that multiplies."""
    square_root = roots.square_root
    invert_scalar = roots.invert_scalar

    @struct(name=f"{prefix}Recovery")
    class Recovery:
        """The memory of one recovery, all zero at first."""

        work: multiplication
        scalars: Scalars
        x: U256Cell
        y: U256Cell
        square: U256Cell
        u: U256Cell
        v: U256Cell
        inverse: U256Cell

        def begin(self):
            """Fill the constants."""
            self.work.points.field.begin()
            self.scalars.begin()

        def lift(self, x: u256, y_is_odd: bool) -> bool:
            """Set (x, y) to the point with that x and parity of y, if there is one."""
            field = self.work.points.field
            field.enter(self.x, x)
            field.square_into(self.square, self.x)
            field.multiply(self.square, self.x)
            field.set_constant(self.u, _B[0], _B[1])
            field.add(self.square, self.u)
            if not square_root(field, self.y, self.square):
                return False
            if (field.leave(self.y) & 1 != 0) != y_is_odd:
                field.negate(self.y)
            return True

        def compute_scalars(self, digest: u256, r: u256, s: u256) -> tuple[u256, u256]:
            """Give -z/r and s/r modulo n."""
            scalars = self.scalars
            invert_scalar(scalars, self.inverse, r)
            scalars.enter(self.u, digest)
            scalars.multiply(self.u, self.inverse)
            scalars.negate(self.u)
            scalars.enter(self.v, s)
            scalars.multiply(self.v, self.inverse)
            return scalars.leave(self.u), scalars.leave(self.v)

    @function(name=f"{prefix}recover")
    def recover(digest: u256, r: u256, s: u256, y_is_odd: bool) -> tuple[bool, u256, u256]:
        """Give (True, x, y) of the public key, or (False, 0, 0) if the signature has none."""
        if r == 0 or r >= N or s == 0 or s >= N:
            return False, 0, 0
        recovery = local(Recovery)
        recovery.begin()
        if not recovery.lift(r, y_is_odd):
            return False, 0, 0
        u, v = recovery.compute_scalars(digest, r, s)
        recovery.work.run(u, v, recovery.x, recovery.y)
        found, x, y = recovery.work.result()
        return found, x, y

    @function(name=f"{prefix}recover_address")
    def recover_address(digest: u256, r: u256, s: u256, y_is_odd: bool) -> tuple[bool, u160]:
        """Give (True, address of the signer), or (False, 0) if the signature has none."""
        found, x, y = recover(digest, r, s, y_is_odd)
        if not found:
            return False, 0
        key = local(Array[u8, 64])
        store_be(key[:], 0, x)
        store_be(key[:], 32, y)
        return True, u160(keccak256(key[:]))

    return recover, recover_address


recover, recover_address = make_recovery(COMPUTED, DoubleMultiplication, "")
