/* What a family says at its size: instructions counted first, without memory, then followed one token at a time. */
#include "families/families.h"

#include <stddef.h>
#include <string.h>

#define BEGUN_NOT 0
#define BEGUN 1       /* a token of a statement was the last one */
#define BEGUN_APART 2 /* what separates statements, or the colon of a header */

#define BYTES_A_TOKEN 4u /* of a name, which is kept: a budget of tokens bounds the memory of long ones */

static const instruction *code_at(const families *f, uint32_t i) {
  return &ITEMS(instruction, f->code)[i];
}

/* ---- rounds ---- */

/* Range of a loop; refused where a call would have no arguments. */
static symad_status range_of(families *f, const progress *at, const instruction *x, int64_t *low, int64_t *high) {
  symad_status status = whole_value(f, at, x->a, low);
  if (status == SYMAD_OK)
    status = whole_value(f, at, x->a + 1, high);
  if (status == SYMAD_OK && x->act == ACT_TERMS && x->kind == FOLD_CALL && *high < *low)
    return families_refuse(f, SYMAD_ERR_TERMS_NONE, x->start, x->end);
  if (status == SYMAD_OK && x->act == ACT_NAMES && *low < 0 && *low <= *high) {
    f->error_value = *low;
    return families_refuse(f, SYMAD_ERR_INDEX_NEGATIVE, x->start, x->end);
  }
  return status;
}

static void push_frame(progress *at, uint32_t i, int64_t low, int64_t high) {
  at->frames[at->depth++] = (frame){low, high, i, low == high};
}

/* ---- counting ---- */

static uint32_t n_steps(const families *f, uint32_t formula) {
  return ITEMS(whole, f->wholes)[formula].count;
}

/* Tokens that one pass over an instruction writes out, and what it costs to find them. */
uint32_t instruction_cost(const families *f, const instruction *x) {
  uint32_t cost = 1;
  switch (x->act) {
  case ACT_NUMBER:
    return n_steps(f, x->a);
  case ACT_NAME:
    for (uint32_t i = x->a; i < x->a + x->b; i++) {
      const name_part *part = &ITEMS(name_part, f->parts)[i];
      cost += part->formula == NO_NODE ? part->length / BYTES_A_TOKEN : n_steps(f, part->formula);
    }
    return cost;
  case ACT_NAMES:
  case ACT_LOOP:
  case ACT_TERMS:
    return 2 + n_steps(f, x->a) + n_steps(f, x->a + 1);
  case ACT_AGAIN:
    return x->wrap ? 3 : 1;
  default:
    return 1;
  }
}

/* Cost of all rounds of a loop whose body always costs the same, of x[1..n], or of one pass over anything else. */
static symad_status count_one(families *f, progress *at, uint64_t *cost) {
  const instruction *x = code_at(f, at->next);
  int64_t low = 0, high = 0;
  *cost = instruction_cost(f, x);
  at->next++;
  if (x->act == ACT_AGAIN) {
    frame *loop = &at->frames[at->depth - 1];
    if (loop->value++ < loop->high)
      at->next = x->a + 1;
    else
      at->depth--;
    return SYMAD_OK;
  }
  if (x->act != ACT_LOOP && x->act != ACT_TERMS && x->act != ACT_NAMES)
    return SYMAD_OK;
  symad_status status = range_of(f, at, x, &low, &high);
  uint64_t n_rounds = high < low ? 0 : (uint64_t)(high - low) + 1;
  if (x->act == ACT_NAMES) {
    *cost += n_rounds * (2 + ITEMS(name_part, f->parts)[x->b].length / BYTES_A_TOKEN);
    return status;
  }
  uint32_t each = code_at(f, x->b - 1)->b;
  if (each == NO_NODE && n_rounds > 0) {
    push_frame(at, at->next - 1, low, high);
  } else {
    *cost += n_rounds * each;
    at->next = x->b;
  }
  return status;
}

symad_status families_count(families *f, uint64_t budget) {
  progress *at = &f->at;
  symad_status status = SYMAD_OK;
  while (status == SYMAD_OK && code_at(f, at->next)->act != ACT_END) {
    const instruction *x = code_at(f, at->next);
    uint64_t cost = 0;
    status = count_one(f, at, &cost);
    if (status == SYMAD_OK && cost > budget)
      return families_refuse(f, SYMAD_ERR_LIMIT_ROUNDS, x->start, x->end);
    budget -= cost;
  }
  at->next = at->depth = 0;
  return status;
}

/* ---- tokens ---- */

/* A token of the caller's text that stands for the instruction x; waits in the place. */
static token *give(progress *at, const instruction *x, token_kind kind, const char *text) {
  token *t = &at->waiting[at->n_waiting];
  at->gaps[at->n_waiting++] = at->gap_next;
  at->gap_next = 0;
  *t = (token){kind, 0, SYMAD_OK, x->start, x->end, text, 1};
  return t;
}

