/* What every engine needs before its instruction set is named: names, vectors, the plain fallback. */
#ifndef SYMAD_ENGINE_H
#define SYMAD_ENGINE_H

#include "plan/plan.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#define CONCAT_(x, y) x##y
#define CONCAT(x, y) CONCAT_(x, y)

#if defined(__GNUC__)
#define NOINLINE __attribute__((noinline, unused))
#define INLINE inline __attribute__((always_inline)) /* a matrix of vectors is to stay in registers */
#else
#define NOINLINE
#define INLINE inline
#endif

#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define SHUFFLE __builtin_shufflevector
#endif
#endif

#if defined(__GNUC__)
#define PREFETCH(address) __builtin_prefetch(address, 0, 2)
#else
#define PREFETCH(address) (void)(address)
#endif

#define MOST_LANES 64 /* of any tile */
#define CACHE_LINE 64 /* bytes */

#define EACH_1(E, form, value) E(0, form, value)
#define EACH_8(E, form, value) \
  E(0, form, value)            \
  E(1, form, value)            \
  E(2, form, value) E(3, form, value) E(4, form, value) E(5, form, value) E(6, form, value) E(7, form, value)
#define EACH_4(E, form, value) E(0, form, value) E(1, form, value) E(2, form, value) E(3, form, value)
#define EACH_2(E, form, value) E(0, form, value) E(1, form, value)

#endif
