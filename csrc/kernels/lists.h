/* Kernels of the rows with any number of operands: list_ and the row's name in small letters. Operand i is
 * values[operands[i]]. Apart from kernels.h because they read arrays; as there, pure functions of their arguments. */
#ifndef SYMAD_LISTS_H
#define SYMAD_LISTS_H

#include "kernels/hyperbolic.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

/* The first of the leaders; nan where an operand is nan. */
static inline double list_max(const uint32_t *operands, uint32_t n, const double *values) {
  double best = values[operands[0]];
  for (uint32_t i = 1; i < n; i++) {
    double v = values[operands[i]];
    best = best == best && (v != v || v > best) ? v : best;
  }
  return best;
}

static inline double list_min(const uint32_t *operands, uint32_t n, const double *values) {
  double best = values[operands[0]];
  for (uint32_t i = 1; i < n; i++) {
    double v = values[operands[i]];
    best = best == best && (v != v || v < best) ? v : best;
  }
  return best;
}

/* 1/(how many operands equal r), nan where r is nan: the weight of each leader of a MAX or MIN with result r. */
static inline double list_share_of(const uint32_t *operands, uint32_t n, const double *values, double r) {
  double leaders = 0.0;
  for (uint32_t i = 0; i < n; i++)
    leaders += values[operands[i]] == r ? 1.0 : 0.0;
  return r == r ? 1.0 / leaders : r;
}

/* The same with r as the first operand. */
static inline double list_share(const uint32_t *operands, uint32_t n, const double *values) {
  return list_share_of(operands + 1, n - 1, values, values[operands[0]]);
}

/* The largest magnitude, or the largest value; nan where one is nan. */
static inline double list_largest(const uint32_t *operands, uint32_t n, const double *values, int magnitude) {
  double most = magnitude ? 0.0 : -HUGE_VAL;
  for (uint32_t i = 0; i < n; i++) {
    double v = magnitude ? fabs(values[operands[i]]) : values[operands[i]];
    most = most == most && !(v <= most) ? v : most;
  }
  return most;
}

/* Whether a sum of squares is so far from the ends of the range that none of them lost digits there. */
static inline int norm_is_plain(double sum) {
  return sum >= 0x1p-900 && sum <= 0x1p900;
}

/* sqrt of the sum of squares, scaled by a power of two where a square would leave the range. */
static inline double list_norm(const uint32_t *operands, uint32_t n, const double *values) {
  double sum = 0.0, scale = 1.0;
  int exponent;
  for (uint32_t i = 0; i < n; i++)
    sum += values[operands[i]] * values[operands[i]];
  if (n > 1 && norm_is_plain(sum))
    return sqrt(sum);
  double most = list_largest(operands, n, values, 1);
  if (n == 1 || most == 0.0 || !(most <= DBL_MAX))
    return most;
  sum = 0.0;
  (void)frexp(most, &exponent);
  if (exponent > 480 || exponent < -480)
    scale = exponent > 0 ? 0x1p-600 : 0x1p600;
  for (uint32_t i = 0; i < n; i++) {
    double v = values[operands[i]] * scale;
    sum += v * v;
  }
  return sqrt(sum) / scale;
}

/* The largest plus log of the sum of exp(x - largest); log1p of the others where there is one largest. */
static inline double list_logsumexp(const uint32_t *operands, uint32_t n, const double *values) {
  double most = list_largest(operands, n, values, 0), sum = 0.0;
  int leaders = 0;
  if (!(fabs(most) <= DBL_MAX))
    return most;
  for (uint32_t i = 0; i < n; i++) {
    double v = values[operands[i]];
    if (v == most)
      leaders++;
    else
      sum += k_exp(v - most);
  }
  return most + (leaders > 1 ? k_log(leaders + sum) : k_log1p(sum));
}

#endif
