"""Cryptography measured: x86-64 against C libraries, and what each call costs on the machine.

    python -m benchmarks.crypto [--json] [--rounds 7]

On x86-64 our function and the library's alternate in one run and the best of the rounds counts,
so that a busy machine disturbs both alike. On the machine the counts are exact: instructions,
delegations, and effective cycles (instructions + 16 per blake2s round + 4 per u256 operation).

Units:   MB/s = 10^6 bytes a second; µs a call.
Errors:  AssertionError when a result differs from the library's.
"""

import argparse
import hashlib
import json
import random
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import ckzg
import coincurve
from Crypto.Hash import RIPEMD160, keccak
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.compiled import RiscvExecutor
from tests.support.kzg import opening_of
from tests.support.signature_advice import advised
from zkos.compiler.backend.loader import Entry, load
from zkos.compiler.build import build_program
from zkos.compiler.targets import X86_64
from zkos.host.blobs import trusted_setup
from zkos.kernel.crypto.bigint import evm_arithmetic as evm
from zkos.kernel.crypto.blake2s import blake2s256
from zkos.kernel.crypto.bls12_381.kzg import verify_opening
from zkos.kernel.crypto.keccak256 import keccak256
from zkos.kernel.crypto.p256.verify import p256_verify
from zkos.kernel.crypto.ripemd160 import ripemd160
from zkos.kernel.crypto.secp256k1.recovery import recover, recover_address
from zkos.kernel.crypto.sha256 import sha256
from zkos.kernel.system.signer import recover_signer
from zkos.lang import Function

MESSAGE = random.Random(1).randbytes(1 << 20)
SIGNATURES = 200
SINGLE_CALLS = 10
WIDE = 0xF123456789ABCDEF_0123456789ABCDEF_0123456789ABCDEF_0123456789ABCDEF

HASHES: dict[str, tuple[Function, str, Callable[[bytes], bytes]]] = {
    "keccak256": (
        keccak256,
        "pycryptodome",
        lambda data: keccak.new(digest_bits=256, data=data).digest(),
    ),
    "blake2s256": (blake2s256, "hashlib", lambda data: hashlib.blake2s(data).digest()),
    "sha256": (sha256, "hashlib", lambda data: hashlib.sha256(data).digest()),
    "ripemd160": (ripemd160, "pycryptodome", lambda data: RIPEMD160.new(data).digest()),
}


@dataclass(frozen=True)
class Speed:
    """One function on x86-64 beside a library's."""

    function: str
    unit: str
    ours: float
    library: str
    theirs: float


@dataclass(frozen=True)
class Cost:
    """One call on the machine."""

    call: str
    instructions: int
    blake2s: int
    u256: int
    effective_cycles: int


def best_of_both(
    rounds: int, ours: Callable[[], object], theirs: Callable[[], object]
) -> tuple[float, float]:
    """Time two bodies by turns; give the best of each in seconds."""
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for body, taken in zip((ours, theirs), times, strict=True):
            started = time.perf_counter()
            body()
            taken.append(time.perf_counter() - started)
    return min(times[0]), min(times[1])


def make_signatures(count: int) -> list[tuple[tuple[int, int, int, bool], bytes, bytes]]:
    """Give (arguments of ``recover``, signature as coincurve has it, digest)."""
    rng, made = random.Random(2), []
    for _ in range(count):
        digest = rng.randbytes(32)
        signature = coincurve.PrivateKey(rng.randbytes(32)).sign_recoverable(digest, hasher=None)
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:64], "big")
        arguments = (int.from_bytes(digest, "big"), r, s, bool(signature[64] & 1))
        made.append((arguments, signature, digest))
    return made


def make_p256_signature() -> tuple[tuple[int, ...], Callable[[], object]]:
    """Give arguments of ``p256_verify``, and the same verification by OpenSSL."""
    key, digest = ec.derive_private_key(0xBEEF, ec.SECP256R1()), hashlib.sha256(b"").digest()
    algorithm = ec.ECDSA(utils.Prehashed(SHA256()))
    der, public = key.sign(digest, algorithm), key.public_key()
    numbers = public.public_numbers()
    signature = utils.decode_dss_signature(der)
    arguments = (int.from_bytes(digest, "big"), *signature, numbers.x, numbers.y)
    return arguments, lambda: public.verify(der, digest, algorithm)


def make_opening() -> tuple[tuple[Any, ...], Callable[[], object]]:
    """Give arguments of ``verify_opening``, and the same verification by ckzg."""
    z = random.Random(3).getrandbits(128)
    commitment, y, proof = opening_of(MESSAGE[:3000], z)
    numbers = z.to_bytes(32, "big"), y.to_bytes(32, "big")
    setup = trusted_setup()
    theirs = lambda: ckzg.verify_kzg_proof(commitment, *numbers, proof, setup)  # noqa: E731
    return (commitment, z, y, proof), theirs


