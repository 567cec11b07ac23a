/* The notation of families: loops, ranges, sums, products and names with indices become, at one size, the tokens of an
 * ordinary program. Knows tokens and whole numbers; must not know what names mean, nor the grammar of formulas.
 *
 * A text is read once into words (words.c) and these into instructions (families.c), which are counted before
 * anything is written out and then followed token by token (written.c). Formulas of whole numbers are in
 * whole.c, names with indices in made.c. */
#ifndef SYMAD_FAMILIES_H
#define SYMAD_FAMILIES_H

#include "text/lex.h"

#define MOST_LOOPS 64u             /* loops and sums inside each other */
#define LARGEST_WHOLE 1000000000   /* of any number in an index or a bound, either sign */
#define SLOT_SIZE (MOST_LOOPS + 1) /* beside the slots of the loops */

typedef enum step_kind {
  WHOLE_NUMBER,
  WHOLE_SLOT, /* the index of the loop at this depth, or the size */
  WHOLE_NEGATIVE,
  WHOLE_ADD,
  WHOLE_SUBTRACT,
  WHOLE_MULTIPLY,
  WHOLE_DIVIDE, /* rounded down */
  WHOLE_REMAINDER,
  WHOLE_POWER,
  WHOLE_OPEN /* only while the formula is read */
} step_kind;

/* A step on a stack of whole numbers. */
typedef struct step {
  uint32_t kind;
  int32_t value; /* number or slot */
  uint32_t start, end;
} step;

/* A formula of whole numbers: steps in the order in which they are computed, and its place in the text. */
typedef struct whole {
  uint32_t first, count;
  uint32_t start, end;
} whole;

/* A piece of a name: a formula, or text where that is NO_NODE. */
typedef struct name_part {
  uint32_t formula;
  uint32_t start, length;
} name_part;

typedef enum act {
  ACT_TOKEN,     /* as it stands in the text */
  ACT_NUMBER,    /* a: formula */
  ACT_NAME,      /* a: first part, b: parts */
  ACT_NAMES,     /* x[1..n]. a: formula of the low end, the high end behind it; b: part that holds the name */
  ACT_HEADER,    /* behind the colon of a header */
  ACT_STATEMENT, /* before a statement */
  ACT_LOOP,      /* a: formula of the low end, the high end behind it; b: behind its ACT_AGAIN */
  ACT_TERMS,     /* the same for a sum, a product or a call */
  ACT_AGAIN,     /* a: the loop that ends here; b: cost of its body, NO_NODE where that varies */
  ACT_END
} act;

typedef enum fold { FOLD_CALL, FOLD_SUM, FOLD_PRODUCT } fold;

typedef struct instruction {
  uint8_t act;
  uint8_t kind; /* token_kind of a token, fold of terms */
  uint8_t gap;  /* a blank stands before it */
  uint8_t wrap; /* each term needs parentheses */
  uint32_t op;
  uint32_t start, end;
  uint32_t a, b;
} instruction;

/* A loop under way. */
typedef struct frame {
  int64_t value, high;
  uint32_t at;    /* its instruction */
  uint32_t alone; /* it has one round */
} frame;

#define MOST_WAITING 4

/* How far a program is written out. Copied in order to look ahead. */
typedef struct progress {
  uint32_t next; /* instruction */
  uint32_t depth;
  uint32_t n_waiting, n_given; /* tokens made, and those of them that are given out */
  uint32_t last_end;           /* in the text, of the last token */
  uint8_t gap;                 /* before the token given last */
  uint8_t gap_next;
  uint8_t begun;   /* BEGUN_* */
  uint8_t ahead;   /* only looks: names are not kept */
  char digits[12]; /* of the number that waits */
  char name[64];   /* looking ahead: the last name, empty where it is longer */
  token waiting[MOST_WAITING];
  uint8_t gaps[MOST_WAITING];
  frame frames[MOST_LOOPS + 1]; /* last, so that a copy can leave out what is not in use */
} progress;

/* A name made from indices, kept once. */
typedef struct made_name {
  const char *text;
  uint32_t length;
  uint32_t hash;
  uint32_t seams; /* where indices meet in it: x{1}{12} is not x{11}{2} */
} made_name;

