/* symad: formulas, their derivatives and their evaluation, in plain C.
 *
 * A *builder* collects operations as hash-consed nodes; finishing it gives a *tape*: an immutable, verified
 * list of nodes, operands before their users, with inputs and outputs. A derivative is another tape.
 *
 * General contract, which the comments below only add to:
 *
 * Errors. Every function that can fail returns a status (0 is success, see symad_status.def); its comment lists them
 * behind "Returns". A call that fails keeps no memory, and of its results only `detail` is to be read, but for the
 * functions that say otherwise. No function prints, exits, sets errno or keeps global state. Leaving the domain of
 * an operation is no error: nan and the infinities flow as IEEE 754 says.
 * Pointers must not be NULL unless the comment says so, and point to as many entries as it says. Arrays of one call
 * must not overlap unless said so. Inputs are read during the call only: none is kept.
 * Ownership. What a function makes (symad_builder, symad_tape, symad_plan) belongs to the caller, who frees it by
 * the function of that name; text and views that a function returns belong to what they were asked of.
 * Threads. A tape and a plan never change: any number of threads may use one, until one of them frees it. A builder
 * belongs to one thread at a time. Evaluation allocates nothing: the caller brings work memory of the stated size,
 * aligned to 8 bytes, one block per concurrent call; what it holds before and afterwards does not matter.
 * Units. Sizes and offsets are bytes, strides and all other counts are entries. Angles are radians.
 */
#ifndef SYMAD_H
#define SYMAD_H

#include <stddef.h>
#include <stdint.h>

#define SYMAD_VERSION_MAJOR 0
#define SYMAD_VERSION_MINOR 1
#define SYMAD_VERSION_PATCH 0

/* Of the bytes that symad_tape_save writes (csrc/FORMAT.md). */
#define SYMAD_FORMAT_MAJOR 1
#define SYMAD_FORMAT_MINOR 1

#ifndef SYMAD_API
#if defined(__GNUC__)
#define SYMAD_API __attribute__((visibility("default")))
#else
#define SYMAD_API
#endif
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Status codes: SYMAD_OK, SYMAD_ERR_MEMORY, ... */
enum symad_status_code {
#define STATUS(name, number, sentence) SYMAD_##name = number,
#include "symad_status.def"
#undef STATUS
  SYMAD_STATUS_END_
};

/* Operation numbers: SYMAD_OP_ADD, ... */
enum symad_op_number {
#define OPS(NAME, number, ...) SYMAD_OP_##NAME = number,
#define OP0 OPS
#define OP1 OPS
#define OP2 OPS
#define OPC OPS
#include "symad_ops.def"
#undef OPS
#undef OP0
#undef OP1
#undef OP2
#undef OPC
  SYMAD_OP_END_
};

/* cffi-begin */

typedef int32_t symad_status;
typedef struct symad_builder symad_builder;
typedef struct symad_tape symad_tape;

/* Where and why something was refused. `message` is static text and is never NULL after a failure.
 * Offsets count bytes from 0; line and column count from 1 and are 0 where no text is involved. `name`, which ends in a
 * zero, is the name that was made from indices at that place (x3 from x[i]), empty where there is none or a longer one;
 * for ERR_INDEX_UNKNOWN the indices that there are. */
typedef struct symad_detail {
  symad_status status;
  uint32_t line;
  uint32_t column;
  uint32_t node;
  uint64_t offset;
  uint64_t length;
  const char *message;
  char name[64];
} symad_detail;

/* Memory comes from resize(context, old, old_size, new_size): old NULL allocates, new_size 0 frees and
 * returns NULL; NULL for a new_size above 0 means out of memory and leaves old as it was. */
typedef struct symad_allocator {
  void *(*resize)(void *context, void *old, size_t old_size, size_t new_size);
  void *context;
} symad_allocator;

/* ---- versions, statuses, rows ------------------------------------------------------------------- */

/* "major.minor.patch" of this library; static text. Since 0.1. */
SYMAD_API const char *symad_version(void);

/* Name of a status, "ERR_MEMORY" for SYMAD_ERR_MEMORY; "UNKNOWN" where there is no row. Static text. Since 0.1. */
SYMAD_API const char *symad_status_name(symad_status status);

/* What a status means, as a sentence without a full stop, whatever the number. Static text. Since 0.1. */
SYMAD_API const char *symad_status_sentence(symad_status status);

/* One row of the table of operations; all text is static. arity is -1 for any number of operands;
 * condition is 1 where the result is a condition; cost is one of SYMAD_COST_*; value is the C expression of a and b
 * that computes the row, "" for structural rows; bit k of wants is set where operand k is a condition; exact is 1
 * where the result is the exact value of the doubles a and b, so that nothing is rounded. */
typedef struct symad_row {
  uint32_t number;
  int32_t arity;
  int32_t cost;
  int32_t condition;
  const char *name;
  const char *text;
  const char *sympy;
  const char *domain;
  const char *definition;
  const char *value;
  int32_t wants;
  int32_t exact;
} symad_row;

