/* Many nodes in one call: what a trace of arrays makes, the same tape as node by node; refusals, limits, memory. */
#include "checks.h"
#include "base/internal.h"
#include "ledger.h"
#include "symad_graph.h"

#define N 5
#define K 3

static const char text[] = "x_0x_1x_2y_0y_1";
static const uint32_t ends[N] = {3, 6, 9, 12, 15};
static const double values[4] = {0.0, -2.5, 0.1, 3.0};

/* Max of three inputs each, their sum, and two numbers, in bulk. */
static symad_status in_bulk(symad_builder *b) {
  uint32_t inputs[N], numbers[4], operands[2 * K], largest[2], sums[2];
  size_t done;
  symad_status status = symad_builder_reserve(b, 64);
  if (status == OK)
    status = symad_builder_inputs(b, text, ends, N, inputs);
  if (status == OK)
    status = symad_builder_numbers(b, values, 4, numbers);
  if (status != OK)
    return status;
  for (uint32_t i = 0; i < 2 * K; i++)
    operands[i] = inputs[i % N];
  status = symad_builder_lists(b, SYMAD_OP_MAX, operands, 2, K, largest);
  if (status != OK)
    return status;
  symad_entry entries[2] = {{SYMAD_OP_ADD, largest[0], largest[1], 0}, {SYMAD_OP_MUL, SYMAD_EARLIER, numbers[1], 0}};
  status = symad_builder_ops(b, entries, 2, sums, &done);
  uint32_t outputs[4] = {sums[1], numbers[3], inputs[0], largest[0]};
  return status == OK ? symad_builder_outputs(b, outputs, 4) : status;
}

static symad_status one_by_one(symad_builder *b) {
  uint32_t inputs[N], numbers[4], operands[K], largest[2], sum = 0, product = 0;
  symad_status status = OK;
  for (uint32_t i = 0; i < N && status == OK; i++)
    status = symad_builder_input(b, text + 3 * i, 3, &inputs[i]);
  for (uint32_t i = 0; i < 4 && status == OK; i++)
    status = symad_builder_number(b, values[i], &numbers[i]);
  for (uint32_t i = 0; i < 2 && status == OK; i++) {
    for (uint32_t k = 0; k < K; k++)
      operands[k] = inputs[(i * K + k) % N];
    status = symad_builder_op(b, SYMAD_OP_MAX, operands, K, &largest[i]);
  }
  if (status == OK)
    status = symad_builder_op(b, SYMAD_OP_ADD, largest, 2, &sum);
  uint32_t factors[2] = {sum, numbers[1]};
  if (status == OK)
    status = symad_builder_op(b, SYMAD_OP_MUL, factors, 2, &product);
  uint32_t outputs[4] = {product, numbers[3], inputs[0], largest[0]};
  for (uint32_t i = 0; i < 4 && status == OK; i++)
    status = symad_builder_output(b, outputs[i]);
  return status;
}

static void test_bulk_is_one_by_one(void) {
  symad_builder *first = NULL, *second = NULL;
  symad_tape *x = NULL, *y = NULL;
  CHECK(symad_builder_new(NULL, &first) == OK && symad_builder_new(NULL, &second) == OK);
  CHECK(in_bulk(first) == OK && symad_builder_finish(first, &x) == OK);
  CHECK(one_by_one(second) == OK && symad_builder_finish(second, &y) == OK);
  CHECK(symad_tape_equal(x, y));
  symad_tape_free(x);
  symad_tape_free(y);
  symad_builder_free(first);
  symad_builder_free(second);
}

static void test_refusals(void) {
  symad_builder *b = NULL;
  CHECK(symad_builder_new(NULL, &b) == OK);
  uint32_t nodes[N] = {0}, falling[2] = {3, 2}, condition;
  CHECK(symad_builder_inputs(b, text, ends, 0, nodes) == OK && symad_builder_numbers(b, values, 0, nodes) == OK);
  CHECK(symad_builder_inputs(b, text, falling, 2, nodes) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_builder_inputs(b, "1x", falling + 1, 1, nodes + 1) == SYMAD_ERR_NAME);
  CHECK(symad_builder_numbers(b, values, 2, nodes + 1) == OK);
  CHECK(symad_builder_op(b, SYMAD_OP_LT, nodes, 2, &condition) == OK);
  uint32_t odd[2] = {nodes[0], condition}, far[2] = {nodes[0], 1000};
  CHECK(symad_builder_lists(b, SYMAD_OP_MAX, odd, 1, 2, nodes + 3) == SYMAD_ERR_TYPE);
  CHECK(symad_builder_lists(b, SYMAD_OP_MAX, far, 1, 2, nodes + 3) == SYMAD_ERR_OPERAND);
  CHECK(symad_builder_lists(b, SYMAD_OP_MAX, odd, 1, 0, nodes + 3) == SYMAD_ERR_ARITY);
  CHECK(symad_builder_lists(b, SYMAD_OP_SIN, odd, 1, 2, nodes + 3) == SYMAD_ERR_ARITY);
  CHECK(symad_builder_lists(b, 255, odd, 1, 2, nodes + 3) == SYMAD_ERR_OPERATION);
  CHECK(symad_builder_outputs(b, odd, 2) == SYMAD_ERR_TYPE);
  CHECK(symad_builder_outputs(b, far, 2) == SYMAD_ERR_OPERAND);
  CHECK(symad_builder_reserve(b, UINT64_MAX) == SYMAD_ERR_LIMIT_NODES);
  symad_builder_free(b);
}

