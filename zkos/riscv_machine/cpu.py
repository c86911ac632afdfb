"""The processor: one handler per decoded operation, each of which becomes the next one.

Docs:    docs/machine.md, "Handlers".
Source:  The RISC-V Instruction Set Manual, Volume I; zksync-airbender v0.5.2 for what differs.
Units:   ``ip`` and ``fuel`` in instructions; see ``state`` for how they count.

Machine state, memory, the decoded instruction, ``ip`` and ``fuel`` are the arguments, and so they
stay in processor registers from one instruction to the next. A handler is made of bodies that
do the work of one instruction and say whether they could; a fused run is several bodies.

Errors:  a handler that cannot go on returns the reason through ``stop``.
"""

from zkos.lang import (
    Function,
    HandlerTable,
    Slice,
    become,
    function,
    i64,
    rotate_right,
    u32,
    u64,
    unlikely,
    unroll,
)
from zkos.riscv_machine import alu, csr, memory, profiler_core, tracer_core
from zkos.riscv_machine.decode import branch_offset, jump_offset
from zkos.riscv_machine.delegations import blake2s, u256
from zkos.riscv_machine.fields import first, immediate, operation, second, source, target
from zkos.riscv_machine.operations import (
    BRANCH_NAMES,
    IMMEDIATE_NAMES,
    NAMES,
    REGISTER_NAMES,
    SEQUENCES,
)
from zkos.riscv_machine.state import (
    DELEGATION_SOURCE,
    END,
    ILLEGAL,
    JUMP_MISALIGNED,
    JUMP_OUTSIDE,
    LIMIT,
    NO_WORDS,
    RETURNED,
    ROM_WORDS,
    MachineState,
    stop,
)

# ---------------------------------------------------------------------------- bodies


@function(inline=True)
def body_nop(m: MachineState, ram: Slice[u32], word: u64) -> bool:
    """Do nothing: an instruction whose result nobody sees."""
    return True


@function(inline=True)
def body_li(m: MachineState, ram: Slice[u32], word: u64) -> bool:
    """Load a constant."""
    m.x.unchecked[target(word)] = immediate(word)
    return True


@function(inline=True)
def body_mv(m: MachineState, ram: Slice[u32], word: u64) -> bool:
    """Copy a register."""
    m.x.unchecked[target(word)] = m.x.unchecked[first(word)]
    return True


def _register_body(name: str, rule: Function) -> Function:
    @function(inline=True, name=f"body_{name}")
    def body(m: MachineState, ram: Slice[u32], word: u64) -> bool:
        a = m.x.unchecked[first(word)]
        b = m.x.unchecked[second(word)]
        m.x.unchecked[target(word)] = rule(a, b)
        return True

    return body


def _immediate_body(name: str, rule: Function) -> Function:
    @function(inline=True, name=f"body_{name}")
    def body(m: MachineState, ram: Slice[u32], word: u64) -> bool:
        m.x.unchecked[target(word)] = rule(m.x.unchecked[first(word)], immediate(word))
        return True

    return body


def _rule(name: str) -> Function:
    return getattr(alu, {"or": "or_", "and": "and_", "sltiu": "sltu"}.get(name, name))


BODIES: dict[str, Function] = {
    "nop": body_nop,
    "li": body_li,
    "mv": body_mv,
    **{name: _register_body(name, _rule(name)) for name in REGISTER_NAMES},
    **{
        name: _immediate_body(name, _rule("sltu" if name == "sltiu" else name[:-1]))
        for name in IMMEDIATE_NAMES
    },
    "lb": memory.lb,
    "lh": memory.lh,
    "lw": memory.lw,
    "lbu": memory.lbu,
    "lhu": memory.lhu,
    "sb": memory.sb,
    "sh": memory.sh,
    "sw": memory.sw,
}

# ---------------------------------------------------------------------------- handlers


