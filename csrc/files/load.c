/* Bytes to tape, trusting none of them: header and lengths before any memory, then one forward pass that reads each
 * node, holds it to the rules of graph/tape.c and works out what the bytes do not say. */
#include "files/codec.h"

#include <math.h>
#include <string.h>

/* A constant whose exact value cannot be told from its double: a long literal, or an operation on constants. */
typedef struct known_constant {
  uint32_t index;
  constant_entry entry;
} known_constant;

typedef struct reader {
  const unsigned char *bytes;
  layout l;
  symad_tape *tape;
  array known;      /* known_constant, by index */
  uint64_t word;    /* the next of the words */
  uint64_t literal; /* the next of the values */
  uint64_t names;   /* bytes of names that constants and labels have taken */
  symad_status status;
  const char *why;
  uint64_t offset;
  uint32_t node; /* the number of an operation without a row */
} reader;

static int refuse(reader *r, symad_status status, uint64_t offset, const char *why) {
  r->status = status;
  r->offset = offset;
  r->why = why;
  return 0;
}

static int out_of_memory(reader *r) {
  return refuse(r, SYMAD_ERR_MEMORY, 0, symad_status_sentence(SYMAD_ERR_MEMORY));
}

/* Entry i of an array of 32-bit words; labels and spans have two an entry. */
static uint32_t word_at(const reader *r, int which, uint64_t i) {
  return get32(r->bytes + r->l.start[which] + 4 * i);
}

/* ---- before any memory ---- */

static int read_version(reader *r, size_t size) {
  const unsigned char *b = r->bytes;
  for (size_t i = 0; i < sizeof codec_magic; i++)
    if (i >= size || b[i] != codec_magic[i])
      return refuse(r, SYMAD_ERR_FORMAT, i, "these bytes do not begin as a tape does");
  if (size < HEADER_SIZE)
    return refuse(r, SYMAD_ERR_FORMAT, size, "the header is cut off");
  uint32_t version = get32(b + AT_MAJOR);
  if ((version & 0xffff) > SYMAD_FORMAT_MAJOR)
    return refuse(r, SYMAD_ERR_FORMAT_VERSION, AT_MAJOR, symad_status_sentence(SYMAD_ERR_FORMAT_VERSION));
  if ((version & 0xffff) != SYMAD_FORMAT_MAJOR)
    return refuse(r, SYMAD_ERR_FORMAT, AT_MAJOR, "there is no such version of the format");
  if (get32(b + AT_FLAGS) != 0)
    return refuse(r, SYMAD_ERR_FORMAT, AT_FLAGS, "a reserved bit is set");
  return 1;
}

static int read_header(reader *r, size_t size) {
  layout *l = &r->l;
  int bad = 0;
  if (!read_version(r, size))
    return 0;
  if (get64(r->bytes + AT_LENGTH) != size)
    return refuse(r, SYMAD_ERR_FORMAT, AT_LENGTH, "the file is shorter or longer than it says");
  for (int i = 0; i < N_COUNTS; i++)
    l->count[i] = get64(r->bytes + AT_COUNTS + 8 * i);
  if (!codec_place(l, &bad))
    return refuse(r, SYMAD_ERR_FORMAT, AT_COUNTS + 8 * (uint64_t)bad, "a count is beyond 32 bits");
  if (l->start[N_ARRAYS] != size)
    return refuse(r, SYMAD_ERR_FORMAT, AT_COUNTS, "the counts do not add up to the length of the file");
  if (l->count[N_INPUTS] > l->count[N_NODES] || l->count[N_INPUTS] > l->count[N_LABELS])
    return refuse(r, SYMAD_ERR_FORMAT, AT_COUNTS + 8 * N_INPUTS, "there are more inputs than nodes or names");
  if (l->count[N_LIST] > l->count[N_WORDS])
    return refuse(r, SYMAD_ERR_FORMAT, AT_COUNTS + 8 * N_LIST, "the lists are longer than all operands");
  if (l->count[N_SPANS] != 0 && l->count[N_SPANS] != l->count[N_NODES])
    return refuse(r, SYMAD_ERR_FORMAT, AT_COUNTS + 8 * N_SPANS, "only some nodes have a span");
  if (codec_checksum(r->bytes, size) != get64(r->bytes + AT_CHECKSUM))
    return refuse(r, SYMAD_ERR_FORMAT, AT_CHECKSUM, "the checksum is wrong: the file is damaged");
  return 1;
}

/* ---- constants ---- */

