/* The walk over row steps: recipes in loops over a tile, values in registers; calls between the loops. Knows no instruction
 * set and names no row. */
#include "code/code.h"

#include <string.h>

#if defined(SYMAD_X86_ENGINES)

#define LONGEST_LOOP \
  24000 /* bytes: a loop beyond leaves the first cache (416 against 442 ns a point for 9,174 steps) */

#define SHORT_PROGRAM 100 /* steps */
#define LONG_PROGRAM 400
#define LONG_CHAIN 60.0
#define MANY_COLUMNS 256
#define MANY_STEPS 5000

static void open_loop(walker *w) {
  if (!w->in_loop)
    encode_loop(&w->e);
  w->in_loop = 1;
}

static void close_loop(walker *w) {
  if (w->in_loop)
    encode_loop_end(&w->e);
  w->in_loop = 0;
}

static const code_read *read_at(const walker *w, const code_step *s, uint32_t k) {
  return ITEMS(const code_read, w->program->reads) + s->first + k;
}

/* The step has read its operands: those that nothing reads any more make room. */
static void finish_reads(walker *w, const code_step *s) {
  for (uint32_t k = 0; k < s->n_reads; k++)
    value_at(w, read_at(w, s, k)->value)->next = read_at(w, s, k)->next;
  for (uint32_t k = 0; k < s->n_reads; k++)
    if (read_at(w, s, k)->next == NEVER)
      release_value(w, read_at(w, s, k)->value);
}

/* ---- recipes ---- */

/* What a recipe needs beside operands and result. */
typedef struct needs {
  uint8_t temporary, number, mask, also;
} needs;

typedef struct row_places {
  place operands[MOST_OPERANDS];
  micro_registers groups; /* d: of the result; x: of a number that is a first operand */
  uint32_t temporary;
} row_places;

/* The operand that must be in a register; of a choice it is the one that is not chosen. */
static uint32_t first_of(const micro *m) {
  return micro_forms[m->op].kind == KIND_PICK ? m->b : m->a;
}

static uint32_t last_of(const micro *m) {
  const uint32_t kind = micro_forms[m->op].kind;
  return kind == KIND_PICK || kind == KIND_KEEP ? m->a : m->b;
}

static int has_first(const micro *m) {
  const uint32_t kind = micro_forms[m->op].kind;
  return kind != KIND_KEEP && kind != KIND_ROOT;
}

static needs needs_of(const walker *w, const row_recipe *r) {
  const int is_vector_mask = !w->e.target->is_evex;
  needs n = {0, 0, 0, 0};
  for (uint32_t k = 0; k < r->n_micros; k++) {
    const micro *m = &r->micros[k];
    const uint32_t kind = micro_forms[m->op].kind;
    n.temporary |= m->d == AT_T;
    n.number |= has_first(m) && first_of(m) >= FIRST_NUMBER;
    n.mask |= is_vector_mask && m->d == AT_M;
    n.also |= is_vector_mask && kind == KIND_ALSO;
  }
  return n;
}

static uint32_t register_of(const walker *w, const row_places *p, uint32_t name, uint32_t vector) {
  const uint32_t unroll = w->e.unroll;
  if (name == AT_D)
    return p->groups.d * unroll + vector;
  return name == AT_T ? p->temporary * unroll : p->operands[name].at * unroll + vector;
}

static place last_place(const walker *w, const row_places *p, uint32_t name, uint32_t vector) {
  if (name >= FIRST_NUMBER)
    return (place){PLACE_POOL, name - FIRST_NUMBER};
  if (name <= AT_C && p->operands[name].kind != PLACE_REGISTER)
    return p->operands[name];
  return (place){PLACE_REGISTER, register_of(w, p, name, vector)};
}

static void encode_recipe(walker *w, const row_recipe *r, const row_places *p, uint32_t vector) {
  const uint32_t unroll = w->e.unroll;
  for (uint32_t k = 0; k < r->n_micros; k++) {
    const micro *m = &r->micros[k];
    const uint32_t first = first_of(m);
    micro_registers regs = {0, 0, p->groups.mask * unroll, p->groups.also * unroll};
    if (has_first(m) && first >= FIRST_NUMBER) {
      regs.x = p->groups.x * unroll;
      encode_load(&w->e, regs.x, (place){PLACE_POOL, first - FIRST_NUMBER}, vector);
    } else if (has_first(m)) {
      regs.x = register_of(w, p, first, vector);
    }
    if (m->d != AT_M)
      regs.d = register_of(w, p, m->d, vector);
    encode_micro(&w->e, m->op, &regs, last_place(w, p, last_of(m), vector), vector);
  }
}

