/* Objectives from C: values, slopes and sums against plain loops, whatever engine, blocks and parts; live rows; under a
 * failing allocator too. */
#include "checks.h"
#include "ledger.h"
#include "symad_rows.h"

#include <math.h>

#define MOST_ROWS 20480
#define MOST 64

static symad_tape *parse(const char *text, const char *const *names, size_t n, const symad_allocator *allocator) {
  symad_tape *tape = NULL;
  symad_detail detail;
  symad_status status = symad_parse(text, strlen(text), names, n, NULL, allocator, &tape, &detail);
  CHECK(status == OK || allocator != NULL);
  return tape;
}

/* The order of the header, written out. */
static double ordered(const double *rows, size_t n) {
  double stack[64], total = 0.0;
  size_t sizes[64], depth = 0;
  for (size_t first = 0; first < n; first += 4096) {
    double l[8] = {0.0};
    for (size_t i = first; i < n && i < first + 4096; i++)
      l[i % 8] += rows[i];
    stack[depth] = ((l[0] + l[4]) + (l[2] + l[6])) + ((l[1] + l[5]) + (l[3] + l[7]));
    sizes[depth++] = 1;
    for (; depth > 1 && sizes[depth - 1] == sizes[depth - 2]; depth--) {
      stack[depth - 2] += stack[depth - 1];
      sizes[depth - 2] *= 2;
    }
  }
  for (size_t first = 1; depth > 0; first = 0) {
    depth--;
    total = first ? stack[depth] : stack[depth] + total;
  }
  return total;
}

static double data[2 * MOST_ROWS], each[MOST_ROWS];
static const char *const decay[] = {"a", "b", "c", "t", "y"};
static const uint32_t first_three[] = {0, 1, 2}, two_columns[] = {2}, one_and_one[] = {1, 1};

static void fill(size_t n) {
  unsigned state = 2463534242u;
  for (size_t i = 0; i < 2 * n; i++) {
    state = state * 1103515245u + 12345u;
    data[i] = (state >> 8 & 0xffff) / 16384.0;
  }
}

static void run(const symad_objective *o, const double *p, const double *v, size_t n, const symad_columns *columns,
                double *results) {
  void *work = malloc(symad_objective_work_size(o, n));
  CHECK(work != NULL && symad_objective_run(o, p, v, n, columns, results, work) == OK);
  free(work);
}

/* The same in parts of that many rows. */
static void run_parts(const symad_objective *o, const double *p, size_t n, size_t part, const symad_columns *columns,
                      double *results) {
  symad_objective_size size;
  symad_objective_stats(o, &size);
  const size_t all = symad_objective_sums_size(o, n), some = symad_objective_sums_size(o, part);
  void *work = malloc(symad_objective_work_size(o, n));
  double *uniforms = malloc((size.n_uniforms + all + some + 1) * sizeof *uniforms);
  double *sums = uniforms + size.n_uniforms, *more = sums + all;
  CHECK(symad_objective_begin(o, p, NULL, uniforms, work) == OK);
  CHECK(symad_objective_sum(o, uniforms, 0, 0, columns, sums, work) == OK);
  for (size_t first = 0; first < n; first += part) {
    const size_t count = n - first < part ? n - first : part;
    symad_columns moved[2] = {columns[0], columns[1]};
    for (int k = 0; k < 2; k++)
      moved[k].data += (ptrdiff_t)first * moved[k].row;
    CHECK(symad_objective_sum(o, uniforms, first, count, moved, more, work) == OK);
    CHECK(symad_objective_join(o, sums, more) == OK);
  }
  if (n > part)
    CHECK(symad_objective_join(o, sums, more) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_objective_sum(o, uniforms, 1, 0, columns, more, work) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_objective_end(o, p, NULL, n, sums, results, work) == OK);
  free(uniforms);
  free(work);
}

