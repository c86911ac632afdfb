// The machine of zkos/riscv_machine once more, in C: the same decoded form, the same handlers that
// end in tail calls, the same fused runs, so that only the compiler differs. It reports errors as
// numbers only; benchmarks/machine.py builds and times it.

#include <stdint.h>
#include <string.h>

#include "blake2s.h"

#define ROM_WORDS (1u << 19)
#define SINK 32
#define COLD __attribute__((noinline, cold, preserve_none))
#define CONVENTION __attribute__((preserve_none))
#define UNLIKELY(condition) __builtin_expect(!!(condition), 0)

typedef struct {
    uint32_t x[64];
    uint64_t code[ROM_WORDS + 1];
    uint64_t stop_ip, cycles, limit;
    const uint32_t *words;
    uint32_t available, position;
    uint64_t blake2s_calls, u256_calls;
} machine;

#define PARAMETERS machine *m, uint32_t *ram, uint32_t size, uint64_t word, uint64_t ip, uint64_t fuel
#define ARGUMENTS m, ram, size, word, ip, fuel
typedef CONVENTION uint32_t handler(PARAMETERS);
static handler *const HANDLERS[256];

enum { END = 1, LIMIT, ILLEGAL, MEMORY, JUMP, NO_WORDS, DELEGATION };

#define TARGET(w) ((uint8_t)((w) >> 8))
#define FIRST(w) ((uint32_t)(w) >> 24)
#define SECOND(w) ((w) >> 56)
#define IMMEDIATE(w) ((uint32_t)((w) >> 32))
#define NEXT __attribute__((musttail)) return HANDLERS[(uint8_t)word](ARGUMENTS)

static uint32_t stop(machine *m, uint64_t ip, uint64_t fuel, uint32_t reason) {
    m->stop_ip = ip;
    m->cycles = m->limit - fuel + ip;
    return reason;
}

COLD static uint32_t memory_fault(PARAMETERS) { return stop(m, ip, fuel, MEMORY); }
COLD static uint32_t limit_reached(PARAMETERS) { return stop(m, ip, fuel, LIMIT); }
COLD static uint32_t jump_fault(PARAMETERS) {
    uint32_t place = (m->x[FIRST(word)] + IMMEDIATE(word)) & ~1u;
    if (ip >= fuel) return stop(m, ip, fuel, LIMIT);
    stop(m, ip, fuel, place == ip * 4 ? END : JUMP);
    m->cycles += place == ip * 4;
    return place == ip * 4 ? END : JUMP;
}

// Arithmetic

static uint32_t add(uint32_t a, uint32_t b) { return a + b; }
static uint32_t sub(uint32_t a, uint32_t b) { return a - b; }
static uint32_t sll(uint32_t a, uint32_t b) { return a << (b & 31); }
static uint32_t srl(uint32_t a, uint32_t b) { return a >> (b & 31); }
static uint32_t sra(uint32_t a, uint32_t b) { return (uint32_t)((int32_t)a >> (b & 31)); }
static uint32_t slt(uint32_t a, uint32_t b) { return (int32_t)a < (int32_t)b; }
static uint32_t sltu(uint32_t a, uint32_t b) { return a < b; }
static uint32_t xor(uint32_t a, uint32_t b) { return a ^ b; }
static uint32_t or(uint32_t a, uint32_t b) { return a | b; }
static uint32_t and(uint32_t a, uint32_t b) { return a & b; }
static uint32_t mul(uint32_t a, uint32_t b) { return a * b; }
static uint32_t mulh(uint32_t a, uint32_t b) { return (uint64_t)((int64_t)(int32_t)a * (int32_t)b) >> 32; }
static uint32_t mulhsu(uint32_t a, uint32_t b) { return (uint64_t)((int64_t)(int32_t)a * (int64_t)b) >> 32; }
static uint32_t mulhu(uint32_t a, uint32_t b) { return ((uint64_t)a * b) >> 32; }
static uint32_t divu(uint32_t a, uint32_t b) { return b ? a / b : ~0u; }
static uint32_t remu(uint32_t a, uint32_t b) { return b ? a % b : a; }
static uint32_t div(uint32_t a, uint32_t b) {
    if (!b) return ~0u;
    if (b == ~0u) return -a;
    return (uint32_t)((int32_t)a / (int32_t)b);
}
static uint32_t rem(uint32_t a, uint32_t b) {
    if (!b) return a;
    if (b == ~0u) return 0;
    return (uint32_t)((int32_t)a % (int32_t)b);
}
static int beq(uint32_t a, uint32_t b) { return a == b; }
static int bne(uint32_t a, uint32_t b) { return a != b; }
static int blt(uint32_t a, uint32_t b) { return (int32_t)a < (int32_t)b; }
static int bge(uint32_t a, uint32_t b) { return (int32_t)a >= (int32_t)b; }
static int bltu(uint32_t a, uint32_t b) { return a < b; }
static int bgeu(uint32_t a, uint32_t b) { return a >= b; }

