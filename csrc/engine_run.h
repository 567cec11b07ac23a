/* The engine's loop, one source for every width. Included with
 *   ENGINE              the name of the function
 *   VEC, VLANES         a vector of doubles, and how many it holds (engine_vectors.h)
 *   N_VECTORS           how many of them make the accumulator: 1, 2, 4 or 8
 *   TILE(NAME)          the name of a row's loop over a tile (engine_tiles.h)
 * A tile is WIDTH = N_VECTORS*VLANES points; the accumulator R stays in registers from step to step. */

#define WIDTH (N_VECTORS * VLANES)
#define EACH CONCAT(EACH_, N_VECTORS)

#define SLOT(index) (slots + (size_t)(index) * WIDTH)
#define AT(index, j) (*(const VEC *)(SLOT(index) + (j) * VLANES))

#define USE(x) (void)(x)

#define READ_NO(j)
#define READ_K(j) const VEC K = SPREAD(p->u.k);
#define READ_A(j) const VEC A = AT(p->a, j);
#define READ_AK(j) \
  READ_A(j)        \
  READ_K(j)
#define READ_AB(j) \
  READ_A(j)        \
  const VEC B = AT(p->b, j);
#define READ_ABCD(j)             \
  READ_AB(j)                     \
  const VEC C = AT(p->u.s.c, j); \
  const VEC D = AT(p->u.s.d, j); \
  USE(D);

#define SET(j, form, value) \
  {                         \
    const VEC R = r##j;     \
    READ_##form(j) USE(R);  \
    r##j = (value);         \
  }
#define STORE(j, form, value) SET(j, form, value) * (VEC *)(SLOT(p->dst) + (j) * VLANES) = r##j;
#define DECLARE(j, form, value) VEC r##j = SPREAD(0.0);
#define FORGET(j, form, value) r##j = SPREAD(0.0);

/* Columns of a group between a caller's array and their slots, points [start, end) of the tile. */
static void CONCAT(ENGINE, _load)(const uint32_t *slot, uint32_t n, const double *x, const symad_columns *block,
                                  uint32_t start, uint32_t end, double *slots) {
  for (uint32_t j = 0; j < n; j++) {
    const double *from = x + (ptrdiff_t)j * block->column;
    double *s = slot[j] == NO_NODE ? NULL : SLOT(slot[j]);
    if (s == NULL)
      continue;
    if (block->row == 1)
      memcpy(s + start, from + start, (end - start) * sizeof *s);
    else
      for (uint32_t i = start; i < end; i++)
        s[i] = from[(ptrdiff_t)i * block->row];
  }
}

static void CONCAT(ENGINE, _save)(const uint32_t *slot, uint32_t n, double *y, const symad_columns *block,
                                  uint32_t start, uint32_t end, const double *slots) {
  for (uint32_t j = 0; j < n; j++) {
    const double *s = SLOT(slot[j]);
    double *to = y + (ptrdiff_t)j * block->column;
    if (block->row == 1)
      memcpy(to + start, s + start, (end - start) * sizeof *s);
    else
      for (uint32_t i = start; i < end; i++)
        to[(ptrdiff_t)i * block->row] = s[i];
  }
}

#if defined(TRANSPOSE)
/* Whole squares of rows whose columns lie side by side go through registers; says how many points that were. */
static uint32_t CONCAT(ENGINE, _load_squares)(const uint32_t *slot, const double *x, ptrdiff_t row, uint32_t n,
                                              double *slots) {
  uint32_t i = 0;
  for (; i + VLANES <= n; i += VLANES)
    for (uint32_t j = 0; j < GROUP; j += VLANES) {
      VEC m[VLANES];
      for (uint32_t k = 0; k < VLANES; k++)
        m[k] = *(const LOOSE *)(x + (ptrdiff_t)(i + k) * row + j);
      TRANSPOSE(m);
      for (uint32_t k = 0; k < VLANES; k++)
        if (slot[j + k] != NO_NODE)
          *(VEC *)(SLOT(slot[j + k]) + i) = m[k];
    }
  return i;
}

