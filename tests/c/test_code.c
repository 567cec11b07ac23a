/* Machine code from C: the bits of the engine, for random programs of every row at special points, on each instruction set,
 * with few registers and short loops too; what is refused, and pages. Usage: test_code [programs [seed]]. */
#include "checks.h"
#include "code/code.h"
#include "ledger.h"

#include <math.h>

#define MOST_INPUTS 18
#define MOST_LINES 250
#define MOST_OUTPUTS 40
#define MOST_POINTS 203

/* ---- random programs and points ---- */

static uint64_t state = 1;

static uint32_t draw(uint32_t n) {
  state = state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((state >> 33) % n);
}

static double special(void) {
  static const double numbers[] = {0.0,    -0.0,   1.0,       -1.0,
                                   0.5,    2.0,    -3.0,      (double)INFINITY,
                                   1e200,  5e-324, -5e-324,   1e-310,
                                   1e9,    1e22,   2097152.0, (double)-INFINITY,
                                   -1e200, 1e308,  -1.7e308,  2.2e-308,
                                   0.25,   -0.75,  3.0,       (double)NAN,
                                   1e-200, 1e-170, -1e170,    1.5707963267948966};
  return numbers[draw(COUNT(numbers))];
}

static double number(void) {
  switch (draw(4)) {
  case 0:
    return special();
  case 1:
    return ldexp(draw(2000) / 1000.0 - 1.0, (int)draw(2100) - 1060);
  default:
    return draw(8000) / 1000.0 - 4.0;
  }
}

/* Which rows a program is made of: sums and products more often than the others. */
static uint32_t random_row(uint32_t first, uint32_t n) {
  static const uint32_t often[] = {SYMAD_OP_ADD, SYMAD_OP_SUB,  SYMAD_OP_MUL, SYMAD_OP_DIV,    SYMAD_OP_NEG,
                                   SYMAD_OP_MUL, SYMAD_OP_SQRT, SYMAD_OP_MAX, SYMAD_OP_SELECT, SYMAD_OP_POW};
  if (draw(2))
    return often[draw(COUNT(often))];
  return symad_row_at((first + draw(n)) % symad_row_count())->number;
}

static uint32_t random_operand(uint32_t row, uint32_t k, const uint32_t *nodes, uint32_t n) {
  (void)row, (void)k;
  return nodes[draw(3) ? draw(n) : n - 1 - draw(n < 6 ? n : 6)];
}

/* What the builder refuses is drawn again. Rows beyond the first few are drawn from a window, so that programs differ. */
static symad_tape *random_tape(const symad_allocator *allocator, uint32_t n_lines) {
  symad_builder *b;
  uint32_t nodes[MOST_INPUTS + MOST_LINES + 4], n = 0, added = 0;
  const uint32_t n_inputs = 1 + draw(MOST_INPUTS), first = draw(symad_row_count()), window = 10 + draw(60);
  symad_tape *tape;
  CHECK(symad_builder_new(allocator, &b) == OK);
  for (; n < n_inputs; n++) {
    const char name[] = {'x', (char)('a' + n)};
    CHECK(symad_builder_input(b, name, 2, &nodes[n]) == OK);
  }
  for (uint32_t k = 0; k < 3; k++)
    CHECK(symad_builder_number(b, k == 0 ? 2.0 + draw(6) : number(), &nodes[n++]) == OK);
  for (uint32_t tries = 0; added < n_lines && tries < 30 * n_lines; tries++) {
    const uint32_t row = random_row(first, window);
    const int32_t arity = symad_row_find(row)->arity;
    const uint32_t count = arity < 0 ? 1 + draw(5) : (uint32_t)arity;
    uint32_t operands[8], node;
    for (uint32_t k = 0; k < count; k++)
      operands[k] = random_operand(row, k, nodes, n);
    if (symad_builder_op(b, row, operands, count, &node) == OK) {
      nodes[n++] = node;
      added++;
    }
  }
  for (uint32_t k = 0, made = 0; made < 1 + MOST_OUTPUTS / 4 && k < 100; k++)
    made += symad_builder_output(b, k < 5 ? nodes[n - 1 - k] : nodes[draw(n)]) == OK;
  CHECK(symad_builder_finish(b, &tape) == OK);
  symad_builder_free(b);
  return tape;
}