#define N_RECENT 4u

typedef struct families {
  memory memory;
  lexer lex;
  const char *size; /* its name, NULL: none is given */
  uint32_t size_length;
  int64_t n;
  int is_used;     /* the size occurs */
  array words;     /* word, only while the text is read */
  array code;      /* instruction */
  array steps;     /* step */
  array wholes;    /* whole */
  array parts;     /* name_part */
  array values;    /* int64_t: stack of one formula */
  array scratch;   /* char: the name in the making */
  array names;     /* made_name */
  array blocks;    /* block: memory that holds the names */
  uint32_t *table; /* of names, a power of two, NO_NODE where free */
  size_t table_size;
  uint64_t seed;
  token recent[N_RECENT]; /* the last names made, for messages */
  uint32_t n_recent;
  uint32_t error_start, error_end;
  int64_t error_value; /* of an index below 0; the bracket that is open */
  char known[64];      /* indices that there are, where one is asked for that is none */
  progress at;
} families;

/* Whether a text uses the notation: a bracket, a range, or a colon that ends no header. */
int families_occur(const char *text, size_t length);
/* Reads the text behind the lexer and counts what it will write out, at most `budget` tokens. size is NULL or a name of
 * length bytes. A refusal is told by error_start, error_end, error_value. families_close belongs to it in any case. */
symad_status families_open(families *f, const memory *m, const lexer *lex, const char *size, size_t length, int64_t n,
                           uint64_t budget);
void families_close(families *f);
/* The next token of the program written out. */
void families_next(families *f, progress *at, token *t);
/* A copy of the place, for looking ahead. */
void families_look(const families *f, progress *ahead);
/* The name with indices that stands at a place in the text, if it is one of the last; NULL otherwise. */
const token *families_recent(const families *f, uint32_t start, uint32_t end);

/* ---- between its files ---- */

/* A token of the text. Signs of the notation (TOKEN_MARK) have their character as op, a range '.'. */
typedef struct word {
  uint32_t start, end;
  uint32_t pair; /* of a bracket: the other one */
  uint16_t op;
  uint8_t kind;    /* token_kind */
  uint8_t touches; /* the word before */
} word;

static inline int word_is_mark(const word *w, char c) {
  return w->kind == TOKEN_MARK && w->op == (uint16_t)c;
}

static inline int word_is_opening(const word *w) {
  return w->kind == TOKEN_OPEN || word_is_mark(w, '[') || word_is_mark(w, '{');
}

static inline int word_is_closing(const word *w) {
  return w->kind == TOKEN_CLOSE || word_is_mark(w, ']') || word_is_mark(w, '}');
}

static inline int word_is_end(const word *w) {
  return w->kind == TOKEN_SEMICOLON || w->kind == TOKEN_LINE;
}

static inline symad_status families_refuse(families *f, symad_status status, uint32_t start, uint32_t end) {
  f->error_start = start;
  f->error_end = end;
  return status;
}

/* Brackets match, and each knows its partner. */
symad_status families_words(families *f);
uint32_t words_find(const families *f, uint32_t kind, char op, uint32_t k, uint32_t end);
uint32_t words_statement_end(const families *f, uint32_t k, uint32_t end);
int words_are_loose(const families *f, fold kind, uint32_t k, uint32_t end);
/* A name's slot, or a refusal of the name. */
typedef symad_status slot_of(void *scope, const word *name, int32_t *slot);
/* The words [k, end) as a formula; `missing` is blamed where there are none. */
symad_status whole_read(families *f, uint32_t k, uint32_t end, const word *missing, slot_of *slot, void *scope,
                        uint32_t *formula);
symad_status whole_value(families *f, const progress *at, uint32_t formula, int64_t *value);
/* Puts the name that n parts make into f->scratch, with a last index behind them unless that is below 0. */
symad_status made_compose(families *f, const progress *at, uint32_t first, uint32_t n, int64_t last, uint32_t *seams);
symad_status made_keep(families *f, const char *text, size_t length, uint32_t seams, const char **kept);
uint32_t made_digits(uint64_t value, char *digits);
symad_status families_count(families *f, uint64_t budget);
uint32_t instruction_cost(const families *f, const instruction *x);

#endif
