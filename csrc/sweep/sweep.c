/* The textbook sweeps: forward, then reverse or tangent over the same nodes, every value, partial and adjoint kept.
 *
 * Branches (semantics rule 1): a node is live when an output depends on it through branches that were taken.
 * A contribution along an edge that is not live is +0, as in the adjoint program, which selects it after the
 * product. Adjoints start at -0, the one number that changes no sum.
 */
#include "sweep/scalar.h"

/* A selection with nothing behind its last condition: where that fails, value and slope are nan. */
static int ends_open(const symad_tape *tape, const symad_node *n) {
  return tape->view.nodes[n->c].op == SYMAD_OP_NAN_VALUE;
}

/* Local partials of one node for operands a and b, by the rows; n-ary: the share of a leader; SELECT: who was taken. */
void local_partials(const symad_tape *tape, const symad_node *n, unsigned flags, const double *values, double r,
                    double *da, double *db) {
  double pa = 0.0, pb = 0.0;
  switch (n->run) {
#define OPS(NAME, ...)
#define OP0(NAME, ...)
#define OPC(NAME, ...)
#define OP1(NAME, number, cost, text, sympy, domain, bound, definition, value, slope) \
  case SYMAD_OP_##NAME: {                                                             \
    const double a = values[n->a];                                                    \
    (void)a;                                                                          \
    pa = slope;                                                                       \
    break;                                                                            \
  }
#define OP2(NAME, number, cost, text, sympy, domain, bound, definition, value, slope_a, slope_b) \
  case SYMAD_OP_##NAME: {                                                                        \
    const double a = values[n->a], b = values[n->b];                                             \
    (void)a, (void)b;                                                                            \
    pa = flags & SYMAD_NODE_ACTIVE_A ? (slope_a) : 0.0;                                          \
    pb = flags & SYMAD_NODE_ACTIVE_B ? (slope_b) : 0.0;                                          \
    break;                                                                                       \
  }
#include "symad_ops.def"
#undef OP0
#undef OP1
#undef OP2
#undef OPC
#undef OPS
  case SYMAD_OP_SELECT:
    pa = values[n->a] != 0.0;
    pb = 1.0 - pa;
    if (pb != 0.0 && ends_open(tape, n))
      pa = k_nan();
    break;
  case SYMAD_OP_MAX:
  case SYMAD_OP_MIN:
    pa = share_of_leaders(tape, n, values, r);
    break;
  default:
    break;
  }
  *da = pa;
  *db = pb;
}

/* The local partial for operand k of an n-ary node; share is that of the leaders of a MAX or MIN. Of two exponentials the
 * weights depend on their difference alone, which the rounding of r does not reach. */
double list_partial(const symad_tape *tape, const symad_node *n, uint32_t k, const double *values, double r,
                    double share) {
  const uint32_t *operands = tape->view.list + n->a;
  const double v = values[operands[k]];
  if (n->run == SYMAD_OP_NORM)
    return UNIT(v, r);
  if (n->run != SYMAD_OP_LOGSUMEXP)
    return share;
  return n->b == 2 ? SIGMOID(SUB(v, values[operands[1 - k]])) : EXP(SUB(v, r));
}

/* Not beaten: what is equal to the result, and everything when the result is nan, so that nan flows. */
int not_beaten(const symad_node *n, double operand, double result) {
  return !op_is_extreme(n->run) || (n->run == SYMAD_OP_MAX ? !(operand < result) : !(operand > result));
}

static inline void push(double *adjoints, uint8_t *live, uint32_t operand, double contribution, int taken,
                        int guarded) {
  adjoints[operand] += !guarded || taken ? contribution : 0.0;
  if (guarded && taken)
    live[operand] = 1;
}

static void push_branches(const symad_tape *tape, const symad_node *n, const double *values, double r, double g,
                          int live_here, double *adjoints, uint8_t *live) {
  if (n->run == SYMAD_OP_SELECT) {
    int then = values[n->a] != 0.0, open = !then && ends_open(tape, n);
    if (n->flags & SYMAD_NODE_ACTIVE_B)
      push(adjoints, live, n->b, open ? k_nan() : g, live_here && (then || open), 1);
    if (n->flags & SYMAD_NODE_ACTIVE_C)
      push(adjoints, live, n->c, g, live_here && !then, 1);
    return;
  }
  double share = op_is_extreme(n->run) ? share_of_leaders(tape, n, values, r) : 0.0;
  for (uint32_t i = 0; i < n->b; i++) {
    uint32_t operand = tape->view.list[n->a + i];
    double v = values[operand];
    if (tape->view.nodes[operand].flags & SYMAD_NODE_ACTIVE)
      push(adjoints, live, operand, g * list_partial(tape, n, i, values, r, share), live_here && not_beaten(n, v, r),
           1);
  }
}

