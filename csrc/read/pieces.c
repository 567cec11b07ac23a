/* Pieces of a text: their order, what is written for them, and how the words of a refusal are put together. */
#include "read/read.h"

#include <string.h>

static void fail(reader *r, symad_status status) {
  if (r->status == SYMAD_OK)
    r->status = status;
}

void say_bytes(reader *r, array *to, const char *text, size_t length) {
  symad_status status = array_append(&r->memory, to, text, length, 1);
  if (status != SYMAD_OK)
    fail(r, status);
}

void say(reader *r, array *to, const char *text) {
  say_bytes(r, to, text, strlen(text));
}

const char *piece_text(const reader *r, uint32_t i, uint32_t *length) {
  const piece *p = at(r, i);
  if (p->made != NO_NODE) {
    *length = p->n_made;
    return ITEMS(char, r->made) + p->made;
  }
  *length = p->end - p->start;
  return r->text + p->start;
}

int piece_is(const reader *r, uint32_t i, const char *name) {
  uint32_t length;
  const char *text = piece_text(r, i, &length);
  return at(r, i)->kind == PIECE_NAME && length > 0 && text[0] == name[0] && strlen(name) == length &&
         memcmp(text, name, length) == 0;
}

int piece_is_sign(const reader *r, uint32_t i, uint8_t kind, uint8_t sign) {
  return at(r, i)->kind == kind && at(r, i)->sign == sign;
}

int piece_is_brace(const reader *r, uint32_t i) {
  return piece_is_sign(r, i, PIECE_OPEN, '{');
}

int piece_is_near(const reader *r, uint32_t i) {
  return at(r, i)->space == at(r, i)->start;
}

/* ---- changes ---- */

/* Where a text stands among what has been made, which moves as it grows; SIZE_MAX for any other text. */
static size_t made_place(const reader *r, const char *text) {
  uintptr_t first = (uintptr_t)r->made.data, place = (uintptr_t)text;
  return place >= first && place - first < r->made.count ? place - first : SIZE_MAX;
}

void piece_write_parts(reader *r, uint32_t i, const char *head, uint32_t n_head, const char *tail, uint32_t n_tail) {
  uint32_t start = (uint32_t)r->made.count;
  size_t head_place = made_place(r, head), tail_place = made_place(r, tail);
  symad_status status = array_reserve(&r->memory, &r->made, (size_t)n_head + n_tail, 1);
  if (status != SYMAD_OK || r->made.count > UINT32_MAX / 2) {
    fail(r, SYMAD_ERR_MEMORY);
    return;
  }
  if (n_head + n_tail == 0) {
    at(r, i)->made = 0;
    at(r, i)->n_made = 0;
    return;
  }
  char *to = ITEMS(char, r->made) + start;
  memcpy(to, head_place == SIZE_MAX ? head : ITEMS(char, r->made) + head_place, n_head);
  memcpy(to + n_head, tail_place == SIZE_MAX ? tail : ITEMS(char, r->made) + tail_place, n_tail);
  r->made.count += (size_t)n_head + n_tail;
  at(r, i)->made = start;
  at(r, i)->n_made = n_head + n_tail;
}

void piece_write(reader *r, uint32_t i, const char *text) {
  piece_write_parts(r, i, text, (uint32_t)strlen(text), "", 0);
}

/* A piece that is not in the text, before another one. */
uint32_t piece_make(reader *r, uint32_t before, uint8_t kind, uint8_t sign, const char *text) {
  symad_status status = array_reserve(&r->memory, &r->pieces, 1, sizeof(piece));
  if (status != SYMAD_OK || r->pieces.count >= MAX_NODES) {
    fail(r, SYMAD_ERR_MEMORY);
    return before;
  }
  uint32_t i = (uint32_t)r->pieces.count++, place = at(r, before)->start, last = at(r, before)->last;
  *at(r, i) = (piece){place, place, place, before, last, NO_NODE, NO_NODE, 0, kind, sign, 0, 0};
  at(r, last)->next = i;
  at(r, before)->last = i;
  piece_write(r, i, text);
  return i;
}

void piece_drop(reader *r, uint32_t i) {
  at(r, at(r, i)->last)->next = at(r, i)->next;
  at(r, at(r, i)->next)->last = at(r, i)->last;
}

