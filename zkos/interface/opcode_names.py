"""Mnemonics of the EVM's opcodes, for the host that prints them.

The kernel's own are in its rows (execution_environments/evm/rows.py); a test holds both equal.

Source:  Ethereum yellow paper, appendix H.2; the EIPs of the opcodes since.
Errors:  none.
"""

_GROUPS: dict[int, str] = {
    0x00: "STOP ADD MUL SUB DIV SDIV MOD SMOD ADDMOD MULMOD EXP SIGNEXTEND",
    0x10: "LT GT SLT SGT EQ ISZERO AND OR XOR NOT BYTE SHL SHR SAR",
    0x20: "KECCAK256",
    0x30: (
        "ADDRESS BALANCE ORIGIN CALLER CALLVALUE CALLDATALOAD CALLDATASIZE CALLDATACOPY CODESIZE "
        "CODECOPY GASPRICE EXTCODESIZE EXTCODECOPY RETURNDATASIZE RETURNDATACOPY EXTCODEHASH"
    ),
    0x40: (
        "BLOCKHASH COINBASE TIMESTAMP NUMBER PREVRANDAO GASLIMIT CHAINID SELFBALANCE BASEFEE "
        "BLOBHASH BLOBBASEFEE"
    ),
    0x50: "POP MLOAD MSTORE MSTORE8 SLOAD SSTORE JUMP JUMPI PC MSIZE GAS JUMPDEST TLOAD TSTORE "
    "MCOPY",
    0x5F: " ".join(f"PUSH{size}" for size in range(33)),
    0x80: " ".join(f"DUP{place}" for place in range(1, 17)),
    0x90: " ".join(f"SWAP{place}" for place in range(1, 17)),
    0xA0: " ".join(f"LOG{topics}" for topics in range(5)),
    0xF0: "CREATE CALL CALLCODE RETURN DELEGATECALL CREATE2",
    0xFA: "STATICCALL",
    0xFD: "REVERT INVALID SELFDESTRUCT",
}

OPCODE_NAMES: dict[int, str] = {
    first + place: name
    for first, names in _GROUPS.items()
    for place, name in enumerate(names.split())
}
"""Opcode -> mnemonic; INVALID is the designated invalid one, other bytes have no name."""
