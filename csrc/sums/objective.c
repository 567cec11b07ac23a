/* Objectives: three plans, one before the rows, one for each row, one behind them; and the loop over chunks. */
#include "code/code.h"
#include "sums/sums.h"

#include <string.h>

#define LINE 64 /* bytes */

struct symad_objective {
  memory memory;
  symad_plan *before, *rows, *after; /* NULL where there is nothing to do */
  uint32_t n_parameters, n_directions, n_results, n_uniforms, n_sums, n_blocks;
  int is_each;
};

/* ---- making ---- */

static symad_status fits(const symad_tape *row, const symad_objective_form *form, int is_each) {
  const int is_newton = form->kind == SYMAD_ROWS_GAUSS_NEWTON || form->kind == SYMAD_ROWS_GAUSS_NEWTON_PRODUCT;
  uint64_t n_columns = form->n_parameters;
  for (uint32_t k = 0; k < form->n_blocks; k++)
    n_columns += form->columns[k];
  if (form->kind < SYMAD_ROWS_VALUE || form->kind > SYMAD_ROWS_EACH_JACOBIAN || form->n_parameters == 0 ||
      n_columns != row->view.n_inputs || form->engine < SYMAD_ENGINE_BEST)
    return SYMAD_ERR_ARGUMENT;
  if (is_newton && (!(form->flags & SYMAD_ROWS_RESIDUALS) || form->penalty != NULL))
    return SYMAD_ERR_ARGUMENT;
  if (form->penalty != NULL &&
      (form->penalty->view.n_inputs != form->n_parameters || form->penalty->view.n_outputs != 1))
    return SYMAD_ERR_ARGUMENT;
  return row->view.n_outputs == 1 || form->flags & SYMAD_ROWS_RESIDUALS || is_each ? SYMAD_OK : SYMAD_ERR_OUTPUTS;
}

/* *r is to be freed even where this fails. */
static symad_status make_tapes(recipe *r, const symad_tape *row, const symad_objective_form *form,
                               const symad_limits *limits) {
  *r = (recipe){.limits = limits, .memory = row->memory, .kind = form->kind, .flags = form->flags};
  r->n_parameters = form->n_parameters;
  r->n_outputs = row->view.n_outputs;
  r->penalty = form->penalty;
  symad_status status = recipe_row(r, row, form->parameters);
  if (status == SYMAD_OK)
    status = recipe_slopes(r);
  const uint32_t n_fixed = (recipe_has_direction(r) ? 2 : 1) * r->n_boundary;
  unsigned how = recipe_is_each(r) ? SPLIT_KEEP : 0;
  if (r->flags & SYMAD_ROWS_AS_WRITTEN)
    how = SPLIT_KEEP | SPLIT_PLAIN;
  if (status == SYMAD_OK && r->slopes != NULL)
    status = split_tape(r->slopes, n_fixed, how, &r->second);
  if (r->second.fixed.count > 0 && how & SPLIT_KEEP)
    memset(r->second.fixed.data, 0, r->second.fixed.count); /* rows compute them all */
  if (status == SYMAD_OK)
    status = recipe_before(r);
  if (status == SYMAD_OK && !recipe_is_each(r))
    status = recipe_after(r);
  return status;
}

static symad_status make_rows(symad_objective *o, const recipe *r, const symad_objective_form *form) {
  const int has_weights = !o->is_each && form->flags & SYMAD_ROWS_WEIGHTS;
  array ends = {NULL, 0, 0};
  o->n_blocks = form->n_blocks + (uint32_t)has_weights;
  if (r->second.inner == NULL)
    return SYMAD_OK;
  o->n_uniforms = (uint32_t)r->second.boundary.count;
  symad_status status = array_reserve(&o->memory, &ends, (size_t)o->n_blocks + 1, sizeof(uint32_t));
  uint32_t end = o->n_uniforms;
  for (uint32_t k = 0; k < o->n_blocks && status == SYMAD_OK; k++) {
    end += k < form->n_blocks ? form->columns[k] : 1;
    status = array_append(&o->memory, &ends, &end, 1, sizeof end);
  }
  if (o->n_blocks == 0 && status == SYMAD_OK)
    status = array_append(&o->memory, &ends, &end, 1, sizeof end);
  const symad_tape *rows = r->second.inner;
  const plan_shape shape = {o->n_uniforms, ends.data, (uint32_t)ends.count, rows->view.n_outputs, !o->is_each};
  if (status == SYMAD_OK)
    status = plan_new(rows, &shape, form->engine, &o->rows);
  array_free(&o->memory, &ends, sizeof(uint32_t));
  if (status == SYMAD_OK && !o->is_each)
    o->n_sums = rows->view.n_outputs;
  if (status == SYMAD_OK && form->flags & SYMAD_ROWS_CODE)
    status = plan_compile(o->rows, rows, 0, NULL, &(code_limits){0, 0, 0});
  return status == SYMAD_ERR_CODE ? SYMAD_OK : status;
}

