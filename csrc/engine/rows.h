/* Each row as a loop over a tile; one set of functions an instruction set. Included with TILE(NAME), and with KERNEL, the
 * name of the function that finds them for machine code, where there is any. dst is never an operand's slot. */

/* A tile is whole vectors: nothing to compile for the rest of one. */
#if defined(__GNUC__)
#define WHOLE_VECTORS(n)           \
  if ((n) % VLANES != 0 || n == 0) \
    __builtin_unreachable();       \
  else                             \
    (void)0;
#else
#define WHOLE_VECTORS(n)
#endif

#define TILE_LOOP(value)           \
  WHOLE_VECTORS(n)                 \
  IVDEP                            \
  for (uint32_t i = 0; i < n; i++) \
    r[i] = value;

#define OPS(NAME, ...)
#define OP0(NAME, ...)
#define OP1(NAME, ...)                                                                       \
  NOINLINE static void TILE(NAME)(double *r, const double *a, const double *b, uint32_t n) { \
    (void)b;                                                                                 \
    TILE_LOOP(NAME(a[i]))                                                                    \
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

/* Rows with a kernel for usual operands that has no branch: that one for all lanes, and where some lane is unusual the
 * row's own function again for all. Names begin with FAST_. */
#define FAST_ROW1(NAME, fast, usual)                                                                \
  NOINLINE static void TILE(FAST_##NAME)(double *r, const double *a, const double *b, uint32_t n) { \
    uint64_t rare = 0; /* of the width of a lane */                                                 \
    WHOLE_VECTORS(n)                                                                                \
    IVDEP                                                                                           \
    for (uint32_t i = 0; i < n; i++) {                                                              \
      r[i] = fast(a[i]);                                                                            \
      rare |= !usual(a[i]);                                                                         \
    }                                                                                               \
    if (rare)                                                                                       \
      TILE(NAME)(r, a, b, n);                                                                       \
  }
TILE_ROWS1(FAST_ROW1)
#undef FAST_ROW1

/* Rows together; results that are not wanted are NULL. */
#define PAIR(NAME, FIRST, SECOND, kernel)                                                   \
  NOINLINE static void TILE(NAME)(double *r, double *second, const double *a, uint32_t n) { \
    uint64_t rare = 0;                                                                      \
    WHOLE_VECTORS(n)                                                                        \
    IVDEP                                                                                   \
    for (uint32_t i = 0; i < n; i++) {                                                      \
      kernel##_fast(a[i], &r[i], &second[i]);                                               \
      rare |= !kernel##_is_fast(a[i]);                                                      \
    }                                                                                       \
    if (rare)                                                                               \
      for (uint32_t i = 0; i < n; i++)                                                      \
        kernel(a[i], &r[i], &second[i]);                                                    \
  }
#define TRIPLE(NAME, FIRST, SECOND, THIRD, kernel)
ROWS_TOGETHER(PAIR, TRIPLE)
#undef PAIR
#undef TRIPLE

/* The logarithm over all of a tile, then what is wanted: loops so short that a processor has several lanes under way. */
NOINLINE static void TILE(POWERS)(double *r, double *da, double *db, const double *a, const double *b, uint32_t n) {
  double high[MOST_LANES], low[MOST_LANES];
  uint64_t rare = 0;
  WHOLE_VECTORS(n)
  for (uint32_t i = 0; i < n; i++) {
    const pair l = log_pair_fast(a[i]);
    high[i] = l.high;
    low[i] = l.low;
    rare |= !k_powers_is_fast(a[i], b[i]);
  }
#define WANTED(to, NAME, value)      \
  if (to != NULL && rare)            \
    TILE(NAME)(to, a, b, n);         \
  else if (to != NULL)               \
    for (uint32_t i = 0; i < n; i++) \
      to[i] = value(b[i], (pair){high[i], low[i]});
  if (r != NULL && db != NULL && !rare) {
    for (uint32_t i = 0; i < n; i++) { /* of the same exponential */
      r[i] = pow_fast(b[i], (pair){high[i], low[i]});
      db[i] = pow_db_fast(b[i], (pair){high[i], low[i]});
    }
  } else {
    WANTED(r, POW, pow_fast)
    WANTED(db, POW_DB, pow_db_fast)
  }
  WANTED(da, POW_DA, pow_da_fast)
#undef WANTED
}

/* Integer powers, whose exponent is a number of the tape: bit by bit over all of a tile, as k_pown_fast. */
NOINLINE static void TILE(FAST_POWN)(double *r, const double *a, const double *b, uint32_t n) {
  const double exponent = b[0];
  double low[MOST_LANES];
  uint64_t rare = 0;
  WHOLE_VECTORS(n)
  if (!(fabs(exponent) <= POWER_BY_PAIRS)) {
    TILE(POWERS)(r, NULL, NULL, a, b, n); /* k_pow */
    return;
  }
  for (uint32_t i = 0; i < n; i++) {
    rare |= !k_pown_is_fast(a[i], exponent);
    r[i] = a[i];
    low[i] = 0.0;
  }
  const uint32_t m = (uint32_t)fabs(exponent);
  const int is_plain = exponent <= POWER_BY_PRODUCT && exponent >= -POWER_BY_RECIPROCAL;
  for (uint32_t bit = power_bit(m); bit > 0 && !rare; bit /= 2) {
    if (is_plain) {
      TILE_LOOP(r[i] * r[i])
      if (m & bit) {
        TILE_LOOP(r[i] * a[i])
      }
      continue;
    }
    IVDEP
    for (uint32_t i = 0; i < n; i++) {
      const pair p = power_further((pair){r[i], low[i]}, a[i], m & bit);
      r[i] = p.high;
      low[i] = p.low;
    }
  }
  if (rare) {
    TILE(POWN)(r, a, b, n);
  } else if (m == 0) {
    TILE_LOOP(1.0)
  } else {
    TILE_LOOP(power_rounded((pair){r[i], low[i]}, exponent))
  }
}

/* Rows of any number of operands that steps do not compute: plain sums where every lane is of moderate size, else 0 is
 * returned. As list_norm and list_logsumexp to the bit. */
NOINLINE static int TILE(NORM)(double *r, const uint32_t *ids, uint32_t count, const double *slots, uint32_t n) {
  int rare = count < 2;
  const double *first = slots + (size_t)ids[0] * n;
  TILE_LOOP(first[i] * first[i])
  for (uint32_t k = 1; k < count; k++) {
    const double *a = slots + (size_t)ids[k] * n;
    TILE_LOOP(r[i] + a[i] * a[i])
  }
  for (uint32_t i = 0; i < n; i++)
    rare |= !norm_is_plain(r[i]);
  TILE_LOOP(sqrt(r[i]))
  return !rare;
}

NOINLINE static int TILE(LOGSUMEXP)(double *r, const uint32_t *ids, uint32_t count, const double *slots, uint32_t n) {
  double sum[MOST_LANES], leaders[MOST_LANES];
  int rare = 0;
  TILE_LOOP(-HUGE_VAL)
  for (uint32_t k = 0; k < count; k++) {
    const double *a = slots + (size_t)ids[k] * n;
    TILE_LOOP(a[i] > r[i] ? a[i] : r[i])
    for (uint32_t i = 0; i < n; i++)
      rare |= !(fabs(a[i]) <= DBL_MAX);
  }
  for (uint32_t i = 0; i < n; i++)
    sum[i] = leaders[i] = 0.0;
  for (uint32_t k = 0; k < count; k++) {
    const double *a = slots + (size_t)ids[k] * n;
    for (uint32_t i = 0; i < n; i++) {
      const double term = k_exp(a[i] - r[i]);
      leaders[i] += a[i] == r[i] ? 1.0 : 0.0;
      sum[i] += a[i] == r[i] ? 0.0 : term;
    }
  }
  for (uint32_t i = 0; i < n; i++) {
    const double shared = k_log(leaders[i] + sum[i]), alone = k_log1p(sum[i]);
    r[i] += leaders[i] > 1.0 ? shared : alone;
  }
  return !rare;
}

/* The same for any operands: those of one lane are laid side by side in `beside`. */
NOINLINE static void TILE(LIST)(uint32_t op, double *r, const uint32_t *ids, const uint32_t *ordinals, uint32_t count,
                                const double *slots, double *beside, uint32_t n) {
  if (op == SYMAD_OP_NORM ? TILE(NORM)(r, ids, count, slots, n) : TILE(LOGSUMEXP)(r, ids, count, slots, n))
    return;
  for (uint32_t i = 0; i < n; i++) {
    for (uint32_t k = 0; k < count; k++)
      beside[k] = slots[(size_t)ids[k] * n + i];
    r[i] = op == SYMAD_OP_NORM ? list_norm(ordinals, count, beside) : list_logsumexp(ordinals, count, beside);
  }
}

#if defined(KERNEL)
/* Rows together, and those of a set of three alone. */
#define PAIR(NAME, FIRST, SECOND, kernel)                                                                           \
  NOINLINE static void TILE(CALLED_##NAME)(double *r, const double *a, const double *b, uint32_t n, double *second, \
                                           double *third) {                                                         \
    (void)b;                                                                                                        \
    (void)third;                                                                                                    \
    TILE(NAME)(r, second, a, n);                                                                                    \
  }
#define TRIPLE(NAME, FIRST, SECOND, THIRD, kernel)                                                                  \
  NOINLINE static void TILE(CALLED_##NAME)(double *r, const double *a, const double *b, uint32_t n, double *second, \
                                           double *third) {                                                         \
    TILE(NAME)(r, second, third, a, b, n);                                                                          \
  }                                                                                                                 \
  NOINLINE static void TILE(CALLED_##FIRST)(double *r, const double *a, const double *b, uint32_t n) {              \
    TILE(NAME)(r, NULL, NULL, a, b, n);                                                                             \
  }                                                                                                                 \
  NOINLINE static void TILE(CALLED_##SECOND)(double *r, const double *a, const double *b, uint32_t n) {             \
    TILE(NAME)(NULL, r, NULL, a, b, n);                                                                             \
  }                                                                                                                 \
  NOINLINE static void TILE(CALLED_##THIRD)(double *r, const double *a, const double *b, uint32_t n) {              \
    TILE(NAME)(NULL, NULL, r, a, b, n);                                                                             \
  }
ROWS_TOGETHER(PAIR, TRIPLE)
#undef PAIR
#undef TRIPLE

/* What a list is to do stands where b points to: its row, how many operands, the slot from which on there is room for them,
 * their slots, and their ordinals. */
NOINLINE static void TILE(CALLED_LIST)(double *r, const double *a, const double *b, uint32_t n) {
  const uint32_t *call = (const uint32_t *)(const void *)b;
  double *beside = (double *)(uintptr_t)a + (size_t)call[2] * n;
  TILE(LIST)(call[0], r, call + 3, call + 3 + call[1], call[1], a, beside, n);
}

tile_function *KERNEL(uint32_t row) {
  if (op_is_nary(row))
    return TILE(CALLED_LIST);
  switch (row) {
#define FAST_ROW1(NAME, fast, usual) \
  case SYMAD_OP_##NAME:              \
    return TILE(FAST_##NAME);
    TILE_ROWS1(FAST_ROW1)
    FAST_ROW1(POWN, , )
#undef FAST_ROW1
#define PAIR(NAME, FIRST, SECOND, kernel) \
  case TILE_TOGETHER + TOGETHER_##NAME:   \
    return (tile_function *)(void (*)(void))TILE(CALLED_##NAME);
#define TRIPLE(NAME, FIRST, SECOND, THIRD, kernel) \
  PAIR(NAME, FIRST, SECOND, kernel)                \
  case SYMAD_OP_##FIRST:                           \
    return TILE(CALLED_##FIRST);                   \
  case SYMAD_OP_##SECOND:                          \
    return TILE(CALLED_##SECOND);                  \
  case SYMAD_OP_##THIRD:                           \
    return TILE(CALLED_##THIRD);
    ROWS_TOGETHER(PAIR, TRIPLE)
#undef PAIR
#undef TRIPLE
  default:
    break;
  }
  switch (row) {
#define OPS(NAME, ...)
#define OP0(NAME, ...)
#define OP1(NAME, ...)  \
  case SYMAD_OP_##NAME: \
    return TILE(NAME);
#define OP2 OP1
#define OPC OP1
#include "symad_ops.def"
#undef OPS
#undef OP0
#undef OP1
#undef OP2
#undef OPC
  default:
    return NULL;
  }
}
#endif
