/* Builder, tapes, sweeps, status and derivatives from C: what they refuse, what they promise about memory, and that
 * every rewrite of the whitelist returns the same bits. */
#include "checks.h"
#include "base/internal.h"

#include <float.h>
#include <math.h>

static const double special[] = {
    0.0,    -0.0,   1.0,     -1.0,    0.5,      -3.0,     7.0,       1e200, -1e200,
    1e-200, 5e-324, -5e-324, DBL_MAX, -DBL_MAX, INFINITY, -INFINITY, NAN,
};

static int same_bits(double x, double y) {
  return isnan(x) ? isnan(y) : memcmp(&x, &y, sizeof x) == 0;
}

/* ---- small programs ---- */

static uint32_t op(symad_builder *b, uint32_t row, uint32_t x, uint32_t y, uint32_t z) {
  uint32_t operands[3] = {x, y, z}, node = NO_NODE;
  const symad_row *r = symad_row_find(row);
  CHECK(symad_builder_op(b, row, operands, (size_t)r->arity, &node) == OK);
  return node;
}

/* sin(x*y) + Max(x, y, 2)*Piecewise((log(x), x > 0), (y**3, True)) */
static symad_status build(const symad_allocator *allocator, symad_tape **tape) {
  symad_builder *b = NULL;
  symad_status status = symad_builder_new(allocator, &b);
  if (status != OK)
    return status;
  uint32_t x = 0, y = 0, two = 0, three = 0, zero = 0, product, sine, list[3], larger, condition, logarithm, cube,
           piece, factor, sum;
  uint32_t ops[3];
#define TRY(call)     \
  do {                \
    status = (call);  \
    if (status != OK) \
      goto done;      \
  } while (0)
#define NODE(row, count, first, second, third, to)               \
  do {                                                           \
    ops[0] = (first), ops[1] = (second), ops[2] = (third);       \
    TRY(symad_builder_op(b, SYMAD_OP_##row, ops, count, &(to))); \
  } while (0)
  TRY(symad_builder_input(b, "x", 1, &x));
  TRY(symad_builder_input(b, "y", 1, &y));
  TRY(symad_builder_number(b, 2.0, &two));
  TRY(symad_builder_literal(b, "3", 1, &three));
  TRY(symad_builder_number(b, 0.0, &zero));
  NODE(MUL, 2, x, y, 0, product);
  NODE(SIN, 1, product, 0, 0, sine);
  list[0] = x, list[1] = y, list[2] = two;
  TRY(symad_builder_op(b, SYMAD_OP_MAX, list, 3, &larger));
  NODE(GT, 2, x, zero, 0, condition);
  NODE(LOG, 1, x, 0, 0, logarithm);
  NODE(POW, 2, y, three, 0, cube);
  NODE(SELECT, 3, condition, logarithm, cube, piece);
  NODE(MUL, 2, larger, piece, 0, factor);
  NODE(ADD, 2, sine, factor, 0, sum);
  TRY(symad_builder_output(b, sum));
  TRY(symad_builder_finish(b, tape));
#undef NODE
#undef TRY
done:
  symad_builder_free(b);
  return status;
}

static void value_and_gradient(const symad_tape *tape, const double *x, double *value, double *gradient) {
  void *work = malloc(symad_tape_work_size(tape, SYMAD_WORK_SWEEP));
  CHECK(symad_tape_value_and_gradient(tape, x, value, gradient, work) == OK);
  free(work);
}

static void test_sweep(void) {
  symad_tape *tape = NULL;
  CHECK(build(NULL, &tape) == OK && symad_tape_verify(tape, NULL) == OK);
  double x[2] = {0.5, 3.0}, v, g[2];
  value_and_gradient(tape, x, &v, g);
  CHECK(fabs(v - (sin(1.5) + 3.0 * log(0.5))) < 1e-15);
  CHECK(fabs(g[0] - (3.0 * cos(1.5) + 3.0 / 0.5)) < 1e-14 && fabs(g[1] - (0.5 * cos(1.5) + log(0.5))) < 1e-15);
  x[0] = -1.0; /* log(-1) lives in the branch that is not taken */
  value_and_gradient(tape, x, &v, g);
  CHECK(fabs(v - (sin(-3.0) + 81.0)) < 1e-13);
  CHECK(fabs(g[0] - 3.0 * cos(-3.0)) < 1e-14 && fabs(g[1] - (-cos(-3.0) + 27.0 + 81.0)) < 1e-13);
  symad_tape_free(tape);
}

/* Derivative tapes against the sweep, bit for bit, at special points. */
static void test_programs(void) {
  symad_tape *tape = NULL, *gradient = NULL, *both = NULL, *forward = NULL, *jvp = NULL, *vjp = NULL, *second = NULL;
  CHECK(build(NULL, &tape) == OK);
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_GRADIENT, NULL, &gradient) == OK);
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_VALUE_AND_GRADIENT, NULL, &both) == OK);
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_FORWARD, NULL, &forward) == OK);
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_JVP, NULL, &jvp) == OK);
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_VJP, NULL, &vjp) == OK);
  CHECK(symad_tape_derive(gradient, SYMAD_DERIVE_JACOBIAN, NULL, &second) == OK);
  CHECK(symad_tape_derive(gradient, SYMAD_DERIVE_GRADIENT, NULL, &second) == SYMAD_ERR_OUTPUTS);
  CHECK(symad_tape_derive(tape, 7, NULL, &second) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_tape_derive(tape, -1, NULL, &second) == SYMAD_ERR_ARGUMENT);
  symad_tape *all[] = {tape, gradient, both, forward, jvp, vjp, second};
  for (size_t i = 0; i < COUNT(all); i++)
    CHECK(symad_tape_verify(all[i], NULL) == OK);
  for (size_t i = 0; i < COUNT(special); i++)
    for (size_t j = 0; j < COUNT(special); j++) {
      double x[4] = {special[i], special[j], 1.0, 0.0}, v, g[2], out[4], work[256];
      CHECK(symad_tape_work_size(both, SYMAD_WORK_VALUE) <= sizeof work);
      value_and_gradient(tape, x, &v, g);
      CHECK(symad_tape_value(gradient, x, out, work) == OK && same_bits(out[0], g[0]) && same_bits(out[1], g[1]));
      CHECK(symad_tape_value(both, x, out, work) == OK && same_bits(out[0], v) && same_bits(out[1], g[0]));
      CHECK(symad_tape_value(vjp, x, out, work) == OK && same_bits(out[0], g[0]) && same_bits(out[1], g[1]));
    }
  for (size_t i = 0; i < COUNT(all); i++)
    symad_tape_free(all[i]);
}

