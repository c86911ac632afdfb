"""L2 to L1 logs: user messages and results of L1 transactions, one ordered list per block.

Source:  zksync-os@v0.2.5 zk_ee/src/common_structs/logs_storage.rs; state reference, 6.
Units:   bytes; hashes are keccak256.
Errors:  Trap when the arena is exhausted.
"""

from zkos.interface.addresses import BOOTLOADER_FORMAL_ADDRESS, L1_MESSENGER_ADDRESS
from zkos.interface.results import L2ToL1Log, Message
from zkos.kernel.base.chunked_list import make_chunked_list
from zkos.kernel.oracle.result_keeper import (
    ResultKeeper,
    report_l2_to_l1_log,
    report_message,
)
from zkos.lang import (
    Arena,
    Slice,
    copy,
    function,
    local,
    range,
    store_be,
    struct,
    u8,
    u16,
    u32,
    u160,
    u256,
)

LOG_BYTES = 88
MESSAGE_LENGTH_BYTES = 4


@struct
class L1Log:
    """One log: of a message, where ``is_message`` is set, else of an L1 transaction's result."""

    is_message: bool
    is_priority: bool
    transaction_number: u32
    key: u256  # message: its sender; L1 transaction: its hash
    value: u256  # message: its hash; L1 transaction: 1 for success, 0 for failure
    data: Slice[u8]  # of a message

    @function(inline=True)
    def sender(self) -> u160:
        """Give the address in whose name the log is."""
        if self.is_message:
            return u160(L1_MESSENGER_ADDRESS)
        return u160(BOOTLOADER_FORMAL_ADDRESS)

    def encode(self, target: Slice[u8]) -> None:
        """Write the 88 bytes: shard 0, service 1, number 2, sender 20, key 32, value 32."""
        target[0] = u8(0)
        target[1] = u8(1)
        store_be(target, u32(2), u16(self.transaction_number))
        store_be(target, u32(4), self.sender())
        store_be(target, u32(24), self.key)
        store_be(target, u32(56), self.value)


L1LogList = make_chunked_list("L1LogList", L1Log)


@struct
class L1Messages:
    """Logs of the block."""

    logs: L1LogList
    at_start: u32  # how many there were when the transaction began

    def start(self, arena: Arena) -> None:
        """Be empty."""
        self.logs.start(arena)

    def begin_transaction(self) -> None:
        """Count pubdata from here."""
        self.at_start = self.logs.length

    def add_message(
        self, number: u32, sender: u160, data: Slice[u8], data_hash: u256, arena: Arena
    ) -> None:
        """Append a user message; its data is copied into the arena."""
        log = self.logs.push()
        log.is_message = True
        log.is_priority = False
        log.transaction_number = number
        log.key = u256(sender)
        log.value = data_hash
        log.data = arena.slice(u8, data.length)
        copy(log.data, data)

    def add_transaction_result(
        self, number: u32, transaction_hash: u256, is_success: bool, is_priority: bool
    ) -> None:
        """Append the result of an L1 or upgrade transaction."""
        log = self.logs.push()
        log.is_message = False
        log.is_priority = is_priority
        log.transaction_number = number
        log.key = transaction_hash
        log.value = u256(is_success)
        log.data = log.data[:0]

    def transaction_pubdata(self) -> u32:
        """Count the bytes of the transaction's logs and messages."""
        total = u32(0)
        for i in range(self.at_start, self.logs.length):
            log = self.logs.at(i)
            total += LOG_BYTES
            if log.is_message:
                total += log.data.length + MESSAGE_LENGTH_BYTES
        return total

    def report(self, results: ResultKeeper) -> None:
        """Hand logs and messages to the result keeper."""
        out = local(L2ToL1Log)
        message = local(Message)
        for i in range(self.logs.length):
            log = self.logs.at(i)
            out.transaction_number = log.transaction_number
            out.is_priority = log.is_priority
            out.sender = log.sender()
            out.key = log.key
            out.value = log.value
            report_l2_to_l1_log(results, out)
            if log.is_message:
                message.transaction_number = log.transaction_number
                message.sender = u160(log.key)
                message.data = log.data
                report_message(results, message)
