"""Double resource accounting: ergs (what the user pays for) and native (what proving costs).

Both count down and are charged together everywhere. Native is taken first, so that a failing
ergs charge has still consumed its native: the work to find out was done.

Source:  zksync-os@v0.2.5 zk_ee/src/system/resources.rs,
         zk_ee/src/reference_implementations/mod.rs; resources reference, section 1.
Units:   ergs = 1/256 gas; native = units of proving cost.
Modes:   the ethereum flavour starts with native 2^64 - 1, which never runs out, and its ergs are
         gas, so that gas limits up to 2^64 - 1 fit.
Errors:  OUT_OF_NATIVE (fatal for the transaction), OUT_OF_ERGS (the frame halts).
"""

from zkos.kernel.errors import OK, OUT_OF_ERGS, OUT_OF_NATIVE
from zkos.kernel.modes import ETHEREUM
from zkos.lang import Status, function, likely, struct, u64, unlikely

ERGS_PER_GAS = 256  # zk_ee/src/system/constants.rs
MAX_GAS = (2**64 - 1) // ERGS_PER_GAS  # more gas than this does not fit u64 ergs
UNLIMITED = 2**64 - 1


@function(inline=True)
def is_gas_too_much(gas: u64) -> bool:
    """Say whether so much gas does not fit into ergs."""
    if ETHEREUM:
        return False
    return gas > MAX_GAS


@function(inline=True)
def ergs_of(gas: u64) -> u64:
    """Turn gas that fits into ergs."""
    if ETHEREUM:
        return gas
    return gas * ERGS_PER_GAS


@function(inline=True)
def gas_of(ergs: u64) -> u64:
    """Give the whole gas that ergs are."""
    if ETHEREUM:
        return ergs
    return ergs // ERGS_PER_GAS


@struct
class Resources:
    """What is left to spend."""

    ergs: u64
    native: u64

    @function(inline=True)
    def set(self, ergs: u64, native: u64) -> None:
        """Start with these amounts."""
        self.ergs = ergs
        self.native = native

    @function(inline=True)
    def set_unlimited(self) -> None:
        """Become more than anything can spend: for work that nobody is charged for."""
        self.ergs = u64(UNLIMITED)
        self.native = u64(UNLIMITED)

    @function(inline=True)
    def charge(self, ergs: u64, native: u64) -> Status:
        """Take both; what is missing leaves zero."""
        if unlikely(self.native < native):
            self.native = u64(0)
            self.ergs = self.ergs - ergs if self.ergs >= ergs else u64(0)
            return OUT_OF_NATIVE
        self.native = self.native - native
        if likely(self.ergs >= ergs):
            self.ergs = self.ergs - ergs
            return OK
        self.ergs = u64(0)
        return OUT_OF_ERGS

    @function(inline=True)
    def charge_native(self, native: u64) -> Status:
        """Take native only."""
        if likely(self.native >= native):
            self.native = self.native - native
            return OK
        self.native = u64(0)
        return OUT_OF_NATIVE

    @function(inline=True)
    def charge_gas(self, gas: u64, native: u64) -> Status:
        """Take gas and native. Gas beyond u64 ergs is out of ergs with nothing charged."""
        if unlikely(is_gas_too_much(gas)):
            return OUT_OF_ERGS
        return self.charge(ergs_of(gas), native)

    @function(inline=True)
    def gas_left(self) -> u64:
        """Give the whole gas that is left."""
        return gas_of(self.ergs)

    @function(inline=True)
    def take_all(self, other: "Resources") -> None:
        """Move everything that ``other`` has into these resources, on top of what is here."""
        self.ergs = self.ergs + other.ergs
        self.native = self.native + other.native
        other.ergs = u64(0)
        other.native = u64(0)

    @function(inline=True)
    def give_back(self, other: "Resources") -> None:
        """Return everything that is left here to ``other``, where it came from."""
        other.take_all(self)

    @function(inline=True)
    def burn_ergs(self) -> None:
        """Lose all ergs: a halted frame."""
        self.ergs = u64(0)
