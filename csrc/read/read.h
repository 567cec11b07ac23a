/* What the files of the reading layer share: the pieces of a text in the order in which they will be written, the
 * groups that are open, the names, and how a refusal is worded.
 *
 * The layer turns what people type into strict text before the parser sees it. A text that is strict already comes out
 * as it is; where the layer cannot make sense of one it gives up, and the parser says what is wrong with it. Everything is
 * linear in the text and nothing recurses. */
#ifndef SYMAD_READ_H
#define SYMAD_READ_H

#include "text/lex.h"

typedef enum piece_kind {
  PIECE_END, /* behind the last one */
  PIECE_NUMBER,
  PIECE_BROKEN, /* it begins like a number and is none */
  PIECE_NAME,
  PIECE_OPEN,  /* its sign is ( [ or { */
  PIECE_CLOSE, /* ) ] } */
  PIECE_COMMA,
  PIECE_STOP, /* a semicolon, or a line end outside parentheses */
  PIECE_ASSIGN,
  PIECE_SIGN, /* an operator, by its sign */
  PIECE_BAR,
  PIECE_RAISED,  /* digits written high: a whole exponent */
  PIECE_COMMAND, /* of LaTeX */
  PIECE_QUOTE,
  PIECE_MADE, /* not in the text */
  PIECE_OTHER
} piece_kind;

/* Signs of operators that are not their only letter. */
enum {
  SIGN_POWER = 'P',   /* ** */
  SIGN_WHOLE = 'W',   /* two slashes */
  SIGN_DEFINE = 'D',  /* := */
  SIGN_COMPARE = 'C', /* < <= > >= == != <> */
  SIGN_AND = 'A',     /* and && */
  SIGN_OR = 'O',      /* or || */
  SIGN_NOT = 'N',     /* not */
  SIGN_RANGE = 'R',   /* .. */
  SIGN_DEGREE = 'G',
  SIGN_IF = 'I', /* the words of Python */
  SIGN_ELSE = 'E'
};

#define PIECE_DOTTED 1u /* .^ .* ./ */
#define PIECE_ROOT 2u   /* the radical sign */
#define PIECE_GREEK 4u  /* a Greek letter */
#define PIECE_LEFT 8u   /* a bar or a parenthesis that LaTeX opens */
#define GAP_AS_TYPED 255u

typedef struct piece {
  uint32_t start, end;   /* the bytes that it stands for */
  uint32_t space;        /* where the white space before it begins */
  uint32_t next, last;   /* its neighbours */
  uint32_t partner;      /* OPEN, CLOSE: the other one; a comma or a mark: the one before it in its group */
  uint32_t made, n_made; /* what is written instead, in reader.made; made NO_NODE: the bytes themselves */
  uint8_t kind;
  uint8_t sign;
  uint8_t gap; /* spaces before it; GAP_AS_TYPED */
  uint8_t flags;
} piece;

/* A word of the text: what is known of it before anything is rewritten. */
typedef struct read_word {
  const char *text;
  uint32_t length;
  uint32_t hash;
  uint32_t is; /* WORD_* */
} read_word;

#define WORD_DECLARED 1u /* listed, bound or a parameter */
#define WORD_FUNCTION 2u /* defined by the text */
#define WORD_VALUE 4u    /* read where no arguments follow */
#define WORD_NOTED 8u    /* a note about it has been given */
#define WORD_CALLED 16u  /* the parser knows a function of this name, which is no usual variable */
#define WORD_ASKED 32u   /* and has been asked */
#define WORD_PLAIN 64u   /* before arguments nothing is to be done about it */

/* What the operands of a group look like where reading has come to. */
typedef struct group {
  uint32_t open;    /* its opening piece; NO_NODE: the statement */
  uint32_t name;    /* of a call */
  uint32_t first;   /* of the argument or statement: its first piece */
  uint32_t comma;   /* the last one */
  uint32_t mark;    /* the last ? : if else */
  uint32_t term;    /* where the summand begins */
  uint32_t operand; /* where the last operand begins; NO_NODE where one has to come */
  uint32_t end;     /* its last piece */
  uint32_t left;    /* the operator before it, NO_NODE */
  uint32_t star;    /* a product that was supplied and has not been followed by an operator */
  uint32_t power;   /* the last ^ of the chain that it belongs to */
  uint32_t minus;   /* the sign directly before it */
  uint32_t compare; /* a comparison in the argument */
  uint32_t raised;  /* the exponent between a function and this parenthesis */
  uint16_t n_commas;
  uint8_t call; /* CALL_* of callees.c */
  uint8_t is_bar;
} group;

typedef enum dialect { DIALECT_NONE, DIALECT_LATEX, DIALECT_MATHEMATICA, DIALECT_SHEET } dialect;

typedef struct reader {
  memory memory;
  const char *text;
  uint32_t length;
  symad_status status;
  array pieces; /* piece; the first is before all, the second behind all */
  array made;   /* char */
  array groups; /* group */
  array words;  /* read_word */
  uint32_t *table;
  size_t table_size;
  uint64_t seed;
  int is_listed;    /* the caller gave the variables */
  int has_header;   /* the text lists them */
  int as_typed;     /* the layer has given up */
  int is_family;    /* it is in the notation of families, and strict */
  uint32_t calling; /* the name that the next parenthesis belongs to */
  uint8_t call;
  dialect dialect;
  int is_noted;        /* how it was read is to be said */
  uint32_t n_products; /* supplied */
  uint32_t product;    /* the first piece of the last of them, which ends with product_end */
  uint32_t product_end;
  int is_more;      /* more than products were read in their own way */
  const char *also; /* said behind the reading */
  uint64_t greek;   /* bit k: letter k has been noted */
  uint32_t n_bars;  /* open */
  uint32_t bar;     /* the one that is open */
  array letters;    /* char: what Greek letters are called */
  array notes;      /* char: each ends with a line end */
  array reason;     /* char */
  array advice;     /* char */
  uint32_t fault_start, fault_end;
} reader;

