/* What is summed over rows: a row's value and its slopes by what parameters decide, as one program over row data. */
#include "sums/sums.h"

int recipe_has_direction(const recipe *r) {
  return r->kind == SYMAD_ROWS_HVP || r->kind == SYMAD_ROWS_GAUSS_NEWTON_PRODUCT;
}

int recipe_is_each(const recipe *r) {
  return r->kind == SYMAD_ROWS_EACH || r->kind == SYMAD_ROWS_EACH_JACOBIAN;
}

/* Whether slopes by parameters come from slopes by the boundary, so that these are summed. */
static int pulls_back(const recipe *r) {
  return r->kind == SYMAD_ROWS_VALUE_AND_GRADIENT || r->kind == SYMAD_ROWS_HVP;
}

symad_status recipe_builder(const recipe *r, symad_builder **b) {
  symad_status status = symad_builder_new(&r->memory.allocator, b);
  if (status != SYMAD_OK)
    return status;
  (*b)->limits.variables = MAX_NODES;
  (*b)->limit_nodes = r->limits != NULL ? r->limits->nodes : MAX_NODES;
  return SYMAD_OK;
}

symad_status recipe_inputs(symad_builder *b, const symad_tape *like, uint32_t first, uint32_t n, uint32_t *nodes) {
  const symad_view *v = &like->view;
  symad_status status = SYMAD_OK;
  for (uint32_t k = 0; k < n && status == SYMAD_OK; k++)
    status = symad_builder_input(b, v->names + v->labels[first + k].text, v->labels[first + k].text_length, &nodes[k]);
  return status;
}

/* ---- the row: parameters first, then data, then the weight ---- */

static symad_status place_inputs(const recipe *r, symad_builder *b, const symad_tape *given, const uint32_t *parameters,
                                 uint32_t *nodes) {
  symad_status status = SYMAD_OK;
  for (uint32_t i = 0; i < given->view.n_inputs; i++)
    nodes[i] = NO_NODE;
  for (uint32_t k = 0; k < r->n_parameters && status == SYMAD_OK; k++) {
    const uint32_t i = parameters[k];
    status = i >= given->view.n_inputs || nodes[i] != NO_NODE ? SYMAD_ERR_ARGUMENT
                                                              : recipe_inputs(b, given, i, 1, &nodes[i]);
  }
  for (uint32_t i = 0; i < given->view.n_inputs && status == SYMAD_OK; i++)
    if (nodes[i] == NO_NODE)
      status = recipe_inputs(b, given, i, 1, &nodes[i]);
  return status;
}

symad_status recipe_row(recipe *r, const symad_tape *given, const uint32_t *parameters) {
  const symad_view *v = &given->view;
  const int is_sum = !recipe_is_each(r);
  const uint32_t factor_alone = SYMAD_ROWS_WEIGHTS | SYMAD_ROWS_RESIDUALS;
  symad_builder *b;
  array nodes = {NULL, 0, 0};
  uint32_t weight = 0;
  symad_status status = recipe_builder(r, &b);
  if (status != SYMAD_OK)
    return status;
  status = array_reserve(&r->memory, &nodes, (size_t)v->n_inputs + v->n_outputs, sizeof(uint32_t));
  uint32_t *inputs = nodes.data, *outputs = status == SYMAD_OK ? inputs + v->n_inputs : NULL;
  if (status == SYMAD_OK)
    status = place_inputs(r, b, given, parameters, inputs);
  if (status == SYMAD_OK && is_sum && r->flags & SYMAD_ROWS_WEIGHTS)
    status = symad_builder_input(b, "w", 1, &weight);
  if (status == SYMAD_OK)
    status = graft_tape(b, given, inputs, outputs);
  if (status == SYMAD_OK && is_sum && (r->flags & factor_alone) == SYMAD_ROWS_WEIGHTS)
    status = builder_add(b, SYMAD_OP_MUL, outputs[0], weight, 0, &outputs[0]);
  for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++)
    status = symad_builder_output(b, outputs[k]);
  if (status == SYMAD_OK)
    status = builder_finish(b, &r->row);
  array_free(&r->memory, &nodes, sizeof(uint32_t));
  symad_builder_free(b);
  const unsigned by_values = r->flags & SYMAD_ROWS_AS_WRITTEN || !pulls_back(r) ? SPLIT_PLAIN : SPLIT_BOUND;
  if (status == SYMAD_OK)
    status = split_tape(r->row, r->n_parameters, SPLIT_KEEP | by_values, &r->first);
  r->n_boundary = (uint32_t)r->first.boundary.count;
  return status;
}

