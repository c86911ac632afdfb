"""KZG openings: whether a committed polynomial has the value y at z.

With the commitment C and the proof Q it must be e(C - y·G + z·Q, G2)·e(-Q, tau·G2) = 1. Scalars are
split by the map (x, y) -> (beta·x, y), which multiplies by -x²: s = s1 + s2·x² is s1 - s2·map.

Source:  EIP-4844, verify_kzg_proof; Gallant, Lambert, Vanstone, "Faster point multiplication on
         elliptic curves with efficient endomorphisms" (2001).
Errors:  none: what is no opening is told by a False.
"""

from zkos.interface.blobs import VERSION
from zkos.kernel.crypto.bls12_381.curve import (
    BETA,
    FP,
    G_X,
    G_Y,
    X_SQUARED,
    AffinePoint,
    Cell,
    JacobianPoint,
    P,
    Points,
    R,
    decode_point,
    is_in_group,
)
from zkos.kernel.crypto.bls12_381.pairing import FixedPairing, is_product_one
from zkos.kernel.crypto.odd_multiples import odd_multiples
from zkos.kernel.crypto.sha256 import sha256
from zkos.kernel.crypto.signed_windows import entry_of, recode
from zkos.lang import (
    RISCV,
    Array,
    Slice,
    function,
    i16,
    local,
    range,
    struct,
    table,
    u8,
    u32,
    u256,
    u512,
)

_HASH_BITS = 248  # of a versioned hash below its version
_DIGITS = 129  # binary places of half a scalar, recoded
_WINDOW_G, _WINDOW_PROOF = 7, 2

_MULTIPLES_OF_G = odd_multiples(P, 0, (G_X, G_Y), 1 << _WINDOW_G - 2)
# For each multiple x, beta·x and y.
_NUMBERS = [FP.represent(number) for x, y in _MULTIPLES_OF_G for number in (x, BETA * x % P, y)]
_G_PLAIN = table(u512, [plain for plain, _ in _NUMBERS])
_G_MACHINE = table(u512, [machine for _, machine in _NUMBERS])
_BETA = FP.represent(BETA)


@function
def versioned_hash(commitment: Slice[u8]) -> u256:
    """Give the hash by which blobs are known."""
    return sha256(commitment) << 256 - _HASH_BITS >> 256 - _HASH_BITS | u256(VERSION) << _HASH_BITS


@struct
class Opening:
    """The memory of one check, all zero at first."""

    points: Points
    commitment: AffinePoint
    proof: AffinePoint
    beta_x: Cell  # of the proof
    step: AffinePoint
    sum: JacobianPoint
    proof_digits: Array[i16, _DIGITS]
    beta_proof_digits: Array[i16, _DIGITS]
    g_digits: Array[i16, _DIGITS]
    beta_g_digits: Array[i16, _DIGITS]
    pairing: FixedPairing

    def decode(self, commitment: Slice[u8], proof: Slice[u8]) -> bool:
        """Read the points and say whether they are points of the group."""
        points = self.points
        points.begin()
        if not decode_point(points, self.commitment, commitment):
            return False
        if not decode_point(points, self.proof, proof):
            return False
        return is_in_group(points, self.commitment) and is_in_group(points, self.proof)

    def recode(self, z: u256, y: u256) -> u32:
        """Recode z for the proof and -y for G; gives the places of the longest half."""
        places = recode(self.proof_digits[:], z % X_SQUARED, False, _WINDOW_PROOF)
        places = _larger(
            places, recode(self.beta_proof_digits[:], z // X_SQUARED, True, _WINDOW_PROOF)
        )
        places = _larger(places, recode(self.g_digits[:], y % X_SQUARED, True, _WINDOW_G))
        return _larger(places, recode(self.beta_g_digits[:], y // X_SQUARED, False, _WINDOW_G))

    def combine(self, z: u256, y: u256):
        """Set ``sum`` to C - y·G + z·Q."""
        points = self.points
        points.field.set_constant(self.beta_x, _BETA[0], _BETA[1])
        points.field.multiply(self.beta_x, self.proof.x)
        places = self.recode(z, y)
        self.sum.is_infinity = True
        for done in range(places):
            place = places - 1 - done
            if not self.sum.is_infinity:
                points.double(self.sum)
            if self.proof_digits[place] != 0:
                self._add_proof(self.proof.x, self.proof_digits[place] < 0)
            if self.beta_proof_digits[place] != 0:
                self._add_proof(self.beta_x, self.beta_proof_digits[place] < 0)
            if self.g_digits[place] != 0:
                self._add_multiple_of_g(self.g_digits[place], 0)
            if self.beta_g_digits[place] != 0:
                self._add_multiple_of_g(self.beta_g_digits[place], 1)
        points.add(self.sum, self.commitment)

    @function(inline=False)
    def _add_proof(self, x: Cell, is_negative: bool):
        field = self.points.field
        field.copy(self.step.x, x)
        field.copy(self.step.y, self.proof.y)
        self.step.is_infinity = self.proof.is_infinity
        if is_negative:
            field.negate(self.step.y)
        self.points.add(self.sum, self.step)

    @function(inline=False)
    def _add_multiple_of_g(self, digit: i16, column: u32):
        field = self.points.field
        entry = 3 * entry_of(digit)
        if RISCV:
            field.set_constant(self.step.x, 0, _G_MACHINE[entry + column])
            field.set_constant(self.step.y, 0, _G_MACHINE[entry + 2])
        else:
            field.set_constant(self.step.x, _G_PLAIN[entry + column], 0)
            field.set_constant(self.step.y, _G_PLAIN[entry + 2], 0)
        self.step.is_infinity = False
        if digit < 0:
            field.negate(self.step.y)
        self.points.add(self.sum, self.step)


@function(inline=True)
def _larger(a: u32, b: u32) -> u32:
    return a if a > b else b


@function
def verify_opening(commitment: Slice[u8], z: u256, y: u256, proof: Slice[u8]) -> bool:
    """Say whether the polynomial behind an encoded commitment has the value y at z."""
    if z >= R or y >= R:
        return False
    work = local(Opening)
    if not work.decode(commitment, proof):
        return False
    work.combine(z, y)
    work.points.field.negate(work.proof.y)
    return is_product_one(work.pairing, work.points, work.sum, work.proof)
