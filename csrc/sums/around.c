/* What is computed once, before the rows and after them, each as one program over the parameters. */
#include "sums/sums.h"

#include <string.h>

/* A program in the making: parameters, their direction, and what stands for the boundary and its direction. */
typedef struct around {
  recipe *r;
  symad_builder *b;
  array memory; /* of what follows */
  uint32_t *parameters, *direction;
  uint32_t *boundary, *boundary_direction; /* side by side */
  uint32_t *sums;                          /* nodes of what was summed: an entry an output of the slopes */
  uint32_t *inputs, *outputs;              /* of a tape that is grafted */
  uint32_t *numbers, *counts;
  uint32_t count, divisor;
} around;

static uint32_t n_slopes(const recipe *r) {
  return r->slopes == NULL ? 0 : r->slopes->view.n_outputs;
}

static symad_status open_around(around *a, recipe *r) {
  const size_t n = r->n_parameters, nb = r->n_boundary, most = 2 * (n + 2 * nb) + n_slopes(r) + 2;
  memset(a, 0, sizeof *a);
  a->r = r;
  symad_status status =
      array_reserve(&r->memory, &a->memory, 2 * n + 3 * nb + n_slopes(r) + 3 * most, sizeof(uint32_t));
  if (status != SYMAD_OK)
    return status;
  a->parameters = a->memory.data;
  a->direction = a->parameters + n;
  a->boundary = a->direction + n;
  a->boundary_direction = a->boundary + nb;
  a->sums = a->boundary_direction + nb;
  a->inputs = a->sums + n_slopes(r);
  a->outputs = a->inputs + most;
  a->numbers = a->outputs + most;
  a->counts = a->numbers + most;
  status = recipe_builder(r, &a->b);
  if (status == SYMAD_OK)
    status = recipe_inputs(a->b, r->row, 0, r->n_parameters, a->parameters);
  for (uint32_t k = 0; k < r->n_parameters && recipe_has_direction(r) && status == SYMAD_OK; k++)
    status = symad_builder_input(a->b, "v", 1, &a->direction[k]);
  return status;
}

static void close_around(around *a) {
  array_free(&a->r->memory, &a->memory, sizeof(uint32_t));
  symad_builder_free(a->b);
}

/* The boundary at the parameters, and its direction along theirs. */
static symad_status add_boundary(around *a) {
  recipe *r = a->r;
  const size_t n = r->n_parameters;
  symad_tape *tangent = NULL;
  if (r->n_boundary == 0)
    return SYMAD_OK;
  symad_status status = graft_tape(a->b, r->first.outer, a->parameters, a->boundary);
  if (status != SYMAD_OK || !recipe_has_direction(r))
    return status;
  status = symad_tape_derive(r->first.outer, SYMAD_DERIVE_JVP, r->limits, &tangent);
  memcpy(a->inputs, a->parameters, n * sizeof *a->inputs);
  memcpy(a->inputs + n, a->direction, n * sizeof *a->inputs);
  if (status == SYMAD_OK)
    status = graft_tape(a->b, tangent, a->inputs, a->boundary_direction);
  symad_tape_free(tangent);
  return status;
}

symad_status recipe_before(recipe *r) {
  around a;
  if (r->second.outer == NULL)
    return SYMAD_OK;
  symad_status status = open_around(&a, r);
  if (status == SYMAD_OK)
    status = add_boundary(&a);
  array uniforms = {NULL, 0, 0};
  const uint32_t n = r->second.outer->view.n_outputs;
  if (status == SYMAD_OK)
    status = array_reserve(&r->memory, &uniforms, n, sizeof(uint32_t));
  if (status == SYMAD_OK)
    status = graft_tape(a.b, r->second.outer, a.boundary, uniforms.data);
  for (uint32_t k = 0; k < n && status == SYMAD_OK; k++)
    status = symad_builder_output(a.b, ITEMS(uint32_t, uniforms)[k]);
  if (status == SYMAD_OK)
    status = builder_finish(a.b, &r->before);
  array_free(&r->memory, &uniforms, sizeof(uint32_t));
  close_around(&a);
  return status;
}