static int append_constant(reader *r, symad_constant c, const constant_entry *entry, uint32_t *index) {
  symad_tape *t = r->tape;
  known_constant k = {(uint32_t)t->constants.count, {{0.0, 0, 0}, 0.0, {0, 0}, {0.0, 0.0, 0, 0}, 0.0}};
  /* in an old file a literal may stand for a constant that no double holds */
  const double as_literal = t->minor == 0 && c.value != floor(c.value) ? fabs(c.value) * 0x1p-53 : 0.0;
  const double error = entry == NULL ? as_literal : entry->error;
  c.text = (uint32_t)r->names;
  if (array_append(&t->memory, &t->constants, &c, 1, sizeof c) != SYMAD_OK ||
      array_append(&t->memory, &t->errors, &error, 1, sizeof error) != SYMAD_OK)
    return out_of_memory(r);
  t->view.constants = t->constants.data;
  t->view.n_constants = (uint32_t)t->constants.count;
  *index = k.index;
  if (entry == NULL)
    return 1;
  k.entry = *entry;
  return array_append(&t->memory, &r->known, &k, 1, sizeof k) == SYMAD_OK || out_of_memory(r);
}

/* What constant `index` is exactly; most are literals, of which the double says all. */
static constant_entry exact_of(const reader *r, uint32_t index) {
  const known_constant *known = r->known.data;
  size_t low = 0, high = r->known.count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (known[middle].index < index)
      low = middle + 1;
    else
      high = middle;
  }
  if (low < r->known.count && known[low].index == index)
    return known[low].entry;
  constant_entry entry = constant_from_literal(r->tape->view.constants[index].value, NULL, 0);
  entry.taint = entry.error = ITEMS(double, r->tape->errors)[index];
  return entry;
}

static int read_literal(reader *r, uint32_t i, symad_node *n) {
  uint64_t offset = r->l.start[OPERATIONS] + i;
  if (r->literal >= r->l.count[N_CONSTANTS])
    return refuse(r, SYMAD_ERR_VERIFY, offset, "there are more numbers than constants");
  uint64_t bits = get64(r->bytes + r->l.start[VALUES] + 8 * r->literal);
  symad_constant c = {0.0, 0, word_at(r, TEXTS, r->literal)};
  memcpy(&c.value, &bits, sizeof c.value);
  r->literal++;
  if (c.text_length == 0)
    return append_constant(r, c, NULL, &n->c);
  if (c.text_length > r->l.count[N_NAMES] - r->names)
    return refuse(r, SYMAD_ERR_VERIFY, r->l.start[TEXTS] + 4 * (r->literal - 1), "a text is longer than all names");
  const char *text = (const char *)r->bytes + r->l.start[NAMES] + r->names;
  constant_entry entry = constant_from_literal(c.value, text, c.text_length);
  int done = append_constant(r, c, &entry, &n->c);
  r->names += c.text_length;
  return done;
}

/* An operation on constants whose value is known exactly is run as that number. */
static int fold(reader *r, symad_node *n) {
  const symad_node *nodes = r->tape->view.nodes;
  int arity = op_arity(n->op);
  if ((arity != 1 && arity != 2) || nodes[n->a].run != SYMAD_OP_NUMBER || nodes[n->b].run != SYMAD_OP_NUMBER)
    return 1;
  constant_entry x = exact_of(r, nodes[n->a].c), y = exact_of(r, nodes[n->b].c), folded;
  if (!constant_from_operation(n->op, &x, &y, &folded))
    return 1;
  n->run = SYMAD_OP_NUMBER;
  return append_constant(r, folded.c, &folded, &n->c);
}

/* ---- nodes ---- */

static int take_words(reader *r, uint64_t n) {
  if (n > r->l.count[N_WORDS] - r->word)
    return refuse(r, SYMAD_ERR_VERIFY, r->l.start[OPERATIONS] + r->tape->view.n_nodes - 1,
                  "the operations have more operands than there are");
  r->word += n;
  return 1;
}

static int read_list(reader *r, symad_node *n) {
  array *list = &r->tape->list;
  if (!take_words(r, 1))
    return 0;
  uint64_t offset = r->l.start[WORDS] + 4 * (r->word - 1);
  n->a = (uint32_t)list->count;
  n->b = get32(r->bytes + offset);
  if (n->b > r->l.count[N_LIST] - list->count)
    return refuse(r, SYMAD_ERR_VERIFY, offset, "an operand list lies outside the tape");
  if (!take_words(r, n->b))
    return 0;
  for (uint32_t k = 0; k < n->b; k++)
    ITEMS(uint32_t, *list)[list->count++] = word_at(r, WORDS, r->word - n->b + k);
  r->tape->view.n_list = (uint32_t)list->count;
  return 1;
}

