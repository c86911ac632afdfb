"""A plain model of the state tree: a dictionary in key order, hashed as a whole."""

import hashlib
from bisect import bisect_left

GUARDS = (bytes(32), b"\xff" * 32)


def blake2s(data: bytes) -> bytes:
    return hashlib.blake2s(data).digest()


class PlainTree:
    """Slots by key; the order of insertion decides the indices."""

    def __init__(self) -> None:
        self.values = dict.fromkeys(GUARDS, bytes(32))

    def apply(self, writes) -> None:
        for key, value in writes:
            self.values[key] = value

    def leaves(self) -> list[tuple[bytes, bytes, int]]:
        """Key, value and next index, in index order."""
        indices = {key: index for index, key in enumerate(self.values)}
        ordered = sorted(self.values)
        after = dict(zip(ordered, [*ordered[1:], ordered[-1]], strict=True))
        return [(key, value, indices[after[key]]) for key, value in self.values.items()]

    def previous_index(self, key: bytes) -> int:
        ordered = sorted(self.values)
        return list(self.values).index(ordered[max(bisect_left(ordered, key) - 1, 0)])

    def root(self) -> bytes:
        level = [blake2s(k + v + n.to_bytes(8, "little")) for k, v, n in self.leaves()]
        empty = blake2s(bytes(72))
        for _ in range(64):
            level += [empty] * (len(level) % 2)
            level = [blake2s(level[at] + level[at + 1]) for at in range(0, len(level), 2)]
            empty = blake2s(empty + empty)
        return level[0]


def fold(leaf, siblings, index: int) -> bytes:
    """Hash a leaf with its path, as a verifier does."""
    digest = leaf.digest()
    for height, sibling in enumerate(siblings):
        pair = (digest, sibling) if (index >> height) % 2 == 0 else (sibling, digest)
        digest = blake2s(pair[0] + pair[1])
    return digest
