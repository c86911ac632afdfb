// What blake2s is made of (RFC 7693, 2.6, 2.7 and 3.1), for the C programs that we are measured
// against: start values, message order, and a round on the words of v.
#include <stdint.h>

static inline uint32_t rotate32(uint32_t x, int n) { return x >> n | x << (32 - n); }

static const uint32_t IV[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                               0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
static const uint8_t SIGMA[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

#define MIX(a, b, c, d, x, y)          \
  do {                                 \
    v[a] += v[b] + (x);                \
    v[d] = rotate32(v[d] ^ v[a], 16);  \
    v[c] += v[d];                      \
    v[b] = rotate32(v[b] ^ v[c], 12);  \
    v[a] += v[b] + (y);                \
    v[d] = rotate32(v[d] ^ v[a], 8);   \
    v[c] += v[d];                      \
    v[b] = rotate32(v[b] ^ v[c], 7);   \
  } while (0)

#define ROUND(m, s)                                       \
  do {                                                    \
    MIX(0, 4, 8, 12, m[s[0]], m[s[1]]);                   \
    MIX(1, 5, 9, 13, m[s[2]], m[s[3]]);                   \
    MIX(2, 6, 10, 14, m[s[4]], m[s[5]]);                  \
    MIX(3, 7, 11, 15, m[s[6]], m[s[7]]);                  \
    MIX(0, 5, 10, 15, m[s[8]], m[s[9]]);                  \
    MIX(1, 6, 11, 12, m[s[10]], m[s[11]]);                \
    MIX(2, 7, 8, 13, m[s[12]], m[s[13]]);                 \
    MIX(3, 4, 9, 14, m[s[14]], m[s[15]]);                 \
  } while (0)