/* ---- after the rows ---- */

/* What no data reach is the number of rows times one row's, as a constant 0 or 1 itself. */
static symad_status add_fixed(around *a) {
  const recipe *r = a->r;
  const symad_view *v = &r->slopes->view;
  const uint8_t *fixed = r->second.fixed.data;
  array ids = {NULL, 0, 0}, wanted = {NULL, 0, 0};
  symad_status status = array_reserve(&r->memory, &ids, v->n_nodes, sizeof(uint32_t));
  for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++)
    if (fixed[k])
      status = array_append(&r->memory, &wanted, &v->outputs[k], 1, sizeof(uint32_t));
  if (status == SYMAD_OK) {
    memset(ids.data, 0xff, v->n_nodes * sizeof(uint32_t));
    memcpy(ids.data, a->boundary, (recipe_has_direction(r) ? 2 : 1) * (size_t)r->n_boundary * sizeof(uint32_t));
    status = graft(a->b, v, wanted.data, wanted.count, ids.data);
  }
  for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++)
    if (fixed[k])
      status = builder_add(a->b, SYMAD_OP_MUL, a->count, ITEMS(uint32_t, ids)[v->outputs[k]], 0, &a->sums[k]);
  array_free(&r->memory, &ids, sizeof(uint32_t));
  array_free(&r->memory, &wanted, sizeof(uint32_t));
  return status;
}

static symad_status add_sums(around *a) {
  const recipe *r = a->r;
  const uint8_t *fixed = r->second.fixed.data;
  symad_status status = SYMAD_OK;
  for (uint32_t k = 0; k < n_slopes(r) && status == SYMAD_OK; k++)
    if (!fixed[k])
      status = symad_builder_input(a->b, "s", 1, &a->sums[k]);
  if (status == SYMAD_OK)
    status = symad_builder_input(a->b, "n", 1, &a->count);
  if (status == SYMAD_OK && n_slopes(r) > 0)
    status = add_fixed(a);
  a->divisor = NO_NODE;
  if (r->flags & SYMAD_ROWS_MEAN)
    a->divisor = r->flags & SYMAD_ROWS_WEIGHTS ? a->sums[n_slopes(r) - 1] : a->count;
  return status;
}

/* Divides by the number of rows, adds what is of the parameters alone (NO_NODE: nothing), and puts it out. */
static symad_status put_result(around *a, uint32_t node, uint32_t alone) {
  symad_status status = SYMAD_OK;
  if (a->divisor != NO_NODE)
    status = builder_add(a->b, SYMAD_OP_DIV, node, a->divisor, 0, &node);
  if (status == SYMAD_OK && alone != NO_NODE)
    status = builder_add(a->b, SYMAD_OP_ADD, node, alone, 0, &node);
  return status == SYMAD_OK ? symad_builder_output(a->b, node) : status;
}

static symad_status put_value(around *a) {
  uint32_t node = a->sums[0], half, alone = NO_NODE;
  symad_status status = SYMAD_OK;
  if (a->r->flags & SYMAD_ROWS_RESIDUALS) {
    status = symad_builder_number(a->b, 0.5, &half);
    if (status == SYMAD_OK)
      status = builder_add(a->b, SYMAD_OP_MUL, node, half, 0, &node);
  }
  if (status == SYMAD_OK && a->r->penalty != NULL)
    status = graft_tape(a->b, a->r->penalty, a->parameters, &alone);
  return status == SYMAD_OK ? put_result(a, node, alone) : status;
}

/* 0 or 1 where that does not depend on the row, else -1. */
static int life_of(const recipe *r, uint32_t k) {
  const symad_node *n = &r->slopes->view.nodes[r->slopes->view.outputs[k]];
  return n->op == SYMAD_OP_NUMBER ? r->slopes->view.constants[n->c].value > 0.0 : -1;
}

