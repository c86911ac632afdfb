"""The golden batches with names that go to an edge: limits, exhaustion, accounts in odd states.

Where native decides, its price is that of gas: then the gas used is the native used. Importing this
file registers all golden batches with names.
"""

from itertools import count
from typing import Any

from tests.golden import contracts
from tests.golden.batches import (
    BASE_TOKEN,
    BATCHES,
    CHAIN_ID,
    DEPLOYER,
    RECEIVERS,
    SIGNERS,
    UPGRADER,
    Document,
    batch,
    block,
    context,
    contract,
    from_l1,
    old_receivers,
    padded,
    word,
)
from tests.integration.random_blocks import in_memory, push, pushes
from tests.support.chain import authorization, deployer, funded, keccak256, transaction

__all__ = ["BATCHES"]

NATIVE_AS_GAS = {"native_price": hex(1000)}
FIRST, SECOND, THIRD, TARGET = (f"0x{number:040x}" for number in (0xE1, 0xE2, 0xE3, 0xA0A0))
MODEXP, IDENTITY, P256 = 5, 4, 0x100
ALL_GAS = 2**60
RETURN_DATA_BYTES = 2**28
HEAP_BYTES = 2**27
STORES = bytes.fromhex("60015f5500")  # SSTORE(0, 1)
SPINS = bytes.fromhex("5b5f56")  # :0 JUMP(0)
INCREASES_OR_DIES = bytes.fromhex("5f546001015f555f3580601657505f545f5260205ff35bff")
"""SSTORE(0, SLOAD(0) + 1); SELFDESTRUCT(x) for x = CALLDATALOAD(0), unless it is 0."""
DIES = bytes.fromhex("5f5460010160005560015460025561bbbbff")
"""SSTORE(0, SLOAD(0) + 1); SSTORE(2, SLOAD(1)); SELFDESTRUCT(0xbbbb)."""


def send(place: int, to: str | None, **changes: Any) -> str:
    """Give a transaction of the signer at a place."""
    return transaction(SIGNERS[place], to=to, **({"gas_limit": 5_000_000} | changes))


def call(target: int, gas: int, size: int = 0, value: int = 0) -> bytes:
    """CALL with so many bytes of memory from 0 on; success is left on the stack."""
    return pushes(0, 0, size, 0, value, target, gas) + b"\xf1"


def keep(slot: int) -> bytes:
    """SSTORE what is on top of the stack."""
    return push(slot) + b"\x55"


def native_block(transactions: list[Any], pre: dict[str, Any], **changes: str) -> Document:
    """Give a block of which native decides."""
    found = block(transactions, pre)
    found["block"] |= NATIVE_AS_GAS | changes
    return found


def chain(pre: dict[str, Any], *blocks: list[Any], **changes: str) -> Document:
    """Give blocks of which native decides, one after the other."""
    found: list[Document] = [
        {"block": context(place) | NATIVE_AS_GAS | changes, "transactions": transactions}
        for place, transactions in enumerate(blocks)
    ]
    found[0]["pre"] = funded(*SIGNERS, balance=10**24) | pre
    return {"chain_id": hex(CHAIN_ID), "blocks": found}


def modexp_head(*lengths: int) -> bytes:
    """Begin the input of modexp."""
    return b"".join(word(length) for length in lengths)


@batch
def modexp_prices_at_64_bits() -> Document:
    lengths = [3_435_973_600, 3_435_974_400, 3_719_550_784, 3_719_550_792, 2**32 - 1]
    codes = [
        in_memory(modexp_head(length, 0, 0)) + call(MODEXP, 100_000, 96) + keep(0)
        for length in lengths
    ]
    pre = {f"0x{0xE1 + place:040x}": contract(code) for place, code in enumerate(codes)}
    return native_block([send(place, to) for place, to in enumerate(pre)], pre)