static double points[MOST_POINTS * 2 * MOST_OUTPUTS], wanted[MOST_POINTS * MOST_OUTPUTS],
    found[MOST_POINTS * MOST_OUTPUTS];

/* ---- comparing ---- */

static uint64_t n_compared, n_numbers; /* the second: where none is a nan, -0 and infinities counted */

static int same(double x, double y) {
  return x != x ? y != y : memcmp(&x, &y, sizeof x) == 0;
}

static void run(const symad_plan *plan, const symad_view *v, size_t n, int by_columns, uint32_t first_outputs,
                double *y) {
  const ptrdiff_t rows = MOST_POINTS, row = by_columns ? 1 : v->n_inputs, out = by_columns ? 1 : v->n_outputs;
  const ptrdiff_t column = by_columns ? rows : 1;
  const symad_columns in[2] = {{points, row, column}, {NULL, 0, 0}};
  const symad_columns to[2] = {{y, out, column}, {y + (ptrdiff_t)first_outputs * column, out, column}};
  void *work = malloc(symad_plan_work_size(plan, n));
  CHECK(work != NULL);
  memset(work, 0x5a, symad_plan_work_size(plan, n));
  CHECK(symad_plan_run(plan, n, in, to, work) == OK);
  free(work);
}

static void compare(const symad_plan *plain, const symad_plan *code, const symad_view *v, size_t n, int by_columns,
                    uint32_t first_outputs) {
  size_t n_different = 0;
  memset(wanted, 0, sizeof wanted);
  memset(found, 0, sizeof found);
  run(plain, v, n, by_columns, first_outputs, wanted);
  run(code, v, n, by_columns, first_outputs, found);
  for (size_t i = 0; i < COUNT(found); i++) {
    n_different += !same(wanted[i], found[i]);
    n_numbers += wanted[i] == wanted[i] && wanted[i] != 0.0;
  }
  if (n_different > 0)
    printf("%s: %zu of %zu points by %u outputs differ, by %s\n", symad_plan_engine(code), n_different, n, v->n_outputs,
           by_columns ? "columns" : "rows");
  CHECK(n_different == 0);
  n_compared += n * v->n_outputs;
}

/* Whether this engine of this processor has code. */
static int has_code(int engine) {
  symad_tape *tape;
  symad_plan *plan;
  if (symad_engine_name(engine) == NULL)
    return 0;
  CHECK(symad_parse("x", 1, NULL, 0, NULL, NULL, &tape, NULL) == OK);
  CHECK(symad_plan_new(tape, 1, 1, engine, &plan) == OK);
  const symad_status status = symad_plan_compile(plan, tape, 0, NULL);
  CHECK(status == OK || status == SYMAD_ERR_CODE);
  CHECK((symad_plan_code_size(plan) > 0) == (status == OK) &&
        (strstr(symad_plan_engine(plan), "code") != NULL) == (status == OK));
  symad_plan_free(plan);
  symad_tape_free(tape);
  return status == OK;
}

static void compare_all(const symad_tape *tape, int engine, const code_limits *limits) {
  static const size_t counts[] = {1, 2, 9, 64, 77, 128, 140, MOST_POINTS};
  symad_view v;
  symad_tape_view(tape, &v);
  const uint32_t first_outputs = draw(v.n_outputs + 1);
  symad_plan *plain, *code;
  CHECK(symad_plan_new(tape, v.n_inputs, first_outputs, engine, &plain) == OK);
  CHECK(symad_plan_new(tape, v.n_inputs, first_outputs, engine, &code) == OK);
  CHECK(plan_compile(code, tape, SYMAD_CODE_ONE, NULL, limits) == OK);
  for (size_t k = 0; k < 3; k++)
    compare(plain, code, &v, counts[k == 0 ? 0 : draw(COUNT(counts))], (int)draw(2), first_outputs);
  symad_plan_free(plain);
  symad_plan_free(code);
}

static void test_random_programs(long n_programs) {
  static const code_limits limits[] = {{0, 0, 2}, {7, 300, 2}, {7, 0, 1}, {0, 0, 4}, {0, 40, 1}};
  for (long k = 0; k < n_programs; k++) {
    symad_tape *tape = random_tape(NULL, 2 + draw(draw(2) ? 30 : MOST_LINES - 2));
    for (size_t i = 0; i < COUNT(points); i++)
      points[i] = number();
    for (int engine = 1; engine < 3; engine++) {
      if (!has_code(engine))
        continue;
      const code_limits *one = &limits[draw(COUNT(limits))];
      if (one->unroll == 4 && engine == 1) /* sixteen registers are too few */
        one = &limits[0];
      compare_all(tape, engine, &limits[0]);
      compare_all(tape, engine, one);
    }
    symad_tape_free(tape);
  }
  printf("   %llu outputs compared, %llu of them numbers\n", (unsigned long long)n_compared,
         (unsigned long long)n_numbers);
}