/* Two neighbouring stretches with one piece between them change places: a x b becomes b x a. */
void piece_swap(reader *r, uint32_t a1, uint32_t a2, uint32_t b1, uint32_t b2) {
  uint32_t front = before(r, a1), middle = after(r, a2), back = after(r, b2);
  at(r, front)->next = b1;
  at(r, b1)->last = front;
  at(r, b2)->next = middle;
  at(r, middle)->last = b2;
  at(r, middle)->next = a1;
  at(r, a1)->last = middle;
  at(r, a2)->next = back;
  at(r, back)->last = a2;
}

/* ---- stretches ---- */

static int is_power(const reader *r, uint32_t i) {
  return at(r, i)->kind == PIECE_SIGN && (at(r, i)->sign == '^' || at(r, i)->sign == SIGN_POWER);
}

/* The last piece of the operand that begins here: signs, a name with its arguments, a number or a group. */
static uint32_t factor_end(const reader *r, uint32_t i) {
  while (at(r, i)->kind == PIECE_SIGN && (at(r, i)->sign == '-' || at(r, i)->sign == '+'))
    i = after(r, i);
  if (at(r, i)->kind == PIECE_NAME && at(r, after(r, i))->kind == PIECE_OPEN)
    i = after(r, i);
  return at(r, i)->kind == PIECE_OPEN && at(r, i)->partner != NO_NODE ? at(r, i)->partner : i;
}

uint32_t piece_operand_end(const reader *r, uint32_t i) {
  uint32_t end = factor_end(r, i);
  for (;;) {
    uint32_t next = after(r, end);
    if (at(r, end)->kind == PIECE_END)
      return before(r, end);
    if (at(r, next)->kind == PIECE_RAISED)
      end = next;
    else if (is_power(r, next) && at(r, after(r, next))->kind != PIECE_END)
      end = factor_end(r, after(r, next));
    else
      return end;
  }
}

uint32_t piece_segment_end(const reader *r, uint32_t i) {
  uint32_t end = i;
  for (;; i = after(r, i)) {
    switch (at(r, i)->kind) {
    case PIECE_OPEN:
      i = at(r, i)->partner;
      break;
    case PIECE_END:
    case PIECE_CLOSE:
    case PIECE_COMMA:
    case PIECE_STOP:
      return end;
    default:
      break;
    }
    end = i;
  }
}

/* ---- words ---- */

void say_range(reader *r, array *to, uint32_t from, uint32_t end) {
  for (uint32_t i = from; at(r, i)->kind != PIECE_END; i = after(r, i)) {
    const piece *p = at(r, i);
    uint32_t length;
    const char *text = piece_text(r, i, &length);
    int call =
        at(r, p->next)->kind == PIECE_OPEN || at(r, p->next)->kind == PIECE_MADE || at(r, p->next)->kind == PIECE_BAR;
    if (i != from)
      say_bytes(r, to, " ", piece_gap(r, i));
    if (is_power(r, i))
      say(r, to, "**");
    else if (call && piece_is(r, i, "ln"))
      say(r, to, "log");
    else
      say_bytes(r, to, text, length - (p->kind == PIECE_NUMBER && text[length - 1] == '.' && is_power(r, p->next)));
    if (i == end)
      return;
  }
}

void say_rest(reader *r, array *to, uint32_t from, uint32_t end) {
  say_bytes(r, to, " ", at(r, from)->space < at(r, from)->start);
  say_range(r, to, from, end);
}

void say_grouped(reader *r, array *to, uint32_t from, uint32_t end) {
  int is_sum = 0, depth = 0;
  for (uint32_t i = from; !is_sum; i = after(r, i)) {
    const piece *p = at(r, i);
    depth += (p->kind == PIECE_OPEN) - (p->kind == PIECE_CLOSE);
    is_sum = depth == 0 && p->kind == PIECE_SIGN && (p->sign == '+' || p->sign == '-');
    if (i == end || p->kind == PIECE_END)
      break;
  }
  say(r, to, is_sum ? "(" : "");
  say_range(r, to, from, end);
  say(r, to, is_sum ? ")" : "");
}

void refuse_pieces(reader *r, uint32_t first, uint32_t end, const char *reason) {
  if (r->status != SYMAD_OK)
    return;
  r->fault_start = at(r, first)->start;
  r->fault_end = at(r, end)->end;
  r->reason.count = r->advice.count = 0;
  for (; *reason != '\0'; reason++) {
    if (*reason == '%')
      say_range(r, &r->reason, first, end);
    else
      say_bytes(r, &r->reason, reason, 1);
  }
  fail(r, SYMAD_ERR_READING);
}