/* ---- slopes ---- */

/* A program in the making: its inputs are the boundary, the direction, and the data with the weight. */
typedef struct making {
  recipe *r;
  symad_builder *b;
  const symad_tape *inner;
  uint32_t n, m, n_rest; /* boundary, outputs of the row, data and weight */
  array memory;          /* of what follows */
  uint32_t *inputs;      /* those of `inner`, then m seeds or n directions */
  uint32_t *values;      /* m */
  uint32_t *found;       /* what derivatives give */
  uint32_t *first;       /* 0, 1, ..., n - 1 */
} making;

static symad_status derive_first(const making *k, const symad_tape *tape, int kind, symad_tape **derived) {
  return symad_tape_derive_by(tape, kind, k->first, k->n, k->r->limits, derived);
}

/* The derivative's outputs in `found`; seeds or directions stand behind the inputs already. */
static symad_status graft_derivative(making *k, const symad_tape *tape, int kind, int with_lives, uint32_t *found) {
  symad_tape *derived = NULL;
  symad_status status = with_lives ? tape_derive_live(tape, kind, k->first, k->n, k->r->limits, &derived)
                                   : derive_first(k, tape, kind, &derived);
  if (status == SYMAD_OK)
    status = graft_tape(k->b, derived, k->inputs, found);
  symad_tape_free(derived);
  return status;
}

/* Residuals, or their tangents, with the weight. */
static symad_status weighted(making *k, const uint32_t *of, uint32_t *to) {
  const uint32_t weight = k->inputs[k->n + k->n_rest - 1];
  symad_status status = SYMAD_OK;
  for (uint32_t i = 0; i < k->m && status == SYMAD_OK; i++) {
    to[i] = of[i];
    if (k->r->flags & SYMAD_ROWS_WEIGHTS)
      status = builder_add(k->b, SYMAD_OP_MUL, weight, of[i], 0, &to[i]);
  }
  return status;
}

/* x[0]*y[0] + x[stride]*y[stride] + ..., where no factor is the number 0: NO_NODE if nothing is left. */
static int is_nothing(const making *k, uint32_t node) {
  const symad_node *n = &ITEMS(symad_node, k->b->nodes)[node];
  return n->op == SYMAD_OP_NUMBER && ITEMS(constant_entry, k->b->constants)[n->c].c.value == 0.0;
}

static symad_status scalar_product(making *k, const uint32_t *x, uint32_t x_stride, const uint32_t *y,
                                   uint32_t y_stride, uint32_t *sum) {
  symad_status status = SYMAD_OK;
  *sum = NO_NODE;
  for (uint32_t i = 0; i < k->m && status == SYMAD_OK; i++) {
    const uint32_t a = x[(size_t)i * x_stride], b = y[(size_t)i * y_stride];
    uint32_t term;
    if (is_nothing(k, a) || is_nothing(k, b))
      continue;
    status = builder_add(k->b, SYMAD_OP_MUL, a, b, 0, &term);
    if (status == SYMAD_OK && *sum != NO_NODE)
      status = builder_add(k->b, SYMAD_OP_ADD, *sum, term, 0, &term);
    *sum = term;
  }
  return status == SYMAD_OK && *sum == NO_NODE ? symad_builder_number(k->b, 0.0, sum) : status;
}

static symad_status put(making *k, const uint32_t *nodes, size_t n) {
  symad_status status = SYMAD_OK;
  for (size_t i = 0; i < n && status == SYMAD_OK; i++)
    status = symad_builder_output(k->b, nodes[i]);
  return status;
}

/* The row's value as it is summed: the sum of squares where it gives residuals. */
static symad_status put_value(making *k) {
  uint32_t value = k->values[0], *seeds = k->inputs + k->n + k->n_rest;
  symad_status status = SYMAD_OK;
  if (k->r->flags & SYMAD_ROWS_RESIDUALS) {
    status = weighted(k, k->values, seeds);
    if (status == SYMAD_OK)
      status = scalar_product(k, k->values, 1, seeds, 1, &value);
  }
  return status == SYMAD_OK ? put(k, &value, 1) : status;
}

/* A parameter that rows read as it is needs no count of lives: where no row takes it, its slope is a sum of zeros. */
static symad_status settle_lives(making *k, uint32_t *lives) {
  const uint32_t *boundary = k->r->first.boundary.data;
  uint32_t one;
  symad_status status = symad_builder_number(k->b, 1.0, &one);
  for (uint32_t i = 0; i < k->n && status == SYMAD_OK; i++)
    if (boundary[i] < k->r->n_parameters && ITEMS(symad_node, k->b->nodes)[lives[i]].op != SYMAD_OP_NUMBER)
      lives[i] = one;
  return status;
}

