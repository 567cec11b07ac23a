/* Adjoint and tangent programs: the sweeps written as more nodes of the same graph.
 *
 * Guards (semantics rule 1). live(output) is true; an edge e(user, operand) is live(user) and taken(user,
 * operand); live(node) is the or of its edges; inputs are always live. A contribution becomes
 * select(e, contribution, 0), after the product, exactly when e is not the node live(operand).
 */
#include "derive/partials.h"
#include "derive/seeds.h"
#include "graph/cone.h"

#include <assert.h>
#include <string.h>

typedef struct deriver {
  symad_builder *b;
  const symad_tape *tape;
  uint32_t *live;   /* condition under which a node matters; NO_NODE where no edge reaches it */
  uint32_t *slopes; /* adjoint or tangent of a node; NO_NODE where it is nothing at all */
  uint64_t *cone;   /* nodes that the outputs of this sweep reach */
  uint64_t *fed;    /* nodes that the chosen inputs flow to, a bit each; NULL: all inputs are chosen */
  const uint32_t *chosen;
  uint32_t n_chosen;
  uint32_t *lives; /* condition under which some edge reaches an input, NULL: not asked for */
  uint32_t yes;    /* the True node */
  uint32_t shared; /* the Max or Min whose share was asked for last, and that share; NO_NODE: none yet */
  uint32_t share;
} deriver;

static const symad_node *node_at(const deriver *d, uint32_t i) {
  return &d->tape->view.nodes[i];
}

static int is_active(const deriver *d, uint32_t i) {
  return node_at(d, i)->flags & SYMAD_NODE_ACTIVE && (d->fed == NULL || d->fed[i / 64] >> i % 64 & 1);
}

/* The input that comes k-th in the answer. */
static uint32_t input_at(const deriver *d, uint32_t k) {
  return d->fed == NULL ? k : d->chosen[k];
}

static uint32_t operand_at(const deriver *d, const symad_node *n, uint32_t k) {
  return slope_operand(&d->tape->view, n, k);
}

/* A selection with nothing behind its last condition: where that fails, value and slope are nan. */
static int ends_open(const deriver *d, const symad_node *n) {
  return n->op == SYMAD_OP_SELECT && node_at(d, n->c)->op == SYMAD_OP_NAN_VALUE;
}

/* The condition under which operand k of node i is taken: never a reversed comparison, so that nan is safe. */
static symad_status taken(deriver *d, uint32_t i, uint32_t k, uint32_t *condition) {
  const symad_node *n = node_at(d, i);
  *condition = d->yes;
  if (ends_open(d, n))
    return SYMAD_OK;
  if (n->op == SYMAD_OP_SELECT) {
    *condition = n->a;
    return k == 0 ? SYMAD_OK : rewrite_add(d->b, SYMAD_OP_NOT, n->a, 0, 0, condition);
  }
  if (!op_is_extreme(n->op))
    return SYMAD_OK;
  uint32_t beaten;
  symad_status status =
      builder_add(d->b, n->op == SYMAD_OP_MAX ? SYMAD_OP_LT : SYMAD_OP_GT, operand_at(d, n, k), i, 0, &beaten);
  return status == SYMAD_OK ? rewrite_add(d->b, SYMAD_OP_NOT, beaten, 0, 0, condition) : status;
}

static symad_status edge(deriver *d, uint32_t i, uint32_t k, uint32_t *condition) {
  uint32_t t;
  assert(d->live[i] != NO_NODE); /* users come before their operands */
  symad_status status = taken(d, i, k, &t);
  return status == SYMAD_OK ? rewrite_add(d->b, SYMAD_OP_AND, d->live[i], t, 0, condition) : status;
}

/* An input is always live, so that nothing is passed to it unguarded; whether any edge reaches it is another question. */
static symad_status note_life(deriver *d, uint32_t i, uint32_t k, uint32_t input) {
  uint32_t e;
  if (d->lives[input] == d->yes)
    return SYMAD_OK;
  symad_status status = edge(d, i, k, &e);
  if (status == SYMAD_OK && d->lives[input] != NO_NODE)
    status = rewrite_add(d->b, SYMAD_OP_OR, d->lives[input], e, 0, &e);
  d->lives[input] = e;
  return status;
}