#define FRONT 0u
#define BACK 1u

static inline piece *at(const reader *r, uint32_t i) {
  return &ITEMS(piece, r->pieces)[i];
}
static inline uint32_t after(const reader *r, uint32_t i) {
  return at(r, i)->next;
}
static inline uint32_t before(const reader *r, uint32_t i) {
  return at(r, i)->last;
}
static inline group *innermost(const reader *r) {
  return &ITEMS(group, r->groups)[r->groups.count - 1];
}

/* Spaces that are written before a piece. */
static inline uint8_t piece_gap(const reader *r, uint32_t i) {
  const piece *p = at(r, i);
  return p->gap == GAP_AS_TYPED ? p->space < p->start : p->gap;
}

/* pieces.c */
int piece_is(const reader *r, uint32_t i, const char *name);
int piece_is_sign(const reader *r, uint32_t i, uint8_t kind, uint8_t sign);
int piece_is_brace(const reader *r, uint32_t i); /* that opens */
int piece_is_near(const reader *r, uint32_t i);  /* no white space before it */
const char *piece_text(const reader *r, uint32_t i, uint32_t *length);
uint32_t piece_make(reader *r, uint32_t before, uint8_t kind, uint8_t sign, const char *text);
void piece_write(reader *r, uint32_t i, const char *text);
void piece_write_parts(reader *r, uint32_t i, const char *head, uint32_t n_head, const char *tail, uint32_t n_tail);
void piece_drop(reader *r, uint32_t i);
void piece_swap(reader *r, uint32_t a1, uint32_t a2, uint32_t b1, uint32_t b2);
uint32_t piece_operand_end(const reader *r, uint32_t i); /* of the operand that begins here, its powers included */
uint32_t piece_segment_end(const reader *r, uint32_t i); /* the last piece before a comma, a stop or the group's end */
void say(reader *r, array *to, const char *text);
void say_bytes(reader *r, array *to, const char *text, size_t length);
void say_range(reader *r, array *to, uint32_t from, uint32_t end);   /* as it would be written, powers as two stars */
void say_rest(reader *r, array *to, uint32_t from, uint32_t end);    /* the space before it too */
void say_grouped(reader *r, array *to, uint32_t from, uint32_t end); /* in parentheses where it is a sum */
/* Refuses the pieces from first to end; % in the reason stands for their text. The advice is said behind it. */
void refuse_pieces(reader *r, uint32_t first, uint32_t end, const char *reason);

/* scan.c */
void read_scan(reader *r);

/* vocabulary.c */
typedef struct spelling {
  const char *typed;
  const char *strict;
} spelling;
uint32_t word_of(const reader *r, uint32_t i); /* WORD_* of a name */
void words_gather(reader *r, const char *const *variables, size_t n_variables);
void word_mark(reader *r, uint32_t i, uint32_t is); /* WORD_NOTED, WORD_PLAIN of a name that is typed */
void words_free(reader *r);
const char *spelling_find(const spelling *table, size_t n, const char *name, size_t length);
int word_is_function(const reader *r, uint32_t i); /* known by the parser, not taken by the text */
const char *library_spelling(const reader *r, uint32_t library, uint32_t name); /* NULL: not of this library */
const char *mathematica_spelling(const reader *r, uint32_t name);
const char *other_spelling(const reader *r, uint32_t name); /* of other countries and of spreadsheets */

/* latex.c */
void read_latex(reader *r);

/* latex_tokens.c */
int latex_tokens(reader *r);                           /* whether there was a command */
void latex_braces(reader *r, uint32_t open, int keep); /* parentheses, or nothing */
void latex_arguments(reader *r, uint32_t open);        /* of a function: the brace behind it */
int latex_is_fraction(const reader *r, uint32_t i);

/* frame.c */
void read_quotes(reader *r); /* what is round all of the text */
void read_frame(reader *r);
int read_is_family(const reader *r);

/* callees.c */
enum { CALL_PLAIN, CALL_IF, CALL_CLIP, CALL_SWAP };
void call_name(reader *r, uint32_t i); /* a name before its arguments */
void call_close(reader *r, const group *g, uint32_t close);
uint32_t call_index(reader *r, uint32_t i); /* a name before a bracket; the piece where reading goes on */

/* refuse.c */
void refuse_product(reader *r, uint32_t right);
void refuse_reach(reader *r, uint32_t function, uint32_t argument);
void refuse_condition(reader *r, const group *g, uint32_t end);
void refuse_chain(reader *r, const group *g, uint32_t compare);
void refuse_powers(reader *r, const group *g, uint32_t power, const char *reason);
void refuse_equation(reader *r, const group *g, uint32_t equal);
int refuse_sign(reader *r, const group *g, uint32_t i); /* 1 where the sign is none here */
void refuse_brackets(reader *r, uint32_t open);
void refuse_bars(reader *r, uint32_t first);
void refuse_number(reader *r, uint32_t i);
void refuse_word(reader *r, uint32_t i);

/* walk.c */
void read_walk(reader *r);

/* bare_names.c */
uint32_t name_without_library(reader *r, uint32_t i); /* the name in np.sin, which is then that of a table */
uint32_t walk_name(reader *r, uint32_t i); /* a name where an operand may stand; the piece where reading goes on */
int walk_is_reached(const reader *r, uint32_t i, int is_root); /* a missing parenthesis may close before this piece */

#endif
