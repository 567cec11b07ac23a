/* Each row as a loop over a tile; one set of functions an instruction set. Included with TILE(NAME). dst is never an
 * operand's slot. */

#define TILE_LOOP(value)           \
  IVDEP                            \
  for (uint32_t i = 0; i < n; i++) \
    r[i] = value;

#define OPS(NAME, ...)
#define OP0(NAME, ...)
#define OP1(NAME, ...)                                                      \
  NOINLINE static void TILE(NAME)(double *r, const double *a, uint32_t n) { \
    TILE_LOOP(NAME(a[i]))                                                   \
  }
#define OPC(NAME, ...)                                                                       \
  NOINLINE static void TILE(NAME)(double *r, const double *a, const double *b, uint32_t n) { \
    TILE_LOOP(NAME(a[i], b[i]))                                                              \
  }
#define OP2 OPC
#include "symad_ops.def"
#undef OPS
#undef OP0
#undef OP1
#undef OP2
#undef OPC

/* Sine and cosine by the kernel for angles of usual size, which vectorises; the other lanes again one by one. */
static int TILE(any_large)(const double *a, uint32_t n) {
  int large = 0;
  for (uint32_t i = 0; i < n; i++)
    large |= !k_angle_is_fast(a[i]);
  return large;
}

NOINLINE static void TILE(SINCOS)(double *s, double *c, const double *a, uint32_t n) {
  IVDEP
  for (uint32_t i = 0; i < n; i++)
    k_sincos_fast(a[i], &s[i], &c[i]);
  if (TILE(any_large)(a, n))
    for (uint32_t i = 0; i < n; i++)
      k_sincos(a[i], &s[i], &c[i]);
}

NOINLINE static void TILE(SINE)(double *r, const double *a, uint32_t n) {
  TILE_LOOP(k_sin_fast(a[i]))
  if (TILE(any_large)(a, n))
    for (uint32_t i = 0; i < n; i++)
      r[i] = k_sin(a[i]);
}

NOINLINE static void TILE(COSINE)(double *r, const double *a, uint32_t n) {
  TILE_LOOP(k_cos_fast(a[i]))
  if (TILE(any_large)(a, n))
    for (uint32_t i = 0; i < n; i++)
      r[i] = k_cos(a[i]);
}

/* An n-ary row that steps do not compute: its operands of one lane are laid side by side in `beside`. */
NOINLINE static void TILE(LIST)(uint32_t op, double *r, const uint32_t *ids, const uint32_t *ordinals, uint32_t count,
                                const double *slots, double *beside, uint32_t n) {
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t k = 0; k < count; k++)
      beside[k] = slots[(size_t)ids[k] * n + i];
    r[i] = op == SYMAD_OP_NORM ? list_norm(ordinals, count, beside) : list_logsumexp(ordinals, count, beside);
  }
}
