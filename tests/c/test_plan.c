/* Plans from C: every engine at every width returns the bits of the evaluator, under a failing allocator too. */
#include "checks.h"
#include "ledger.h"
#include "symad.h"

#include <math.h>

#define N_POINTS 75
#define MOST 40

static const char *const formulas[] = {
    "(x**2 + sin(x**2))*x**2",
    "x*y*z + x**3 - y**4*z**5 + (x + y)**6 - 2*x/y + 3/(z - x) - (5 - x)*(x - 5)",
    "Max(x, y, z, 2) - Min(x, y*z, -1)*tanh(x) + norm(x, y, z) + logsumexp(x, y, z) + hypot(x, y)",
    "Piecewise((x*y, x < y), (sin(z)*cos(z), x > 2*z), (0, True)) + Piecewise((x, y > 0))*exp(-z**2)",
    "sin(x)*cos(x) + sin(1e9*y) + cos(y) + sin(z) + besselj(2, x) + x**y",
    "(x - y**2)**2 + (y - z**2)**2*7 - (x*y - z*x)*(y + z)*(-x) + 1/(1 + exp(-(x*0.5 + y*0.25 - z*2)))",
    "a = x; a = a*a - y; a = a*a - y; a = a*a - y; a = a*a - z; a*x + 3",
};

static int same(double x, double y) {
  return isnan(x) ? isnan(y) : memcmp(&x, &y, sizeof x) == 0;
}

static void fill(double *x, size_t n) {
  static const double special[] = {0.0, -0.0, 1.0, -1.0, 0.5, 2.0, -3.0, INFINITY, -INFINITY, NAN, 1e200, 5e-324, 1e9};
  unsigned state = 12345;
  for (size_t i = 0; i < n; i++) {
    state = state * 1103515245u + 12345u;
    x[i] = i % 3 == 0 ? special[(state >> 16) % 13] : ((state >> 16) % 2000) / 500.0 - 2.0;
  }
}

/* All points at once by one engine, column by column or row by row, against the evaluator. */
static void compare(const symad_tape *tape, int engine, size_t n_points, int by_columns) {
  static double x[N_POINTS * MOST], wanted[N_POINTS * MOST], found[N_POINTS * MOST];
  symad_view v;
  symad_tape_view(tape, &v);
  CHECK(v.n_outputs <= MOST && v.n_inputs <= MOST);
  fill(x, sizeof x / sizeof *x);
  const ptrdiff_t rows = N_POINTS, n = v.n_inputs, m = v.n_outputs;
  symad_columns in[2] = {{x, by_columns ? 1 : n, by_columns ? rows : 1}, {NULL, 0, 0}};
  symad_columns out[2] = {{found, by_columns ? 1 : m, by_columns ? rows : 1}, {found + (by_columns ? rows : 1), 0, 0}};
  out[1].row = out[0].row;
  out[1].column = out[0].column;
  symad_plan *plan;
  CHECK(symad_plan_new(tape, v.n_inputs, 1, engine, &plan) == SYMAD_OK);
  void *work = malloc(symad_plan_work_size(plan, n_points));
  double *values = malloc(symad_tape_work_size(tape, SYMAD_WORK_VALUE));
  CHECK(work != NULL && values != NULL);
  CHECK(symad_plan_run(plan, n_points, in, out, work) == SYMAD_OK);
  CHECK(symad_tape_values(tape, n_points, x, in[0].row, in[0].column, wanted, m, 1, values) == SYMAD_OK);
  for (size_t i = 0; i < n_points; i++)
    for (ptrdiff_t k = 0; k < m; k++)
      CHECK(same(found[(ptrdiff_t)i * out[0].row + k * out[0].column], wanted[(ptrdiff_t)i * m + k]));
  free(work);
  free(values);
  symad_plan_free(plan);
}

static symad_tape *tape_of(const char *text, int kind, const symad_allocator *allocator) {
  symad_tape *tape = NULL, *derived = NULL;
  CHECK(symad_parse(text, strlen(text), NULL, 0, NULL, allocator, &tape, NULL) == SYMAD_OK);
  CHECK(symad_tape_derive(tape, kind, NULL, &derived) == SYMAD_OK);
  symad_tape_free(tape);
  return derived;
}

static void test_bits(void) {
  static const size_t counts[] = {1, 2, 8, 9, 64, N_POINTS};
  for (size_t f = 0; f < sizeof formulas / sizeof *formulas; f++) {
    symad_tape *tape = tape_of(formulas[f], SYMAD_DERIVE_VALUE_AND_GRADIENT, NULL);
    for (int engine = SYMAD_ENGINE_BEST; engine < 0 || symad_engine_name(engine) != NULL; engine++)
      for (size_t c = 0; c < sizeof counts / sizeof *counts; c++) {
        compare(tape, engine, counts[c], 0);
        compare(tape, engine, counts[c], 1);
      }
    symad_tape_free(tape);
  }
}

