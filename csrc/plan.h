/* The plan of a tape: instructions over slots, and what the engines share. */
#ifndef SYMAD_PLAN_H
#define SYMAD_PLAN_H

#include "internal.h"

/* An instruction is a step (2*step, or 2*step + 1 where R is also stored in slot dst), or one of the others:
 *   INSTR_ROW + row      slot dst = the row of slots a, b
 *   INSTR_LIST + row     slot dst = the n-ary row of b slots, list[a] onwards
 *   INSTR_SINCOS         slots dst, c = sine and cosine of slot a
 *   INSTR_INPUTS         inputs into slots: list[a] onwards holds block, first column, count, slots (NO_NODE: skip)
 *   INSTR_OUTPUTS        slots out to the caller's arrays, the same form */
enum step_number {
#define STEP(NAME, form, value) STEP_##NAME,
#define MERGE(NAME, form, first, second, value) STEP_##NAME,
#include "steps.def"
#undef STEP
#undef MERGE
  STEP_END
};

#define INSTR_INPUTS (2 * STEP_END)
#define INSTR_OUTPUTS (2 * STEP_END + 1)
#define INSTR_SINCOS (2 * STEP_END + 2)
#define INSTR_ROW (2 * STEP_END + 3)
#define INSTR_LIST (INSTR_ROW + 256)

typedef struct instr {
  uint32_t op;
  uint32_t dst;
  uint32_t a, b;
  double k;
  union {
    double l;
    struct {
      uint32_t c, d;
    } s;
  } u;
} instr;

#define GROUP 8 /* inputs or outputs moved together: a cache line of a row of doubles */

typedef struct engine_set engine_set;

struct symad_plan {
  memory memory;
  const engine_set *engine;
  uint32_t n_slots;
  uint32_t n_inputs, n_outputs;
  array code;            /* instr */
  array list;            /* uint32_t */
  uint32_t longest_list; /* operands of an n-ary row that is no chain of steps */
  uint32_t ordinals;     /* place in list of 0, 1, ... longest_list - 1 */
};

/* One tile of points: the two blocks of arrays, the first point, and how many points are real; the lanes behind them
 * repeat the last one. */
typedef struct tile {
  const symad_columns *inputs;
  const symad_columns *outputs;
  ptrdiff_t first;
  uint32_t n_points;
} tile;

/* Runs the whole code over one tile; slots are `width` doubles each, aligned to 64 bytes, and behind them lies room for
 * the longest list. */
typedef void engine_run(const symad_plan *plan, const tile *t, double *slots);

/* An instruction set: its tile of eight points and its widest one. */
struct engine_set {
  const char *name;
  engine_run *narrow, *wide;
  uint32_t wide_width;
};

engine_run engine_one, engine_portable_narrow, engine_portable_wide;
#if defined(__GNUC__) && defined(__x86_64__)
#define SYMAD_X86_ENGINES
engine_run engine_avx2_narrow, engine_avx2_wide, engine_avx512_narrow, engine_avx512_wide;
#endif

/* The engine of that number, or the best this processor runs for SYMAD_ENGINE_BEST. */
symad_status engine_choose(int number, const engine_set **chosen);

#endif
