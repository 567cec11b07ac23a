/* Every form of instruction that machine code has, its bytes as one line of hexadecimal digits: micro-operations, loads and
 * stores with each kind of place, registers at the ends of their fields, displacements about those of one byte. Then, behind
 * a line "frame", start, loop, call and end of each target. Read by tests/differential/test_code_encodings.py. */
#include "code/code.h"

#include <stdio.h>
#include <string.h>

static void print_and_forget(encoder *e) {
  const uint8_t *bytes = e->bytes.data;
  for (size_t i = 0; i < e->bytes.count; i++)
    printf("%02x", bytes[i]);
  printf("\n");
  e->bytes.count = 0;
}

/* Numbers of slots, columns and of the pool that give displacements of 0, 1 and about 127 and 128 units. */
static const uint32_t units[] = {0, 1, 2, 15, 16, 31, 32, 63, 64, 126, 127, 128, 129, 1023, 1024, 100000};

static void print_places(encoder *e, void (*print)(encoder *, place, uint32_t)) {
  const place_kind kinds[] = {PLACE_SLOT, PLACE_COLUMN, PLACE_LANES, PLACE_POOL};
  for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
      for (uint32_t vector = 0; vector < (e->target->is_one ? 1 : 4); vector++)
        if (!(kinds[k] == PLACE_LANES && e->target->is_one))
          print(e, (place){kinds[k], units[i]}, vector);
}

static const uint32_t registers[] = {0, 7, 8, 15, 16, 31};

static size_t n_registers(const encoder *e) {
  return e->target->is_evex ? 6 : 4;
}

static void print_load(encoder *e, place p, uint32_t vector) {
  for (size_t r = 0; r < n_registers(e); r++) {
    encode_load(e, registers[r], p, vector);
    print_and_forget(e);
  }
}

static void print_store(encoder *e, place p, uint32_t vector) {
  for (size_t r = 0; r < n_registers(e) && p.kind != PLACE_POOL; r++) {
    encode_store(e, p, vector, registers[r]);
    print_and_forget(e);
  }
}

static void print_micros(encoder *e, place p, uint32_t vector) {
  for (uint32_t op = 0; op < MICRO_END; op++)
    for (size_t r = 0; r < n_registers(e); r++) {
      if (p.kind != PLACE_REGISTER && micro_forms[op].kind == KIND_ROOT)
        continue; /* never in memory */
      const uint32_t d = registers[r], x = registers[(r + 1) % n_registers(e)], mask = registers[(r + 2) % 4];
      encode_micro(e, op, &(micro_registers){d, x, mask, registers[(r + 3) % 4]}, p, vector);
      print_and_forget(e);
    }
}

static void open_encoder(encoder *e, const code_target *target) {
  memset(e, 0, sizeof *e);
  e->target = target;
  e->memory = memory_from(NULL);
  e->unroll = 2;
  e->n_inputs = 50;
  e->column = NO_NODE;
}

static void print_target(const code_target *target) {
  encoder e;
  open_encoder(&e, target);
  print_places(&e, print_load);
  print_places(&e, print_store);
  print_places(&e, print_micros);
  for (size_t r = 0; r < n_registers(&e); r++)
    print_micros(&e, (place){PLACE_REGISTER, registers[r]}, 0);
  for (size_t i = 0; i < sizeof units / sizeof *units; i++)
    for (uint32_t argument = 0; argument < 3; argument++) {
      encode_address(&e, argument, (place){PLACE_SLOT, units[i]});
      print_and_forget(&e);
      encode_pool_address(&e, argument, 4 * (size_t)units[i]);
      print_and_forget(&e);
      if (argument == 0 && !target->is_one) {
        e.column = NO_NODE;
        encode_column(&e, units[i]);
        print_and_forget(&e);
      }
    }
  array_free(&e.memory, &e.bytes, 1);
}

static void print_frame(const code_target *target) {
  encoder e;
  open_encoder(&e, target);
  encode_start(&e);
  encode_loop(&e);
  encode_loop_end(&e);
  encode_call(&e, (tile_function *)(uintptr_t)0x123456789abcdef0);
  encode_end(&e);
  print_and_forget(&e);
  array_free(&e.memory, &e.bytes, 1);
}

int main(void) {
  const code_target *const targets[] = {&code_avx512, &code_avx2, &code_one};
  for (size_t k = 0; k < 3; k++)
    print_target(targets[k]);
  printf("frame\n");
  for (size_t k = 0; k < 3; k++)
    print_frame(targets[k]);
  return 0;
}
