"""Tree of L2→L1 logs: the Merkle root over the logs of a batch.

The tree is a keccak tree of height 14 over the logs' hashes; an empty leaf is the hash of 88 zero
bytes.

Docs:    docs/l1_integration/commitments.md, "Logs".
Source:  zksync-os@v0.2.5 zk_ee/src/common_structs/logs_storage.rs; state reference, 6.1 and 6.3.
Units:   bytes.
Errors:  TOO_MANY_LOGS (internal) above 16384 logs.
"""

from zkos.kernel.crypto.keccak256 import Keccak256, keccak256
from zkos.kernel.errors import OK, TOO_MANY_LOGS
from zkos.kernel.system.io.l1_messages import LOG_BYTES, L1Log
from zkos.lang import (
    Array,
    Slice,
    Status,
    function,
    local,
    range,
    table,
    u8,
    u256,
)

TREE_HEIGHT = 14
MAXIMUM_LOGS = 1 << TREE_HEIGHT

EMPTY_HASHES = table(
    u256,
    [
        0x72ABEE45B59E344AF8A6E520241C4744AFF26ED411F4C4B00F8AF09ADADA43BA,
        0xC3D03EEBFD83049991EA3D3E358B6712E7AA2E2E63DC2D4B438987CEC28AC8D0,
        0xE3697C7F33C31A9B0F0AEB8542287D0D21E8C4CF82163D0C44C7A98AA11AA111,
        0x199CC5812543DDCEEDDD0FC82807646A4899444240DB2C0D2F20C3CCEB5F51FA,
        0xE4733F281F18BA3EA8775DD62D2FCD84011C8C938F16EA5790FD29A03BF8DB89,
        0x1798A1FD9C8FBB818C98CFF190DAA7CC10B6E5AC9716B4A2649F7C2EBCEF2272,
        0x66D7C5983AFE44CF15EA8CF565B34C6C31FF0CB4DD744524F7842B942D08770D,
        0xB04E5EE349086985F74B73971CE9DFE76BBED95C84906C5DFFD96504E1E5396C,
        0xAC506ECB5465659B3A927143F6D724F91D8D9C4BDB2463AEE111D9AA869874DB,
        0x124B05EC272CECD7538FDAFE53B6628D31188FFB6F345139AAC3C3C1FD2E470F,
        0xC3BE9CBD19304D84CCA3D045E06B8DB3ACD68C304FC9CD4CBFFE6D18036CB13F,
        0xFEF7BD9F889811E59E4076A0174087135F080177302763019ADAF531257E3A87,
        0xA707D1C62D8BE699D34CB74804FDD7B4C568B6C1A821066F126C680D4B83E00B,
        0xF6E093070E0389D2E529D60FADB855FDDED54976EC50AC709E3A36CEAA64C291,
        0x375A5BF909CB02143E3695CA658E0641E739AA590F0004DBA93572C44CDB9D2D,
    ],
)
"""Root of the subtree without logs, by height."""


@function
def hash_log(log: L1Log) -> u256:
    """Give the leaf of a log."""
    encoded = local(Array[u8, LOG_BYTES])
    log.encode(encoded[:])
    return keccak256(encoded[:])


@function
def hash_pair(left: u256, right: u256) -> u256:
    """Give the node above two nodes."""
    hasher = local(Keccak256)
    hasher.begin()
    hasher.absorb_u256(left)
    hasher.absorb_u256(right)
    return hasher.finish()


@function
def logs_root(hashes: Slice[u256]) -> tuple[Status, u256]:
    """Give the root over the logs' hashes, which are overwritten."""
    count = hashes.length
    if count > MAXIMUM_LOGS:
        return TOO_MANY_LOGS, u256(0)
    if count == 0:
        return OK, EMPTY_HASHES[TREE_HEIGHT]
    for height in range(TREE_HEIGHT):
        parents = (count + 1) >> 1
        for i in range(parents):
            right = EMPTY_HASHES[height]
            if 2 * i + 1 < count:
                right = hashes[2 * i + 1]
            hashes[i] = hash_pair(hashes[2 * i], right)
        count = parents
    return OK, hashes[0]
