/* Rows of the same operands that one kernel computes together: which they are, and how nodes find each other. */
#include "plan/planner.h"

const together_shape together_shapes[TOGETHER_END] = {
#define PAIR(NAME, FIRST, SECOND, kernel) \
  {{"", "", "", #FIRST "+" #SECOND, "", "", "", ""}, {SYMAD_OP_##FIRST, SYMAD_OP_##SECOND, 0}, 2},
#define TRIPLE(NAME, FIRST, SECOND, THIRD, kernel)                                                             \
  {{"", "", "", #FIRST "+" #SECOND, "", #FIRST "+" #THIRD, #SECOND "+" #THIRD, #FIRST "+" #SECOND "+" #THIRD}, \
   {SYMAD_OP_##FIRST, SYMAD_OP_##SECOND, SYMAD_OP_##THIRD},                                                    \
   3},
    ROWS_TOGETHER(PAIR, TRIPLE)
#undef PAIR
#undef TRIPLE
};

int together_place(uint32_t op, uint32_t *set, uint32_t *place) {
  for (*set = 0; *set < TOGETHER_END; ++*set)
    for (*place = 0; *place < together_shapes[*set].count; ++*place)
      if (together_shapes[*set].rows[*place] == op)
        return 1;
  return 0;
}

/* Whether node i may join the ring of `other`: of one set, of the same operands, no row twice. */
static int may_join(const planner *p, uint32_t i, uint32_t other, uint32_t set) {
  const symad_node *n = node_at(p, i), *m = node_at(p, other);
  uint32_t at = other, set_there, place;
  if (m->a != n->a || m->b != n->b || !together_place(m->run, &set_there, &place) || set_there != set)
    return 0;
  do {
    if (node_at(p, at)->run == n->run)
      return 0;
    at = p->twin[at];
  } while (at != NO_NODE && at != other);
  return 1;
}

/* Loaded tapes may hold a row many times: of the rings of one place few are looked at. */
#define MOST_RINGS 8

void join_rows(planner *p) {
  const uint32_t n_places = p->v->n_nodes;
  for (uint32_t i = 0; i < p->v->n_nodes; i++) {
    const symad_node *n = node_at(p, i);
    uint32_t set, place, looked = 0;
    if (p->uses[i] == 0 || !together_place(n->run, &set, &place))
      continue;
    uint32_t *first = &p->ring[(n->a * 0x9e3779b1u + n->b) % n_places], other = *first;
    while (other != NO_NODE && !may_join(p, i, other, set))
      other = ++looked < MOST_RINGS ? p->next_ring[other] : NO_NODE;
    if (other == NO_NODE) {
      p->next_ring[i] = *first;
      *first = i;
    } else {
      p->twin[i] = p->twin[other] == NO_NODE ? other : p->twin[other];
      p->twin[other] = i;
    }
  }
}
