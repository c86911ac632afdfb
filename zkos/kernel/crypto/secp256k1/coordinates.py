"""The field of coordinates of secp256k1.

Source:  interface/secp256k1.py.
Errors:  none.
"""

from typing import Any

from zkos.kernel.crypto.bigint.prime_field import make_prime_field
from zkos.kernel.crypto.secp256k1.constants import P

FP = make_prime_field(P, "Secp256k1Coordinates")
Coordinates: Any = FP.arithmetic
