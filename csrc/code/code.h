/* Machine code for plans: what its stages hand on. A tape becomes row steps (lower.c); a walk over them (emit.c) keeps values
 * in registers (registers.c) and says what happens where; an encoder (x86.c) writes bytes; pages.c has pages. */
#ifndef SYMAD_CODE_STAGES_H
#define SYMAD_CODE_STAGES_H

#include "plan/plan.h"
#include "symad_code.h"

#define NEVER UINT32_MAX

/* ---- recipes (recipes.c) ---- */

enum micro_number {
#define MICRO(NAME, kind, map, opcode, predicate) MICRO_##NAME,
#include "code/micro.def"
#undef MICRO
  MICRO_END
};

typedef enum micro_kind {
  KIND_SWAPS,
  KIND_PLAIN,
  KIND_ROOT,
  KIND_BITS,
  KIND_COMPARE,
  KIND_ALSO,
  KIND_KEEP,
  KIND_PICK
} micro_kind;

typedef struct micro_form {
  uint8_t kind, map, opcode, predicate;
} micro_form;

extern const micro_form micro_forms[MICRO_END];

/* What micro-operations name: operands, the result, a temporary, the mask, numbers. */
typedef enum micro_operand {
  AT_A,
  AT_B,
  AT_C,
  AT_D,
  AT_T,
  AT_M,
  AT_ONE,
  AT_ZERO,
  AT_HALF,
  AT_SIGN,
  AT_MAGNITUDE,
  AT_NO_NUMBER,
  AT_MINUS_ONE,
  AT_END
} micro_operand;

#define FIRST_NUMBER AT_ONE
#define N_RECIPE_NUMBERS (AT_END - FIRST_NUMBER)
#define MOST_MICROS 6
#define MOST_OPERANDS 3

typedef struct micro {
  uint8_t op, d, a, b;
} micro;

typedef struct row_recipe {
  uint8_t n_micros;
  micro micros[MOST_MICROS];
} row_recipe;

typedef struct list_recipe {
  uint8_t first, next, last; /* recipes; NO_RECIPE: none */
} list_recipe;

#define NO_RECIPE UINT8_MAX

extern const uint64_t recipe_numbers[N_RECIPE_NUMBERS]; /* bits of doubles, by name */

const row_recipe *recipe_at(uint32_t number);
uint32_t recipe_of_row(uint32_t row);            /* NO_RECIPE: the row is called, or a list */
const list_recipe *recipe_of_list(uint32_t row); /* NULL: the row is called */
uint32_t recipe_of_product(void);                /* what small powers are made of */
uint32_t recipe_reads(const row_recipe *r);      /* which of A, B and C: a bit each */
/* One sum, difference, product or quotient: its last operand may lie in memory. */
int recipe_is_plain(const row_recipe *r);

/* ---- row steps (lower.c) ---- */

typedef enum value_kind { VALUE_COMPUTED, VALUE_INPUT, VALUE_NUMBER } value_kind;

/* A number a point, or one for all points: where it is. */
typedef struct code_value {
  uint32_t next; /* the step that reads it next, or NEVER */
  uint32_t at;   /* its slot, or NO_NODE; its column; its place in the pool, or NO_NODE */
  uint8_t kind;  /* value_kind */
  uint8_t group; /* of registers, or NO_GROUP */
} code_value;

#define NO_GROUP UINT8_MAX

typedef enum code_step_kind { DO_RECIPE, DO_CALL, DO_TOGETHER, DO_LIST, DO_OUTPUT } code_step_kind;

typedef struct code_step {
  uint8_t kind; /* code_step_kind */
  uint8_t what; /* a recipe, a row, or a set of rows */
  uint32_t first, n_reads;
  uint32_t result, second, third;                /* values, or NO_NODE; of DO_OUTPUT the output */
  uint32_t result_next, second_next, third_next; /* the steps that read them first */
} code_step;

typedef struct code_read {
  uint32_t value, next; /* next: the step that reads the value after this one */
} code_read;

typedef struct program {
  memory memory;
  array steps, reads, values; /* code_step, code_read, code_value */
  array numbers;              /* uint64_t, the pool: numbers of recipes, of the call, of the tape */
  uint32_t n_inputs, n_outputs, n_uniforms;
} program;

/* *p is to be freed even where this fails. */
symad_status code_lower(const symad_tape *tape, uint32_t n_uniforms, program *p);
void program_free(program *p);

/* ---- encoding (x86.c) ---- */