/* guarded is a constant in both calls: tapes without branches pay nothing for them. */
static inline void reverse(const symad_tape *tape, const double *values, double *adjoints, uint8_t *live,
                           const int guarded) {
  const symad_node *nodes = tape->view.nodes;
  for (uint32_t i = tape->view.n_nodes; i-- > tape->view.n_inputs;) {
    const symad_node *n = &nodes[i];
    int live_here = !guarded || live[i];
    if (!(n->flags & SYMAD_NODE_ACTIVE)) {
      adjoints[i] = 0.0;
      continue;
    }
    if (!live_here) {
      int touched = !signbit(adjoints[i]); /* dead edges have left +0; no edge at all has left the initial -0 */
      adjoints[i] = 0.0;
      if (!touched)
        continue;
    }
    const double g = adjoints[i];
    const double r = values[i];
    switch (n->run) {
#define OPS(NAME, ...)
#define OP0(NAME, ...)
#define OPC(NAME, ...)
#define OP1(NAME, number, cost, text, sympy, domain, bound, definition, value, slope) \
  case SYMAD_OP_##NAME: {                                                             \
    const double a = values[n->a];                                                    \
    (void)a;                                                                          \
    push(adjoints, live, n->a, g * (slope), live_here, guarded);                      \
    break;                                                                            \
  }
#define OP2(NAME, number, cost, text, sympy, domain, bound, definition, value, slope_a, slope_b) \
  case SYMAD_OP_##NAME: {                                                                        \
    const double a = values[n->a], b = values[n->b];                                             \
    (void)a, (void)b;                                                                            \
    if (n->flags & SYMAD_NODE_ACTIVE_A)                                                          \
      push(adjoints, live, n->a, g * (slope_a), live_here, guarded);                             \
    if (n->flags & SYMAD_NODE_ACTIVE_B)                                                          \
      push(adjoints, live, n->b, g * (slope_b), live_here, guarded);                             \
    break;                                                                                       \
  }
#include "symad_ops.def"
#undef OP0
#undef OP1
#undef OP2
#undef OPC
#undef OPS
    default:
      push_branches(tape, n, values, r, g, live_here, adjoints, live);
    }
    (void)r;
  }
}

/* As the adjoint and tangent programs do: a slope of an output that may have no value is nan where it has none. */
static void blank_where_open(const symad_view *v, uint32_t output, const double *values, double *slopes, uint32_t n) {
  if (v->nodes[output].flags & SYMAD_NODE_OPEN)
    for (uint32_t i = 0; i < n; i++)
      slopes[i] += ZERO(values[output]);
}

static void reverse_from(const symad_tape *tape, const double *weights, const double *values, double *adjoints,
                         uint8_t *live) {
  const symad_view *v = &tape->view;
  for (uint32_t i = 0; i < v->n_nodes; i++)
    adjoints[i] = -0.0;
  memset(live, !v->has_branches, v->n_nodes);
  for (uint32_t k = 0; k < v->n_outputs; k++) {
    adjoints[v->outputs[k]] += weights[k];
    live[v->outputs[k]] = 1;
  }
  if (v->has_branches)
    reverse(tape, values, adjoints, live, 1);
  else
    reverse(tape, values, adjoints, live, 0);
  for (uint32_t i = 0; i < v->n_inputs; i++) {
    if (!(v->has_branches ? live[i] : v->nodes[i].flags & SYMAD_NODE_USED))
      adjoints[i] = 0.0;
    live[i] = 1;
  }
  for (uint32_t k = 0; k < v->n_outputs; k++)
    blank_where_open(v, v->outputs[k], values, adjoints, v->n_inputs);
}

/* Inputs are read from `work` itself, whose first nodes they are. */
symad_status symad_tape_values_and_gradients(const symad_tape *tape, size_t n_points, const double *x, ptrdiff_t x_row,
                                             ptrdiff_t x_column, double *values, double *gradients,
                                             ptrdiff_t gradient_row, ptrdiff_t gradient_column, void *work) {
  const symad_view *v = &tape->view;
  if (v->n_outputs != 1)
    return SYMAD_ERR_OUTPUTS;
  double *all = work, *adjoints = all + v->n_nodes;
  uint8_t *live = (uint8_t *)(adjoints + v->n_nodes);
  const double one = 1.0;
  for (size_t i = 0; i < n_points; i++) {
    for (uint32_t j = 0; j < v->n_inputs; j++)
      all[j] = x[(ptrdiff_t)i * x_row + (ptrdiff_t)j * x_column];
    forward(tape, all, all);
    reverse_from(tape, &one, all, adjoints, live);
    values[i] = all[v->outputs[0]];
    for (uint32_t j = 0; j < v->n_inputs; j++)
      gradients[(ptrdiff_t)i * gradient_row + (ptrdiff_t)j * gradient_column] = adjoints[j];
  }
  return SYMAD_OK;
}