@batch
def return_data_limit() -> Document:
    fills = call(IDENTITY, ALL_GAS, 2**23) + b"\x50"
    part = RETURN_DATA_BYTES % 2**23 or 2**23
    code = fills * (RETURN_DATA_BYTES // 2**23 - 1) + call(IDENTITY, ALL_GAS, part - 31) + b"\x50"
    code += in_memory(modexp_head(1, 1, 32) + b"\x03\x05" + b"\xff" * 32)
    code += call(MODEXP, 100_000, 130) + keep(0) + call(IDENTITY, 100_000, 31) + keep(1)
    return block([send(0, FIRST, gas_limit=2 * 10**9)], {FIRST: contract(code)})


@batch
def memory_limit() -> Document:
    half = HEAP_BYTES // 2
    grows = pushes(1, half - 32) + b"\x52"
    code = grows + call(0xE2, ALL_GAS) + keep(0) + call(0xE3, ALL_GAS) + keep(1) + b"\x59" + keep(2)
    pre = {
        FIRST: contract(code),
        SECOND: contract(pushes(1, half - 64) + b"\x52"),
        THIRD: contract(grows),
    }
    return block([send(0, FIRST, gas_limit=10**11)], pre)


@batch
def deep_calls() -> Document:
    increases = push(1) + push(0) + b"\x54\x01" + keep(0)
    codes = [
        increases + bytes.fromhex(itself) + keep(1)
        for itself in ("5f5f5f5f5f305af1", "5f5f5f5f5f305af2", "5f5f5f5f305af4")
    ]
    pre = {f"0x{0xE1 + place:040x}": contract(code) for place, code in enumerate(codes)}
    return block([send(place, to, gas_limit=2**44) for place, to in enumerate(pre)], pre)


@batch
def cold_accounts_without_gas() -> Document:
    """A frame cannot pay for an account: never read, read by an earlier transaction, warm."""
    reads = push(int(TARGET, 16)) + b"\x31\x50"
    gas = [50, 103, 105, 1000, 2602, 2603, 2607, 3000]
    code = b"".join(call(0xE2, limit) + b"\x50" for limit in gas)
    pre = {FIRST: contract(code), SECOND: contract(reads), THIRD: contract(reads)}
    made = [send(0, FIRST), send(1, THIRD), send(2, FIRST), send(3, FIRST)]
    return native_block(made, pre)


def creates_and_destroys() -> bytes:
    """Create, call, destroy, call and create again, and look at it in between."""
    size = len(INCREASES_OR_DIES)
    initcode = bytes.fromhex("600760015560096002556003545f55")
    initcode += bytes([0x60, size, 0x80, 0x60, len(initcode) + 9, 0x5F, 0x39, 0x5F, 0xF3])
    initcode += INCREASES_OR_DIES

    def create(salt: int, value: int) -> bytes:
        return pushes(salt, len(initcode), 0, value) + b"\xf5"

    def call_it(value: int, argument: int) -> bytes:
        arguments = push(argument) + push(0x200) + b"\x52"
        return (
            arguments + pushes(32, 0x220, 32, 0x200, value) + b"\x85" + push(200_000) + b"\xf1\x50"
        )

    code = in_memory(initcode) + create(0, 5) + call_it(0, 0) + call_it(1, 0)
    code += call_it(0, 0x7777) + call_it(2, 0)
    code += b"".join(b"\x80" + bytes([look]) + keep(slot) for look, slot in
                     ((0x31, 11), (0x3B, 12), (0x3F, 13)))  # fmt: skip
    code += create(0, 0) + keep(15) + call_it(3, 0)  # a collision, and it still lives
    return code + create(1, 0) + call_it(0, 0)


@batch
def destroyed_contracts() -> Document:
    pre = {FIRST: contract(creates_and_destroys()) | {"balance": "0x64"}}
    made = [send(place, FIRST, gas_limit=400_000_000) for place in range(4)]
    made.append(send(4, f"0x{0x7777:040x}"))
    return chain(pre, made[:2], made[2:])


@batch
def forced_deployments() -> Document:
    """The upgrader forces code onto a contract, a delegated, an absent account, and a hook's."""
    targets = [0xA0A0, 0xA0A1, 0xA0A2, int(BASE_TOKEN, 16)]
    code = b""
    for target in targets:
        data = bytes.fromhex("f6eca0b0") + word(target) + contracts.blake2s(DIES)
        data += word(len(DIES)) + keccak256(DIES)
        code += in_memory(data) + call(int(DEPLOYER, 16), ALL_GAS, 132) + b"\x50"
        code += (call(target, 100_000) + b"\x50") * 2 + push(target) + b"\x3f" + keep(target)
    pre = {
        UPGRADER: contract(code),
        f"0x{0xA0A0:040x}": contract(STORES, {0: 5, 1: 6, 2: 7}) | {"balance": "0x9"},
        f"0x{0xA0A1:040x}": {"nonce": "0x5", "code": "0xef0100" + FIRST[2:]},
    }
    again = [send(place, f"0x{target:040x}") for place, target in enumerate(targets, 1)]
    first = [send(0, UPGRADER, gas_limit=30_000_000), *again]
    found = chain(pre, first, [send(9, UPGRADER, gas_limit=30_000_000)])
    found["blocks"][0]["preimages"] = ["0x" + DIES.hex()]
    return found


@batch
def block_limits() -> Document:
    """Transactions beyond what is left of gas and pubdata are left out, the next may fit."""
    made = [
        send(0, FIRST, gas_limit=60_000), send(1, RECEIVERS[1], gas_limit=21_000),
        send(2, RECEIVERS[3], gas_limit=21_000, value=1), from_l1(2),
        send(3, None, data=deployer(contracts.filler(100)), gas_limit=100_000),
        send(4, RECEIVERS[0], gas_limit=21_000), send(5, RECEIVERS[0], gas_limit=102_001),
    ]  # fmt: skip
    found = block(made, old_receivers() | {FIRST: contract(STORES)})
    found["block"] |= {"gas_limit": hex(102_000), "pubdata_limit": hex(400)}
    return found


def burns(length: int) -> bytes:
    """Spend 12800 native a byte of an exponent of zeros."""
    head = modexp_head(8, length, 8) + b"\xff" * 8
    return in_memory(head) + call(MODEXP, ALL_GAS, 104) + keep(0)


@batch
def native_limits() -> Document:
    """Of a transaction, and of a block; what runs out of native in execution does not count."""
    lengths = [2_720_000, 940_000, 940_000, 940_000]
    pre = {
        f"0x{0xE1 + place:040x}": contract(burns(length)) for place, length in enumerate(lengths)
    }
    made = [send(place, to, gas_limit=2**40) for place, to in enumerate(pre)]
    return block([*made, send(9, RECEIVERS[0], gas_limit=30_000, value=1)], pre)


@batch
def native_of_l1_transactions() -> Document:
    """One from L1 that runs out of native fills the block: nothing fits beside it."""
    code = in_memory(modexp_head(8, 2_700_000, 8) + b"\xff" * 8)
    code += b"\x5b" + call(MODEXP, ALL_GAS, 104) + b"\x50" + push(len(code), 2) + b"\x56"
    greedy = from_l1(2, to=FIRST, gas_limit=hex(2**36), total_deposited=hex(2**36 * 1000 + 10))
    pre = old_receivers() | {FIRST: contract(code)}
    found = chain(pre, [greedy, send(1, RECEIVERS[0])], [send(2, RECEIVERS[0]), greedy, from_l1(4)])
    for entry in found["blocks"]:
        entry["block"] |= {"native_price": "0x1"}
    return found


@batch
def l1_transactions_of_any_gas() -> Document:
    limits = [0, 20_000, 21_000, 90_000, 170_000, 620_000, 770_000, 1_220_000, 2_000_000]
    made = [
        from_l1(place, to=FIRST, gas_limit=hex(limit), max_fee_per_gas=hex(fee),
                gas_per_pubdata_limit=hex(7), total_deposited=hex(limit * fee + 5 * place + place))
        for place, (limit, fee) in enumerate((limit, fee) for limit in limits for fee in (0, 10))
    ]  # fmt: skip
    stores_two = bytes.fromhex("60015f55600260015500")
    return native_block(made, old_receivers() | {FIRST: contract(stores_two)})


@batch
def a_young_chain() -> Document:
    """Blocks 0, 1 and 2 look at the hashes of their ancestors."""
    looks = b"".join(
        push(back) + b"\x43\x03\x40" + keep(back) for back in (0, 1, 2, 3, 255, 256, 257)
    )
    looks += b"\x43\x60\x01\x01\x40" + keep(500) + b"\x5f\x40" + keep(501)
    found = chain({FIRST: contract(looks)}, *([send(place, FIRST)] for place in range(3)))
    for number, entry in enumerate(found["blocks"]):
        entry["block"] |= {"number": hex(number), "timestamp": hex(1000)}
    found["blocks"][0]["block"]["block_hashes"] = [hex(10**20 + number) for number in range(256)]
    return found


@batch
def withdrawals_with_messages() -> Document:
    receiver = word(RECEIVERS[0])
    inputs = []
    for extra in (b"", b"x", b"y" * 31, b"z" * 32, b"w" * 333):
        data = receiver + word(64) + word(len(extra)) + padded(extra)
        inputs += [data, data[:-1], receiver + word(96) + bytes(32) + data[64:]]
    inputs += [word(2**160) + inputs[3][32:], receiver + word(2**32) + word(0), receiver]
    made = [
        send(place, BASE_TOKEN, data=bytes.fromhex("84bc3eb0") + data, value=place % 3)
        for place, data in enumerate(inputs)
    ]
    return native_block(made, {})


@batch
def reverted_delegations() -> Document:
    """What an authorization changed stays, and is to be paid with what a revert has left."""
    limits = [1_852_000, 1_868_000, 1_868_720, 1_892_000, 1_956_000]
    made = [
        send(place, FIRST, kind=4, gas_limit=limit,
             authorizations=[authorization(SIGNERS[50 + place], SECOND, 0)])
        for place, limit in enumerate(limits)
    ]  # fmt: skip
    found = native_block(made, {FIRST: contract(SPINS)}, pubdata_price=hex(100_000))
    for place in range(len(limits)):
        del found["pre"][SIGNERS[50 + place].address]
    return found


@batch
def any_coinbase() -> Document:
    """The coinbase is the sender, the receiver, a precompile, a system contract, a contract."""
    chosen = [SIGNERS[0].address, RECEIVERS[1], f"0x{IDENTITY:040x}", BASE_TOKEN, FIRST]
    nonces = count()
    blocks = []
    for coinbase in chosen:
        nonce = next(nonces)
        blocks.append([
            send(0, RECEIVERS[1], nonce=nonce, value=7), send(1, coinbase, nonce=nonce, value=3),
            from_l1(2), send(2, BASE_TOKEN, nonce=nonce, value=9,
                             data=bytes.fromhex("51cff8d9") + word(77)),
        ])  # fmt: skip
    looks = b"\x41\x31" + keep(0) + b"\x41\x3f" + keep(1)
    found = chain(old_receivers() | {FIRST: contract(looks)}, *blocks)
    for coinbase, entry in zip(chosen, found["blocks"], strict=True):
        entry["block"] |= {"coinbase": coinbase}
    return found


@batch
def return_data_copies() -> Document:
    """Within what there is, at its end, beyond it, and with sizes beyond 32 bits."""
    windows = [
        (0, 0),
        (32, 0),
        (1, 31),
        (0, 32),
        (1, 32),
        (33, 0),
        (0, 2**32),
        (2**32, 0),
        (0, 2**64),
    ]
    pre = {SECOND: contract(bytes.fromhex("602a5f5260205ff3"))}
    for place, (size, offset) in enumerate(windows):
        code = call(0xE2, 50_000) + b"\x50" + pushes(size, offset, 7) + b"\x3e"
        code += b"\x3d" + keep(0) + b"\x59" + keep(1) + pushes(64, 0) + b"\x20" + keep(2)
        pre[f"0x{0xF00 + place:040x}"] = contract(code)
    made = [send(place, f"0x{0xF00 + place:040x}") for place in range(len(windows))]
    return native_block(made, pre)


@batch
def refund_counter_wraps() -> Document:
    """Set and clear a slot until 2^32 gas is to be refunded, 19900 at a time."""
    code = push(2**32 // 19_900 + 1) + b"\x5b" + pushes(1, 0) + b"\x55" + pushes(0, 0) + b"\x55"
    code += bytes.fromhex("6001900380") + push(4) + b"\x57"
    return block([send(0, FIRST, gas_limit=7 * 10**9)], {FIRST: contract(code)})


def costly_bodies() -> list[tuple[bytes, int]]:
    """Give code that pays in several steps, and gas that is about enough for it."""
    absent = 0xDEAD
    initcode = bytes.fromhex("60015f5560206000f3")
    message = bytes.fromhex("62f84b24") + word(32) + word(5) + padded(b"hello")
    withdrawal = bytes.fromhex("84bc3eb0") + word(0xAA) + word(64) + word(5) + padded(b"hello")
    return [
        (b"\x5a" + keep(5), 30_000),
        (push(absent) + b"\x31\x50", 4000),
        (pushes(100, 0, 0, 0xE1) + b"\x3c", 6000),
        (call(absent, 0, value=1), 50_000),
        (call(0xE1, 0, value=1), 15_000),
        (in_memory(initcode) + pushes(len(initcode), 0, 0) + b"\xf0", 120_000),
        (in_memory(initcode) + b"\x5a" + pushes(len(initcode), 0, 0) + b"\xf5", 120_000),
        (push(absent) + b"\xff", 50_000),
        (pushes(1, 2, 3, 4, 100, 0) + b"\xa4", 6000),
        (in_memory(message) + call(0x8008, ALL_GAS, len(message)), 12_000),
        (in_memory(withdrawal) + call(int(BASE_TOKEN, 16), ALL_GAS, len(withdrawal), 1), 40_000),
        (call(P256, ALL_GAS, 160), 14_000),
        (call(int(TARGET, 16), ALL_GAS) + push(1) + keep(3), 40_000),
    ]


@batch
def any_gas() -> Document:
    """Every body is called with no gas, a little more, and so on, in two transactions."""
    steps = 48
    pre = {TARGET: {"nonce": "0x1", "code": "0xef0100" + THIRD[2:]}, THIRD: contract(STORES)}
    made = []
    for place, (body, gas) in enumerate(costly_bodies()):
        caller, callee = 0xB0000 + place, 0xB1000 + place
        code = push(steps) + b"\x5b" + pushes(0, 0, 0, 0, 0, callee) + b"\x86" + push(steps)
        code += b"\x03" + push(gas // steps) + b"\x02\xf1\x50"
        code += bytes.fromhex("6001900380600257") + b"\x5a" + keep(7)
        for address, one in ((caller, code), (callee, body)):
            pre[f"0x{address:040x}"] = contract(one) | {"balance": hex(10**6)}
        to = f"0x{caller:040x}"
        made += [send(place, to, gas_limit=10**9), send(place + 50, to, gas_limit=10**9)]
    return native_block(made, pre)


@batch
def refused_transactions() -> Document:
    """One for each way that a signature, a nonce or a payment can be wrong; the last is valid."""
    to, other = RECEIVERS[0], SIGNERS[20].address
    foreign = send(6, to)
    made = [
        send(0, to, kind=4), send(1, to, malleable=True), send(2, to, value=2**256 - 1),
        send(3, to, nonce=2**64 - 1), send(4, to, chain_id=5), send(5, to, priority_fee=1001),
        {"raw": foreign, "sender": other}, send(7, to, nonce=1), send(8, to, max_fee=999),
        send(9, to), send(10, None, data=bytes(49_153)), send(11, to, gas_limit=20_999),
        send(12, to, value=10**24), foreign,
    ]  # fmt: skip
    pre = {
        SIGNERS[3].address: {"balance": hex(10**24), "nonce": hex(2**64 - 1)},
        SIGNERS[9].address: {"balance": hex(10**24), "code": "0x00"},
    }
    return native_block(made, pre)


@batch
def nonces_of_deployers() -> Document:
    """CREATE twice and CREATE2 between, from one byte of nonce to the largest."""
    create = pushes(0, 0, 0) + b"\xf0"
    code = create + keep(0) + pushes(0, 0, 0, 0) + b"\xf5" + keep(1) + create + keep(2)
    nonces = [0, 126, 127, 128, 255, 2**16 - 1, 2**32 - 1, 2**64 - 3, 2**64 - 2, 2**64 - 1]
    pre = {
        f"0x{0xB000 + place:040x}": contract(code) | {"nonce": hex(nonce)}
        for place, nonce in enumerate(nonces)
    }
    return native_block([send(place, to) for place, to in enumerate(pre)], pre)
