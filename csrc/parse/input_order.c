/* The order of inputs that nobody has listed: that of first use, but names of one stem and an index (x2, x10) stand in
 * the order of their indices in the places where names of that stem are met first. */
#include "parse/parser.h"

#include <string.h>

typedef struct indexed {
  const char *stem;
  const char *digits; /* behind leading zeros */
  uint32_t stem_length;
  uint32_t n_digits;
  uint32_t place; /* among the inputs */
} indexed;

static int is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Whether a name is a stem without digits and an index. */
static int read_indexed(const char *name, uint32_t length, uint32_t place, indexed *found) {
  uint32_t stem = 0;
  while (stem < length && !is_digit(name[stem]))
    stem++;
  for (uint32_t i = stem; i < length; i++)
    if (!is_digit(name[i]))
      return 0;
  if (stem == 0 || stem == length)
    return 0;
  uint32_t first = stem;
  while (first + 1 < length && name[first] == '0')
    first++;
  *found = (indexed){name, name + first, stem, length - first, place};
  return 1;
}

static int compare_texts(const char *x, uint32_t x_length, const char *y, uint32_t y_length) {
  return x_length != y_length ? (x_length < y_length ? -1 : 1) : memcmp(x, y, x_length);
}

/* By stem, then by index, then by first use (x1 and x01). */
static int comes_before(const indexed *x, const indexed *y) {
  int order = compare_texts(x->stem, x->stem_length, y->stem, y->stem_length);
  if (order == 0)
    order = compare_texts(x->digits, x->n_digits, y->digits, y->n_digits);
  return order != 0 ? order < 0 : x->place < y->place;
}

static int same_stem(const indexed *x, const indexed *y) {
  return compare_texts(x->stem, x->stem_length, y->stem, y->stem_length) == 0;
}

/* Lets the item at `root` of a heap of n sink to where it belongs. */
static void sink(indexed *items, size_t root, size_t n) {
  for (size_t child = 2 * root + 1; child < n; child = 2 * root + 1) {
    if (child + 1 < n && comes_before(&items[child], &items[child + 1]))
      child++;
    if (!comes_before(&items[root], &items[child]))
      return;
    const indexed moved = items[root];
    items[root] = items[child];
    items[child] = moved;
    root = child;
  }
}

static void sort(indexed *items, size_t n) {
  for (size_t i = n / 2; i > 0; i--)
    sink(items, i - 1, n);
  for (size_t i = n; i > 1; i--) {
    const indexed moved = items[0];
    items[0] = items[i - 1];
    items[i - 1] = moved;
    sink(items, 0, i - 1);
  }
}

/* Deals the labels of each stem, in the order of indices, to the places of that stem: next[first of the stem] counts. */
static void deal(symad_builder *b, const indexed *items, size_t n, symad_label *old, uint32_t *first, uint32_t *next) {
  symad_label *labels = ITEMS(symad_label, b->inputs);
  memcpy(old, labels, b->inputs.count * sizeof *labels);
  memset(first, 0xff, b->inputs.count * sizeof *first);
  for (uint32_t i = 0, start = 0; i < n; i++) {
    start = i > 0 && same_stem(&items[i - 1], &items[i]) ? start : i;
    first[items[i].place] = start;
    next[i] = i;
  }
  for (uint32_t i = 0; i < b->inputs.count; i++)
    if (first[i] != NO_NODE) {
      labels[i] = old[items[next[first[i]]++].place];
      ITEMS(symad_node, b->nodes)[labels[i].node].a = i;
    }
}

symad_status scope_order(symad_builder *b) {
  const memory *m = &b->memory;
  const size_t n_inputs = b->inputs.count;
  array items = {NULL, 0, 0}, old = {NULL, 0, 0}, places = {NULL, 0, 0};
  int is_ordered = 1;
  symad_status status = array_reserve(m, &items, n_inputs, sizeof(indexed));
  for (uint32_t i = 0; i < n_inputs && status == SYMAD_OK; i++) {
    const symad_label *label = &ITEMS(symad_label, b->inputs)[i];
    indexed *item = &ITEMS(indexed, items)[items.count];
    if (!read_indexed(ITEMS(char, b->names) + label->text, label->text_length, i, item))
      continue;
    is_ordered &= items.count == 0 || (same_stem(item - 1, item) && comes_before(item - 1, item));
    items.count++;
  }
  if (status == SYMAD_OK && !is_ordered)
    status = array_reserve(m, &old, n_inputs, sizeof(symad_label));
  if (status == SYMAD_OK && !is_ordered)
    status = array_reserve(m, &places, 2 * n_inputs, sizeof(uint32_t));
  if (status == SYMAD_OK && !is_ordered) {
    sort(items.data, items.count);
    deal(b, items.data, items.count, old.data, places.data, ITEMS(uint32_t, places) + n_inputs);
  }
  array_free(m, &items, sizeof(indexed));
  array_free(m, &old, sizeof(symad_label));
  array_free(m, &places, sizeof(uint32_t));
  return status;
}
