"""What programs for the bare machine need beside their own modules, as LLVM IR.

LLVM's assembler for RISC-V is not available, so instructions of the machine that LLVM does not
know leave it in disguise (``riscv_patch.py`` takes the disguise off):

* oracle words: atomic exchanges on address 0, which this machine does not have. So the register
  allocator chooses the registers, and a read or a write costs one instruction;
* a blake2s round: a call by ``preserve_mostcc``, as the instruction changes no register;
* a u256 operation: an ordinary call, since the flag comes back in a2; one of its own name where
  nobody reads the flag.

memcpy, memmove, memset, memcmp and bcmp are thin wrappers of ``zkos.lang.runtime.memory``, linked
into its module so that they become one function each.
"""

import re
from collections.abc import Mapping

from zkos.compiler.backend.riscv_words import A0, A2, CSR_BLAKE2, CSR_U256, RA, addi, csrrw, jalr
from zkos.lang import Function
from zkos.lang.runtime import division64, memory

RUNTIME_ROOTS: tuple[Function, ...] = (*memory.ROOTS, *division64.ROOTS)
"""Functions that every image is linked with, as LLVM may call them anywhere."""

MEMORY_MODULE = memory.__name__
STUB_SECTION = ".text.zkos_stubs"
U256_STUB, BLAKE2_STUB = "zkos_u256_delegation", "zkos_blake2_delegation"
U256_SILENT_STUB = "zkos_u256_delegation_silent"
U256_KEPT_STUB, U256_SILENT_KEPT_STUB = f"{U256_STUB}_kept", f"{U256_SILENT_STUB}_kept"
"""The same, called by a convention that keeps registers (``riscv_calls.py``)."""

_CSR_READ = """
define internal i32 @zkos_csr_read() alwaysinline nounwind null_pointer_is_valid {
  %word = atomicrmw volatile xchg ptr null, i32 0 monotonic, align 4
  ret i32 %word
}
"""
_CSR_WRITE = """
define internal void @zkos_csr_write(i32 %word) alwaysinline nounwind null_pointer_is_valid {
  %ignored = atomicrmw volatile xor ptr null, i32 %word monotonic, align 4
  ret void
}
"""
_DECLARED_READ = re.compile(r"^declare .*@zkos_csr_read\(.*$", re.MULTILINE)
_DECLARED_WRITE = re.compile(r"^declare .*@zkos_csr_write\(.*$", re.MULTILINE)
_BLAKE2 = re.compile(rf"^(declare|\s+call) void (@{BLAKE2_STUB}\()", re.MULTILINE)
_U256_CALL = re.compile(rf"^  (%[a-z]\w*) = call i32 @{U256_STUB}(\(.*)$", re.MULTILINE)
_FUNCTION = re.compile(r"^define .*?^}", re.MULTILINE | re.DOTALL)