#define SYMAD_COST_FREE 0
#define SYMAD_COST_BASIC 1
#define SYMAD_COST_DIVIDE 2
#define SYMAD_COST_POWER 3
#define SYMAD_COST_CALL 4
#define SYMAD_COST_SELECT 5

/* Number of rows of the table of operations. Since 0.1. */
SYMAD_API uint32_t symad_row_count(void);

/* Row by its place in the table, index below symad_row_count(); NULL beyond. The row is static. Since 0.1. */
SYMAD_API const symad_row *symad_row_at(uint32_t index);

/* Row by its number (SYMAD_OP_*); NULL where no row has it. The row is static. Since 0.1. */
SYMAD_API const symad_row *symad_row_find(uint32_t number);

/* ---- builder ------------------------------------------------------------------------------------ */

/* A new, empty builder in *builder. allocator may be NULL (malloc); it is copied, and what its context points to
 * must outlive the builder and every tape and plan that comes from it. Since 0.1. Returns OK, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_new(const symad_allocator *allocator, symad_builder **builder);

/* Frees a builder, not the tapes that were made by it; NULL is allowed. Since 0.1. */
SYMAD_API void symad_builder_free(symad_builder *builder);

/* Declares the next input, in *node; name is length bytes, a letter or _, then letters, digits and _, and is copied. One
 * that is taken is found on finishing. Since 0.1. Returns OK, ERR_NAME, ERR_LIMIT_VARIABLES, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_input(symad_builder *builder, const char *name, size_t length, uint32_t *node);

/* The double value as a leaf, in *node; equal numbers are one node; a negative one, -0 included, is the negation of its
 * magnitude, and nan an operation without operands. Since 0.1. Returns OK, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_number(symad_builder *builder, double value, uint32_t *node);

/* An unsigned literal of length bytes as a leaf, in *node: integers are exact whatever their length, with a point or an
 * exponent it is the nearest double; the text is copied where that would lose it. Since 0.1. Returns OK, ERR_NUMBER,
 * ERR_LIMIT_DIGITS, ERR_LIMIT_EXPONENT, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_literal(symad_builder *builder, const char *text, size_t length, uint32_t *node);

/* One operation, row op, as written, in *node: nothing is folded or reordered, but an operation met before is its
 * first node. POW by an exact integer constant becomes POWN and E to a power EXP. Each call counts as typed.
 * operands holds n_operands ids of this builder's nodes, as many as the row's arity says; it may be NULL where that
 * is 0. Since 0.1. Returns OK, ERR_OPERATION, ERR_ARITY, ERR_OPERAND, ERR_TYPE, ERR_EXPONENT, ERR_LIMIT_NODES,
 * ERR_MEMORY. */
SYMAD_API symad_status symad_builder_op(symad_builder *builder, uint32_t op, const uint32_t *operands,
                                        size_t n_operands, uint32_t *node);

/* One entry of symad_builder_ops: operands as node ids, or SYMAD_EARLIER + k for entry k of the same call. */
typedef struct symad_entry {
  uint32_t op;
  uint32_t a;
  uint32_t b;
  uint32_t c;
} symad_entry;

#define SYMAD_EARLIER 0x80000000u

/* Many operations of fixed arity in one call; nodes[k] becomes the id of entries[k], one of n_entries. On failure
 * *done says how many were added, which stay. Since 0.1.
 * Returns OK, ERR_OPERATION, ERR_ARITY, ERR_OPERAND, ERR_TYPE, ERR_EXPONENT, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_ops(symad_builder *builder, const symad_entry *entries, size_t n_entries,
                                         uint32_t *nodes, size_t *done);

/* The operations of a tape, inputs[k], a node of this builder, standing for its input k: its output k becomes the node
 * outputs[k]. What is new by that is as if it were typed, the rest is copied; names of bindings stay behind. On failure
 * what was added stays. Since 0.1. Returns OK, ERR_OPERAND, ERR_TYPE, ERR_LIMIT_NODES, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_append(symad_builder *builder, const symad_tape *tape, const uint32_t *inputs,
                                            uint32_t *outputs);

/* Appends an output; the same node may be several outputs. Since 0.1. Returns OK, ERR_OPERAND, ERR_TYPE, ERR_MEMORY. */
SYMAD_API symad_status symad_builder_output(symad_builder *builder, uint32_t node);

/* Moves everything the outputs need into a verified tape in *tape: inputs first, then each node after its operands.
 * The builder is empty afterwards, also where memory ran out, and can be used again or freed; other refusals leave it as
 * it was. Since 0.1. Returns OK, ERR_OUTPUTS (there is none), ERR_DUPLICATE (names of inputs), ERR_MEMORY. */
SYMAD_API symad_status symad_builder_finish(symad_builder *builder, symad_tape **tape);

/* ---- parser ------------------------------------------------------------------------------------- */