static void test_many_points(void) {
  symad_tape *tape = NULL;
  CHECK(build(NULL, &tape) == OK);
  double columns[2][3] = {{0.5, -1.0, 2.0}, {3.0, 3.0, 1.0}}, values[3], gradients[3][2], backward[3];
  void *work = malloc(symad_tape_work_size(tape, SYMAD_WORK_SWEEP));
  CHECK(symad_tape_values_and_gradients(tape, 3, columns[0], 1, 3, values, gradients[0], 2, 1, work) == OK);
  CHECK(symad_tape_values(tape, 3, columns[0] + 2, -1, 3, backward, 1, 1, work) == OK);
  for (int i = 0; i < 3; i++) {
    double x[2] = {columns[0][i], columns[1][i]}, v, g[2];
    value_and_gradient(tape, x, &v, g);
    CHECK(same_bits(v, values[i]) && same_bits(v, backward[2 - i]));
    CHECK(same_bits(g[0], gradients[i][0]) && same_bits(g[1], gradients[i][1]));
  }
  CHECK(symad_tape_values(tape, 0, NULL, 2, 1, NULL, 1, 1, work) == OK);
  free(work);
  symad_tape_free(tape);
}

/* ---- what the builder refuses ---- */

static void test_refusals(void) {
  symad_builder *b = NULL;
  symad_tape *tape = NULL;
  CHECK(symad_builder_new(NULL, &b) == OK);
  uint32_t x = 0, node, operands[3] = {0, 0, 0};
  CHECK(symad_builder_finish(b, &tape) == SYMAD_ERR_OUTPUTS);
  CHECK(symad_builder_input(b, "x", 0, &x) == SYMAD_ERR_NAME);
  CHECK(symad_builder_input(b, "x\0y", 3, &x) == SYMAD_ERR_NAME);
  CHECK(symad_builder_input(b, "x", 1, &x) == OK && x == 0);
  CHECK(symad_builder_op(b, 0, operands, 0, &node) == SYMAD_ERR_OPERATION);
  CHECK(symad_builder_op(b, SYMAD_OP_INPUT, operands, 0, &node) == SYMAD_ERR_OPERATION);
  CHECK(symad_builder_op(b, SYMAD_OP_NUMBER, operands, 0, &node) == SYMAD_ERR_OPERATION);
  CHECK(symad_builder_op(b, 255, operands, 1, &node) == SYMAD_ERR_OPERATION);
  CHECK(symad_builder_op(b, UINT32_MAX, operands, 1, &node) == SYMAD_ERR_OPERATION);
  CHECK(symad_builder_op(b, SYMAD_OP_ADD, operands, 1, &node) == SYMAD_ERR_ARITY);
  CHECK(symad_builder_op(b, SYMAD_OP_SIN, operands, 2, &node) == SYMAD_ERR_ARITY);
  CHECK(symad_builder_op(b, SYMAD_OP_MAX, operands, 0, &node) == SYMAD_ERR_ARITY);
  CHECK(symad_builder_op(b, SYMAD_OP_SHARE, operands, 1, &node) == SYMAD_ERR_ARITY);
  operands[0] = 1;
  CHECK(symad_builder_op(b, SYMAD_OP_SIN, operands, 1, &node) == SYMAD_ERR_OPERAND);
  operands[0] = x;
  CHECK(symad_builder_op(b, SYMAD_OP_NOT, operands, 1, &node) == SYMAD_ERR_TYPE);
  CHECK(symad_builder_op(b, SYMAD_OP_SELECT, operands, 3, &node) == SYMAD_ERR_TYPE);
  CHECK(symad_builder_op(b, SYMAD_OP_POWN, operands, 2, &node) == SYMAD_ERR_EXPONENT);
  CHECK(symad_builder_op(b, SYMAD_OP_POWN_SLOPE, operands, 2, &node) == SYMAD_ERR_EXPONENT);
  uint32_t condition = op(b, SYMAD_OP_LT, x, x, 0);
  operands[0] = condition;
  CHECK(symad_builder_op(b, SYMAD_OP_SIN, operands, 1, &node) == SYMAD_ERR_TYPE);
  CHECK(symad_builder_output(b, condition) == SYMAD_ERR_TYPE);
  CHECK(symad_builder_output(b, condition + 1) == SYMAD_ERR_OPERAND);
  CHECK(symad_builder_output(b, UINT32_MAX) == SYMAD_ERR_OPERAND);
  CHECK(symad_builder_literal(b, "1x", 2, &node) == SYMAD_ERR_NUMBER);
  CHECK(symad_builder_literal(b, "1e999999", 8, &node) == SYMAD_ERR_LIMIT_EXPONENT);
  CHECK(symad_builder_output(b, x) == OK && symad_builder_finish(b, &tape) == OK); /* refusals leave no trace */
  symad_view view;
  symad_tape_view(tape, &view);
  CHECK(view.n_nodes == 1 && view.n_inputs == 1 && view.n_outputs == 1);
  symad_tape_free(tape);
  CHECK(symad_builder_finish(b, &tape) == SYMAD_ERR_OUTPUTS); /* left empty, ready for the next */
  symad_builder_free(b);
  symad_builder_free(NULL);
  symad_tape_free(NULL);
}

