/* The engine for AVX2: vectors of four doubles. */
#include "engine/engine.h"

#if defined(SYMAD_X86_ENGINES)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#else
#pragma GCC target("avx2")
#endif

#include "kernels/lists.h"
#include "sweep/scalar.h"
#include "engine/fast_rows.h"

#define TILE(NAME) CONCAT(avx2_, NAME)
#define VLANES 4
#include "engine/vectors.h"

#define KERNEL avx2_kernel
#include "engine/rows.h"

#define N_VECTORS 8
#define ENGINE engine_avx2_wide
#include "engine/loop.h"
#undef ENGINE
#undef N_VECTORS

#define N_VECTORS 2
#define ENGINE engine_avx2_narrow
#include "engine/loop.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#else
typedef int no_engine_here; /* a translation unit needs a declaration */
#endif
