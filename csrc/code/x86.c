/* The encoder for x86-64: EVEX for AVX-512, VEX for AVX2 and for single points, and the frame around them (System V).
 *
 * rbx columns, rbp slots less the tile's start, r14 pool, r13 bytes, r15 the tile's start, r12 the point within it, [rsp] the
 * end of the tile; rax a column's address. For one point rbx are the inputs, r15 the outputs, rbp slots and r14 the pool.
 * The shortest form is chosen always, so that an assembler gives the same bytes for what a disassembler reads. */
#include "code/code.h"

#include <assert.h>
#include <string.h>

#if defined(SYMAD_X86_ENGINES)

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R12 = 12, R13, R14, R15 };
enum { PACKED = 1, SCALAR = 3 }; /* prefixes 66 and F2 */
enum { LONGEST_INSTRUCTION = 16 };

#define LONGEST_CODE (16u << 20)

const code_target code_one = {0, 1, 16, 8, 16, 1};
const code_target code_avx2 = {0, 0, 16, 32, 32, 32};
const code_target code_avx512 = {1, 0, 32, 64, 8, 64};

/* ---- bytes ---- */

/* Room for an instruction at the end of the code; after a failure it goes nowhere. */
static uint8_t *room(encoder *e) {
  if (e->status == SYMAD_OK && e->bytes.count > LONGEST_CODE)
    e->status = SYMAD_ERR_CODE;
  if (e->status == SYMAD_OK)
    e->status = array_reserve(&e->memory, &e->bytes, LONGEST_INSTRUCTION, 1);
  return e->status == SYMAD_OK ? ITEMS(uint8_t, e->bytes) + e->bytes.count : e->aside;
}

static void written(encoder *e, const uint8_t *end) {
  if (e->status == SYMAD_OK)
    e->bytes.count = (size_t)(end - ITEMS(uint8_t, e->bytes));
}

static void put(encoder *e, const uint8_t *bytes, size_t n) {
  uint8_t *at = room(e);
  memcpy(at, bytes, n);
  written(e, at + n);
}

#define PUT(e, ...) put(e, (const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))

static uint8_t *put32(uint8_t *at, int64_t value) {
  for (int k = 0; k < 4; k++)
    *at++ = (uint8_t)((uint64_t)value >> 8 * k);
  return at;
}

/* ---- one instruction on vectors ---- */

/* What is read or written in memory: base, whether r12 is added, displacement. */
typedef struct address {
  uint32_t base;
  int has_index;
  int64_t displacement;
} address;

typedef struct x86_op {
  uint8_t map, opcode, prefix, wide;
  uint8_t mask, zeroes; /* k1, and what it leaves out is 0 */
  uint8_t is_broadcast; /* EVEX: memory is one double for all lanes */
  uint8_t is_one;       /* memory is one double, without that */
  int16_t immediate;    /* -1: none */
} x86_op;

static address address_of(const encoder *e, place p, uint32_t vector) {
  const code_target *t = e->target;
  const int64_t within = (int64_t)vector * t->vector_bytes, at = p.at;
  switch (p.kind) {
  case PLACE_SLOT:
    return (address){RBP, !t->is_one, at * t->points * 8 + within};
  case PLACE_POOL:
    return (address){R14, 0, at * t->pool_bytes};
  case PLACE_LANES:
    return (address){RAX, 0, within};
  default:
    if (!t->is_one)
      return (address){RAX, 1, within};
    return p.at < e->n_inputs ? (address){RBX, 0, 8 * at} : (address){R15, 0, 8 * (at - e->n_inputs)};
  }
}

/* Addressing bytes; displacements of one byte count units. */
static uint8_t *put_memory(uint8_t *at, uint32_t reg, const address *a, int64_t unit) {
  const int is_short = a->displacement % unit == 0 && a->displacement / unit >= -128 && a->displacement / unit < 128;
  const int is_none = a->displacement == 0 && (a->base & 7) != RBP;
  const uint32_t mode = is_none ? 0 : is_short ? 1 : 2, low = a->has_index ? RSP : a->base & 7;
  *at++ = (uint8_t)(mode << 6 | (reg & 7) << 3 | low);
  if (a->has_index)
    *at++ = (uint8_t)((R12 & 7) << 3 | (a->base & 7));
  if (is_none)
    return at;
  if (!is_short)
    return put32(at, a->displacement);
  *at++ = (uint8_t)(a->displacement / unit);
  return at;
}