static void test_bulk(void) {
  symad_builder *b = NULL;
  symad_tape *one = NULL, *other = NULL;
  uint32_t x = 0, nodes[3];
  size_t done = 99;
  CHECK(symad_builder_new(NULL, &b) == OK && symad_builder_input(b, "x", 1, &x) == OK);
  symad_entry entries[3] = {
      {SYMAD_OP_SIN, x, 0, 0}, {SYMAD_OP_COS, x, 0, 0}, {SYMAD_OP_MUL, SYMAD_EARLIER + 0, SYMAD_EARLIER + 1, 0}};
  CHECK(symad_builder_ops(b, entries, 3, nodes, &done) == OK && done == 3);
  CHECK(symad_builder_output(b, nodes[2]) == OK && symad_builder_finish(b, &one) == OK);
  CHECK(symad_builder_input(b, "x", 1, &x) == OK);
  uint32_t sine = op(b, SYMAD_OP_SIN, x, 0, 0), cosine = op(b, SYMAD_OP_COS, x, 0, 0);
  CHECK(symad_builder_output(b, op(b, SYMAD_OP_MUL, sine, cosine, 0)) == OK && symad_builder_finish(b, &other) == OK);
  CHECK(symad_tape_equal(one, other) && symad_tape_hash(one) == symad_tape_hash(other));
  CHECK(symad_builder_input(b, "x", 1, &x) == OK);
  entries[2].b = SYMAD_EARLIER + 2; /* itself */
  CHECK(symad_builder_ops(b, entries, 3, nodes, &done) == SYMAD_ERR_OPERAND && done == 2);
  entries[2] = (symad_entry){SYMAD_OP_MAX, x, x, 0};
  CHECK(symad_builder_ops(b, entries, 3, nodes, &done) == SYMAD_ERR_ARITY && done == 2);
  symad_tape_free(one);
  symad_tape_free(other);
  symad_builder_free(b);
}