static symad_status make_around(symad_objective *o, const recipe *r) {
  const uint32_t n = o->n_parameters, with_direction = n + o->n_directions;
  const uint32_t ends[3] = {n, with_direction, with_direction + o->n_sums + 1};
  symad_status status = SYMAD_OK;
  if (r->before != NULL)
    status =
        plan_new(r->before, &(plan_shape){0, ends, 2, r->before->view.n_outputs, 0}, SYMAD_ENGINE_BEST, &o->before);
  if (status == SYMAD_OK && r->after != NULL)
    status = plan_new(r->after, &(plan_shape){0, ends, 3, r->after->view.n_outputs, 0}, SYMAD_ENGINE_BEST, &o->after);
  o->n_results = r->after != NULL ? r->after->view.n_outputs : r->slopes->view.n_outputs;
  return status;
}

symad_status symad_objective_new(const symad_tape *row, const symad_objective_form *form, const symad_limits *limits,
                                 symad_objective **objective) {
  const int is_each = form->kind == SYMAD_ROWS_EACH || form->kind == SYMAD_ROWS_EACH_JACOBIAN;
  const symad_status fit = fits(row, form, is_each);
  if (fit != SYMAD_OK)
    return fit;
  symad_objective *o = memory_resize(&row->memory, NULL, 0, sizeof *o);
  if (o == NULL)
    return SYMAD_ERR_MEMORY;
  memset(o, 0, sizeof *o);
  o->memory = row->memory;
  o->n_parameters = form->n_parameters;
  o->is_each = is_each;
  recipe r;
  symad_status status = make_tapes(&r, row, form, limits);
  o->n_directions = recipe_has_direction(&r) ? r.n_parameters : 0;
  if (status == SYMAD_OK)
    status = make_rows(o, &r, form);
  if (status == SYMAD_OK)
    status = make_around(o, &r);
  recipe_free(&r);
  if (status != SYMAD_OK) {
    symad_objective_free(o);
    return status;
  }
  *objective = o;
  return SYMAD_OK;
}

symad_status symad_objective_tapes(const symad_tape *row, const symad_objective_form *form, const symad_limits *limits,
                                   symad_tape **before, symad_tape **rows, symad_tape **after) {
  const int is_each = form->kind == SYMAD_ROWS_EACH || form->kind == SYMAD_ROWS_EACH_JACOBIAN;
  symad_status status = is_each ? SYMAD_ERR_ARGUMENT : fits(row, form, is_each);
  if (status != SYMAD_OK)
    return status;
  recipe r;
  status = make_tapes(&r, row, form, limits);
  if (status == SYMAD_OK) {
    *before = r.before;
    *rows = r.second.inner;
    *after = r.after;
    r.before = r.second.inner = r.after = NULL;
  }
  recipe_free(&r);
  return status;
}

void symad_objective_free(symad_objective *objective) {
  if (objective == NULL)
    return;
  const memory m = objective->memory;
  symad_plan_free(objective->before);
  symad_plan_free(objective->rows);
  symad_plan_free(objective->after);
  (void)memory_resize(&m, objective, sizeof *objective, 0);
}

static uint64_t instructions(const symad_plan *plan) {
  return plan == NULL ? 0 : plan->code.count;
}

void symad_objective_stats(const symad_objective *objective, symad_objective_size *size) {
  size->n_results = objective->n_results;
  size->n_uniforms = objective->n_uniforms;
  size->n_sums = objective->n_sums;
  size->n_instructions = instructions(objective->rows);
  size->n_slots = objective->rows == NULL ? 0 : objective->rows->n_slots;
  size->n_before = instructions(objective->before);
  size->n_after = instructions(objective->after);
}