static int read_operands(reader *r, symad_node *n, int arity) {
  if (!take_words(r, (uint64_t)arity))
    return 0;
  uint64_t first = r->word - (uint64_t)arity;
  n->a = word_at(r, WORDS, first);
  n->b = arity > 1 ? word_at(r, WORDS, first + 1) : n->a;
  n->c = arity > 2 ? word_at(r, WORDS, first + 2) : 0;
  return 1;
}

/* The byte behind a fault of graph/tape.c. `word` is where the words of the node began. */
static int refuse_fault(reader *r, const fault *f, uint64_t word) {
  static const int arrays[] = {OPERATIONS, TEXTS, LABELS, OUTPUTS, SPANS}, bytes[] = {1, 4, 8, 4, 8};
  uint64_t offset = r->l.start[arrays[f->part]] + (uint64_t)bytes[f->part] * f->index;
  if (f->part == PART_NODES) {
    uint32_t op = r->bytes[offset];
    if (op_arity(op) == -2) {
      r->node = op;
      if (get32(r->bytes + AT_MAJOR) >> 16 > SYMAD_FORMAT_MINOR)
        return refuse(r, SYMAD_ERR_FORMAT_VERSION, offset, f->why);
    }
    if (f->operand != NO_NODE)
      offset = r->l.start[WORDS] + 4 * (word + f->operand + (uint64_t)op_is_nary(op));
  }
  return refuse(r, SYMAD_ERR_VERIFY, offset, f->why);
}

static int read_node(reader *r, uint32_t i) {
  symad_tape *t = r->tape;
  uint32_t op = r->bytes[r->l.start[OPERATIONS] + i];
  symad_node *n = &ITEMS(symad_node, t->nodes)[i];
  uint64_t word = r->word;
  int arity = op_arity(op), done = 1;
  fault f;
  *n = (symad_node){(uint8_t)op, (uint8_t)op, 0, 0, 0, 0};
  if (op == SYMAD_OP_INPUT)
    n->a = i;
  else if (op == SYMAD_OP_NUMBER)
    done = read_literal(r, i, n);
  else if (arity == -1)
    done = read_list(r, n);
  else if (arity > 0)
    done = read_operands(r, n, arity);
  if (!done)
    return 0;
  if (!tape_check_node(&t->view, i, &f))
    return refuse_fault(r, &f, word);
  const uint32_t *operands = arity == -1 ? ITEMS(uint32_t, t->list) + n->a : NULL;
  n->flags = node_inherits(t->nodes.data, operands, n);
  if (n->flags & SYMAD_NODE_ACTIVE) {
    node_mark_active(t->nodes.data, t->list.data, n);
    return 1;
  }
  return fold(r, n);
}

static int read_nodes(reader *r) {
  const uint64_t *count = r->l.count;
  for (uint32_t i = 0; i < count[N_NODES]; i++) {
    r->tape->view.n_nodes = i + 1;
    if (!read_node(r, i))
      return 0;
  }
  if (r->word != count[N_WORDS])
    return refuse(r, SYMAD_ERR_VERIFY, r->l.start[WORDS] + 4 * r->word, "an operand belongs to no operation");
  if (r->tape->list.count != count[N_LIST])
    return refuse(r, SYMAD_ERR_VERIFY, AT_COUNTS + 8 * N_LIST, "the lists are shorter than the header says");
  if (r->literal != count[N_CONSTANTS])
    return refuse(r, SYMAD_ERR_VERIFY, r->l.start[VALUES] + 8 * r->literal, "a constant belongs to no number");
  return 1;
}

/* ---- tables ---- */

/* Room for `count` entries, which the file is long enough to hold. */
static int reserve(reader *r, array *a, int count, size_t size) {
  uint64_t n = r->l.count[count];
  return array_reserve(&r->tape->memory, a, (size_t)n, size) == SYMAD_OK || out_of_memory(r);
}