static void test_equal_nodes(void) {
  symad_builder *b = NULL;
  uint32_t x = 0, first = 0, second = 0;
  CHECK(symad_builder_new(NULL, &b) == OK && symad_builder_input(b, "x", 1, &x) == OK);
  CHECK(op(b, SYMAD_OP_ADD, x, x, 0) == op(b, SYMAD_OP_ADD, x, x, 0));
  CHECK(symad_builder_number(b, 0.5, &first) == OK && symad_builder_literal(b, "0.50", 4, &second) == OK);
  CHECK(first == second);
  CHECK(symad_builder_number(b, -0.0, &first) == OK && symad_builder_number(b, 0.0, &second) == OK && first != second);
  CHECK(symad_builder_number(b, (double)NAN, &first) == OK && symad_builder_number(b, -(double)NAN, &second) == OK);
  CHECK(first == second);
  CHECK(symad_builder_literal(b, "9007199254740993", 16, &first) == OK);
  CHECK(symad_builder_literal(b, "9007199254740992", 16, &second) == OK && first != second);
  uint32_t e = 0, three = 0;
  CHECK(symad_builder_op(b, SYMAD_OP_E, NULL, 0, &e) == OK && symad_builder_number(b, 3.0, &three) == OK);
  CHECK(op(b, SYMAD_OP_POW, e, x, 0) == op(b, SYMAD_OP_EXP, x, 0, 0));
  CHECK(op(b, SYMAD_OP_POW, x, three, 0) == op(b, SYMAD_OP_POWN, x, three, 0));
  CHECK(symad_builder_op(b, SYMAD_OP_MAX, &x, 1, &first) == OK && first == x);
  symad_builder_free(b);
}

/* ---- sizes ---- */

/* A chain of a million operations: at most 40 bytes each in the tape, 32 in work memory. */
static void test_sizes(void) {
  enum { N = 1000000 };
  symad_builder *b = NULL;
  symad_tape *tape = NULL;
  uint32_t x = 0, node = 0;
  CHECK(symad_builder_new(NULL, &b) == OK && symad_builder_input(b, "x", 1, &x) == OK);
  node = x;
  for (uint32_t i = 0; i < N; i++) {
    uint32_t operands[2] = {node, x};
    if (symad_builder_op(b, i % 2 ? SYMAD_OP_MUL : SYMAD_OP_ADD, operands, 2, &node) != OK)
      n_failed++;
  }
  CHECK(symad_builder_output(b, node) == OK && symad_builder_finish(b, &tape) == OK);
  symad_builder_free(b);
  symad_view view;
  symad_tape_view(tape, &view);
  CHECK(view.n_nodes == N + 1 && view.n_typed == N && view.n_bytes <= 40 * (uint64_t)N);
  CHECK(symad_tape_work_size(tape, SYMAD_WORK_VALUE) <= 32 * (size_t)N);
  CHECK(symad_tape_work_size(tape, SYMAD_WORK_SWEEP) <= 32 * (size_t)N);
  double at = 0.5, v, g;
  value_and_gradient(tape, &at, &v, &g);
  CHECK(isfinite(v) && isfinite(g));
  symad_tape_free(tape);
  CHECK(sizeof(symad_node) == 16 && sizeof(symad_constant) == 16 && sizeof(symad_entry) == 16);
}

static void test_limit_of_nodes(void) {
  symad_tape *tape = NULL, *derived = NULL;
  symad_limits limits;
  symad_limits_default(&limits);
  CHECK(build(NULL, &tape) == OK);
  symad_status status = SYMAD_ERR_LIMIT_NODES;
  uint64_t needed = 0;
  for (limits.nodes = 1; status == SYMAD_ERR_LIMIT_NODES && limits.nodes < 200; limits.nodes++) {
    status = symad_tape_derive(tape, SYMAD_DERIVE_GRADIENT, &limits, &derived);
    needed = limits.nodes;
  }
  CHECK(status == OK && needed > 20);
  symad_tape_free(derived);
  symad_tape_free(tape);
}

/* ---- status ---- */

static symad_tape *parse(const char *text) {
  symad_tape *tape = NULL;
  CHECK(symad_parse(text, strlen(text), NULL, 0, NULL, NULL, &tape, NULL) == OK);
  return tape;
}

