// keccak256 and blake2s-256 in plain C, the same algorithms as zkos/kernel/crypto: what a C compiler
// makes of them is the mark for typed Python (benchmarks/compiler_vs_c.py).
#include <stdint.h>
#include <string.h>

#include "blake2s.h"

static const uint64_t ROUND_CONSTANTS[24] = {
    0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000,
    0x000000000000808b, 0x0000000080000001, 0x8000000080008081, 0x8000000000008009,
    0x000000000000008a, 0x0000000000000088, 0x0000000080008009, 0x000000008000000a,
    0x000000008000808b, 0x800000000000008b, 0x8000000000008089, 0x8000000000008003,
    0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
    0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008};
static const int ROTATIONS[25] = {0,  1,  62, 28, 27, 36, 44, 6,  55, 20, 3,  10, 43,
                                  25, 39, 41, 45, 15, 21, 8,  18, 2,  61, 56, 14};

static inline uint64_t rotate64(uint64_t x, int n) { return n ? x << n | x >> (64 - n) : x; }

static void keccak_f(uint64_t *state) {
  uint64_t a[25];
  memcpy(a, state, sizeof a);
  for (int round = 0; round < 24; round++) {
    uint64_t c[5], b[25];
#pragma unroll
    for (int x = 0; x < 5; x++) c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
#pragma unroll
    for (int x = 0; x < 5; x++) {
      uint64_t d = c[(x + 4) % 5] ^ rotate64(c[(x + 1) % 5], 1);
#pragma unroll
      for (int y = 0; y < 25; y += 5) a[x + y] ^= d;
    }
#pragma unroll
    for (int x = 0; x < 5; x++)
#pragma unroll
      for (int y = 0; y < 5; y++)
        b[y + 5 * ((2 * x + 3 * y) % 5)] = rotate64(a[x + 5 * y], ROTATIONS[x + 5 * y]);
#pragma unroll
    for (int y = 0; y < 25; y += 5)
#pragma unroll
      for (int x = 0; x < 5; x++) a[x + y] = b[x + y] ^ (~b[(x + 1) % 5 + y] & b[(x + 2) % 5 + y]);
    a[0] ^= ROUND_CONSTANTS[round];
  }
  memcpy(state, a, sizeof a);
}

void c_keccak256(const uint8_t *data, uint32_t length, uint8_t *digest) {
  uint64_t state[25] = {0};
  uint8_t last[136] = {0};
  while (length >= 136) {
    for (int i = 0; i < 17; i++) {
      uint64_t lane;
      memcpy(&lane, data + 8 * i, 8);
      state[i] ^= lane;
    }
    keccak_f(state);
    data += 136;
    length -= 136;
  }
  memcpy(last, data, length);
  last[length] = 1;
  last[135] |= 0x80;
  for (int i = 0; i < 17; i++) {
    uint64_t lane;
    memcpy(&lane, last + 8 * i, 8);
    state[i] ^= lane;
  }
  keccak_f(state);
  memcpy(digest, state, 32);
}

static void compress(uint32_t *h, const uint8_t *block, uint64_t total, int is_last) {
  uint32_t m[16], v[16];
  memcpy(m, block, 64);
  memcpy(v, h, 32);
  memcpy(v + 8, IV, 32);
  v[12] ^= (uint32_t)total;
  v[13] ^= (uint32_t)(total >> 32);
  if (is_last) v[14] = ~v[14];
#pragma unroll
  for (int i = 0; i < 10; i++) {
    const uint8_t *s = SIGMA[i];
    ROUND(m, s);
  }
  for (int i = 0; i < 8; i++) h[i] ^= v[i] ^ v[i + 8];
}

void c_blake2s256(const uint8_t *data, uint32_t length, uint8_t *digest) {
  uint32_t h[8];
  uint8_t last[64] = {0};
  uint64_t total = 0;
  memcpy(h, IV, 32);
  h[0] ^= 0x01010020;
  while (length > 64) {
    total += 64;
    compress(h, data, total, 0);
    data += 64;
    length -= 64;
  }
  memcpy(last, data, length);
  compress(h, last, total + length, 1);
  memcpy(digest, h, 32);
}
