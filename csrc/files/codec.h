/* Where everything lies in the bytes of a tape: FORMAT.md as data, for the writer and the reader. */
#ifndef SYMAD_CODEC_H
#define SYMAD_CODEC_H

#include "base/internal.h"

/* Header. */
#define AT_MAJOR 8
#define AT_MINOR 10
#define AT_FLAGS 12
#define AT_LENGTH 16
#define AT_CHECKSUM 24
#define AT_COUNTS 32
#define HEADER_SIZE 120

extern const unsigned char codec_magic[8];

/* In the order of the header. */
enum {
  N_NODES,
  N_INPUTS,
  N_OUTPUTS,
  N_WORDS,
  N_LIST,
  N_CONSTANTS,
  N_LABELS,
  N_NAMES,
  N_SPANS,
  N_SOURCE,
  N_TYPED,
  N_COUNTS
};

/* In the order of the bytes. */
enum { VALUES, WORDS, OUTPUTS, TEXTS, LABELS, SPANS, OPERATIONS, NAMES, SOURCE, N_ARRAYS };

typedef struct layout {
  uint64_t count[N_COUNTS];
  uint64_t start[N_ARRAYS + 1]; /* the last one is the length */
} layout;

/* Fills start from count; 0 where a count is beyond 32 bits, *bad being its place. */
int codec_place(layout *l, int *bad);

static inline uint32_t get32(const unsigned char *p) {
  return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint64_t get64(const unsigned char *p) {
  return (uint64_t)get32(p) | (uint64_t)get32(p + 4) << 32;
}

#endif