/* The boundary as rows see it: a value that no row takes is 0 whatever it is, so that nothing comes back through it.
 * *kept: how many values some row may take; which they are, in outputs. Inputs: parameters, then a count for each value
 * that only some rows take. */
static symad_status seen_boundary(around *a, uint32_t first_life, uint32_t *n_counts, uint32_t *kept,
                                  symad_tape **seen) {
  const recipe *r = a->r;
  symad_builder *b;
  uint32_t zero = 0, *values = a->outputs + r->n_boundary, *inputs = a->inputs;
  symad_status status = recipe_builder(r, &b);
  if (status != SYMAD_OK)
    return status;
  *n_counts = *kept = 0;
  status = recipe_inputs(b, r->first.outer, 0, r->n_parameters, inputs);
  if (status == SYMAD_OK)
    status = graft_tape(b, r->first.outer, inputs, values);
  if (status == SYMAD_OK)
    status = symad_builder_number(b, 0.0, &zero);
  for (uint32_t j = 0; j < r->n_boundary && status == SYMAD_OK; j++) {
    const int life = life_of(r, first_life + j);
    uint32_t value = values[j], count;
    if (life == 0)
      continue;
    if (life < 0) {
      a->counts[(*n_counts)++] = a->sums[first_life + j];
      status = symad_builder_input(b, "c", 1, &count);
      if (status == SYMAD_OK)
        status = builder_add(b, SYMAD_OP_GT, count, zero, 0, &count);
      if (status == SYMAD_OK)
        status = builder_add(b, SYMAD_OP_SELECT, count, value, zero, &value);
    }
    a->outputs[(*kept)++] = j;
    if (status == SYMAD_OK)
      status = symad_builder_output(b, value);
  }
  if (status == SYMAD_OK && *kept > 0)
    status = builder_finish(b, seen);
  symad_builder_free(b);
  return status;
}

/* What the inputs of the pulled back program are: parameters, counts, weights; for its derivative the directions of
 * parameters and weights too. */
static void bind(around *a, uint32_t n_counts, uint32_t kept, uint32_t first_slope, uint32_t first_second) {
  const uint32_t n = a->r->n_parameters;
  uint32_t *next = a->inputs;
  for (uint32_t p = 0; p < n; p++)
    *next++ = a->parameters[p];
  for (uint32_t k = 0; k < n_counts; k++)
    *next++ = a->counts[k];
  for (uint32_t k = 0; k < kept; k++)
    *next++ = a->sums[first_slope + a->outputs[k]];
  for (uint32_t p = 0; p < n && first_second != NO_NODE; p++)
    *next++ = a->direction[p];
  for (uint32_t k = 0; k < kept && first_second != NO_NODE; k++)
    *next++ = a->sums[first_second + a->outputs[k]];
}

/* Slopes by the parameters into outputs: the boundary's adjoint program once, with the sums as its weights; or, where
 * first_second says where these begin, its derivative along the direction. */
static symad_status pull_back(around *a, uint32_t first_slope, uint32_t first_life, uint32_t first_second) {
  const recipe *r = a->r;
  const uint32_t n = r->n_parameters;
  uint32_t n_counts = 0, kept = 0;
  symad_tape *seen = NULL, *back = NULL, *along = NULL;
  symad_status status = SYMAD_OK;
  if (r->n_boundary > 0)
    status = seen_boundary(a, first_life, &n_counts, &kept, &seen);
  for (uint32_t p = 0; p < n && kept == 0 && status == SYMAD_OK; p++)
    status = symad_builder_number(a->b, 0.0, &a->outputs[p]);
  if (status != SYMAD_OK || kept == 0)
    return status;
  bind(a, n_counts, kept, first_slope, first_second);
  for (uint32_t k = 0; k < n + kept; k++)
    a->numbers[k] = k < n ? k : k + n_counts;
  status = symad_tape_derive_by(seen, SYMAD_DERIVE_VJP, a->numbers, n, r->limits, &back);
  if (status == SYMAD_OK && first_second != NO_NODE)
    status = symad_tape_derive_by(back, SYMAD_DERIVE_JVP, a->numbers, (size_t)n + kept, r->limits, &along);
  if (status == SYMAD_OK)
    status = graft_tape(a->b, along != NULL ? along : back, a->inputs, a->outputs);
  symad_tape_free(seen);
  symad_tape_free(back);
  symad_tape_free(along);
  return status;
}

