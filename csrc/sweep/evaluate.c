/* The plain forward evaluator: runs any tape, one node after the other. */
#include "kernels/lists.h"
#include "sweep/scalar.h"

double share_of_leaders(const symad_tape *tape, const symad_node *n, const double *values, double r) {
  return list_share_of(tape->view.list + n->a, n->b, values, r);
}

double value_of_list(const symad_tape *tape, const symad_node *n, const double *values) {
  const uint32_t *operands = tape->view.list + n->a;
  switch (n->run) {
  case SYMAD_OP_MAX:
    return list_max(operands, n->b, values);
  case SYMAD_OP_MIN:
    return list_min(operands, n->b, values);
  case SYMAD_OP_SHARE:
    return list_share(operands, n->b, values);
  case SYMAD_OP_NORM:
    return list_norm(operands, n->b, values);
  default:
    return list_logsumexp(operands, n->b, values);
  }
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
#define OPC(NAME, number, arity, wants, text, sympy, value) \
  case SYMAD_OP_##NAME: {                                   \
    const double a = values[n->a], b = values[n->b];        \
    (void)a, (void)b;                                       \
    r = value;                                              \
    break;                                                  \
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
