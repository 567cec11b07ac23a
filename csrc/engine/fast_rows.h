/* Rows in a loop over the lanes of a tile. `r[i] = NAME(a[i])` with the function of sweep/scalar.h gives a row's bits for
 * every row, and is vectorised where all of its kernel is in kernels/elementary.h, kernels/power.h, kernels/hyperbolic.h,
 * kernels/trigonometric.h and kernels/error_function.h.
 *
 * The rows listed here branch on a few rare operands, or choose between results for their sake. Beside each stands a kernel without the branch and the condition
 * under which it gives the same bits: run the kernel over the whole tile, then the row's function on the lanes where the
 * condition is 0, if any. So do the sets of ROWS_TOGETHER. */
#ifndef SYMAD_TILES_H
#define SYMAD_TILES_H

#include "kernels/kernels.h"

/* Before a loop whose arrays are the same or apart: no check for other overlaps, which would leave some loops scalar. */
#if defined(__GNUC__) && !defined(__clang__)
#define IVDEP _Pragma("GCC ivdep")
#else
#define IVDEP
#endif

#define TILE_ROWS1(ROW)                              \
  ROW(EXP, k_exp_fast, k_exp_is_fast)                \
  ROW(LOG, k_log_fast, k_log_is_fast)                \
  ROW(LOG1P, k_log1p_fast, k_log1p_is_fast)          \
  ROW(SECH2, k_sech2_fast, k_sech2_is_fast)          \
  ROW(SIGMOID, k_sigmoid_fast, k_sigmoid_is_fast)    \
  ROW(SOFTPLUS, k_softplus_fast, k_softplus_is_fast) \
  ROW(SIN, k_sin_fast, k_angle_is_fast)              \
  ROW(COS, k_cos_fast, k_angle_is_fast)              \
  ROW(TAN, k_tan_fast, k_angle_is_fast)              \
  ROW(COT, k_cot_fast, k_angle_is_fast)              \
  ROW(SEC, k_sec_fast, k_angle_is_fast)              \
  ROW(CSC, k_csc_fast, k_angle_is_fast)              \
  ROW(SINC, k_sinc_fast, k_angle_is_fast)

#endif
