"""The next transaction, as the oracle offers it.

A proving run asks for size, bytes, encoding and sender one by one, as the reference does. A forward
run asks for all of it at once, and for the signer whom the host recovered: most of what a plain
transfer costs would otherwise be crossings of the border.

Source:  oracle reference, 2 (the queries of a proving run); the offer is this project's.
Units:   bytes; the buffer in words.
Modes:   see above.
Errors:  ORACLE_REPLY_MALFORMED (internal); INVALID_ENCODING, see ``bind_transaction_content``.
"""

from zkos.interface.oracle_queries import Offer
from zkos.kernel.errors import OK
from zkos.kernel.modes import PROVING
from zkos.kernel.oracle.questions import (
    OFFER_WORDS,
    ask_transaction_sender,
    bind_next_transaction_size,
    bind_offer,
    bind_transaction_content,
    bind_transaction_format,
)
from zkos.lang import Arena, Slice, Status, Unverified, as_bytes, check, struct, u8, u32, u160

BUFFER_WORDS = OFFER_WORDS + 2**12  # longer transactions are asked for once more


@struct
class Inbox:
    """What is known of the transaction that was taken last; ``size`` 0: there is none."""

    size: u32
    offer: Offer  # forward only
    words: Slice[u32]  # forward only: the encoded offer, and the transaction's bytes if they fit
    has_content: bool  # they do

    def start(self, arena: Arena) -> None:
        """Take the buffer from the arena, once per block."""
        if not PROVING:
            self.words = arena.slice(u32, BUFFER_WORDS)

    def take(self) -> Status:
        """Go to the next transaction."""
        if PROVING:
            self.size = check(bind_next_transaction_size())
        else:
            self.has_content = check(bind_offer(self.words, self.offer))
            self.size = self.offer.size
        return OK

    def content(self, arena: Arena) -> tuple[Status, Slice[u8]]:
        """Give the transaction's bytes, from the arena if they are asked for only now."""
        if not PROVING and self.has_content:
            return OK, as_bytes(self.words[OFFER_WORDS:])[: self.size]
        return bind_transaction_content(arena, self.size)

    def encoding(self) -> tuple[Status, u8]:
        """Give how the transaction is encoded: 0 is ABI, 1 is RLP."""
        if PROVING:
            return bind_transaction_format()
        return OK, self.offer.format

    def sender(self) -> tuple[Status, Unverified[u160]]:
        """Give the claimed sender; discharged by comparing it with the signer."""
        if PROVING:
            return ask_transaction_sender()
        return OK, Unverified[u160](self.offer.sender)

    def recovered_sender(self) -> Unverified[u160]:
        """Give whom the host recovered from the signature (forward runs); 0 for nobody."""
        return Unverified[u160](self.offer.recovered_sender)
