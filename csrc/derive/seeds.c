/* Names of the inputs that derivatives add. */
#include "derive/seeds.h"

/* A prefix (letter and underscores) with which no input's name starts, so that prefixed names are new. */
static uint32_t free_prefix(const symad_view *v, char letter) {
  uint32_t underscores = 1;
  for (uint32_t i = 0; i < v->n_inputs; i++) {
    const symad_label *label = &v->labels[i];
    const char *name = v->names + label->text;
    uint32_t run = 1;
    while (run < label->text_length && name[0] == letter && name[run] == '_')
      run++;
    underscores = name[0] == letter && run > underscores ? run : underscores;
  }
  return underscores;
}

symad_status seed_inputs(symad_builder *b, const symad_view *v, char letter, const uint32_t *chosen, uint32_t n,
                         uint32_t *nodes) {
  uint32_t underscores = free_prefix(v, letter);
  array name = {NULL, 0, 0};
  symad_status status = SYMAD_OK;
  for (uint32_t i = 0; i < n && status == SYMAD_OK; i++) {
    char digits[10];
    size_t length = 0;
    for (uint32_t rest = i; length == 0 || rest > 0; rest /= 10)
      digits[sizeof digits - ++length] = (char)('0' + rest % 10);
    const uint32_t place = chosen == NULL ? i : chosen[i];
    const char *tail = letter == 'd' ? v->names + v->labels[place].text : digits + sizeof digits - length;
    length = letter == 'd' ? v->labels[place].text_length : length;
    name.count = 0;
    status = array_append(&b->memory, &name, &letter, 1, 1);
    for (uint32_t u = 0; u < underscores && status == SYMAD_OK; u++)
      status = array_append(&b->memory, &name, "_", 1, 1);
    if (status == SYMAD_OK)
      status = array_append(&b->memory, &name, tail, length, 1);
    if (status == SYMAD_OK)
      status = symad_builder_input(b, name.data, name.count, &nodes[place]);
  }
  array_free(&b->memory, &name, 1);
  return status;
}
