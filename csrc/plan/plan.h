/* The plan of a tape: instructions over slots, and what the engines share. */
#ifndef SYMAD_PLAN_H
#define SYMAD_PLAN_H

#include "base/internal.h"
#include "kernels/kernels.h"
#include "symad_code.h"

/* An instruction is a step (2*step, or 2*step + 1 where R is also stored in slot dst), or one of the others:
 *   INSTR_ROW + row      slot dst = the row of slots a, b
 *   INSTR_LIST + row     slot dst = the n-ary row of b slots, list[a] onwards
 *   INSTR_TOGETHER + set slots dst, c, d = the rows of a set of ROWS_TOGETHER, of slots a, b; NO_NODE: not wanted
 *   INSTR_INPUTS         inputs into slots: list[a] onwards holds block, first column, count, slots (NO_NODE: skip)
 *   INSTR_OUTPUTS        slots out to the caller's arrays, the same form
 *   INSTR_SUMS           the same for sums over points: a column is 8 lanes, point i of a tile is added to lane i mod 8 */
enum step_number {
#define STEP(NAME, form, value) STEP_##NAME,
#define MERGE(NAME, form, first, second, value) STEP_##NAME,
#include "plan/steps.def"
#undef STEP
#undef MERGE
  STEP_END
};

#define INSTR_INPUTS (2 * STEP_END)
#define INSTR_OUTPUTS (2 * STEP_END + 1)
#define INSTR_SUMS (2 * STEP_END + 2)
#define INSTR_TOGETHER (2 * STEP_END + 3)
#define INSTR_ROW (INSTR_TOGETHER + TOGETHER_END)
#define INSTR_LIST (INSTR_ROW + 256)

enum together_number {
#define PAIR(NAME, FIRST, SECOND, kernel) TOGETHER_##NAME,
#define TRIPLE(NAME, FIRST, SECOND, THIRD, kernel) TOGETHER_##NAME,
  ROWS_TOGETHER(PAIR, TRIPLE)
#undef PAIR
#undef TRIPLE
      TOGETHER_END
};

/* What a set of rows that are computed together is called where some of them are wanted, by a bit each, and its rows
 * (together.c). */
typedef struct together_shape {
  const char *names[8];
  uint32_t rows[3];
  uint8_t count;
} together_shape;

extern const together_shape together_shapes[TOGETHER_END];

/* What a step reads and computes, by its number (steps.c). */
typedef struct step_shape {
  const char *name, *value;
  uint8_t slots, numbers;
} step_shape;

extern const step_shape step_shapes[STEP_END];

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

/* A number of an instruction that is an operand of the call: entry `uniform` of its vector, negated or not. */
typedef struct uniform_read {
  uint32_t instruction;
  uint32_t uniform;
  uint8_t is_second; /* L, not K */
  uint8_t is_negated;
} uniform_read;

/* What machine code is given and its caller fills: the one definition for both. Slots and columns are those of a tile, or of
 * one point; columns point to the first point of each input, then of each output. For one point they are two: all inputs,
 * all outputs. */
typedef struct code_frame {
  double *slots;    /* aligned to 64 bytes */
  const void *pool; /* numbers, then what calls of lists read */
  size_t n_bytes;   /* 8 times the points: whole tiles */
  double *columns[];
} code_frame;

typedef void code_run(code_frame *frame);

/* Machine code of a plan (code/), zeroed where there is none. Numbers of the call stand in the pool behind the first
 * `first_uniform` ones, each of them n_copies times. */
typedef struct machine_code {
  code_run *tiles, *one; /* one is NULL where it was not asked for */
  const unsigned char *pool, *pool_one;
  size_t n_pool, n_pool_one; /* bytes */
  uint32_t n_slots, n_slots_one;
  uint32_t first_uniform, n_copies;
  size_t n_bytes;           /* of code */
  symad_code_memory memory; /* of the pages, which hold the pools too */
  void *pages;
  size_t n_pages_bytes;
} machine_code;

#define GROUP 8 /* inputs or outputs moved together: a cache line of a row of doubles; lanes of a sum */

typedef struct engine_set engine_set;

struct symad_plan {
  memory memory;
  const engine_set *engine;
  symad_native_run *native; /* runs in place of the engine, or NULL */
  size_t native_work;       /* doubles */
  machine_code machine;     /* runs in place of the engine, if there is any */
  uint32_t n_slots;
  uint32_t n_inputs, n_outputs;
  uint32_t first_inputs, first_outputs; /* columns of the first block */
  uint32_t n_uniforms;                  /* inputs before those of the blocks: no columns, but numbers of the call */
  int is_sum;                           /* outputs are summed over the points */
  array ends;                           /* uint32_t: the input behind the last of each block */
  array uniform_reads;                  /* uniform_read */
  array code;                           /* instr */
  array list;                           /* uint32_t */
  uint32_t longest_list;                /* operands of an n-ary row that is no chain of steps */
  uint32_t ordinals;                    /* place in list of 0, 1, ... longest_list - 1 */
};