symad_status symad_tape_value_and_gradient(const symad_tape *tape, const double *x, double *value, double *gradient,
                                           void *work) {
  return symad_tape_values_and_gradients(tape, 1, x, 0, 1, value, gradient, 0, 1, work);
}

static void keep_list_partials(const symad_tape *tape, const symad_trace *trace, uint32_t i) {
  const symad_node *n = &tape->view.nodes[i];
  const double *values = trace->values;
  double share = op_is_extreme(n->run) ? share_of_leaders(tape, n, values, values[i]) : 0.0;
  for (uint32_t k = 0; k < n->b; k++) {
    double v = values[tape->view.list[n->a + k]];
    trace->list_partials[n->a + k] =
        not_beaten(n, v, values[i]) ? list_partial(tape, n, k, values, values[i], share) : 0.0;
  }
}

static void keep_partials(const symad_tape *tape, const symad_trace *trace) {
  for (uint32_t i = 0; i < tape->view.n_nodes; i++) {
    const symad_node *n = &tape->view.nodes[i];
    if (trace->partials != NULL)
      local_partials(tape, n, n->flags, trace->values, trace->values[i], &trace->partials[2 * i],
                     &trace->partials[2 * i + 1]);
    if (trace->list_partials != NULL && op_is_nary(n->op))
      keep_list_partials(tape, trace, i);
  }
}

symad_status symad_tape_sweep(const symad_tape *tape, const double *x, const double *weights,
                              const symad_trace *trace) {
  forward(tape, x, trace->values);
  reverse_from(tape, weights, trace->values, trace->slopes, trace->live);
  keep_partials(tape, trace);
  return SYMAD_OK;
}

/* The sum over the operands that the program would write, in its order. */
static double tangent_of_list(const symad_tape *tape, const symad_node *n, const double *values, const double *tangents,
                              double r) {
  double share = op_is_extreme(n->run) ? share_of_leaders(tape, n, values, r) : 0.0, sum = -0.0;
  for (uint32_t i = 0; i < n->b; i++) {
    uint32_t operand = tape->view.list[n->a + i];
    double v = values[operand];
    if (tape->view.nodes[operand].flags & SYMAD_NODE_ACTIVE)
      sum += not_beaten(n, v, r) ? list_partial(tape, n, i, values, r, share) * tangents[operand] : 0.0;
  }
  return sum;
}

symad_status symad_tape_tangent(const symad_tape *tape, const double *x, const double *v, const symad_trace *trace) {
  const symad_view *view = &tape->view;
  double *values = trace->values, *tangents = trace->slopes;
  forward(tape, x, values);
  for (uint32_t i = 0; i < view->n_nodes; i++) {
    const symad_node *n = &view->nodes[i];
    double pa, pb, sum = -0.0;
    if (n->run == SYMAD_OP_INPUT) {
      sum = v[n->a];
    } else if (!(n->flags & SYMAD_NODE_ACTIVE)) {
      sum = 0.0;
    } else if (n->run == SYMAD_OP_SELECT) {
      uint32_t taken = values[n->a] != 0.0 ? n->b : n->c;
      sum = view->nodes[taken].flags & SYMAD_NODE_ACTIVE ? tangents[taken]
            : taken == n->c && ends_open(tape, n)        ? k_nan()
                                                         : 0.0;
    } else if (op_is_nary(n->run)) {
      sum = tangent_of_list(tape, n, values, tangents, values[i]);
    } else {
      local_partials(tape, n, n->flags, values, values[i], &pa, &pb);
      if (n->flags & SYMAD_NODE_ACTIVE_A)
        sum += pa * tangents[n->a];
      if (n->flags & SYMAD_NODE_ACTIVE_B)
        sum += pb * tangents[n->b];
    }
    tangents[i] = sum;
  }
  for (uint32_t k = 0; k < view->n_outputs; k++)
    blank_where_open(view, view->outputs[k], values, tangents + view->outputs[k], 1);
  if (trace->live != NULL)
    memset(trace->live, 1, view->n_nodes);
  keep_partials(tape, trace);
  return SYMAD_OK;
}
