"""The x86-64 support object: entering compiled code, and leaving it early.

Compiled code runs on a stack of its own (64 MiB as on the guest, with unmapped memory below),
which is aligned to its size, so that the *context* at its upper end is found from the stack
pointer alone: no thread-local storage, and calls may be nested and run in several threads.

``zkos_enter(stack_end, wrapper, frame, host_callback) -> u32``
    saves the callee-saved registers in the context, moves to the own stack, calls
    ``wrapper(frame)`` and gives 0, or the code of the trap that ended the call.
``zkos_trap(code, file, line)``
    notes where, and returns from ``zkos_enter`` with the code.
``zkos_host_call(service, request, length, reply, length) -> i32``
    calls the host's callback (i64 result); a negative result ends the call with HOST_FAILED.
``zkos_on_fault(signal, info, context)``
    handler of SIGSEGV: a fault in the guard region of a stack in ``zkos_stack_table`` becomes
    STACK_OVERFLOW; any other fault goes to whoever had the signal before.

Context, 8-byte slots from ``stack_end - 128``: rbx rbp r12 r13 r14 r15 rsp callback code file line.
"""

STACK_BYTES = 64 << 20
CONTEXT_BYTES = 128
CODE_SLOT, FILE_SLOT, LINE_SLOT = 8, 9, 10

GUARD_BYTES = 1 << 20
"""Unmapped memory below a stack: more than any frame of compiled code has."""

STACK_OVERFLOW, HOST_FAILED = 99, 100
"""Codes of calls that ended because the stack was used up, or the host's callback raised."""

TRAP_MESSAGES = {
    STACK_OVERFLOW: "stack overflow",
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

# Offsets in Linux's siginfo_t and ucontext_t (x86-64 gregs: rdi rsi rdx rsp rip).
_ON_FAULT = f"""\
.p2align 4
.globl zkos_on_fault
.type zkos_on_fault,@function
zkos_on_fault:
  movq 16(%rsi), %rax
  movq zkos_stack_table(%rip), %rcx
  movq (%rcx), %r8
.Lzkos_next_stack:
  testq %r8, %r8
  jz .Lzkos_other_fault
  movq %rax, %r9
  subq (%rcx,%r8,8), %r9
  addq ${STACK_BYTES + GUARD_BYTES}, %r9
  decq %r8
  cmpq ${GUARD_BYTES}, %r9
  jae .Lzkos_next_stack
  movq 8(%rcx,%r8,8), %rax
  subq ${2 * CONTEXT_BYTES}, %rax
  movq %rax, 160(%rdx)
  leaq zkos_trap(%rip), %rax
  movq %rax, 168(%rdx)
  movq ${STACK_OVERFLOW}, 104(%rdx)
  movq $0, 112(%rdx)
  movq $0, 136(%rdx)
  retq
.Lzkos_other_fault:
  subq $8, %rsp
  movl $11, %edi
  leaq zkos_previous_action(%rip), %rsi
  xorl %edx, %edx
  callq sigaction@PLT
  addq $8, %rsp
  retq
.size zkos_on_fault, .-zkos_on_fault
.bss
.p2align 3
.globl zkos_stack_table
.protected zkos_stack_table
zkos_stack_table:
  .zero 8
.globl zkos_previous_action
.protected zkos_previous_action
zkos_previous_action:
  .zero 256
.size zkos_stack_table, 8
.size zkos_previous_action, 256
.text
"""


def support_text() -> str:
    """Give the support module as IR text."""
    assembly = (_ENTER + _TRAP + _HOST_CALL + _ON_FAULT).splitlines()
    return "\n".join(f'module asm "{line}"' for line in assembly) + "\n"
