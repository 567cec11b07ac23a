/* Which nodes live in slots, which ride in the accumulator, and how often each slot is read. */
#include "plan/planner.h"

static int is_constant(const planner *p, uint32_t i) {
  double value;
  return constant_of(p, i, &value);
}

static int chainable(const planner *p, uint32_t user, uint32_t i) {
  return p->uses[i] == 1 && p->mode[user] >> 2 < LONGEST_CHAIN && has_steps(p, node_at(p, i));
}

static int fusable(const planner *p, uint32_t i) {
  const symad_node *n = node_at(p, i);
  return n->run == SYMAD_OP_MUL && p->uses[i] == 1 && !(is_constant(p, n->a) && is_constant(p, n->b));
}

/* ---- pass 1: uses ---- */

static void count_uses(planner *p) {
  const symad_view *v = p->v;
  for (uint32_t k = 0; k < v->n_outputs; k++)
    p->uses[v->outputs[k]]++;
  for (uint32_t i = v->n_nodes; i-- > 0;) {
    const symad_node *n = node_at(p, i);
    if (p->uses[i] == 0)
      continue;
    for (uint32_t k = 0; k < operand_count(n); k++)
      p->uses[operand_at(p, n, k)]++;
  }
}

/* ---- pass 2: modes ---- */

static void read_slot(planner *p, uint32_t i) {
  p->mode[i] = STORED;
  p->reads[i]++;
}

static void read_number(planner *p, uint32_t i) {
  if (!is_constant(p, i))
    read_slot(p, i);
}

static void chain(planner *p, uint32_t user, uint32_t i) {
  p->below[user] = i;
  p->mode[i] = (uint8_t)(CHAINED | ((p->mode[user] >> 2) + 1) << 2);
}

/* R + (-x)*y is R - x*y to the bit, so a minus goes too, but not in x*y - R. */
static void fuse(planner *p, const symad_node *user, uint32_t product) {
  const symad_node *n = node_at(p, product);
  const uint32_t factors[2] = {n->a, n->b};
  int may_flip = user->run == SYMAD_OP_ADD || user->b == product;
  p->mode[product] = FUSED;
  for (int k = 0; k < 2; k++) {
    const symad_node *factor = node_at(p, factors[k]);
    int minus = may_flip && factor->run == SYMAD_OP_NEG && p->uses[factors[k]] == 1 && !is_constant(p, factor->a);
    if (minus)
      p->mode[factors[k]] = FUSED;
    read_number(p, minus ? factor->a : factors[k]);
  }
}

/* x op y: one of them may ride, and beside it a product of the other may be fused into a sum or difference. */
static void choose_binary(planner *p, uint32_t i, const symad_node *n) {
  uint32_t x = n->a, y = n->b;
  int sum = n->run == SYMAD_OP_ADD || n->run == SYMAD_OP_SUB;
  if (x == y && n->run == SYMAD_OP_MUL && p->uses[x] == 2 && has_steps(p, node_at(p, x))) {
    chain(p, i, x);
    return;
  }
  int rides_x = x != y && chainable(p, i, x), rides_y = x != y && chainable(p, i, y);
  uint32_t rider = rides_x && !(rides_y && sum && fusable(p, x) && !fusable(p, y)) ? x : rides_y ? y : NO_NODE;
  uint32_t other = rider == x ? y : x;
  if (rider == NO_NODE) {
    read_number(p, x);
    read_number(p, y);
    return;
  }
  chain(p, i, rider);
  if (sum && fusable(p, other)) {
    fuse(p, n, other);
  } else {
    read_number(p, other);
  }
}

static void choose_select(planner *p, uint32_t i, const symad_node *n) {
  read_slot(p, n->a);
  int rides_then = n->b != n->c && chainable(p, i, n->b), rides_else = n->b != n->c && chainable(p, i, n->c);
  if (rides_then)
    chain(p, i, n->b);
  else
    read_number(p, n->b);
  if (rides_else && !rides_then)
    chain(p, i, n->c);
  else
    read_number(p, n->c);
}

static void choose_list(planner *p, uint32_t i, const symad_node *n) {
  for (uint32_t k = 0; k < n->b; k++) {
    uint32_t operand = operand_at(p, n, k);
    if (k == 0 && op_is_extreme(n->run) && chainable(p, i, operand))
      chain(p, i, operand);
    else
      read_slot(p, operand);
  }
}

void choose_modes(planner *p) {
  const symad_view *v = p->v;
  count_uses(p);
  join_rows(p);
  for (uint32_t k = 0; k < v->n_outputs; k++)
    read_slot(p, v->outputs[k]);
  for (uint32_t i = v->n_nodes; i-- > v->n_inputs;) {
    const symad_node *n = node_at(p, i);
    if ((MODE(p->mode[i]) != STORED && MODE(p->mode[i]) != CHAINED) || is_constant(p, i))
      continue;
    const uint32_t power = product_exponent(p, n), times = power & (power - 1);
    const int multiplies = power > 0 && times > 0; /* by the slot of a, which is read again */
    if (op_is_nary(n->run))
      choose_list(p, i, n);
    else if (n->run == SYMAD_OP_SELECT)
      choose_select(p, i, n);
    else if (is_arithmetic(n->run))
      choose_binary(p, i, n);
    else if ((n->run == SYMAD_OP_NEG || power > 0) && !multiplies && chainable(p, i, n->a))
      chain(p, i, n->a);
    else if (power > 0)
      for (int k = multiplies ? 3 : 2; k > 0; k--)
        read_slot(p, n->a);
    else
      for (uint32_t k = 0; k < operand_count(n); k++)
        read_slot(p, operand_at(p, n, k));
  }
}
