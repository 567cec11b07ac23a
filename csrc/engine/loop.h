/* The engine's loop, one source for every width. Included with
 *   ENGINE              the name of the function
 *   VEC, VLANES         a vector of doubles, and how many it holds (vectors.h)
 *   N_VECTORS           how many of them make the accumulator: 1, 2, 4 or 8
 *   TILE(NAME)          the name of a row's loop over a tile (rows.h)
 * A tile is WIDTH = N_VECTORS*VLANES points; the accumulator R stays in registers from step to step. */

#define WIDTH (N_VECTORS * VLANES)
#define EACH CONCAT(EACH_, N_VECTORS)

#define SLOT(index) (slots + (size_t)(index) * WIDTH)
#define RESULT(index) ((index) == NO_NODE ? NULL : SLOT(index))

#define USE(x) (void)(x)

/* What a form reads is found once a step (FIND), before anything is stored, and then read for each vector j. */
#define FIND_SLOT(X, index) const VEC *X##s = (const VEC *)SLOT(index);
#define FIND_A FIND_SLOT(A, p->a)
#define FIND_B FIND_SLOT(B, p->b)
#define FIND_C FIND_SLOT(C, p->u.s.c)
#define FIND_D FIND_SLOT(D, p->u.s.d)
#define FIND_K const VEC K = SPREAD(p->k);
#define FIND_L const VEC L = SPREAD(p->u.l);
#define FIND_NO
#define FIND_AK FIND_A FIND_K
#define FIND_AKL FIND_AK FIND_L
#define FIND_AB FIND_A FIND_B
#define FIND_ABK FIND_AB FIND_K
#define FIND_ABKL FIND_ABK FIND_L
#define FIND_ABC FIND_AB FIND_C
#define FIND_ABCK FIND_ABC FIND_K
#define FIND_ABCD FIND_ABC FIND_D

#define READ_NO(j)
#define READ_K(j)
#define READ_A(j) const VEC A = As[j];
#define READ_AK(j) READ_A(j)
#define READ_AKL(j) READ_A(j)
#define READ_AB(j) READ_A(j) const VEC B = Bs[j];
#define READ_ABK(j) READ_AB(j)
#define READ_ABKL(j) READ_AB(j)
#define READ_ABC(j) READ_AB(j) const VEC C = Cs[j];
#define READ_ABCK(j) READ_ABC(j)
#define READ_ABCD(j) READ_ABC(j) const VEC D = Ds[j];

#define SET(j, form, value) \
  {                         \
    const VEC R = r##j;     \
    READ_##form(j) USE(R);  \
    r##j = (value);         \
  }
#define STORE(j, form, value) SET(j, form, value) to[j] = r##j;
#define DECLARE(j, form, value) VEC r##j = SPREAD(0.0);
#define FORGET(j, form, value) r##j = SPREAD(0.0);

/* Columns of a group between a caller's array and their slots, points [start, end) of the tile. */
static inline void CONCAT(ENGINE, _load)(const uint32_t *slot, uint32_t n, const double *x, const symad_columns *block,
                                         uint32_t start, uint32_t end, double *slots) {
  for (uint32_t j = 0; j < n; j++) {
    const double *from = x + (ptrdiff_t)j * block->column;
    double *s = slot[j] == NO_NODE ? NULL : SLOT(slot[j]);
    if (s == NULL)
      continue;
    if (block->row == 1 && end - start == WIDTH)
      for (uint32_t k = 0; k < N_VECTORS; k++)
        ((VEC *)s)[k] = ((const LOOSE *)from)[k];
    else
      for (uint32_t i = start; i < end; i++)
        s[i] = from[(ptrdiff_t)i * block->row];
  }
}

