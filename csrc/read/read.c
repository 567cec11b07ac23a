/* What people type to strict text: the public calls, what is written from the pieces, and where it came from. */
#include "read/read.h"

#include <string.h>

#define LONGEST_NOTE 240u /* bytes of a reading that a note repeats */

/* From this byte of the strict text on: the byte of the user's text that it came from. */
typedef struct origin {
  uint32_t out;
  uint32_t in;
  uint32_t follows; /* 1: byte for byte; 0: all of it came from there */
} origin;

struct symad_reading {
  memory memory;
  array text, notes, reason, advice; /* char, with a final zero */
  array origins;                     /* origin */
  uint32_t is_partial;
};

/* ---- writing ---- */

static void write_bytes(reader *r, symad_reading *s, const char *text, size_t n, uint32_t in, uint32_t follows) {
  const origin *last = s->origins.count == 0 ? NULL : &ITEMS(origin, s->origins)[s->origins.count - 1];
  origin here = {(uint32_t)s->text.count, in, follows};
  if (n == 0)
    return;
  if (last == NULL || !follows || !last->follows || here.out - last->out != in - last->in)
    r->status = array_append(&r->memory, &s->origins, &here, 1, sizeof here);
  if (r->status == SYMAD_OK)
    say_bytes(r, &s->text, text, n);
}

/* Whether a piece would become one word or one sign with what has been written, one of the two being made. */
static int joins(const reader *r, const symad_reading *s, uint32_t i, const char *text, uint32_t n) {
  const piece *p = at(r, i);
  int is_tight = piece_gap(r, i) == 0;
  if (!is_tight || n == 0 || s->text.count == 0 || (p->made == NO_NODE && at(r, p->last)->made == NO_NODE))
    return 0;
  char last = ITEMS(char, s->text)[s->text.count - 1], first = text[0];
  int is_word = (lex_is_name_part(last) || last == '.') && (lex_is_name_part(first) || first == '.');
  return is_word || (strchr("*/<>=!&|^", last) != NULL && strchr("*/<>=!&|^", first) != NULL);
}

static void write_pieces(reader *r, symad_reading *s) {
  for (uint32_t i = after(r, FRONT);; i = after(r, i)) {
    const piece p = *at(r, i);
    uint32_t n;
    const char *text = piece_text(r, i, &n);
    if (joins(r, s, i, text, n))
      write_bytes(r, s, " ", 1, p.start, 0);
    if (p.gap == GAP_AS_TYPED)
      write_bytes(r, s, r->text + p.space, p.start - p.space, p.space, 1);
    else
      write_bytes(r, s, " ", p.gap, p.start, 0);
    if (p.made == NO_NODE)
      write_bytes(r, s, text, n, p.start, 1);
    else if (r->status == SYMAD_OK)
      write_bytes(r, s, text, n, p.start, 0);
    if (i == BACK || r->status != SYMAD_OK)
      return;
  }
}

/* ---- notes ---- */

/* "read as ...", before the notes about names. */
static void write_notes(reader *r, symad_reading *s) {
  static const char *const dialects[] = {"", "LaTeX, ", "Mathematica, ", "a spreadsheet, "};
  uint32_t first = after(r, FRONT), last = before(r, BACK);
  int is_part = r->n_products == 1 && !r->is_more && !(r->product == first && r->product_end == last);
  if (r->is_noted && first != BACK) {
    say(r, &s->notes, dialects[r->dialect]);
    if (is_part) {
      uint32_t typed = at(r, r->product)->start;
      say_bytes(r, &s->notes, r->text + typed, at(r, r->product_end)->end - typed);
      say(r, &s->notes, " ");
      first = r->product;
      last = r->product_end;
    }
    say(r, &s->notes, "read as ");
    size_t start = s->notes.count;
    say_range(r, &s->notes, first, last);
    if (r->status == SYMAD_OK && s->notes.count - start > LONGEST_NOTE) {
      s->notes.count = start + LONGEST_NOTE;
      say(r, &s->notes, " ...");
    }
    say(r, &s->notes, r->also == NULL ? "" : r->also);
    say(r, &s->notes, "\n");
  }
  if (r->letters.count > 0) {
    say_bytes(r, &s->notes, r->letters.data, r->letters.count);
    say(r, &s->notes, "\n");
  }
  say_bytes(r, &s->notes, r->notes.data == NULL ? "" : r->notes.data, r->notes.count);
}

/* ---- the public calls ---- */

void symad_reading_free(symad_reading *reading) {
  if (reading == NULL)
    return;
  memory m = reading->memory;
  array_free(&m, &reading->text, 1);
  array_free(&m, &reading->notes, 1);
  array_free(&m, &reading->reason, 1);
  array_free(&m, &reading->advice, 1);
  array_free(&m, &reading->origins, sizeof(origin));
  (void)memory_resize(&m, reading, sizeof *reading, 0);
}

