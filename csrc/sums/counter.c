/* The order in which chunks of rows are added: a binary counter, so that it depends on the number of rows alone.
 *
 * A counter is doubles: how many sums there are, the chunk that comes next, how many blocks are held; then a block after
 * the other, each its level, its first chunk and its sums. */
#include "sums/sums.h"

#include <string.h>

enum { N_SUMS, NEXT, N_BLOCKS, HEAD };
enum { LEVEL, FIRST, BLOCK_HEAD };

static size_t stride_of(const double *counter) {
  return BLOCK_HEAD + (size_t)counter[N_SUMS];
}

static double *block_at(double *counter, size_t k) {
  return counter + HEAD + k * stride_of(counter);
}

/* Blocks may grow in size up to the middle of a part that begins anywhere, and shrink again behind it; one more is under
 * way. */
size_t counter_size(size_t n_rows, uint32_t n_sums) {
  size_t most = 3;
  for (size_t chunks = n_rows / CHUNK; chunks > 0; chunks /= 2)
    most += 2;
  return HEAD + most * (BLOCK_HEAD + (size_t)n_sums);
}

void counter_start(double *counter, uint32_t n_sums, double first_chunk) {
  counter[N_SUMS] = n_sums;
  counter[NEXT] = first_chunk;
  counter[N_BLOCKS] = 0.0;
}

double *counter_room(double *counter) {
  return block_at(counter, (size_t)counter[N_BLOCKS]) + BLOCK_HEAD;
}

static double chunks_of(double level) {
  double n = 1.0;
  for (; level > 0.0; level -= 1.0)
    n *= 2.0;
  return n;
}

/* Whether two neighbours are the halves of a block that begins at a multiple of its size. */
static int are_halves(const double *left, const double *right) {
  const double both = 2.0 * chunks_of(left[LEVEL]);
  return left[LEVEL] == right[LEVEL] && (double)(uint64_t)(left[FIRST] / both) * both == left[FIRST];
}

void counter_push(double *counter, double level) {
  const size_t n = (size_t)counter[N_SUMS];
  size_t last = (size_t)counter[N_BLOCKS];
  double *block = block_at(counter, last);
  block[LEVEL] = level;
  block[FIRST] = counter[NEXT];
  counter[NEXT] += chunks_of(level);
  for (; last > 0 && are_halves(block_at(counter, last - 1), block_at(counter, last)); last--) {
    double *left = block_at(counter, last - 1);
    const double *right = block_at(counter, last);
    for (size_t k = 0; k < n; k++)
      left[BLOCK_HEAD + k] += right[BLOCK_HEAD + k];
    left[LEVEL] += 1.0;
  }
  counter[N_BLOCKS] = (double)(last + 1);
}

int counter_join(double *counter, const double *more) {
  const size_t stride = stride_of(counter);
  if (more[N_BLOCKS] > 0.0 && (more[HEAD + FIRST] != counter[NEXT] || more[N_SUMS] != counter[N_SUMS]))
    return 0;
  for (size_t k = 0; k < (size_t)more[N_BLOCKS]; k++) {
    const double *block = more + HEAD + k * stride;
    memcpy(counter_room(counter), block + BLOCK_HEAD, (stride - BLOCK_HEAD) * sizeof(double));
    counter_push(counter, block[LEVEL]);
  }
  return 1;
}

void counter_total(const double *counter, double *total) {
  const size_t n = (size_t)counter[N_SUMS], stride = stride_of(counter);
  for (size_t k = 0; k < n; k++)
    total[k] = 0.0;
  for (size_t block = (size_t)counter[N_BLOCKS], first = 1; block-- > 0; first = 0)
    for (size_t k = 0; k < n; k++) {
      const double sum = counter[HEAD + block * stride + BLOCK_HEAD + k];
      total[k] = first ? sum : sum + total[k];
    }
}