static void give_operator(progress *at, const instruction *x, uint32_t op, const char *text) {
  give(at, x, TOKEN_OPERATOR, text)->op = op;
}

/* The refusal that f->error_* describe. */
static void give_refusal(const families *f, progress *at, symad_status status) {
  instruction x = {0};
  x.start = f->error_start;
  x.end = f->error_end;
  give(at, &x, TOKEN_BAD, "")->status = status;
  at->waiting[at->n_waiting - 1].length = 0;
}

static void give_name(families *f, progress *at, const instruction *x, uint32_t first, uint32_t n, int64_t last) {
  uint32_t seams;
  const char *kept = at->name;
  families_refuse(f, SYMAD_OK, x->start, x->end);
  symad_status status = made_compose(f, at, first, n, last, &seams);
  size_t length = f->scratch.count;
  if (status == SYMAD_OK && at->ahead) {
    length = length <= sizeof at->name ? length : 0;
    if (length > 0)
      memcpy(at->name, f->scratch.data, length);
  } else if (status == SYMAD_OK) {
    status = made_keep(f, f->scratch.data, length, seams, &kept);
  }
  if (!at->ahead && (status == SYMAD_OK || status == SYMAD_ERR_INDEX_SHARED))
    f->recent[f->n_recent++ % N_RECENT] = (token){TOKEN_NAME, 0, status, x->start, x->end, kept, (uint32_t)length};
  if (status != SYMAD_OK)
    give_refusal(f, at, status);
  else
    give(at, x, TOKEN_NAME, kept)->length = (uint32_t)length;
}

/* One below 0 stands in parentheses. */
static void give_number(families *f, progress *at, const instruction *x) {
  int64_t value;
  symad_status status = whole_value(f, at, x->a, &value);
  if (status != SYMAD_OK) {
    give_refusal(f, at, status);
    return;
  }
  if (value < 0) {
    give(at, x, TOKEN_OPEN, "(");
    give_operator(at, x, SYMAD_OP_SUB, "-");
  }
  token *t = give(at, x, TOKEN_NUMBER, at->digits);
  t->length = made_digits((uint64_t)(value < 0 ? -value : value), at->digits);
  if (value < 0)
    give(at, x, TOKEN_CLOSE, ")");
}

/* ---- sums, products, calls ---- */

static void open_terms(progress *at, const families *f, const instruction *x, int64_t low, int64_t high) {
  if (x->kind == FOLD_CALL) {
    token *head = give(at, x, TOKEN_NAME, f->lex.text + x->start);
    head->length = x->end - x->start;
  }
  if (!x->wrap || low != high) /* one term brings its own */
    give(at, x, TOKEN_OPEN, "(");
  if (low <= high) {
    if (x->wrap)
      give(at, x, TOKEN_OPEN, "(");
    return;
  }
  give(at, x, TOKEN_NUMBER, x->kind == FOLD_SUM ? "0" : "1");
  give(at, x, TOKEN_CLOSE, ")");
}

static void give_between(progress *at, const instruction *x) {
  if (x->kind == FOLD_SUM) {
    at->gap_next = 1;
    give_operator(at, x, SYMAD_OP_ADD, "+");
  } else if (x->kind == FOLD_PRODUCT) {
    give_operator(at, x, SYMAD_OP_MUL, "*");
    return;
  } else {
    give(at, x, TOKEN_COMMA, ",");
  }
  at->gap_next = 1;
}

static void step_loop(families *f, progress *at, const instruction *x) {
  int64_t low, high;
  symad_status status = range_of(f, at, x, &low, &high);
  if (status != SYMAD_OK) {
    give_refusal(f, at, status);
    return;
  }
  if (x->act == ACT_TERMS) {
    at->gap_next |= x->gap;
    open_terms(at, f, x, low, high);
  }
  at->next = low <= high ? at->next + 1 : x->b;
  if (low <= high)
    push_frame(at, (uint32_t)(x - code_at(f, 0)), low, high);
}

/* The end of a round, and of the loop with the last one. */
static void step_again(progress *at, const instruction *x, const instruction *opened) {
  frame *loop = &at->frames[at->depth - 1];
  int goes_on = loop->value < loop->high;
  if (opened->act == ACT_TERMS) {
    instruction close = *x;
    close.start = x->op;
    close.end = x->op + 1;
    if (x->wrap)
      give(at, &close, TOKEN_CLOSE, ")");
    if (goes_on) {
      give_between(at, x);
      if (x->wrap)
        give(at, x, TOKEN_OPEN, "(");
    } else if (!x->wrap || !loop->alone) {
      give(at, &close, TOKEN_CLOSE, ")");
    }
  }
  loop->value++;
  at->next = goes_on ? x->a + 1 : at->next + 1;
  at->depth -= !goes_on;
}