/* The last operand may stay in memory where nothing reads it again, or it is a number. */
static int stays_in_memory(const walker *w, const code_read *read) {
  const code_value *v = value_at(w, read->value);
  return v->group == NO_GROUP && (v->kind == VALUE_NUMBER || read->next == NEVER);
}

/* Sums and products may change their operands, so that what is in memory comes last. */
static int should_swap(const walker *w, const row_recipe *r, const code_read *a, const code_read *b) {
  const code_value *x = value_at(w, a->value), *y = value_at(w, b->value);
  return micro_forms[r->micros[0].op].kind == KIND_SWAPS && r->n_micros == 1 && x->group == NO_GROUP &&
         (y->group != NO_GROUP || (x->kind == VALUE_NUMBER && y->kind != VALUE_NUMBER));
}

static void place_operands(walker *w, const code_step *s, const row_recipe *r, row_places *p) {
  const uint32_t reads = recipe_reads(r);
  const int is_plain = recipe_is_plain(r);
  const int swaps = is_plain && should_swap(w, r, read_at(w, s, 0), read_at(w, s, 1));
  for (uint32_t letter = 0, k = 0; letter < MOST_OPERANDS; letter++) {
    if (!(reads >> letter & 1))
      continue;
    const code_read *read = read_at(w, s, swaps ? 1 - k : k);
    p->operands[letter] = is_plain && k == 1 && stays_in_memory(w, read)
                              ? place_in_memory(w, read->value)
                              : (place){PLACE_REGISTER, in_group(w, read->value)};
    k++;
  }
}

static uint32_t take_scratch(walker *w, int is_needed) {
  return is_needed ? take_group(w, SCRATCH) : NO_GROUP;
}

static void drop_scratch(walker *w, uint32_t group) {
  if (group != NO_GROUP)
    drop_group(w, group);
}

/* The result may take the place of an operand that is read no more: it is written last. */
static void do_recipe(walker *w, const code_step *s) {
  const row_recipe *r = recipe_at(s->what);
  const needs n = needs_of(w, r);
  row_places p;
  memset(&p, 0, sizeof p);
  open_loop(w);
  place_operands(w, s, r, &p);
  p.temporary = take_scratch(w, n.temporary);
  p.groups.x = take_scratch(w, n.number);
  p.groups.mask = take_scratch(w, n.mask);
  p.groups.also = take_scratch(w, n.also);
  finish_reads(w, s);
  value_at(w, s->result)->next = s->result_next;
  p.groups.d = take_group(w, s->result);
  if (p.operands[1].kind == PLACE_COLUMN)
    encode_column(&w->e, p.operands[1].at);
  for (uint32_t u = 0; u < w->e.unroll; u++)
    encode_recipe(w, r, &p, u);
  drop_scratch(w, p.temporary);
  drop_scratch(w, p.groups.x);
  drop_scratch(w, p.groups.mask);
  drop_scratch(w, p.groups.also);
  if (s->result_next == NEVER)
    release_value(w, s->result);
}

/* ---- outputs ---- */

/* The lanes of an output's sum: loaded, added to once a vector, stored; 8 lanes are one vector or two. */
static void add_to_lanes(walker *w, uint32_t group) {
  const uint32_t unroll = w->e.unroll, n = GROUP * 8 / w->e.target->vector_bytes, sum = take_group(w, SCRATCH) * unroll;
  for (uint32_t k = 0; k < n; k++) {
    encode_load(&w->e, sum, (place){PLACE_LANES, 0}, k);
    for (uint32_t u = k; u < unroll; u += n)
      encode_sum(&w->e, sum, group * unroll + u);
    encode_store(&w->e, (place){PLACE_LANES, 0}, k, sum);
  }
  drop_group(w, sum / unroll);
}

static void do_output(walker *w, const code_step *s) {
  const uint32_t column = w->program->n_inputs + s->result;
  open_loop(w);
  const uint32_t group = in_group(w, read_at(w, s, 0)->value);
  encode_column(&w->e, column);
  if (w->is_sum)
    add_to_lanes(w, group);
  for (uint32_t u = 0; u < w->e.unroll && !w->is_sum; u++)
    encode_store(&w->e, (place){PLACE_COLUMN, column}, u, group * w->e.unroll + u);
  finish_reads(w, s);
}

/* ---- calls ---- */

/* Where a call finds an operand: columns as they lie, the others in slots, numbers in one for this call. */
static place place_of_operand(walker *w, uint32_t value, int is_list, uint32_t *borrowed) {
  const place p = place_in_memory(w, value);
  const int is_in_pool = p.kind == PLACE_POOL && (is_list || !w->e.target->is_one);
  *borrowed = NO_NODE;
  if (is_in_pool || (p.kind == PLACE_COLUMN && is_list)) {
    open_loop(w);
    *borrowed = code_slot(w);
    store_group(w, in_group(w, value), *borrowed);
    w->pins = 0;
    return (place){PLACE_SLOT, *borrowed};
  }
  spill(w, value);
  return place_in_memory(w, value);
}