/* Slopes by the boundary, then for each of them the number of rows, 0 or 1, in which it is alive. */
static symad_status gradient(making *k) {
  const int residuals = (k->r->flags & SYMAD_ROWS_RESIDUALS) != 0;
  symad_status status = SYMAD_OK;
  if (k->n == 0)
    return SYMAD_OK;
  if (residuals)
    status = weighted(k, k->values, k->inputs + k->n + k->n_rest);
  if (status == SYMAD_OK)
    status = graft_derivative(k, k->inner, residuals ? SYMAD_DERIVE_VJP : SYMAD_DERIVE_GRADIENT, 1, k->found);
  if (status == SYMAD_OK)
    status = settle_lives(k, k->found + k->n);
  return status == SYMAD_OK ? put(k, k->found, 2 * (size_t)k->n) : status;
}

/* Some outputs of a tape, whose names need not be distinct, as a tape of their own. */
static symad_status some_outputs(const recipe *r, const symad_tape *tape, uint32_t first, uint32_t n,
                                 symad_tape **alone) {
  const symad_view *v = &tape->view;
  symad_builder *b;
  array nodes = {NULL, 0, 0};
  symad_status status = recipe_builder(r, &b);
  if (status != SYMAD_OK)
    return status;
  status = array_reserve(&r->memory, &nodes, (size_t)v->n_inputs + v->n_outputs, sizeof(uint32_t));
  uint32_t *inputs = nodes.data;
  if (status == SYMAD_OK)
    status = recipe_inputs(b, tape, 0, v->n_inputs, inputs);
  if (status == SYMAD_OK)
    status = graft_tape(b, tape, inputs, inputs + v->n_inputs);
  for (uint32_t k = 0; k < n && status == SYMAD_OK; k++)
    status = symad_builder_output(b, inputs[v->n_inputs + first + k]);
  if (status == SYMAD_OK)
    status = builder_finish(b, alone);
  array_free(&r->memory, &nodes, sizeof(uint32_t));
  symad_builder_free(b);
  return status;
}

/* The same of a program that is there already, then the derivative of its slopes along the direction. */
static symad_status gradient_along(making *k, const uint32_t *direction) {
  const symad_tape *gradient = k->r->gradient;
  symad_tape *alone = NULL;
  if (k->n == 0)
    return SYMAD_OK;
  symad_status status = graft_tape(k->b, gradient, k->inputs, k->found);
  if (status == SYMAD_OK)
    status = put(k, k->found + 1, 2 * (size_t)k->n); /* behind the value */
  for (uint32_t i = 0; i < k->n; i++)
    k->inputs[k->n + k->n_rest + i] = direction[i];
  if (status == SYMAD_OK)
    status = some_outputs(k->r, gradient, 1, k->n, &alone);
  if (status == SYMAD_OK)
    status = graft_derivative(k, alone, SYMAD_DERIVE_JVP, 0, k->found);
  symad_tape_free(alone);
  return status == SYMAD_OK ? put(k, k->found, k->n) : status;
}

/* J'r and the upper triangle of J'J, row by row; the residuals' weighted copies are behind the inputs. */
static symad_status gauss_newton(making *k) {
  uint32_t *weighted_column = k->inputs + k->n + k->n_rest, entry;
  symad_status status = graft_derivative(k, k->inner, SYMAD_DERIVE_JACOBIAN, 0, k->found);
  for (uint32_t p = 0; p < k->n && status == SYMAD_OK; p++) {
    status = scalar_product(k, k->found + p, k->n, weighted_column, 1, &entry);
    if (status == SYMAD_OK)
      status = put(k, &entry, 1);
  }
  for (uint32_t p = 0; p < k->n && status == SYMAD_OK; p++) {
    for (uint32_t i = 0; i < k->m; i++)
      k->values[i] = k->found[(size_t)i * k->n + p];
    status = weighted(k, k->values, k->values);
    for (uint32_t q = p; q < k->n && status == SYMAD_OK; q++) {
      status = scalar_product(k, k->values, 1, k->found + q, k->n, &entry);
      if (status == SYMAD_OK)
        status = put(k, &entry, 1);
    }
  }
  return status;
}