/* ---- dead branches: what is not chosen may trouble no one ---- */

static const char *const branches[] = {
    "Piecewise((x/y, y != 0), (0, True))",
    "Piecewise((log(x), x > 0), (y, True))",
    "Piecewise((sqrt(x), x >= 0), (-sqrt(-x), True))",
    "Piecewise((exp(x*y), x*y < 700), (1, True))",
    "Piecewise((sin(1e30*x), x < y), (cos(x), True))",
    "Piecewise((x**y, x > 0), (y**x, y > 0), (0, True))",
    "Piecewise((1/x, x > 1), (1/y, y > 1), (x*y, x < y))",
    "Max(x, 1/y, y)*Min(x*y, 1/x)",
    "Abs(x)*sign(y) + Heaviside(x)*Heaviside(-y)",
    "sqrt(x**2 + y**2)*Piecewise((x, y > 0), (tanh(x), True))",
    "Piecewise((x*x*x/y, (x > 0) and (y < 1)), (x - y, (x < -1) or (not (y == 0))), (2, True))",
    "Max(x, y, x*y, 2)**3 - Min(-x, y)**4/x**5",
    "norm(x, y, 1/x)*Piecewise((logsumexp(x, y), x < 5), (x, True))",
    "log(x)*y + log1p(x) + softsign(y)*sqrt(x)",
    "x**y + y**x*tanh(x*y) - sech(y)**2",
    "atan2(y, x)*hypot(x, y) + Piecewise((asin(x), Abs(x) < 1), (acosh(y), y > 1))",
};

static void test_branches(void) {
  static const double corners[] = {
      0.0,  -0.0,  1.0,    -1.0,   0.5,   2.0,     -3.0,      (double)INFINITY, -(double)INFINITY,
      1e22, 1e200, 1e-200, 5e-324, 1e308, -1e-308, 2097152.0, (double)NAN};
  for (size_t f = 0; f < COUNT(branches); f++) {
    symad_tape *tape, *gradient;
    CHECK(symad_parse(branches[f], strlen(branches[f]), NULL, 0, NULL, NULL, &tape, NULL) == OK);
    CHECK(symad_tape_derive(tape, SYMAD_DERIVE_VALUE_AND_GRADIENT, NULL, &gradient) == OK);
    for (int engine = 1; engine < 3; engine++)
      for (size_t part = 0; part < 2 && has_code(engine); part++) {
        for (size_t k = 0; k < MOST_POINTS; k++) { /* all pairs in two parts, by rows and by columns alike */
          const size_t pair = (part * 145 + k) % (COUNT(corners) * COUNT(corners));
          points[2 * k] = corners[pair % COUNT(corners)];
          points[2 * k + 1] = corners[pair / COUNT(corners)];
        }
        compare_all(gradient, engine, &(code_limits){0, 0, 0});
      }
    symad_tape_free(gradient);
    symad_tape_free(tape);
  }
}

/* ---- refusals and memory ---- */

typedef struct page_ledger {
  size_t maps, live;
  int fail_map, fail_seal;
} page_ledger;

static void *map(void *context, size_t size) {
  page_ledger *l = context;
  l->maps++;
  if (l->fail_map)
    return NULL;
  l->live++;
  return system_pages.map(NULL, size);
}

static int seal(void *context, void *start, size_t size) {
  page_ledger *l = context;
  return !l->fail_seal && system_pages.seal(NULL, start, size);
}

static void unmap(void *context, void *start, size_t size) {
  page_ledger *l = context;
  l->live--;
  system_pages.unmap(NULL, start, size);
}

static const char mixed[] = "Max(x, y, 2)*sin(x) + cos(x) - Piecewise((x**3*y, x < y), (exp(-y), True)) + norm(x, y, 1)"
                            " + logsumexp(x, y, x*y)/sqrt(x) + tanh(x*y)**2.5";