static void test_failing_allocator(void) {
  ledger l = {0, 0, 0};
  const symad_allocator allocator = {resize, &l};
  symad_tape *tape = tape_of(formulas[2], SYMAD_DERIVE_VALUE_AND_GRADIENT, &allocator);
  const size_t before = l.live;
  symad_status status = SYMAD_ERR_MEMORY;
  for (size_t k = 1; status == SYMAD_ERR_MEMORY; k++) {
    symad_plan *plan;
    l.calls = 0;
    l.fail_at = k;
    status = symad_plan_new(tape, 3, 1, SYMAD_ENGINE_BEST, &plan);
    if (status == SYMAD_OK)
      symad_plan_free(plan);
    CHECK(l.live == before);
  }
  CHECK(status == SYMAD_OK);
  symad_view v;
  symad_tape_view(tape, &v);
  uint32_t *nodes = malloc(v.n_nodes * sizeof *nodes);
  status = SYMAD_ERR_MEMORY;
  for (size_t k = 1, count; status == SYMAD_ERR_MEMORY; k++) {
    l.calls = 0;
    l.fail_at = k;
    status = symad_tape_schedule(tape, nodes, &count);
    CHECK(l.live == before);
  }
  CHECK(status == SYMAD_OK);
  uint8_t *modes = malloc(v.n_nodes);
  status = SYMAD_ERR_MEMORY;
  for (size_t k = 1, count; status == SYMAD_ERR_MEMORY; k++) {
    l.calls = 0;
    l.fail_at = k;
    status = symad_tape_modes(tape, modes, nodes, &count);
    CHECK(l.live == before);
  }
  CHECK(status == SYMAD_OK);
  free(modes);
  free(nodes);
  symad_tape_free(tape);
}

static void test_refusals(void) {
  symad_tape *tape = tape_of("x*y", SYMAD_DERIVE_GRADIENT, NULL);
  symad_plan *plan;
  CHECK(symad_plan_new(tape, 3, 1, SYMAD_ENGINE_BEST, &plan) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_plan_new(tape, 2, 3, SYMAD_ENGINE_BEST, &plan) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_plan_new(tape, 2, 2, 99, &plan) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_plan_new(tape, 2, 2, -2, &plan) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_engine_name(-1) == NULL && symad_engine_name(0) != NULL);
  symad_plan_free(NULL);
  symad_tape_free(tape);
}

static uint32_t operand_count(const symad_node *n) {
  const symad_row *row = symad_row_find(n->run);
  return row == NULL ? 0 : row->arity < 0 ? n->b : (uint32_t)row->arity;
}

static uint32_t operand_at(const symad_view *v, const symad_node *n, uint32_t k) {
  return symad_row_find(n->run)->arity < 0 ? v->list[n->a + k] : k == 0 ? n->a : k == 1 ? n->b : n->c;
}

/* Every operation that an output needs, once, its operands before it. */
static void test_schedule(void) {
  for (size_t f = 0; f < sizeof formulas / sizeof *formulas; f++) {
    symad_tape *tape = tape_of(formulas[f], SYMAD_DERIVE_VALUE_AND_GRADIENT, NULL);
    symad_view v;
    symad_tape_view(tape, &v);
    uint32_t *nodes = malloc(v.n_nodes * sizeof *nodes);
    char *there = calloc(v.n_nodes, 1);
    size_t count = 0;
    CHECK(nodes != NULL && there != NULL);
    CHECK(symad_tape_schedule(tape, nodes, &count) == SYMAD_OK);
    CHECK(count > 0 && count <= v.n_nodes - v.n_inputs);
    for (uint32_t i = 0; i < v.n_nodes; i++)
      there[i] = i < v.n_inputs || operand_count(&v.nodes[i]) == 0;
    for (size_t k = 0; k < count; k++) {
      const symad_node *n = &v.nodes[nodes[k]];
      CHECK(!there[nodes[k]]);
      for (uint32_t j = 0; j < operand_count(n); j++)
        CHECK(there[operand_at(&v, n, j)]);
      there[nodes[k]] = 1;
    }
    for (uint32_t k = 0; k < v.n_outputs; k++)
      CHECK(there[v.outputs[k]]);
    free(nodes);
    free(there);
    symad_tape_free(tape);
  }
}

