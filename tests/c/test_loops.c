/* Loops from C: against a plain loop over a tape and its adjoint, whatever is kept the same bits; under a failing
 * allocator too. */
#include "checks.h"
#include "ledger.h"
#include "symad_loops.h"

#include <math.h>

#define MOST 400

static const char *const names[] = {"h", "g", "x", "w"};

static symad_tape *step_tape(const symad_allocator *allocator) {
  static const char text[] = "(h + w*sin(x*g), g*cos(h) + x, h*x + w)";
  symad_tape *tape = NULL;
  symad_detail detail;
  CHECK(symad_parse(text, strlen(text), names, 4, NULL, allocator, &tape, &detail) == OK);
  return tape;
}

/* Two states, one x, one argument, one y a step. */
static void test_keeps(uint64_t n) {
  static const int64_t keeps[] = {SYMAD_KEEP_SQRT, SYMAD_KEEP_ALL, 1, 2, 3, 17, 1 << 20};
  static double xs[MOST], ys[MOST], again[MOST], weights[MOST], wanted[MOST];
  const double state[2] = {0.3, -0.2}, arg = 0.7, ends[2] = {1.0, 0.5};
  double h[3] = {0.3, -0.2, 0.0}, first[4], work[64];
  symad_tape *tape = step_tape(NULL);
  symad_loop *loop;
  symad_loop_size size;
  for (uint64_t k = 0; k < n; k++) {
    xs[k] = 0.01 * (double)k;
    weights[k] = 1.0 / (1.0 + (double)k);
    const double point[4] = {h[0], h[1], xs[k], arg};
    CHECK(symad_tape_value(tape, point, h, work) == OK);
    wanted[k] = h[2];
  }
  CHECK(symad_loop_new(tape, 2, 1, n, NULL, &loop) == OK);
  symad_loop_stats(loop, &size);
  CHECK(size.n_steps == n && size.n_args == 1 && size.n_y == 1 && size.run >= 1);
  for (size_t k = 0; k < COUNT(keeps); k++) {
    double end[2], slopes[3], x_slopes[MOST];
    const symad_loop_adjoint adjoint = {ends, weights, slopes, x_slopes, slopes + 2};
    void *memory = malloc(symad_loop_work_size(loop, keeps[k]));
    CHECK(symad_loop_value_and_adjoint(loop, keeps[k], state, xs, &arg, end, ys, &adjoint, memory) == OK);
    CHECK(memcmp(end, h, sizeof end) == 0 && memcmp(ys, wanted, n * sizeof *ys) == 0);
    CHECK(symad_loop_value(loop, state, xs, &arg, end, again, memory) == OK);
    CHECK(memcmp(end, h, sizeof end) == 0 && memcmp(again, wanted, n * sizeof *ys) == 0);
    if (k == 0) {
      memcpy(first, slopes, sizeof slopes);
      first[3] = x_slopes[n - 1];
    }
    CHECK(memcmp(first, slopes, sizeof slopes) == 0 && first[3] == x_slopes[n - 1]);
    free(memory);
  }
  symad_loop_free(loop);
  symad_tape_free(tape);
}

static void test_refusals(void) {
  symad_tape *tape = step_tape(NULL);
  symad_loop *loop;
  CHECK(symad_loop_new(tape, 2, 1, 0, NULL, &loop) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_loop_new(tape, 3, 2, 1, NULL, &loop) == SYMAD_ERR_ARGUMENT);
  CHECK(symad_loop_new(tape, 4, 0, 1, NULL, &loop) == SYMAD_ERR_OUTPUTS);
  symad_loop_free(NULL);
  symad_tape_free(tape);
}

static void test_failing_memory(void) {
  ledger l = {0, 0, 0};
  const symad_allocator allocator = {resize, &l};
  symad_tape *tape = step_tape(&allocator);
  const size_t before = l.live;
  symad_status status = SYMAD_ERR_MEMORY;
  for (size_t fail_at = 1; status == SYMAD_ERR_MEMORY && fail_at < 100000; fail_at++) {
    symad_loop *loop = NULL;
    l.calls = 0;
    l.fail_at = fail_at;
    status = symad_loop_new(tape, 2, 1, 11, NULL, &loop);
    CHECK(status == OK || status == SYMAD_ERR_MEMORY);
    if (status == OK)
      symad_loop_free(loop);
    CHECK(l.live == before);
  }
  l.fail_at = 0;
  symad_tape_free(tape);
  CHECK(l.live == 0);
}

int main(void) {
  static const uint64_t sizes[] = {1, 2, 3, 4, 10, 100, 399};
  for (size_t k = 0; k < COUNT(sizes); k++)
    test_keeps(sizes[k]);
  test_refusals();
  test_failing_memory();
  return finished("loops");
}