typedef struct symad_limits {
  uint64_t text;
  uint64_t tokens;
  uint64_t nesting;
  uint64_t nodes;
  uint64_t variables;
  uint64_t digits;
  uint64_t exponent;
} symad_limits;

/* Fills *limits with those that are used where NULL is given. Calls of functions in a text may look at a 256th of
 * `nodes`, and at 16 for each byte of it. Since 0.1. */
SYMAD_API void symad_limits_default(symad_limits *limits);

/* Text of length bytes to a tape in *tape, NULL on failure. variables: n_variables names in input order, each ending
 * in a zero, with which any other free name is an error; NULL takes them from a header `x, y:` before the program, or
 * else the names in order of first use, those of one stem and an index (x2, x10) among each other by it. A refused entry
 * of variables is named by detail.node, line and column being 0. limits, allocator and detail may be NULL; the allocator's
 * context must outlive the tape. The text needs no final zero; the tape keeps a copy. Since 0.1.
 * Returns OK, ERR_MEMORY, ERR_NAME, ERR_DUPLICATE or any code of the parser, ERR_EMPTY and those behind it; detail
 * says where. */
SYMAD_API symad_status symad_parse(const char *text, size_t length, const char *const *variables, size_t n_variables,
                                   const symad_limits *limits, const symad_allocator *allocator, symad_tape **tape,
                                   symad_detail *detail);

/* A family of programs at one size: text of length bytes to *tape, with variables, n_variables, limits, allocator and
 * detail as for symad_parse. `size` is the name that stands for the number n, from 0 to 1,000,000,000, and must occur;
 * NULL: "n". Loops, ranges, sums, products and names with indices (symad_parse reads them too, where all bounds are
 * numbers) are written out as the text is read:
 *   repeat n: statement    for i = 1..n: statement      several statements in braces; both ends are included
 *   x[i]  x[i, j]  x{i}_{j + 1}                         the names x1, x1_2, ...; x[1..n] all of them, with commas
 *   sum(i = 1..n, x[i]**2)    prod(...)    Max(...)     from the left; 0 and 1 where empty; any n-ary function
 *   n, i, {2*i + 1}                                     as numbers. Whole numbers know + - * // % ** and parentheses
 * Everything that would be written out is counted before memory is taken for it: tokens that loops read again count
 * like others, and may be limits->tokens + limits->nodes together. detail.node is the magnitude of an index below 0,
 * and the character of the open bracket for ERR_BRACKET_OTHER. Since 0.1.
 * Returns OK, ERR_MEMORY, ERR_ARGUMENT (n), ERR_NAME (size too), ERR_DUPLICATE or any code of the parser, ERR_EMPTY and
 * those behind it, of which those from ERR_SIZE on are about the notation; detail says where. */
SYMAD_API symad_status symad_parse_sized(const char *text, size_t length, const char *size, uint64_t n,
                                         const char *const *variables, size_t n_variables, const symad_limits *limits,
                                         const symad_allocator *allocator, symad_tape **tape, symad_detail *detail);

/* What symad_parse_sized reads in a text of length bytes at this size, as a program on one line without the notation of
 * families: the first `room` bytes of it into out, without a final zero, and in *n_bytes how many there are (out may be
 * NULL where room is 0). The program is not parsed, and has at most limits->text bytes. limits, allocator and detail may
 * be NULL. Since 0.1.
 * Returns OK, ERR_MEMORY, ERR_ARGUMENT (n), ERR_NAME (size), and of the parser's codes those that the notation and the
 * tokens of a text give. */
SYMAD_API symad_status symad_write_sized(const char *text, size_t length, const char *size, uint64_t n,
                                         const symad_limits *limits, const symad_allocator *allocator, char *out,
                                         size_t room, size_t *n_bytes, symad_detail *detail);

/* What people type, turned into strict text, which is what symad_parse takes: the layer in front of the grammar. It
 * supplies a missing * between a number and a name, the parentheses of sin x, and reads np.sin, |x|, x!, LaTeX, and other
 * spellings with one meaning; it refuses what has two. A text that is strict comes out as it is. */
typedef struct symad_reading symad_reading;

/* Texts of a reading, each with a final zero that its length does not count, valid as long as the reading. text: the
 * strict text, empty where it was refused; notes: how it was read, a line each; reason: why it was refused; advice: what
 * to write, a line for each of the two readings, or a sentence that begins with "symad". is_partial is 1 where the layer
 * has given up: symad_parse of the text says what is wrong and where; should it take the text, what was typed counts. */
typedef struct symad_reading_view {
  const char *text, *notes, *reason, *advice;
  uint64_t n_text, n_notes, n_reason, n_advice;
  uint32_t is_partial;
} symad_reading_view;

/* Reads length bytes of text into *reading, in time linear in them. variables, n_variables: as symad_parse; they
 * decide which names are variables, whatever they look like, and are not checked here. limits (of which only text
 * counts), allocator and detail may be NULL; the allocator's context must outlive the reading. With ERR_READING the
 * reading is made too, for its reason and advice, and detail says where; otherwise *reading is NULL on failure. Since
 * 0.1. Returns OK, ERR_READING, ERR_LIMIT_TEXT, ERR_MEMORY. */
