"""Random worlds: contracts of random programs, and transactions that enter each of them."""

from functools import lru_cache
from random import Random

import rlp

from tests.fuzz.programs import ProgramMaker
from tests.fuzz.world import Account, Message, World
from tests.support.chain import deployer, integer
from zkos.host.batch import Block
from zkos.host.hashing import keccak256

CONTRACTS = 12
DEPLOYMENTS = 4
PROGRAMS_PER_WORLD = CONTRACTS + DEPLOYMENTS
NUMBER = 1000
ABSENT = 0xABCD << 140
SENDERS = 0x5E << 144
FUNDS = 10**24
MAX_FEES = (0, 1, 7, 10**9)


@lru_cache(maxsize=64)
def block_hashes(number: int) -> tuple[int, ...]:
    """Give what pyrevm takes for the hashes of the blocks before this one, newest first."""
    return tuple(
        int.from_bytes(keccak256(str(number - 1 - age).encode()), "big") if age < number else 0
        for age in range(256)
    )


def contract_addresses(seed: int) -> list[int]:
    """Give addresses that differ between worlds."""
    start = (seed * 0x9E3779B97F4A7C15 % 2**64) << 96 | 0xC0DE << 64
    return [start + number for number in range(CONTRACTS)]


def created_by(creator: int, nonce: int) -> int:
    """Give the address that a creation gets."""
    digest = keccak256(rlp.encode([creator.to_bytes(20, "big"), integer(nonce)]))
    return int.from_bytes(digest[12:], "big")


def random_world(seed: int) -> World:
    """Give the world of this seed."""
    source = Random(seed)
    contracts = contract_addresses(seed)
    senders = [SENDERS + number for number in range(PROGRAMS_PER_WORLD + 2)]
    coinbase = source.choice([contracts[0], senders[0], ABSENT + 1, 0xC0FFEE << 100])
    others = [*range(1, 11), 0x100, 0, ABSENT, ABSENT + 1, senders[0], senders[1], coinbase]
    others += [created_by(contracts[0], 1), created_by(contracts[1], 1), created_by(senders[3], 0)]
    maker = ProgramMaker(source, [*contracts * 4, *others])
    accounts = {
        address: Account(
            source.choice([0, 1, 5, 10**18]),
            source.choice([1, 1, 1, 0, 2**64 - 2, 2**64 - 1]),
            maker.program(4 + int(source.random() * 30)),
            _storage(source),
        )
        for address in contracts
    }
    accounts |= {sender: Account(FUNDS, source.choice([0, 0, 1, 300])) for sender in senders}
    if source.random() < 0.5:
        accounts[ABSENT] = Account(1)
    block = _block(source, coinbase)
    entries: list[int | None] = [*contracts, *[None] * DEPLOYMENTS, *contracts[:2]]
    source.shuffle(entries)
    messages = tuple(
        _message(source, maker, block, sender, accounts[sender].nonce, entry)
        for sender, entry in zip(senders, entries, strict=True)
    )
    return World(accounts, block, messages)


def _storage(source: Random) -> dict[int, int]:
    values = (1, 2, 2**255, 2**256 - 1, source.getrandbits(256) | 1)
    return {
        key: source.choice(values)
        for key in (0, 1, 2, 2**256 - 1)
        if source.random() < 0.3
    }  # fmt: skip


def _block(source: Random, coinbase: int) -> Block:
    return Block(
        number=NUMBER,
        timestamp=source.choice([0, 1_700_000_000, 2**64 - 1]),
        gas_limit=2**40,
        pubdata_limit=2**64 - 1,
        base_fee=0,  # pyrevm runs messages as if it were 0
        native_price=1,
        pubdata_price=0,
        coinbase=coinbase,
        mix_hash=source.getrandbits(256),
        block_hashes=block_hashes(NUMBER),
        last_block_timestamp=0,
        excess_blob_gas=source.choice([0, 0, 2_000_000, 40_000_000]),
        parent_beacon_block_root=0,
        transactions=(),
    )


def _message(
    source: Random, maker: ProgramMaker, block: Block, sender: int, nonce: int, to: int | None
) -> Message:
    data = source.randbytes(source.choice([0, 0, 4, 32, 68, 200]))
    if to is None:
        made = maker.program(4 + int(source.random() * 20))
        data = made if source.random() < 0.5 else deployer(made)
    kind = source.choice([0, 1, 2, 2, 3] if to is not None else [0, 1, 2])
    tip = source.choice([0, 0, 3])
    keys = (0, 1, 2**256 - 1)
    access_list = tuple(
        (source.choice([to or sender, ABSENT, 3, block.coinbase]), keys[: source.randrange(4)])
        for _ in range(source.choice([0, 0, 1, 2]) if kind else 0)
    )
    blobs = tuple(
        b"\x01" + source.randbytes(31) for _ in range(source.randrange(1, 4) if kind == 3 else 0)
    )
    intrinsic = 21_000 + sum(16 if byte else 4 for byte in data)
    intrinsic += sum(2400 + 1900 * len(listed) for _, listed in access_list)
    if to is None:
        intrinsic += 32_000 + (len(data) + 31) // 32 * 2
    return Message(
        sender=sender,
        to=to,
        gas_limit=intrinsic + _execution_gas(source),
        nonce=nonce,
        data=data,
        value=source.choice([0, 0, 0, 1, 10**18]),
        # to pyrevm, deployments cost nothing
        max_fee=max(tip, source.choice(MAX_FEES)) if to is not None else 0,
        priority_fee=tip if to is not None else 0,
        kind=kind,
        access_list=access_list,
        blob_hashes=blobs,
        max_blob_fee=10**9 if kind == 3 else 0,
    )


def _execution_gas(source: Random) -> int:
    """Give what suffices, or what runs out somewhere, now and then before execution begins."""
    kind = source.random()
    if kind < 0.6:
        return 2_000_000
    return source.randrange(-1, 3) if kind < 0.62 else int(10 ** (2 + source.random() * 4))