def measure_x86_64(rounds: int) -> list[Speed]:
    """Time the compiled functions beside the libraries."""
    single = {
        "P-256 verify": (p256_verify, "OpenSSL", make_p256_signature()),
        "KZG opening": (verify_opening, "ckzg", make_opening()),
    }
    functions = [function for function, _, _ in HASHES.values()]
    functions += [recover, *(function for function, _, _ in single.values())]
    program = load(build_program(functions, X86_64, entries=functions).save())
    entries = {function: Entry(program, function) for function in functions}
    speeds = []
    for name, (function, library, theirs) in HASHES.items():
        entry = entries[function]
        assert entry(MESSAGE) == int.from_bytes(theirs(MESSAGE), "big"), name
        mine, other = best_of_both(rounds, lambda e=entry: e(MESSAGE), lambda t=theirs: t(MESSAGE))
        size = len(MESSAGE) / 1e6
        speeds.append(Speed(name, "MB/s", size / mine, library, size / other))
    entry, signatures = entries[recover], make_signatures(SIGNATURES)

    def recover_ours() -> list[Any]:
        return [entry(*arguments) for arguments, _, _ in signatures]

    def recover_theirs() -> list[bytes]:
        parse = coincurve.PublicKey.from_signature_and_message
        return [parse(s, d, hasher=None).format(False) for _, s, d in signatures]

    for (found, x, y), key in zip(recover_ours(), recover_theirs(), strict=True):
        assert found and x.to_bytes(32, "big") + y.to_bytes(32, "big") == key[1:]
    mine, other = best_of_both(rounds, recover_ours, recover_theirs)
    scale = 1e6 / len(signatures)
    speeds.append(Speed("recover", "µs", mine * scale, "coincurve", other * scale))
    for name, (function, library, (arguments, theirs)) in single.items():
        entry = entries[function]
        assert entry(*arguments)
        ours = lambda e=entry, a=arguments: e(*a)  # noqa: E731
        mine, other = best_of_both(SINGLE_CALLS * rounds, ours, theirs)
        speeds.append(Speed(name, "µs", mine * 1e6, library, other * 1e6))
    return speeds


def machine_calls() -> list[tuple[str, Function, tuple[Any, ...]]]:
    """List what is measured on the machine."""
    calls: list[tuple[str, Function, tuple[Any, ...]]] = []
    for name, (function, _, _) in HASHES.items():
        block = 136 if name == "keccak256" else 64
        calls += [
            (f"{name}, {size} bytes", function, (MESSAGE[:size],))
            for size in (32, block, 10 * block)
        ]
    arguments = make_signatures(1)[0][0]
    calls += [("recover", recover, arguments), ("recover_address", recover_address, arguments)]
    calls += [
        ("P-256 verify", p256_verify, make_p256_signature()[0]),
        ("KZG opening", verify_opening, make_opening()[0]),
    ]
    calls += [
        ("MUL", evm.mul, (WIDE, WIDE)),
        ("DIV 256 by 128 bits", evm.div, (WIDE, WIDE >> 128)),
        ("DIV 64 by 32 bits", evm.div, (WIDE >> 192, WIDE >> 224)),
        ("SDIV 256 by 128 bits", evm.sdiv, (WIDE, WIDE >> 128)),
        ("ADDMOD with overflow", evm.addmod, (WIDE, WIDE, WIDE >> 3)),
        ("MULMOD", evm.mulmod, (WIDE, WIDE, WIDE >> 3)),
        ("EXP, 256-bit exponent", evm.exp, (WIDE, WIDE)),
        ("SAR", evm.sar, (3, WIDE)),
    ]
    return calls


def measure_machine() -> list[Cost]:
    """Count instructions and delegations of single calls."""
    executor, costs = RiscvExecutor(), []
    calls = machine_calls()
    executor.program(list(dict.fromkeys(function for _, function, _ in calls)))
    executor.program([recover_signer], proving=True)
    calls.append(("recover_signer, advised", recover_signer, make_signatures(1)[0][0]))
    for name, function, arguments in calls:
        with advised():
            executor.call(function, *arguments)
        blake2s, u256 = executor.delegations["blake2s"], executor.delegations["u256"]
        effective = executor.cycles + 16 * blake2s + 4 * u256
        costs.append(Cost(name, executor.cycles, blake2s, u256, effective))
    return costs


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each timing (7)")
    options = parser.parse_args()
    speeds, costs = measure_x86_64(options.rounds), measure_machine()
    if options.json:
        json.dump(
            {"x86_64": [*map(asdict, speeds)], "machine": [*map(asdict, costs)]},
            sys.stdout,
            indent=1,
        )
        print()
        return
    print(f"{'x86-64':<12}{'ours':>10}{'library':>10}  unit")
    for speed in speeds:
        print(
            f"{speed.function:<12}{speed.ours:>10.1f}{speed.theirs:>10.1f}"
            f"  {speed.unit} ({speed.library})"
        )
    print(f"\n{'machine':<24}{'instructions':>13}{'blake2s':>9}{'u256':>11}{'effective':>11}")
    for cost in costs:
        print(
            f"{cost.call:<24}{cost.instructions:>13,}{cost.blake2s:>9,}{cost.u256:>11,}"
            f"{cost.effective_cycles:>11,}"
        )


if __name__ == "__main__":
    main()
