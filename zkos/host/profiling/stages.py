"""The stages of a proving run, told by the call stack.

A call belongs to the stage of the innermost function that has one: hashing inside the check of a
signature is "signature", the same hash inside the EVM is "execution". A row names a module or a
function of the kernel; the longest row that fits a function counts.

Errors:  none.
"""

from collections.abc import Iterable

from zkos.host.machine import Cost, Profile

KERNEL = "zkos.kernel."
INIT = "init"
DECODE = "decode"
SIGNATURE = "signature"
VALIDATION = "validation"
EXECUTION = "execution"
SETTLEMENT = "settlement"
TREE = "tree"
PUBDATA = "pubdata"
COMMITMENTS = "commitments"
STAGES = (
    INIT, DECODE, SIGNATURE, VALIDATION, EXECUTION, SETTLEMENT, TREE, PUBDATA, COMMITMENTS,
)  # fmt: skip

_TRANSACTION = "bootloader.transaction"
ROWS: dict[str, str] = {
    "bootloader.run_block": SETTLEMENT,
    "bootloader.run_block.run_block": INIT,
    **{
        f"{_TRANSACTION}.{name}": DECODE
        for name in (
            "abi", "access_list", "authorization_list", "blobs", "eip1559", "eip2930", "eip4844",
            "eip7702", "format", "legacy", "rlp", "typed_body",
        )
    },
    f"{_TRANSACTION}.signature": SIGNATURE,
    f"{_TRANSACTION}.validation": VALIDATION,
    f"{_TRANSACTION}.process": VALIDATION,
    f"{_TRANSACTION}.delegation": VALIDATION,
    f"{_TRANSACTION}.execution": EXECUTION,
    f"{_TRANSACTION}.l1_transaction": EXECUTION,
    "execution_environments": EXECUTION,
    f"{_TRANSACTION}.refund": SETTLEMENT,
    f"{_TRANSACTION}.pubdata": SETTLEMENT,
    "bootloader.block_totals": SETTLEMENT,
    "system.io.storage.block_changes": TREE,
    "system.io.storage.tree": TREE,
    "l1_integration.pubdata": PUBDATA,
    "bootloader.seal_block": COMMITMENTS,
    "bootloader.block_header": COMMITMENTS,
    "l1_integration": COMMITMENTS,
}  # fmt: skip
"""Module or function, without ``zkos.kernel.`` -> stage."""


def stage_of(stack: Iterable[str]) -> str:
    """Give the stage of a call, its functions named from the outermost."""
    for name in reversed(tuple(stack)):
        part = name.removeprefix(KERNEL)
        while part:
            if part in ROWS:
                return ROWS[part]
            part = part.rpartition(".")[0]
    return INIT


def by_stage(profile: Profile) -> dict[str, Cost]:
    """Add up the cost of each stage."""
    totals = dict.fromkeys(STAGES, Cost())
    for number, node in enumerate(profile.nodes[1:], start=1):
        totals[stage_of(profile.stack(number))] += node.cost
    return totals