// Bodies: what one instruction does; 0 if it cannot

#define BODY(name) static inline __attribute__((always_inline)) int body_##name( \
    machine *m, uint32_t *ram, uint32_t size, uint64_t word)
#define REGISTER_BODY(name) BODY(name) { \
    m->x[TARGET(word)] = name(m->x[FIRST(word)], m->x[SECOND(word)]); return 1; }
#define IMMEDIATE_BODY(name, rule) BODY(name) { \
    m->x[TARGET(word)] = rule(m->x[FIRST(word)], IMMEDIATE(word)); return 1; }

BODY(nop) { return 1; }
BODY(li) { m->x[TARGET(word)] = IMMEDIATE(word); return 1; }
BODY(mv) { m->x[TARGET(word)] = m->x[FIRST(word)]; return 1; }
REGISTER_BODY(add) REGISTER_BODY(sub) REGISTER_BODY(sll) REGISTER_BODY(srl) REGISTER_BODY(sra)
REGISTER_BODY(slt) REGISTER_BODY(sltu) REGISTER_BODY(xor) REGISTER_BODY(or) REGISTER_BODY(and)
REGISTER_BODY(mul) REGISTER_BODY(mulh) REGISTER_BODY(mulhsu) REGISTER_BODY(mulhu)
REGISTER_BODY(div) REGISTER_BODY(divu) REGISTER_BODY(rem) REGISTER_BODY(remu)
IMMEDIATE_BODY(addi, add) IMMEDIATE_BODY(slti, slt) IMMEDIATE_BODY(sltiu, sltu)
IMMEDIATE_BODY(xori, xor) IMMEDIATE_BODY(ori, or) IMMEDIATE_BODY(andi, and)
IMMEDIATE_BODY(slli, sll) IMMEDIATE_BODY(srli, srl) IMMEDIATE_BODY(srai, sra)

#define ADDRESS (m->x[FIRST(word)] + IMMEDIATE(word))
#define WRITABLE(slot) ((slot) - ROM_WORDS < size - ROM_WORDS)
#define LOAD_BODY(name, type, shift) BODY(name) { \
    uint32_t address = ADDRESS; type value; \
    if (UNLIKELY((rotate32(address, shift) >> (2 - shift)) >= size)) return 0; \
    memcpy(&value, (uint8_t *)ram + address, sizeof value); \
    m->x[TARGET(word)] = (uint32_t)value; return 1; }
#define STORE_BODY(name, type, shift) BODY(name) { \
    uint32_t address = ADDRESS; type value = (type)m->x[TARGET(word)]; \
    if (UNLIKELY(!WRITABLE(rotate32(address, shift) >> (2 - shift)))) return 0; \
    memcpy((uint8_t *)ram + address, &value, sizeof value); return 1; }

