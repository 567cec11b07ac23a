/* The running error bound: how many digits of each value rounding can have cost, to first order.
 *
 * bound(r) = sum over operands of |partial| * bound(operand) + u * |r| for the rounding of r itself, u being the
 * unit roundoff; inputs and literals are exact, selections pass the branch that was taken. On the program of a
 * derivative the same sums bound the derivative. Higham, Accuracy and Stability, 2nd ed., section 3.3. */
#include "scalar.h"

#define UNIT_ROUNDOFF 0x1p-53
#define ORDER_CONDITION 16.0
#define ALL_ACTIVE 0xffffu /* constants have bounds too */
#define CALL_ULPS 4.0      /* what a call of a function may lose, in units of u, by its table of accuracy */

/* Rows whose result is exact in doubles whenever their operands are. */
static int is_exact(uint32_t op) {
  return op == SYMAD_OP_NEG || op == SYMAD_OP_ABS || op == SYMAD_OP_SIGN || op == SYMAD_OP_ZERO || op == SYMAD_OP_MAX ||
         op == SYMAD_OP_MIN || op == SYMAD_OP_SELECT || op == SYMAD_OP_FLOOR || op == SYMAD_OP_CEILING ||
         op == SYMAD_OP_ROUND || op == SYMAD_OP_TRUNC;
}

static double rounding(const symad_node *n, double r) {
  int cost = op_cost(n->run);
  if (cost == SYMAD_COST_FREE || is_exact(n->run) || !isfinite(r))
    return 0.0;
  return fabs(r) * UNIT_ROUNDOFF * (cost == SYMAD_COST_CALL || cost == SYMAD_COST_POWER ? CALL_ULPS : 1.0);
}

/* 0 * inf is no loss: an exact operand passes nothing on, however steep the row. */
static double passed(double partial, double bound) {
  return bound == 0.0 ? 0.0 : fabs(partial) * bound;
}

/* The same for an operand that may have no slope, the order of a function: there a condition is assumed. */
static double passed_by(double partial, double bound, double operand, double r) {
  return isnan(partial) && bound > 0.0 && operand != 0.0 ? ORDER_CONDITION * fabs(r / operand) * bound
                                                         : passed(partial, bound);
}

static double list_bound(const symad_tape *tape, const symad_node *n, const double *values, const double *bounds,
                         double r) {
  double sum = 0.0;
  for (uint32_t i = 0; i < n->b; i++) {
    uint32_t operand = tape->view.list[n->a + i];
    double partial = list_partial(n, values[operand], r, 1.0);
    if (n->run != SYMAD_OP_SHARE && not_beaten(n, values[operand], r))
      sum += passed(partial, bounds[operand]);
  }
  return sum;
}

symad_status symad_tape_bounds(const symad_tape *tape, const double *x, double *values, double *bounds) {
  forward(tape, x, values);
  for (uint32_t i = 0; i < tape->view.n_nodes; i++) {
    const symad_node *n = &tape->view.nodes[i];
    double da, db, sum = 0.0;
    if (n->run == SYMAD_OP_NUMBER) {
      sum = n->op == SYMAD_OP_NUMBER ? 0.0 : fabs(values[i]) * UNIT_ROUNDOFF;
    } else if (n->run == SYMAD_OP_SELECT) {
      sum = bounds[values[n->a] != 0.0 ? n->b : n->c];
    } else if (op_is_nary(n->run)) {
      sum = list_bound(tape, n, values, bounds, values[i]);
    } else if (op_arity(n->run) > 0 && !op_is_condition(n->run)) {
      local_partials(tape, n, ALL_ACTIVE, values, values[i], &da, &db);
      sum = passed_by(da, bounds[n->a], values[n->a], values[i]) +
            (op_arity(n->run) > 1 ? passed(db, bounds[n->b]) : 0.0);
    }
    bounds[i] = sum + rounding(n, values[i]);
  }
  return SYMAD_OK;
}