SYMAD_API symad_status symad_read(const char *text, size_t length, const char *const *variables, size_t n_variables,
                                  const symad_limits *limits, const symad_allocator *allocator, symad_reading **reading,
                                  symad_detail *detail);

/* Fills *view, whose pointers lead into the reading. Since 0.1. */
SYMAD_API void symad_reading_get(const symad_reading *reading, symad_reading_view *view);

/* The byte of what was typed that a byte of the strict text came from; offset may also be the strict text's end, or
 * beyond. For the place of what symad_parse refuses. Since 0.1. */
SYMAD_API uint64_t symad_reading_origin(const symad_reading *reading, uint64_t offset);

/* Frees a reading; NULL is allowed. Since 0.1. */
SYMAD_API void symad_reading_free(symad_reading *reading);

/* Every spelling that can stand before arguments, by index; "" in places without one, NULL behind the last. Static text.
 * Since 0.1. */
SYMAD_API const char *symad_spelling_at(uint32_t index);

/* The double nearest to an unsigned decimal literal, text of length bytes (digits, at most one point, an exponent), in
 * *value. limits may be NULL. Since 0.1. Returns OK, ERR_NUMBER, ERR_LIMIT_DIGITS, ERR_LIMIT_EXPONENT. */
SYMAD_API symad_status symad_read_number(const char *text, size_t length, const symad_limits *limits, double *value);

/* ---- tapes -------------------------------------------------------------------------------------- */

/* A node. op is the row as written; run is the row as executed (NUMBER, with its index in c, for an exact
 * constant sub-formula). Operands: a, b, c; for n-ary rows a is the place in `list` and b the count; for
 * INPUT a is the input's index, for NUMBER c is the constant's index. Unused operands repeat a or are 0. */
typedef struct symad_node {
  uint8_t op;
  uint8_t run;
  uint16_t flags;
  uint32_t a;
  uint32_t b;
  uint32_t c;
} symad_node;

/* Flags. ACTIVE: a derivative can flow from this node to an input. USED: for inputs, some active node reads
 * it. OPEN: it has no value where no branch of a selection is taken, or has a slope that is not known. The others
 * name the operands that are active. */
#define SYMAD_NODE_ACTIVE 1
#define SYMAD_NODE_USED 2
#define SYMAD_NODE_ACTIVE_A 4
#define SYMAD_NODE_ACTIVE_B 8
#define SYMAD_NODE_ACTIVE_C 16
#define SYMAD_NODE_OPEN 32

/* A number: text is set (offset and length into `names`) where the double alone would lose the literal. */
typedef struct symad_constant {
  double value;
  uint32_t text;
  uint32_t text_length;
} symad_constant;

/* A name for a node: an input's (in input order, first) or a binding's (in order of the text). */
typedef struct symad_label {
  uint32_t node;
  uint32_t text;
  uint32_t text_length;
} symad_label;

/* First place in the text that a node came from; end 0 where there is none. */
typedef struct symad_span {
  uint32_t start;
  uint32_t end;
} symad_span;

/* Everything a tape holds, read only, valid as long as the tape; pointers to nothing may be NULL. errors has one entry a
 * constant, at least the distance of its double from the number meant, or is NULL where all are 0. spans has n_nodes
 * entries or is NULL; source is the text, without a final zero; n_bytes the memory that the tape takes beside it. */
typedef struct symad_view {
  uint32_t n_nodes;
  uint32_t n_inputs;
  uint32_t n_outputs;
  uint32_t n_constants;
  uint32_t n_list;
  uint32_t n_labels;
  uint64_t n_names;
  uint64_t n_source;
  uint64_t n_typed;
  uint64_t n_bytes;
  uint32_t has_branches;
  const symad_node *nodes;
  const uint32_t *outputs;
  const uint32_t *list;
  const symad_constant *constants;
  const double *errors;
  const symad_label *labels;
  const symad_span *spans;
  const char *names;
  const char *source;
} symad_view;

/* Fills *view, whose pointers lead into the tape. Since 0.1. */
SYMAD_API void symad_tape_view(const symad_tape *tape, symad_view *view);

/* The name that the source text gives an output, found among all labels: the last one where there are several,
 * and outputs that are one node share its names out in order. `r = x*y; (r, x + y)`: "r", and none for the second
 * output; none for derivatives, which have no text. The name is part of the tape, *length bytes without a final
 * zero. Since 0.1. Returns NULL, *length being 0, where there is no name and for an output that the tape does not
 * have. */
SYMAD_API const char *symad_tape_output_name(const symad_tape *tape, uint32_t output, uint32_t *length);

/* The same for all n_outputs outputs, in time linear in labels and outputs: names[k].text and text_length are those of
 * output k's name in the view's names, the length 0 where it has none; names[k].node is the output's node. Since 0.1.
 * Returns OK, ERR_MEMORY. */
