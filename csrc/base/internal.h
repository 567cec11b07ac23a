/* Layouts shared by the stages. Nothing here is public; nothing here knows Python or text. */
#ifndef SYMAD_INTERNAL_H
#define SYMAD_INTERNAL_H

#include "symad.h"

#define NO_NODE UINT32_MAX
#define MAX_NODES (UINT32_MAX - 1)
#define MAX_VARIABLES 1000000u

/* ---- memory: growing arrays over the caller's allocator (memory.c) ---- */

typedef struct memory {
  symad_allocator allocator;
} memory;

memory memory_from(const symad_allocator *allocator); /* NULL: malloc */
void *memory_resize(const memory *m, void *old, size_t old_size, size_t new_size);

/* A growing array of `size`-byte items; zeroed is empty. */
typedef struct array {
  void *data;
  size_t count;
  size_t capacity;
} array;

/* Room for `more` items behind the last; the items are appended by the caller, who raises count. */
symad_status array_append(const memory *m, array *a, const void *items, size_t n, size_t size);
symad_status array_reserve(const memory *m, array *a, size_t more, size_t size);
void array_free(const memory *m, array *a, size_t size);

#define ITEMS(type, a) ((type *)(a).data)

/* ---- exact constants: small rationals, enough to keep integers and their quotients exact (numbers/exact.c) ---- */

typedef struct rational {
  int64_t numerator;
  int64_t denominator; /* above 0 and in lowest terms; 0: not known exactly */
} rational;

rational rational_none(void);
rational rational_from_double(double value); /* integers below 2^53 and dyadic fractions that fit, else none */
rational rational_apply(uint32_t op, rational a, rational b); /* ADD SUB MUL DIV NEG POW; none where it does not fit */
double rational_to_double(rational a);

/* A constant of about 100 bits, (h + l) * 2^e, that is no rational of two 64-bit integers (numbers/wide.c). */
typedef struct wide {
  double h, l;
  int32_t e;
  int32_t known;
} wide;

wide wide_unknown(void);
wide wide_from_rational(rational a);
wide wide_from_double(double value); /* integers only */
wide wide_from_digits(const char *digits, size_t length);
wide wide_apply(uint32_t op, wide a, wide b); /* as rational_apply */
double wide_to_double(wide a);

/* ---- literals (numbers/decimal.c) ---- */

/* Digits are kept where the double alone would lose the literal: of long integers, and of what overflows. */
typedef struct literal {
  double value;
  const char *digits;
  size_t n_digits;
} literal;

symad_status decimal_read(const char *text, size_t length, const symad_limits *limits, literal *found);

/* ---- builder ---- */

typedef struct constant_entry {
  symad_constant c;
  double error; /* at least the distance of c.value from the number meant */
  rational exact;
  wide beyond;  /* known only where exact is not */
  double taint; /* how far exact or beyond is from the number meant, where a double stood for it on the way */
} constant_entry;

/* What a literal is exactly, and an operation on two constants: the one rule of builder and loader (numbers/constant.c). */
constant_entry constant_from_literal(double value, const char *text, size_t length);
int constant_from_operation(uint32_t op, const constant_entry *x, const constant_entry *y, constant_entry *result);

struct symad_builder {
  memory memory;
  array nodes;     /* symad_node */
  array spans;     /* symad_span, kept only while keep_spans */
  array list;      /* uint32_t: operands of n-ary nodes */
  array constants; /* constant_entry */
  array outputs;   /* uint32_t */
  array labels;    /* symad_label of bindings */
  array inputs;    /* symad_label of inputs */
  array names;     /* char: all names and literal texts */
  array source;    /* char: the text that is being parsed */
  uint32_t *table; /* hash table of nodes, a power of two, NO_NODE where free */
  size_t table_size;
  size_t table_count;
  uint64_t seed; /* of the places in the table */
  uint64_t n_typed;
  uint64_t limit_nodes;
  uint64_t limit_variables;
  symad_limits limits; /* of literals */
  int keep_spans;
};

/* Unchecked siblings of the public calls, for stages that have checked already. */
symad_status builder_add(symad_builder *b, uint32_t op, uint32_t x, uint32_t y, uint32_t z, uint32_t *node);
/* Asks for an operation's place in the table, which of a large graph lies in no cache, before it is needed. */
void builder_prefetch(const symad_builder *b, uint32_t op, uint32_t x, uint32_t y);
symad_status builder_add_list(symad_builder *b, uint32_t op, const uint32_t *operands, size_t n, uint32_t *node);
symad_status builder_number_with_text(symad_builder *b, double value, const char *text, size_t length, uint32_t *node);
symad_status builder_parameter(symad_builder *b, uint32_t index, uint32_t *node);
symad_status builder_label(symad_builder *b, uint32_t node, const char *name, size_t length);
int builder_is_condition(const symad_builder *b, uint32_t node);
rational builder_exact(const symad_builder *b, uint32_t node);
int builder_is_literal(const symad_builder *b, uint32_t node); /* a NUMBER that its double holds exactly */
/* The same after the rewrites of the whitelist in graph/rewrite.c: used by derivatives, never on what a user wrote. */
symad_status rewrite_add(symad_builder *b, uint32_t op, uint32_t x, uint32_t y, uint32_t z, uint32_t *node);
/* Frees everything in the builder but the builder itself. */
void builder_clear(symad_builder *b);
/* A builder that holds the tape's nodes, node for node under the same ids, and no outputs. */
symad_status builder_from_tape(const symad_tape *tape, const symad_limits *limits, symad_builder **builder);