static inline void CONCAT(ENGINE, _save)(const uint32_t *slot, uint32_t n, double *y, const symad_columns *block,
                                         uint32_t start, uint32_t end, int streams, const double *slots) {
  for (uint32_t j = 0; j < n; j++) {
    const double *s = SLOT(slot[j]);
    double *to = y + (ptrdiff_t)j * block->column;
    if (block->row == 1 && end - start == WIDTH && streams && FILLS_LINES(to))
      for (uint32_t k = 0; k < N_VECTORS; k++)
        STREAM((VEC *)to + k, ((const VEC *)s)[k]);
    else if (block->row == 1 && end - start == WIDTH)
      for (uint32_t k = 0; k < N_VECTORS; k++)
        ((LOOSE *)to)[k] = ((const VEC *)s)[k];
    else
      for (uint32_t i = start; i < end; i++)
        to[(ptrdiff_t)i * block->row] = s[i];
  }
}

#if defined(TRANSPOSE)
/* A square of rows whose columns lie side by side goes through registers: GROUP columns of VLANES points from point i. */
static inline void CONCAT(ENGINE, _load_square)(const uint32_t *slot, const double *x, ptrdiff_t row, uint32_t i,
                                                int is_far, double *slots) {
  for (uint32_t k = 0; k < VLANES && is_far; k++)
    PREFETCH(x + (ptrdiff_t)(i + k + WIDTH) * row);
  for (uint32_t j = 0; j < GROUP; j += VLANES) {
    VEC m[VLANES];
    for (uint32_t k = 0; k < VLANES; k++)
      m[k] = *(const LOOSE *)(x + (ptrdiff_t)(i + k) * row + j);
    TRANSPOSE(m);
    for (uint32_t k = 0; k < VLANES; k++)
      if (slot[j + k] != NO_NODE)
        *(VEC *)(SLOT(slot[j + k]) + i) = m[k];
  }
}

static inline void CONCAT(ENGINE, _save_square)(const uint32_t *slot, double *y, ptrdiff_t row, uint32_t i, uint32_t n,
                                                int streams, const double *slots) {
  for (uint32_t j = 0; j < n; j += VLANES) {
    VEC m[VLANES];
    for (uint32_t k = 0; k < VLANES; k++)
      m[k] = *(const VEC *)(SLOT(slot[j + k]) + i);
    TRANSPOSE(m);
    for (uint32_t k = 0; k < VLANES; k++) {
      double *to = y + (ptrdiff_t)(i + k) * row + j;
      if (streams && VLANES == GROUP && FILLS_LINES(to))
        STREAM((VEC *)to, m[k]);
      else
        *(LOOSE *)to = m[k];
    }
  }
}

/* Rows of fewer columns than a square that lie without a gap: a square takes the next row's numbers too, so that the last
 * rows of a tile are none. How many points may begin one. */
static inline uint32_t CONCAT(ENGINE, _few)(uint32_t n_columns, ptrdiff_t row, uint32_t n_points) {
  const uint32_t last = n_columns == 0 ? 0 : (GROUP - 1) / n_columns;
  return row == (ptrdiff_t)n_columns && n_points > last ? n_points - last : 0;
}

/* A group by squares, as many points as that is possible for. One of fewer columns than a square has: those before it come
 * too, or those of the next row. */
static uint32_t CONCAT(ENGINE, _squares_in)(const uint32_t *group, const double *x, ptrdiff_t row, const tile *t,
                                            double *slots) {
  const uint32_t n = group[2], *slot = group + 3, before = group[1] > 0 ? GROUP - n : 0;
  const uint32_t limit = n + before == GROUP ? t->n_points : CONCAT(ENGINE, _few)(n, row, t->n_points);
  uint32_t all[GROUP], done = 0;
  for (uint32_t k = 0; k < GROUP; k++)
    all[k] = k >= before && k - before < n ? slot[k - before] : NO_NODE;
  for (; done + VLANES <= limit; done += VLANES)
    CONCAT(ENGINE, _load_square)(all, x - before, row, done, t->is_far, slots);
  return done;
}