/* Slopes of the penalty by all parameters, or their derivative along the direction; NO_NODE where there is none. */
static symad_status penalty_slopes(around *a, uint32_t *slopes) {
  const recipe *r = a->r;
  const uint32_t n = r->n_parameters;
  symad_tape *gradient = NULL, *along = NULL;
  for (uint32_t p = 0; p < n; p++)
    slopes[p] = NO_NODE;
  if (r->penalty == NULL)
    return SYMAD_OK;
  symad_status status = symad_tape_derive(r->penalty, SYMAD_DERIVE_GRADIENT, r->limits, &gradient);
  if (status == SYMAD_OK && recipe_has_direction(r))
    status = symad_tape_derive(gradient, SYMAD_DERIVE_JVP, r->limits, &along);
  for (uint32_t p = 0; p < n; p++) {
    a->inputs[p] = a->parameters[p];
    a->inputs[n + p] = a->direction[p];
  }
  if (status == SYMAD_OK)
    status = graft_tape(a->b, along != NULL ? along : gradient, a->inputs, slopes);
  symad_tape_free(gradient);
  symad_tape_free(along);
  return status;
}

static symad_status put_slopes(around *a, uint32_t first_slope, uint32_t first_second) {
  const uint32_t n = a->r->n_parameters, nb = a->r->n_boundary;
  symad_status status = pull_back(a, first_slope, first_slope + nb, first_second);
  if (status == SYMAD_OK)
    status = penalty_slopes(a, a->outputs + n);
  for (uint32_t p = 0; p < n && status == SYMAD_OK; p++)
    status = put_result(a, a->outputs[p], a->outputs[n + p]);
  return status;
}

/* Sums that are results as they stand. */
static symad_status put_sums(around *a, uint32_t first, uint32_t n) {
  symad_status status = SYMAD_OK;
  for (uint32_t k = 0; k < n && status == SYMAD_OK; k++)
    status = put_result(a, a->sums[first + k], NO_NODE);
  return status;
}

symad_status recipe_after(recipe *r) {
  around a;
  const uint32_t n = r->n_parameters, nb = r->n_boundary;
  symad_status status = open_around(&a, r);
  if (status == SYMAD_OK)
    status = add_boundary(&a);
  if (status == SYMAD_OK)
    status = add_sums(&a);
  if (status == SYMAD_OK && !recipe_has_direction(r))
    status = put_value(&a);
  if (status == SYMAD_OK && r->kind == SYMAD_ROWS_VALUE_AND_GRADIENT)
    status = put_slopes(&a, 1, NO_NODE);
  if (status == SYMAD_OK && r->kind == SYMAD_ROWS_HVP)
    status = put_slopes(&a, 0, 2 * nb);
  if (status == SYMAD_OK && r->kind == SYMAD_ROWS_GAUSS_NEWTON)
    status = put_sums(&a, 1, n + n * (n + 1) / 2);
  if (status == SYMAD_OK && r->kind == SYMAD_ROWS_GAUSS_NEWTON_PRODUCT)
    status = put_sums(&a, 0, n);
  if (status == SYMAD_OK)
    status = builder_finish(a.b, &r->after);
  close_around(&a);
  return status;
}

void recipe_free(recipe *r) {
  symad_tape_free(r->row);
  symad_tape_free(r->gradient);
  symad_tape_free(r->slopes);
  symad_tape_free(r->before);
  symad_tape_free(r->after);
  split_free(&r->memory, &r->first);
  split_free(&r->memory, &r->second);
}