static void free_borrowed(walker *w, uint32_t slot) {
  if (slot != NO_NODE)
    free_slot_later(w, slot);
}

/* A result in its slot; where nothing reads it the slot is free again. */
static void place_result(walker *w, uint32_t value, uint32_t next, uint32_t slot) {
  if (value != NO_NODE && next != NEVER) {
    value_at(w, value)->at = slot;
    value_at(w, value)->next = next;
  } else {
    free_slot_later(w, slot);
  }
}

/* Before a call its operands are in memory; then all that is live, for it leaves no register alone. */
static void end_loop_for_call(walker *w, const code_step *s) {
  finish_reads(w, s);
  spill_all(w);
  close_loop(w);
}

/* A result of a call, as an argument of it: NULL where none is wanted. */
static uint32_t result_argument(walker *w, uint32_t argument, uint32_t value) {
  uint32_t slot = NO_NODE;
  if (value != NO_NODE)
    encode_address(&w->e, argument, (place){PLACE_SLOT, slot = code_slot(w)});
  else
    encode_no_address(&w->e, argument);
  return slot;
}

static void do_call(walker *w, const code_step *s) {
  const int is_set = s->kind == DO_TOGETHER;
  const uint32_t n_results = is_set ? 3 : 1, results[3] = {s->result, s->second, s->third};
  const uint32_t next[3] = {s->result_next, s->second_next, s->third_next};
  place operands[2] = {{PLACE_SLOT, 0}, {PLACE_SLOT, 0}};
  uint32_t borrowed[2] = {NO_NODE, NO_NODE}, slots[3];
  for (uint32_t k = 0; k < s->n_reads && k < 2; k++)
    operands[k] = place_of_operand(w, read_at(w, s, k)->value, 0, &borrowed[k]);
  end_loop_for_call(w, s);
  for (uint32_t k = 0; k < n_results; k++)
    slots[k] = result_argument(w, k == 0 ? 0 : k + 2, results[k]);
  for (uint32_t k = 0; k < s->n_reads && k < 2; k++)
    encode_address(&w->e, k + 1, operands[k]);
  encode_call(&w->e, w->kernels(is_set ? TILE_TOGETHER + s->what : s->what));
  for (uint32_t k = 0; k < n_results; k++)
    if (results[k] != NO_NODE)
      place_result(w, results[k], next[k], slots[k]);
  free_borrowed(w, borrowed[0]);
  free_borrowed(w, borrowed[1]);
}

/* What the call of a list reads (engine/rows.h): the place where its slots end is filled in when all are known. */
static void add_list(walker *w, const uint32_t *words, size_t n) {
  if (w->e.status == SYMAD_OK)
    w->e.status = array_append(&w->e.memory, &w->lists, words, n, sizeof *words);
}

static void do_list(walker *w, const code_step *s) {
  const size_t list = w->lists.count, n_numbers = w->program->numbers.count;
  add_list(w, (const uint32_t[3]){s->what, s->n_reads, 0}, 3);
  for (uint32_t k = 0; k < s->n_reads; k++) {
    uint32_t borrowed;
    const place p = place_of_operand(w, read_at(w, s, k)->value, 1, &borrowed);
    add_list(w, &p.at, 1);
    free_borrowed(w, borrowed);
  }
  for (uint32_t k = 0; k < s->n_reads; k++)
    add_list(w, &k, 1);
  end_loop_for_call(w, s);
  const uint32_t result = code_slot(w);
  encode_address(&w->e, 0, (place){PLACE_SLOT, result});
  encode_slots_address(&w->e, 1);
  encode_pool_address(&w->e, 2, n_numbers * w->e.target->pool_bytes + list * sizeof(uint32_t));
  encode_call(&w->e, w->kernels(s->what));
  place_result(w, s->result, s->result_next, result);
}

/* ---- all steps ---- */

static void do_step(walker *w, const code_step *s) {
  free_slots_now(w);
  w->pins = 0;
  if (w->in_loop && w->e.bytes.count - w->e.loop > w->longest_loop) {
    spill_all(w);
    close_loop(w);
  }
  switch ((code_step_kind)s->kind) {
  case DO_RECIPE:
    do_recipe(w, s);
    return;
  case DO_OUTPUT:
    do_output(w, s);
    return;
  case DO_LIST:
    do_list(w, s);
    return;
  default:
    do_call(w, s);
  }
}

/* Lists of operands end at the first slot behind all others. */
static void end_lists(walker *w) {
  uint32_t *words = w->lists.data;
  for (size_t at = 0; w->e.status == SYMAD_OK && at < w->lists.count; at += 3 + 2 * (size_t)words[at + 1])
    words[at + 2] = w->n_slots;
}

