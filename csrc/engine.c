/* Which engine runs a plan, and its tiles one after the other. */
#include "plan.h"

#define NARROW 8
#define ALIGNMENT 64
#define WIDE_BYTES (1u << 22) /* of slots, for a wide tile: beyond, narrow ones (2 times slower at 1 MB, measured) */

#if defined(__GNUC__)
#define PORTABLE_WIDTH 16
#else
#define PORTABLE_WIDTH 8
#endif

static const engine_set engines[] = {
    {"portable", engine_portable_narrow, engine_portable_wide, PORTABLE_WIDTH},
#if defined(SYMAD_X86_ENGINES)
    {"avx2", engine_avx2_narrow, engine_avx2_wide, 32},
    {"avx512", engine_avx512_narrow, engine_avx512_wide, 64},
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
  return plan->engine->name;
}

static uint32_t width_for(const symad_plan *plan, size_t n_points) {
  uint32_t widest = plan->engine->wide_width;
  if (n_points == 1)
    return 1;
  return n_points <= NARROW || (size_t)plan->n_slots * widest * sizeof(double) > WIDE_BYTES ? NARROW : widest;
}

size_t symad_plan_work_size(const symad_plan *plan, size_t n_points) {
  return ((size_t)plan->n_slots * width_for(plan, n_points) + plan->longest_list) * sizeof(double) + ALIGNMENT;
}

symad_status symad_plan_run(const symad_plan *plan, size_t n_points, const symad_columns *inputs,
                            const symad_columns *outputs, void *work) {
  uint32_t width = width_for(plan, n_points);
  double *slots = (double *)(((uintptr_t)work + ALIGNMENT - 1) & ~(uintptr_t)(ALIGNMENT - 1));
  engine_run *run = width == 1 ? engine_one : width == NARROW ? plan->engine->narrow : plan->engine->wide;
  for (size_t first = 0; first < n_points; first += width) {
    const size_t left = n_points - first;
    const tile t = {inputs, outputs, (ptrdiff_t)first, left < width ? (uint32_t)left : width};
    run(plan, &t, slots);
  }
  return SYMAD_OK;
}

void symad_plan_stats(const symad_plan *plan, symad_plan_size *size) {
  size->n_instructions = plan->code.count;
  size->n_slots = plan->n_slots;
  size->n_bytes = sizeof *plan + plan->code.capacity * sizeof(instr) + plan->list.capacity * sizeof(uint32_t);
}
