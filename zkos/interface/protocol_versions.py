"""Protocol versions: one row per version that differs in what is committed.

Source:  zksync-os@v0.2.5 zk_ee/src/system/constants.rs and pubdata.rs; figures of the rows in the
         state and resources references.
Units:   native units; bytes.
Errors:  none.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProtocolVersion:
    """What a version fixes."""

    name: str
    pubdata_encoding: int  # first byte of a block's pubdata
    max_native_per_block: int  # computational native, also of one transaction
    max_logs_per_block: int


V0_2_5 = ProtocolVersion("v0.2.5", 1, 2**35, 16384)
CURRENT = V0_2_5