static uint8_t *put_evex(uint8_t *at, const x86_op *o, uint32_t reg, uint32_t v, uint32_t x, uint32_t b) {
  *at++ = 0x62;
  *at++ = (uint8_t)((~reg >> 3 & 1) << 7 | (~x & 1) << 6 | (~b & 1) << 5 | (~reg >> 4 & 1) << 4 | o->map);
  *at++ = (uint8_t)(0x80 | (~v & 15) << 3 | 4 | o->prefix);
  *at++ = (uint8_t)((uint32_t)o->zeroes << 7 | 2 << 5 | (uint32_t)o->is_broadcast << 4 | (~v >> 4 & 1) << 3 | o->mask);
  return at;
}

static uint8_t *put_vex(uint8_t *at, const x86_op *o, uint32_t reg, uint32_t v, uint32_t x, uint32_t b, int is_256) {
  const uint32_t last = (~v & 15) << 3 | (uint32_t)(is_256 != 0) << 2 | o->prefix, r = (~reg >> 3 & 1) << 7;
  if (o->map == 1 && !x && !b && !o->wide) {
    *at++ = 0xC5;
    *at++ = (uint8_t)(r | last);
    return at;
  }
  *at++ = 0xC4;
  *at++ = (uint8_t)(r | (~x & 1) << 6 | (~b & 1) << 5 | o->map);
  *at++ = (uint8_t)((uint32_t)o->wide << 7 | last);
  return at;
}

/* reg = op(v, y), or y = reg; v is 0 where an instruction has none. */
static void instruction(encoder *e, x86_op o, uint32_t reg, uint32_t v, place y, uint32_t vector) {
  const code_target *t = e->target;
  const int in_memory = y.kind != PLACE_REGISTER;
  address a = {0, 0, 0};
  uint32_t x = y.at >> 4 & 1, b = y.at >> 3 & 1;
  uint8_t *at = room(e);
  if (in_memory) {
    a = address_of(e, y, vector);
    x = (uint32_t)a.has_index;
    b = a.base >> 3 & 1;
    if (y.kind == PLACE_POOL && t->is_evex && !o.is_one)
      o.is_broadcast = 1;
  }
  at = t->is_evex ? put_evex(at, &o, reg, v, x, b) : put_vex(at, &o, reg, v, x, b, !t->is_one && !(o.prefix == SCALAR));
  *at++ = o.opcode;
  if (in_memory)
    at = put_memory(at, reg, &a, !t->is_evex ? 1 : o.is_broadcast || o.is_one ? 8 : t->vector_bytes);
  else
    *at++ = (uint8_t)(0xC0 | (reg & 7) << 3 | (y.at & 7));
  if (o.immediate >= 0)
    *at++ = (uint8_t)o.immediate;
  written(e, at);
}

static x86_op op_of(uint8_t map, uint8_t opcode, uint8_t prefix) {
  return (x86_op){map, opcode, prefix, 0, 0, 0, 0, 0, -1};
}

void encode_load(encoder *e, uint32_t to, place from, uint32_t vector) {
  x86_op o = op_of(1, from.kind == PLACE_SLOT || from.kind == PLACE_POOL ? 0x28 : 0x10, PACKED);
  if (from.kind == PLACE_POOL && e->target->is_evex) {
    o = op_of(2, 0x19, PACKED);
    o.is_one = 1;
  } else if (e->target->is_one && from.kind != PLACE_POOL) {
    o = op_of(1, 0x10, SCALAR);
  }
  instruction(e, o, to, 0, from, vector);
}

void encode_store(encoder *e, place to, uint32_t vector, uint32_t from) {
  const uint8_t prefix = e->target->is_one ? SCALAR : PACKED;
  instruction(e, op_of(1, to.kind == PLACE_SLOT && !e->target->is_one ? 0x29 : 0x11, prefix), from, 0, to, vector);
}

/* ---- micro-operations ---- */

static void encode_compare(encoder *e, const micro_form *f, const micro_registers *r, place y, uint32_t vector) {
  x86_op o = op_of(f->map, f->opcode, e->target->is_one ? SCALAR : PACKED);
  o.immediate = f->predicate;
  if (e->target->is_evex) {
    o.mask = f->kind == KIND_ALSO;
    instruction(e, o, 1, r->x, y, vector);
    return;
  }
  instruction(e, o, f->kind == KIND_ALSO ? r->also : r->mask, r->x, y, vector);
  if (f->kind == KIND_ALSO)
    instruction(e, op_of(1, 0x54, PACKED), r->mask, r->mask, (place){PLACE_REGISTER, r->also}, 0);
}

