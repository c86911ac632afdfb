"""The x86-64 support object: entering compiled code, and leaving it early.

Compiled code runs on a stack of its own (64 MiB as on the guest, with an unmapped page below),
which is aligned to its size, so that the *context* at its upper end is found from the stack
pointer alone: no thread-local storage, and calls may be nested and run in several threads.

``zkos_enter(stack_end, wrapper, frame, host_callback) -> u32``
    saves the callee-saved registers in the context, moves to the own stack, calls
    ``wrapper(frame)`` and gives 0, or the code of the trap that ended the call.
``zkos_trap(code, file, line)``
    notes where, and returns from ``zkos_enter`` with the code.
``zkos_host_call(service, request, length, reply, length) -> i32``
    calls the host's callback (i64 result); a negative result ends the call with HOST_FAILED.

Context, 8-byte slots from ``stack_end - 128``: rbx rbp r12 r13 r14 r15 rsp callback code file line.
"""

STACK_BYTES = 64 << 20
CONTEXT_BYTES = 128
CODE_SLOT, FILE_SLOT, LINE_SLOT = 8, 9, 10

HOST_FAILED = 100
"""Code of a call that ended because the host's callback raised."""

TRAP_MESSAGES = {
    1: "index out of range",
    2: "division by zero",
    3: "a reference was used before it was set",
    4: "arena exhausted",
    5: "trap()",
    6: "lengths differ",
    7: "not words: misaligned or not a multiple of 4 bytes",
}

_ENTER = f"""\
.text
.p2align 4
.globl zkos_enter
.type zkos_enter,@function
zkos_enter:
  .cfi_startproc
  leaq -{CONTEXT_BYTES}(%rdi), %rax
  movq %rbx, 0(%rax)
  movq %rbp, 8(%rax)
  movq %r12, 16(%rax)
  movq %r13, 24(%rax)
  movq %r14, 32(%rax)
  movq %r15, 40(%rax)
  movq %rsp, 48(%rax)
  movq %rcx, 56(%rax)
  movq %rax, %rsp
  movq %rdx, %rdi
  callq *%rsi
  xorl %eax, %eax
  movq %rsp, %rcx
.Lzkos_leave:
  movq 0(%rcx), %rbx
  movq 8(%rcx), %rbp
  movq 16(%rcx), %r12
  movq 24(%rcx), %r13
  movq 32(%rcx), %r14
  movq 40(%rcx), %r15
  movq 48(%rcx), %rsp
  retq
  .cfi_endproc
.size zkos_enter, .-zkos_enter
"""

_TRAP = f"""\
.p2align 4
.hidden zkos_trap
.globl zkos_trap
.type zkos_trap,@function
zkos_trap:
  .cfi_startproc
  movq %rsp, %rcx
  orq ${STACK_BYTES - 1}, %rcx
  subq ${CONTEXT_BYTES - 1}, %rcx
  movl %edi, %eax
  movq %rax, {8 * CODE_SLOT}(%rcx)
  movq %rsi, {8 * FILE_SLOT}(%rcx)
  movl %edx, %edx
  movq %rdx, {8 * LINE_SLOT}(%rcx)
  jmp .Lzkos_leave
  .cfi_endproc
.size zkos_trap, .-zkos_trap
"""

_HOST_CALL = f"""\
.p2align 4
.hidden zkos_host_call
.globl zkos_host_call
.type zkos_host_call,@function
zkos_host_call:
  .cfi_startproc
  subq $8, %rsp
  .cfi_def_cfa_offset 16
  movq %rsp, %rax
  orq ${STACK_BYTES - 1}, %rax
  subq ${CONTEXT_BYTES - 1}, %rax
  callq *56(%rax)
  addq $8, %rsp
  .cfi_def_cfa_offset 8
  testq %rax, %rax
  js .Lzkos_host_failed
  retq
.Lzkos_host_failed:
  movl ${HOST_FAILED}, %edi
  xorl %esi, %esi
  xorl %edx, %edx
  jmp zkos_trap
  .cfi_endproc
.size zkos_host_call, .-zkos_host_call
"""


def support_text() -> str:
    """Give the support module as IR text."""
    assembly = (_ENTER + _TRAP + _HOST_CALL).splitlines()
    return "\n".join(f'module asm "{line}"' for line in assembly) + "\n"
