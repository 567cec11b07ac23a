/* The rows and the status codes as data. Knows the two tables and nothing else. */
#include "base/internal.h"

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

#define WANTS_NUMBERS 0
#define WANTS_TEST 1
#define COST_OF_CONDITION(arity) ((arity) == 0 ? SYMAD_COST_FREE : SYMAD_COST_BASIC)
#define IS_EXACT_(outside, ulps, decays, wave) ((ulps) == 0)

static const symad_row rows[] = {
#define OPS(NAME, number, arity, wants, alone, cost, text, sympy) \
  {number, arity, SYMAD_COST_##cost, 0, #NAME, text, sympy, "", "", "", WANTS_##wants, 0},
#define OP0(NAME, number, cost, text, sympy, error, definition, value) \
  {number, 0, SYMAD_COST_##cost, 0, #NAME, text, sympy, "", definition, #value, 0, 0},
#define OP1(NAME, number, cost, text, sympy, domain, bound, definition, value, da) \
  {number, 1, SYMAD_COST_##cost, 0, #NAME, text, sympy, #domain, definition, #value, 0, IS_EXACT_ bound},
#define OP2(NAME, number, cost, text, sympy, domain, bound, definition, value, da, db) \
  {number, 2, SYMAD_COST_##cost, 0, #NAME, text, sympy, #domain, definition, #value, 0, IS_EXACT_ bound},
#define OPC(NAME, number, arity, wants, text, sympy, value) \
  {number, arity, COST_OF_CONDITION(arity), 1, #NAME, text, sympy, "real", "", #value, WANTS_##wants, 1},
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

/* 1 where a partial is NONE: the one argument `IS_NONE_NONE` becomes two, any other stays one. */
#define IS_NONE_NONE 0, 1
#define SECOND_(first, second, ...) second
#define SECOND(...) SECOND_(__VA_ARGS__)
#define IS_NONE(partial) SECOND(IS_NONE_##partial, 0, 0)

const op_shape op_shapes[256] = {
#define OPS(NAME, number, arity, wants, alone, cost, ...) \
  [number] = {1, 0, arity, WANTS_##wants, 0, ALONE_##alone, SYMAD_COST_##cost, (arity) == 0},
#define OP0(NAME, number, cost, ...) [number] = {1, 0, 0, 0, 0, ALONE_NO_LIST, SYMAD_COST_##cost, 0},
#define OP1(NAME, number, cost, ...) [number] = {1, 0, 1, 0, 0, ALONE_NO_LIST, SYMAD_COST_##cost, 0},
#define OP2(NAME, number, cost, text, sympy, domain, bound, definition, value, da, db) \
  [number] = {1, 0, 2, 0, IS_NONE(db), ALONE_NO_LIST, SYMAD_COST_##cost, 0},
#define OPC(NAME, number, arity, wants, ...) \
  [number] = {1, 1, arity, WANTS_##wants, 0, ALONE_NO_LIST, COST_OF_CONDITION(arity), 0},
#include "symad_ops.def"
#undef OPS
#undef OP0
#undef OP1
#undef OP2
#undef OPC
};