static uint32_t CONCAT(ENGINE, _squares_out)(const uint32_t *group, double *y, ptrdiff_t row, const tile *t,
                                             const double *slots) {
  const uint32_t n = group[2], *slot = group + 3;
  const int is_few = n <= VLANES && n < GROUP && group[1] == 0; /* what is written into the next row comes later */
  const uint32_t limit = n == GROUP ? t->n_points : is_few ? CONCAT(ENGINE, _few)(n, row, t->n_points) : 0;
  uint32_t all[GROUP], done = 0;
  for (uint32_t k = 0; k < GROUP; k++)
    all[k] = slot[k < n ? k : 0];
  for (; done + VLANES <= limit; done += VLANES)
    CONCAT(ENGINE, _save_square)(all, y, row, done, n, t->streams && row % GROUP == 0, slots);
  return done;
}
#endif

/* Inputs of a group into their slots; lanes behind the last point repeat it. */
static void CONCAT(ENGINE, _inputs)(const uint32_t *group, const tile *t, double *slots) {
  const symad_columns *block = &t->inputs[group[0]];
  const double *x = block->data + t->first * block->row + (ptrdiff_t)group[1] * block->column;
  const uint32_t n = group[2], *slot = group + 3;
  uint32_t done = 0;
#if defined(TRANSPOSE)
  if (block->column == 1 && block->row != 1)
    done = CONCAT(ENGINE, _squares_in)(group, x, block->row, t, slots);
#endif
  if (done < t->n_points)
    CONCAT(ENGINE, _load)(slot, n, x, block, done, t->n_points, slots);
  for (uint32_t j = 0; j < n && t->is_far && block->row == 1; j++)
    for (uint32_t i = 0; i < WIDTH; i += GROUP)
      PREFETCH(x + (ptrdiff_t)j * block->column + WIDTH + i);
  for (uint32_t j = 0; j < n && t->n_points < WIDTH; j++)
    for (uint32_t i = t->n_points; i < WIDTH && slot[j] != NO_NODE; i++)
      SLOT(slot[j])[i] = SLOT(slot[j])[t->n_points - 1];
}

static void CONCAT(ENGINE, _outputs)(const uint32_t *group, const tile *t, const double *slots) {
  const symad_columns *block = &t->outputs[group[0]];
  double *y = block->data + t->first * block->row + (ptrdiff_t)group[1] * block->column;
  const uint32_t n = group[2], *slot = group + 3;
  uint32_t done = 0;
#if defined(TRANSPOSE)
  if (block->column == 1 && block->row != 1)
    done = CONCAT(ENGINE, _squares_out)(group, y, block->row, t, slots);
#endif
  if (done < t->n_points)
    CONCAT(ENGINE, _save)(slot, n, y, block, done, t->n_points, t->streams, slots);
}

#if WIDTH > 1
/* Outputs of a group into the lanes of their sums; lanes of the tile behind the last point add nothing. */
static void CONCAT(ENGINE, _sums)(const uint32_t *group, const tile *t, const double *slots) {
  const symad_columns *block = &t->outputs[group[0]];
  double *to = block->data + (ptrdiff_t)group[1] * block->column;
  for (uint32_t j = 0; j < group[2]; j++, to += block->column) {
    const double *s = SLOT(group[3 + j]);
    if (t->n_points == WIDTH)
      for (uint32_t k = 0; k < GROUP / VLANES; k++) {
        VEC sum = ((const VEC *)to)[k];
        for (uint32_t i = k; i < N_VECTORS; i += GROUP / VLANES)
          sum = sum + ((const VEC *)s)[i];
        ((VEC *)to)[k] = sum;
      }
    else
      for (uint32_t i = 0; i < t->n_points; i++)
        to[i % GROUP] += s[i];
  }
}

/* Columns of a block into a tile or out of it, column j in slot j. */
#if defined(TRANSPOSE)
static INLINE void CONCAT(ENGINE, _square_in)(const double *x, ptrdiff_t row, uint32_t n, double *to) {
  VEC m[VLANES];
  for (uint32_t k = 0; k < VLANES; k++)
    m[k] = *(const LOOSE *)(x + (ptrdiff_t)k * row);
  TRANSPOSE(m);
  for (uint32_t k = 0; k < VLANES; k++)
    if (k < n)
      *(VEC *)(to + (size_t)k * WIDTH) = m[k];
}