BODY(lw) {
    uint32_t slot = rotate32(ADDRESS, 2);
    if (UNLIKELY(slot >= size)) return 0;
    m->x[TARGET(word)] = ram[slot];
    return 1;
}
BODY(sw) {
    uint32_t slot = rotate32(ADDRESS, 2);
    if (UNLIKELY(!WRITABLE(slot))) return 0;
    ram[slot] = m->x[TARGET(word)];
    return 1;
}
LOAD_BODY(lhu, uint16_t, 1) LOAD_BODY(lh, int16_t, 1) STORE_BODY(sh, uint16_t, 1)
BODY(lbu) {
    uint32_t address = ADDRESS;
    if (UNLIKELY(address >> 2 >= size)) return 0;
    m->x[TARGET(word)] = ((uint8_t *)ram)[address];
    return 1;
}
BODY(lb) {
    uint32_t address = ADDRESS;
    if (UNLIKELY(address >> 2 >= size)) return 0;
    m->x[TARGET(word)] = (uint32_t)((int8_t *)ram)[address];
    return 1;
}
BODY(sb) {
    uint32_t address = ADDRESS;
    if (UNLIKELY(!WRITABLE(address >> 2))) return 0;
    ((uint8_t *)ram)[address] = (uint8_t)m->x[TARGET(word)];
    return 1;
}

// Handlers; machine.py writes handlers.h, which makes one of each run of bodies

#define DO(name) \
    if (UNLIKELY(!body_##name(m, ram, size, word))) \
        __attribute__((musttail)) return memory_fault(ARGUMENTS); \
    word = m->code[++ip];
#define BRANCH(name) \
    if (name(m->x[FIRST(word)], m->x[TARGET(word)])) { \
        if (UNLIKELY(ip >= fuel)) __attribute__((musttail)) return limit_reached(ARGUMENTS); \
        uint64_t distance = (uint64_t)((int64_t)word >> 32); \
        ip += distance + 1; \
        fuel += distance; \
        word = m->code[ip]; \
        NEXT; \
    } \
    word = m->code[++ip];
#define HANDLER(name, ...) CONVENTION static uint32_t handle_##name(PARAMETERS) { __VA_ARGS__ NEXT; }

#define JUMP_HANDLER(name, link) CONVENTION static uint32_t handle_##name(PARAMETERS) { \
    if (UNLIKELY(ip >= fuel)) __attribute__((musttail)) return limit_reached(ARGUMENTS); \
    uint64_t distance = (uint64_t)((int64_t)word >> 32); \
    if (link) m->x[TARGET(word)] = (uint32_t)ip * 4 + 4; \
    ip += distance + 1; \
    fuel += distance; \
    word = m->code[ip]; \
    NEXT; }
JUMP_HANDLER(jump, 0)
JUMP_HANDLER(call, 1)
#define REGISTER_JUMP_HANDLER(name, link) CONVENTION static uint32_t handle_##name(PARAMETERS) { \
    uint64_t to = rotate32((m->x[FIRST(word)] + IMMEDIATE(word)) & ~1u, 2); \
    if (UNLIKELY(to >= ROM_WORDS || ip >= fuel || to == ip)) \
        __attribute__((musttail)) return jump_fault(ARGUMENTS); \
    if (link) m->x[TARGET(word)] = (uint32_t)ip * 4 + 4; \
    fuel += to - ip - 1; \
    ip = to; \
    word = m->code[ip]; \
    NEXT; }
REGISTER_JUMP_HANDLER(jump_register, 0)
REGISTER_JUMP_HANDLER(call_register, 1)

CONVENTION static uint32_t handle_csr_read(PARAMETERS) {
    if (UNLIKELY(m->position >= m->available)) return stop(m, ip, fuel, NO_WORDS);
    m->x[TARGET(word)] = m->words[m->position++];
    word = m->code[++ip];
    NEXT;
}
CONVENTION static uint32_t handle_csr_write(PARAMETERS) {  // a recorded stream does not listen
    word = m->code[++ip];
    NEXT;
}
CONVENTION static uint32_t handle_csr_swap(PARAMETERS) {
    if (UNLIKELY(m->position >= m->available)) return stop(m, ip, fuel, NO_WORDS);
    m->x[TARGET(word)] = m->words[m->position++];
    word = m->code[++ip];
    NEXT;
}

// Delegations

static int is_operand(uint32_t size, uint32_t address, uint32_t alignment, uint32_t words) {
    uint32_t slot = address >> 2;
    return address % alignment == 0 && slot >= ROM_WORDS && slot < size && words <= size - slot;
}

typedef unsigned _BitInt(256) u256;