static uint32_t word_of(const char *text, double at) {
  symad_tape *tape = parse(text);
  symad_view view;
  symad_tape_view(tape, &view);
  double values[32], slopes[32], partials[64], x[2] = {at, at}, one = 1.0;
  uint8_t live[32];
  CHECK(view.n_nodes <= 32);
  symad_trace trace = {values, slopes, partials, NULL, live};
  symad_report report;
  CHECK(symad_tape_sweep(tape, x, &one, &trace) == OK && symad_tape_status(tape, &trace, &report) == OK);
  for (int bit = 0; bit < SYMAD_STATUS_N_BITS; bit++)
    CHECK((report.word >> bit & 1u) == (report.first[bit] != UINT32_MAX));
  symad_tape_free(tape);
  return report.word;
}

static void test_status(void) {
  CHECK(word_of("x*x + 1", 2.0) == 0);
  CHECK(word_of("Max(x, y)", 2.0) == SYMAD_STATUS_TIE);
  CHECK(word_of("Abs(x)", 0.0) == SYMAD_STATUS_TIE);
  CHECK(word_of("log(x)", -1.0) == SYMAD_STATUS_DOMAIN);
  CHECK(word_of("sqrt(x)", -1.0) == SYMAD_STATUS_DOMAIN);
  CHECK(word_of("Piecewise((log(x), x > 0), (x, True))", -1.0) == 0);
  CHECK(word_of("Piecewise((x, x > 0))", -1.0) == SYMAD_STATUS_DOMAIN);
  CHECK(word_of("Piecewise((x, x > 0), (2*x, True))", (double)NAN) & SYMAD_STATUS_NAN_CONDITION);
  CHECK(word_of("x*x", 1e200) & SYMAD_STATUS_OVERFLOW);
  CHECK(word_of("exp(-x)", 800.0) == SYMAD_STATUS_UNDERFLOW);
  CHECK(word_of("x - y", (double)INFINITY) == SYMAD_STATUS_INDETERMINATE);
  CHECK(word_of("sqrt(x)**2", 0.0) & SYMAD_STATUS_INDETERMINATE);
}

/* ---- lists and bounds ---- */

static void test_norm(void) {
  static const double points[][2] = {{3, 4},           {0, 0},        {-0.0, 0}, {3e300, 4e300},
                                     {3e-310, 4e-310}, {INFINITY, 1}, {5, 0}};
  static const double lengths[] = {5, 0, 0, 5e300, 5e-310, INFINITY, 5};
  symad_tape *tape = parse("sqrt(x**2 + y**2)"), *same = parse("norm(x, y)"), *gradient = NULL;
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_GRADIENT, NULL, &gradient) == OK);
  for (size_t i = 0; i < COUNT(points); i++) {
    double v, w, g[2], h[2], out[2], work[64];
    value_and_gradient(tape, points[i], &v, g);
    value_and_gradient(same, points[i], &w, h);
    CHECK(fabs(v - lengths[i]) <= 4e-16 * lengths[i] || v == lengths[i]);
    CHECK(same_bits(v, w) && same_bits(g[0], h[0]) && same_bits(g[1], h[1]));
    CHECK(symad_tape_value(gradient, points[i], out, work) == OK && same_bits(out[0], g[0]) && same_bits(out[1], g[1]));
    if (lengths[i] == 0.0)
      CHECK(g[0] == 0.0 && g[1] == 0.0);
  }
  symad_tape_free(tape);
  symad_tape_free(same);
  symad_tape_free(gradient);
}

/* Inputs and literals are exact, sums add their operands' bounds, a cancelled difference keeps them. */
static void test_bounds(void) {
  static const double u = 0x1p-53;
  double values[32], bounds[32], x[2] = {1e-9, 1.0};
  uint16_t words[32], causes[32];
  uint32_t origins[32];
  const symad_errors errors = {values, bounds, words, causes, origins};
  symad_view view;
  symad_tape *tape = parse("exp(x) - 1 - x + 0*y");
  symad_tape_view(tape, &view);
  CHECK(view.n_nodes <= 32 && symad_tape_errors(tape, x, &errors) == OK);
  CHECK(bounds[0] == 0.0 && bounds[1] == 0.0);
  double found = bounds[view.outputs[0]], error = fabs(values[view.outputs[0]] - 5e-19);
  CHECK(error <= found && found >= u && found <= 64.0 * u);
  CHECK(causes[view.outputs[0]] == SYMAD_STATUS_LOST_DIGITS && words[view.outputs[0]] == 0);
  symad_tape_free(tape);

  tape = parse("Piecewise((x, x > 0), (log(x), True)) + Max(x, y) - y");
  symad_tape_view(tape, &view);
  CHECK(symad_tape_errors(tape, x, &errors) == OK && bounds[view.outputs[0]] <= 2.0 * u);
  symad_tape_free(tape);
}