/* First pass: who is reached, and live under which condition. The inputs' own entries stay "always". */
static symad_status find_live(deriver *d) {
  const symad_view *v = &d->tape->view;
  for (uint32_t i = v->n_nodes; (i = cone_below(d->cone, i)) != NO_NODE && i >= v->n_inputs;) {
    const symad_node *n = node_at(d, i);
    for (uint32_t k = 0; k < slope_operands(n); k++) {
      uint32_t operand = operand_at(d, n, k), e;
      if (!is_active(d, operand))
        continue;
      cone_add(d->cone, operand);
      symad_status status = SYMAD_OK;
      if (operand < v->n_inputs && d->lives != NULL)
        status = note_life(d, i, k, operand);
      if (d->live[operand] == d->yes && status == SYMAD_OK)
        continue;
      if (status == SYMAD_OK)
        status = edge(d, i, k, &e);
      if (status == SYMAD_OK && d->live[operand] != NO_NODE)
        status = rewrite_add(d->b, SYMAD_OP_OR, d->live[operand], e, 0, &e);
      if (status != SYMAD_OK)
        return status;
      d->live[operand] = e;
    }
  }
  return SYMAD_OK;
}

/* share_i of a Max or Min: SHARE(r, operands), the weight 1/k of each leader; one node for all operands, which ask for
 * it one after the other. */
static symad_status share_node(deriver *d, uint32_t i, uint32_t *share) {
  *share = d->share;
  if (d->shared == i)
    return SYMAD_OK;
  const symad_node *n = node_at(d, i);
  symad_builder *b = d->b;
  array operands = {NULL, 0, 0};
  symad_status status = array_reserve(&b->memory, &operands, (size_t)n->b + 1, sizeof(uint32_t));
  if (status == SYMAD_OK) {
    ITEMS(uint32_t, operands)[0] = i;
    memcpy(ITEMS(uint32_t, operands) + 1, d->tape->view.list + n->a, n->b * sizeof(uint32_t));
    status = builder_add_list(b, SYMAD_OP_SHARE, operands.data, (size_t)n->b + 1, share);
  }
  if (status == SYMAD_OK) {
    d->shared = i;
    d->share = *share;
  }
  array_free(&b->memory, &operands, sizeof(uint32_t));
  return status;
}

static symad_status partial_of(deriver *d, uint32_t i, uint32_t k, uint32_t *partial) {
  const symad_node *n = node_at(d, i);
  if (op_is_extreme(n->op))
    return share_node(d, i, partial);
  if (n->op == SYMAD_OP_NORM)
    return rewrite_add(d->b, SYMAD_OP_UNIT, operand_at(d, n, k), i, 0, partial);
  if (n->op == SYMAD_OP_LOGSUMEXP) {
    const uint32_t less = n->b == 2 ? operand_at(d, n, 1 - k) : i, row = n->b == 2 ? SYMAD_OP_SIGMOID : SYMAD_OP_EXP;
    symad_status status = rewrite_add(d->b, SYMAD_OP_SUB, operand_at(d, n, k), less, 0, partial);
    return status == SYMAD_OK ? rewrite_add(d->b, row, *partial, 0, 0, partial) : status;
  }
  return partial_node(d->b, i, (int)k, partial);
}

static symad_status accumulate(deriver *d, uint32_t *sum, uint32_t term) {
  if (*sum == NO_NODE) {
    *sum = term;
    return SYMAD_OK;
  }
  return rewrite_add(d->b, SYMAD_OP_ADD, *sum, term, 0, sum);
}

static symad_status guarded(deriver *d, uint32_t condition, uint32_t *term) {
  uint32_t zero;
  symad_status status = symad_builder_number(d->b, 0.0, &zero);
  return status == SYMAD_OK ? builder_add(d->b, SYMAD_OP_SELECT, condition, *term, zero, term) : status;
}