SYMAD_API symad_status symad_tape_output_names(const symad_tape *tape, symad_label *names);

/* Frees a tape, which no thread may use any longer; NULL is allowed. What was made from it stays. Since 0.1. */
SYMAD_API void symad_tape_free(symad_tape *tape);

/* Checks every rule of a tape again (a finished tape always passes), in time linear in its nodes and names. detail
 * may be NULL. Since 0.1. Returns OK, ERR_VERIFY with detail.message and detail.node. */
SYMAD_API symad_status symad_tape_verify(const symad_tape *tape, symad_detail *detail);

/* 1 if both tapes hold the same inputs by name, nodes, constants and outputs, else 0, whatever the text. Since 0.1. */
SYMAD_API int symad_tape_equal(const symad_tape *left, const symad_tape *right);

/* A 64-bit hash, equal for equal tapes. Since 0.1. */
SYMAD_API uint64_t symad_tape_hash(const symad_tape *tape);

/* ---- files -------------------------------------------------------------------------------------- */

/* Bytes that symad_tape_save needs; 0 where no object of this machine can be that large. Since 0.1. */
SYMAD_API size_t symad_tape_save_size(const symad_tape *tape);

/* Writes the tape as csrc/FORMAT.md says into the caller's memory, size being symad_tape_save_size(): the same bytes
 * on every machine, source text and spans included. Since 0.1. Returns OK, ERR_ARGUMENT for another size. */
SYMAD_API symad_status symad_tape_save(const symad_tape *tape, void *bytes, size_t size);

/* A tape in *tape, NULL on failure, from size such bytes, whoever wrote them: everything is verified before there is a
 * tape, and a refusal leaves nothing behind. The bytes may lie at any address and are not kept. allocator may be
 * NULL (malloc), and its context must outlive the tape; detail may be NULL, else detail.offset is the first bad
 * byte, detail.message the broken rule, and detail.node the number of an operation without a row. Since 0.1.
 * Returns OK, ERR_FORMAT (no tape, or damaged), ERR_FORMAT_VERSION, ERR_VERIFY (breaks a rule), ERR_MEMORY. */
SYMAD_API symad_status symad_tape_load(const void *bytes, size_t size, const symad_allocator *allocator,
                                       symad_tape **tape, symad_detail *detail);

/* ---- evaluation --------------------------------------------------------------------------------- */

#define SYMAD_WORK_VALUE 0
#define SYMAD_WORK_SWEEP 1
#define SYMAD_WORK_CHECK 2

/* Bytes of work memory for symad_tape_value and symad_tape_values (kind SYMAD_WORK_VALUE), for values and
 * gradients (SYMAD_WORK_SWEEP), or for symad_tape_check (SYMAD_WORK_CHECK), whatever the number of points. Since 0.1. */
SYMAD_API size_t symad_tape_work_size(const symad_tape *tape, int kind);

/* Outputs at one point: x holds n_inputs, y n_outputs doubles; either may be NULL where it has none. work is that of
 * SYMAD_WORK_VALUE. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_tape_value(const symad_tape *tape, const double *x, double *y, void *work);

/* Outputs at n_points points, 0 allowed. Point i, input j is x[i*x_row + j*x_column], strides in doubles and of any
 * sign; output k goes to y[i*y_row + k*y_column]. work is that of SYMAD_WORK_VALUE. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_tape_values(const symad_tape *tape, size_t n_points, const double *x, ptrdiff_t x_row,
                                         ptrdiff_t x_column, double *y, ptrdiff_t y_row, ptrdiff_t y_column,
                                         void *work);

/* Value and gradient of a tape with one output by the textbook sweep (forward, then reverse over the same nodes): x
 * and gradient hold n_inputs doubles, value one. work is that of SYMAD_WORK_SWEEP. Since 0.1. Returns OK,
 * ERR_OUTPUTS. */
SYMAD_API symad_status symad_tape_value_and_gradient(const symad_tape *tape, const double *x, double *value,
                                                     double *gradient, void *work);

/* The same at n_points points, 0 allowed: x with x_row and x_column, and gradients with gradient_row and
 * gradient_column, as in symad_tape_values; values has one entry a point, side by side. work is the same for any number
 * of points. Since 0.1. Returns OK, ERR_OUTPUTS. */
SYMAD_API symad_status symad_tape_values_and_gradients(const symad_tape *tape, size_t n_points, const double *x,
                                                       ptrdiff_t x_row, ptrdiff_t x_column, double *values,
                                                       double *gradients, ptrdiff_t gradient_row,
                                                       ptrdiff_t gradient_column, void *work);

/* What a sweep leaves for each node: values, adjoints or tangents, the local partials for operands a and b (2 a node;
 * for n-ary rows the share of a leader, for SELECT 1 and 0 by the branch taken), and live bytes; n_nodes entries each.
 * list_partials has n_list, the partial for each entry of `list`, 0 where it is beaten. Any may be NULL but as stated. */
