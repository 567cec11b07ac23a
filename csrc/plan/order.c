/* The order of stored nodes: as in the tape, but a node that lets go of more slots than it takes comes as soon as it can.
 *
 * The tape's order is depth first, so a gradient follows the whole value; what the value keeps for it would leave the
 * caches. Here a term of the gradient is computed when the last of its operands is, if that frees a slot.
 */
#include "plan/planner.h"

#include <string.h>

#define MOST_NODES 4000000u /* longer tapes keep their order: this needs up to 32 bytes an operand */
#define FEW_READS 4u

typedef struct scheduler {
  planner *p;
  uint32_t *first;             /* operands of stored node i: operand[first[i]] up to operand[first[i + 1]] */
  uint32_t *operand;           /* slots read, a node as often as it is read */
  uint32_t *waiting;           /* of these, how many are not computed yet */
  uint32_t *left;              /* reads of a node's slot still to come */
  uint32_t *user_first, *user; /* the edges from the other side */
  uint32_t *low, *high;        /* of these, the part of a row that may still be to come */
  uint8_t *flags;
} scheduler;

enum { DONE = 1, FREES = 2 /* some operand is read there for the last time */ };

/* Calls `visit` for each node that the chain of stored node i reads from a slot. */
static void visit_operands(const planner *p, uint32_t i, void (*visit)(void *, uint32_t), void *context) {
  for (uint32_t at = i; at != NO_NODE; at = p->below[at]) {
    const symad_node *n = node_at(p, at);
    for (uint32_t k = 0; k < operand_count(n); k++) {
      uint32_t operand = operand_at(p, n, k);
      uint32_t factors[2];
      if (MODE(p->mode[operand]) == STORED) {
        visit(context, operand);
      } else if (MODE(p->mode[operand]) == FUSED) {
        (void)product_factors(p, operand, factors);
        for (int j = 0; j < 2; j++)
          if (MODE(p->mode[factors[j]]) == STORED)
            visit(context, factors[j]);
      }
    }
  }
}

static void count_edge(void *context, uint32_t operand) {
  scheduler *s = context;
  s->user_first[operand + 1]++;
  s->first[0]++; /* the number of edges, until the edges are written */
}

typedef struct writer {
  scheduler *s;
  uint32_t user, at;
} writer;

static void write_edge(void *context, uint32_t operand) {
  writer *w = context;
  scheduler *s = w->s;
  s->operand[w->at++] = operand;
  s->user[s->user_first[operand]++] = w->user;
  s->waiting[w->user] += operand >= s->p->v->n_inputs;
  s->left[operand]++;
}

/* Edges in both directions, rows by node. */
static void write_edges(scheduler *s) {
  const planner *p = s->p;
  uint32_t n = p->v->n_nodes;
  writer w = {s, 0, 0};
  for (uint32_t i = 0; i < n; i++)
    s->user_first[i + 1] += s->user_first[i];
  for (uint32_t i = 0; i < n; i++) {
    s->first[i] = w.at;
    w.user = i;
    if (MODE(p->mode[i]) == STORED)
      visit_operands(p, i, write_edge, &w);
  }
  s->first[n] = w.at;
  for (uint32_t i = n; i > 0; i--) /* each row was advanced to the start of the next */
    s->user_first[i] = s->user_first[i - 1];
  s->user_first[0] = 0;
}

/* If all reads of the node's slot still to come are of one user, that one lets go of it. Users stand in ascending order,
 * so that what is left of the row is of one user where its ends are; both ends only move inwards. */
static void mark_last_reader(scheduler *s, uint32_t i) {
  uint32_t *low = &s->low[i], *high = &s->high[i];
  while (*low < *high && s->flags[s->user[*low]] & DONE)
    ++*low;
  while (*low < *high && s->flags[s->user[*high - 1]] & DONE)
    --*high;
  if (*low < *high && s->user[*low] == s->user[*high - 1] && s->left[i] == *high - *low)
    s->flags[s->user[*low]] |= FREES;
}

/* Users of a node that can be computed now and would free a slot. */
static symad_status push_users(scheduler *s, uint32_t i) {
  symad_status status = SYMAD_OK;
  for (uint32_t k = s->user_first[i]; k < s->user_first[i + 1] && status == SYMAD_OK; k++) {
    uint32_t user = s->user[k];
    if ((s->flags[user] & (DONE | FREES)) == FREES && s->waiting[user] == 0)
      status = array_append(&s->p->plan->memory, &s->p->path, &user, 1, sizeof user);
  }
  return status;
}

