/* Plans as functions of the shapes that numerical libraries call back. Knows plans; allocates nothing. */
#include "base/internal.h"

#include <math.h>

static void run_one(const symad_callback *callback, double *x, double *y) {
  const symad_columns inputs[2] = {{x, 0, 1}, {x, 0, 1}};
  const symad_columns outputs[2] = {{y, 0, 1}, {y, 0, 1}};
  (void)symad_plan_run(callback->plan, 1, inputs, outputs, callback->work);
}

double symad_callback_value(int n, double *x, void *callback) {
  const symad_callback *self = (const symad_callback *)callback;
  double y = (double)NAN;
  if (n >= 0 && (size_t)n == self->n_inputs)
    run_one(self, x, &y);
  return y;
}

int symad_callback_outputs(double *x, intptr_t n, double *y, void *callback) {
  const symad_callback *self = (const symad_callback *)callback;
  if (n < 0 || (size_t)n != self->n_inputs)
    return 0;
  run_one(self, x, y);
  return 1;
}
