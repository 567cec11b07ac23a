/* Arithmetic that steps use beyond + - * /, on vectors of doubles (GNU vector extensions) of the width VLANES, or on
 * plain doubles where VLANES is 1. Defines VEC; included once an engine and width. */

#if VLANES == 1
#define VEC double
#define LOOSE double
#define SPREAD(k) (k)
#define EQUAL(x, y) ((x) == (y) ? 1.0 : 0.0)
#define PICK(c, x, y) ((c) != 0.0 ? (x) : (y))
#define LEADS(x, r, beats) ((r) == (r) && ((x) != (x) || (beats)) ? (x) : (r))
#else
#define VEC CONCAT(vec, VLANES)
#define BITS CONCAT(bits, VLANES)
typedef double VEC __attribute__((vector_size(VLANES * 8), may_alias));
typedef double CONCAT(loose, VLANES) __attribute__((vector_size(VLANES * 8), aligned(8), may_alias));
#define LOOSE CONCAT(loose, VLANES)
typedef int64_t BITS __attribute__((vector_size(VLANES * 8)));
#if VLANES == 8
#define SPREAD(k) ((VEC){(k), (k), (k), (k), (k), (k), (k), (k)})
#elif VLANES == 4
#define SPREAD(k) ((VEC){(k), (k), (k), (k)})
#else
#define SPREAD(k) ((VEC){(k), (k)})
#endif
#define BLEND(mask, x, y) ((VEC)(((BITS)(mask) & (BITS)(x)) | (~(BITS)(mask) & (BITS)(y))))
#define EQUAL(x, y) BLEND((x) == (y), SPREAD(1.0), SPREAD(0.0))
#define PICK(c, x, y) BLEND((c) != SPREAD(0.0), x, y)
#define LEADS(x, r, beats) BLEND(((r) == (r)) & (((x) != (x)) | (beats)), x, r)
#endif

/* A vector to an address that is aligned to it, past the caches where there is a way: a part of a line would cost more
 * than it saves, and engine.c waits for what is still under way. */
#define FILLS_LINES(to) (((uintptr_t)(to) & (CACHE_LINE - 1)) == 0)
#if defined(SYMAD_X86_ENGINES) && VLANES > 2 && defined(__clang__)
#define STREAM(to, v) __builtin_nontemporal_store(v, to)
#elif defined(SYMAD_X86_ENGINES) && VLANES == 8
#define STREAM(to, v) __builtin_ia32_movntpd512((double *)(to), v)
#elif defined(SYMAD_X86_ENGINES) && VLANES == 4
#define STREAM(to, v) __builtin_ia32_movntpd256((double *)(to), v)
#else
#define STREAM(to, v) *(LOOSE *)(to) = (v)
#endif

/* The transpose of VLANES rows of VLANES doubles, in place. Of eight by shuffles that are one instruction each: neighbours
 * first, then lanes of two doubles by halves of even and odd ones, twice. */
#if VLANES == 8 && defined(SHUFFLE)
#define TRANSPOSE CONCAT(TILE(transpose), VLANES)
static INLINE void TRANSPOSE(VEC *m) {
  VEC t[8];
  for (int i = 0; i < 8; i += 2) {
    t[i] = SHUFFLE(m[i], m[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    t[i + 1] = SHUFFLE(m[i], m[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int half = 0; half < 8; half += 4)
    for (int i = half; i < half + 2; i++) {
      const VEC x = t[i], y = t[i + 2];
      t[i] = SHUFFLE(x, y, 0, 1, 4, 5, 8, 9, 12, 13);
      t[i + 2] = SHUFFLE(x, y, 2, 3, 6, 7, 10, 11, 14, 15);
    }
  for (int i = 0; i < 4; i++) {
    m[i] = SHUFFLE(t[i], t[i + 4], 0, 1, 4, 5, 8, 9, 12, 13);
    m[i + 4] = SHUFFLE(t[i], t[i + 4], 2, 3, 6, 7, 10, 11, 14, 15);
  }
}
#elif VLANES == 4 && defined(SHUFFLE)
#define TRANSPOSE CONCAT(TILE(transpose), VLANES)
static INLINE void TRANSPOSE(VEC *m) {
  for (int i = 0; i < 4; i += 2) {
    const VEC x = m[i], y = m[i + 1];
    m[i] = SHUFFLE(x, y, 0, 4, 2, 6);
    m[i + 1] = SHUFFLE(x, y, 1, 5, 3, 7);
  }
  for (int i = 0; i < 2; i++) {
    const VEC x = m[i], y = m[i + 2];
    m[i] = SHUFFLE(x, y, 0, 1, 4, 5);
    m[i + 2] = SHUFFLE(x, y, 2, 3, 6, 7);
  }
}
#endif
