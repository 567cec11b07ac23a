/* Which engine runs a plan, and its tiles one after the other. */
#include "plan/plan.h"

#define NARROW 8
#define ALIGNMENT 64
#define WIDE_BYTES (1u << 22) /* of slots, for a wide tile: beyond, narrow ones (2 times slower at 1 MB, measured) */

#define STREAM_BYTES (3u << 20) /* of outputs: a quarter to two fifths less time beyond; below they stay in a cache */

/* Columns of a block by rows, from which on a wide tile would touch more lines between two of one row than caches hold:
 * narrow tiles halved the time of 1000 at 20,000 points, and cost a tenth of that of 100. */
#define MANY_COLUMNS 512

#define WIDE_TILE_BYTES (1u << 15) /* of columns beside compiled code: a first cache */
#define NATIVE_FEW 2               /* points that compiled code takes where they are */

#if defined(__GNUC__)
#define PORTABLE_WIDTH 16
#else
#define PORTABLE_WIDTH 8
#endif

#if defined(SYMAD_X86_ENGINES)
#define WAIT_FOR_STREAMS __builtin_ia32_sfence()
#else
#define WAIT_FOR_STREAMS (void)0
#endif

static const engine_set engines[] = {
    {"portable", NULL, ENGINE_WIDTH(NARROW, engine_portable_narrow), ENGINE_WIDTH(PORTABLE_WIDTH, engine_portable_wide),
     NULL},
#if defined(SYMAD_X86_ENGINES)
    {"avx2", "avx2 code", ENGINE_WIDTH(NARROW, engine_avx2_narrow), ENGINE_WIDTH(32, engine_avx2_wide), avx2_kernel},
    {"avx512", "avx512 code", ENGINE_WIDTH(NARROW, engine_avx512_narrow), ENGINE_WIDTH(64, engine_avx512_wide),
     avx512_kernel},
#endif
};

#define N_ENGINES ((int)(sizeof engines / sizeof *engines))

static int runs_here(int number) {
#if defined(SYMAD_X86_ENGINES)
  if (number == 1)
    return __builtin_cpu_supports("avx2");
  if (number == 2)
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
#endif
  return number == 0;
}

symad_status engine_choose(int number, const engine_set **chosen) {
  int best = N_ENGINES - 1;
  if (number >= N_ENGINES || (number >= 0 && !runs_here(number)))
    return SYMAD_ERR_ARGUMENT;
  while (!runs_here(best))
    best--;
  *chosen = &engines[number >= 0 ? number : best];
  return SYMAD_OK;
}

const char *symad_engine_name(int number) {
  return number >= 0 && number < N_ENGINES && runs_here(number) ? engines[number].name : NULL;
}

const char *symad_plan_engine(const symad_plan *plan) {
  if (plan->native != NULL)
    return "native";
  return plan->machine.tiles != NULL ? plan->engine->code_name : plan->engine->name;
}

void symad_plan_use(symad_plan *plan, symad_native_run *run, size_t n_work) {
  plan->native = run;
  plan->native_work =
      (n_work + ALIGNMENT / 8 - 1) / (ALIGNMENT / 8) * (ALIGNMENT / 8); /* what follows is aligned too */
}

/* Wide tiles while so many slots of them fit into `bytes`. */
static const engine_width *width_for(const symad_plan *plan, size_t n_points, size_t n_slots, size_t bytes) {
  const engine_set *set = plan->engine;
  return n_points <= NARROW || n_slots * set->wide.n_points * sizeof(double) > bytes ? &set->narrow : &set->wide;
}

const engine_width *plan_width(const symad_plan *plan, size_t n_points) {
  return width_for(plan, n_points, plan->n_slots, WIDE_BYTES);
}

static const engine_width *width_of_columns(const symad_plan *plan, size_t n_points) {
  return width_for(plan, n_points, (size_t)plan->n_inputs + plan->n_outputs, WIDE_TILE_BYTES);
}

size_t symad_plan_work_size(const symad_plan *plan, size_t n_points) {
  size_t n_doubles = (size_t)plan->n_slots + plan->longest_list;
  if (plan->native != NULL)
    n_doubles =
        plan->native_work + ((size_t)plan->n_inputs + plan->n_outputs) * width_of_columns(plan, n_points)->n_points;
  else if (n_points > 1)
    n_doubles = (size_t)plan->n_slots * plan_width(plan, n_points)->n_points + plan->longest_list;
  if (plan->machine.tiles != NULL) {
    const size_t more = n_points > 1                ? machine_tile_doubles(plan)
                        : plan->machine.one != NULL ? machine_one_doubles(plan)
                                                    : 0;
    n_doubles = more > n_doubles ? more : n_doubles;
  }
  return n_doubles * sizeof(double) + ALIGNMENT;
}

static double *aligned(void *work) {
  return (double *)(((uintptr_t)work + ALIGNMENT - 1) & ~(uintptr_t)(ALIGNMENT - 1));
}

/* How many points until columns of the larger block of outputs start a cache line; few, so that a narrow tile does. */
static size_t points_before_line(const symad_plan *plan, const symad_columns *outputs) {
  const symad_columns *block = &outputs[plan->n_outputs - plan->first_outputs > plan->first_outputs];
  return block->row == 1 ? (ALIGNMENT - (uintptr_t)block->data % ALIGNMENT) % ALIGNMENT / sizeof(double) : 0;
}

/* Compiled code wants columns whose points lie side by side: other blocks go through tiles, and so do outputs that are to
 * pass the caches by. */