/* ---- memory of a call ---- */

static size_t lines(size_t bytes) {
  return (bytes + LINE - 1) / LINE * LINE;
}

static char *aligned(void *work) {
  return (char *)(((uintptr_t)work + LINE - 1) & ~(uintptr_t)(LINE - 1));
}

static size_t code_bytes(const symad_objective *o) {
  return o->rows == NULL ? 0 : lines(o->rows->code.count * sizeof(instr));
}

static size_t pool_bytes(const symad_objective *o) {
  return o->rows == NULL ? 0 : lines(o->rows->machine.n_pool);
}

static size_t lanes_bytes(const symad_objective *o) {
  return (size_t)o->n_sums * GROUP * sizeof(double);
}

/* Of a step: instructions with this call's numbers, lanes, slots; or one of the programs around the rows. */
static size_t step_bytes(const symad_objective *o, size_t n_rows) {
  size_t most = LINE, some;
  if (o->rows != NULL)
    most +=
        code_bytes(o) + pool_bytes(o) + lanes_bytes(o) + lines(symad_plan_work_size(o->rows, n_rows > 1 ? n_rows : 2));
  if (o->before != NULL && (some = symad_plan_work_size(o->before, 1)) > most)
    most = some;
  if (o->after != NULL && (some = symad_plan_work_size(o->after, 1)) + ((size_t)o->n_sums + 1) * sizeof(double) > most)
    most = some + ((size_t)o->n_sums + 1) * sizeof(double);
  return most;
}

size_t symad_objective_sums_size(const symad_objective *objective, size_t n_rows) {
  return counter_size(n_rows, objective->n_sums);
}

size_t symad_objective_work_size(const symad_objective *objective, size_t n_rows) {
  const size_t kept = objective->n_uniforms + symad_objective_sums_size(objective, n_rows);
  return kept * sizeof(double) + step_bytes(objective, n_rows);
}

/* ---- steps of a call ---- */

symad_status symad_objective_begin(const symad_objective *objective, const double *p, const double *direction,
                                   double *uniforms, void *work) {
  const symad_columns in[2] = {{(double *)(uintptr_t)p, 0, 1}, {(double *)(uintptr_t)direction, 0, 1}};
  const symad_columns out[2] = {{uniforms, 0, 1}, {NULL, 0, 0}};
  return objective->before == NULL ? SYMAD_OK : symad_plan_run(objective->before, 1, in, out, work);
}

/* The pool of machine code with the numbers of this call, copied to *at. */
static void pool_with_uniforms(machine_code *machine, const double *uniforms, uint32_t n_uniforms, unsigned char *to) {
  double *number = (double *)(void *)(to + (size_t)machine->first_uniform * machine->n_copies * sizeof(double));
  memcpy(to, machine->pool, machine->n_pool);
  for (uint32_t k = 0; k < n_uniforms; k++)
    for (uint32_t copy = 0; copy < machine->n_copies; copy++)
      *number++ = uniforms[k];
  machine->pool = to;
}

/* The rows' plan with the numbers of this call in its instructions, which are copied to *at. */
static symad_plan with_uniforms(const symad_objective *o, const double *uniforms, char **at) {
  symad_plan plan = *o->rows;
  instr *code = (instr *)(void *)*at;
  memcpy(code, plan.code.data, plan.code.count * sizeof *code);
  for (size_t k = 0; k < plan.uniform_reads.count; k++) {
    const uniform_read *read = ITEMS(const uniform_read, plan.uniform_reads) + k;
    const double value = read->is_negated ? -uniforms[read->uniform] : uniforms[read->uniform];
    if (read->is_second)
      code[read->instruction].u.l = value;
    else
      code[read->instruction].k = value;
  }
  plan.code.data = code;
  *at += code_bytes(o);
  if (plan.machine.tiles != NULL)
    pool_with_uniforms(&plan.machine, uniforms, o->n_uniforms, (unsigned char *)*at);
  *at += pool_bytes(o);
  return plan;
}