typedef struct symad_trace {
  double *values;
  double *slopes;
  double *partials;
  double *list_partials;
  uint8_t *live;
} symad_trace;

/* The reverse sweep at one point seen whole: x holds n_inputs doubles, weights one seed an output; trace's values,
 * slopes (adjoints) and live are needed. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_tape_sweep(const symad_tape *tape, const double *x, const double *weights,
                                        const symad_trace *trace);

/* The tangent sweep at one point seen whole: x and v, the direction, hold n_inputs doubles; trace's values and
 * slopes (tangents) are needed. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_tape_tangent(const symad_tape *tape, const double *x, const double *v,
                                          const symad_trace *trace);

/* Bits of the status word: what a sweep met, and what a check says may be wrong. The last two and LOST_DIGITS are a
 * check's alone. */
#define SYMAD_STATUS_TIE 1
#define SYMAD_STATUS_DOMAIN 2
#define SYMAD_STATUS_NAN_CONDITION 4
#define SYMAD_STATUS_OVERFLOW 8
#define SYMAD_STATUS_UNDERFLOW 16
#define SYMAD_STATUS_INDETERMINATE 32
#define SYMAD_STATUS_LOST_DIGITS 64
#define SYMAD_STATUS_CANCELLED 128 /* LOST_DIGITS of a number that came out as 0 */
#define SYMAD_STATUS_UNDECIDED 256 /* rounding may have taken the other branch, step, or side of a pole */
#define SYMAD_STATUS_N_BITS 9

/* word: the bits met on live nodes of a reverse sweep; first[bit] the first node that caused each, else 0xFFFFFFFF. */
typedef struct symad_report {
  uint32_t word;
  uint32_t first[9];
} symad_report;

/* Reads the status off a finished reverse sweep into *report (trace's values, slopes and live are needed). Since 0.1.
 * Returns OK. */
SYMAD_API symad_status symad_tape_status(const symad_tape *tape, const symad_trace *trace, symad_report *report);

/* Numbers and how far they may be from the exact ones at the same inputs, none of which may be NULL:
 *   values   as computed
 *   bounds   absolute: |value - exact| <= bound, constants being exact; 0: the value is exact; infinity: nothing is known
 *   words    TIE, DOMAIN and NAN_CONDITION, which no bound can express
 *   causes   the status bit that most of the bound comes from; 0 for plain rounding, and where the bound is 0
 *   origins  the node in which that came in
 * A number is doubtful if it is nan, infinite with a bound above 0, if its word is not 0, or if the bound is larger than
 * one wants; the cause says why. */
typedef struct symad_errors {
  double *values;
  double *bounds;
  uint16_t *words;
  uint16_t *causes;
  uint32_t *origins;
} symad_errors;

/* Runs a tape at the point x of n_inputs doubles; errors, arrays of n_nodes entries, gets those of every node. On a
 * derivative's tape they are the derivative's. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_tape_errors(const symad_tape *tape, const double *x, const symad_errors *errors);

/* The same of the outputs alone at n_points points, 0 allowed: entry (point i, output k) lies at i*n_outputs + k of each
 * array of outputs. x with x_row and x_column as in symad_tape_values; work is that of SYMAD_WORK_CHECK. Since 0.1. Returns OK. */
SYMAD_API symad_status symad_tape_check(const symad_tape *tape, size_t n_points, const double *x, ptrdiff_t x_row,
                                        ptrdiff_t x_column, const symad_errors *outputs, void *work);

/* ---- plans: the fast way to many points ---------------------------------------------------------- */

typedef struct symad_plan symad_plan;

/* Columns of an array of doubles: entry (point i, column k) is data[i*row + k*column]; strides of any sign. Inputs are
 * only read. */
typedef struct symad_columns {
  double *data;
  ptrdiff_t row;
  ptrdiff_t column;
} symad_columns;

typedef struct symad_plan_size {
  uint64_t n_instructions;
  uint64_t n_slots;
  uint64_t n_bytes;
} symad_plan_size;

#define SYMAD_ENGINE_BEST -1

/* Name of an engine (0, 1, ... : an instruction set), NULL where this processor does not run it and behind the last.
 * Static text. Since 0.1. */
SYMAD_API const char *symad_engine_name(int engine);

/* Instructions for a tape, in *plan; the tape is not needed afterwards, its allocator is. The inputs lie in two
 * blocks of columns, the first with first_inputs of them, and the outputs likewise (first_outputs): a point and a
 * direction, a value and a gradient. Every engine and symad_tape_value give the same bits. engine is a number or
 * SYMAD_ENGINE_BEST. Since 0.1. Returns OK, ERR_ARGUMENT (a block larger than the whole, or an engine that this processor
 * does not run), ERR_MEMORY, ERR_LIMIT_NODES. */
SYMAD_API symad_status symad_plan_new(const symad_tape *tape, uint32_t first_inputs, uint32_t first_outputs, int engine,
                                      symad_plan **plan);

