/* Calls that Python makes most often, each with one pointer: bound calls, and the inner loops of NumPy's ufuncs.
 *
 * Compiled into symad._symad, not into the core; knows plans and NumPy's loop convention, and neither Python nor NumPy
 * headers. A loop reads (inputs..., outputs...) at args, the number of points at dims[0], and strides in bytes at
 * steps: one an argument, then one a core dimension in the order of the arguments. */
#include "running.h"

#include <fenv.h>

/* cffi-begin */

typedef struct symad_call {
  const symad_plan *plan;
  size_t n_points;
  symad_columns inputs[2];
  symad_columns outputs[2];
  void *work;
} symad_call;

void symad_call_run(const symad_call *call);

/* What a loop knows: how many arguments are read and written, which of them are vectors, and memory for columns that are
 * gathered. */
typedef struct symad_loop {
  symad_runner *runner;
  int n_inputs;
  int n_outputs;
  int is_vector[4];
  symad_pool gathered;
} symad_loop;

/* Memory for a loop over columns, some of it at once; 0 where there is none. */
int symad_loop_prepare(symad_loop *loop);
void symad_loop_clear(symad_loop *loop);

/* At most two inputs and two outputs, each one block of columns of the plan. */
void symad_loop_blocks(char **args, const ptrdiff_t *dims, const ptrdiff_t *steps, void *data);
/* One argument a column. */
void symad_loop_columns(char **args, const ptrdiff_t *dims, const ptrdiff_t *steps, void *data);

/* cffi-end */

enum { PIECE = 512 /* points whose columns are gathered at a time */ };

void symad_call_run(const symad_call *call) {
  (void)symad_plan_run(call->plan, call->n_points, call->inputs, call->outputs, call->work);
}

/* NumPy would turn flags into warnings; here nan and inf are results. */
static void loop_forget_flags(void) {
  if (fetestexcept(FE_DIVBYZERO | FE_INVALID | FE_OVERFLOW | FE_UNDERFLOW))
    (void)feclearexcept(FE_ALL_EXCEPT);
}

int symad_loop_prepare(symad_loop *loop) {
  return pool_prepare(&loop->gathered, ((size_t)loop->n_inputs + (size_t)loop->n_outputs) * PIECE * sizeof(double));
}

void symad_loop_clear(symad_loop *loop) {
  pool_clear(&loop->gathered);
}

void symad_loop_blocks(char **args, const ptrdiff_t *dims, const ptrdiff_t *steps, void *data) {
  symad_loop *loop = data;
  symad_columns blocks[4] = {{NULL, 0, 0}, {NULL, 0, 0}, {NULL, 0, 0}, {NULL, 0, 0}};
  const int n_args = loop->n_inputs + loop->n_outputs;
  const ptrdiff_t *core = steps + n_args;
  if (dims[0] <= 0)
    return;
  for (int k = 0; k < n_args; k++) {
    symad_columns *block = &blocks[k < loop->n_inputs ? k : 2 + k - loop->n_inputs];
    block->data = (double *)(void *)args[k];
    block->row = steps[k] / (ptrdiff_t)sizeof(double);
    block->column = loop->is_vector[k] ? *core++ / (ptrdiff_t)sizeof(double) : 0;
  }
  symad_runner_run(loop->runner, (size_t)dims[0], blocks, blocks + 2);
  loop_forget_flags();
}

static double *entry(char *arg, ptrdiff_t step, ptrdiff_t i) {
  return (double *)(void *)(arg + i * step);
}

void symad_loop_columns(char **args, const ptrdiff_t *dims, const ptrdiff_t *steps, void *data) {
  symad_loop *loop = data;
  const int n = loop->n_inputs, m = loop->n_outputs;
  if (dims[0] <= 0)
    return;
  symad_plan_version *version = runner_version(loop->runner, (size_t)dims[0]);
  double *gathered = pool_take(&loop->gathered);
  symad_columns blocks[4] = {
      {gathered, 1, PIECE}, {NULL, 0, 0}, {gathered + (ptrdiff_t)n * PIECE, 1, PIECE}, {NULL, 0, 0}};
  for (ptrdiff_t first = 0; first < dims[0]; first += PIECE) {
    const ptrdiff_t count = dims[0] - first < PIECE ? dims[0] - first : PIECE;
    for (int k = 0; k < n; k++)
      for (ptrdiff_t i = 0; i < count; i++)
        blocks[0].data[k * PIECE + i] = *entry(args[k], steps[k], first + i);
    version_run(version, (size_t)count, blocks, blocks + 2);
    for (int k = 0; k < m; k++)
      for (ptrdiff_t i = 0; i < count; i++)
        *entry(args[n + k], steps[n + k], first + i) = blocks[2].data[k * PIECE + i];
  }
  pool_give(&loop->gathered, gathered);
  loop_forget_flags();
}
