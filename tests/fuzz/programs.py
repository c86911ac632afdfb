"""Random programs for the EVM: mostly disciplined, now and then anything.

A program is a row of statements over a stack whose depth the generator knows. Operands are what
lies on the stack, or numbers pushed for the purpose: boundary values, small numbers, addresses of
the world. The end of a program stores and returns what it computed, so that a wrong number shows.
One program in five is damaged afterwards: bytes replaced, removed, inserted; or it is noise.

Everything is taken from one ``random()``: a program is named by the seed of its world.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.fuzz.precompile_inputs import PRECOMPILE_INPUTS
from tests.integration.random_blocks import push
from tests.support.chain import deployer

BOUNDARIES = [
    0, 1, 2, 3, 5, 7, 8, 9, 15, 16, 30, 31, 32, 33, 63, 64, 65, 127, 128, 255, 256, 257,
    2**16 - 1, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**32 + 1, 2**63, 2**64 - 1, 2**64, 2**64 + 1,
    2**127, 2**128 - 1, 2**128, 2**128 + 1, 2**160 - 1, 2**160, 2**192 - 1, 2**255 - 1, 2**255,
    2**255 + 1, 2**256 - 2**64, 2**256 - 2**32, 2**256 - 2, 2**256 - 1,
]  # fmt: skip


def _numbers() -> list[bytes]:
    """Give pushes of many numbers, boundary values several times."""
    source = Random(20240313)
    found = [push(number) for number in BOUNDARIES] * 6
    for bits in (8, 16, 32, 64, 65, 96, 128, 160, 192, 224, 256):
        found += [push(source.getrandbits(bits)) for _ in range(24)]
        found += [push((1 << 256) - 1 - source.getrandbits(bits)) for _ in range(8)]
    found += [push(1 << bit) for bit in range(0, 256, 3)]
    return found


NUMBERS = _numbers()
SMALL = [push(number) for number in (*range(8), 31, 32, 33, 64, 95, 96, 128)]
SIZES = [push(number) for number in (0, 0, 1, 2, 31, 32, 32, 33, 64, 65, 96, 128, 200, 500, 1300)]
LARGE_SIZES = [push(number) for number in (5000, 2**16, 2**20, 2**32 - 1, 2**32, 2**64, 2**255)]
SLOTS = [push(number) for number in (0, 0, 1, 1, 2, 3, 4, 5, 2**255, 2**256 - 1)]
GAS = [push(number) for number in (0, 1, 100, 700, 2300, 2600, 9000, 30_000, 30_000, 100_000,
                                   100_000, 2**32, 2**64, 2**256 - 1)]  # fmt: skip
VALUES = [push(number) for number in (0, 0, 0, 0, 0, 1, 1, 2, 7, 2**70, 2**255)]
BINARY = (*range(0x01, 0x08), 0x0A, 0x0B, *range(0x10, 0x15), 0x16, 0x17, 0x18, 0x1A, 0x1B, 0x1C,
          0x1D)  # fmt: skip
UNARY, TERNARY = (0x15, 0x19), (0x08, 0x09)
NULLARY = (0x30, 0x32, 0x33, 0x34, 0x36, 0x38, 0x3A, 0x3D, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46,
           0x47, 0x48, 0x4A, 0x58, 0x59, 0x5A)  # fmt: skip
CALLS = (0xF1, 0xF1, 0xF1, 0xF2, 0xF4, 0xF4, 0xFA)
OF_ACCOUNT = (0x31, 0x3B, 0x3F)
COPIES = (0x37, 0x39, 0x5E)
DEAD_CODE = [bytes.fromhex(code) for code in ("5b", "605b", "fe", "7f" + "5b" * 31, "ff", "", "61")]
ODDITIES = [bytes.fromhex(code) for code in ("fe", "0c", "21", "56", "5f57", "600356", "8f", "9f",
            "5f5f56", "61ffff56", "7f" + "ff" * 32 + "56", "a4", "f1", "50" * 30, "46" * 40,
            "5b58560c", "5f5f5f5f5f5f5ff1", "3e", "60045600")]  # fmt: skip
FAILING_INITCODES = [bytes.fromhex(code) for code in ("", "fe", "60ef5f5360015ff3", "6160015ff3",
                     "5f5ffd", "33ff", "30ff", "60205ffd", "62ffffff5ff3", "61600161600052f3",
                     "5b5f56", "60015f55", "3d5ff3")]  # fmt: skip
ANY = [code for code in range(256) if code < 0x60 or code > 0x9F] + [*range(0x60, 0xA0, 5)]
JUMPDEST, JUMP, JUMPI, POP = b"\x5b", b"\x56", b"\x57", b"\x50"
MAX_DEPTH = 20
MAX_BYTES = 700


class ProgramMaker:
    """Makes programs that know these addresses."""

    def __init__(self, source: Random, addresses: Sequence[int]) -> None:
        self.random = source.random
        self.addresses = [push(address) for address in addresses]
        self.code = bytearray()
        self.depth = 0
        self.nesting = 0
        weights: list[tuple[int, Callable[[], None]]] = [
            (26, self.arithmetic), (9, self.stack_work), (7, self.environment),
            (4, self.account), (3, self.block_data), (9, self.memory), (4, self.hashing),
            (5, self.copy), (3, self.return_data), (8, self.storage), (4, self.transient),
            (4, self.log), (3, self.skip), (3, self.branch), (2, self.loop), (8, self.call),
            (3, self.precompile), (3, self.create), (1, self.leave), (1, self.oddity),
        ]  # fmt: skip
        self.statements = [maker for weight, maker in weights for _ in range(weight)]

    def pick(self, choices: Sequence[Any]) -> Any:
        """Take one of these."""
        return choices[int(self.random() * len(choices))]

    def program(self, statements: int) -> bytes:
        """Give a program of about so many statements."""
        if self.random() < 0.02:
            return bytes(self.pick(ANY) for _ in range(int(self.random() * 120)))
        self.code, self.depth, self.nesting = bytearray(), 0, 0
        self.run(statements)
        self.finish()
        return self.damaged(self.code) if self.random() < 0.18 else bytes(self.code)

    def run(self, statements: int) -> None:
        """Add statements."""
        for _ in range(statements):
            if len(self.code) > MAX_BYTES:
                return
            self.pick(self.statements)()

    def finish(self) -> None:
        """Keep what lies on the stack, and return it."""
        for offset in range(min(self.depth, 4)):
            self.code += push(32 * offset) + b"\x52"
        if self.depth > 4 and self.random() < 0.5:
            self.code += self.pick(SLOTS) + b"\x55"
        if self.random() < 0.8:
            self.code += self.pick((b"\x60\xa0\x5f\xf3", b"\x60\xa0\x5f\xf3", b"\x59\x5f\xfd"))

    def damaged(self, code: bytearray) -> bytes:
        """Change some bytes."""
        for _ in range(1 + int(self.random() * 4)):
            at = int(self.random() * len(code)) if code else 0
            kind = self.random()
            if kind < 0.5 and code:
                code[at] = self.pick(ANY)
            elif kind < 0.75 and code:
                del code[at]
            else:
                code.insert(at, self.pick(ANY))
        return bytes(code)

    # ------------------------------------------------------------------ the stack

    def operands(self, count: int) -> None:
        """Have so many operands on the stack."""
        while self.depth < count or (self.depth < MAX_DEPTH and self.random() < 0.4):
            self.code += self.pick(NUMBERS)
            self.depth += 1

    def apply(self, code: int, pops: int, pushes: int) -> None:
        """Run an opcode on what lies on the stack."""
        self.operands(pops)
        self.code.append(code)
        self.depth += pushes - pops

    def keep(self) -> None:
        """Have one result more."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.code += POP
            self.depth -= 1

    def arithmetic(self) -> None:
        """Compute."""
        kind = self.random()
        if kind < 0.8:
            self.apply(self.pick(BINARY), 2, 1)
        elif kind < 0.9:
            self.apply(self.pick(TERNARY), 3, 1)
        else:
            self.apply(self.pick(UNARY), 1, 1)

    def stack_work(self) -> None:
        """Push, duplicate, swap, drop."""
        kind = self.random()
        if kind < 0.3 or self.depth == 0:
            self.code += self.pick(NUMBERS)
            self.keep()
        elif kind < 0.6:
            self.code.append(0x80 + int(self.random() * min(self.depth, 16)))
            self.keep()
        elif kind < 0.85 and self.depth > 1:
            self.code.append(0x90 + int(self.random() * min(self.depth - 1, 16)))
        else:
            self.code += POP
            self.depth -= 1

    # ------------------------------------------------------------------ what is around

    def environment(self) -> None:
        """Look at the context."""
        self.code.append(self.pick(NULLARY))
        self.keep()

    def account(self) -> None:
        """Look at an account."""
        if self.random() < 0.3:
            size, offset, target = self.pick(SIZES), self.pick(SMALL), self.pick(SMALL)
            self.code += size + offset + target + self.pick(self.addresses) + b"\x3c"
            return
        self.code += self.pick(self.addresses)
        self.code.append(self.pick(OF_ACCOUNT))
        self.keep()

    def block_data(self) -> None:
        """Look at a block hash, a blob hash, or calldata."""
        code = self.pick((b"\x40", b"\x49", b"\x35", b"\x35"))
        near = push(990 + int(self.random() * 12))
        self.code += (near if self.random() < 0.5 else self.pick(SMALL)) + code
        self.keep()

    def memory(self) -> None:
        """Read or write memory."""
        kind = self.random()
        offset = self.pick(SIZES)
        if kind < 0.01:
            offset = self.pick(LARGE_SIZES)
        if kind < 0.4:
            self.code += offset + b"\x51"
            self.keep()
            return
        self.operands(1)
        self.code += offset + (b"\x53" if kind > 0.85 else b"\x52")
        self.depth -= 1

    def hashing(self) -> None:
        """Hash memory."""
        size = self.pick(LARGE_SIZES) if self.random() < 0.01 else self.pick(SIZES)
        self.code += size + self.pick(SIZES) + b"\x20"
        self.keep()

    def copy(self) -> None:
        """Copy calldata, code or memory."""
        size = self.pick(LARGE_SIZES) if self.random() < 0.01 else self.pick(SIZES)
        source = self.pick(NUMBERS) if self.random() < 0.1 else self.pick(SIZES)
        self.code += size + source + self.pick(SIZES)
        self.code.append(self.pick(COPIES))

    def return_data(self) -> None:
        """Copy return data, mostly within its bounds."""
        if self.random() < 0.04:
            self.code += self.pick(SMALL) + self.pick(SMALL) + self.pick(SMALL) + b"\x3e"
        else:
            self.code += b"\x3d\x5f" + self.pick(SIZES) + b"\x3e"

    # ------------------------------------------------------------------ effects

    def storage(self) -> None:
        """Read or write a slot."""
        if self.random() < 0.45:
            self.code += self.pick(SLOTS) + b"\x54"
            self.keep()
            return
        if self.random() < 0.5:
            self.code += self.pick(SMALL)
            self.depth += 1
        self.operands(1)
        self.code += self.pick(SLOTS) + b"\x55"
        self.depth -= 1

    def transient(self) -> None:
        """Read or write a transient slot."""
        if self.random() < 0.5:
            self.code += self.pick(SLOTS) + b"\x5c"
            self.keep()
            return
        self.operands(1)
        self.code += self.pick(SLOTS) + b"\x5d"
        self.depth -= 1

    def log(self) -> None:
        """Log memory."""
        count = int(self.random() * 5)
        self.operands(count)
        self.code += self.pick(SIZES) + self.pick(SIZES)
        self.code.append(0xA0 + count)
        self.depth -= count

    def call(self) -> None:
        """Call somebody, and keep the outcome."""
        code = self.pick(CALLS)
        windows = self.pick(SIZES) + self.pick(SMALL) + self.pick(SIZES) + self.pick(SMALL)
        value = self.pick(VALUES) if code < 0xF4 else b""
        gas = b"\x5a" if self.random() < 0.5 else self.pick(GAS)
        self.code += windows + value + self.pick(self.addresses) + gas
        self.code.append(code)
        self.keep()

    def precompile(self) -> None:
        """Call a precompile with an input that means something to it, perhaps damaged."""
        number, inputs = self.pick(PRECOMPILE_INPUTS)
        data = self.pick(inputs)
        if self.random() < 0.25 and data:
            changed = bytearray(data)
            changed[int(self.random() * len(data))] = int(self.random() * 256)
            data = bytes(changed)
        size = max(0, len(data) + self.pick((0, 0, 0, 0, 0, 0, 1, -1, 32, -32)))
        self.write(data)
        code = self.pick(CALLS)
        value = self.pick(VALUES) if code < 0xF4 else b""
        gas = b"\x5a" if self.random() < 0.8 else self.pick(GAS)
        self.code += b"\x60\x40\x5f" + push(size) + b"\x5f" + value + push(number) + gas
        self.code.append(code)
        self.keep()

    def write(self, data: bytes) -> None:
        """Write bytes to memory, from 0 on."""
        for at in range(0, len(data), 32):
            word = data[at : at + 32].ljust(32, b"\0")
            self.code += push(int.from_bytes(word, "big")) + push(at) + b"\x52"

    def create(self) -> None:
        """Create a contract, and perhaps call it."""
        if self.nesting > 1:
            return
        initcode = self.initcode()
        self.write(initcode)
        salt = self.pick(SLOTS) if self.random() < 0.5 else b""
        self.code += salt + push(len(initcode)) + b"\x5f" + self.pick(VALUES)
        self.code += b"\xf5" if salt else b"\xf0"
        self.keep()
        if self.random() < 0.4:
            windows = self.pick(SIZES) + b"\x5f" + self.pick(SIZES) + b"\x5f"
            self.code += windows + self.pick((b"\x5f\x85\x5a\xf1", b"\x84\x5a\xf4"))
            self.keep()

    def initcode(self) -> bytes:
        """Give initcode: a program, what deploys a program, or what must fail."""
        kind = self.random()
        if kind < 0.15:
            return bytes(self.pick(FAILING_INITCODES))
        made = self.inner(1 + int(self.random() * 8))
        return made if kind < 0.5 else deployer(made)

    def inner(self, statements: int) -> bytes:
        """Give another program, while this one is being made."""
        saved = self.code, self.depth
        self.code, self.depth = bytearray(), 0
        self.nesting += 1
        self.run(statements)
        self.finish()
        made = bytes(self.code)
        self.code, self.depth = saved
        self.nesting -= 1
        return made

    # ------------------------------------------------------------------ control flow

    def block(self, statements: int) -> None:
        """Add statements that touch nothing below, and leave nothing behind."""
        saved, self.depth = self.depth, 0
        self.nesting += 1
        self.run(statements)
        self.nesting -= 1
        self.code += POP * self.depth
        self.depth = saved

    def jump_over(self, jump: bytes, body: Callable[[], None]) -> None:
        """Jump over what the body adds."""
        self.code += b"\x61\0\0" + jump
        at = len(self.code)
        body()
        self.code[at - 3 : at - 1] = len(self.code).to_bytes(2, "big")
        self.code += JUMPDEST

    def skip(self) -> None:
        """Jump over bytes that are never run, jump destinations in push data among them."""
        self.jump_over(JUMP, lambda: self.code.extend(self.pick(DEAD_CODE)))

    def branch(self) -> None:
        """Run statements on a condition."""
        if self.nesting > 2:
            return
        self.operands(1)
        self.depth -= 1
        self.jump_over(JUMPI, lambda: self.block(1 + int(self.random() * 4)))

    def loop(self) -> None:
        """Run statements a few times."""
        if self.nesting > 1:
            return
        self.code += push(self.pick((1, 2, 3, 5, 20)))
        start = len(self.code)
        self.code += JUMPDEST
        self.block(1 + int(self.random() * 4))
        self.code += b"\x60\x01\x90\x03\x80" + push(start, 2) + JUMPI + POP

    def leave(self) -> None:
        """End here, mostly on a condition."""
        kind = self.random()
        ending = self.pick(SIZES) + self.pick(SMALL) + (b"\xf3" if kind < 0.4 else b"\xfd")
        if kind > 0.7:
            ending = self.pick(self.addresses) + b"\xff"
        if self.random() < 0.15:
            self.code += ending
            return
        self.operands(1)
        self.depth -= 1
        self.jump_over(JUMPI, lambda: self.code.extend(ending))

    def oddity(self) -> None:
        """Do something that is mostly wrong, on a condition."""
        self.operands(1)
        self.depth -= 1
        odd = self.pick(ODDITIES)
        self.jump_over(JUMPI, lambda: self.code.extend(odd))
