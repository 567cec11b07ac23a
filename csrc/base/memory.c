/* Memory: the caller's allocator and growing arrays over it, and the limits of what is read. The only file that calls the
 * C heap. */
#include "base/internal.h"

#include <stdlib.h>
#include <string.h>

static void *heap_resize(void *context, void *old, size_t old_size, size_t new_size) {
  (void)context;
  (void)old_size;
  if (new_size == 0) {
    free(old);
    return NULL;
  }
  return realloc(old, new_size);
}

memory memory_from(const symad_allocator *allocator) {
  memory m = {{heap_resize, NULL}};
  if (allocator != NULL)
    m.allocator = *allocator;
  return m;
}

void *memory_resize(const memory *m, void *old, size_t old_size, size_t new_size) {
  if (old == NULL && new_size == 0)
    return NULL;
  return m->allocator.resize(m->allocator.context, old, old_size, new_size);
}

symad_status array_reserve(const memory *m, array *a, size_t more, size_t size) {
  if (more <= a->capacity - a->count)
    return SYMAD_OK;
  if (more > SIZE_MAX / size - a->count)
    return SYMAD_ERR_MEMORY;
  size_t wanted = a->count + more;
  size_t capacity = a->capacity < 8 ? 8 : a->capacity;
  while (capacity < wanted)
    capacity = capacity > SIZE_MAX / size / 2 ? wanted : capacity * 2;
  void *data = memory_resize(m, a->data, a->capacity * size, capacity * size);
  if (data == NULL)
    return SYMAD_ERR_MEMORY;
  a->data = data;
  a->capacity = capacity;
  return SYMAD_OK;
}

symad_status array_append(const memory *m, array *a, const void *items, size_t n, size_t size) {
  symad_status status = array_reserve(m, a, n, size);
  if (status == SYMAD_OK && n > 0) {
    memcpy((char *)a->data + a->count * size, items, n * size);
    a->count += n;
  }
  return status;
}

void array_free(const memory *m, array *a, size_t size) {
  (void)memory_resize(m, a->data, a->capacity * size, 0);
  a->data = NULL;
  a->count = a->capacity = 0;
}

void symad_limits_default(symad_limits *limits) {
  limits->text = 16u << 20;
  limits->tokens = 10000000;
  limits->nesting = 10000;
  limits->nodes = 10000000;
  limits->variables = MAX_VARIABLES;
  limits->digits = 4000;
  limits->exponent = 400;
}
