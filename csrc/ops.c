/* The rows and the status codes as data. Knows the two tables and nothing else. */
#include "internal.h"

#define TEXT_(x) #x
#define VERSION_TEXT(major, minor, patch) TEXT_(major) "." TEXT_(minor) "." TEXT_(patch)

const char *symad_version(void) {
  return VERSION_TEXT(SYMAD_VERSION_MAJOR, SYMAD_VERSION_MINOR, SYMAD_VERSION_PATCH);
}

const char *symad_status_name(symad_status status) {
  switch (status) {
#define STATUS(name, number, sentence) \
  case number:                         \
    return #name;
#include "symad_status.def"
#undef STATUS
  default:
    return "UNKNOWN";
  }
}

const char *symad_status_sentence(symad_status status) {
  switch (status) {
#define STATUS(name, number, sentence) \
  case number:                         \
    return sentence;
#include "symad_status.def"
#undef STATUS
  default:
    return "unknown status";
  }
}

static const symad_row rows[] = {
#define OPS(NAME, number, arity, cost, text, sympy) \
  {number, arity, SYMAD_COST_##cost, 0, #NAME, text, sympy, "", "", ""},
#define OP0(NAME, number, cost, text, sympy, error, definition, value) \
  {number, 0, SYMAD_COST_##cost, 0, #NAME, text, sympy, "", definition, #value},
#define OP1(NAME, number, cost, text, sympy, domain, bound, definition, value, da) \
  {number, 1, SYMAD_COST_##cost, 0, #NAME, text, sympy, #domain, definition, #value},
#define OP2(NAME, number, cost, text, sympy, domain, bound, definition, value, da, db) \
  {number, 2, SYMAD_COST_##cost, 0, #NAME, text, sympy, #domain, definition, #value},
#define OPC(NAME, number, arity, text, sympy, value) \
  {number, arity, arity == 0 ? SYMAD_COST_FREE : SYMAD_COST_BASIC, 1, #NAME, text, sympy, "real", "", #value},
#include "symad_ops.def"
#undef OPS
#undef OP0
#undef OP1
#undef OP2
#undef OPC
};

#define ROW_COUNT ((uint32_t)(sizeof rows / sizeof rows[0]))

/* The place of a row in `rows`, by number: a switch that the compiler turns into a table. */
enum row_index {
#define OPS(NAME, ...) INDEX_##NAME,
#define OP0 OPS
#define OP1 OPS
#define OP2 OPS
#define OPC OPS
#include "symad_ops.def"
#undef OPS
#undef OP0
#undef OP1
#undef OP2
#undef OPC
};

uint32_t symad_row_count(void) {
  return ROW_COUNT;
}

const symad_row *symad_row_at(uint32_t index) {
  return index < ROW_COUNT ? &rows[index] : NULL;
}

const symad_row *symad_row_find(uint32_t number) {
  switch (number) {
#define OPS(NAME, number, ...) \
  case number:                 \
    return &rows[INDEX_##NAME];
#define OP0 OPS
#define OP1 OPS
#define OP2 OPS
#define OPC OPS
#include "symad_ops.def"
#undef OPS
#undef OP0
#undef OP1
#undef OP2
#undef OPC
  default:
    return NULL;
  }
}

#define WANTS(op) \
  ((op) == SYMAD_OP_SELECT ? 1 : (op) == SYMAD_OP_AND || (op) == SYMAD_OP_OR || (op) == SYMAD_OP_NOT ? 3 : 0)

const op_shape op_shapes[256] = {
#define OPS(NAME, number, arity, ...) [number] = {1, 0, arity, WANTS(SYMAD_OP_##NAME)},
#define OP0(NAME, number, ...) [number] = {1, 0, 0, 0},
#define OP1(NAME, number, ...) [number] = {1, 0, 1, 0},
#define OP2(NAME, number, ...) [number] = {1, 0, 2, 0},
#define OPC(NAME, number, arity, ...) [number] = {1, 1, arity, WANTS(SYMAD_OP_##NAME)},
#include "symad_ops.def"
#undef OPS
#undef OP0
#undef OP1
#undef OP2
#undef OPC
};

int op_cost(uint32_t op) {
  const symad_row *row = symad_row_find(op);
  return row == NULL ? SYMAD_COST_FREE : row->cost;
}