def _straight(name: str, bodies: tuple[Function, ...]) -> Function:
    """Make the handler of a run of instructions without a jump."""

    @function(name=name, handler=True, noimplicitfloat=True)
    def handler(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
        for body in unroll(bodies):
            if unlikely(not body(m, ram, word)):
                return become(memory.memory_fault, m, ram, word, ip, fuel)
            ip += 1
            word = m.code.unchecked[ip]
        return become(HANDLERS.unchecked[operation(word)], m, ram, word, ip, fuel)

    return handler


def _branching(
    name: str, bodies: tuple[Function, ...], condition: Function, is_profiled: bool
) -> Function:
    """Make the handler of a run that ends with a conditional branch."""

    @function(name=name, handler=True, noimplicitfloat=True)
    def handler(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
        for body in unroll(bodies):
            if unlikely(not body(m, ram, word)):
                return become(memory.memory_fault, m, ram, word, ip, fuel)
            ip += 1
            word = m.code.unchecked[ip]
        if condition(m.x.unchecked[first(word)], m.x.unchecked[source(word)]):
            if unlikely(ip >= fuel):
                return become(limit_reached, m, ram, word, ip, fuel)
            distance = u64(i64(word) >> 32)
            if is_profiled:
                profiler_core.count_jump(m, ip, ip + 1 + distance)
            ip += distance + 1
            word = m.code.unchecked[ip]
            return become(HANDLERS.unchecked[operation(word)], m, ram, word, ip, fuel + distance)
        ip += 1
        word = m.code.unchecked[ip]
        return become(HANDLERS.unchecked[operation(word)], m, ram, word, ip, fuel)

    return handler


def _jumping(name: str, is_call: bool, is_profiled: bool) -> Function:
    """Make the handler of ``jal``."""

    @function(name=name, handler=True, noimplicitfloat=True)
    def handler(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
        if unlikely(ip >= fuel):
            return become(limit_reached, m, ram, word, ip, fuel)
        distance = u64(i64(word) >> 32)
        if is_profiled:
            profiler_core.follow(m, word, ip, ip + 1 + distance, fuel, False)
        if is_call:
            m.x.unchecked[target(word)] = u32(ip) * 4 + 4
        ip += distance + 1
        word = m.code.unchecked[ip]
        return become(HANDLERS.unchecked[operation(word)], m, ram, word, ip, fuel + distance)

    return handler


def _jumping_to_register(name: str, is_call: bool, is_profiled: bool) -> Function:
    """Make the handler of ``jalr``."""

    @function(name=name, handler=True, noimplicitfloat=True)
    def handler(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
        address = (m.x.unchecked[first(word)] + immediate(word)) & ~u32(1)
        place = rotate_right(address, 2)
        if unlikely(place >= ROM_WORDS or ip >= fuel or u64(place) == ip):
            return become(register_jump_fault, m, ram, word, ip, fuel)
        destination = u64(place)
        if is_profiled:
            profiler_core.follow(m, word, ip, destination, fuel, True)
        if is_call:
            m.x.unchecked[target(word)] = u32(ip) * 4 + 4
        fuel += destination - ip - 1
        word = m.code.unchecked[destination]
        return become(HANDLERS.unchecked[operation(word)], m, ram, word, destination, fuel)

    return handler


@function(handler=True, inline=False, cold=True)
def limit_reached(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
    """Stop before a jump that would be one instruction too many."""
    return stop(m, ip, fuel, LIMIT, 0)


@function(inline=False, cold=True)
def jump_fault(m: MachineState, address: u32, ip: u64, fuel: u64) -> u32:
    """Stop at a jump to ``address`` that cannot be followed, which may be the program's end."""
    if ip >= fuel:
        return stop(m, ip, fuel, LIMIT, 0)
    if address & 3 != 0:
        return stop(m, ip, fuel, JUMP_MISALIGNED, address)
    if u64(address) == ip * 4:
        reason = stop(m, ip, fuel, END, address)
        m.cycles += 1
        return reason
    return stop(m, ip, fuel, JUMP_OUTSIDE, address)


@function(handler=True, inline=False, cold=True)
def register_jump_fault(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
    """Stop at a ``jalr`` that cannot be followed."""
    address = (m.x.unchecked[first(word)] + immediate(word)) & ~u32(1)
    return jump_fault(m, address, ip, fuel)


@function(handler=True)
def illegal(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
    """Stop at a word that is no instruction of this machine."""
    return stop(m, ip, fuel, ILLEGAL, ram[u32(ip)])


@function(handler=True)
def past_rom(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
    """Stop after the last word of the ROM."""
    return stop(m, ip, fuel, JUMP_OUTSIDE, u32(ip) * 4)


@function(handler=True)
def end(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
    """Stop at the place where a called function returns to; only the host puts it anywhere."""
    return stop(m, ip, fuel, RETURNED, u32(ip) * 4)


@function(handler=True)
def jump_special(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
    """``jal`` to itself, to half an instruction, or out of the ROM."""
    return jump_fault(m, u32(ip) * 4 + jump_offset(ram[u32(ip)]), ip, fuel)


@function(handler=True)
def branch_special(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
    """A branch to a place as in ``jump_special``: harmless unless it is taken."""
    instruction = ram[u32(ip)]
    a = m.x.unchecked[first(word)]
    b = m.x.unchecked[source(word)]
    kind = instruction >> 13 & 3
    is_taken = alu.beq(a, b)
    if kind == 2:
        is_taken = alu.blt(a, b)
    elif kind == 3:
        is_taken = alu.bltu(a, b)
    if is_taken == (instruction >> 12 & 1 == 0):
        return jump_fault(m, u32(ip) * 4 + branch_offset(instruction), ip, fuel)
    ip += 1
    word = m.code.unchecked[ip]
    return become(HANDLERS.unchecked[operation(word)], m, ram, word, ip, fuel)


@function(handler=True, noimplicitfloat=True)
def csr_read(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
    """Read an oracle word."""
    is_there, number = csr.read_word(m, ip, fuel)
    if unlikely(not is_there):
        return stop(m, ip, fuel, NO_WORDS, 0)
    m.x.unchecked[target(word)] = number
    ip += 1
    word = m.code.unchecked[ip]
    return become(HANDLERS.unchecked[operation(word)], m, ram, word, ip, fuel)


@function(handler=True, noimplicitfloat=True)
def csr_write(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
    """Write an oracle word."""
    csr.write_word(m, m.x.unchecked[first(word)])
    ip += 1
    word = m.code.unchecked[ip]
    return become(HANDLERS.unchecked[operation(word)], m, ram, word, ip, fuel)


@function(handler=True, noimplicitfloat=True)
def csr_swap(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
    """Read an oracle word, then write the register's old value."""
    given = m.x.unchecked[first(word)]
    is_there, number = csr.read_word(m, ip, fuel)
    if unlikely(not is_there):
        return stop(m, ip, fuel, NO_WORDS, 0)
    csr.write_word(m, given)
    m.x.unchecked[target(word)] = number
    ip += 1
    word = m.code.unchecked[ip]
    return become(HANDLERS.unchecked[operation(word)], m, ram, word, ip, fuel)


def _delegating(name: str, call: Function, node_field: int) -> Function:
    """Make the handler of a delegation call."""

    @function(name=name, handler=True, noimplicitfloat=True)
    def handler(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
        if unlikely(m.x.unchecked[first(word)] != 0):
            return stop(m, ip, fuel, DELEGATION_SOURCE, m.x.unchecked[first(word)])
        reason = call(m, ram)
        if unlikely(reason != 0):
            return stop(m, ip, fuel, reason, 0)
        profiler_core.count_delegation(m, node_field)
        m.x.unchecked[target(word)] = u32(0)
        ip += 1
        word = m.code.unchecked[ip]
        return become(HANDLERS.unchecked[operation(word)], m, ram, word, ip, fuel)

    return handler


@function(handler=True)
def traced(m: MachineState, ram: Slice[u32], word: u64, ip: u64, fuel: u64) -> u32:
    """Record the instruction, then do what it says."""
    tracer_core.record(m, ram, ip)
    original = m.originals[ip]
    return become(HANDLERS.unchecked[operation(original)], m, ram, original, ip, fuel)


def _handlers() -> dict[str, Function]:
    conditions = {name: getattr(alu, name) for name in BRANCH_NAMES}
    found = {name: _straight(name, (body,)) for name, body in BODIES.items()}
    for is_profiled in (False, True):
        suffix = "_profiled" if is_profiled else ""
        for name, condition in conditions.items():
            found[name + suffix] = _branching(name + suffix, (), condition, is_profiled)
        for name, is_call in (("jump", False), ("call", True)):
            found[name + suffix] = _jumping(name + suffix, is_call, is_profiled)
            name = f"{name}_register{suffix}"
            found[name] = _jumping_to_register(name, is_call, is_profiled)
    for sequence in SEQUENCES:
        name = "+".join(sequence)
        if sequence[-1] in conditions:
            bodies = tuple(BODIES[part] for part in sequence[:-1])
            found[name] = _branching(name, bodies, conditions[sequence[-1]], False)
        else:
            found[name] = _straight(name, tuple(BODIES[part] for part in sequence))
    found["blake2s"] = _delegating("blake2s", blake2s.call, profiler_core.NODE_BLAKE2S)
    found["u256"] = _delegating("u256", u256.call, profiler_core.NODE_U256)
    for handler in (
        illegal, end, past_rom, jump_special, branch_special, csr_read, csr_write, csr_swap, traced,
    ):  # fmt: skip
        found[handler.__name__] = handler
    return found


_FOUND = _handlers()
HANDLERS = HandlerTable(_FOUND[name] for name in NAMES)


@function(export="zkos_machine_run")
def run(
    m: MachineState, ram: Slice[u32], words: Slice[u32], oracle: u32, start: u32, limit: u64
) -> u32:
    """Run from the instruction number ``start`` until something stops the machine."""
    m.words = words
    m.oracle = oracle
    m.available = words.length if oracle != csr.ORACLE_LIVE else u32(0)
    m.limit = limit
    ip = u64(start)
    profiler_core.begin(m, ip)
    word = m.code[ip]
    reason = HANDLERS[operation(word)](m, ram, word, ip, limit + ip)
    profiler_core.finish(m)
    if m.written_count != 0:
        csr.flush(m)
    return reason