/* One tile of points: the two blocks of arrays, the first point, and how many points are real; the lanes behind them
 * repeat the last one. */
typedef struct tile {
  const symad_columns *inputs;
  const symad_columns *outputs;
  ptrdiff_t first;
  uint32_t n_points;
  int streams; /* outputs pass the caches by, where they fill lines of them */
  int is_far;  /* inputs are in no cache: those of the next tile are asked for */
} tile;

#define FAR_BYTES (3u << 20) /* of columns: beyond, they are far (1.1 to 2 times, measured) */

/* Runs the whole code over one tile; slots are `width` doubles each, aligned to 64 bytes, and behind them lies room for
 * the longest list. */
typedef void engine_run(const symad_plan *plan, const tile *t, double *slots);

/* Moves the first n_columns columns of t's first block, inputs or outputs, from or to the slots 0, 1, ... */
typedef void engine_move(uint32_t n_columns, const tile *t, double *slots);

/* A width of an instruction set: how many points a tile has, and what is done with one. */
typedef struct engine_width {
  uint32_t n_points;
  engine_run *run;
  engine_move *gather, *scatter;
} engine_width;

/* A row over a tile, as machine code calls it: r = row(a, b) for n points. Rows of one operand leave b alone; sets of
 * rows have two arguments more, where the second and the third go (NULL: nowhere); for lists a has the slots, and b what is to be done (engine/rows.h). */
typedef void tile_function(double *r, const double *a, const double *b, uint32_t n);

#define TILE_TOGETHER 256 /* beyond the rows: sets of rows that one kernel computes together */

/* The function of a row of an instruction set; NULL: there is none. */
typedef tile_function *tile_kernels(uint32_t row);

struct engine_set {
  const char *name, *code_name;
  engine_width narrow, wide;
  tile_kernels *kernels; /* NULL: no machine code */
};

#define ENGINE_DECLARE(NAME) \
  engine_run NAME;           \
  engine_move NAME##_gather, NAME##_scatter;
#define ENGINE_WIDTH(n_points, NAME) {n_points, NAME, NAME##_gather, NAME##_scatter}

engine_run engine_one;
ENGINE_DECLARE(engine_portable_narrow)
ENGINE_DECLARE(engine_portable_wide)
#if defined(__GNUC__) && defined(__x86_64__)
#define SYMAD_X86_ENGINES
ENGINE_DECLARE(engine_avx2_narrow)
ENGINE_DECLARE(engine_avx2_wide)
ENGINE_DECLARE(engine_avx512_narrow)
ENGINE_DECLARE(engine_avx512_wide)
tile_kernels one_kernel, avx2_kernel, avx512_kernel;
#endif

/* What plans of row programs have beyond those of symad_plan_new: which inputs are numbers of the call, in which blocks
 * the others lie, whether outputs are summed. Instructions that read such a number are listed in uniform_reads. */
typedef struct plan_shape {
  uint32_t n_uniforms;
  const uint32_t *ends; /* ascending, the last one being the number of inputs */
  uint32_t n_blocks;
  uint32_t first_outputs;
  int is_sum;
} plan_shape;

symad_status plan_new(const symad_tape *tape, const plan_shape *shape, int engine, symad_plan **plan);

/* The tiles that n_points points of a plan are run in. */
const engine_width *plan_width(const symad_plan *plan, size_t n_points);

/* Whether some block of inputs lies by rows and has so many columns that narrow tiles are quicker. */
int plan_has_long_rows(const symad_plan *plan, const symad_columns *inputs);

/* Machine code (engine/machine.c): n_points points of a plan from the tile's first on, the tile's own number of points aside;
 * work is aligned to 64 bytes, and *_doubles says how much of it is needed. */
size_t machine_tile_doubles(const symad_plan *plan);
size_t machine_one_doubles(const symad_plan *plan);
void machine_run(const symad_plan *plan, const tile *range, size_t n_points, double *work);
void machine_one(const symad_plan *plan, const tile *point, double *work);

/* The engine of that number, or the best this processor runs for SYMAD_ENGINE_BEST. */
symad_status engine_choose(int number, const engine_set **chosen);

#endif
