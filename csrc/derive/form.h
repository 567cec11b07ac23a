/* The rows read as forms: each row is a function that joins the postfix forms of its operands. Joining is pure,
 * so the unspecified order of C arguments cannot matter, and a wrong number of operands does not compile. */
#ifndef SYMAD_FORM_H
#define SYMAD_FORM_H

#include "base/internal.h"

#include <string.h>

#define FORM_SIZE 79
#define CODE_HALVES 256  /* 256 + 8 + 2x: the literal x, a half-integer of at most 4; below are the rows */
#define CODE_LITERAL 280 /* a number of a small list */
#define CODE_A 300       /* operands, the result */
#define CODE_B 301
#define CODE_C 302
#define CODE_R 303
#define CODE_POLYNOMIAL 310 /* alone in a form: nodes that a loop builds */

typedef struct form {
  uint16_t length;
  uint16_t code[FORM_SIZE];
} form;

static inline form form_code(int code) {
  form f = {1, {(uint16_t)code}};
  return f;
}

/* x then y then the row, if it is one. A form beyond FORM_SIZE becomes nan: no slope rather than a wrong one. */
static inline form form_join(form x, form y, int op) {
  form f = x;
  if (x.length + y.length >= FORM_SIZE)
    return form_code(SYMAD_OP_NAN_VALUE);
  memcpy(f.code + f.length, y.code, y.length * sizeof *y.code);
  f.length = (uint16_t)(f.length + y.length);
  if (op >= 0)
    f.code[f.length++] = (uint16_t)op;
  return f;
}

static inline form form_append(form x, int op) {
  x.code[x.length++] = (uint16_t)op;
  return x;
}

#endif
