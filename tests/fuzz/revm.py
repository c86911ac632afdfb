"""Worlds in revm, through pyrevm.

pyrevm runs one message and leaves the sender's side of a transaction out: nonce, fee and blob fee
are taken before the call and given back after it here, and a new machine is made for each
transaction, since warmth and transient storage would live on. What a transaction changed is read
from the text of revm's journal, the only place where pyrevm shows storage and destruction.
"""

import re
from dataclasses import replace

import pyrevm

from tests.fuzz.kernel import code_hash
from tests.fuzz.world import BLOB_GAS, CHAIN_ID, Account, Log, Message, Outcome, Result, World
from zkos.host.batch import Block
from zkos.host.statetest.merkle_patricia import Account as StateAccount

FORK = "CANCUN"
BLOB_FEE_FRACTION = 3338477  # EIP-4844
MAX_BLOB_GAS = 6 * BLOB_GAS
MAX_NONCE = 2**64 - 1  # EIP-2681
_ACCOUNT = re.compile(
    r"0x([0-9a-f]{40}): Account { info: AccountInfo { balance: (\d+), nonce: (\d+), "
    r"code_hash: \w+, code: (?:None|Some\(Bytecode { bytecode: 0x([0-9a-f]*), "
    r"state: (?:Raw|Analysed { len: (\d+), [^}]*} }) }\)) }, "
    r"storage: {(.*?)}, status: AccountStatus\(([^)]*)\) }"
)
_SLOT = re.compile(r"(\d+): StorageSlot { previous_or_original_value: \d+, present_value: (\d+) ")
_OUTPUT = re.compile(r"Revert { gas_used: \d+, output: 0x([0-9a-f]*) }")


class Revm:
    """revm with the rules of Cancun."""

    def run(self, world: World) -> Outcome:
        """Run the block of a world."""
        state = {
            address: Account(one.balance, one.nonce, one.code, dict(one.storage))
            for address, one in world.accounts.items()
        }
        runner = _BlockRunner(world.block, state)
        results = [runner.run(message) for message in world.messages]
        return Outcome(
            results,
            {
                address: StateAccount(one.balance, one.nonce, code_hash(one.code), one.storage)
                for address, one in state.items()
                if one.balance or one.nonce or one.code
            },
        )


def hexadecimal(address: int) -> str:
    """Write an address as pyrevm reads it."""
    return f"0x{address:040x}"


def _block(block: Block) -> pyrevm.BlockEnv:
    return pyrevm.BlockEnv(
        number=block.number,
        coinbase=hexadecimal(block.coinbase),
        timestamp=block.timestamp,
        prevrandao=block.mix_hash.to_bytes(32, "big"),
        basefee=block.base_fee,
        gas_limit=block.gas_limit,
        excess_blob_gas=block.excess_blob_gas,
    )


def _machine(
    message: Message, price: int, block: pyrevm.BlockEnv, state: dict[int, Account]
) -> pyrevm.EVM:
    access_list = [(hexadecimal(address), list(keys)) for address, keys in message.access_list]
    tx = pyrevm.TxEnv(
        caller=hexadecimal(message.sender),
        gas_limit=message.gas_limit,
        gas_price=price,
        access_list=access_list,
        blob_hashes=list(message.blob_hashes) or None,
        max_fee_per_blob_gas=message.max_blob_fee if message.kind == 3 else None,
    )
    env = pyrevm.Env(cfg=pyrevm.CfgEnv(chain_id=CHAIN_ID), block=block, tx=tx)
    evm = pyrevm.EVM(env=env, gas_limit=block.gas_limit, spec_id=FORK)
    evm.set_tx_env(tx)
    for address, account in state.items():
        name = hexadecimal(address)
        info = pyrevm.AccountInfo(account.balance, account.nonce, code=account.code or None)
        evm.insert_account_info(name, info)
        for key, value in account.storage.items():
            before = evm.snapshot()
            evm.insert_account_storage(name, key, value)
            evm.revert(before)  # or the account would be warm, and the next slot too
    return evm