/* One name of x[1..n]; the list has a frame of its own while it lasts. */
static void step_names(families *f, progress *at, const instruction *x) {
  int64_t low, high;
  if (at->depth == 0 || at->frames[at->depth - 1].at != at->next) {
    symad_status status = range_of(f, at, x, &low, &high);
    if (status != SYMAD_OK) {
      give_refusal(f, at, status);
      return;
    }
    at->gap_next |= x->gap;
    if (high < low) {
      at->next++;
      return;
    }
    push_frame(at, at->next, low, high);
  }
  frame *list = &at->frames[at->depth - 1];
  give_name(f, at, x, x->b, 1, list->value);
  if (list->value++ < list->high) {
    give(at, x, TOKEN_COMMA, ",");
    at->gap_next = 1;
  } else {
    at->depth--;
    at->next++;
  }
}

/* What stands between two statements; the token lies at the end of the one before. One that is empty, such as x[1..0],
 * leaves nothing behind. */
static void step_statement(progress *at) {
  at->gap_next = 0;
  if (at->begun == BEGUN) {
    instruction x = {0};
    x.start = x.end = at->last_end;
    give(at, &x, TOKEN_LINE, ";");
    at->begun = BEGUN_APART;
  }
  at->gap_next = at->begun != BEGUN_NOT;
  at->next++;
}

/* Follows one instruction that is no plain token. */
static void follow(families *f, progress *at) {
  const instruction *x = code_at(f, at->next);
  switch (x->act) {
  case ACT_NUMBER:
  case ACT_NAME:
    at->gap_next |= x->gap;
    at->next++;
    if (x->act == ACT_NAME)
      give_name(f, at, x, x->a, x->b, -1);
    else
      give_number(f, at, x);
    break;
  case ACT_NAMES:
    step_names(f, at, x);
    break;
  case ACT_HEADER:
    at->begun = BEGUN_APART;
    at->next++;
    break;
  case ACT_STATEMENT:
    step_statement(at);
    break;
  case ACT_LOOP:
  case ACT_TERMS:
    step_loop(f, at, x);
    break;
  case ACT_AGAIN:
    step_again(at, x, code_at(f, x->a));
    break;
  default: /* the end, which stays */
    give(at, x, TOKEN_END, "")->length = 0;
    break;
  }
}

void families_next(families *f, progress *at, token *t) {
  while (at->n_given == at->n_waiting) {
    const instruction *x = code_at(f, at->next);
    at->n_given = at->n_waiting = 0;
    if (x->act != ACT_TOKEN) {
      follow(f, at);
      continue;
    }
    at->gap = x->gap | at->gap_next;
    at->gap_next = 0;
    at->next++;
    at->last_end = x->end;
    at->begun = BEGUN;
    *t = (token){x->kind, x->op, SYMAD_OK, x->start, x->end, f->lex.text + x->start, x->end - x->start};
    if (x->kind == TOKEN_MARK) {
      t->kind = TOKEN_BAD;
      t->status = SYMAD_ERR_CHARACTER;
    }
    return;
  }
  *t = at->waiting[at->n_given];
  at->gap = at->gaps[at->n_given++];
  at->last_end = t->end;
  at->begun = t->kind == TOKEN_LINE ? at->begun : BEGUN;
}

void families_look(const families *f, progress *ahead) {
  memcpy(ahead, &f->at, offsetof(progress, frames) + f->at.depth * sizeof(frame));
  ahead->ahead = 1;
}

const token *families_recent(const families *f, uint32_t start, uint32_t end) {
  for (uint32_t i = 0; i < N_RECENT && i < f->n_recent; i++)
    if (f->recent[i].start == start && f->recent[i].end == end)
      return &f->recent[i];
  return NULL;
}

void families_close(families *f) {
  const memory *m = &f->memory;
  for (size_t i = 0; i < f->blocks.count; i++)
    array_free(m, &ITEMS(array, f->blocks)[i], 1);
  array_free(m, &f->blocks, sizeof(array));
  array_free(m, &f->words, sizeof(word));
  array_free(m, &f->code, sizeof(instruction));
  array_free(m, &f->steps, sizeof(step));
  array_free(m, &f->wholes, sizeof(whole));
  array_free(m, &f->parts, sizeof(name_part));
  array_free(m, &f->values, sizeof(int64_t));
  array_free(m, &f->scratch, 1);
  array_free(m, &f->names, sizeof(made_name));
  (void)memory_resize(m, f->table, f->table_size * sizeof *f->table, 0);
}
