"""Formal addresses: small numbers with a meaning in the protocol.

Source:  zksync-os@v0.2.5 system_hooks/src/addresses_constants.rs.
Errors:  none.
"""

BOOTLOADER_FORMAL_ADDRESS = 0x8001  # sender of the result logs of L1 transactions
ACCOUNT_PROPERTIES_STORAGE_ADDRESS = 0x8003  # its slots hold the hashes of account records
CONTRACT_DEPLOYER_ADDRESS = 0x8006
L1_MESSENGER_ADDRESS = 0x8008
L2_BASE_TOKEN_ADDRESS = 0x800A
COMPLEX_UPGRADER_ADDRESS = 0x800F

SPECIAL_ADDRESS_BOUND = 0x10000  # hooks live below it, contracts cannot be deployed there
LAST_WARM_PRECOMPILE = 10  # precompiles 1..10 never pay the cold surcharge
P256_VERIFY_ADDRESS = 0x100