/* Adds what node i passes to its operand k. */
static symad_status push(deriver *d, uint32_t i, uint32_t k) {
  const symad_node *n = node_at(d, i);
  uint32_t operand = operand_at(d, n, k), e, term = d->slopes[i], partial;
  if (!is_active(d, operand))
    return SYMAD_OK;
  symad_status status = edge(d, i, k, &e);
  if (status == SYMAD_OK && n->op != SYMAD_OP_SELECT) {
    status = partial_of(d, i, k, &partial);
    if (status == SYMAD_OK)
      status = rewrite_add(d->b, SYMAD_OP_MUL, term, partial, 0, &term);
  }
  if (status == SYMAD_OK && ends_open(d, n))
    status = builder_add(d->b, SYMAD_OP_SELECT, n->a, term, n->c, &term);
  if (status == SYMAD_OK && e != d->live[operand])
    status = guarded(d, e, &term);
  return status == SYMAD_OK ? accumulate(d, &d->slopes[operand], term) : status;
}

/* One reverse sweep from outputs first to end - 1; seeds[k] is the adjoint of output k. */
static symad_status reverse(deriver *d, const uint32_t *seeds, uint32_t first, uint32_t end) {
  const symad_view *v = &d->tape->view;
  symad_status status = SYMAD_OK;
  for (uint32_t k = first; k < end && status == SYMAD_OK; k++) {
    cone_add(d->cone, v->outputs[k]);
    d->live[v->outputs[k]] = d->yes;
    if (d->lives != NULL && v->outputs[k] < v->n_inputs)
      d->lives[v->outputs[k]] = d->yes;
    status = accumulate(d, &d->slopes[v->outputs[k]], seeds[k]);
  }
  if (status == SYMAD_OK)
    status = find_live(d);
  for (uint32_t i = v->n_nodes; status == SYMAD_OK && (i = cone_below(d->cone, i)) != NO_NODE && i >= v->n_inputs;)
    if (is_active(d, i) && d->slopes[i] != NO_NODE)
      for (uint32_t k = 0; k < slope_operands(node_at(d, i)) && status == SYMAD_OK; k++)
        status = push(d, i, k);
  return status;
}

/* Ready for the next sweep. */
static void forget(deriver *d) {
  for (uint32_t i = d->tape->view.n_nodes; (i = cone_take(d->cone, i)) != NO_NODE;) {
    d->live[i] = i < d->tape->view.n_inputs ? d->yes : NO_NODE;
    d->slopes[i] = NO_NODE;
  }
}

static symad_status or_zero(deriver *d, uint32_t slope, uint32_t *node) {
  *node = slope;
  return slope == NO_NODE ? symad_builder_number(d->b, 0.0, node) : SYMAD_OK;
}

/* A constant nan has no adjoint, so each slope of outputs first to end - 1 gets 0, or nan where one of them that may have no
 * value has none: *blank, NO_NODE where all of them always have one. */
static symad_status blank_of(deriver *d, uint32_t first, uint32_t end, uint32_t *blank) {
  symad_status status = SYMAD_OK;
  *blank = NO_NODE;
  for (uint32_t k = first; k < end && status == SYMAD_OK; k++) {
    const uint32_t output = d->tape->view.outputs[k];
    uint32_t zero;
    if (!(node_at(d, output)->flags & SYMAD_NODE_OPEN))
      continue;
    status = rewrite_add(d->b, SYMAD_OP_ZERO, output, 0, 0, &zero);
    if (status == SYMAD_OK)
      status = accumulate(d, blank, zero);
  }
  return status;
}

/* A slope as it is answered: a number where there is none, and blank where its output may be. */
static symad_status with_blank(deriver *d, uint32_t slope, uint32_t blank, uint32_t *node) {
  symad_status status = or_zero(d, slope, node);
  return status == SYMAD_OK && blank != NO_NODE ? rewrite_add(d->b, SYMAD_OP_ADD, *node, blank, 0, node) : status;
}

static symad_status output_slope(deriver *d, uint32_t slope, uint32_t blank) {
  symad_status status = with_blank(d, slope, blank, &slope);
  return status == SYMAD_OK ? symad_builder_output(d->b, slope) : status;
}

