/* The rows read as numbers: one static function a row, and what the loops share. */
#ifndef SYMAD_SCALAR_H
#define SYMAD_SCALAR_H

#include "base/internal.h"
#include "kernels/kernels.h"

#include <string.h>

#if defined(__GNUC__)
#define MAYBE_UNUSED __attribute__((unused))
#else
#define MAYBE_UNUSED
#endif

#define K(x) ((double)(x))
#define NONE 0.0

#define OPS(NAME, ...)
#define OP0(NAME, number, cost, text, sympy, error, definition, value) \
  MAYBE_UNUSED static inline double NAME(void) {                       \
    return value;                                                      \
  }
#define OPC(NAME, number, arity, wants, text, sympy, value)    \
  MAYBE_UNUSED static inline double NAME(double a, double b) { \
    (void)a, (void)b;                                          \
    return value;                                              \
  }
#define OP1(NAME, number, cost, text, sympy, domain, bound, definition, value, da) \
  MAYBE_UNUSED static inline double NAME(double a) {                               \
    return value;                                                                  \
  }
#define OP2(NAME, number, cost, text, sympy, domain, bound, definition, value, da, db) \
  MAYBE_UNUSED static inline double NAME(double a, double b) {                         \
    return value;                                                                      \
  }
#include "symad_ops.def"
#undef OP0
#undef OP1
#undef OP2
#undef OPC
#undef OPS

/* evaluate.c */
double value_of_list(const symad_tape *tape, const symad_node *n, const double *values);
double share_of_leaders(const symad_tape *tape, const symad_node *n, const double *values, double r);
void forward(const symad_tape *tape, const double *x, double *values);

/* bounds/bounds.c */
size_t bounds_work_size(const symad_tape *tape);

/* sweep.c */
void local_partials(const symad_tape *tape, const symad_node *n, unsigned flags, const double *values, double r,
                    double *da, double *db);
double list_partial(const symad_tape *tape, const symad_node *n, uint32_t k, const double *values, double r,
                    double share);
int not_beaten(const symad_node *n, double operand, double result);

#endif
