"""Random programs that end: every instruction, any registers, only forward jumps.

A program is a list of units of a few instructions; some are runs that the machine fuses. Jumps
go to the beginning of a unit, so that a memory access always has the address that its own unit
made. Half of all results are added up in x31, which nothing else writes, so that a wrong one
shows at the end.
"""

import random

from tests.riscv_machine import assembler as a
from zkos.riscv_machine.operations import SEQUENCES

ROM_END = 0x200000
WINDOW = 0x200000
WINDOW_BYTES = 0x8000
EDGES = (0, 1, 2, 0x7FFFFFFF, 0x80000000, 0x80000001, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFF, 0x10000)
_REGISTER_NAMES = tuple(a.REGISTER)
_IMMEDIATE_NAMES = tuple(a.IMMEDIATE)
_SHIFT_NAMES = tuple(a.SHIFT)
_ACCESSES = tuple((name, True) for name in a.LOAD) + tuple((name, False) for name in a.STORE) * 2
_BRANCH_NAMES = tuple(a.BRANCH)
_SIZES = {"b": 1, "h": 2, "w": 4}
FARTHEST_JUMP = 12
SUM = 31
BASE = 30


class Generator:
    """Makes one program after another from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def number(self) -> int:
        """Any number, often one at an edge."""
        if self.random.random() < 0.3:
            return self.random.choice(EDGES)
        return self.random.getrandbits(32) >> self.random.randrange(32)

    def _registers(self) -> tuple[int, int, int]:
        bits = self.random.getrandbits(15)
        return min(bits & 31, SUM - 1), bits >> 5 & 31, bits >> 10

    def _summed(self, word: int, rd: int) -> list[int]:
        if self.random.random() < 0.5:
            return [word]
        return [word, a.register("add", SUM, SUM, rd)]

    def _access(self) -> list[int]:
        """A load or store, aligned, through a base register made on the spot."""
        name, is_load = self.random.choice(_ACCESSES)
        size = _SIZES[name[1]]
        base = self.random.randrange(1, SUM)
        offset = self.random.randrange(-0x800, 0x800)
        if is_load and self.random.random() < 0.2:
            address = self.random.randrange(0, ROM_END // 64, size)
        else:
            address = WINDOW + self.random.randrange(0, WINDOW_BYTES, size)
        words = a.constant(base, (address - offset) & 0xFFFFFFFF)
        if is_load:
            rd = self.random.randrange(SUM)
            return [*words, *self._summed(a.load(name, rd, base, offset), rd)]
        return [*words, a.store(name, self.random.randrange(32), base, offset)]

    def _run(self) -> list[int]:
        """A run that has a handler of its own, on memory around a base register made before."""
        words = a.constant(BASE, WINDOW + self.random.randrange(0, WINDOW_BYTES // 2, 4))
        for name in self.random.choice(SEQUENCES):
            words.append(self._step(name))
        # the last instruction of the run may be a branch over this one
        return [*words, a.register("add", SUM, SUM, self.random.randrange(32))]

    def _step(self, name: str) -> int:
        """One instruction of a run by the machine's name for it; never writes the base."""
        rd, rs1, rs2 = self._registers()
        rd = min(rd, BASE - 1)
        if name in a.BRANCH:
            return a.branch(name, rs1, rs2, 8)
        if name in a.LOAD:
            return a.load(name, rd, BASE, 4 * self.random.randrange(0, 0x1FF))
        if name in a.STORE:
            return a.store(name, rs2, BASE, 4 * self.random.randrange(0, 0x1FF))
        if name in a.SHIFT:
            return a.shift(name, max(rd, 1), rs1, rs2)
        if name == "li":
            return a.lui(max(rd, 1), self.random.getrandbits(32))
        if name == "mv":
            return a.register("add", max(rd, 1), rs1, 0)
        if name in a.IMMEDIATE:
            value = self.random.getrandbits(12) or 1
            return a.immediate(name, max(rd, 1), max(rs1, 1), value)
        return a.register(name, max(rd, 1), max(rs1, 1), max(rs2, 1))

    def _unit(self) -> list[int]:
        """A unit without a jump out of it."""
        kind = self.random.random()
        if kind > 0.96:
            return self._run()
        rd, rs1, rs2 = self._registers()
        if kind < 0.40:
            word = a.register(self.random.choice(_REGISTER_NAMES), rd, rs1, rs2)
            return self._summed(word, rd)
        if kind < 0.58:
            name = self.random.choice(_IMMEDIATE_NAMES)
            word = a.immediate(name, rd, rs1, self.random.getrandbits(12))
            return self._summed(word, rd)
        if kind < 0.68:
            word = a.shift(self.random.choice(_SHIFT_NAMES), rd, rs1, rs2)
            return self._summed(word, rd)
        if kind < 0.76:
            return a.constant(rd, self.number())
        if kind < 0.79:
            return [a.auipc(rd, self.random.getrandbits(32))]
        return self._access()

    def _jump(self, distance: int) -> list[int]:
        """A jump over ``distance`` bytes of following units; the unit's size is known before."""
        rd, rs1, rs2 = self._registers()
        kind = self.random.random()
        if kind < 0.75:
            return [a.branch(self.random.choice(_BRANCH_NAMES), rs1, rs2, distance + 4)]
        return [a.jal(rd, distance + 4)]

    def _register_jump(self, distance: int) -> list[int]:
        rd, base, odd = self._registers()
        base = min(base or 1, SUM - 1)
        # bit 0 of the sum is dropped by jalr
        return [a.auipc(base, 0), a.jalr(rd, base, distance + 8 + (odd & 1))]

    def program(self, instructions: int) -> list[int]:
        """A prologue that sets all registers, random units, and the final jump to itself."""
        words = [word for rd in range(1, 32) for word in a.constant(rd, self.number())]
        units: list[list[int]] = []
        count = len(words)
        while count < instructions:
            choice = self.random.random()
            size = 0 if choice >= 0.1 else 1 if choice < 0.08 else 2
            units.append([0] * size if size else self._unit())
            count += len(units[-1])
        for place, unit in enumerate(units):
            if unit[0] == 0:
                over = units[place + 1 : place + 1 + self.random.randrange(FARTHEST_JUMP)]
                distance = 4 * sum(map(len, over))
                make = self._jump if len(unit) == 1 else self._register_jump
                unit[:] = make(distance)
        words += [word for unit in units for word in unit]
        words.append(a.END)
        return words
