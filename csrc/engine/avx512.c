/* The engine for AVX-512: vectors of eight doubles. */
#include "engine/engine.h"

#if defined(SYMAD_X86_ENGINES)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512vl"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512vl,prefer-vector-width=512")
#endif

#include "kernels/lists.h"
#include "sweep/scalar.h"
#include "engine/fast_rows.h"

#define TILE(NAME) CONCAT(avx512_, NAME)
#define VLANES 8
#include "engine/vectors.h"

#define KERNEL avx512_kernel
#include "engine/rows.h"

#define N_VECTORS 8
#define ENGINE engine_avx512_wide
#include "engine/loop.h"
#undef ENGINE
#undef N_VECTORS

#define N_VECTORS 1
#define ENGINE engine_avx512_narrow
#include "engine/loop.h"

#if defined(__clang__)
#pragma clang attribute pop
#endif
#else
typedef int no_engine_here; /* a translation unit needs a declaration */
#endif
