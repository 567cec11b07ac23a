/* A two-link arm finds the joint angles that put its hand at a target, in the manner of a program without an operating
 * system: no heap, no standard input or output, memory known when the program is linked, a bounded number of steps.
 * The result is the exit status: 0 when the hand is there.
 *
 *     symad emit -f arm.txt --of value,gradient -o arm.c
 *     cc -std=c99 -O2 -ffp-contract=off -fno-math-errno -fno-trapping-math main.c arm.c -lm -o arm
 */
#define ARM_DECLARATIONS_ONLY
#include "arm.c"

#define STEPS 200
#define STEP_LENGTH 0.25
#define CLOSE_ENOUGH 1e-12

static double work[ARM_WORK + 1]; /* an array of no elements is not C */

int main(void) {
  double state[4] = {0.3, 0.4, 1.2, 0.5}; /* shoulder, elbow, target x, target y */
  double distance = 1.0, slope[4];
  for (int i = 0; i < STEPS && distance > CLOSE_ENOUGH; i++) {
    arm(state, &distance, slope, work);
    state[0] -= STEP_LENGTH * slope[0];
    state[1] -= STEP_LENGTH * slope[1];
  }
  return distance <= CLOSE_ENOUGH ? 0 : 1;
}