/* A slot that is read was stored before, and no number of a slot is beyond those that the plan says it has. */
static void check_slots(const symad_instruction *one, char *stored, uint64_t n_slots) {
  const int moves_in = one->kind == SYMAD_INSTRUCTION_INPUTS;
  for (uint32_t k = 0; k < one->n_slots; k++)
    CHECK(one->slots[k] < n_slots && stored[one->slots[k]]);
  for (uint32_t k = 0; k < one->n_list; k++) {
    CHECK(one->list[k] < n_slots || (moves_in && one->list[k] == SYMAD_NO_SLOT));
    if (moves_in && one->list[k] != SYMAD_NO_SLOT)
      stored[one->list[k]] = 1;
    CHECK(one->list[k] == SYMAD_NO_SLOT || stored[one->list[k]]);
  }
  for (uint32_t k = 0; k < one->n_stored; k++) {
    CHECK(one->stored[k] < n_slots);
    stored[one->stored[k]] = 1;
  }
}

static void check_words(const symad_instruction *one) {
  CHECK(one->name[0] != 0 && one->n_stored <= 3 && one->n_slots <= 4 && one->n_numbers <= 2);
  CHECK((one->kind == SYMAD_INSTRUCTION_STEP) == (one->value[0] != 0));
  CHECK((one->n_list > 0) == (one->list != NULL));
  if (one->kind == SYMAD_INSTRUCTION_ROW)
    CHECK(symad_row_find(one->row) != NULL && one->n_slots + one->n_list > 0 && one->n_stored > 0);
}

/* Stored nodes of a tape, and whether every computed one has a mode and the others have none. */
static size_t stored_nodes(const symad_tape *tape) {
  symad_view v;
  symad_tape_view(tape, &v);
  uint8_t *modes = malloc(v.n_nodes);
  uint32_t *nodes = malloc(v.n_nodes * sizeof *nodes);
  size_t count = 0, stored = 0, computed = 0;
  CHECK(modes != NULL && nodes != NULL);
  CHECK(symad_tape_modes(tape, modes, nodes, &count) == SYMAD_OK);
  for (size_t k = 0; k < count; k++) {
    CHECK(nodes[k] >= v.n_inputs && modes[nodes[k]] != SYMAD_MODE_NONE);
    stored += modes[nodes[k]] >= SYMAD_MODE_STORED;
  }
  for (uint32_t i = v.n_inputs; i < v.n_nodes; i++)
    computed += modes[i] != SYMAD_MODE_NONE;
  CHECK(computed == count);
  free(modes);
  free(nodes);
  return stored;
}

/* Every instruction is seen, the same ones whatever the engine, and they store what the modes say. */
static void test_view(void) {
  for (size_t f = 0; f < sizeof formulas / sizeof *formulas; f++) {
    symad_tape *tape = tape_of(formulas[f], SYMAD_DERIVE_VALUE_AND_GRADIENT, NULL);
    symad_view v;
    symad_tape_view(tape, &v);
    symad_plan *first, *plan;
    CHECK(symad_plan_new(tape, v.n_inputs, 1, 0, &first) == SYMAD_OK);
    symad_plan_size size, other;
    symad_plan_stats(first, &size);
    for (int engine = 0; symad_engine_name(engine) != NULL; engine++) {
      CHECK(symad_plan_new(tape, v.n_inputs, 1, engine, &plan) == SYMAD_OK);
      symad_plan_stats(plan, &other);
      CHECK(other.n_instructions == size.n_instructions && other.n_slots == size.n_slots);
      char *stored = calloc(size.n_slots, 1);
      CHECK(stored != NULL);
      uint64_t index = 0;
      size_t results = 0, outputs = 0;
      symad_instruction one, twin;
      for (; symad_plan_instruction_at(plan, index, &one); index++) {
        CHECK(symad_plan_instruction_at(first, index, &twin) == 1);
        CHECK(one.name == twin.name && one.n_stored == twin.n_stored && one.n_slots == twin.n_slots);
        CHECK(memcmp(one.slots, twin.slots, sizeof one.slots) == 0);
        CHECK(memcmp(one.stored, twin.stored, sizeof one.stored) == 0);
        CHECK(memcmp(one.numbers, twin.numbers, sizeof one.numbers) == 0);
        check_words(&one);
        check_slots(&one, stored, size.n_slots);
        results += one.n_stored;
        outputs += one.kind == SYMAD_INSTRUCTION_OUTPUTS ? one.n_list : 0;
      }
      CHECK(index == size.n_instructions && outputs == v.n_outputs && results == stored_nodes(tape));
      twin = one;
      CHECK(symad_plan_instruction_at(plan, UINT64_MAX, &one) == 0 && one.name == twin.name);
      free(stored);
      symad_plan_free(plan);
    }
    symad_plan_free(first);
    symad_tape_free(tape);
  }
}