static void encode_masked(encoder *e, const micro_form *f, const micro_registers *r, place y, uint32_t vector) {
  const int is_keep = f->kind == KIND_KEEP;
  x86_op o = op_of(f->map, f->opcode, PACKED);
  if (e->target->is_evex) {
    o.mask = 1;
    o.wide = 1;
    if (is_keep && y.kind == PLACE_POOL) {
      o = op_of(2, 0x19, PACKED);
      o.mask = o.is_one = 1;
    }
    o.zeroes = (uint8_t)is_keep;
    instruction(e, o, r->d, is_keep ? 0 : r->x, y, vector);
  } else if (is_keep) {
    instruction(e, op_of(1, 0x54, PACKED), r->d, r->mask, y, vector);
  } else {
    o = op_of(3, 0x4B, PACKED);
    o.immediate = (int16_t)(r->mask << 4);
    instruction(e, o, r->d, r->x, y, vector);
  }
}

void encode_micro(encoder *e, uint32_t op, const micro_registers *r, place y, uint32_t vector) {
  const micro_form *f = &micro_forms[op];
  const uint8_t prefix = e->target->is_one && f->kind != KIND_BITS ? SCALAR : PACKED;
  switch ((micro_kind)f->kind) {
  case KIND_COMPARE:
  case KIND_ALSO:
    encode_compare(e, f, r, y, vector);
    return;
  case KIND_KEEP:
  case KIND_PICK:
    encode_masked(e, f, r, y, vector);
    return;
  case KIND_ROOT: /* a scalar root has a first operand too, for what it leaves alone */
    instruction(e, op_of(f->map, f->opcode, prefix), r->d, e->target->is_one ? y.at : 0, y, vector);
    return;
  default:
    instruction(e, op_of(f->map, f->opcode, prefix), r->d, r->x, y, vector);
  }
}

void encode_sum(encoder *e, uint32_t to, uint32_t from) {
  instruction(e, op_of(1, 0x58, PACKED), to, to, (place){PLACE_REGISTER, from}, 0);
}

/* ---- loops, calls and the frame ---- */

/* mov or lea of 64 bits between a register and memory; the index is r12, or r15 for a tile's start. */
static void general(encoder *e, uint8_t opcode, uint32_t reg, const address *a, uint32_t index) {
  uint8_t *at = room(e);
  *at++ = (uint8_t)(0x48 | (reg >> 3) << 2 | (a->has_index ? (index >> 3) << 1 : 0) | a->base >> 3);
  *at++ = opcode;
  uint8_t *const addressing = at;
  at = put_memory(at, reg, a, 1);
  if (a->has_index)
    addressing[1] = (uint8_t)((index & 7) << 3 | (a->base & 7));
  written(e, at);
}

void encode_column(encoder *e, uint32_t column) {
  if (e->target->is_one || e->column == column)
    return;
  general(e, 0x8B, RAX, &(address){RBX, 0, 8 * (int64_t)column}, 0);
  e->column = column;
}

void encode_loop(encoder *e) {
  if (!e->target->is_one)
    PUT(e, 0x4D, 0x89, 0xFC); /* mov r12, r15 */
  e->loop = (uint32_t)e->bytes.count;
  e->column = NO_NODE;
}

/* jb to an earlier place. */
static void jump_back(encoder *e, uint32_t to) {
  uint8_t *at = room(e);
  const int64_t here = (int64_t)e->bytes.count;
  if (here + 2 - to <= 128) {
    *at++ = 0x72;
    *at++ = (uint8_t)(to - (here + 2));
  } else {
    *at++ = 0x0F;
    *at++ = 0x82;
    at = put32(at, to - (here + 6));
  }
  written(e, at);
}

/* add, or sub for 5: a number to a register; 7 compares. */
static void add_number(encoder *e, uint32_t kind, uint32_t reg, int32_t number) {
  const int is_short = number >= -128 && number < 128;
  uint8_t *at = room(e);
  *at++ = (uint8_t)(0x48 | reg >> 3);
  *at++ = is_short ? 0x83 : 0x81;
  *at++ = (uint8_t)(0xC0 | kind << 3 | (reg & 7));
  if (is_short)
    *at++ = (uint8_t)number;
  else
    at = put32(at, number);
  written(e, at);
}

void encode_loop_end(encoder *e) {
  if (e->target->is_one)
    return;
  add_number(e, 0, R12, (int32_t)(e->unroll * e->target->vector_bytes));
  PUT(e, 0x4C, 0x3B, 0x24, 0x24); /* cmp r12, [rsp] */
  jump_back(e, e->loop);
  e->column = NO_NODE;
}

/* Of a tile function, but for the number of points: r, a, b, and further results. */
static const uint8_t arguments[5] = {RDI, RSI, RDX, R8, R9};

void encode_address(encoder *e, uint32_t argument, place p) {
  address a = address_of(e, p, 0);
  if (p.kind == PLACE_COLUMN && !e->target->is_one)
    encode_column(e, p.at);
  general(e, 0x8D, arguments[argument], &a, R15);
}

