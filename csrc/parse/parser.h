/* What the parser's files share: the state of one parse, its stacks and its names. */
#ifndef SYMAD_PARSE_H
#define SYMAD_PARSE_H

#include "families/families.h"

/* A finished sub-expression on the stack; [start, end) holds its parentheses too. */
typedef struct operand {
  uint32_t node;
  uint32_t start;
  uint32_t end;
  uint32_t condition; /* 1: a condition, 0: a number */
  uint32_t constant;  /* 1: it holds no variable */
} operand;

typedef enum pending_kind {
  PENDING_BINARY,
  PENDING_PREFIX,
  GROUP_PAREN,
  GROUP_TUPLE,
  GROUP_CALL,
  GROUP_PAIR /* an argument of Piecewise */
} pending_kind;

/* An operator that waits for its right operand, or a parenthesis that waits for its end. */
typedef struct pending {
  uint32_t start;
  uint32_t end;  /* of a group: behind its opening parenthesis */
  uint32_t base; /* of a group: operands below it */
  uint32_t op;   /* a row, or CALL_PIECEWISE */
  uint8_t kind;  /* pending_kind */
  uint8_t level; /* binds tighter the higher; 0: a group */
  uint8_t dots;  /* of a power: DOTTED, MATLAB */
} pending;

#define DOTTED 1u /* it or a power to its left in the same chain is written .^ */
#define MATLAB 2u /* it begins such a chain, which Matlab reads from the left */

#define CALL_NONE 0u            /* no function has this name */
#define CALL_PIECEWISE 0x10000u /* a spelling without a row of its own */
#define CALL_SHORTHAND 0x20000u /* + its index */
#define CALL_USER 0x40000000u   /* + the place in functions */
#define CALL_UNKNOWN UINT32_MAX /* not looked up yet */

typedef enum name_kind {
  NAME_FREE,     /* only seen, or called as a function */
  NAME_VARIABLE, /* listed by the caller */
  NAME_INPUT,    /* an input by its first use */
  NAME_CONSTANT, /* a row without operands */
  NAME_BOUND
} name_kind;

typedef struct name_entry {
  const char *text; /* in the formula or in the caller's list */
  uint32_t length;
  uint32_t hash;
  uint32_t node;
  uint32_t first; /* where it was first read */
  uint32_t first_end;
  uint32_t callable; /* a row, CALL_PIECEWISE, CALL_NONE or CALL_UNKNOWN */
  uint32_t kind;     /* name_kind */
  uint32_t constant; /* bound to a value without a variable */
} name_entry;

typedef struct scope {
  array entries;   /* name_entry */
  uint32_t *table; /* places in entries, by hash; NO_NODE where free */
  size_t size;     /* a power of two, at least twice the entries */
  uint64_t seed;
  int knows_spellings;
} scope;

/* A function of the user: its body is the nodes [first, end), the first of which are its parameters. */
typedef struct function {
  token name;
  uint32_t n_parameters;
  uint32_t first;
  uint32_t end;
  uint32_t root;
  uint64_t weight; /* nodes of the body, and operands of its lists */
} function;

/* What a name meant before a parameter hid it. */
typedef struct hidden_name {
  uint32_t entry;
  uint32_t kind;
  uint32_t node;
  uint32_t constant;
} hidden_name;

typedef struct parser {
  symad_builder *b;
  lexer lex;
  token tok;     /* the next one, not consumed */
  int is_family; /* tokens come from `family` */
  symad_limits limits;
  array operands;      /* operand */
  array pendings;      /* pending */
  array arguments;     /* uint32_t: the operands of one call, in a row */
  array functions;     /* function */
  array hidden;        /* hidden_name: the parameters of the function being read */
  array mapping;       /* uint32_t: nodes of a body in terms of a call's arguments */
  uint64_t n_expanded; /* weights of the functions called so far */
  uint32_t n_parameters;
  scope names;
  uint64_t depth;      /* parentheses, calls and signs open here */
  int only_listed;     /* the caller gave the variables */
  int is_binding;      /* of the statement being read */
  int is_function;     /* it defines a function */
  int tuple_closed;    /* it is a tuple in parentheses, and they are closed */
  token binding;       /* the name that it binds */
  uint32_t start;      /* its first byte */
  uint32_t number_end; /* of the last number read */
  uint32_t error_start;
  uint32_t error_end;
  uint32_t error_index; /* of the listed variable */
  /* From here on nothing is set before it is needed. */
  uint64_t spellings[32]; /* of functions and constants, by first letter: their lengths, one bit each */
  families family;
} parser;

/* A place from which tokens are read without being consumed. */
typedef struct cursor {
  lexer lex;
  progress at;
} cursor;

/* Notes the piece of text that a refusal is about and gives the status back. */
static inline symad_status refuse_at(parser *p, symad_status status, uint32_t start, uint32_t end) {
  p->error_start = start;
  p->error_end = end;
  return status;
}

/* stacks.c */
void parse_advance(parser *p);
void parse_look(const parser *p, cursor *ahead);
void parse_look_next(parser *p, cursor *ahead, token *t);
symad_status parse_refuse_token(parser *p, symad_status status);
operand *parse_top(const parser *p);
symad_status parse_push(parser *p, const operand *x);
pending *parse_top_pending(const parser *p); /* NULL: none */
symad_status parse_push_pending(parser *p, const pending *x);
pending parse_pop_pending(parser *p);
symad_status parse_node(parser *p, uint32_t op, const uint32_t *nodes, size_t n, operand *made);
symad_status parse_want_number(parser *p, const operand *x);
symad_status parse_want_condition(parser *p, const operand *x);

/* spellings.c */
int name_is(const char *text, const char *name, size_t length); /* text ends in 0, name has a length */
uint32_t callable_find(const char *name, size_t length);

/* names.c */
symad_status scope_variables(parser *p, const char *const *variables, size_t n);
symad_status scope_header(parser *p);
symad_status scope_read(parser *p, const token *name);
symad_status scope_check_binding(parser *p, const token *name);
symad_status scope_bind(parser *p, const token *name, const operand *value);
int scope_is_euler(const parser *p, const operand *x); /* the letter e, about which nobody has said anything */
symad_status scope_callable(parser *p, const token *name, uint32_t *callable);
symad_status scope_check_function(parser *p, const token *name);
symad_status scope_define(parser *p, const token *name, uint32_t index);
symad_status scope_hide(parser *p, const token *name, uint32_t node);
void scope_unhide(parser *p);
int scope_is_keyword(const parser *p, const token *name);
void scope_free(parser *p);

/* parse_order.c */
symad_status scope_order(symad_builder *b); /* the inputs in the order that they have where nobody has listed them */

/* functions.c */
int function_is_next(parser *p);
symad_status function_open(parser *p);
symad_status function_close(parser *p, const operand *body);
symad_status function_apply(parser *p, const pending *call, const operand *x, size_t n, operand *made);

/* calls.c */
symad_status call_apply(parser *p, const pending *call, uint32_t end);

/* expression.c */
symad_status parse_name(parser *p, const token *name, int *has_operand);
symad_status parse_expression(parser *p, int has_operand); /* up to the end of the statement; its values stay stacked */

#endif