static uint32_t CONCAT(ENGINE, _save_squares)(const uint32_t *slot, double *y, ptrdiff_t row, uint32_t n,
                                              const double *slots) {
  uint32_t i = 0;
  for (; i + VLANES <= n; i += VLANES)
    for (uint32_t j = 0; j < GROUP; j += VLANES) {
      VEC m[VLANES];
      for (uint32_t k = 0; k < VLANES; k++)
        m[k] = *(const VEC *)(SLOT(slot[j + k]) + i);
      TRANSPOSE(m);
      for (uint32_t k = 0; k < VLANES; k++)
        *(LOOSE *)(y + (ptrdiff_t)(i + k) * row + j) = m[k];
    }
  return i;
}
#endif

/* Inputs of a group into their slots; lanes behind the last point repeat it. */
static void CONCAT(ENGINE, _inputs)(const uint32_t *group, const tile *t, double *slots) {
  const symad_columns *block = &t->inputs[group[0]];
  const double *x = block->data + t->first * block->row + (ptrdiff_t)group[1] * block->column;
  const uint32_t n = group[2], *slot = group + 3;
  uint32_t done = 0;
#if defined(TRANSPOSE)
  if (n == GROUP && block->column == 1)
    done = CONCAT(ENGINE, _load_squares)(slot, x, block->row, t->n_points, slots);
#endif
  if (done < t->n_points)
    CONCAT(ENGINE, _load)(slot, n, x, block, done, t->n_points, slots);
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
  if (n == GROUP && block->column == 1)
    done = CONCAT(ENGINE, _save_squares)(slot, y, block->row, t->n_points, slots);
#endif
  if (done < t->n_points)
    CONCAT(ENGINE, _save)(slot, n, y, block, done, t->n_points, slots);
}

/* Instructions that are no steps: they leave nothing in the accumulator. */
NOINLINE static void CONCAT(ENGINE, _other)(const symad_plan *plan, const instr *p, const tile *t, double *slots) {
  const uint32_t *list = plan->list.data;
  switch (p->op) {
#define OPS(NAME, ...)
#define OP0(NAME, ...)
#define OPC(NAME, ...)                                       \
  case INSTR_ROW + SYMAD_OP_##NAME:                          \
    TILE(NAME)(SLOT(p->dst), SLOT(p->a), SLOT(p->b), WIDTH); \
    break;
#define OP2 OPC
#define OP1(NAME, ...)                           \
  case INSTR_ROW + SYMAD_OP_##NAME:              \
    TILE(NAME)(SLOT(p->dst), SLOT(p->a), WIDTH); \
    break;
#include "symad_ops.def"
#undef OPS
#undef OP0
#undef OP1
#undef OP2
#undef OPC
  case INSTR_SINCOS:
    TILE(SINCOS)(SLOT(p->dst), SLOT(p->u.s.c), SLOT(p->a), WIDTH);
    break;
  case INSTR_SIN:
    TILE(SINE)(SLOT(p->dst), SLOT(p->a), WIDTH);
    break;
  case INSTR_COS:
    TILE(COSINE)(SLOT(p->dst), SLOT(p->a), WIDTH);
    break;
  case INSTR_INPUTS:
    CONCAT(ENGINE, _inputs)(list + p->a, t, slots);
    break;
  case INSTR_OUTPUTS:
    CONCAT(ENGINE, _outputs)(list + p->a, t, slots);
    break;
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
#define STEP(NAME, form, value) \
  case 2 * STEP_##NAME:         \
    EACH(SET, form, value)      \
    continue;                   \
  case 2 * STEP_##NAME + 1:     \
    EACH(STORE, form, value)    \
    continue;
#include "steps.def"
#undef STEP
    default:
      CONCAT(ENGINE, _other)(plan, p, t, slots);
      EACH(FORGET, NO, 0)
    }
  }
}

#undef WIDTH
#undef EACH
#undef SLOT
#undef AT
#undef USE
#undef READ_NO
#undef READ_K
#undef READ_A
#undef READ_AK
#undef READ_AB
#undef READ_ABCD
#undef SET
#undef STORE
#undef DECLARE
#undef FORGET
