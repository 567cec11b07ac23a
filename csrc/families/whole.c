/* Formulas of whole numbers: indices, and bounds of loops. Read once into steps on a stack, computed each time with the
 * sizes of the moment; every number on the way stays within LARGEST_WHOLE, so that no operation overflows. */
#include "families/families.h"

/* ---- reading ---- */

static const uint8_t ranks[] = {
    [WHOLE_ADD] = 1,       [WHOLE_SUBTRACT] = 1, [WHOLE_MULTIPLY] = 2, [WHOLE_DIVIDE] = 2,
    [WHOLE_REMAINDER] = 2, [WHOLE_NEGATIVE] = 3, [WHOLE_POWER] = 4,
};

/* The operator at a word, WHOLE_OPEN if it is none; *n_words of them make it up. */
static uint32_t operator_at(const word *w, uint32_t n_left, uint32_t *n_words) {
  *n_words = 1;
  if (w->kind == TOKEN_MARK)
    return w->op == '%' ? WHOLE_REMAINDER : WHOLE_OPEN;
  if (w->kind != TOKEN_OPERATOR)
    return WHOLE_OPEN;
  switch (w->op) {
  case SYMAD_OP_ADD:
    return WHOLE_ADD;
  case SYMAD_OP_SUB:
    return WHOLE_SUBTRACT;
  case SYMAD_OP_MUL:
    return WHOLE_MULTIPLY;
  case SYMAD_OP_POW:
    return WHOLE_POWER;
  case SYMAD_OP_DIV:
    *n_words = n_left > 1 && w[1].kind == TOKEN_OPERATOR && w[1].op == SYMAD_OP_DIV && w[1].touches ? 2 : 1;
    return *n_words == 2 ? WHOLE_DIVIDE : WHOLE_OPEN;
  default:
    return WHOLE_OPEN;
  }
}

static symad_status push_step(families *f, uint32_t kind, int32_t value, const word *w) {
  step x = {kind, value, w->start, w->end};
  symad_status status = array_append(&f->memory, &f->steps, &x, 1, sizeof x);
  return status == SYMAD_OK ? SYMAD_OK : families_refuse(f, status, w->start, w->end);
}

static symad_status push_waiting(families *f, array *waiting, uint32_t kind, const word *w) {
  step x = {kind, 0, w->start, w->end};
  symad_status status = array_append(&f->memory, waiting, &x, 1, sizeof x);
  return status == SYMAD_OK ? SYMAD_OK : families_refuse(f, status, w->start, w->end);
}

/* Moves the operators that are computed before one that comes: it binds less tightly than they do. */
static symad_status settle(families *f, array *waiting, uint32_t kind) {
  symad_status status = SYMAD_OK;
  while (status == SYMAD_OK && waiting->count > 0) {
    step *last = &ITEMS(step, *waiting)[waiting->count - 1];
    if (last->kind == WHOLE_OPEN || ranks[last->kind] < ranks[kind] ||
        (ranks[last->kind] == ranks[kind] && kind == WHOLE_POWER))
      break;
    status = array_append(&f->memory, &f->steps, last, 1, sizeof *last);
    if (status != SYMAD_OK)
      return families_refuse(f, status, last->start, last->end);
    waiting->count--;
  }
  return status;
}

static symad_status read_literal(families *f, const word *w) {
  int64_t value = 0;
  for (uint32_t i = w->start; i < w->end; i++) {
    if (f->lex.text[i] < '0' || f->lex.text[i] > '9')
      return families_refuse(f, SYMAD_ERR_WHOLE, w->start, w->end);
    value = value > LARGEST_WHOLE ? value : 10 * value + (f->lex.text[i] - '0');
  }
  if (value > LARGEST_WHOLE)
    return families_refuse(f, SYMAD_ERR_LIMIT_WHOLE, w->start, w->end);
  return push_step(f, WHOLE_NUMBER, (int32_t)value, w);
}

/* Where a number has to begin; *wanted becomes 0 behind it. */
static symad_status read_operand(families *f, array *waiting, const word *w, slot_of *slot, void *scope, int *wanted) {
  int32_t found = 0;
  if (w->kind == TOKEN_NUMBER) {
    *wanted = 0;
    return read_literal(f, w);
  }
  if (w->kind == TOKEN_NAME) {
    *wanted = 0;
    symad_status status = slot(scope, w, &found);
    return status == SYMAD_OK ? push_step(f, WHOLE_SLOT, found, w) : status;
  }
  if (w->kind == TOKEN_OPEN)
    return push_waiting(f, waiting, WHOLE_OPEN, w);
  if (w->kind == TOKEN_OPERATOR && w->op == SYMAD_OP_SUB)
    return push_waiting(f, waiting, WHOLE_NEGATIVE, w);
  return families_refuse(f, SYMAD_ERR_WHOLE, w->start, w->end);
}

