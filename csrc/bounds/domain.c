/* Where a row is smooth, and what a finite result outside is: two columns of the table. */
#include "bounds/bounds.h"

#define real 1

#define OUTSIDE_(outside, ulps, decays, wave) outside

#define OPS(NAME, ...)
#define OP0(NAME, ...)
#define OPC(NAME, ...)

int row_in_domain(const symad_node *n, const double *values) {
  const double a = values[n->a], b = values[n->b];
  (void)a, (void)b;
  switch (n->run) {
#define OP1(NAME, number, cost, text, sympy, domain, ...) \
  case number:                                            \
    return domain;
#define OP2 OP1
#include "symad_ops.def"
#undef OP1
#undef OP2
  default:
    return 1;
  }
}

enum bound_outside row_outside(uint32_t op) {
  switch (op) {
#define OP1(NAME, number, cost, text, sympy, domain, bound, ...) \
  case number:                                                   \
    return OUTSIDE_ bound;
#define OP2 OP1
#include "symad_ops.def"
#undef OP1
#undef OP2
  default:
    return KINK;
  }
}