/* Adjoints of the chosen inputs after a reverse sweep from outputs first to end - 1. */
static symad_status input_slopes(deriver *d, uint32_t first, uint32_t end) {
  uint32_t blank;
  symad_status status = blank_of(d, first, end, &blank);
  for (uint32_t k = 0; k < d->n_chosen && status == SYMAD_OK; k++)
    status = output_slope(d, d->slopes[input_at(d, k)], blank);
  return status;
}

/* 1 or 0 for each chosen input: whether something that is taken depends on it. */
static symad_status input_lives(deriver *d) {
  uint32_t zero, one;
  symad_status status = symad_builder_number(d->b, 0.0, &zero);
  if (status == SYMAD_OK)
    status = symad_builder_number(d->b, 1.0, &one);
  for (uint32_t k = 0; k < d->n_chosen && status == SYMAD_OK; k++) {
    const uint32_t condition = d->lives[input_at(d, k)];
    uint32_t life = condition == NO_NODE ? zero : one;
    if (condition != NO_NODE && condition != d->yes)
      status = builder_add(d->b, SYMAD_OP_SELECT, condition, one, zero, &life);
    if (status == SYMAD_OK)
      status = symad_builder_output(d->b, life);
  }
  return status;
}

/* The tangent of one node from those of its operands: the mirror image of the sweep's rule. */
static symad_status tangent_of(deriver *d, uint32_t i, uint32_t *tangent) {
  const symad_node *n = node_at(d, i);
  symad_status status = SYMAD_OK;
  *tangent = NO_NODE;
  if (n->op == SYMAD_OP_SELECT) {
    uint32_t then, otherwise;
    if (d->slopes[n->b] == NO_NODE && d->slopes[n->c] == NO_NODE)
      return SYMAD_OK;
    status = or_zero(d, d->slopes[n->b], &then);
    if (status == SYMAD_OK)
      status = or_zero(d, ends_open(d, n) ? n->c : d->slopes[n->c], &otherwise);
    return status == SYMAD_OK ? builder_add(d->b, SYMAD_OP_SELECT, n->a, then, otherwise, tangent) : status;
  }
  for (uint32_t k = 0; k < slope_operands(n) && status == SYMAD_OK; k++) {
    uint32_t operand = operand_at(d, n, k), partial, term, condition;
    if (d->slopes[operand] == NO_NODE)
      continue;
    status = partial_of(d, i, k, &partial);
    if (status == SYMAD_OK)
      status = rewrite_add(d->b, SYMAD_OP_MUL, partial, d->slopes[operand], 0, &term);
    if (status == SYMAD_OK && op_is_extreme(n->op)) {
      status = taken(d, i, k, &condition);
      if (status == SYMAD_OK)
        status = guarded(d, condition, &term);
    }
    if (status == SYMAD_OK)
      status = accumulate(d, tangent, term);
  }
  return status;
}

/* One tangent sweep; the inputs' tangents are in slopes already. */
static symad_status tangents(deriver *d) {
  const symad_view *v = &d->tape->view;
  symad_status status = SYMAD_OK;
  for (uint32_t i = v->n_inputs; i < v->n_nodes && status == SYMAD_OK; i++) {
    d->slopes[i] = NO_NODE;
    if (is_active(d, i))
      status = tangent_of(d, i, &d->slopes[i]);
  }
  return status;
}

/* ---- the forms of derivative ---- */

/* Slopes of the inputs that the sweep from output k reached, from the first on. */
static symad_status reached_slopes(deriver *d, uint32_t k) {
  uint32_t blank;
  symad_status status = blank_of(d, k, k + 1, &blank);
  for (size_t w = 0; w < cone_words(d->tape->view.n_inputs) && status == SYMAD_OK; w++)
    for (uint64_t bits = d->cone[w]; bits != 0 && status == SYMAD_OK; bits &= bits - 1) {
      const uint32_t i = (uint32_t)(w * 64) + highest_bit(bits & (~bits + 1));
      if (i < d->tape->view.n_inputs)
        status = output_slope(d, d->slopes[i], blank);
    }
  return status;
}