static int allocate(reader *r) {
  symad_tape *t = r->tape;
  if (!reserve(r, &t->nodes, N_NODES, sizeof(symad_node)) || !reserve(r, &t->list, N_LIST, sizeof(uint32_t)) ||
      !reserve(r, &t->constants, N_CONSTANTS, sizeof(symad_constant)) ||
      !reserve(r, &t->outputs, N_OUTPUTS, sizeof(uint32_t)) || !reserve(r, &t->labels, N_LABELS, sizeof(symad_label)) ||
      !reserve(r, &t->spans, N_SPANS, sizeof(symad_span)) || !reserve(r, &t->names, N_NAMES, 1) ||
      !reserve(r, &t->source, N_SOURCE, 1))
    return 0;
  t->view.nodes = t->nodes.data;
  t->view.list = t->list.data;
  t->view.constants = t->constants.data;
  t->view.n_inputs = (uint32_t)r->l.count[N_INPUTS];
  return 1;
}

static void copy_bytes(reader *r, array *a, int which, int count) {
  a->count = (size_t)r->l.count[count];
  if (a->count > 0)
    memcpy(a->data, r->bytes + r->l.start[which], a->count);
}

static int read_labels(reader *r) {
  array *labels = &r->tape->labels;
  for (uint64_t i = 0; i < r->l.count[N_LABELS]; i++) {
    symad_label label = {word_at(r, LABELS, 2 * i), (uint32_t)r->names, word_at(r, LABELS, 2 * i + 1)};
    if (label.text_length > r->l.count[N_NAMES] - r->names)
      return refuse(r, SYMAD_ERR_VERIFY, r->l.start[LABELS] + 8 * i + 4, "a name is longer than all names");
    ITEMS(symad_label, *labels)[labels->count++] = label;
    r->names += label.text_length;
  }
  return r->names == r->l.count[N_NAMES] ||
         refuse(r, SYMAD_ERR_VERIFY, r->l.start[NAMES] + r->names, "a piece of text belongs to no name");
}

/* Everything but the nodes; their rules follow in tape_check_tables. */
static int read_tables(reader *r) {
  symad_tape *t = r->tape;
  symad_node *nodes = t->nodes.data;
  for (uint64_t i = 0; i < r->l.count[N_OUTPUTS]; i++) {
    uint32_t output = word_at(r, OUTPUTS, i);
    ITEMS(uint32_t, t->outputs)[t->outputs.count++] = output;
    if (output < r->l.count[N_INPUTS])
      nodes[output].flags |= SYMAD_NODE_USED;
  }
  for (uint64_t i = 0; i < r->l.count[N_SPANS]; i++) {
    symad_span span = {word_at(r, SPANS, 2 * i), word_at(r, SPANS, 2 * i + 1)};
    ITEMS(symad_span, t->spans)[t->spans.count++] = span;
  }
  copy_bytes(r, &t->names, NAMES, N_NAMES);
  copy_bytes(r, &t->source, SOURCE, N_SOURCE);
  return read_labels(r);
}

static int read_tape(reader *r) {
  symad_tape *t = r->tape;
  fault f;
  uint32_t twice = 0;
  if (!allocate(r) || !read_nodes(r))
    return 0;
  t->nodes.count = (size_t)r->l.count[N_NODES];
  if (!read_tables(r))
    return 0;
  tape_seal(t, (uint32_t)r->l.count[N_INPUTS], r->l.count[N_TYPED]);
  if (!tape_check_tables(&t->view, &f))
    return refuse_fault(r, &f, 0);
  symad_status status = names_check_distinct(&t->memory, t->view.names, t->view.labels, t->view.n_inputs, &twice);
  if (status == SYMAD_ERR_MEMORY)
    return out_of_memory(r);
  return status == SYMAD_OK ||
         refuse(r, SYMAD_ERR_VERIFY, r->l.start[LABELS] + 8 * (uint64_t)twice, "two inputs have the same name");
}

symad_status symad_tape_load(const void *bytes, size_t size, const symad_allocator *allocator, symad_tape **tape,
                             symad_detail *detail) {
  memory m = memory_from(allocator);
  reader r;
  memset(&r, 0, sizeof r);
  r.bytes = bytes;
  r.why = symad_status_sentence(SYMAD_OK);
  *tape = NULL;
  if (read_header(&r, size)) {
    r.tape = memory_resize(&m, NULL, 0, sizeof *r.tape);
    if (r.tape == NULL) {
      (void)out_of_memory(&r);
    } else {
      memset(r.tape, 0, sizeof *r.tape);
      r.tape->memory = m;
      r.tape->minor = get32(r.bytes + AT_MAJOR) >> 16;
      if (read_tape(&r))
        *tape = r.tape;
      else
        symad_tape_free(r.tape);
    }
    array_free(&m, &r.known, sizeof(known_constant));
  }
  if (detail != NULL)
    *detail = (symad_detail){r.status, 0, 0, r.node, r.offset, 0, r.why, ""};
  return r.status;
}