static void test_sums(void) {
  static const size_t sizes[] = {0, 1, 2, 7, 8, 9, 64, 65, 4096, 4097, 5 * 4096 - 300};
  const double p[3] = {2.0, 0.75, 0.5};
  symad_tape *tape = parse("a*exp(-b*t) + c - y", decay, 5, NULL);
  double found[MOST], again[MOST];
  for (size_t s = 0; s < COUNT(sizes); s++) {
    const size_t n = sizes[s];
    fill(n);
    for (size_t i = 0; i < n; i++) {
      const double x[5] = {p[0], p[1], p[2], data[2 * i], data[2 * i + 1]};
      double work[64], r;
      CHECK(symad_tape_work_size(tape, SYMAD_WORK_VALUE) <= sizeof work);
      CHECK(symad_tape_value(tape, x, &r, work) == OK);
      each[i] = r * r;
    }
    const double wanted = 0.5 * ordered(each, n);
    for (int k = 0; symad_engine_name(k / 2) != NULL; k++) { /* each engine, then its machine code */
      const int engine = k / 2;
      const uint32_t flags = SYMAD_ROWS_RESIDUALS | (k % 2 ? SYMAD_ROWS_CODE : 0);
      symad_objective *o;
      symad_objective_form form = {first_three, two_columns, NULL, 3, 1, SYMAD_ROWS_VALUE_AND_GRADIENT, flags, engine};
      const symad_columns rows[2] = {{data, 2, 1}, {data, 0, 0}};
      CHECK(symad_objective_new(tape, &form, NULL, &o) == OK);
      run(o, p, NULL, n, rows, k == 0 ? found : again);
      CHECK(k == 0 || memcmp(found, again, 4 * sizeof *found) == 0);
      CHECK(memcmp(found, &wanted, sizeof wanted) == 0);
      for (size_t part = 4096; part <= 3 * 4096; part += 4096) {
        run_parts(o, p, n, part, rows, again);
        CHECK(memcmp(found, again, 4 * sizeof *found) == 0);
      }
      symad_objective_free(o);
      form.columns = one_and_one;
      form.n_blocks = 2;
      const symad_columns apart[2] = {{data, 2, 7}, {data + 1, 2, 0}};
      CHECK(symad_objective_new(tape, &form, NULL, &o) == OK);
      run(o, p, NULL, n, apart, again);
      CHECK(memcmp(found, again, 4 * sizeof *found) == 0);
      symad_objective_free(o);
    }
  }
  symad_tape_free(tape);
}

/* What no row takes passes nothing back, whatever its slope. */
static void test_live_rows(void) {
  static const char *const names[] = {"a", "b", "x"};
  static const char *const texts[] = {"Piecewise((sqrt(a)*x, x > 0), (x*b, True))",
                                      "Piecewise((sqrt(a)*x, a > 0), (x*b, True))",
                                      "Piecewise((x*b, sqrt(a) > -1), (0, True))", "x*b + 0*a"};
  static const uint32_t two[] = {0, 1}, one[] = {1};
  double x[5] = {-1.0, -2.0, -3.0, -0.5, -1.5};
  const double p[2] = {0.0, 2.0}, v[2] = {1.0, 1.0};
  for (size_t k = 0; k < COUNT(texts); k++)
    for (uint32_t flags = 0; flags <= SYMAD_ROWS_AS_WRITTEN + SYMAD_ROWS_CODE; flags += SYMAD_ROWS_AS_WRITTEN) {
      symad_tape *tape = parse(texts[k], names, 3, NULL);
      symad_objective *o;
      symad_objective_form form = {two, one, NULL, 2, 1, SYMAD_ROWS_VALUE_AND_GRADIENT, flags, SYMAD_ENGINE_BEST};
      const symad_columns columns[1] = {{x, 1, 1}};
      double found[3];
      CHECK(symad_objective_new(tape, &form, NULL, &o) == OK);
      run(o, p, NULL, 5, columns, found);
      CHECK(found[0] == -16.0 && found[1] == 0.0 && found[2] == -8.0);
      symad_objective_free(o);
      form.kind = SYMAD_ROWS_HVP;
      CHECK(symad_objective_new(tape, &form, NULL, &o) == OK);
      run(o, p, v, 5, columns, found);
      CHECK(found[0] == 0.0 && found[1] == 0.0);
      symad_objective_free(o);
      symad_tape_free(tape);
    }
}

static void test_refusals(void) {
  static const uint32_t twice[] = {0, 0, 1};
  symad_tape *tape = parse("a*exp(-b*t) + c - y", decay, 5, NULL), *pair = parse("(a*t, b*y + c)", decay, 5, NULL);
  symad_objective *o;
  symad_objective_form form = {first_three, two_columns, NULL, 3, 1, SYMAD_ROWS_VALUE, 0, SYMAD_ENGINE_BEST};
  CHECK(symad_objective_new(pair, &form, NULL, &o) == SYMAD_ERR_OUTPUTS);
  form.kind = SYMAD_ROWS_GAUSS_NEWTON;
  CHECK(symad_objective_new(tape, &form, NULL, &o) == SYMAD_ERR_ARGUMENT);
  form.kind = 99;
  CHECK(symad_objective_new(tape, &form, NULL, &o) == SYMAD_ERR_ARGUMENT);
  form.kind = SYMAD_ROWS_VALUE;
  form.parameters = twice;
  CHECK(symad_objective_new(tape, &form, NULL, &o) == SYMAD_ERR_ARGUMENT);
  form.parameters = first_three;
  form.columns = one_and_one;
  CHECK(symad_objective_new(tape, &form, NULL, &o) == SYMAD_ERR_ARGUMENT);
  form.n_parameters = 0;
  CHECK(symad_objective_new(tape, &form, NULL, &o) == SYMAD_ERR_ARGUMENT);
  symad_objective_free(NULL);
  symad_tape_free(tape);
  symad_tape_free(pair);
}