static symad_status jacobian(deriver *d, uint32_t *seeds, uint32_t one, int sparse) {
  const symad_view *v = &d->tape->view;
  symad_status status = SYMAD_OK;
  for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++) {
    seeds[k] = one;
    if (sparse && !is_active(d, v->outputs[k]))
      continue;
    status = reverse(d, seeds, k, k + 1);
    if (status == SYMAD_OK)
      status = sparse ? reached_slopes(d, k) : input_slopes(d, k, k + 1);
    forget(d);
  }
  return status;
}

/* One tangent sweep an input; the outputs come column by column and are put in rows at the end. */
static symad_status forward_mode(deriver *d, uint32_t one) {
  const symad_view *v = &d->tape->view;
  symad_builder *b = d->b;
  array columns = {NULL, 0, 0};
  symad_status status = array_reserve(&b->memory, &columns, (size_t)d->n_chosen * v->n_outputs, sizeof(uint32_t));
  for (uint32_t j = 0; j < d->n_chosen && status == SYMAD_OK; j++) {
    memset(d->slopes, 0xff, v->n_inputs * sizeof *d->slopes);
    d->slopes[input_at(d, j)] = one;
    status = tangents(d);
    for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++) {
      uint32_t slope, blank;
      status = blank_of(d, k, k + 1, &blank);
      if (status == SYMAD_OK)
        status = with_blank(d, d->slopes[v->outputs[k]], blank, &slope);
      if (status == SYMAD_OK)
        status = array_append(&b->memory, &columns, &slope, 1, sizeof slope);
    }
  }
  for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++)
    for (uint32_t j = 0; j < d->n_chosen && status == SYMAD_OK; j++)
      status = symad_builder_output(b, ITEMS(uint32_t, columns)[(size_t)j * v->n_outputs + k]);
  array_free(&b->memory, &columns, sizeof(uint32_t));
  return status;
}

static symad_status derive(deriver *d, int kind, uint32_t *seeds) {
  const symad_view *v = &d->tape->view;
  uint32_t one;
  symad_status status = builder_add(d->b, SYMAD_OP_TRUE_VALUE, 0, 0, 0, &d->yes);
  if (status == SYMAD_OK)
    status = symad_builder_number(d->b, 1.0, &one);
  if (status != SYMAD_OK)
    return status;
  for (uint32_t i = 0; i < v->n_inputs; i++)
    d->live[i] = d->yes;
  switch (kind) {
  case SYMAD_DERIVE_VALUE_AND_GRADIENT:
    status = symad_builder_output(d->b, v->outputs[0]);
    return status == SYMAD_OK ? jacobian(d, seeds, one, 0) : status;
  case SYMAD_DERIVE_FORWARD:
    return forward_mode(d, one);
  case SYMAD_DERIVE_VJP:
    status = seed_inputs(d->b, v, 'w', NULL, v->n_outputs, seeds);
    if (status == SYMAD_OK)
      status = reverse(d, seeds, 0, v->n_outputs);
    return status == SYMAD_OK ? input_slopes(d, 0, v->n_outputs) : status;
  case SYMAD_DERIVE_JVP:
    status = seed_inputs(d->b, v, 'd', d->fed == NULL ? NULL : d->chosen, d->n_chosen, d->slopes);
    if (status == SYMAD_OK)
      status = tangents(d);
    for (uint32_t k = 0; k < v->n_outputs && status == SYMAD_OK; k++) {
      uint32_t blank;
      status = blank_of(d, k, k + 1, &blank);
      if (status == SYMAD_OK)
        status = output_slope(d, d->slopes[v->outputs[k]], blank);
    }
    return status;
  default:
    return jacobian(d, seeds, one, kind == SYMAD_DERIVE_SPARSE_JACOBIAN);
  }
}