static __attribute__((noinline)) int call_u256(machine *m, uint32_t *ram, uint32_t size) {
    uint32_t at = m->x[10], other = m->x[11], operation = m->x[12] & ~64u;
    int carry = m->x[12] >> 6 & 1;
    if (!is_operand(size, at, 32, 8) || !is_operand(size, other, 32, 8) || at == other) return 0;
    u256 a, b, result;
    uint32_t flag;
    memcpy(&a, ram + at / 4, 32);
    memcpy(&b, ram + other / 4, 32);
    switch (operation) {
    case 1: result = a + b + carry; flag = result < a || (carry && result == a); break;
    case 2: result = a - b - carry; flag = a < b || (carry && a == b); break;
    case 4: result = b - a - carry; flag = b < a || (carry && a == b); break;
    case 32: result = a; flag = a == b; break;
    case 128: result = b + carry; flag = result < b; break;
    case 8: case 16: {
        unsigned _BitInt(512) product = (unsigned _BitInt(512))a * b;
        u256 high = (u256)(product >> 256);
        result = operation == 8 ? (u256)product : high;
        flag = operation == 8 && high != 0;
        break;
    }
    default: return 0;
    }
    memcpy(ram + at / 4, &result, 32);
    m->x[12] = flag;
    m->u256_calls++;
    return 1;
}

static __attribute__((noinline)) int call_blake2s(machine *m, uint32_t *ram, uint32_t size) {
    uint32_t at = m->x[10], given = m->x[11], control = m->x[13];
    if (!is_operand(size, at, 128, 24) || !is_operand(size, given, 4, 16)) return 0;
    if (at < given + 64 && given < at + 96) return 0;
    if (m->x[12] == 0 || m->x[12] & (m->x[12] - 1) || m->x[12] > 512 || control > 7) return 0;
    uint32_t *h = ram + at / 4, *v = h + 8, round = (uint32_t)__builtin_ctz(m->x[12]);
    int is_node = control & 4;
    uint32_t message[16];
    if (is_node) {
        memcpy(message + (control & 2 ? 8 : 0), h, 32);
        memcpy(message + (control & 2 ? 0 : 8), ram + given / 4, 32);
    } else {
        memcpy(message, ram + given / 4, 64);
    }
    if (round == 0) {
        uint32_t kept[2] = {v[12], v[14]};
        memcpy(v, is_node ? IV : h, 32);
        memcpy(v + 8, IV, 32);
        v[12] = is_node ? IV[4] ^ 64 : kept[0];
        v[14] = is_node ? ~IV[6] : kept[1];
        if (is_node) v[0] ^= 0x01010020;
    }
    const uint8_t *s = SIGMA[round];
    ROUND(message, s);
    if (control & 1)
        for (int i = 0; i < 8; i++)
            h[i] = (is_node ? IV[i] ^ (i ? 0 : 0x01010020) : h[i]) ^ v[i] ^ v[8 + i];
    m->blake2s_calls++;
    return 1;
}

#define DELEGATION_HANDLER(name) CONVENTION static uint32_t handle_##name(PARAMETERS) { \
    if (UNLIKELY(m->x[FIRST(word)] != 0) || UNLIKELY(!call_##name(m, ram, size))) \
        return stop(m, ip, fuel, DELEGATION); \
    m->x[TARGET(word)] = 0; \
    word = m->code[++ip]; \
    NEXT; }
DELEGATION_HANDLER(u256)
DELEGATION_HANDLER(blake2s)

CONVENTION static uint32_t handle_illegal(PARAMETERS) { return stop(m, ip, fuel, ILLEGAL); }
CONVENTION static uint32_t handle_end(PARAMETERS) {
    if (ip >= fuel) return stop(m, ip, fuel, LIMIT);
    stop(m, ip, fuel, END);
    m->cycles++;
    return END;
}

#include "handlers.h"

uint32_t machine_run(machine *m, uint32_t *ram, uint32_t size, uint64_t limit) {
    uint64_t word = m->code[0];
    m->limit = limit;
    return HANDLERS[(uint8_t)word](m, ram, size, word, 0, limit);
}