/* How an instruction set is used: on tiles of points, or on one point by scalars. */
typedef struct code_target {
  uint8_t is_evex, is_one, n_registers;
  uint16_t vector_bytes, pool_bytes, points;
} code_target;

extern const code_target code_one, code_avx2, code_avx512;

typedef enum place_kind { PLACE_REGISTER, PLACE_SLOT, PLACE_COLUMN, PLACE_LANES, PLACE_POOL } place_kind;

/* PLACE_LANES: those of a sum, where its column points to; `at` of PLACE_POOL is a number's place. */
typedef struct place {
  place_kind kind;
  uint32_t at;
} place;

typedef struct encoder {
  const code_target *target;
  memory memory;
  array bytes;
  symad_status status;
  uint32_t unroll, n_inputs;
  uint32_t loop, tiles; /* where loops begin */
  uint32_t column;      /* whose address is at hand, or NO_NODE */
  uint8_t aside[32];    /* for what is written after a failure */
} encoder;

/* Registers of a micro-operation: result, first operand, mask and a second one where masks are vectors. */
typedef struct micro_registers {
  uint32_t d, x, mask, also;
} micro_registers;

void encode_start(encoder *e);
void encode_end(encoder *e);
void encode_loop(encoder *e);
void encode_loop_end(encoder *e);
void encode_column(encoder *e, uint32_t column); /* its places can be named until the next column, loop or call */
void encode_load(encoder *e, uint32_t to, place from, uint32_t vector);
void encode_store(encoder *e, place to, uint32_t vector, uint32_t from);
void encode_micro(encoder *e, uint32_t op, const micro_registers *r, place y, uint32_t vector);
void encode_sum(encoder *e, uint32_t to, uint32_t from); /* to = to + from */
/* Arguments of a call: a place at the tile's first point, the slots at it, a byte of the pool. */
void encode_address(encoder *e, uint32_t argument, place p);
void encode_no_address(encoder *e, uint32_t argument); /* NULL */
void encode_slots_address(encoder *e, uint32_t argument);
void encode_pool_address(encoder *e, uint32_t argument, size_t at);
void encode_call(encoder *e, tile_function *function);

/* ---- registers and slots (registers.c) ---- */

#define MOST_GROUPS 32
#define SCRATCH (NO_NODE - 1)

typedef struct walker {
  const program *program;
  encoder e;
  tile_kernels *kernels;
  array values;     /* code_value, of this walk */
  array free_slots; /* uint32_t */
  array later;      /* uint32_t: slots that are free after this step */
  array lists;      /* uint32_t: what calls of lists read, behind the numbers of the pool */
  uint32_t n_slots;
  uint32_t held[MOST_GROUPS]; /* the value in each group of registers, NO_NODE or SCRATCH */
  uint32_t pins;              /* groups that this step needs */
  uint32_t n_groups, longest_loop;
  int is_sum, in_loop;
} walker;

static inline code_value *value_at(const walker *w, uint32_t value) {
  return ITEMS(code_value, w->values) + value;
}

uint32_t take_group(walker *w, uint32_t value);
void drop_group(walker *w, uint32_t group);
uint32_t in_group(walker *w, uint32_t value); /* in registers, loaded where it is not there */
place place_in_memory(const walker *w, uint32_t value);
void store_group(walker *w, uint32_t group, uint32_t slot);
void spill(walker *w, uint32_t value); /* into a slot, unless memory has a copy */
void spill_all(walker *w);             /* nothing is in registers afterwards */
uint32_t code_slot(walker *w);
void free_slot_later(walker *w, uint32_t slot);
void free_slots_now(walker *w);
void release_value(walker *w, uint32_t value); /* after its last read */

/* ---- the walk (emit.c) ---- */

/* What tests make small; 0: as large as the target has it. */
typedef struct code_limits {
  uint32_t n_groups, longest_loop, unroll;
} code_limits;

typedef struct code_form {
  const code_target *target;
  tile_kernels *kernels;
  int is_sum;
  code_limits limits;
} code_form;

typedef struct code_made {
  array bytes, lists;
  uint32_t n_slots;
} code_made;

/* One piece of code for the program; *made is to be freed even where this fails. */
symad_status code_emit(const program *p, const code_form *form, code_made *made);

/* ---- all of it (compile.c) ---- */

symad_status plan_compile(symad_plan *plan, const symad_tape *tape, unsigned flags, const symad_code_memory *pages,
                          const code_limits *limits);

/* The system's pages (pages.c); map is NULL where there are none. */
extern const symad_code_memory system_pages;

#endif