static INLINE void CONCAT(ENGINE, _square_out)(double *y, ptrdiff_t row, int streams, const double *from) {
  VEC m[VLANES];
  for (uint32_t k = 0; k < VLANES; k++)
    m[k] = *(const VEC *)(from + (size_t)k * WIDTH);
  TRANSPOSE(m);
  for (uint32_t k = 0; k < VLANES; k++)
    if (streams && VLANES == GROUP && FILLS_LINES(y + (ptrdiff_t)k * row))
      STREAM((VEC *)(y + (ptrdiff_t)k * row), m[k]);
    else
      *(LOOSE *)(y + (ptrdiff_t)k * row) = m[k];
}

/* Squares of a row stand one after the other, the last one has columns once more where what is left is worth it. */
#define SQUARES_END(n) ((n) - ((n) % VLANES < VLANES / 2 ? (n) % VLANES : 0))
#define NEXT_SQUARE(j, end) ((j) + VLANES < (end) && (j) + 2 * VLANES > (end) ? (end) - VLANES : (j) + VLANES)
#endif

/* Fewer columns than a group, side by side in their rows, row after row: a known number of them, so that no loop goes over
 * them. How many were moved. */
static inline uint32_t CONCAT(ENGINE, _gather_row)(uint32_t n, const double *restrict x, ptrdiff_t row,
                                                   uint32_t n_points, double *restrict to) {
  for (uint32_t i = 0; i < n_points; i++)
    for (uint32_t j = 0; j < n; j++)
      to[j * WIDTH + i] = x[i * row + j];
  return n;
}

static inline uint32_t CONCAT(ENGINE, _scatter_row)(uint32_t n, double *restrict y, ptrdiff_t row, uint32_t n_points,
                                                    const double *restrict from) {
  for (uint32_t i = 0; i < n_points; i++)
    for (uint32_t j = 0; j < n; j++)
      y[i * row + j] = from[j * WIDTH + i];
  return n;
}

#define EACH_FEW(CASE) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7)
#define FEW(N)                                                                             \
  case N:                                                                                  \
    return row == N && n_points == WIDTH ? CONCAT(ENGINE, _gather_row)(N, x, N, WIDTH, to) \
                                         : CONCAT(ENGINE, _gather_row)(N, x, row, n_points, to);
NOINLINE static uint32_t CONCAT(ENGINE, _gather_few)(uint32_t n, const double *x, ptrdiff_t row, uint32_t n_points,
                                                     double *to) {
  switch (n) {
    EACH_FEW(FEW)
  default:
    return 0;
  }
}
#undef FEW
#define FEW(N)                                                                                \
  case N:                                                                                     \
    return row == N && n_points == WIDTH ? CONCAT(ENGINE, _scatter_row)(N, y, N, WIDTH, from) \
                                         : CONCAT(ENGINE, _scatter_row)(N, y, row, n_points, from);
NOINLINE static uint32_t CONCAT(ENGINE, _scatter_few)(uint32_t n, double *y, ptrdiff_t row, uint32_t n_points,
                                                      const double *from) {
  switch (n) {
    EACH_FEW(FEW)
  default:
    return 0;
  }
}
#undef FEW
#undef EACH_FEW

