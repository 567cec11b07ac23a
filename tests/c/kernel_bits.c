/* Bits of rows in loops over tiles: one line a row, its name and a hash of what it gives on special and random operands.
 * Compiled once for each compiler and instruction set by tests/differential/test_kernel_bits.py, which names the rows in
 * ROWS as R1(NAME) and R2(NAME). */
#include "sweep/scalar.h"
#include "engine/fast_rows.h"

#include <stdio.h>

#define TILE 64
#define TILES 160
#define N_SPECIAL 44

static const double specials[N_SPECIAL] = {0.0,
                                           1.0,
                                           2.0,
                                           3.0,
                                           0.5,
                                           1.5,
                                           0.25,
                                           0x1p-1074,
                                           0x1p-1022,
                                           0x1.fffffffffffffp-1023,
                                           0x1p-540,
                                           0x1p-54,
                                           0x1p-27,
                                           0x1p20,
                                           0x1.00001p20,
                                           0x1p52,
                                           0x1p53,
                                           0x1p600,
                                           0x1p1000,
                                           DBL_MAX,
                                           HUGE_VAL,
                                           NAN,
                                           709.7,
                                           709.8,
                                           745.0,
                                           746.0,
                                           1100.0,
                                           710.4,
                                           711.0,
                                           40.0,
                                           20.0,
                                           1e5,
                                           1e22,
                                           1001.0,
                                           7.0,
                                           1.0 - 0x1p-53,
                                           1.0 + 0x1p-52,
                                           0x1.921fb54442d18p+0,
                                           0x1.921fb54442d18p-1,
                                           0x1.6a09e667f3bcdp-1,
                                           0x1.6a09e667f3bcdp+0,
                                           0.4142135623730951,
                                           2.414213562373095,
                                           0.34657359027997264};

/* Numbers of every size and sign, many of them moderate. */
static double next(uint64_t *state) {
  *state = *state * 6364136223846793005u + 1442695040888963407u;
  uint64_t u = *state >> 11 ^ *state >> 40;
  double unit = (double)(*state >> 11) * 0x1p-53;
  switch (u & 7u) {
  case 0:
    return ldexp(unit - 0.5, (int)(*state >> 54) * 2 - 1050);
  case 1:
    return specials[(*state >> 33) % N_SPECIAL] * (*state >> 63 ? 1.0 : -1.0);
  case 2:
    return 1600.0 * unit - 800.0;
  case 3:
    return floor(20.0 * unit - 10.0);
  default:
    return 10.0 * unit - 5.0;
  }
}

static uint64_t hashed(uint64_t hash, double value) {
  return (hash ^ (value == value ? bits_of(value) : 1u)) * 1099511628211u;
}

static void operands(double *a, int tile, uint64_t *state) {
  for (int i = 0; i < TILE; i++)
    a[i] = tile * TILE + i < 2 * N_SPECIAL ? specials[(tile * TILE + i) / 2] * (i & 1 ? -1.0 : 1.0) : next(state);
}

typedef void loop(double *r, const double *a, const double *b);

static void report(const char *name, loop *run) {
  uint64_t state = 1, hash = 14695981039346656037u;
  double a[TILE], b[TILE], r[TILE];
  for (int tile = 0; tile < TILES; tile++) {
    operands(a, tile, &state);
    operands(b, TILES, &state);
    run(r, a, b);
    for (int i = 0; i < TILE; i++)
      hash = hashed(hash, r[i]);
  }
  printf("%s %016llx\n", name, (unsigned long long)hash);
}

#define LOOP(NAME, ...)                                           \
  static void NAME(double *r, const double *a, const double *b) { \
    (void)b;                                                      \
    for (int i = 0; i < TILE; i++)                                \
      __VA_ARGS__;                                                \
  }
#define R1(NAME) LOOP(loop_##NAME, r[i] = NAME(a[i]))
#define R2(NAME) LOOP(loop_##NAME, r[i] = NAME(a[i], b[i]))
ROWS
#undef R1
#undef R2