static void read_all(reader *r, const char *const *variables, size_t n_variables) {
  read_scan(r);
  if (r->status == SYMAD_OK && !r->as_typed && read_is_family(r))
    r->as_typed = r->is_family = 1;
  if (r->status == SYMAD_OK && !r->as_typed)
    read_quotes(r);
  if (r->status == SYMAD_OK && !r->as_typed)
    words_gather(r, variables, n_variables);
  if (r->status == SYMAD_OK && !r->as_typed)
    read_frame(r);
  if (r->status == SYMAD_OK && !r->as_typed)
    read_latex(r);
  if (r->status == SYMAD_OK && !r->as_typed)
    read_walk(r);
}

/* The answer of a reader that has done its work; what is a fault of the text is an answer too. */
static void write_all(reader *r, symad_reading *s) {
  symad_status refused = r->status == SYMAD_ERR_READING ? r->status : SYMAD_OK;
  if (refused != SYMAD_OK) {
    r->status = SYMAD_OK;
    say_bytes(r, &s->reason, r->reason.data, r->reason.count);
    say_bytes(r, &s->advice, r->advice.data == NULL ? "" : r->advice.data, r->advice.count);
  } else if (r->status == SYMAD_OK) {
    write_pieces(r, s);
    s->is_partial = r->as_typed && !r->is_family;
    if (r->status == SYMAD_OK && !r->as_typed)
      write_notes(r, s);
  }
  say_bytes(r, &s->text, "", 1);
  say_bytes(r, &s->notes, "", 1);
  say_bytes(r, &s->reason, "", 1);
  say_bytes(r, &s->advice, "", 1);
  if (r->status == SYMAD_OK)
    r->status = refused;
}

static void free_reader(reader *r) {
  array_free(&r->memory, &r->pieces, sizeof(piece));
  array_free(&r->memory, &r->made, 1);
  array_free(&r->memory, &r->groups, sizeof(group));
  array_free(&r->memory, &r->notes, 1);
  array_free(&r->memory, &r->letters, 1);
  array_free(&r->memory, &r->reason, 1);
  array_free(&r->memory, &r->advice, 1);
  words_free(r);
}

static void fill_detail(const reader *r, symad_detail *detail) {
  *detail = (symad_detail){0};
  detail->status = r->status;
  detail->message = symad_status_sentence(r->status);
  if (r->status == SYMAD_OK || r->status == SYMAD_ERR_MEMORY)
    return;
  detail->offset = r->fault_start;
  detail->length = r->fault_end - r->fault_start;
  lex_place(r->text, r->fault_start, &detail->line, &detail->column);
}

symad_status symad_read(const char *text, size_t length, const char *const *variables, size_t n_variables,
                        const symad_limits *limits, const symad_allocator *allocator, symad_reading **reading,
                        symad_detail *detail) {
  reader r;
  symad_limits bounds;
  memset(&r, 0, sizeof r);
  symad_limits_default(&bounds);
  if (limits != NULL)
    bounds = *limits;
  r.memory = memory_from(allocator);
  r.text = text;
  r.seed = (uint64_t)(uintptr_t)&r;
  r.calling = r.product_end = NO_NODE;
  *reading = memory_resize(&r.memory, NULL, 0, sizeof **reading);
  if (*reading != NULL)
    memset(*reading, 0, sizeof **reading);
  uint64_t longest = bounds.text < MAX_NODES / 8 ? bounds.text : MAX_NODES / 8; /* what is made has to be counted too */
  if (*reading == NULL)
    r.status = SYMAD_ERR_MEMORY;
  else if (length > longest) {
    r.status = SYMAD_ERR_LIMIT_TEXT;
    r.fault_start = (uint32_t)longest;
    r.fault_end = (uint32_t)(length < MAX_NODES ? length : MAX_NODES);
  } else {
    (*reading)->memory = r.memory;
    r.length = (uint32_t)length;
    read_all(&r, variables, n_variables);
    write_all(&r, *reading);
  }
  free_reader(&r);
  if (r.status != SYMAD_OK && r.status != SYMAD_ERR_READING && *reading != NULL) {
    (*reading)->memory = r.memory;
    symad_reading_free(*reading);
    *reading = NULL;
  }
  if (detail != NULL)
    fill_detail(&r, detail);
  return r.status;
}

void symad_reading_get(const symad_reading *reading, symad_reading_view *view) {
  view->text = reading->text.data;
  view->notes = reading->notes.data;
  view->reason = reading->reason.data;
  view->advice = reading->advice.data;
  view->n_text = reading->text.count - 1;
  view->n_notes = reading->notes.count - 1;
  view->n_reason = reading->reason.count - 1;
  view->n_advice = reading->advice.count - 1;
  view->is_partial = reading->is_partial;
}

uint64_t symad_reading_origin(const symad_reading *reading, uint64_t offset) {
  size_t low = 0, high = reading->origins.count;
  while (low < high) { /* the first that begins behind the offset */
    size_t middle = low + (high - low) / 2;
    if (ITEMS(origin, reading->origins)[middle].out <= offset)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0)
    return 0;
  const origin *found = &ITEMS(origin, reading->origins)[low - 1];
  return found->in + (found->follows ? offset - found->out : 0);
}