/* A few points after the other, all columns of them: rows are read and written from their start to their end. */
void CONCAT(ENGINE, _gather)(uint32_t n_columns, const tile *t, double *slots) {
  const symad_columns *block = t->inputs;
  const double *x = block->data + t->first * block->row;
  uint32_t done = 0, moved = 0;
#if defined(TRANSPOSE)
  if (block->column == 1 && n_columns >= VLANES) {
    moved = SQUARES_END(n_columns);
    for (; done + VLANES <= t->n_points; done += VLANES) {
      const double *from = x + (ptrdiff_t)done * block->row;
      for (uint32_t k = 0; k < VLANES && t->is_far; k++)
        for (uint32_t j = 0; j < n_columns; j += GROUP)
          PREFETCH(from + (ptrdiff_t)(k + WIDTH) * block->row + j);
      for (uint32_t j = 0; j < moved; j = NEXT_SQUARE(j, moved))
        CONCAT(ENGINE, _square_in)(from + j, block->row, VLANES, SLOT(j) + done);
    }
  } else if (block->column == 1 && n_columns >= VLANES / 2) {
    const uint32_t limit = CONCAT(ENGINE, _few)(n_columns, block->row, t->n_points);
    for (; done + VLANES <= limit; done += VLANES)
      CONCAT(ENGINE, _square_in)(x + (ptrdiff_t)done * block->row, block->row, n_columns, slots + done);
    moved = done > 0 ? n_columns : 0;
  }
#endif
  if (moved < n_columns && block->column == 1 && block->row != 1)
    n_columns -= CONCAT(ENGINE, _gather_few)(n_columns - moved, x + moved, block->row, t->n_points, SLOT(moved));
  for (uint32_t j = done < t->n_points ? 0 : moved; j < n_columns; j++)
    CONCAT(ENGINE, _load)(&j, 1, x + (ptrdiff_t)j * block->column, block, j < moved ? done : 0, t->n_points, slots);
}

void CONCAT(ENGINE, _scatter)(uint32_t n_columns, const tile *t, double *slots) {
  const symad_columns *block = t->outputs;
  double *y = block->data + t->first * block->row;
  uint32_t done = 0, moved = 0;
#if defined(TRANSPOSE)
  const int streams =
      t->streams && block->row % GROUP == 0 && n_columns % GROUP == 0; /* else lines are written by halves */
  if (block->column == 1 && n_columns >= VLANES) {
    moved = SQUARES_END(n_columns);
    for (; done + VLANES <= t->n_points; done += VLANES)
      for (uint32_t j = 0; j < moved; j = NEXT_SQUARE(j, moved))
        CONCAT(ENGINE, _square_out)(y + (ptrdiff_t)done * block->row + j, block->row, streams, SLOT(j) + done);
  }
#endif
  if (moved < n_columns && block->column == 1 && block->row != 1)
    n_columns -= CONCAT(ENGINE, _scatter_few)(n_columns - moved, y + moved, block->row, t->n_points, SLOT(moved));
  for (uint32_t j = done < t->n_points ? 0 : moved; j < n_columns; j++)
    CONCAT(ENGINE, _save)
  (&j, 1, y + (ptrdiff_t)j * block->column, block, j < moved ? done : 0, t->n_points, t->streams, slots);
}
#endif