/* x_0_0 to x_1_10 in C order; an array without axes is its name, and one with an axis of no length nothing. */
static void test_arrays(void) {
  symad_builder *b = NULL;
  symad_tape *tape = NULL;
  symad_view view;
  const uint32_t shape[3] = {2, 11, 0}, far[2] = {UINT32_MAX, UINT32_MAX};
  uint32_t nodes[24] = {0};
  CHECK(symad_builder_new(NULL, &b) == OK);
  CHECK(symad_builder_array(b, "x", 1, shape, 2, nodes) == OK);
  CHECK(symad_builder_array(b, "alone", 5, shape, 0, nodes + 22) == OK);
  CHECK(symad_builder_array(b, "none", 4, shape, 3, nodes + 23) == OK && nodes[23] == 0);
  CHECK(symad_builder_array(b, "1", 1, shape, 2, nodes) == SYMAD_ERR_NAME);
  CHECK(symad_builder_array(b, "x", 1, far, 2, nodes) == SYMAD_ERR_LIMIT_NODES);
  CHECK(symad_builder_array(b, "x", 1, shape, 65, nodes) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_builder_output(b, nodes[21]) == OK && symad_builder_finish(b, &tape) == OK);
  symad_tape_view(tape, &view);
  CHECK(view.n_inputs == 23);
  const symad_label *last = &view.labels[21], *alone = &view.labels[22];
  CHECK(last->text_length == 6 && memcmp(view.names + last->text, "x_1_10", 6) == 0);
  CHECK(alone->text_length == 5 && memcmp(view.names + alone->text, "alone", 5) == 0);
  symad_tape_free(tape);
  symad_builder_free(b);
}

static void test_limits(void) {
  symad_builder *b = NULL;
  symad_limits limits;
  uint32_t nodes[N];
  symad_limits_default(&limits);
  limits.nodes = 6;
  limits.variables = 4;
  CHECK(symad_builder_new(NULL, &b) == OK);
  symad_builder_limit(b, &limits);
  CHECK(symad_builder_inputs(b, text, ends, N, nodes) == SYMAD_ERR_LIMIT_VARIABLES);
  CHECK(symad_builder_numbers(b, values, 4, nodes) == SYMAD_ERR_LIMIT_NODES);
  symad_builder_free(b);
}

/* A chain long enough for the table to grow many times, with and without room made before: the same tape. */
static void test_large_graphs(void) {
  enum { LENGTH = 50000 };
  symad_tape *tapes[2] = {NULL, NULL};
  for (int reserved = 0; reserved < 2; reserved++) {
    symad_builder *b = NULL;
    uint32_t x, *nodes = malloc(LENGTH * sizeof *nodes);
    symad_entry *entries = malloc(LENGTH * sizeof *entries);
    size_t done = 0;
    CHECK(nodes != NULL && entries != NULL && symad_builder_new(NULL, &b) == OK);
    CHECK(symad_builder_input(b, "x", 1, &x) == OK);
    if (reserved)
      CHECK(symad_builder_reserve(b, LENGTH) == OK && symad_builder_reserve(b, 1) == OK);
    for (uint32_t i = 0; i < LENGTH; i++)
      entries[i] = (symad_entry){i % 2 ? SYMAD_OP_SIN : SYMAD_OP_MUL, i == 0 ? x : SYMAD_EARLIER + i - 1, x, 0};
    CHECK(symad_builder_ops(b, entries, LENGTH, nodes, &done) == OK && done == LENGTH);
    CHECK(symad_builder_ops(b, entries, LENGTH, nodes, &done) == OK && nodes[LENGTH - 1] == x + LENGTH);
    CHECK(symad_builder_outputs(b, nodes + LENGTH - 1, 1) == OK && symad_builder_finish(b, &tapes[reserved]) == OK);
    symad_builder_free(b);
    free(entries);
    free(nodes);
  }
  CHECK(symad_tape_equal(tapes[0], tapes[1]));
  symad_tape_free(tapes[0]);
  symad_tape_free(tapes[1]);
}

/* ---- memory that fails at the k-th request ---- */

static void test_failing_memory(void) {
  size_t k = 1;
  for (symad_status status = SYMAD_ERR_MEMORY; status != OK && k < 200; k++) {
    ledger l = {0, k, 0};
    symad_allocator allocator = {resize, &l};
    symad_builder *b = NULL;
    symad_tape *tape = NULL;
    status = symad_builder_new(&allocator, &b);
    if (status == OK)
      status = in_bulk(b);
    if (status == OK)
      status = symad_builder_finish(b, &tape);
    CHECK(status == OK || status == SYMAD_ERR_MEMORY);
    symad_tape_free(tape);
    symad_builder_free(b);
    CHECK(l.live == 0);
  }
  CHECK(k > 10 && k < 200);
}

int main(void) {
  test_bulk_is_one_by_one();
  test_refusals();
  test_arrays();
  test_limits();
  test_large_graphs();
  test_failing_memory();
  return finished("test_graph");
}
