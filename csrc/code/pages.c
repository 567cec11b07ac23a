/* Pages of the system for code: writable first, then executable, never both. The one file here that asks the system. */
#include "code/code.h"

#if defined(SYMAD_X86_ENGINES) && (defined(__linux__) || defined(__FreeBSD__) || defined(__APPLE__))
#include <sys/mman.h>

#if !defined(MAP_ANONYMOUS)
#if defined(__linux__)
#define MAP_ANONYMOUS 0x20 /* hidden by -std=c11 */
#else
#define MAP_ANONYMOUS 0x1000
#endif
#endif

static void *map_pages(void *context, size_t size) {
  (void)context;
  void *start = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return start == MAP_FAILED ? NULL : start;
}

static int seal_pages(void *context, void *start, size_t size) {
  (void)context;
  __builtin___clear_cache((char *)start, (char *)start + size);
  return mprotect(start, size, PROT_READ | PROT_EXEC) == 0;
}

static void unmap_pages(void *context, void *start, size_t size) {
  (void)context;
  (void)munmap(start, size);
}

const symad_code_memory system_pages = {NULL, map_pages, seal_pages, unmap_pages};
#else
const symad_code_memory system_pages = {NULL, NULL, NULL, NULL};
#endif