class _BlockRunner:
    """Runs the transactions of a block, one after the other, on one state."""

    def __init__(self, block: Block, state: dict[int, Account]) -> None:
        self.block = block
        self.state = state
        self.blob_gas_left = MAX_BLOB_GAS
        self._block_env = _block(block)
        self._blob_price = pyrevm.fake_exponential(1, block.excess_blob_gas, BLOB_FEE_FRACTION)

    def is_valid(self, message: Message) -> bool:
        """Check what pyrevm's messages leave out; intrinsic gas and initcode are revm's part."""
        block, sender = self.block, self.state.get(message.sender, Account())
        blob_gas = BLOB_GAS * len(message.blob_hashes)
        required = message.max_fee * message.gas_limit + message.value
        required += message.max_blob_fee * blob_gas
        if message.kind == 3 and (not blob_gas or message.max_blob_fee < self._blob_price):
            return False
        return (
            block.base_fee <= message.max_fee >= message.priority_fee
            and message.gas_limit <= block.gas_limit
            and blob_gas <= self.blob_gas_left
            and sender.balance >= required
            and sender.nonce == message.nonce < MAX_NONCE
            and not sender.code
        )

    def run(self, message: Message) -> Result:
        """Run a transaction and change the state."""
        if not self.is_valid(message):
            return Result("invalid")
        sender = self.state[message.sender]
        before = replace(sender)
        price = message.gas_price(self.block.base_fee)
        blob_gas = BLOB_GAS * len(message.blob_hashes)
        sender.balance -= price * message.gas_limit + self._blob_price * blob_gas
        sender.nonce += message.to is not None  # revm itself does it for a deployment
        evm = _machine(message, price, self._block_env, self.state)
        status, output, created = _execute(evm, message, price)
        if status == "invalid":
            self.state[message.sender] = before
            return Result(status)
        self.blob_gas_left -= blob_gas
        destroyed = _read_journal(evm.journal_str, self.state)
        gas_used = evm.result.gas_used
        _credit(self.state, message.sender, price * (message.gas_limit - gas_used))
        _credit(self.state, self.block.coinbase, (price - self.block.base_fee) * gas_used)
        if created is not None:
            output = destroyed[created] if created in destroyed else self.state[created].code
        logs = tuple(_log(log) for log in evm.result.logs)
        return Result(status, gas_used, output, created, logs)


def _execute(evm: pyrevm.EVM, message: Message, price: int) -> tuple[str, bytes, int | None]:
    """Give status, output and created address."""
    sender = hexadecimal(message.sender)
    try:
        if message.to is not None:
            output = evm.message_call(
                caller=sender,
                to=hexadecimal(message.to),
                calldata=message.data,
                value=message.value,
                gas=message.gas_limit,
                gas_price=price,
            )
            return "success", output, None
        created = evm.deploy(sender, code=message.data, value=message.value, gas=message.gas_limit)
        return "success", b"", int(created, 16)
    except RuntimeError as error:
        if evm.result is None:
            return "invalid", b"", None
        found = _OUTPUT.match(str(error))
        return "reverted", bytes.fromhex(found[1]) if found else b"", None


def _read_journal(text: str, state: dict[int, Account]) -> dict[int, bytes]:
    """Change the state as the journal says; give the code of destroyed accounts."""
    destroyed = {}
    for address, balance, nonce, code, length, slots, status in _ACCOUNT.findall(
        text[: text.index("transient_storage: {")]
    ):
        number = int(address, 16)
        account = state.get(number, Account())
        account.balance, account.nonce = int(balance), int(nonce)
        if "Created" in status:
            account.code = bytes.fromhex(code)[: int(length) if length else None]
            account.storage = {}
        for key, value in _SLOT.findall(slots):
            account.storage[int(key)] = int(value)
            if value == "0":
                del account.storage[int(key)]
        state[number] = account
        if "SelfDestructed" in status:
            destroyed[number] = account.code
            del state[number]
        elif not account.balance and not account.nonce and not account.code:
            del state[number]  # EIP-161; none of these had storage
    return destroyed


def _credit(state: dict[int, Account], address: int, amount: int) -> None:
    if amount:
        state.setdefault(address, Account()).balance += amount


def _log(log: pyrevm.Log) -> Log:
    topics, data = log.data
    return Log(int(log.address, 16), tuple(topics), data)