static uint32_t value_of(const symad_tape *tape, const double *x, double *y) {
  symad_view view;
  void *work = malloc(symad_tape_work_size(tape, SYMAD_WORK_VALUE) + 1);
  symad_tape_view(tape, &view);
  CHECK(work != NULL && symad_tape_value(tape, x, y, work) == OK);
  free(work);
  return view.n_outputs;
}

/* The programs of an objective, one after the other, give the results over one row; kinds without sums have none. */
static void test_programs(void) {
  static const char *const names[] = {"a", "b", "x"};
  static const uint32_t two[] = {0, 1}, one_column[] = {1};
  double in[MOST] = {1.5, -0.25}, sums[MOST], results[3], wanted[3], x = 0.75;
  const symad_columns columns[2] = {{&x, 1, 1}, {NULL, 0, 0}};
  const double p[2] = {1.5, -0.25};
  symad_tape *tape = parse("sin(a)*x + b*x**2", names, 3, NULL), *before = NULL, *rows = NULL, *after = NULL;
  symad_objective_form form = {two, one_column, NULL, 2, 1, SYMAD_ROWS_VALUE_AND_GRADIENT, 0, SYMAD_ENGINE_BEST};
  symad_objective *o = NULL;
  CHECK(symad_objective_tapes(tape, &form, NULL, &before, &rows, &after) == OK);
  CHECK(symad_objective_new(tape, &form, NULL, &o) == OK);
  run(o, p, NULL, 1, columns, wanted);
  const uint32_t n_uniforms = value_of(before, p, in);
  in[n_uniforms] = x;
  const uint32_t n_sums = value_of(rows, in, sums);
  memcpy(in, p, sizeof p);
  memcpy(in + 2, sums, n_sums * sizeof *sums);
  in[2 + n_sums] = 1.0;
  CHECK(value_of(after, in, results) == 3 && memcmp(results, wanted, sizeof results) == 0);
  symad_objective_free(o);
  symad_tape_free(before);
  symad_tape_free(rows);
  symad_tape_free(after);
  form.kind = SYMAD_ROWS_EACH;
  CHECK(symad_objective_tapes(tape, &form, NULL, &before, &rows, &after) == SYMAD_ERR_ARGUMENT);
  symad_tape_free(tape);
}

/* Every allocation of every kind fails once: a status, and nothing is kept. */
static void test_failing_memory(void) {
  static const char *const names[] = {"a", "b", "x", "y"};
  static const uint32_t two[] = {0, 1};
  for (int32_t kind = SYMAD_ROWS_VALUE; kind <= SYMAD_ROWS_EACH_JACOBIAN; kind++) {
    ledger l = {0, 0, 0};
    const symad_allocator allocator = {resize, &l};
    symad_status status = SYMAD_ERR_MEMORY;
    symad_tape *tape = parse("Piecewise((sqrt(a)*x, x > y), (Max(a, b)*x**b, True)) - y", names, 4, &allocator);
    const size_t before = l.live;
    for (size_t fail_at = 1; status == SYMAD_ERR_MEMORY && fail_at < 100000; fail_at++) {
      symad_objective *o = NULL;
      const symad_objective_form form = {two,
                                         two_columns,
                                         NULL,
                                         2,
                                         1,
                                         kind,
                                         SYMAD_ROWS_RESIDUALS | SYMAD_ROWS_MEAN | SYMAD_ROWS_CODE,
                                         SYMAD_ENGINE_BEST};
      l.calls = 0;
      l.fail_at = fail_at;
      status = symad_objective_new(tape, &form, NULL, &o);
      CHECK(status == OK || status == SYMAD_ERR_MEMORY);
      if (status == OK)
        symad_objective_free(o);
      CHECK(l.live == before);
      symad_tape *tapes[3] = {NULL, NULL, NULL};
      l.calls = 0;
      if (kind < SYMAD_ROWS_EACH && status == SYMAD_ERR_MEMORY &&
          symad_objective_tapes(tape, &form, NULL, &tapes[0], &tapes[1], &tapes[2]) == OK)
        for (int k = 0; k < 3; k++)
          symad_tape_free(tapes[k]);
      CHECK(l.live == before);
    }
    l.fail_at = 0;
    symad_tape_free(tape);
    CHECK(l.live == 0);
  }
}

int main(void) {
  test_sums();
  test_live_rows();
  test_refusals();
  test_programs();
  test_failing_memory();
  return finished("rows");
}
