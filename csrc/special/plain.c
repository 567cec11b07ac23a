/* Exponentials and logarithms as calls, for special functions that need them off the paths worth inlining them on. */
#include "special/dd.h"

#include "kernels/elementary.h"

double plain_exp(double a) {
  return k_exp(a);
}

double plain_log(double a) {
  return k_log(a);
}

double plain_log1p(double a) {
  return k_log1p(a);
}