/* As an engine runs the rows of engine/fast_rows.h: the fast kernel, then the lanes where it does not hold. */
#define TILED(NAME, fast, slow)                                          \
  LOOP(fast_##NAME, fast)                                                \
  LOOP(slow_##NAME, slow)                                                \
  static void tile_##NAME(double *r, const double *a, const double *b) { \
    fast_##NAME(r, a, b);                                                \
    slow_##NAME(r, a, b);                                                \
  }
#define ROW1(NAME, fast, is_fast) TILED(NAME, r[i] = fast(a[i]), r[i] = is_fast(a[i]) ? r[i] : NAME(a[i]))
TILE_ROWS1(ROW1)
#undef ROW1
TILED(POWN, r[i] = k_pown_fast(a[i], b[i]), r[i] = k_pown_is_fast(a[i], b[i]) ? r[i] : POWN(a[i], b[i]))

/* The same of rows that are computed together: one of the results. */
#define PAIR(NAME, FIRST, SECOND, kernel)                                                                     \
  static void kernel##_of(double *r, double *r2, double *r3, const double *a, const double *b, int is_fast) { \
    (void)r3, (void)b;                                                                                        \
    for (int i = 0; i < TILE && is_fast; i++)                                                                 \
      kernel##_fast(a[i], &r[i], &r2[i]);                                                                     \
    for (int i = 0; i < TILE && !is_fast; i++)                                                                \
      if (!kernel##_is_fast(a[i]))                                                                            \
        kernel(a[i], &r[i], &r2[i]);                                                                          \
  }                                                                                                           \
  RESULT(FIRST, kernel, 0)                                                                                    \
  RESULT(SECOND, kernel, 1)
#define TRIPLE(NAME, FIRST, SECOND, THIRD, kernel)                                                            \
  static void kernel##_of(double *r, double *r2, double *r3, const double *a, const double *b, int is_fast) { \
    for (int i = 0; i < TILE && is_fast; i++)                                                                 \
      kernel##_fast(a[i], b[i], &r[i], &r2[i], &r3[i]);                                                       \
    for (int i = 0; i < TILE && !is_fast; i++)                                                                \
      if (!kernel##_is_fast(a[i], b[i]))                                                                      \
        kernel(a[i], b[i], &r[i], &r2[i], &r3[i]);                                                            \
  }                                                                                                           \
  RESULT(FIRST, kernel, 0)                                                                                    \
  RESULT(SECOND, kernel, 1)                                                                                   \
  RESULT(THIRD, kernel, 2)
#define RESULT(NAME, kernel, which)                                          \
  static void together_##NAME(double *r, const double *a, const double *b) { \
    double results[3][TILE];                                                 \
    kernel##_of(results[0], results[1], results[2], a, b, 1);                \
    kernel##_of(results[0], results[1], results[2], a, b, 0);                \
    memcpy(r, results[which], sizeof results[which]);                        \
  }
ROWS_TOGETHER(PAIR, TRIPLE)
#undef PAIR
#undef TRIPLE

int main(void) {
#define R1(NAME) report(#NAME, loop_##NAME);
#define R2(NAME) report(#NAME, loop_##NAME);
#define ROW(NAME, fast, is_fast) report("tile " #NAME, tile_##NAME);
#define TOGETHER(NAME) report("together " #NAME, together_##NAME);
#define PAIR(NAME, FIRST, SECOND, kernel) TOGETHER(FIRST) TOGETHER(SECOND)
#define TRIPLE(NAME, FIRST, SECOND, THIRD, kernel) PAIR(NAME, FIRST, SECOND, kernel) TOGETHER(THIRD)
  ROWS TILE_ROWS1(ROW) ROW(POWN, , ) ROWS_TOGETHER(PAIR, TRIPLE) return 0;
}
