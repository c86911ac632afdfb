"""A decoded transaction: what all types have in common, whatever their encoding.

Byte strings are windows on the received bytes; nothing is copied.

Source:  zksync-os@v0.2.5 transaction/mod.rs; EIP-155, EIP-2718, EIP-2930, EIP-1559,
         EIP-4844, EIP-7702.
Units:   fees in wei per gas, value in wei, gas_limit in gas.
Errors:  none; a struct only.
"""

from zkos.lang import Slice, struct, u8, u32, u64, u160, u256

LEGACY = 0
EIP2930 = 1
EIP1559 = 2
EIP4844 = 3
EIP7702 = 4
UPGRADE = 0x7E
L1_TO_L2 = 0x7F

# What the oracle answers to the format query.
FORMAT_ABI = 0
FORMAT_RLP = 1


@struct
class Transaction:
    """Fields in the order of the EIP-1559 encoding; types without a field leave it zero.

    ``signed_fields`` is the content of the list without signature, as received. Legacy
    transactions with a chain id in ``v`` are ``is_replay_protected``.
    """

    received: Slice[u8]
    type: u8
    chain_id: u64
    nonce: u64
    max_priority_fee: u256
    max_fee: u256
    gas_limit: u64
    is_deployment: bool
    to: u160
    value: u256
    data: Slice[u8]
    access_list: Slice[u8]
    max_blob_fee: u256
    blob_hashes: Slice[u8]
    blob_count: u32
    authorization_list: Slice[u8]
    authorization_count: u32
    is_replay_protected: bool
    y_parity: bool
    r: u256
    s: u256
    signed_fields: Slice[u8]
    sender: u160
    hash: u256
    gas_per_pubdata_limit: u32  # this and the two below: from L1 only
    total_deposited: u256
    refund_recipient: u256  # a word; an address if all is well

    def is_from_l1(self) -> bool:
        """Say whether it is an L1 to L2 or upgrade transaction."""
        return self.type == L1_TO_L2 or self.type == UPGRADE
