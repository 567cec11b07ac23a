/* Which row or function a spelling means. The rows are in the table, other spellings of theirs in another. */
#include "parse/parser.h"

#include "derive/partials.h"

#include <string.h>

int name_is(const char *text, const char *name, size_t length) {
  return text[0] == name[0] && strlen(text) == length && memcmp(text, name, length) == 0;
}

/* Other spellings that people type; those of the table come from the table. */
static const struct alias {
  const char *text;
  uint32_t op;
} aliases[] = {
#define ALIAS(text, NAME) {text, SYMAD_OP_##NAME},
#define FORM(text, NAME) {text, CALL_##NAME},
#include "symad_aliases.def"
#undef ALIAS
#undef FORM
};

uint32_t callable_find(const char *name, size_t length) {
  const symad_row *row;
  for (uint32_t i = 0; (row = symad_row_at(i)) != NULL; i++)
    if (row->arity != 0 && name_is(row->text, name, length))
      return row->number;
  for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
    if (name_is(aliases[i].text, name, length))
      return aliases[i].op;
  const shorthand *s;
  for (uint32_t i = 0; (s = shorthand_at(i)) != NULL; i++)
    if (name_is(s->text, name, length))
      return CALL_SHORTHAND + i;
  return CALL_NONE;
}

const char *symad_spelling_at(uint32_t index) {
  uint32_t n_rows = symad_row_count();
  if (index < n_rows)
    return symad_row_at(index)->arity == 0 ? "" : symad_row_at(index)->text;
  index -= n_rows;
  if (index < sizeof aliases / sizeof *aliases)
    return aliases[index].text;
  const shorthand *s = shorthand_at(index - (uint32_t)(sizeof aliases / sizeof *aliases));
  return s == NULL ? NULL : s->text;
}