static symad_tape *mixed_tape(const symad_allocator *allocator) {
  symad_tape *tape = NULL, *derived = NULL;
  CHECK(symad_parse(mixed, strlen(mixed), NULL, 0, NULL, allocator, &tape, NULL) == OK);
  CHECK(symad_tape_derive(tape, SYMAD_DERIVE_VALUE_AND_GRADIENT, NULL, &derived) == OK);
  symad_tape_free(tape);
  return derived;
}

/* The plan runs after a refusal as it ran before. */
static void check_plain(const symad_plan *plan, const symad_tape *tape) {
  symad_plan *other;
  symad_view v;
  symad_tape_view(tape, &v);
  CHECK(symad_plan_new(tape, 2, 1, SYMAD_ENGINE_BEST, &other) == OK);
  CHECK(symad_plan_code_size(plan) == 0 && strcmp(symad_plan_engine(plan), symad_plan_engine(other)) == 0);
  CHECK(symad_plan_work_size(plan, 100) == symad_plan_work_size(other, 100));
  compare(other, plan, &v, 100, 1, 1);
  symad_plan_free(other);
}

static void test_failing_allocator(void) {
  ledger l = {0, 0, 0};
  page_ledger pages = {0, 0, 0, 0};
  const symad_code_memory memory = {&pages, map, seal, unmap};
  const symad_allocator allocator = {resize, &l};
  symad_tape *tape = mixed_tape(&allocator);
  symad_status status = SYMAD_ERR_MEMORY;
  symad_plan *plan;
  CHECK(symad_plan_new(tape, 2, 1, SYMAD_ENGINE_BEST, &plan) == OK);
  const size_t before = l.live;
  for (size_t k = 1; status == SYMAD_ERR_MEMORY; k++) {
    l.calls = 0;
    l.fail_at = k;
    status = symad_plan_compile(plan, tape, SYMAD_CODE_ONE, &memory);
    l.fail_at = 0;
    CHECK(l.live == before && (status == OK || pages.live == 0));
    if (status != OK)
      check_plain(plan, tape);
  }
  CHECK(status == OK && pages.live == 1 && pages.maps == 1);
  symad_plan_free(plan);
  CHECK(pages.live == 0);
  symad_tape_free(tape);
  CHECK(l.live == 0);
}

static void test_refusals(void) {
  page_ledger pages = {0, 0, 1, 0};
  const symad_code_memory memory = {&pages, map, seal, unmap};
  symad_tape *tape = mixed_tape(NULL), *other;
  symad_plan *plan;
  CHECK(symad_parse("x", 1, NULL, 0, NULL, NULL, &other, NULL) == OK);
  CHECK(symad_plan_new(tape, 2, 1, SYMAD_ENGINE_BEST, &plan) == OK);
  CHECK(symad_plan_compile(plan, tape, 4, NULL) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_plan_compile(plan, tape, 2, NULL) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_plan_compile(plan, other, 0, NULL) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_plan_compile(plan, tape, 0, &memory) == SYMAD_ERR_CODE && pages.maps == 1);
  check_plain(plan, tape);
  pages.fail_map = 0;
  pages.fail_seal = 1;
  CHECK(symad_plan_compile(plan, tape, 0, &memory) == SYMAD_ERR_CODE && pages.maps == 2 && pages.live == 0);
  check_plain(plan, tape);
  pages.fail_seal = 0;
  CHECK(symad_plan_compile(plan, tape, 0, &memory) == OK && pages.live == 1);
  CHECK(symad_plan_compile(plan, tape, 0, &memory) == SYMAD_ERR_CODE); /* once only */
  symad_plan_free(plan);
  CHECK(pages.live == 0);
  CHECK(symad_plan_new(tape, 2, 1, 0, &plan) == OK);
  CHECK(symad_plan_compile(plan, tape, 0, NULL) == SYMAD_ERR_CODE); /* the portable engine has none */
  symad_plan_free(plan);
  symad_tape_free(tape);
  symad_tape_free(other);
}

int main(int argc, char **argv) {
  const long n_programs = argc > 1 ? atol(argv[1]) : 60;
  state = argc > 2 ? strtoull(argv[2], NULL, 10) : 20261129;
  if (symad_engine_name(1) == NULL) {
    CHECK(!has_code(0));
    printf("   no instruction set here that has code\n");
    return finished("test_code");
  }
  test_random_programs(n_programs);
  test_branches();
  test_failing_allocator();
  test_refusals();
  return finished("test_code");
}
