"""The oracle behind CSR 0x7c0: a recorded stream of words, or a host that answers live.

Docs:    docs/machine.md, "Oracle".
Source:  zksync-airbender v0.5.2, CSR 0x7c0; the order of reads and writes in one instruction.
Units:   words.

Reads come out of a buffer without leaving compiled code. Live, the host is called once per
query: when the program reads and the buffer is empty, with everything written since. A write
drops what is left of the last answer, as the reference's host does.

Errors:  ``read_word`` gives False when there is no word.
"""

from zkos.lang import function, host_call, u32, u64, unlikely
from zkos.riscv_machine.state import (
    ORACLE_LIVE,
    ORACLE_ZEROS,
    SERVICE_READ,
    SERVICE_WRITE,
    WRITE_BUFFER_WORDS,
    MachineState,
)


@function(inline=False, cold=True)
def refill(m: MachineState, executed: u64) -> bool:
    """Ask the host for the next words; False if there are none.

    The host may look at the counters: ``cycles`` is what was executed before this read.
    """
    if m.oracle != ORACLE_LIVE:
        return False
    m.cycles = executed
    count = host_call(SERVICE_READ, m.written[: m.written_count], m.words)
    m.written_count = 0
    m.position = 0
    m.available = count if count < m.words.length else m.words.length
    return m.available != 0


@function(inline=True)
def read_word(m: MachineState, ip: u64, fuel: u64) -> tuple[bool, u32]:
    """Take the next oracle word."""
    if unlikely(m.position >= m.available):
        if not refill(m, m.limit - fuel + ip):
            if m.oracle == ORACLE_ZEROS:
                m.words_read += 1
                return True, u32(0)
            return False, u32(0)
    word = m.words.unchecked[m.position]
    m.position += 1
    m.words_read += 1
    return True, word


@function(inline=False, cold=True)
def flush(m: MachineState):
    """Hand written words to the host without asking for any."""
    count = m.written_count
    m.written_count = 0
    _ = host_call(SERVICE_WRITE, m.written[:count], m.words[:0])


@function(inline=False)
def write_word(m: MachineState, word: u32):
    """Write a word to the oracle; a recorded stream does not listen."""
    m.words_written += 1
    if m.oracle == ORACLE_LIVE:
        m.available = m.position
        if m.written_count == WRITE_BUFFER_WORDS:
            flush(m)
        m.written[m.written_count] = word
        m.written_count += 1
