"""Gas and native of every opcode, written down from the reference tables, not from the rows.

Source: resources reference, section 3.1 (native without the 20 of a step). One entry per opcode:
code, mnemonic, native, gas, entries popped, entries pushed. Only the fixed part of a price is here.
"""

TABLE = """
00 STOP 0 0 0 0
01 ADD 140 3 2 1
02 MUL 400 5 2 1
03 SUB 140 3 2 1
04 DIV 1500 5 2 1
05 SDIV 1000 5 2 1
06 MOD 1300 5 2 1
07 SMOD 800 5 2 1
08 ADDMOD 2000 8 3 1
09 MULMOD 4000 8 3 1
0a EXP 700 10 2 1
0b SIGNEXTEND 400 5 2 1
10 LT 190 3 2 1
11 GT 190 3 2 1
12 SLT 430 3 2 1
13 SGT 430 3 2 1
14 EQ 500 3 2 1
15 ISZERO 300 3 1 1
16 AND 100 3 2 1
17 OR 90 3 2 1
18 XOR 90 3 2 1
19 NOT 60 3 1 1
1a BYTE 160 3 2 1
1b SHL 240 3 2 1
1c SHR 240 3 2 1
1d SAR 400 3 2 1
20 KECCAK256 90 0 2 1
30 ADDRESS 60 2 0 1
31 BALANCE 60 0 1 1
32 ORIGIN 60 2 0 1
33 CALLER 60 2 0 1
34 CALLVALUE 60 2 0 1
35 CALLDATALOAD 280 3 1 1
36 CALLDATASIZE 40 2 0 1
37 CALLDATACOPY 100 3 3 0
38 CODESIZE 40 2 0 1
39 CODECOPY 100 3 3 0
3a GASPRICE 60 2 0 1
3b EXTCODESIZE 60 0 1 1
3c EXTCODECOPY 0 0 4 0
3d RETURNDATASIZE 60 2 0 1
3e RETURNDATACOPY 100 3 3 0
3f EXTCODEHASH 60 0 1 1
40 BLOCKHASH 60 20 1 1
41 COINBASE 60 2 0 1
42 TIMESTAMP 60 2 0 1
43 NUMBER 60 2 0 1
44 PREVRANDAO 40 2 0 1
45 GASLIMIT 60 2 0 1
46 CHAINID 60 2 0 1
47 SELFBALANCE 60 5 0 1
48 BASEFEE 60 2 0 1
49 BLOBHASH 40 3 1 1
4a BLOBBASEFEE 40 2 0 1
50 POP 40 2 1 0
51 MLOAD 250 3 1 1
52 MSTORE 250 3 2 0
53 MSTORE8 250 3 2 0
54 SLOAD 100 0 1 1
55 SSTORE 100 0 2 0
56 JUMP 70 8 1 0
57 JUMPI 300 10 2 0
58 PC 40 2 0 1
59 MSIZE 40 2 0 1
5a GAS 60 2 0 1
5b JUMPDEST 40 1 0 0
5c TLOAD 100 0 1 1
5d TSTORE 100 0 2 0
5e MCOPY 0 3 3 0
f0 CREATE 25000 32000 3 1
f1 CALL 1500 0 7 1
f2 CALLCODE 1500 0 7 1
f3 RETURN 40 0 2 0
f4 DELEGATECALL 1500 0 6 1
f5 CREATE2 25000 32000 4 1
fa STATICCALL 1500 0 6 1
fd REVERT 50 0 2 0
ff SELFDESTRUCT 100 5000 1 0
"""

PUSH_NATIVE = (
    "50 60 120 140 140 150 160 170 180 190 200 210 210 220 230 240 240 240 240 240 240 250 260 "
    "260 260 260 270 280 280 290 290 300 300"
)


def _read() -> dict[int, tuple[str, int, int, int, int]]:
    rows = {}
    for line in TABLE.split("\n"):
        if line:
            code, mnemonic, *numbers = line.split()
            native, gas, pops, pushes = map(int, numbers)
            rows[int(code, 16)] = (mnemonic, native, gas, pops, pushes)
    for size, native in enumerate(map(int, PUSH_NATIVE.split())):
        rows[0x5F + size] = (f"PUSH{size}", native, 3 if size else 2, 0, 1)
    for n in range(1, 17):
        rows[0x7F + n] = (f"DUP{n}", 60, 3, n, n + 1)
        rows[0x8F + n] = (f"SWAP{n}", 90, 3, n + 1, n + 1)
    for topics in range(5):
        rows[0xA0 + topics] = (f"LOG{topics}", 50, 0, 2 + topics, 0)
    return rows


OPCODES = _read()
"""Code -> (mnemonic, native, gas, pops, pushes)."""

NEED_STATE = frozenset(
    "BALANCE EXTCODESIZE EXTCODECOPY EXTCODEHASH SELFBALANCE SLOAD SSTORE TLOAD TSTORE CREATE "
    "CREATE2 SELFDESTRUCT LOG0 LOG1 LOG2 LOG3 LOG4".split()
)
"""Opcodes that ask the system for accounts, slots or events."""

REFUSED_IN_STATIC = frozenset(
    "SSTORE TSTORE LOG0 LOG1 LOG2 LOG3 LOG4 CREATE CREATE2 SELFDESTRUCT".split()
)