_MEMORY_WRAPPERS = f"""
declare void @"{MEMORY_MODULE}.copy_up"(ptr, i32, ptr, i32, i32, i32)
declare void @"{MEMORY_MODULE}.copy_down"(ptr, i32, ptr, i32, i32, i32)
declare void @"{MEMORY_MODULE}.fill_bytes"(ptr, i32, i32, i32)
declare i32 @"{MEMORY_MODULE}.compare_bytes"(ptr, i32, ptr, i32, i32, i32)

define hidden ptr @memcpy(ptr %to, ptr %from, i32 %size) nounwind "no-builtins" {{
  %to.bits = ptrtoint ptr %to to i32
  %from.bits = ptrtoint ptr %from to i32
  %to.skew = and i32 %to.bits, 3
  %from.skew = and i32 %from.bits, 3
  call void @"{MEMORY_MODULE}.copy_up"(ptr %to, i32 %size, ptr %from, i32 %size,
    i32 %to.skew, i32 %from.skew)
  ret ptr %to
}}

define hidden ptr @memmove(ptr %to, ptr %from, i32 %size) nounwind "no-builtins" {{
  %to.bits = ptrtoint ptr %to to i32
  %from.bits = ptrtoint ptr %from to i32
  %to.skew = and i32 %to.bits, 3
  %from.skew = and i32 %from.bits, 3
  %distance = sub i32 %to.bits, %from.bits
  %apart = icmp uge i32 %distance, %size
  br i1 %apart, label %up, label %down
up:
  call void @"{MEMORY_MODULE}.copy_up"(ptr %to, i32 %size, ptr %from, i32 %size,
    i32 %to.skew, i32 %from.skew)
  ret ptr %to
down:
  call void @"{MEMORY_MODULE}.copy_down"(ptr %to, i32 %size, ptr %from, i32 %size,
    i32 %to.skew, i32 %from.skew)
  ret ptr %to
}}

define hidden ptr @memset(ptr %to, i32 %byte, i32 %size) nounwind "no-builtins" {{
  %to.bits = ptrtoint ptr %to to i32
  %to.skew = and i32 %to.bits, 3
  call void @"{MEMORY_MODULE}.fill_bytes"(ptr %to, i32 %size, i32 %byte, i32 %to.skew)
  ret ptr %to
}}

define hidden i32 @memcmp(ptr %a, ptr %b, i32 %size) nounwind "no-builtins" {{
  %a.bits = ptrtoint ptr %a to i32
  %b.bits = ptrtoint ptr %b to i32
  %a.skew = and i32 %a.bits, 3
  %b.skew = and i32 %b.bits, 3
  %order = call i32 @"{MEMORY_MODULE}.compare_bytes"(ptr %a, i32 %size, ptr %b, i32 %size,
    i32 %a.skew, i32 %b.skew)
  ret i32 %order
}}

define hidden i32 @bcmp(ptr %a, ptr %b, i32 %size) nounwind "no-builtins" {{
  %order = call i32 @memcmp(ptr %a, ptr %b, i32 %size)
  ret i32 %order
}}
"""


def _stub(name: str, words: list[int]) -> str:
    body = ", ".join(f"i32 {word}" for word in words)
    return (
        f"@{name} = hidden constant [{len(words)} x i32] [{body}], "
        f'section "{STUB_SECTION}", align 4\n'
    )


def stubs_text() -> str:
    """Give the delegations as functions, for calls that are not patched."""
    back = jalr(0, RA, 0)
    u256 = [csrrw(0, CSR_U256, 0), addi(A0, A2, 0), back]
    silent = [csrrw(0, CSR_U256, 0), back]
    blake2 = [csrrw(0, CSR_BLAKE2, 0), back]
    stubs = {
        U256_STUB: u256,
        U256_SILENT_STUB: silent,
        U256_KEPT_STUB: u256,
        U256_SILENT_KEPT_STUB: silent,
        BLAKE2_STUB: blake2,
    }
    return "".join(_stub(name, words) for name, words in stubs.items())


def _disguise_u256(function: str) -> str:
    def call(found: re.Match[str]) -> str:
        name, arguments = found[1], found[2]
        if len(re.findall(rf"{name}\b", function)) > 1:
            return f"  {name} = notail call i32 @{U256_STUB}{arguments}"
        return f"  notail call void @{U256_SILENT_STUB}{arguments}"

    return _U256_CALL.sub(call, function)


def _silent_declaration(text: str) -> str:
    # Declarations stand before the first function.
    at = text.index("\ndeclare ")
    return f"{text[:at]}\ndeclare void @{U256_SILENT_STUB}(ptr, ptr, i32) nounwind{text[at:]}"


def disguise(text: str) -> str:
    """Put the machine's instructions of one module into the shape that survives LLVM."""
    text = _DECLARED_READ.sub(_CSR_READ, text)
    text = _DECLARED_WRITE.sub(_CSR_WRITE, text)
    if f"@{U256_STUB}(" in text:
        text = _FUNCTION.sub(lambda found: _disguise_u256(found[0]), text)
        text = _silent_declaration(text)
    return _BLAKE2.sub(
        lambda found: f"{found[1].replace('call', 'notail call')} preserve_mostcc void {found[2]}",
        text,
    )


def prepare_modules(texts: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Give the modules of an image, the support modules included."""
    prepared = {name: tuple(map(disguise, parts)) for name, parts in texts.items()}
    prepared[MEMORY_MODULE] = (*prepared[MEMORY_MODULE], _MEMORY_WRAPPERS)
    prepared["zkos_stubs"] = (stubs_text(),)
    return prepared