/* Instructions that are no steps: they leave nothing in the accumulator. */
NOINLINE static void CONCAT(ENGINE, _other)(const symad_plan *plan, const instr *p, const tile *t, double *slots) {
  const uint32_t *list = plan->list.data;
  switch (p->op) {
#define FAST_ROW1(NAME, fast, usual)                                \
  case INSTR_ROW + SYMAD_OP_##NAME:                                 \
    TILE(FAST_##NAME)(SLOT(p->dst), SLOT(p->a), SLOT(p->b), WIDTH); \
    return;
    TILE_ROWS1(FAST_ROW1)
    FAST_ROW1(POWN, , )
#undef FAST_ROW1
#define PAIR(NAME, FIRST, SECOND, kernel)                        \
  case INSTR_TOGETHER + TOGETHER_##NAME:                         \
    TILE(NAME)(SLOT(p->dst), SLOT(p->u.s.c), SLOT(p->a), WIDTH); \
    return;
#define TRIPLE(NAME, FIRST, SECOND, THIRD, kernel)                                                 \
  case INSTR_ROW + SYMAD_OP_##FIRST:                                                               \
    TILE(NAME)(SLOT(p->dst), NULL, NULL, SLOT(p->a), SLOT(p->b), WIDTH);                           \
    return;                                                                                        \
  case INSTR_ROW + SYMAD_OP_##SECOND:                                                              \
    TILE(NAME)(NULL, SLOT(p->dst), NULL, SLOT(p->a), SLOT(p->b), WIDTH);                           \
    return;                                                                                        \
  case INSTR_ROW + SYMAD_OP_##THIRD:                                                               \
    TILE(NAME)(NULL, NULL, SLOT(p->dst), SLOT(p->a), SLOT(p->b), WIDTH);                           \
    return;                                                                                        \
  case INSTR_TOGETHER + TOGETHER_##NAME:                                                           \
    TILE(NAME)(RESULT(p->dst), RESULT(p->u.s.c), RESULT(p->u.s.d), SLOT(p->a), SLOT(p->b), WIDTH); \
    return;
    ROWS_TOGETHER(PAIR, TRIPLE)
#undef PAIR
#undef TRIPLE
  default:
    break;
  }
  switch (p->op) {
#define OPS(NAME, ...)
#define OP0(NAME, ...)
#define OPC(NAME, ...)                                       \
  case INSTR_ROW + SYMAD_OP_##NAME:                          \
    TILE(NAME)(SLOT(p->dst), SLOT(p->a), SLOT(p->b), WIDTH); \
    break;
#define OP2 OPC
#define OP1(NAME, ...)                                 \
  case INSTR_ROW + SYMAD_OP_##NAME:                    \
    TILE(NAME)(SLOT(p->dst), SLOT(p->a), NULL, WIDTH); \
    break;
#include "symad_ops.def"
#undef OPS
#undef OP0
#undef OP1
#undef OP2
#undef OPC
  case INSTR_INPUTS:
    CONCAT(ENGINE, _inputs)(list + p->a, t, slots);
    break;
  case INSTR_OUTPUTS:
    CONCAT(ENGINE, _outputs)(list + p->a, t, slots);
    break;
#if WIDTH > 1
  case INSTR_SUMS:
    CONCAT(ENGINE, _sums)(list + p->a, t, slots);
    break;
#endif
  default:
    TILE(LIST)(p->op - INSTR_LIST, SLOT(p->dst), list + p->a, list + plan->ordinals, p->b, slots, SLOT(plan->n_slots),
               WIDTH);
  }
}

void ENGINE(const symad_plan *plan, const tile *t, double *slots) {
  const instr *p = plan->code.data, *end = p + plan->code.count;
  EACH(DECLARE, NO, 0)
  for (; p != end; p++) {
    switch (p->op) {
#define STEP(NAME, form, value)                    \
  case 2 * STEP_##NAME: {                          \
    FIND_##form EACH(SET, form, value) continue;   \
  }                                                \
  case 2 * STEP_##NAME + 1: {                      \
    VEC *to = (VEC *)SLOT(p->dst);                 \
    FIND_##form EACH(STORE, form, value) continue; \
  }
#define MERGE(NAME, form, first, second, value) STEP(NAME, form, value)
#include "plan/steps.def"
#undef STEP
#undef MERGE
    default:
      CONCAT(ENGINE, _other)(plan, p, t, slots);
      EACH(FORGET, NO, 0)
    }
  }
}

#undef WIDTH
#undef EACH
#undef SLOT
#undef RESULT
#undef USE
#undef FIND_SLOT
#undef FIND_NO
#undef FIND_K
#undef FIND_L
#undef FIND_A
#undef FIND_B
#undef FIND_C
#undef FIND_D
#undef FIND_AK
#undef FIND_AKL
#undef FIND_AB
#undef FIND_ABK
#undef FIND_ABKL
#undef FIND_ABC
#undef FIND_ABCK
#undef FIND_ABCD
#undef READ_NO
#undef READ_K
#undef READ_A
#undef READ_AK
#undef READ_AKL
#undef READ_AB
#undef READ_ABK
#undef READ_ABKL
#undef READ_ABC
#undef READ_ABCK
#undef READ_ABCD
#undef SET
#undef STORE
#undef DECLARE
#undef FORGET