/* Users of the operands of a node that has just been computed: of each operand once, where it is read last. It waits
 * for nothing any more, so that `waiting` can count. */
static symad_status push_siblings(scheduler *s, uint32_t i) {
  symad_status status = SYMAD_OK;
  for (uint32_t k = s->first[i]; k < s->first[i + 1]; k++)
    s->waiting[s->operand[k]]++;
  for (uint32_t k = s->first[i]; k < s->first[i + 1] && status == SYMAD_OK; k++) {
    const uint32_t operand = s->operand[k];
    if (--s->waiting[operand] == 0 && s->left[operand] - 1 < FEW_READS) /* another may be the last one now; 0 is none */
      status = push_users(s, operand);
  }
  return status;
}

/* The node, then whatever it makes ready and worth computing now, the latest first. */
static symad_status place_node(scheduler *s, uint32_t start) {
  planner *p = s->p;
  symad_status status = array_append(&p->plan->memory, &p->path, &start, 1, sizeof start);
  while (status == SYMAD_OK && p->path.count > 0) {
    uint32_t i = ITEMS(uint32_t, p->path)[--p->path.count];
    if (s->flags[i] & DONE)
      continue;
    s->flags[i] |= DONE;
    status = array_append(&p->plan->memory, &p->order, &i, 1, sizeof i);
    for (uint32_t k = s->first[i]; k < s->first[i + 1]; k++)
      s->left[s->operand[k]]--;
    for (uint32_t k = s->first[i]; k < s->first[i + 1]; k++)
      mark_last_reader(s, s->operand[k]);
    for (uint32_t k = s->user_first[i]; k < s->user_first[i + 1]; k++)
      s->waiting[s->user[k]]--;
    if (status == SYMAD_OK)
      status = push_siblings(s, i);
    if (status == SYMAD_OK)
      status = push_users(s, i);
  }
  return status;
}

static symad_status order_by_slots(planner *p) {
  const symad_view *v = p->v;
  const memory *m = &p->plan->memory;
  size_t n = v->n_nodes;
  array words = {NULL, 0, 0}, edges = {NULL, 0, 0}, bytes = {NULL, 0, 0};
  symad_status status = array_reserve(m, &words, 6 * n + 2, sizeof(uint32_t));
  if (status == SYMAD_OK)
    status = array_reserve(m, &bytes, n, 1);
  if (status == SYMAD_OK) {
    scheduler s = {p, words.data, NULL, NULL, NULL, NULL, NULL, NULL, NULL, bytes.data};
    s.user_first = s.first + n + 1;
    s.waiting = s.user_first + n + 1;
    s.left = s.waiting + n;
    s.low = s.left + n;
    s.high = s.low + n;
    memset(s.first, 0, (4 * n + 2) * sizeof(uint32_t));
    memset(s.flags, 0, n);
    for (uint32_t i = 0; i < n; i++)
      if (MODE(p->mode[i]) == STORED)
        visit_operands(p, i, count_edge, &s);
    status = array_reserve(m, &edges, 2 * (size_t)s.first[0] + 1, sizeof(uint32_t));
    if (status == SYMAD_OK) {
      s.operand = edges.data;
      s.user = s.operand + s.first[0];
      write_edges(&s);
      for (uint32_t k = 0; k < v->n_outputs; k++)
        s.left[v->outputs[k]]++;
      for (uint32_t i = 0; i < n; i++) {
        s.low[i] = s.user_first[i];
        s.high[i] = s.user_first[i + 1];
        mark_last_reader(&s, i);
      }
      for (uint32_t i = v->n_inputs; i < n && status == SYMAD_OK; i++)
        if (MODE(p->mode[i]) == STORED)
          status = place_node(&s, i);
    }
  }
  array_free(m, &words, sizeof(uint32_t));
  array_free(m, &edges, sizeof(uint32_t));
  array_free(m, &bytes, 1);
  return status;
}

symad_status choose_order(planner *p) {
  const symad_view *v = p->v;
  if (v->n_nodes <= MOST_NODES)
    return order_by_slots(p);
  symad_status status = SYMAD_OK;
  for (uint32_t i = v->n_inputs; i < v->n_nodes && status == SYMAD_OK; i++)
    if (MODE(p->mode[i]) == STORED)
      status = array_append(&p->plan->memory, &p->order, &i, 1, sizeof i);
  return status;
}
