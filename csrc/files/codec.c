/* A tape as bytes: the layout that FORMAT.md describes, its checksum, and the writer. */
#include "files/codec.h"

#include <string.h>

const unsigned char codec_magic[8] = {0x89, 'S', 'Y', 'M', '\r', '\n', 0x1a, '\n'};

int codec_place(layout *l, int *bad) {
  static const struct {
    int count, bytes;
  } arrays[N_ARRAYS] = {{N_CONSTANTS, 8}, {N_WORDS, 4}, {N_OUTPUTS, 4}, {N_CONSTANTS, 4}, {N_LABELS, 8},
                        {N_SPANS, 8},     {N_NODES, 1}, {N_NAMES, 1},   {N_SOURCE, 1}};
  for (int i = 0; i < N_TYPED; i++)
    if (l->count[i] > MAX_NODES) {
      *bad = i;
      return 0;
    }
  uint64_t at = HEADER_SIZE; /* nine arrays of less than 2^35 bytes each */
  for (int i = 0; i < N_ARRAYS; i++) {
    l->start[i] = at;
    at += l->count[arrays[i].count] * (uint64_t)arrays[i].bytes;
  }
  l->start[N_ARRAYS] = at;
  return 1;
}

static uint64_t stir(uint64_t h, uint64_t word) {
  h = (h ^ word) * 0xd6e8feb86659fd93u;
  return h ^ h >> 32;
}

/* Four sums side by side, so that none waits for another's multiplication. */
uint64_t codec_checksum(const unsigned char *bytes, size_t size) {
  uint64_t h[4] = {0x9e3779b97f4a7c15u, 0x9e3779b97f4a7c16u, 0x9e3779b97f4a7c17u, 0x9e3779b97f4a7c18u};
  unsigned char last[32] = {0};
  for (size_t i = AT_COUNTS; i < size; i += sizeof last) {
    const unsigned char *p = bytes + i;
    if (size - i < sizeof last)
      p = memcpy(last, p, size - i);
    for (int k = 0; k < 4; k++)
      h[k] = stir(h[k], get64(p + 8 * k));
  }
  return stir(stir(stir(h[0], h[1]), h[2]), h[3]);
}

/* ---- writing ---- */

static unsigned char *put(unsigned char *p, uint64_t value, int bytes) {
  for (int i = 0; i < bytes; i++)
    p[i] = (unsigned char)(value >> (8 * i));
  return p + bytes;
}

static unsigned char *put32(unsigned char *p, uint32_t value) {
  return put(p, value, 4);
}

static unsigned char *put_block(unsigned char *p, const char *text, uint64_t size) {
  if (size > 0)
    memcpy(p, text, (size_t)size);
  return p + size;
}

static int measure(const symad_view *v, layout *l) {
  int bad;
  uint64_t *n = l->count;
  memset(l, 0, sizeof *l);
  for (uint32_t i = 0; i < v->n_nodes; i++) {
    int arity = op_arity(v->nodes[i].op);
    n[N_WORDS] += arity < 0 ? 1 + (uint64_t)v->nodes[i].b : (uint64_t)arity;
    n[N_CONSTANTS] += v->nodes[i].op == SYMAD_OP_NUMBER;
  }
  n[N_NODES] = v->n_nodes;
  n[N_INPUTS] = v->n_inputs;
  n[N_OUTPUTS] = v->n_outputs;
  n[N_LIST] = v->n_list;
  n[N_LABELS] = v->n_labels;
  n[N_NAMES] = v->n_names;
  n[N_SPANS] = v->spans == NULL ? 0 : v->n_nodes;
  n[N_SOURCE] = v->n_source;
  n[N_TYPED] = v->n_typed;
  return codec_place(l, &bad) && l->start[N_ARRAYS] <= SIZE_MAX;
}

static unsigned char *put_words(unsigned char *p, const symad_view *v) {
  for (uint32_t i = 0; i < v->n_nodes; i++) {
    const symad_node *n = &v->nodes[i];
    const uint32_t operands[3] = {n->a, n->b, n->c};
    int arity = op_arity(n->op);
    if (arity < 0)
      p = put32(p, n->b);
    for (uint32_t k = 0; k < (arity < 0 ? n->b : (uint32_t)arity); k++)
      p = put32(p, arity < 0 ? v->list[n->a + k] : operands[k]);
  }
  return p;
}

/* The literals of the NUMBER nodes: their doubles, or how much text they keep. */
static unsigned char *put_constants(unsigned char *p, const symad_view *v, int values) {
  for (uint32_t i = 0; i < v->n_nodes; i++) {
    if (v->nodes[i].op != SYMAD_OP_NUMBER)
      continue;
    const symad_constant *c = &v->constants[v->nodes[i].c];
    uint64_t bits;
    memcpy(&bits, &c->value, sizeof bits);
    p = values ? put(p, bits, 8) : put32(p, c->text_length);
  }
  return p;
}

static void put_header(unsigned char *p, const layout *l, uint32_t minor) {
  memcpy(p, codec_magic, sizeof codec_magic);
  (void)put(p + AT_MAJOR, SYMAD_FORMAT_MAJOR, 2);
  (void)put(p + AT_MINOR, minor, 2);
  (void)put(p + AT_FLAGS, 0, 4);
  (void)put(p + AT_LENGTH, l->start[N_ARRAYS], 8);
  for (int i = 0; i < N_COUNTS; i++)
    (void)put(p + AT_COUNTS + 8 * i, l->count[i], 8);
}

size_t symad_tape_save_size(const symad_tape *tape) {
  layout l;
  return measure(&tape->view, &l) ? (size_t)l.start[N_ARRAYS] : 0;
}

symad_status symad_tape_save(const symad_tape *tape, void *bytes, size_t size) {
  const symad_view *v = &tape->view;
  unsigned char *first = bytes, *p = first + HEADER_SIZE;
  layout l;
  if (!measure(v, &l) || l.start[N_ARRAYS] != size)
    return SYMAD_ERR_ARGUMENT;
  put_header(first, &l, tape->minor);
  p = put_constants(p, v, 1);
  p = put_words(p, v);
  for (uint32_t i = 0; i < v->n_outputs; i++)
    p = put32(p, v->outputs[i]);
  p = put_constants(p, v, 0);
  for (uint32_t i = 0; i < v->n_labels; i++)
    p = put32(put32(p, v->labels[i].node), v->labels[i].text_length);
  for (uint64_t i = 0; i < l.count[N_SPANS]; i++)
    p = put32(put32(p, v->spans[i].start), v->spans[i].end);
  for (uint32_t i = 0; i < v->n_nodes; i++)
    p = put(p, v->nodes[i].op, 1);
  p = put_block(p, v->names, v->n_names);
  (void)put_block(p, v->source, v->n_source);
  (void)put(first + AT_CHECKSUM, codec_checksum(first, size), 8);
  return SYMAD_OK;
}