/* How long the chains are in which each step waits for the one before: the mean, longer ones counted more. */
static double chain_of(const program *p) {
  const code_step *steps = p->steps.data;
  double squares = 0.0, all = 0.0, run = 0.0;
  for (size_t i = 0; i < p->steps.count; i++) {
    const int waits = steps[i].kind == DO_RECIPE && steps[i].result_next <= i + 2;
    run = waits ? run + 1.0 : 0.0;
    squares += 2.0 * run - waits; /* n*n = 1 + 3 + 5 + ... */
    all += waits;
  }
  return all > 0.0 ? squares / all : 0.0;
}

/* Whether nothing is called and no recipe has more than so many micro-operations: with one, three groups are enough. */
static int is_simple(const program *p, uint32_t n_micros) {
  const code_step *steps = p->steps.data;
  for (size_t i = 0; i < p->steps.count; i++)
    if (steps[i].kind != DO_OUTPUT && !(steps[i].kind == DO_RECIPE && recipe_at(steps[i].what)->n_micros <= n_micros))
      return 0;
  return 1;
}

/* How many vectors side by side: more hide latency, fewer leave registers to values. Measured on a Zen 4: a short chain
 * without calls takes a sixth less by 4 than by 2, sums a tenth to a fifth; long programs 3 to 10 % less by 1, and half the
 * code, but for long chains (a tenth more) and for AVX2 with many columns, of which it would touch half lines. */
static uint32_t unroll_of(const program *p, const code_form *form) {
  const int is_evex = form->target->is_evex;
  const size_t n = p->steps.count;
  if (form->target->is_one)
    return 1;
  if (form->limits.unroll > 0)
    return form->limits.unroll;
  if (n > LONG_PROGRAM && !form->is_sum && chain_of(p) < LONG_CHAIN &&
      (is_evex || p->n_inputs + p->n_outputs <= MANY_COLUMNS))
    return 1;
  return n <= SHORT_PROGRAM && (is_simple(p, is_evex ? MOST_MICROS : 1) || (form->is_sum && is_evex)) ? 4 : 2;
}

static void walker_open(walker *w, const program *p, const code_form *form) {
  const code_limits *limits = &form->limits;
  const code_target *t = form->target;
  memset(w, 0, sizeof *w);
  w->program = p;
  w->kernels = form->kernels;
  w->is_sum = form->is_sum;
  w->longest_loop = t->is_one ? UINT32_MAX : limits->longest_loop > 0 ? limits->longest_loop : LONGEST_LOOP;
  w->e.target = t;
  w->e.memory = p->memory;
  w->e.n_inputs = p->n_inputs;
  w->e.column = NO_NODE;
  w->e.unroll = unroll_of(p, form);
  w->n_groups = t->n_registers / w->e.unroll;
  if (limits->n_groups > 0 && limits->n_groups < w->n_groups)
    w->n_groups = limits->n_groups;
  memset(w->held, 0xff, sizeof w->held); /* NO_NODE */
  w->e.status = array_append(&p->memory, &w->values, p->values.data, p->values.count, sizeof(code_value));
}

/* Thousands of steps in long sums: sixteen registers do not hide the latency of their chains as the engine's eight vectors
 * do (helmholtz 50 by AVX2: 650 ns a point for 560). */
static int is_slower(const program *p, const code_target *t) {
  return !t->is_evex && !t->is_one && p->steps.count > MANY_STEPS && chain_of(p) >= LONG_CHAIN;
}

symad_status code_emit(const program *p, const code_form *form, code_made *made) {
  walker w;
  if (is_slower(p, form->target))
    return SYMAD_ERR_CODE;
  walker_open(&w, p, form);
  encode_start(&w.e);
  for (size_t i = 0; i < p->steps.count && w.e.status == SYMAD_OK; i++)
    do_step(&w, ITEMS(const code_step, p->steps) + i);
  close_loop(&w);
  encode_end(&w.e);
  end_lists(&w);
  made->bytes = w.e.bytes;
  made->lists = w.lists;
  made->n_slots = w.n_slots;
  array_free(&p->memory, &w.values, sizeof(code_value));
  array_free(&p->memory, &w.free_slots, sizeof(uint32_t));
  array_free(&p->memory, &w.later, sizeof(uint32_t));
  const uint64_t most = INT32_MAX / 8; /* of doubles and columns, by their offsets */
  if (w.e.status == SYMAD_OK &&
      ((uint64_t)w.n_slots * form->target->points > most - 64 || (uint64_t)p->n_inputs + p->n_outputs > most - 64 ||
       (uint64_t)p->numbers.count * form->target->pool_bytes / 8 + w.lists.count > most - 64))
    return SYMAD_ERR_CODE;
  return w.e.status;
}

#endif
