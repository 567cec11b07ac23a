/* The plain forward evaluator: runs any tape, one node after the other. */
#include "scalar.h"

/* 1/(how many operands equal r), nan where r is nan: the weight of each leader of a MAX or MIN with result r. */
static double share_from(const symad_tape *tape, const symad_node *n, uint32_t first, const double *values, double r) {
  double leaders = 0.0;
  for (uint32_t i = first; i < n->b; i++)
    leaders += values[tape->view.list[n->a + i]] == r;
  return r == r ? 1.0 / leaders : r;
}

double share_of_leaders(const symad_tape *tape, const symad_node *n, const double *values, double r) {
  return share_from(tape, n, 0, values, r);
}

/* The largest magnitude, or the largest value; nan where one is nan. */
static double largest(const uint32_t *operands, uint32_t n, const double *values, int magnitude) {
  double most = magnitude ? 0.0 : -HUGE_VAL;
  for (uint32_t i = 0; i < n; i++) {
    double v = magnitude ? fabs(values[operands[i]]) : values[operands[i]];
    if (most == most && !(v <= most))
      most = v;
  }
  return most;
}

/* sqrt of the sum of squares, scaled by a power of two where a square would leave the range. */
static double norm_of(const uint32_t *operands, uint32_t n, const double *values) {
  double most = largest(operands, n, values, 1), sum = 0.0, scale = 1.0;
  int exponent;
  if (n == 1 || most == 0.0 || !(most <= DBL_MAX))
    return most;
  if (n == 2)
    return hypot(values[operands[0]], values[operands[1]]);
  (void)frexp(most, &exponent);
  if (exponent > 480 || exponent < -480)
    scale = exponent > 0 ? 0x1p-600 : 0x1p600;
  for (uint32_t i = 0; i < n; i++) {
    double v = values[operands[i]] * scale;
    sum += v * v;
  }
  return sqrt(sum) / scale;
}

/* The largest plus log of the sum of exp(x - largest); log1p of the others where there is one largest. */
static double logsumexp_of(const uint32_t *operands, uint32_t n, const double *values) {
  double most = largest(operands, n, values, 0), sum = 0.0;
  int leaders = 0;
  if (!(fabs(most) <= DBL_MAX))
    return most;
  for (uint32_t i = 0; i < n; i++) {
    double v = values[operands[i]];
    if (v == most)
      leaders++;
    else
      sum += exp(v - most);
  }
  return most + (leaders > 1 ? log(leaders + sum) : log1p(sum));
}

/* MAX, MIN: nan where an operand is nan, else the first of the leaders. SHARE: operands r, a... */
double value_of_list(const symad_tape *tape, const symad_node *n, const double *values) {
  const uint32_t *operands = tape->view.list + n->a;
  double best = values[operands[0]];
  if (n->run == SYMAD_OP_SHARE)
    return share_from(tape, n, 1, values, best);
  if (n->run == SYMAD_OP_NORM || n->run == SYMAD_OP_LOGSUMEXP)
    return (n->run == SYMAD_OP_NORM ? norm_of : logsumexp_of)(operands, n->b, values);
  for (uint32_t i = 1; i < n->b; i++) {
    double v = values[operands[i]];
    if (best == best && (v != v || (n->run == SYMAD_OP_MAX ? v > best : v < best)))
      best = v;
  }
  return best;
}

static double value_of_structural(const symad_tape *tape, const symad_node *n, const double *x, const double *values) {
  switch (n->run) {
  case SYMAD_OP_INPUT:
    return x[n->a];
  case SYMAD_OP_NUMBER:
    return tape->view.constants[n->c].value;
  case SYMAD_OP_SELECT:
    return values[n->a] != 0.0 ? values[n->b] : values[n->c];
  default:
    return value_of_list(tape, n, values);
  }
}

void forward(const symad_tape *tape, const double *x, double *values) {
  const symad_node *nodes = tape->view.nodes;
  uint32_t n_nodes = tape->view.n_nodes;
  for (uint32_t i = 0; i < n_nodes; i++) {
    const symad_node *n = &nodes[i];
    double r;
    switch (n->run) {
#define OPS(NAME, ...)
#define OP0(NAME, ...)  \
  case SYMAD_OP_##NAME: \
    r = NAME();         \
    break;
#define OP1(NAME, ...)      \
  case SYMAD_OP_##NAME:     \
    r = NAME(values[n->a]); \
    break;
#define OP2(NAME, ...)                    \
  case SYMAD_OP_##NAME:                   \
    r = NAME(values[n->a], values[n->b]); \
    break;
#define OPC(NAME, number, arity, text, sympy, value) \
  case SYMAD_OP_##NAME: {                            \
    const double a = values[n->a], b = values[n->b]; \
    (void)a, (void)b;                                \
    r = value;                                       \
    break;                                           \
  }
#include "symad_ops.def"
#undef OP0
#undef OP1
#undef OP2
#undef OPC
#undef OPS
    default:
      r = value_of_structural(tape, n, x, values);
    }
    values[i] = r;
  }
}

size_t symad_tape_work_size(const symad_tape *tape, int kind) {
  size_t n = tape->view.n_nodes;
  return kind == SYMAD_WORK_VALUE ? n * sizeof(double) : n * (2 * sizeof(double)) + n;
}

symad_status symad_tape_value(const symad_tape *tape, const double *x, double *y, void *work) {
  double *values = work;
  forward(tape, x, values);
  for (uint32_t k = 0; k < tape->view.n_outputs; k++)
    y[k] = values[tape->view.outputs[k]];
  return SYMAD_OK;
}

/* x is read straight into the input nodes, which come first, so any strides cost nothing. */
symad_status symad_tape_values(const symad_tape *tape, size_t n_points, const double *x, ptrdiff_t x_row,
                               ptrdiff_t x_column, double *y, ptrdiff_t y_row, ptrdiff_t y_column, void *work) {
  double *values = work;
  for (size_t i = 0; i < n_points; i++) {
    const double *row = x + (ptrdiff_t)i * x_row;
    for (uint32_t j = 0; j < tape->view.n_inputs; j++)
      values[j] = row[(ptrdiff_t)j * x_column];
    forward(tape, values, values);
    for (uint32_t k = 0; k < tape->view.n_outputs; k++)
      y[(ptrdiff_t)i * y_row + (ptrdiff_t)k * y_column] = values[tape->view.outputs[k]];
  }
  return SYMAD_OK;
}