/* Frees a plan, which no thread may use any longer; NULL is allowed. Since 0.1. */
SYMAD_API void symad_plan_free(symad_plan *plan);

/* Name of what runs the plan, as symad_engine_name has it, or "native". Static text. Since 0.1. */
SYMAD_API const char *symad_plan_engine(const symad_plan *plan);

/* Fills *size: instructions, slots of work memory, and bytes that the plan takes. Since 0.1. */
SYMAD_API void symad_plan_stats(const symad_plan *plan, symad_plan_size *size);

/* Bytes of work memory for symad_plan_run with n_points points; one block a concurrent call. Since 0.1. */
SYMAD_API size_t symad_plan_work_size(const symad_plan *plan, size_t n_points);

/* Compiled code that does what symad_plan_run does, in the same blocks. `work` is aligned to 64 bytes. */
typedef void symad_native_run(size_t n_points, const symad_columns *inputs, const symad_columns *outputs, double *work);

/* Lets such code run in place of the engine, with n_work doubles of work memory a call. The caller answers for its doing
 * the same, and keeps it loaded as long as the plan. To be called before anything else knows the plan. Since 0.1. */
SYMAD_API void symad_plan_use(symad_plan *plan, symad_native_run *run, size_t n_work);

/* Outputs at n_points points, 0 allowed. inputs and outputs are two symad_columns each; data of a block without
 * columns may be NULL. work has symad_plan_work_size(plan, n_points) bytes, at any address that suits doubles. Since
 * 0.1. Returns OK. */
SYMAD_API symad_status symad_plan_run(const symad_plan *plan, size_t n_points, const symad_columns *inputs,
                                      const symad_columns *outputs, void *work);

/* The operations that outputs need, in an order that keeps few values waiting: nodes holds n_nodes entries, *count says
 * how many are filled. Inputs, numbers and constants are left out. Since 0.1. Returns OK, ERR_MEMORY. */
SYMAD_API symad_status symad_tape_schedule(const symad_tape *tape, uint32_t *nodes, size_t *count);

/* ---- plans to be read: for tests, tools and people ------------------------------------------------ */

#define SYMAD_INSTRUCTION_STEP 0    /* R = value, R being the accumulator, a number a point as each slot is */
#define SYMAD_INSTRUCTION_ROW 1     /* the kernel of a row, of slots or of list */
#define SYMAD_INSTRUCTION_INPUTS 2  /* columns of a block of inputs into the slots of list */
#define SYMAD_INSTRUCTION_OUTPUTS 3 /* the slots of list into columns of a block of outputs */
#define SYMAD_NO_SLOT 0xffffffffu   /* in the list of INPUTS: a column that nothing reads */

/* An instruction of a plan. name is that of the step, of the row, or "INPUTS" and "OUTPUTS", or "SIN+COS" and others of
 * several rows together (a ROW with as many results, row being the first); value is what a step computes as C text, "" for
 * the others: A, B, C and D are slots[0], slots[1], ..., K and L numbers[0] and numbers[1], PICK(c, x, y) is x where
 * c is not 0, else y, EQUAL(x, y) is 1 or 0, LEADS(x, y, c) is x where y is no nan and x is one or c holds, else y.
 * The first n_slots, n_numbers and n_stored entries are used, and n_list of list, which is NULL where there are none;
 * a step with n_stored 0 leaves its result in R alone. block (0 or 1) and column, the first of n_list, are for INPUTS
 * and OUTPUTS, row for ROW; 0 elsewhere. */
typedef struct symad_instruction {
  int32_t kind;
  uint32_t row;
  const char *name;
  const char *value;
  uint32_t n_stored;
  uint32_t n_slots;
  uint32_t n_numbers;
  uint32_t n_list;
  uint32_t stored[3];
  uint32_t slots[4];
  double numbers[2];
  const uint32_t *list;
  uint32_t block;
  uint32_t column;
} symad_instruction;

/* Fills *instruction with the one at index, in the order in which they run. Text is static; list belongs to the plan.
 * Plans of one tape and the same blocks have the same instructions whatever the engine: engines differ in how many
 * points an instruction takes at once. Allocates nothing. Since 0.1.
 * Returns 1, or 0 where the plan has no more than index instructions; *instruction is then left alone. */
SYMAD_API int symad_plan_instruction_at(const symad_plan *plan, uint64_t index, symad_instruction *instruction);

#define SYMAD_MODE_NONE 0    /* not computed: nothing needs it, or it is a constant that has no slot */
#define SYMAD_MODE_CHAINED 1 /* computed in the accumulator, for the one node that reads it */
#define SYMAD_MODE_FUSED 2   /* a product, or the minus of a factor, that is part of its user's step */
#define SYMAD_MODE_STORED 3  /* in a slot */
#define SYMAD_MODE_PAIRED 4  /* in a slot: several rows, as sine and cosine, computed by one instruction */