/* ---- tape ---- */

struct symad_tape {
  memory memory;
  symad_view view; /* points into the arrays below */
  array nodes, spans, list, constants, errors, outputs, labels, names, source;
  uint32_t minor; /* of the format that it is saved in: a loaded tape gives the bytes that were loaded */
};

/* Fits the arrays to what they hold and fills the view from them. */
void tape_seal(symad_tape *t, uint32_t n_inputs, uint64_t n_typed);
/* What follows from the operands, which stand earlier: ACTIVE and OPEN; then through which an adjoint flows. */
uint16_t node_inherits(const symad_node *nodes, const uint32_t *operands, const symad_node *n);
void node_mark_active(symad_node *nodes, const uint32_t *list, symad_node *n);
symad_status names_check_distinct(const memory *m, const char *names, const symad_label *labels, size_t n,
                                  uint32_t *twice);
symad_status builder_finish(symad_builder *b, symad_tape **tape); /* names are distinct already */

/* As symad_tape_derive_by, with one output more for each of the n inputs: 1 where something that is taken depends on it,
 * else 0 (derive.c). */
symad_status tape_derive_live(const symad_tape *tape, int kind, const uint32_t *inputs, uint32_t n,
                              const symad_limits *limits, symad_tape **derived);

/* Where a tape breaks a rule: the part, the entry in it, and for a node the operand, NO_NODE if none is to blame. */
typedef enum tape_part { PART_NODES, PART_CONSTANTS, PART_LABELS, PART_OUTPUTS, PART_SPANS } tape_part;
typedef struct fault {
  const char *why;
  tape_part part;
  uint32_t index;
  uint32_t operand;
} fault;

/* Slopes of an integer power take its exponent for a constant: one rule for what is built and what is loaded. `run` is
 * that of the exponent's node, *value its constant where that is a number. */
int node_is_exponent(uint32_t run, const double *value);
int tape_check_node(const symad_view *v, uint32_t i, fault *f); /* 1 if the rules hold, operands being earlier nodes */
int tape_check_tables(const symad_view *v, fault *f);           /* everything but the nodes */
uint64_t codec_checksum(const unsigned char *bytes, size_t size);

/* ---- names (rows.c) ---- */

#define WANTS_CONDITIONS 3

enum alone { ALONE_NO_LIST, ALONE_ITSELF, ALONE_NODE, ALONE_REFUSED };

/* What the table says of a row without its texts. */
typedef struct op_shape {
  uint8_t is_row;
  uint8_t is_condition;
  int8_t arity;
  uint8_t wants;          /* bit k: operand k is a condition; with one operand bit 1 repeats bit 0, as b repeats a */
  uint8_t wants_exponent; /* the second operand is an integer exponent */
  uint8_t alone;          /* of a list of one operand: enum alone */
  uint8_t cost;           /* SYMAD_COST_* */
  uint8_t is_place;       /* a leaf that its own call makes: an input, a number, a parameter */
} op_shape;

extern const op_shape op_shapes[256]; /* by number */

/* -1 n-ary, -2 no such row */
static inline int op_arity(uint32_t op) {
  return op < 256 && op_shapes[op].is_row ? op_shapes[op].arity : -2;
}

static inline int op_is_condition(uint32_t op) {
  return op < 256 && op_shapes[op].is_condition;
}

static inline int op_is_nary(uint32_t op) {
  return op_arity(op) == -1;
}

static inline int op_wants_exponent(uint32_t op) {
  return op < 256 && op_shapes[op].wants_exponent;
}

static inline int op_wants_condition(uint32_t op, size_t operand) {
  return operand < 3 && op_shapes[op].wants >> operand & 1;
}

/* The fewest operands that a list is built of. */
static inline size_t op_fewest(uint32_t op) {
  return op_shapes[op].alone == ALONE_REFUSED ? 2 : 1;
}

/* and, or, not: the conditions of conditions. */
static inline int op_is_junction(uint32_t op) {
  return op < 256 && op_shapes[op].wants == WANTS_CONDITIONS;
}

/* The two lists that pick one of their operands. */
static inline int op_is_extreme(uint32_t op) {
  return op == SYMAD_OP_MAX || op == SYMAD_OP_MIN;
}

/* SYMAD_COST_* */
static inline int op_cost(uint32_t op) {
  return op < 256 ? op_shapes[op].cost : SYMAD_COST_FREE;
}

#endif