/* ---- the whitelist of rewrites ---- */

/* The two outputs of a tape, or the only ones of two, at all special points. */
static void compare_outputs(const symad_tape *left, const symad_tape *right) {
  for (size_t i = 0; i < COUNT(special); i++)
    for (size_t j = 0; j < COUNT(special); j++) {
      double at[2] = {special[i], special[j]}, out[2], other[1], work[32];
      CHECK(symad_tape_value(left, at, out, work) == OK);
      CHECK(right == NULL || symad_tape_value(right, at, other, work) == OK);
      CHECK(same_bits(out[0], right == NULL ? out[1] : other[0]));
    }
}

/* The outermost operation of a text as it stands and after the rewrites: two outputs of one tape. */
static void compare_rewrite(uint32_t row, const char *text, int rewritten) {
  symad_builder *b = NULL;
  symad_tape *tape = parse(text), *both = NULL;
  symad_limits limits;
  symad_view view;
  symad_tape_view(tape, &view);
  symad_limits_default(&limits);
  const uint32_t root = view.outputs[0], wrapped = view.nodes[root].op == SYMAD_OP_SELECT;
  const symad_node output = view.nodes[root], n = wrapped ? view.nodes[output.a] : output;
  uint32_t plain = wrapped ? output.a : root, clever = NO_NODE;
  CHECK(n.op == row && builder_from_tape(tape, &limits, &b) == OK);
  CHECK(rewrite_add(b, row, n.a, n.b, n.c, &clever) == OK);
  CHECK((plain != clever) == rewritten);
  if (wrapped)
    CHECK(builder_add(b, SYMAD_OP_SELECT, clever, output.b, output.c, &clever) == OK);
  CHECK(symad_builder_output(b, root) == OK && symad_builder_output(b, clever) == OK);
  CHECK(symad_builder_finish(b, &both) == OK);
  compare_outputs(both, NULL);
  symad_builder_free(b);
  symad_tape_free(tape);
  symad_tape_free(both);
}

static void compare_texts(const char *from, const char *to) {
  symad_tape *left = parse(from), *right = parse(to);
  compare_outputs(left, right);
  symad_tape_free(left);
  symad_tape_free(right);
}

/* Each row of the whitelist: it is done, and its two texts and what it makes of the first have the same bits. */
static void test_rewrites(void) {
  static const struct {
    uint32_t row;
    const char *from, *to, *from_condition, *to_condition;
  } rewrites[] = {
#define AS_NUMBER(text) "Piecewise((1, " text "), (2, True))"
#define REWRITE(ROW, when, result, from, to) {SYMAD_OP_##ROW, from, to, AS_NUMBER(from), AS_NUMBER(to)},
#include "graph/rewrites.def"
#undef REWRITE
#undef AS_NUMBER
  };
  for (size_t i = 0; i < COUNT(rewrites); i++) {
    const int condition = symad_row_find(rewrites[i].row)->condition;
    compare_rewrite(rewrites[i].row, condition ? rewrites[i].from_condition : rewrites[i].from, 1);
    compare_texts(condition ? rewrites[i].from_condition : rewrites[i].from,
                  condition ? rewrites[i].to_condition : rewrites[i].to);
  }
}