void encode_no_address(encoder *e, uint32_t argument) {
  const uint8_t reg = arguments[argument], low = (uint8_t)(0xC0 | (reg & 7) << 3 | (reg & 7));
  if (reg >= R8)
    PUT(e, 0x45, 0x31, low); /* xor of the register with itself */
  else
    PUT(e, 0x31, low);
}

void encode_slots_address(encoder *e, uint32_t argument) {
  encode_address(e, argument, (place){PLACE_SLOT, 0});
}

void encode_pool_address(encoder *e, uint32_t argument, size_t at) {
  general(e, 0x8D, arguments[argument], &(address){R14, 0, (int64_t)at}, 0);
}

void encode_call(encoder *e, tile_function *function) {
  const uint64_t target = (uint64_t)(uintptr_t)function;
  uint8_t *at;
  if (!e->target->is_one)
    PUT(e, 0xC5, 0xF8, 0x77); /* vzeroupper */
  at = room(e);
  *at++ = 0xB9; /* mov ecx, points */
  at = put32(at, e->target->points);
  written(e, at);
  at = room(e);
  *at++ = 0x48; /* mov rax, function */
  *at++ = 0xB8;
  at = put32(put32(at, (int64_t)(target & UINT32_MAX)), (int64_t)(target >> 32));
  written(e, at);
  PUT(e, 0xFF, 0xD0); /* call rax */
  e->column = NO_NODE;
}

/* Where a tile begins: its end goes to [rsp]. */
static void start_tile(encoder *e) {
  e->tiles = (uint32_t)e->bytes.count;
  general(e, 0x8D, RAX, &(address){R15, 0, 8 * (int64_t)e->target->points}, 0);
  PUT(e, 0x48, 0x89, 0x04, 0x24); /* mov [rsp], rax */
}

void encode_start(encoder *e) {
  PUT(e, 0xF3, 0x0F, 0x1E, 0xFA); /* endbr64 */
  PUT(e, 0x53, 0x55);             /* push rbx, rbp */
  if (e->target->is_one) {
    PUT(e, 0x41, 0x56, 0x41, 0x57); /* push r14, r15 */
    PUT(e, 0x48, 0x83, 0xEC, 0x08); /* sub rsp, 8 */
    PUT(e, 0x48, 0x8B, 0x2F);       /* mov rbp, [rdi] */
    PUT(e, 0x4C, 0x8B, 0x77, 0x08); /* mov r14, [rdi + 8] */
    PUT(e, 0x48, 0x8B, 0x5F, 0x18); /* mov rbx, [rdi + 24] */
    PUT(e, 0x4C, 0x8B, 0x7F, 0x20); /* mov r15, [rdi + 32] */
    return;
  }
  PUT(e, 0x41, 0x54, 0x41, 0x55, 0x41, 0x56, 0x41, 0x57); /* push r12, r13, r14, r15 */
  PUT(e, 0x48, 0x83, 0xEC, 0x18);                         /* sub rsp, 24: calls find it aligned */
  PUT(e, 0x48, 0x8B, 0x2F);                               /* mov rbp, [rdi] */
  PUT(e, 0x4C, 0x8B, 0x77, 0x08);                         /* mov r14, [rdi + 8] */
  PUT(e, 0x4C, 0x8B, 0x6F, 0x10);                         /* mov r13, [rdi + 16] */
  PUT(e, 0x48, 0x8D, 0x5F, 0x18);                         /* lea rbx, [rdi + 24] */
  PUT(e, 0x45, 0x31, 0xFF);                               /* xor r15d, r15d */
  start_tile(e);
}

void encode_end(encoder *e) {
  if (e->target->is_one) {
    PUT(e, 0x48, 0x83, 0xC4, 0x08); /* add rsp, 8 */
    PUT(e, 0x41, 0x5F, 0x41, 0x5E); /* pop r15, r14 */
    PUT(e, 0x5D, 0x5B, 0xC3);
    return;
  }
  add_number(e, 5, RBP, 8 * e->target->points);
  add_number(e, 0, R15, 8 * e->target->points);
  PUT(e, 0x4D, 0x39, 0xEF); /* cmp r15, r13 */
  jump_back(e, e->tiles);
  PUT(e, 0x48, 0x83, 0xC4, 0x18);                         /* add rsp, 24 */
  PUT(e, 0x41, 0x5F, 0x41, 0x5E, 0x41, 0x5D, 0x41, 0x5C); /* pop r15, r14, r13, r12 */
  PUT(e, 0x5D, 0x5B, 0xC5, 0xF8, 0x77, 0xC3);             /* pop rbp, rbx; vzeroupper; ret */
}

static_assert(offsetof(code_frame, slots) == 0 && offsetof(code_frame, pool) == 8 &&
                  offsetof(code_frame, n_bytes) == 16 && offsetof(code_frame, columns) == 24,
              "the frame is read by these numbers");

#endif