static void run_native(const symad_plan *plan, size_t n_points, const symad_columns *inputs,
                       const symad_columns *outputs, int streams, double *work) {
  const uint32_t n_columns[4] = {plan->first_inputs, plan->n_inputs - plan->first_inputs, plan->first_outputs,
                                 plan->n_outputs - plan->first_outputs};
  const symad_columns given[4] = {inputs[0], inputs[1], outputs[0], outputs[1]};
  const engine_width *width = width_of_columns(plan, n_points);
  symad_columns now[4];
  double *tiles[4], *rest = work + plan->native_work;
  int n_tiles = 0;
  for (int k = 0; k < 4; k++) {
    tiles[k] = n_columns[k] > 0 && (given[k].row != 1 || (streams && k >= 2)) ? rest : NULL;
    rest += (size_t)n_columns[k] * width->n_points;
    now[k] = tiles[k] == NULL ? given[k] : (symad_columns){tiles[k], 1, width->n_points};
    n_tiles += tiles[k] != NULL;
  }
  if (n_points <= NATIVE_FEW || n_tiles == 0) {
    plan->native(n_points, inputs, outputs, work);
    return;
  }
  size_t n = streams ? points_before_line(plan, outputs) : 0;
  for (size_t first = 0; first < n_points; first += n) {
    if (first > 0 || n == 0)
      n = n_points - first < width->n_points ? n_points - first : width->n_points;
    for (int k = 0; k < 2; k++)
      if (tiles[k] != NULL)
        width->gather(n_columns[k], &(tile){&given[k], NULL, (ptrdiff_t)first, (uint32_t)n, 0, streams}, tiles[k]);
    plan->native(n, now, now + 2, work);
    for (int k = 0; k < 4; k++)
      if (tiles[k] == NULL && n_columns[k] > 0)
        now[k].data += n;
      else if (tiles[k] != NULL && k >= 2)
        width->scatter(n_columns[k], &(tile){NULL, &given[k], (ptrdiff_t)first, (uint32_t)n, streams, 0}, tiles[k]);
  }
}

int plan_has_long_rows(const symad_plan *plan, const symad_columns *inputs) {
  uint32_t start = plan->n_uniforms;
  for (size_t k = 0; k < plan->ends.count; k++) {
    const uint32_t end = ITEMS(uint32_t, plan->ends)[k];
    if (end - start > MANY_COLUMNS && inputs[k].row != 1)
      return 1;
    start = end;
  }
  return 0;
}

/* Whether some block by rows has very many columns. */
static int has_long_rows(const symad_plan *plan, const symad_columns *inputs, const symad_columns *outputs) {
  return plan_has_long_rows(plan, inputs) || (outputs[0].row != 1 && plan->first_outputs > MANY_COLUMNS) ||
         (outputs[1].row != 1 && plan->n_outputs - plan->first_outputs > MANY_COLUMNS);
}

static void run_engine(const symad_plan *plan, size_t n_points, const symad_columns *inputs,
                       const symad_columns *outputs, int streams, double *slots) {
  const engine_width *width = has_long_rows(plan, inputs, outputs) ? &plan->engine->narrow : plan_width(plan, n_points);
  const int is_far = n_points > FAR_BYTES / sizeof(double) / ((size_t)plan->n_inputs + plan->n_outputs + 1);
  size_t first = streams ? points_before_line(plan, outputs) : 0;
  if (first > 0)
    plan->engine->narrow.run(plan, &(tile){inputs, outputs, 0, (uint32_t)first, 0, 0}, slots);
  for (; first < n_points; first += width->n_points) {
    const size_t left = n_points - first, n = left < width->n_points ? left : width->n_points;
    const tile t = {inputs, outputs, (ptrdiff_t)first, (uint32_t)n, streams, is_far};
    width->run(plan, &t, slots);
  }
}

static void run_machine(const symad_plan *plan, size_t n_points, const symad_columns *inputs,
                        const symad_columns *outputs, int streams, double *work) {
  const size_t first = streams ? points_before_line(plan, outputs) : 0;
  if (first > 0)
    plan->engine->narrow.run(plan, &(tile){inputs, outputs, 0, (uint32_t)first, 0, 0}, work);
  machine_run(plan, &(tile){inputs, outputs, (ptrdiff_t)first, 0, streams, 0}, n_points - first, work);
}

symad_status symad_plan_run(const symad_plan *plan, size_t n_points, const symad_columns *inputs,
                            const symad_columns *outputs, void *work) {
  double *slots = aligned(work);
  const int streams = n_points > STREAM_BYTES / sizeof(double) / (plan->n_outputs + 1);
  if (plan->native != NULL)
    run_native(plan, n_points, inputs, outputs, streams, slots);
  else if (n_points == 1 && plan->machine.one != NULL)
    machine_one(plan, &(tile){inputs, outputs, 0, 1, 0, 0}, slots);
  else if (n_points == 1)
    engine_one(plan, &(tile){inputs, outputs, 0, 1, 0, 0}, slots);
  else if (plan->machine.tiles != NULL && n_points > NARROW && !has_long_rows(plan, inputs, outputs))
    run_machine(plan, n_points, inputs, outputs, streams, slots);
  else
    run_engine(plan, n_points, inputs, outputs, streams, slots);
  if (streams)
    WAIT_FOR_STREAMS;
  return SYMAD_OK;
}

void symad_plan_stats(const symad_plan *plan, symad_plan_size *size) {
  size->n_instructions = plan->code.count;
  size->n_slots = plan->n_slots;
  size->n_bytes = sizeof *plan + plan->code.capacity * sizeof(instr) + plan->list.capacity * sizeof(uint32_t);
}