/* Behind a number. Brackets match, and a formula holds whole pairs of them. */
static symad_status read_behind(families *f, array *waiting, const word *w, uint32_t n_left, uint32_t *n_words,
                                int *wanted) {
  uint32_t kind = operator_at(w, n_left, n_words);
  if (w->kind == TOKEN_CLOSE) {
    symad_status status = settle(f, waiting, WHOLE_ADD);
    waiting->count -= status == SYMAD_OK; /* its WHOLE_OPEN */
    return status;
  }
  if (w->kind == TOKEN_OPERATOR && w->op == SYMAD_OP_DIV && kind == WHOLE_OPEN)
    return families_refuse(f, SYMAD_ERR_WHOLE_DIVIDE, w->start, w->end);
  if (kind == WHOLE_OPEN)
    return families_refuse(f, SYMAD_ERR_WHOLE_OPERATOR, w->start, w->end);
  *wanted = 1;
  symad_status status = settle(f, waiting, kind);
  return status == SYMAD_OK ? push_waiting(f, waiting, kind, w) : status;
}

static symad_status read_all(families *f, array *waiting, uint32_t k, uint32_t end, slot_of *slot, void *scope) {
  const word *words = f->words.data;
  symad_status status = SYMAD_OK;
  int wanted = 1;
  uint32_t last = k;
  while (k < end && status == SYMAD_OK) {
    uint32_t n_words = 1;
    status = wanted ? read_operand(f, waiting, &words[k], slot, scope, &wanted)
                    : read_behind(f, waiting, &words[k], end - k, &n_words, &wanted);
    last = k;
    k += n_words;
  }
  if (status == SYMAD_OK && wanted)
    return families_refuse(f, SYMAD_ERR_WHOLE_END, words[last].start, words[last].end);
  return status == SYMAD_OK ? settle(f, waiting, WHOLE_ADD) : status;
}

symad_status whole_read(families *f, uint32_t k, uint32_t end, const word *missing, slot_of *slot, void *scope,
                        uint32_t *formula) {
  const word *words = f->words.data;
  if (k >= end)
    return families_refuse(f, SYMAD_ERR_WHOLE_NONE, missing->start, missing->end);
  whole x = {(uint32_t)f->steps.count, 0, words[k].start, words[end - 1].end};
  array waiting = {NULL, 0, 0};
  symad_status status = read_all(f, &waiting, k, end, slot, scope);
  array_free(&f->memory, &waiting, sizeof(step));
  if (status != SYMAD_OK)
    return status;
  x.count = (uint32_t)f->steps.count - x.first;
  *formula = (uint32_t)f->wholes.count;
  status = array_append(&f->memory, &f->wholes, &x, 1, sizeof x);
  if (status == SYMAD_OK)
    status = array_reserve(&f->memory, &f->values, x.count, sizeof(int64_t));
  return status == SYMAD_OK ? SYMAD_OK : families_refuse(f, status, x.start, x.end);
}

/* ---- computing ---- */

static int64_t slot_value(const families *f, const progress *at, int32_t slot) {
  return slot == (int32_t)SLOT_SIZE ? f->n : at->frames[slot].value;
}

static int is_beyond(int64_t value) {
  return value > LARGEST_WHOLE || value < -LARGEST_WHOLE;
}

static symad_status power(int64_t base, int64_t exponent, int64_t *value) {
  if (exponent < 0)
    return SYMAD_ERR_WHOLE_POWER;
  if (base >= -1 && base <= 1)
    exponent = exponent % 2 + 2 * (exponent > 0); /* the same power, by few steps */
  for (*value = 1; exponent > 0; exponent--) {
    *value *= base;
    if (is_beyond(*value))
      return SYMAD_ERR_LIMIT_WHOLE;
  }
  return SYMAD_OK;
}

/* Quotients round down and remainders have the sign of the divisor, as in Python. */
static symad_status binary(uint32_t kind, int64_t x, int64_t y, int64_t *value) {
  if ((kind == WHOLE_DIVIDE || kind == WHOLE_REMAINDER) && y == 0)
    return SYMAD_ERR_WHOLE_ZERO;
  int64_t down = y != 0 && x % y != 0 && (x < 0) != (y < 0);
  switch (kind) {
  case WHOLE_ADD:
    *value = x + y;
    break;
  case WHOLE_SUBTRACT:
    *value = x - y;
    break;
  case WHOLE_MULTIPLY:
    *value = x * y;
    break;
  case WHOLE_DIVIDE:
    *value = x / y - down;
    break;
  case WHOLE_REMAINDER:
    *value = x % y + down * y;
    break;
  default:
    return power(x, y, value);
  }
  return is_beyond(*value) ? SYMAD_ERR_LIMIT_WHOLE : SYMAD_OK;
}

symad_status whole_value(families *f, const progress *at, uint32_t formula, int64_t *value) {
  const whole *x = &ITEMS(whole, f->wholes)[formula];
  const step *steps = ITEMS(step, f->steps) + x->first;
  int64_t *stack = f->values.data;
  uint32_t n = 0;
  for (uint32_t i = 0; i < x->count; i++) {
    const step *s = &steps[i];
    if (s->kind == WHOLE_NUMBER) {
      stack[n++] = s->value;
    } else if (s->kind == WHOLE_SLOT) {
      stack[n++] = slot_value(f, at, s->value);
    } else if (s->kind == WHOLE_NEGATIVE) {
      stack[n - 1] = -stack[n - 1];
    } else {
      n--;
      symad_status status = binary(s->kind, stack[n - 1], stack[n], &stack[n - 1]);
      if (status != SYMAD_OK)
        return families_refuse(f, status, s->start, s->end);
    }
  }
  *value = stack[0];
  return SYMAD_OK;
}
