/* The engine for any processor: vectors of two doubles where the compiler has them, else plain doubles. */
#include "engine/engine.h"

#include "kernels/lists.h"
#include "sweep/scalar.h"
#include "engine/fast_rows.h"

#define TILE(NAME) CONCAT(portable_, NAME)
#if defined(__GNUC__)
#define VLANES 2
#else
#define VLANES 1
#endif
#include "engine/vectors.h"

#include "engine/rows.h"

#define N_VECTORS 8
#define ENGINE engine_portable_wide
#include "engine/loop.h"
#undef ENGINE
#undef N_VECTORS

#if VLANES == 2
#define N_VECTORS 4
#else
#define N_VECTORS 8
#endif
#define ENGINE engine_portable_narrow
#include "engine/loop.h"
