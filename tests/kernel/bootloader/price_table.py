"""The reference's prices, written from resources.md 2 to 4, each with a block that pays it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Price:
    """One constant: where it stands, what it must be, which block of ``priced_blocks`` pays it."""

    module: str
    name: str
    figure: int
    block: str
    change: int = 1
    """What the test adds to it: a limit shows only when it is lower."""

    def __str__(self) -> str:
        return f"{self.module.rsplit('.', 1)[-1]}.{self.name}"


ROWS: dict[str, list[tuple[str, int, str]]] = {
    "bootloader.transaction.delegation": [
        ("EXISTING_ACCOUNT_REFUND_GAS", 12500, "delegation"),
    ],
    "bootloader.transaction.gas": [
        ("L2_INTRINSIC_GAS", 18000, "storage"),
        ("L2_INTRINSIC_NATIVE", 30000, "storage"),
        ("L2_INTRINSIC_PUBDATA_BYTES", 65, "pubdata"),
        ("L1_INTRINSIC_GAS", 21000, "from L1"),
        ("L1_INTRINSIC_NATIVE", 130_000, "from L1"),
        ("L1_INTRINSIC_PUBDATA_BYTES", 153, "from L1"),
        ("L1_NATIVE_PRICE", 10, "from L1, native decides"),
        ("UPGRADE_NATIVE_PER_GAS", 10000, "short upgrade"),
        ("CALLDATA_ZERO_BYTE_GAS", 4, "computing"),
        ("CALLDATA_BYTE_GAS", 16, "computing"),
        ("DEPLOYMENT_EXTRA_GAS", 32000, "deployment"),
        ("INITCODE_WORD_GAS", 2, "deployment"),
        ("MAX_INITCODE_BYTES", 49152, "longest initcode"),
        ("AUTHORIZATION_GAS", 25000, "delegation"),
    ],
    "bootloader.transaction.refund": [
        ("MAX_REFUND_QUOTIENT", 5, "cut refunds"),
    ],
    "execution_environments.evm.frame": [
        ("MAX_INITCODE_BYTES", 49152, "longest initcode of a contract"),
    ],
    "execution_environments.evm.gas": [
        ("MEMORY_WORD_GAS", 3, "computing"),
        ("MEMORY_GROWTH_NATIVE", 35, "computing"),
        ("MEMORY_BYTE_NATIVE", 1, "computing"),
        ("COPY_WORD_GAS", 3, "computing"),
        ("COPY_NATIVE", 80, "computing"),
        ("COPY_BYTE_NATIVE", 1, "computing"),
        ("EXP_BYTE_GAS", 50, "computing"),
        ("EXP_BYTE_NATIVE", 5000, "computing"),
        ("SSTORE_SENTRY_GAS", 2300, "sentry"),
        ("CALL_VALUE_GAS", 9000, "creating"),
        ("CALL_STIPEND_GAS", 2300, "creating"),
        ("NEW_ACCOUNT_GAS", 25000, "creating"),
        ("CODE_DEPOSIT_BYTE_GAS", 200, "creating"),
        ("JUMP_MAP_BYTE_NATIVE", 6, "creating"),
    ],
    "execution_environments.evm.opcodes.arithmetic": [
        ("EXP_GAS", 10, "computing"),
        ("EXP_NATIVE", 700, "computing"),
    ],
    "execution_environments.evm.opcodes.control_flow": [
        ("JUMPDEST_GAS", 1, "jump"),
        ("JUMPDEST_NATIVE", 40, "jump"),
    ],
    "execution_environments.evm.opcodes.environment": [
        ("COPY_GAS", 3, "computing"),
        ("COPY_NATIVE", 100, "computing"),
    ],
    "execution_environments.evm.opcodes.keccak": [
        ("KECCAK256_NATIVE", 90, "computing"),
    ],
    "execution_environments.evm.opcodes.memory": [
        ("MCOPY_GAS", 3, "computing"),
    ],
    "system.functions": [
        ("ECRECOVER_NATIVE", 522_000, "hashes"),
        ("ECRECOVER_GAS", 3000, "hashes"),
        ("SHA256_GAS", 60, "hashes"),
        ("SHA256_WORD_GAS", 12, "hashes"),
        ("RIPEMD160_GAS", 600, "hashes"),
        ("RIPEMD160_WORD_GAS", 120, "hashes"),
        ("MERKLE_DAMGARD_BASE_NATIVE", 1600, "hashes"),
        ("MERKLE_DAMGARD_ROUND_NATIVE", 4200, "hashes"),
        ("IDENTITY_GAS", 15, "hashes"),
        ("IDENTITY_WORD_GAS", 3, "hashes"),
        ("IDENTITY_BASE_NATIVE", 20, "hashes"),
        ("IDENTITY_BYTE_NATIVE", 10, "hashes"),
    ],
    "system.io.access_costs": [
        ("WARM_ACCESS_NATIVE", 4000, "storage"),
        ("COLD_EXISTING_READ_NATIVE", 121_120, "storage"),
        ("COLD_NEW_READ_NATIVE", 242_240, "storage"),
        ("EXISTING_WRITE_NATIVE", 50560, "storage"),
        ("NEW_WRITE_NATIVE", 120_800, "storage"),
        ("ACCOUNT_UPDATE_NATIVE", 1000, "storage"),
        ("ACCOUNT_DATA_HASH_NATIVE", 1980, "storage"),
        ("PREIMAGE_READ_NATIVE", 500, "storage"),
        ("PREIMAGE_WRITE_NATIVE", 500, "creating"),
        ("BLAKE2S_BASE_NATIVE", 800, "storage"),
        ("BLAKE2S_ROUND_NATIVE", 340, "storage"),
        ("KECCAK256_BASE_NATIVE", 2500, "storage"),
        ("KECCAK256_ROUND_NATIVE", 17500, "storage"),
        ("JUMP_MAP_BYTE_NATIVE", 6, "forced deployment"),
        ("KECCAK256_GAS", 30, "messages"),
        ("KECCAK256_WORD_GAS", 6, "messages"),
        ("EVENT_BASE_NATIVE", 6000, "computing"),
        ("EVENT_TOPIC_NATIVE", 200, "computing"),
        ("EVENT_BYTE_NATIVE", 2, "computing"),
        ("WARM_SLOT_GAS", 100, "storage"),
        ("COLD_SLOT_GAS", 2000, "storage"),
        ("COLD_SLOT_WRITE_GAS", 100, "storage"),
        ("SLOT_SET_GAS", 19900, "storage"),
        ("SLOT_RESET_GAS", 2800, "storage"),
        ("TRANSIENT_GAS", 100, "storage"),
        ("ACCESS_LIST_SLOT_GAS", 1900, "access list"),
        ("WARM_ACCOUNT_GAS", 100, "creating"),
        ("COLD_ACCOUNT_GAS", 2500, "creating"),
        ("SELFDESTRUCT_COLD_ACCOUNT_GAS", 2600, "creating"),
        ("ACCESS_LIST_ACCOUNT_GAS", 2400, "access list"),
        ("CLEAR_REFUND_GAS", 4800, "refunds"),
        ("RESTORE_ZERO_REFUND_GAS", 19900, "refunds"),
        ("RESTORE_REFUND_GAS", 2800, "refunds"),
        ("NEW_ACCOUNT_GAS", 25000, "creating"),
        ("EVENT_GAS", 375, "computing"),
        ("EVENT_TOPIC_GAS", 375, "computing"),
        ("EVENT_BYTE_GAS", 8, "computing"),
    ],
    "system_hooks.contract_deployer": [
        ("CODE_BYTE_GAS", 50, "forced deployment"),
    ],
    "system_hooks.l1_messenger": [
        ("MESSAGE_GAS", 549, "messages"),
        ("MESSAGE_BYTE_GAS", 8, "messages"),
    ],
    "system_hooks.l2_base_token": [
        ("COPY_NATIVE", 80, "messages"),
    ],
    "system_hooks.precompiles.bn254_add": [
        ("GAS", 150, "point addition"),
        ("NATIVE", 52600, "point addition"),
    ],
    "system_hooks.precompiles.bn254_mul": [
        ("GAS", 6000, "point multiplication"),
        ("NATIVE", 764_000, "point multiplication"),
    ],
    "system_hooks.precompiles.bn254_pairing": [
        ("BASE_GAS", 45000, "pairing"),
        ("PAIR_GAS", 34000, "pairing"),
        ("NATIVE", 15_000_000, "pairing"),
    ],
    "system_hooks.precompiles.modexp": [
        ("MINIMUM_GAS", 200, "modexp"),
        ("NATIVE_PER_GAS", 300, "modexp"),
    ],
    "system_hooks.precompiles.p256_verify": [
        ("GAS", 6900, "P-256"),
        ("NATIVE", 784_000, "P-256"),
    ],
    "system_hooks.precompiles.point_evaluation": [
        ("NATIVE", 63_104_000, "point evaluation"),
    ],
    "system_hooks.system_contract": [
        ("HOOK_GAS", 100, "messages"),
        ("HOOK_NATIVE", 1000, "messages"),
    ],
}
CHANGES = {"MAX_INITCODE_BYTES": -1, "UPGRADE_NATIVE_PER_GAS": -5000}
PRICES = [
    Price(module, *row, change=CHANGES.get(row[0], 1))
    for module, rows in ROWS.items()
    for row in rows
]
OPCODE_COSTS = "evm/test_opcode_costs.py, evm/test_state_opcode_costs.py"
ELSEWHERE = {
    ("bootloader.block_totals", "MAX_NATIVE"): "transaction/test_error_list.py",
    ("bootloader.transaction.gas", "MAX_NATIVE_COMPUTATIONAL"): "test_run_block.py",
    ("bootloader.transaction.gas", "SIMULATION_NATIVE_PER_GAS"): "host/simulation",
    ("execution_environments.evm.gas", "STEP_NATIVE"): OPCODE_COSTS,
    ("execution_environments.evm.gas", "KECCAK256_GAS"): OPCODE_COSTS,
    ("execution_environments.evm.gas", "INITCODE_WORD_GAS"): OPCODE_COSTS,
    ("execution_environments.evm.gas", "CREATE2_WORD_GAS"): OPCODE_COSTS,
    ("execution_environments.evm.opcodes.system", "CREATE_GAS"): OPCODE_COSTS,
    ("execution_environments.evm.opcodes.system", "CREATE_NATIVE"): OPCODE_COSTS,
    ("execution_environments.evm.opcodes.system", "CALL_NATIVE"): OPCODE_COSTS,
    ("execution_environments.evm.opcodes.system", "SELFDESTRUCT_GAS"): OPCODE_COSTS,
    ("execution_environments.evm.opcodes.system", "SELFDESTRUCT_NATIVE"): OPCODE_COSTS,
    ("resources", "ERGS_PER_GAS"): "kernel/test_resources.py",
    ("resources", "MAX_GAS"): "kernel/test_resources.py",
    ("system_hooks.precompiles.point_evaluation", "GAS"): "test_precompile_vectors.py",
}
"""Prices that are part of an opcode's row when the kernel is imported, or whose block would run for
minutes under CPython; and the tests that hold them."""