/* What is no row is not done, though it be true of most numbers. */
static void test_what_is_not_rewritten(void) {
  static const struct {
    uint32_t row;
    const char *text;
  } kept[] = {
      {SYMAD_OP_MUL, "x*0"},
      {SYMAD_OP_MUL, "0*x"},
      {SYMAD_OP_MUL, "x*y"},
      {SYMAD_OP_MUL, "x*x"},
      {SYMAD_OP_MUL, "2*x"},
      {SYMAD_OP_MUL, "x*2"},
      {SYMAD_OP_DIV, "x/x"},
      {SYMAD_OP_DIV, "0/x"},
      {SYMAD_OP_DIV, "1/x"},
      {SYMAD_OP_DIV, "x/y"},
      {SYMAD_OP_DIV, "2/x"},
      {SYMAD_OP_DIV, "x/(-1)"},
      {SYMAD_OP_ADD, "x + 0"},
      {SYMAD_OP_ADD, "0 + x"},
      {SYMAD_OP_ADD, "x + x"},
      {SYMAD_OP_ADD, "2 + x"},
      {SYMAD_OP_ADD, "(-y) + x"},
      {SYMAD_OP_ADD, "x + y"},
      {SYMAD_OP_ADD, "x + -1"},
      {SYMAD_OP_SUB, "x - 0"},
      {SYMAD_OP_SUB, "0 - x"},
      {SYMAD_OP_SUB, "x - x"},
      {SYMAD_OP_SUB, "x - y"},
      {SYMAD_OP_SUB, "2 - x"},
      {SYMAD_OP_POWN, "x**0"},
      {SYMAD_OP_POWN, "x**2"},
      {SYMAD_OP_POW, "1**x"},
      {SYMAD_OP_POW, "x**y"},
      {SYMAD_OP_POW, "x**x"},
      {SYMAD_OP_POW, "2**x"},
      {SYMAD_OP_NEG, "-x"},
      {SYMAD_OP_EXP, "exp(log(x))"},
      {SYMAD_OP_SQRT, "sqrt(x)"},
      {SYMAD_OP_ABS, "Abs(Abs(x))"},
      {SYMAD_OP_LT, "Piecewise((1, x < x), (2, True))"},
      {SYMAD_OP_NOT, "Piecewise((1, not (x < y)), (2, True))"},
      {SYMAD_OP_OR, "Piecewise((1, x < y or x >= y), (2, True))"},
      {SYMAD_OP_AND, "Piecewise((1, x < y and x >= y), (2, True))"},
  };
  for (size_t i = 0; i < COUNT(kept); i++)
    compare_rewrite(kept[i].row, kept[i].text, 0);
}

/* Two constants meet as the sweep's doubles do: -10*(1/3) is not -10/3. */
static void test_constants_meet_as_doubles(void) {
  static const char *const texts[] = {"10*(y - 1/3*x)", "x/49*49", "-(x/3)/7 + x*(2/3)/11", "x*(1/3) + x*(1/5)"};
  for (size_t i = 0; i < COUNT(texts); i++) {
    symad_tape *tape = parse(texts[i]), *gradient = NULL;
    double x[2] = {1.0, 2.0}, v, g[2], out[2], work[64];
    CHECK(symad_tape_derive(tape, SYMAD_DERIVE_GRADIENT, NULL, &gradient) == OK);
    value_and_gradient(tape, x, &v, g);
    CHECK(symad_tape_value(gradient, x, out, work) == OK && same_bits(out[0], g[0]));
    symad_tape_free(tape);
    symad_tape_free(gradient);
  }
}

/* ---- the table ---- */

static void test_table(void) {
  for (uint32_t i = 0; i < symad_row_count(); i++) {
    const symad_row *row = symad_row_at(i);
    CHECK(row != NULL && symad_row_find(row->number) == row && row->number < 256);
    for (uint32_t j = 0; j < i; j++)
      CHECK(symad_row_at(j)->number != row->number && strcmp(symad_row_at(j)->name, row->name) != 0);
  }
  CHECK(symad_row_at(symad_row_count()) == NULL && symad_row_find(0) == NULL && symad_row_find(UINT32_MAX) == NULL);
  CHECK(strcmp(symad_status_name(SYMAD_ERR_MEMORY), "ERR_MEMORY") == 0);
  CHECK(strcmp(symad_status_name(-1), "UNKNOWN") == 0 && strlen(symad_status_sentence(-1)) > 0);
}

/* Entries row by row: a condition is no dependence, and rows without one are empty. */
static void test_pattern(void) {
  symad_tape *tape = parse("x, y, z: (x*y, 3, 4, Piecewise((z, x > 0), (1, True)), z)"), *sparse = NULL, *none;
  const uint64_t wanted[] = {0, 2, 2, 2, 3, 4};
  const uint32_t wanted_columns[] = {0, 1, 2, 2};
  uint64_t starts[6];
  uint32_t columns[4] = {9, 9, 9, 9};
  size_t count = 0;
  CHECK(symad_tape_pattern(tape, starts, columns, 3, &count) == OK && count == 4 && columns[0] == 9);
  CHECK(symad_tape_pattern(tape, starts, columns, 4, &count) == OK && count == 4);
  CHECK(memcmp(starts, wanted, sizeof wanted) == 0 && memcmp(columns, wanted_columns, sizeof columns) == 0);
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_SPARSE_JACOBIAN, NULL, &sparse) == OK);
  const double x[3] = {2.0, 5.0, 7.0};
  double y[4], work[64];
  CHECK(symad_tape_work_size(sparse, SYMAD_WORK_VALUE) <= sizeof work);
  CHECK(symad_tape_value(sparse, x, y, work) == OK && y[0] == 5.0 && y[1] == 2.0 && y[2] == 1.0 && y[3] == 1.0);
  symad_tape_free(sparse);
  symad_tape_free(tape);
  tape = parse("x: 5");
  CHECK(symad_tape_pattern(tape, starts, NULL, 0, &count) == OK && count == 0 && starts[1] == 0);
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_SPARSE_JACOBIAN, NULL, &none) == SYMAD_ERR_OUTPUTS);
  symad_tape_free(tape);
}