/* Lanes of all outputs over one chunk, then their sums. */
static void sum_chunk(const symad_plan *plan, const engine_width *width, size_t first, size_t end,
                      const symad_columns *data, double *lanes, double *slots, double *sums) {
  const symad_columns out[2] = {{lanes, 0, GROUP}, {NULL, 0, 0}};
  memset(lanes, 0, (size_t)plan->n_outputs * GROUP * sizeof *lanes);
  if (plan->machine.tiles != NULL) { /* whole tiles: lanes of others would be added too */
    const size_t n = (end - first) / plan->engine->wide.n_points * plan->engine->wide.n_points;
    machine_run(plan, &(tile){data, out, (ptrdiff_t)first, 0, 0, 0}, n, slots);
    first += n;
  }
  for (size_t i = first; i < end; i += width->n_points) {
    const size_t n = end - i < width->n_points ? end - i : width->n_points;
    width->run(plan, &(tile){data, out, (ptrdiff_t)i, (uint32_t)n, 0, 0}, slots);
  }
  for (uint32_t k = 0; k < plan->n_outputs; k++) {
    const double *l = lanes + (size_t)k * GROUP;
    sums[k] = ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));
  }
}

symad_status symad_objective_sum(const symad_objective *objective, const double *uniforms, size_t first_row,
                                 size_t n_rows, const symad_columns *data, double *sums, void *work) {
  char *at = aligned(work);
  symad_plan plan;
  const engine_width *width = NULL;
  double *lanes = NULL;
  if (first_row % CHUNK != 0 || objective->is_each)
    return SYMAD_ERR_ARGUMENT;
  counter_start(sums, objective->n_sums, (double)(first_row / CHUNK));
  if (objective->rows != NULL) {
    plan = with_uniforms(objective, uniforms, &at);
    lanes = (double *)(void *)at;
    at += lanes_bytes(objective);
    width = plan_has_long_rows(&plan, data) ? &plan.engine->narrow : plan_width(&plan, n_rows);
  }
  for (size_t first = 0; first < n_rows; first += CHUNK) {
    const size_t end = n_rows - first < CHUNK ? n_rows : first + CHUNK;
    if (objective->rows != NULL)
      sum_chunk(&plan, width, first, end, data, lanes, (double *)(void *)at, counter_room(sums));
    counter_push(sums, 0.0);
  }
  return SYMAD_OK;
}

symad_status symad_objective_join(const symad_objective *objective, double *sums, const double *more) {
  (void)objective;
  return counter_join(sums, more) ? SYMAD_OK : SYMAD_ERR_ARGUMENT;
}

symad_status symad_objective_end(const symad_objective *objective, const double *p, const double *direction,
                                 size_t n_rows, const double *sums, double *results, void *work) {
  double *totals = work;
  const symad_columns in[3] = {{(double *)(uintptr_t)p, 0, 1}, {(double *)(uintptr_t)direction, 0, 1}, {totals, 0, 1}};
  const symad_columns out[2] = {{results, 0, 1}, {NULL, 0, 0}};
  if (objective->is_each)
    return SYMAD_ERR_ARGUMENT;
  counter_total(sums, totals);
  totals[objective->n_sums] = (double)n_rows;
  return symad_plan_run(objective->after, 1, in, out, totals + objective->n_sums + 1);
}

symad_status symad_objective_run(const symad_objective *objective, const double *p, const double *direction,
                                 size_t n_rows, const symad_columns *data, double *results, void *work) {
  double *uniforms = work, *sums = uniforms + objective->n_uniforms;
  void *rest = sums + symad_objective_sums_size(objective, n_rows);
  symad_status status = symad_objective_begin(objective, p, direction, uniforms, rest);
  if (status == SYMAD_OK)
    status = symad_objective_sum(objective, uniforms, 0, n_rows, data, sums, rest);
  return status == SYMAD_OK ? symad_objective_end(objective, p, direction, n_rows, sums, results, rest) : status;
}

symad_status symad_objective_each(const symad_objective *objective, const double *uniforms, size_t n_rows,
                                  const symad_columns *data, const symad_columns *outputs, void *work) {
  char *at = aligned(work);
  const symad_columns out[2] = {*outputs, {NULL, 0, 0}};
  if (!objective->is_each)
    return SYMAD_ERR_ARGUMENT;
  const symad_plan plan = with_uniforms(objective, uniforms, &at);
  return symad_plan_run(&plan, n_rows, data, out, at);
}
