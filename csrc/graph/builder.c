/* The builder: hash-consed nodes as they are written. Folds nothing, but knows which constants are exact. */
#include "base/internal.h"
#include "symad_graph.h"
#include "text/lex.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#if defined(__GNUC__) || defined(__clang__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif

#define FIRST_TABLE 64u
#define AHEAD 16      /* entries whose places are asked for before they are needed */
#define ROOT_TERMS 64 /* squares under a root that are looked at */

static uint64_t mix(uint64_t h) {
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  h ^= h >> 32;
  h *= 0xd6e8feb86659fd93u;
  return h ^ (h >> 32);
}

static uint64_t double_bits(double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/* What nobody who writes a formula can know: where this builder, its caller's memory and the program lie. Places in the
 * table depend on it and ids do not, so that no text is slow and every text gives the same tape every time. */
static uint64_t seed_of(const symad_builder *b) {
  static const char here = 0;
  uint64_t h = mix((uintptr_t)b);
  h = mix(h ^ (uintptr_t)&here);
  return mix(h ^ (uintptr_t)&h);
}

/* One word more; the factor is secret, so that words cannot be chosen to meet. */
static uint64_t absorb(const symad_builder *b, uint64_t h, uint64_t word) {
  h = (h ^ word) * (b->seed | 1);
  return h ^ h >> 32;
}

/* What makes a node itself: its row and operands; for numbers the double and the text it may keep. */
typedef struct key {
  uint32_t op, a, b, c;
  const uint32_t *operands; /* n-ary: b of them */
  double value;             /* NUMBER */
  const char *text;
  size_t text_length;
} key;

static uint64_t hash_key(const symad_builder *b, const key *k) {
  uint64_t h = absorb(b, mix(b->seed), k->op | (uint64_t)(k->op == SYMAD_OP_SELECT ? k->c : 0) << 32);
  if (k->op == SYMAD_OP_NUMBER) {
    h = absorb(b, h, double_bits(k->value));
    for (size_t i = 0; i < k->text_length; i++)
      h = absorb(b, h, (unsigned char)k->text[i]);
  } else if (k->operands != NULL) {
    for (uint32_t i = 0; i < k->b; i++)
      h = absorb(b, h, k->operands[i]);
  } else {
    h = absorb(b, h, (uint64_t)k->a << 32 | k->b);
  }
  return mix(h);
}

static key key_of_node(const symad_builder *b, uint32_t node) {
  const symad_node *n = &ITEMS(symad_node, b->nodes)[node];
  key k = {n->op, n->a, n->b, n->c, NULL, 0.0, NULL, 0};
  if (n->op == SYMAD_OP_NUMBER) {
    const symad_constant *c = &ITEMS(constant_entry, b->constants)[n->c].c;
    k.value = c->value;
    k.text = c->text_length == 0 ? NULL : ITEMS(char, b->names) + c->text; /* there may be no names at all */
    k.text_length = c->text_length;
  } else if (op_is_nary(n->op)) {
    k.operands = ITEMS(uint32_t, b->list) + n->a;
  }
  return k;
}

static int same_key(const key *x, const key *y) {
  if (x->op != y->op)
    return 0;
  if (x->op == SYMAD_OP_NUMBER)
    return double_bits(x->value) == double_bits(y->value) && x->text_length == y->text_length &&
           (x->text_length == 0 || memcmp(x->text, y->text, x->text_length) == 0);
  if (x->operands != NULL)
    return x->b == y->b && memcmp(x->operands, y->operands, x->b * sizeof *x->operands) == 0;
  return x->a == y->a && x->b == y->b && (x->op != SYMAD_OP_SELECT || x->c == y->c);
}

/* Inputs are never met twice: they stand in no table. */
static int is_leaf_of_its_own(uint32_t op) {
  return op == SYMAD_OP_INPUT || op == SYMAD_OP_PARAMETER;
}

static symad_status resize_table(symad_builder *b, size_t size) {
  uint32_t *table = size > SIZE_MAX / sizeof *table ? NULL : memory_resize(&b->memory, NULL, 0, size * sizeof *table);
  if (table == NULL)
    return SYMAD_ERR_MEMORY;
  memset(table, 0xff, size * sizeof *table);               /* NO_NODE everywhere */
  for (uint32_t node = 0; node < b->nodes.count; node++) { /* in the order of memory, which the table's is not */
    if (is_leaf_of_its_own(ITEMS(symad_node, b->nodes)[node].op))
      continue;
    key k = key_of_node(b, node);
    size_t place = hash_key(b, &k) & (size - 1);
    while (table[place] != NO_NODE)
      place = (place + 1) & (size - 1);
    table[place] = node;
  }
  (void)memory_resize(&b->memory, b->table, b->table_size * sizeof *table, 0);
  b->table = table;
  b->table_size = size;
  return SYMAD_OK;
}

/* The place of the key in the table: its node, or the free place where it belongs. */
static symad_status find_place(symad_builder *b, const key *k, size_t *place) {
  if (b->table_count >= b->table_size / 2) {
    symad_status status = resize_table(b, b->table_size == 0 ? FIRST_TABLE : b->table_size * 2);
    if (status != SYMAD_OK)
      return status;
  }
  size_t at = hash_key(b, k) & (b->table_size - 1);
  for (; b->table[at] != NO_NODE; at = (at + 1) & (b->table_size - 1)) {
    key other = key_of_node(b, b->table[at]);
    if (same_key(&other, k))
      break;
  }
  *place = at;
  return SYMAD_OK;
}

/* Appends a node that is in no table yet; room for everything else has been made before. */
static symad_status append_leaf(symad_builder *b, const symad_node *n, uint32_t *node) {
  /* Operands come before their user: every pass over the nodes rests on it. */
  assert(op_arity(n->op) <= 0 || (n->a < b->nodes.count && n->b < b->nodes.count));
  assert(op_arity(n->op) < 3 || n->c < b->nodes.count);
  if (b->nodes.count >= b->limit_nodes || b->nodes.count >= MAX_NODES)
    return SYMAD_ERR_LIMIT_NODES;
  if (b->keep_spans) {
    symad_span none = {0, 0};
    symad_status status = array_append(&b->memory, &b->spans, &none, 1, sizeof none);
    if (status != SYMAD_OK)
      return status;
  }
  symad_status status = array_append(&b->memory, &b->nodes, n, 1, sizeof *n);
  if (status != SYMAD_OK) {
    b->spans.count -= b->keep_spans ? 1 : 0;
    return status;
  }
  *node = (uint32_t)(b->nodes.count - 1);
  return SYMAD_OK;
}

/* Appends the node into its free place. */
static symad_status append_node(symad_builder *b, size_t place, const symad_node *n, uint32_t *node) {
  symad_status status = append_leaf(b, n, node);
  if (status == SYMAD_OK) {
    b->table[place] = *node;
    b->table_count++;
  }
  return status;
}

static symad_status append_constant(symad_builder *b, constant_entry entry, const char *text, uint32_t *index) {
  size_t length = entry.c.text_length;
  if (length > UINT32_MAX - b->names.count)
    return SYMAD_ERR_MEMORY;
  entry.c.text = (uint32_t)b->names.count;
  symad_status status = array_reserve(&b->memory, &b->constants, 1, sizeof entry);
  if (status == SYMAD_OK)
    status = array_append(&b->memory, &b->names, text, length, 1);
  if (status == SYMAD_OK)
    status = array_append(&b->memory, &b->constants, &entry, 1, sizeof entry);
  if (status == SYMAD_OK)
    *index = (uint32_t)(b->constants.count - 1);
  return status;
}

symad_status builder_number_with_text(symad_builder *b, double value, const char *text, size_t length, uint32_t *node) {
  key k = {SYMAD_OP_NUMBER, 0, 0, 0, NULL, value, text, length};
  size_t place;
  symad_status status = find_place(b, &k, &place);
  if (status != SYMAD_OK)
    return status;
  if (b->table[place] != NO_NODE) {
    *node = b->table[place];
    return SYMAD_OK;
  }
  symad_node n = {SYMAD_OP_NUMBER, SYMAD_OP_NUMBER, 0, 0, 0, 0};
  status = append_constant(b, constant_from_literal(value, text, length), text, &n.c);
  return status == SYMAD_OK ? append_node(b, place, &n, node) : status;
}

symad_status symad_builder_literal(symad_builder *builder, const char *text, size_t length, uint32_t *node) {
  literal found;
  symad_status status = decimal_read(text, length, &builder->limits, &found);
  return status == SYMAD_OK ? builder_number_with_text(builder, found.value, found.digits, found.n_digits, node)
                            : status;
}

rational builder_exact(const symad_builder *b, uint32_t node) {
  const symad_node *n = &ITEMS(symad_node, b->nodes)[node];
  if (n->run != SYMAD_OP_NUMBER || ITEMS(constant_entry, b->constants)[n->c].taint > 0.0)
    return rational_none();
  return ITEMS(constant_entry, b->constants)[n->c].exact;
}

static int is_number(const symad_builder *b, uint32_t node) {
  return ITEMS(symad_node, b->nodes)[node].run == SYMAD_OP_NUMBER;
}

static const constant_entry *constant_at(const symad_builder *b, uint32_t node) {
  return &ITEMS(constant_entry, b->constants)[ITEMS(symad_node, b->nodes)[node].c];
}

int builder_is_literal(const symad_builder *b, uint32_t node) {
  return ITEMS(symad_node, b->nodes)[node].op == SYMAD_OP_NUMBER && constant_at(b, node)->error == 0.0;
}

int builder_is_condition(const symad_builder *b, uint32_t node) {
  return op_is_condition(ITEMS(symad_node, b->nodes)[node].op);
}

void builder_prefetch(const symad_builder *b, uint32_t op, uint32_t x, uint32_t y) {
  key k = {op, x, op_arity(op) > 1 ? y : x, 0, NULL, 0.0, NULL, 0};
  if (b->table_size > 0)
    PREFETCH(&b->table[hash_key(b, &k) & (b->table_size - 1)]);
}

symad_status builder_add(symad_builder *b, uint32_t op, uint32_t x, uint32_t y, uint32_t z, uint32_t *node) {
  int arity = op_arity(op);
  key k = {op, arity > 0 ? x : 0, arity > 1 ? y : arity > 0 ? x : 0, arity > 2 ? z : 0, NULL, 0.0, NULL, 0};
  size_t place;
  symad_status status = find_place(b, &k, &place);
  if (status != SYMAD_OK)
    return status;
  if (b->table[place] != NO_NODE) {
    *node = b->table[place];
    return SYMAD_OK;
  }
  symad_node n = {(uint8_t)op, (uint8_t)op, 0, k.a, k.b, k.c};
  n.flags = node_inherits(b->nodes.data, NULL, &n);
  constant_entry folded;
  if ((arity == 1 || arity == 2) && is_number(b, x) && is_number(b, k.b) &&
      constant_from_operation(op, constant_at(b, x), constant_at(b, k.b), &folded)) {
    n.run = SYMAD_OP_NUMBER;
    status = append_constant(b, folded, NULL, &n.c);
  }
  return status == SYMAD_OK ? append_node(b, place, &n, node) : status;
}

symad_status builder_add_list(symad_builder *b, uint32_t op, const uint32_t *operands, size_t n, uint32_t *node) {
  key k = {op, 0, (uint32_t)n, 0, operands, 0.0, NULL, 0};
  size_t place;
  if (b->list.count > UINT32_MAX - n)
    return SYMAD_ERR_LIMIT_NODES;
  symad_status status = find_place(b, &k, &place);
  if (status != SYMAD_OK)
    return status;
  if (b->table[place] != NO_NODE) {
    *node = b->table[place];
    return SYMAD_OK;
  }
  symad_node added = {(uint8_t)op, (uint8_t)op, 0, (uint32_t)b->list.count, (uint32_t)n, 0};
  added.flags = node_inherits(b->nodes.data, operands, &added);
  status = array_append(&b->memory, &b->list, operands, n, sizeof *operands);
  return status == SYMAD_OK ? append_node(b, place, &added, node) : status;
}

/* A place holder for an argument of a user's function. */
symad_status builder_parameter(symad_builder *b, uint32_t index, uint32_t *node) {
  symad_node n = {SYMAD_OP_PARAMETER, SYMAD_OP_PARAMETER, 0, index, 0, 0};
  return append_leaf(b, &n, node);
}

symad_status builder_label(symad_builder *b, uint32_t node, const char *name, size_t length) {
  if (length > UINT32_MAX - b->names.count)
    return SYMAD_ERR_MEMORY;
  symad_label label = {node, (uint32_t)b->names.count, (uint32_t)length};
  symad_status status = array_reserve(&b->memory, &b->labels, 1, sizeof label);
  if (status == SYMAD_OK)
    status = array_append(&b->memory, &b->names, name, length, 1);
  if (status == SYMAD_OK)
    status = array_append(&b->memory, &b->labels, &label, 1, sizeof label);
  return status;
}

/* ---- public ---- */

symad_status symad_builder_reserve(symad_builder *builder, uint64_t n_nodes) {
  symad_builder *b = builder;
  if (n_nodes > MAX_NODES - b->nodes.count)
    return SYMAD_ERR_LIMIT_NODES;
  symad_status status = array_reserve(&b->memory, &b->nodes, n_nodes, sizeof(symad_node));
  size_t size = b->table_size == 0 ? FIRST_TABLE : b->table_size;
  while (size / 2 <= b->table_count + n_nodes)
    size *= 2;
  return status == SYMAD_OK && size > b->table_size ? resize_table(b, size) : status;
}

symad_status symad_builder_new(const symad_allocator *allocator, symad_builder **builder) {
  memory m = memory_from(allocator);
  symad_builder *b = memory_resize(&m, NULL, 0, sizeof *b);
  if (b == NULL)
    return SYMAD_ERR_MEMORY;
  memset(b, 0, sizeof *b);
  b->memory = m;
  b->seed = seed_of(b);
  symad_limits_default(&b->limits);
  b->limit_nodes = MAX_NODES;
  *builder = b;
  return SYMAD_OK;
}

void builder_clear(symad_builder *b) {
  const memory *m = &b->memory;
  array_free(m, &b->nodes, sizeof(symad_node));
  array_free(m, &b->spans, sizeof(symad_span));
  array_free(m, &b->list, sizeof(uint32_t));
  array_free(m, &b->constants, sizeof(constant_entry));
  array_free(m, &b->outputs, sizeof(uint32_t));
  array_free(m, &b->labels, sizeof(symad_label));
  array_free(m, &b->inputs, sizeof(symad_label));
  array_free(m, &b->names, 1);
  array_free(m, &b->source, 1);
  (void)memory_resize(m, b->table, b->table_size * sizeof *b->table, 0);
  b->table = NULL;
  b->table_size = b->table_count = 0;
  b->n_typed = 0;
}

void symad_builder_free(symad_builder *builder) {
  if (builder == NULL)
    return;
  builder_clear(builder);
  memory m = builder->memory;
  (void)memory_resize(&m, builder, sizeof *builder, 0);
}

/* Number nodes hold no sign and no nan, so that text and graph agree: -2 is the negation of 2. */
symad_status symad_builder_number(symad_builder *builder, double value, uint32_t *node) {
  if (isnan(value))
    return builder_add(builder, SYMAD_OP_NAN_VALUE, 0, 0, 0, node);
  symad_status status = builder_number_with_text(builder, fabs(value), NULL, 0, node);
  return status == SYMAD_OK && signbit(value) ? builder_add(builder, SYMAD_OP_NEG, *node, 0, 0, node) : status;
}

symad_status symad_builder_input(symad_builder *builder, const char *name, size_t length, uint32_t *node) {
  symad_builder *b = builder;
  if (b->inputs.count >= b->limits.variables)
    return SYMAD_ERR_LIMIT_VARIABLES;
  if (!lex_is_name(name, length))
    return SYMAD_ERR_NAME;
  if (length > UINT32_MAX - b->names.count)
    return SYMAD_ERR_MEMORY;
  symad_node n = {SYMAD_OP_INPUT, SYMAD_OP_INPUT, SYMAD_NODE_ACTIVE, (uint32_t)b->inputs.count, 0, 0};
  symad_label label = {0, (uint32_t)b->names.count, (uint32_t)length};
  symad_status status = array_reserve(&b->memory, &b->inputs, 1, sizeof label);
  if (status == SYMAD_OK)
    status = array_append(&b->memory, &b->names, name, length, 1);
  if (status == SYMAD_OK)
    status = append_leaf(b, &n, node);
  if (status != SYMAD_OK)
    return status;
  label.node = *node;
  return array_append(&b->memory, &b->inputs, &label, 1, sizeof label);
}

symad_status symad_builder_output(symad_builder *builder, uint32_t node) {
  if (node >= builder->nodes.count)
    return SYMAD_ERR_OPERAND;
  if (builder_is_condition(builder, node))
    return SYMAD_ERR_TYPE;
  return array_append(&builder->memory, &builder->outputs, &node, 1, sizeof node);
}

/* Each operand earlier, and a condition exactly where the row wants one. */
static symad_status check_operands(const symad_builder *b, uint32_t op, const uint32_t *operands, size_t n) {
  for (size_t i = 0; i < n; i++) {
    if (operands[i] >= b->nodes.count)
      return SYMAD_ERR_OPERAND;
    if (builder_is_condition(b, operands[i]) != op_wants_condition(op, i))
      return SYMAD_ERR_TYPE;
  }
  return SYMAD_OK;
}

static int is_exact_integer(const symad_builder *b, uint32_t node) {
  return builder_exact(b, node).denominator == 1;
}

static int is_exponent(const symad_builder *b, uint32_t node) {
  return is_number(b, node) && node_is_exponent(SYMAD_OP_NUMBER, &constant_at(b, node)->c.value);
}

/* x where the node is x**2 or x*x, else NO_NODE. */
static uint32_t square_root_of(const symad_builder *b, const symad_node *n) {
  rational power = n->op == SYMAD_OP_POWN ? builder_exact(b, n->b) : rational_none();
  int is_square = (power.denominator == 1 && power.numerator == 2) || (n->op == SYMAD_OP_MUL && n->a == n->b);
  return is_square && n->run != SYMAD_OP_NUMBER ? n->a : NO_NODE;
}

/* The root of a constant whose double is a square of a double, such as the 1 of x**2 + 1; else 0. */
static double exact_root(const symad_builder *b, uint32_t node) {
  if (!is_number(b, node) || constant_at(b, node)->error > 0.0)
    return 0.0;
  const double value = constant_at(b, node)->c.value, root = value > 0x1p-500 && value < 0x1p500 ? sqrt(value) : 0.0;
  return fma(root, root, -value) == 0.0 ? root : 0.0;
}

/* The parts of a written square or sum of squares, in order; 0 where the node is something else or too long. A root
 * of it is a length: it has no overflow on the way, and a slope at the origin. A constant part stands for its root. */
static size_t squares_under(const symad_builder *b, uint32_t node, uint32_t parts[ROOT_TERMS]) {
  uint32_t stack[ROOT_TERMS + 1] = {node};
  size_t depth = 1, n = 0;
  while (depth > 0) {
    const symad_node *top = &ITEMS(symad_node, b->nodes)[stack[--depth]];
    uint32_t part = square_root_of(b, top);
    if (part == NO_NODE && node != stack[depth] && exact_root(b, stack[depth]) > 0.0)
      part = stack[depth];
    if (n + depth + 1 > ROOT_TERMS || (part == NO_NODE && (top->op != SYMAD_OP_ADD || top->run == SYMAD_OP_NUMBER)))
      return 0;
    if (part != NO_NODE) {
      parts[n++] = part;
    } else {
      stack[depth++] = top->b;
      stack[depth++] = top->a;
    }
  }
  return n;
}

symad_status symad_builder_op(symad_builder *builder, uint32_t op, const uint32_t *operands, size_t n_operands,
                              uint32_t *node) {
  symad_builder *b = builder;
  int arity = op_arity(op);
  if (arity == -2 || op_shapes[op].is_place)
    return SYMAD_ERR_OPERATION;
  if (arity == -1 ? n_operands < op_fewest(op) || n_operands >= MAX_NODES : n_operands != (size_t)arity)
    return SYMAD_ERR_ARITY;
  symad_status status = check_operands(b, op, operands, n_operands);
  if (status != SYMAD_OK)
    return status;
  if (op_wants_exponent(op) && !is_exponent(b, operands[1]))
    return SYMAD_ERR_EXPONENT;
  size_t n_ary = op_cost(op) == SYMAD_COST_CALL ? 2 * n_operands : n_operands - 1; /* as the counts do */
  b->n_typed += arity == -1 ? n_ary : (size_t)(arity != 0);
  if (arity == -1) {
    if (n_operands == 1 && op_shapes[op].alone == ALONE_ITSELF) {
      *node = operands[0];
      return SYMAD_OK;
    }
    return builder_add_list(b, op, operands, n_operands, node);
  }
  if (op == SYMAD_OP_SQRT) {
    uint32_t parts[ROOT_TERMS];
    size_t n = squares_under(b, operands[0], parts);
    for (size_t i = 0; i < n; i++) {
      const double root = exact_root(b, parts[i]);
      if (root > 0.0)
        status = builder_number_with_text(b, root, NULL, 0, &parts[i]);
      if (status != SYMAD_OK)
        return status;
    }
    if (n > 0)
      return builder_add_list(b, SYMAD_OP_NORM, parts, n, node);
  }
  if (op == SYMAD_OP_POW && ITEMS(symad_node, b->nodes)[operands[0]].op == SYMAD_OP_E)
    return builder_add(b, SYMAD_OP_EXP, operands[1], 0, 0, node);
  if (op == SYMAD_OP_POW && is_exact_integer(b, operands[1])) /* these are exponents */
    op = SYMAD_OP_POWN;
  return builder_add(b, op, arity > 0 ? operands[0] : 0, arity > 1 ? operands[1] : 0, arity > 2 ? operands[2] : 0,
                     node);
}