/* J'(J v) */
static symad_status gauss_newton_product(making *k, const uint32_t *direction) {
  uint32_t *behind = k->inputs + k->n + k->n_rest;
  for (uint32_t i = 0; i < k->n; i++)
    behind[i] = direction[i];
  symad_status status = graft_derivative(k, k->inner, SYMAD_DERIVE_JVP, 0, k->found);
  if (status == SYMAD_OK)
    status = weighted(k, k->found, behind);
  if (status == SYMAD_OK)
    status = graft_derivative(k, k->inner, SYMAD_DERIVE_VJP, 0, k->found);
  return status == SYMAD_OK ? put(k, k->found, k->n) : status;
}

static symad_status fill(making *k, const uint32_t *direction) {
  const int kind = k->r->kind;
  symad_status status = graft_tape(k->b, k->inner, k->inputs, k->values);
  if (status == SYMAD_OK && kind == SYMAD_ROWS_EACH)
    return put(k, k->values, k->m);
  if (status == SYMAD_OK && kind == SYMAD_ROWS_EACH_JACOBIAN) {
    status = graft_derivative(k, k->inner, SYMAD_DERIVE_JACOBIAN, 0, k->found);
    return status == SYMAD_OK ? put(k, k->found, (size_t)k->m * k->n) : status;
  }
  if (status == SYMAD_OK && !recipe_has_direction(k->r))
    status = put_value(k);
  if (status == SYMAD_OK && kind == SYMAD_ROWS_VALUE_AND_GRADIENT)
    status = gradient(k);
  if (status == SYMAD_OK && kind == SYMAD_ROWS_HVP)
    status = gradient_along(k, direction);
  if (status == SYMAD_OK && kind == SYMAD_ROWS_GAUSS_NEWTON)
    status = gauss_newton(k);
  if (status == SYMAD_OK && kind == SYMAD_ROWS_GAUSS_NEWTON_PRODUCT)
    status = gauss_newton_product(k, direction);
  if (status == SYMAD_OK && (~k->r->flags & (SYMAD_ROWS_MEAN | SYMAD_ROWS_WEIGHTS)) == 0)
    status = put(k, &k->inputs[k->n + k->n_rest - 1], 1); /* their sum is what a mean is divided by */
  return status;
}

static symad_status make_room(making *k, uint32_t **direction) {
  const size_t n = k->n, m = k->m, more = n > m ? n : m;
  const size_t found = n * (m + 2) + m + 2;
  symad_status status =
      array_reserve(&k->r->memory, &k->memory, n + k->n_rest + more + m + found + 2 * n, sizeof(uint32_t));
  if (status != SYMAD_OK)
    return status;
  k->inputs = k->memory.data;
  k->values = k->inputs + n + k->n_rest + more;
  k->found = k->values + m;
  k->first = k->found + found;
  *direction = k->first + n;
  for (uint32_t i = 0; i < k->n; i++)
    k->first[i] = i;
  return SYMAD_OK;
}

static symad_status make_slopes(recipe *r, symad_tape **slopes) {
  making k = {.r = r, .inner = r->first.inner, .n = r->n_boundary, .m = r->n_outputs};
  uint32_t *direction = NULL;
  k.n_rest = k.inner->view.n_inputs - k.n;
  symad_status status = recipe_builder(r, &k.b);
  if (status != SYMAD_OK)
    return status;
  status = make_room(&k, &direction);
  if (status == SYMAD_OK)
    status = recipe_inputs(k.b, k.inner, 0, k.n, k.inputs);
  for (uint32_t i = 0; i < k.n && recipe_has_direction(r) && status == SYMAD_OK; i++)
    status = symad_builder_input(k.b, "d", 1, &direction[i]);
  if (status == SYMAD_OK)
    status = recipe_inputs(k.b, k.inner, k.n, k.n_rest, k.inputs + k.n);
  if (status == SYMAD_OK)
    status = fill(&k, direction);
  if (status == SYMAD_OK && k.b->outputs.count > 0)
    status = builder_finish(k.b, slopes);
  array_free(&r->memory, &k.memory, sizeof(uint32_t));
  symad_builder_free(k.b);
  return status;
}

symad_status recipe_slopes(recipe *r) {
  symad_status status = SYMAD_OK;
  if (r->kind == SYMAD_ROWS_HVP) {
    recipe plain = *r;
    plain.kind = SYMAD_ROWS_VALUE_AND_GRADIENT;
    plain.flags &= ~(uint32_t)SYMAD_ROWS_MEAN;
    status = make_slopes(&plain, &r->gradient);
  }
  return status == SYMAD_OK ? make_slopes(r, &r->slopes) : status;
}