/* How plans of the tape compute each node: modes holds n_nodes entries, SYMAD_MODE_ and one of those above; nodes holds
 * n_nodes entries too, the first *count of them filled with the nodes that are computed, in their order: those of
 * symad_tape_schedule and the constants that have a slot. The stored ones among them are what the instructions of a
 * plan store, one after the other (those of one in any order). Since 0.1. Returns OK, ERR_MEMORY. */
SYMAD_API symad_status symad_tape_modes(const symad_tape *tape, uint8_t *modes, uint32_t *nodes, size_t *count);

/* ---- plans as callbacks ------------------------------------------------------------------------- */

/* What the two functions below are given as their last argument: a plan whose inputs and outputs are one block each
 * (first_inputs and first_outputs are all of them), how many inputs it has, and work memory for one point, so that a
 * callback is for one call at a time. */
typedef struct symad_callback {
  const symad_plan *plan;
  size_t n_inputs;
  void *work;
} symad_callback;

/* The value at the point x of n numbers, of a plan with one output; callback is a symad_callback. Returns nan where
 * n is not n_inputs. Integrators such as scipy.integrate.quad call functions of this shape. Since 0.1. */
SYMAD_API double symad_callback_value(int n, double *x, void *callback);

/* All outputs at the point x of n numbers into y, n_outputs of them; callback is a symad_callback. Filters such as
 * scipy.ndimage.generic_filter call functions of this shape. Since 0.1. Returns 1, or 0 where n is not n_inputs. */
SYMAD_API int symad_callback_outputs(double *x, intptr_t n, double *y, void *callback);

/* ---- derivatives -------------------------------------------------------------------------------- */

#define SYMAD_DERIVE_GRADIENT 0
#define SYMAD_DERIVE_VALUE_AND_GRADIENT 1
#define SYMAD_DERIVE_JACOBIAN 2
#define SYMAD_DERIVE_FORWARD 3
#define SYMAD_DERIVE_VJP 4
#define SYMAD_DERIVE_JVP 5
#define SYMAD_DERIVE_SPARSE_JACOBIAN 6

/* A derivative as another tape, built by the rows' partials; kind is SYMAD_DERIVE_ and one of
 *   GRADIENT            one output: its n_inputs partial derivatives, by one reverse sweep
 *   VALUE_AND_GRADIENT  the same behind the value: 1 + n_inputs outputs
 *   JACOBIAN            n_outputs*n_inputs outputs, row by row, one reverse sweep an output
 *   FORWARD             the same outputs, one tangent sweep an input
 *   VJP                 inputs x and one weight an output; n_inputs outputs
 *   JVP                 inputs x and one direction an input; n_outputs outputs
 *   SPARSE_JACOBIAN     those of JACOBIAN that symad_tape_pattern names; ERR_OUTPUTS where there is none
 * limits may be NULL (only `nodes` is read). The result, in *derived, stands by itself. Since 0.1. Returns OK, ERR_OUTPUTS,
 * ERR_ARGUMENT, ERR_LIMIT_NODES, ERR_MEMORY, ERR_VERIFY for a loaded tape in which an operation occurs twice. */
SYMAD_API symad_status symad_tape_derive(const symad_tape *tape, int kind, const symad_limits *limits,
                                         symad_tape **derived);

/* The same by n inputs alone, numbered inputs[0] and so on, 1 to n_inputs of them and each once: slopes and directions are
 * those of these, in this order (of SPARSE_JACOBIAN ascending), with the bits that symad_tape_derive gives, and nothing
 * is computed for the others. kind, limits and *derived are as there. Since 0.1. Returns what that returns, ERR_ARGUMENT
 * for such inputs too: OK, ERR_OUTPUTS, ERR_ARGUMENT, ERR_LIMIT_NODES, ERR_MEMORY, ERR_VERIFY. */
SYMAD_API symad_status symad_tape_derive_by(const symad_tape *tape, int kind, const uint32_t *inputs, size_t n,
                                            const symad_limits *limits, symad_tape **derived);

/* Where the Jacobian may differ from 0: the inputs that output k depends on are columns[starts[k]] to
 * columns[starts[k + 1] - 1], ascending; starts has n_outputs + 1 entries. *count is their number, and columns are
 * written where capacity, the number of its entries, is no less; columns may be NULL where capacity is 0. Since 0.1.
 * Returns OK, ERR_MEMORY. */
SYMAD_API symad_status symad_tape_pattern(const symad_tape *tape, uint64_t *starts, uint32_t *columns, size_t capacity,
                                          size_t *count);

/* The outputs numbered which[0], ..., which[n - 1] of a tape, repeats allowed, as another tape with the same inputs
 * and only the nodes that these outputs need, in *selected. Since 0.1. Returns OK, ERR_OUTPUTS (n is 0 or an output
 * is out of range), ERR_MEMORY, ERR_VERIFY for a loaded tape in which an operation occurs twice. */
SYMAD_API symad_status symad_tape_select(const symad_tape *tape, const uint32_t *which, size_t n,
                                         symad_tape **selected);

/* cffi-end */

#ifdef __cplusplus
}
#endif
#endif
