/* The recipes of rows and the micro-operations as data. */
#include "code/code.h"

const micro_form micro_forms[MICRO_END] = {
#define MICRO(NAME, kind, map, opcode, predicate) {KIND_##kind, map, opcode, predicate},
#include "code/micro.def"
#undef MICRO
};

const uint64_t recipe_numbers[N_RECIPE_NUMBERS] = {
    [AT_ONE - FIRST_NUMBER] = 0x3FF0000000000000,       [AT_ZERO - FIRST_NUMBER] = 0,
    [AT_HALF - FIRST_NUMBER] = 0x3FE0000000000000,      [AT_SIGN - FIRST_NUMBER] = 0x8000000000000000,
    [AT_MAGNITUDE - FIRST_NUMBER] = 0x7FFFFFFFFFFFFFFF, [AT_NO_NUMBER - FIRST_NUMBER] = 0x7FF8000000000000,
    [AT_MINUS_ONE - FIRST_NUMBER] = 0xBFF0000000000000,
};

#define DO(op, d, a, b) {MICRO_##op, AT_##d, AT_##a, AT_##b},
#define COUNTED(...) {(uint8_t)(sizeof((const micro[]){__VA_ARGS__}) / sizeof(micro)), {__VA_ARGS__}},

/* Recipes stand in the order of the table; rows, lists and parts are found by number. */
enum recipe_number {
#define ROW(NAME, operands, micros) RECIPE_##NAME,
#define PART(NAME, operands, micros) PART_##NAME,
#define LIST(NAME, first, next, last)
#define POWER(NAME, recipe)
#include "code/rows.def"
#undef ROW
#undef PART
#undef LIST
#undef POWER
  RECIPE_END,
  PART_NOTHING = NO_RECIPE
};

static const row_recipe recipes[RECIPE_END] = {
#define ROW(NAME, operands, micros) COUNTED(micros)
#define PART(NAME, operands, micros) COUNTED(micros)
#define LIST(NAME, first, next, last)
#define POWER(NAME, recipe)
#include "code/rows.def"
#undef ROW
#undef PART
#undef LIST
#undef POWER
};

#define ROW(NAME, operands, micros)
#define PART(NAME, operands, micros)
#define LIST(NAME, first, next, last) static const list_recipe list_##NAME = {PART_##first, PART_##next, PART_##last};
#define POWER(NAME, recipe) enum { PRODUCT_RECIPE = RECIPE_##recipe };
#include "code/rows.def"
#undef LIST
#undef POWER

const row_recipe *recipe_at(uint32_t number) {
  return &recipes[number];
}

#define LIST(NAME, first, next, last)
#define POWER(NAME, recipe)
#undef ROW
#define ROW(NAME, operands, micros) \
  case SYMAD_OP_##NAME:             \
    return RECIPE_##NAME;
uint32_t recipe_of_row(uint32_t row) {
  switch (row) {
#include "code/rows.def"
  default:
    return NO_RECIPE;
  }
}
#undef LIST
#undef ROW

#define ROW(NAME, operands, micros)
#define LIST(NAME, first, next, last) \
  case SYMAD_OP_##NAME:               \
    return &list_##NAME;
const list_recipe *recipe_of_list(uint32_t row) {
  switch (row) {
#include "code/rows.def"
  default:
    return NULL;
  }
}
#undef LIST
#undef ROW
#undef PART
#undef POWER

uint32_t recipe_of_product(void) {
  return PRODUCT_RECIPE;
}

uint32_t recipe_reads(const row_recipe *r) {
  uint32_t reads = 0;
  for (uint32_t k = 0; k < r->n_micros; k++) {
    const micro *m = &r->micros[k];
    reads |= (m->a <= AT_C ? 1u << m->a : 0) | (m->b <= AT_C ? 1u << m->b : 0);
  }
  return reads;
}

int recipe_is_plain(const row_recipe *r) {
  return r->n_micros == 1 && micro_forms[r->micros[0].op].kind <= KIND_PLAIN;
}