/* What a compiled x*y with its gradient does, for blocks of columns with the points side by side or of few points. */
static void product(size_t n_points, const symad_columns *inputs, const symad_columns *outputs, double *work) {
  const symad_columns *in = &inputs[0], *value = &outputs[0], *slopes = &outputs[1];
  CHECK((uintptr_t)work % 64 == 0);
  CHECK(n_points <= 2 || (in->row == 1 && slopes->row == 1));
  for (size_t i = 0; i < 5; i++)
    work[i] = NAN;
  for (ptrdiff_t i = 0; i < (ptrdiff_t)n_points; i++) {
    const double x = in->data[i * in->row], y = in->data[i * in->row + in->column];
    value->data[i * value->row] = x * y;
    slopes->data[i * slopes->row] = y;
    slopes->data[i * slopes->row + slopes->column] = x;
  }
}

static void test_native(void) {
  static const size_t counts[] = {1, 2, 3, 8, 9, 64, N_POINTS};
  enum { MARGIN = 3 };
  double x[2 * N_POINTS], slopes[MARGIN * N_POINTS], value[N_POINTS];
  fill(x, 2 * N_POINTS);
  symad_tape *tape = tape_of("x*y", SYMAD_DERIVE_VALUE_AND_GRADIENT, NULL);
  for (int engine = SYMAD_ENGINE_BEST; engine < 0 || symad_engine_name(engine) != NULL; engine++) {
    symad_plan *plan;
    CHECK(symad_plan_new(tape, 2, 1, engine, &plan) == SYMAD_OK);
    symad_plan_use(plan, product, 5);
    CHECK(strcmp(symad_plan_engine(plan), "native") == 0);
    for (size_t c = 0; c < 2 * sizeof counts / sizeof *counts; c++) {
      const ptrdiff_t n = (ptrdiff_t)counts[c / 2];
      const symad_columns in[2] = {{x, c % 2 ? 1 : 2, c % 2 ? n : 1}, {NULL, 0, 0}};
      const symad_columns out[2] = {{value, 1, 0}, {slopes, c % 2 ? 1 : MARGIN, c % 2 ? n : 1}};
      void *work = malloc(symad_plan_work_size(plan, counts[c / 2]));
      CHECK(symad_plan_run(plan, counts[c / 2], in, out, work) == SYMAD_OK);
      for (ptrdiff_t i = 0; i < n; i++) {
        const double a = x[i * in[0].row], b = x[i * in[0].row + in[0].column];
        CHECK(same(value[i], a * b) && same(slopes[i * out[1].row], b));
        CHECK(same(slopes[i * out[1].row + out[1].column], a));
      }
      free(work);
    }
    symad_plan_free(plan);
  }
  symad_tape_free(tape);
}

/* The shapes that integrators and filters call: the evaluator's bits, and a wrong number of arguments said so. */
static void test_callbacks(void) {
  const char *text = "(x*y + sin(z), x - z)";
  symad_tape *tape = NULL, *first = NULL;
  symad_plan *plan = NULL, *single = NULL;
  const uint32_t which = 0;
  double x[3] = {0.5, -2.0, 3.0}, y[2] = {7.0, 7.0}, wanted[2], work[64];
  CHECK(symad_parse(text, strlen(text), NULL, 0, NULL, NULL, &tape, NULL) == SYMAD_OK);
  CHECK(symad_tape_select(tape, &which, 1, &first) == SYMAD_OK);
  CHECK(symad_plan_new(tape, 3, 2, SYMAD_ENGINE_BEST, &plan) == SYMAD_OK);
  CHECK(symad_plan_new(first, 3, 1, SYMAD_ENGINE_BEST, &single) == SYMAD_OK);
  CHECK(symad_tape_work_size(tape, SYMAD_WORK_VALUE) <= sizeof work);
  CHECK(symad_tape_value(tape, x, wanted, work) == SYMAD_OK);
  void *memory = malloc(symad_plan_work_size(plan, 1)), *other = malloc(symad_plan_work_size(single, 1));
  symad_callback outputs = {plan, 3, memory}, value = {single, 3, other};
  CHECK(symad_callback_outputs(x, 2, y, &outputs) == 0 && symad_callback_outputs(x, -1, y, &outputs) == 0);
  CHECK(y[0] == 7.0 && y[1] == 7.0);
  CHECK(symad_callback_outputs(x, 3, y, &outputs) == 1 && memcmp(y, wanted, sizeof y) == 0);
  y[0] = symad_callback_value(3, x, &value);
  CHECK(memcmp(y, wanted, sizeof y[0]) == 0);
  CHECK(isnan(symad_callback_value(2, x, &value)) && isnan(symad_callback_value(-1, x, &value)));
  free(memory);
  free(other);
  symad_plan_free(plan);
  symad_plan_free(single);
  symad_tape_free(tape);
  symad_tape_free(first);
}

int main(void) {
  test_bits();
  test_schedule();
  test_view();
  test_native();
  test_callbacks();
  test_failing_allocator();
  test_refusals();
  return finished("test_plan");
}