/* By some inputs in any order: the bits of the derivative by all; other inputs, and repeats, are refused. */
static void test_by_some(void) {
  symad_tape *tape = parse("x, y, z: Piecewise((x*sin(y), z > 0), (y*z, True)) + Max(x, y)"), *all = NULL, *some = NULL;
  const uint32_t chosen[] = {2, 0}, refused[][2] = {{3, 0}, {1, 1}};
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_GRADIENT, NULL, &all) == OK);
  CHECK(symad_tape_derive_by(tape, SYMAD_DERIVE_GRADIENT, chosen, 2, NULL, &some) == OK);
  for (size_t i = 0; i < COUNT(special); i++)
    for (size_t j = 0; j < COUNT(special); j++) {
      const double x[3] = {special[i], special[j], special[(i + j) % COUNT(special)]};
      double whole[3], part[2], work[256];
      CHECK(symad_tape_work_size(all, SYMAD_WORK_VALUE) <= sizeof work);
      CHECK(symad_tape_value(all, x, whole, work) == OK && symad_tape_value(some, x, part, work) == OK);
      CHECK(same_bits(part[0], whole[2]) && same_bits(part[1], whole[0]));
    }
  symad_tape_free(some);
  for (size_t i = 0; i < COUNT(refused); i++)
    CHECK(symad_tape_derive_by(tape, SYMAD_DERIVE_JVP, refused[i], 2, NULL, &some) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_tape_derive_by(tape, SYMAD_DERIVE_JVP, chosen, 0, NULL, &some) == SYMAD_ERR_ARGUMENT);
  symad_tape_free(all);
  symad_tape_free(tape);
}

/* A tape within a builder is the composed text; only numbers can stand for inputs. */
static void test_append(void) {
  symad_tape *tape = parse("x, k: sqrt(x*k) + x**k"), *wanted = parse("u: sqrt(u*u) + u**2*1"), *made = NULL;
  symad_tape *inner = parse("x, k: x**k*1");
  symad_builder *b = NULL;
  uint32_t nodes[3], output = 0;
  CHECK(symad_builder_new(NULL, &b) == OK && symad_builder_input(b, "u", 1, &nodes[0]) == OK);
  CHECK(symad_builder_number(b, 2.0, &nodes[1]) == OK);
  CHECK(symad_builder_append(b, inner, nodes, &output) == OK);
  nodes[1] = nodes[0];
  CHECK(symad_builder_append(b, tape, nodes, &nodes[2]) == OK);
  symad_view view;
  symad_tape_view(tape, &view);
  CHECK(view.n_outputs == 1);
  uint32_t root;
  CHECK(symad_builder_op(b, SYMAD_OP_MUL, nodes, 2, &root) == OK &&
        symad_builder_op(b, SYMAD_OP_SQRT, &root, 1, &root) == OK);
  const uint32_t terms[2] = {root, output};
  CHECK(symad_builder_op(b, SYMAD_OP_ADD, terms, 2, &output) == OK && symad_builder_output(b, output) == OK);
  CHECK(symad_builder_op(b, SYMAD_OP_LT, nodes, 2, &nodes[1]) == OK);
  CHECK(symad_builder_append(b, tape, nodes, &output) == SYMAD_ERR_TYPE);
  nodes[1] = 1000;
  CHECK(symad_builder_append(b, tape, nodes, &output) == SYMAD_ERR_OPERAND);
  CHECK(symad_builder_finish(b, &made) == OK && symad_tape_equal(made, wanted));
  symad_builder_free(b);
  symad_tape_free(made);
  symad_tape_free(wanted);
  symad_tape_free(inner);
  symad_tape_free(tape);
}

int main(void) {
  test_by_some();
  test_append();
  test_sweep();
  test_programs();
  test_pattern();
  test_many_points();
  test_refusals();
  test_bulk();
  test_equal_nodes();
  test_sizes();
  test_limit_of_nodes();
  test_status();
  test_norm();
  test_bounds();
  test_rewrites();
  test_what_is_not_rewritten();
  test_constants_meet_as_doubles();
  test_table();
  return finished("test_core");
}
