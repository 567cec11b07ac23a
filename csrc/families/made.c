/* Names made from indices: each is kept once, where it stays, and stands for one choice of indices. */
#include "families/families.h"

#include <string.h>

#define FIRST_TABLE 64u
#define FIRST_BLOCK 4096u
#define LARGEST_BLOCK 1048576u

static symad_status grow_table(families *f) {
  size_t size = f->table_size == 0 ? FIRST_TABLE : 2 * f->table_size;
  uint32_t *table = size > SIZE_MAX / sizeof *table ? NULL : memory_resize(&f->memory, NULL, 0, size * sizeof *table);
  if (table == NULL)
    return SYMAD_ERR_MEMORY;
  memset(table, 0xff, size * sizeof *table); /* NO_NODE everywhere */
  for (uint32_t i = 0; i < f->names.count; i++) {
    size_t k = ITEMS(made_name, f->names)[i].hash & (size - 1);
    while (table[k] != NO_NODE)
      k = (k + 1) & (size - 1);
    table[k] = i;
  }
  (void)memory_resize(&f->memory, f->table, f->table_size * sizeof *table, 0);
  f->table = table;
  f->table_size = size;
  return SYMAD_OK;
}

/* A copy that stays where it is. */
static symad_status keep_text(families *f, const char *text, size_t length, const char **kept) {
  array *last = f->blocks.count == 0 ? NULL : &ITEMS(array, f->blocks)[f->blocks.count - 1];
  if (last == NULL || length > last->capacity - last->count) {
    size_t room = last == NULL ? FIRST_BLOCK : last->capacity < LARGEST_BLOCK ? 2 * last->capacity : LARGEST_BLOCK;
    array block = {NULL, 0, 0};
    symad_status status = array_reserve(&f->memory, &block, room > length ? room : length, 1);
    if (status == SYMAD_OK)
      status = array_append(&f->memory, &f->blocks, &block, 1, sizeof block);
    if (status != SYMAD_OK) {
      array_free(&f->memory, &block, 1);
      return status;
    }
    last = &ITEMS(array, f->blocks)[f->blocks.count - 1];
  }
  char *copy = ITEMS(char, *last) + last->count;
  memcpy(copy, text, length);
  last->count += length;
  *kept = copy;
  return SYMAD_OK;
}

/* The name kept under this text, made on first sight. */
symad_status made_keep(families *f, const char *text, size_t length, uint32_t seams, const char **kept) {
  symad_status status = f->names.count >= f->table_size / 2 ? grow_table(f) : SYMAD_OK;
  if (status != SYMAD_OK)
    return status;
  uint32_t hash = lex_hash_name(f->seed, text, length);
  size_t k = hash & (f->table_size - 1);
  for (; f->table[k] != NO_NODE; k = (k + 1) & (f->table_size - 1)) {
    const made_name *name = &ITEMS(made_name, f->names)[f->table[k]];
    if (name->hash == hash && name->length == length && memcmp(name->text, text, length) == 0) {
      *kept = name->text;
      return name->seams == seams ? SYMAD_OK : SYMAD_ERR_INDEX_SHARED;
    }
  }
  made_name made = {NULL, (uint32_t)length, hash, seams};
  status = keep_text(f, text, length, &made.text);
  if (status == SYMAD_OK)
    status = array_append(&f->memory, &f->names, &made, 1, sizeof made);
  if (status != SYMAD_OK)
    return status;
  f->table[k] = (uint32_t)f->names.count - 1;
  *kept = made.text;
  return SYMAD_OK;
}

/* A number's digits, without a sign; returns how many. */
uint32_t made_digits(uint64_t value, char *digits) {
  char reversed[20];
  uint32_t n = 0;
  do {
    reversed[n++] = (char)('0' + value % 10);
    value /= 10;
  } while (value > 0);
  for (uint32_t i = 0; i < n; i++)
    digits[i] = reversed[n - 1 - i];
  return n;
}

/* Adds a piece to the name in the making, and notes where two numbers meet. */
static symad_status add_piece(families *f, const char *piece, size_t length, uint32_t *seams) {
  size_t n = f->scratch.count;
  const char *made = f->scratch.data;
  int meets = n > 0 && length > 0 && made[n - 1] >= '0' && made[n - 1] <= '9' && piece[0] >= '0' && piece[0] <= '9';
  if (meets)
    *seams = (*seams ^ (uint32_t)n) * 0x9e3779b1u + 1;
  return array_append(&f->memory, &f->scratch, piece, length, 1);
}

static symad_status add_value(families *f, const progress *at, uint32_t formula, uint32_t *seams) {
  char digits[20];
  int64_t value;
  symad_status status = whole_value(f, at, formula, &value);
  if (status != SYMAD_OK)
    return status;
  if (value < 0) {
    const whole *x = &ITEMS(whole, f->wholes)[formula];
    f->error_value = value;
    return families_refuse(f, SYMAD_ERR_INDEX_NEGATIVE, x->start, x->end);
  }
  return add_piece(f, digits, made_digits((uint64_t)value, digits), seams);
}

/* The name that n parts make, with a last index behind them unless that is negative. */
symad_status made_compose(families *f, const progress *at, uint32_t first, uint32_t n, int64_t last, uint32_t *seams) {
  symad_status status = SYMAD_OK;
  char digits[20];
  f->scratch.count = 0;
  *seams = 1;
  for (uint32_t i = first; i < first + n && status == SYMAD_OK; i++) {
    const name_part *part = &ITEMS(name_part, f->parts)[i];
    if (part->formula != NO_NODE)
      status = add_value(f, at, part->formula, seams);
    else
      status = add_piece(f, part->start == NO_NODE ? "_" : f->lex.text + part->start, part->length, seams);
  }
  if (status == SYMAD_OK && last >= 0)
    status = add_piece(f, digits, made_digits((uint64_t)last, digits), seams);
  return status;
}
