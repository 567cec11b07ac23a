/* Which values are in registers, a group of vectors each, and which in slots. All next reads are known: what is needed
 * last makes room, and only values without a copy in memory are stored. */
#include "code/code.h"

#if defined(SYMAD_X86_ENGINES)

#define COPY_IS_FARTHER 8 /* steps: a value that need not be stored goes rather */

uint32_t code_slot(walker *w) {
  array *all = &w->free_slots;
  return all->count > 0 ? ITEMS(uint32_t, *all)[--all->count] : w->n_slots++;
}

static void append(walker *w, array *all, uint32_t item) {
  if (w->e.status == SYMAD_OK)
    w->e.status = array_append(&w->e.memory, all, &item, 1, sizeof item);
}

/* Not within the step that reads it last: a call writes its result while it reads. */
void free_slot_later(walker *w, uint32_t slot) {
  append(w, &w->later, slot);
}

void free_slots_now(walker *w) {
  while (w->later.count > 0)
    append(w, &w->free_slots, ITEMS(uint32_t, w->later)[--w->later.count]);
}

static int has_copy(const code_value *value) {
  return value->kind != VALUE_COMPUTED || value->at != NO_NODE;
}

place place_in_memory(const walker *w, uint32_t value) {
  const code_value *v = value_at(w, value);
  return (place){v->kind == VALUE_COMPUTED ? PLACE_SLOT : v->kind == VALUE_INPUT ? PLACE_COLUMN : PLACE_POOL, v->at};
}

void store_group(walker *w, uint32_t group, uint32_t slot) {
  for (uint32_t u = 0; u < w->e.unroll; u++)
    encode_store(&w->e, (place){PLACE_SLOT, slot}, u, group * w->e.unroll + u);
}

void spill(walker *w, uint32_t value) {
  code_value *v = value_at(w, value);
  if (has_copy(v))
    return;
  v->at = code_slot(w);
  store_group(w, v->group, v->at);
}

void drop_group(walker *w, uint32_t group) {
  if (w->held[group] < SCRATCH)
    value_at(w, w->held[group])->group = NO_GROUP;
  w->held[group] = NO_NODE;
}

/* The group whose value is read last, of those that this step can do without. */
static uint32_t farthest_group(const walker *w) {
  uint32_t best = NO_GROUP, most = 0;
  for (uint32_t g = 0; g < w->n_groups; g++) {
    if (w->pins >> g & 1)
      continue;
    const code_value *v = value_at(w, w->held[g]);
    const uint32_t more = has_copy(v) ? COPY_IS_FARTHER : 0, far = v->next > NEVER - more ? NEVER : v->next + more;
    if (best == NO_GROUP || far > most) {
      most = far;
      best = g;
    }
  }
  return best;
}

uint32_t take_group(walker *w, uint32_t value) {
  uint32_t group = 0;
  while (group < w->n_groups && w->held[group] != NO_NODE)
    group++;
  if (group == w->n_groups) {
    group = farthest_group(w);
    spill(w, w->held[group]);
    drop_group(w, group);
  }
  w->held[group] = value;
  w->pins |= 1u << group;
  if (value < SCRATCH)
    value_at(w, value)->group = (uint8_t)group;
  return group;
}

uint32_t in_group(walker *w, uint32_t value) {
  const code_value *v = value_at(w, value);
  if (v->group != NO_GROUP) {
    w->pins |= 1u << v->group;
    return v->group;
  }
  const uint32_t group = take_group(w, value);
  const place from = place_in_memory(w, value);
  if (from.kind == PLACE_COLUMN)
    encode_column(&w->e, from.at);
  for (uint32_t u = 0; u < w->e.unroll; u++)
    encode_load(&w->e, group * w->e.unroll + u, from, u);
  return group;
}

void spill_all(walker *w) {
  for (uint32_t g = 0; g < w->n_groups; g++)
    if (w->held[g] != NO_NODE) {
      spill(w, w->held[g]);
      drop_group(w, g);
    }
}

void release_value(walker *w, uint32_t value) {
  code_value *v = value_at(w, value);
  if (v->group != NO_GROUP)
    drop_group(w, v->group);
  if (v->kind == VALUE_COMPUTED && v->at != NO_NODE) {
    free_slot_later(w, v->at);
    v->at = NO_NODE;
  }
}

#endif