/* Marks the nodes that the chosen inputs flow to. */
static symad_status mark_fed(deriver *d) {
  const symad_view *v = &d->tape->view;
  for (uint32_t k = 0; k < d->n_chosen; k++) {
    const uint32_t i = d->chosen[k];
    if (i >= v->n_inputs || d->fed[i / 64] >> i % 64 & 1)
      return SYMAD_ERR_ARGUMENT;
    cone_add(d->fed, i);
  }
  for (uint32_t i = v->n_inputs; i < v->n_nodes; i++) {
    const symad_node *n = &v->nodes[i];
    uint32_t k = n->flags & SYMAD_NODE_ACTIVE ? 0 : slope_operands(n);
    while (k < slope_operands(n) && !is_active(d, operand_at(d, n, k)))
      k++;
    if (k < slope_operands(n))
      cone_add(d->fed, i);
  }
  return SYMAD_OK;
}

/* Room for the sweeps, and the derivative itself; inputs is NULL for all of them. */
static symad_status derive_with(deriver *d, int kind, const uint32_t *inputs, int with_lives) {
  const symad_view *v = &d->tape->view;
  const memory *m = &d->b->memory;
  const size_t words = cone_words(v->n_nodes), n_words = inputs == NULL ? words : 2 * words;
  const size_t n_scratch = 2 * (size_t)v->n_nodes + v->n_outputs;
  array scratch = {NULL, 0, 0}, cones = {NULL, 0, 0};
  symad_status status = array_reserve(m, &scratch, n_scratch + (with_lives ? v->n_inputs : 0), sizeof(uint32_t));
  if (status == SYMAD_OK)
    status = array_reserve(m, &cones, n_words, sizeof(uint64_t));
  if (status == SYMAD_OK) {
    memset(scratch.data, 0xff, 2 * (size_t)v->n_nodes * sizeof(uint32_t));
    memset(cones.data, 0, n_words * sizeof(uint64_t));
    d->live = scratch.data;
    d->slopes = d->live + v->n_nodes;
    d->cone = cones.data;
    d->fed = inputs == NULL ? NULL : d->cone + words;
    status = inputs == NULL ? SYMAD_OK : mark_fed(d);
    d->lives = with_lives ? d->live + n_scratch : NULL;
    if (with_lives)
      memset(d->lives, 0xff, v->n_inputs * sizeof *d->lives);
  }
  if (status == SYMAD_OK)
    status = derive(d, kind, d->slopes + v->n_nodes);
  if (status == SYMAD_OK && with_lives)
    status = input_lives(d);
  array_free(m, &scratch, sizeof(uint32_t));
  array_free(m, &cones, sizeof(uint64_t));
  return status;
}

static symad_status derived_by(const symad_tape *tape, int kind, const uint32_t *inputs, uint32_t n, int with_lives,
                               const symad_limits *limits, symad_tape **derived) {
  if (kind < SYMAD_DERIVE_GRADIENT || kind > SYMAD_DERIVE_SPARSE_JACOBIAN)
    return SYMAD_ERR_ARGUMENT;
  if (kind <= SYMAD_DERIVE_VALUE_AND_GRADIENT && tape->view.n_outputs != 1)
    return SYMAD_ERR_OUTPUTS;
  deriver d = {.tape = tape, .chosen = inputs, .n_chosen = n, .shared = NO_NODE, .share = NO_NODE};
  symad_status status = builder_from_tape(tape, limits, &d.b);
  if (status != SYMAD_OK)
    return status;
  status = derive_with(&d, kind, inputs, with_lives);
  if (status == SYMAD_OK)
    status = builder_finish(d.b, derived);
  symad_builder_free(d.b);
  return status;
}

symad_status symad_tape_derive(const symad_tape *tape, int kind, const symad_limits *limits, symad_tape **derived) {
  return derived_by(tape, kind, NULL, tape->view.n_inputs, 0, limits, derived);
}

symad_status symad_tape_derive_by(const symad_tape *tape, int kind, const uint32_t *inputs, size_t n,
                                  const symad_limits *limits, symad_tape **derived) {
  if (n == 0 || n > tape->view.n_inputs)
    return SYMAD_ERR_ARGUMENT;
  return derived_by(tape, kind, inputs, (uint32_t)n, 0, limits, derived);
}

symad_status tape_derive_live(const symad_tape *tape, int kind, const uint32_t *inputs, uint32_t n,
                              const symad_limits *limits, symad_tape **derived) {
  return derived_by(tape, kind, inputs, n, 1, limits, derived);
}
