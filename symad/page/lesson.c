/* What a page needs beside symad.h: memory, and where the fields of its structures lie. Everything else that the page
 * calls is the public header itself, exported as it is. */
#include <stdlib.h>

#include "symad.h"

SYMAD_API void *lesson_alloc(size_t size);
SYMAD_API void lesson_free(void *memory);

/* Where a field lies and how many bytes it has, by "struct.field"; a structure's own size by its name. Made by the
 * compiler, so that no offset is written twice. The last entry has no name. */
typedef struct lesson_field {
  const char *name;
  uint32_t offset;
  uint32_t size;
} lesson_field;

SYMAD_API const lesson_field *lesson_fields(void);

void *lesson_alloc(size_t size) {
  return malloc(size);
}

void lesson_free(void *memory) {
  free(memory);
}

#define FIELD(type, name) {#type "." #name, offsetof(type, name), sizeof(((type *)0)->name)}
#define WHOLE(type) {#type, 0, sizeof(type)}

static const lesson_field fields[] = {
    WHOLE(symad_detail),
    FIELD(symad_detail, status),
    FIELD(symad_detail, line),
    FIELD(symad_detail, column),
    FIELD(symad_detail, offset),
    FIELD(symad_detail, length),
    FIELD(symad_detail, message),
    FIELD(symad_detail, name),
    WHOLE(symad_row),
    FIELD(symad_row, number),
    FIELD(symad_row, arity),
    FIELD(symad_row, cost),
    FIELD(symad_row, condition),
    FIELD(symad_row, name),
    FIELD(symad_row, text),
    FIELD(symad_row, definition),
    FIELD(symad_row, wants),
    FIELD(symad_row, exact),
    WHOLE(symad_view),
    FIELD(symad_view, n_nodes),
    FIELD(symad_view, n_inputs),
    FIELD(symad_view, n_outputs),
    FIELD(symad_view, n_constants),
    FIELD(symad_view, n_list),
    FIELD(symad_view, n_labels),
    FIELD(symad_view, has_branches),
    FIELD(symad_view, nodes),
    FIELD(symad_view, outputs),
    FIELD(symad_view, list),
    FIELD(symad_view, constants),
    FIELD(symad_view, labels),
    FIELD(symad_view, names),
    WHOLE(symad_node),
    FIELD(symad_node, op),
    FIELD(symad_node, flags),
    FIELD(symad_node, a),
    FIELD(symad_node, b),
    FIELD(symad_node, c),
    WHOLE(symad_constant),
    FIELD(symad_constant, value),
    FIELD(symad_constant, text),
    FIELD(symad_constant, text_length),
    WHOLE(symad_label),
    FIELD(symad_label, node),
    FIELD(symad_label, text),
    FIELD(symad_label, text_length),
    WHOLE(symad_trace),
    FIELD(symad_trace, values),
    FIELD(symad_trace, slopes),
    FIELD(symad_trace, partials),
    FIELD(symad_trace, list_partials),
    FIELD(symad_trace, live),
    WHOLE(symad_report),
    FIELD(symad_report, word),
    FIELD(symad_report, first),
    WHOLE(symad_errors),
    FIELD(symad_errors, values),
    FIELD(symad_errors, bounds),
    FIELD(symad_errors, words),
    FIELD(symad_errors, causes),
    FIELD(symad_errors, origins),
    WHOLE(symad_columns),
    FIELD(symad_columns, data),
    FIELD(symad_columns, row),
    FIELD(symad_columns, column),
    WHOLE(symad_limits),
    FIELD(symad_limits, text),
    FIELD(symad_limits, tokens),
    FIELD(symad_limits, nesting),
    FIELD(symad_limits, nodes),
    FIELD(symad_limits, variables),
    WHOLE(symad_reading_view),
    FIELD(symad_reading_view, text),
    FIELD(symad_reading_view, notes),
    FIELD(symad_reading_view, reason),
    FIELD(symad_reading_view, advice),
    FIELD(symad_reading_view, n_text),
    FIELD(symad_reading_view, n_notes),
    FIELD(symad_reading_view, n_reason),
    FIELD(symad_reading_view, n_advice),
    FIELD(symad_reading_view, is_partial),
    {0},
};

const lesson_field *lesson_fields(void) {
  return fields;
}
