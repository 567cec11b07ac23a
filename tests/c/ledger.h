/* An allocator that counts: the call that is to fail, and what is still held. */
#ifndef LEDGER_H
#define LEDGER_H

#include <stdlib.h>

typedef struct ledger {
  size_t calls, fail_at, live;
} ledger;

static void *resize(void *context, void *old, size_t old_size, size_t new_size) {
  ledger *l = context;
  (void)old_size;
  if (new_size > 0 && ++l->calls == l->fail_at)
    return NULL;
  l->live += (new_size > 0) - (size_t)(old != NULL);
  if (new_size == 0) {
    free(old);
    return NULL;
  }
  return realloc(old, new_size);
}

#endif
