/* Points of a call without NumPy's machinery for ufuncs, which costs four times as much as what it calls for one point.
 *
 * Compiled into symad._symad behind calls.h; knows CPython's limited API and, of NumPy, the start of an array object and
 * two functions of its C table, whose layout and numbers are the same in NumPy 1 and 2. Aligned points of doubles whose
 * leading axes step evenly, and one point in a list or a tuple of Python's numbers, are run at once, into new arrays or
 * into those of the caller. All else is for a function of Python. */
#include "calls.h"

/* cffi-begin */

/* A function of points and of arrays for the results. Pointers are Python objects, or functions of NumPy's table; the
 * maker keeps them alive. */
typedef struct symad_point_call {
  symad_runner *runner;
  ptrdiff_t n_columns;
  int n_outputs;
  int n_axes[2]; /* of each output at a point: 0 for a number, 1 or 2 */
  ptrdiff_t shapes[2][2];
  ptrdiff_t n_long; /* points in whose time other threads should run */
  void *array_type;
  void *double_type;
  void *new_array;
  void *new_scalar;
  void *otherwise; /* for other points and results; answers NotImplemented where it does not take them either */
} symad_point_call;

/* The function object as a new reference, which keeps `owner` alive; NULL with an exception set. Needs Python's lock. */
void *symad_point_function(symad_point_call *call, void *owner);

/* cffi-end */

typedef struct array_start {
  PyObject head;
  char *data;
  int n_axes;
  ptrdiff_t *shape;
  ptrdiff_t *strides;
  PyObject *base;
  PyObject *type;
  int flags;
} array_start;

enum {
  DOUBLE = 12 /* NPY_DOUBLE */,
  ALIGNED = 0x100,   /* NPY_ARRAY_ALIGNED */
  WRITEABLE = 0x400, /* NPY_ARRAY_WRITEABLE */
  LISTED = 64,       /* numbers of a list */
  MOST_AXES = 8      /* of results that are made here */
};

#ifndef METH_FASTCALL
#define METH_FASTCALL 0x0080 /* of the stable ABI since CPython 3.10; hidden by what cffi asks of the headers */
#endif

/* Points and results of one call; a result has no object while it is a number. */
typedef struct point_run {
  ptrdiff_t n_points;
  int n_leading;
  const ptrdiff_t *leading; /* axes before those of a point */
  symad_columns blocks[3];  /* points, then results */
  PyObject *results[2];
  double numbers[2];
} point_run;

typedef PyObject *new_array(void *type, int n_axes, const ptrdiff_t *shape, int number, const ptrdiff_t *strides,
                            void *data, int item_size, int flags, PyObject *like);
typedef PyObject *new_scalar(void *data, void *type, PyObject *base);

/* NumPy's own array of doubles as it lies, as a block of columns behind `n_leading` axes that step evenly together. */
static int block_of(const symad_point_call *call, PyObject *object, int n_core, symad_columns *block,
                    ptrdiff_t *n_points) {
  const array_start *a = (const array_start *)(void *)object;
  const ptrdiff_t size = sizeof(double);
  ptrdiff_t row = 0;
  if ((void *)Py_TYPE(object) != call->array_type || (void *)a->type != call->double_type || a->n_axes < n_core ||
      !(a->flags & ALIGNED))
    return 0;
  const int n_leading = a->n_axes - n_core;
  const ptrdiff_t column = n_core > 0 ? a->strides[a->n_axes - 1] : 0;
  if (n_core == 2 && a->shape[n_leading] > 1 && a->strides[n_leading] != a->shape[n_leading + 1] * column)
    return 0;
  *n_points = 1;
  for (int k = n_leading - 1; k >= 0; k--) {
    if (a->shape[k] == 1)
      continue;
    if (*n_points == 1)
      row = a->strides[k];
    else if (a->strides[k] != *n_points * row)
      return 0;
    *n_points *= a->shape[k];
  }
  *block = (symad_columns){(double *)(void *)a->data, row / size, column / size};
  return row % size == 0 && column % size == 0;
}

/* A point in a list or tuple: its numbers, floats and ints, into `numbers`. Without any number NumPy makes the point. */
static int read_list(const symad_point_call *call, PyObject *x, double *numbers) {
  const int is_list = PyList_CheckExact(x);
  if ((!is_list && !PyTuple_CheckExact(x)) || call->n_columns > LISTED || call->n_columns == 0 ||
      (is_list ? PyList_Size(x) : PyTuple_Size(x)) != call->n_columns)
    return 0;
  for (ptrdiff_t k = 0; k < call->n_columns; k++) {
    PyObject *item = is_list ? PyList_GetItem(x, k) : PyTuple_GetItem(x, k);
    if (item == NULL || (!PyFloat_Check(item) && !PyLong_CheckExact(item))) {
      PyErr_Clear(); /* another thread has made the list shorter */
      return 0;
    }
    numbers[k] = PyFloat_Check(item) ? PyFloat_AsDouble(item) : PyLong_AsDouble(item);
    if (numbers[k] == -1.0 && PyErr_Occurred()) {
      PyErr_Clear(); /* an integer beyond all doubles */
      return 0;
    }
  }
  return 1;
}

static int read_points(const symad_point_call *call, PyObject *x, double *listed, point_run *run) {
  const array_start *a = (const array_start *)(void *)x;
  if (block_of(call, x, 1, &run->blocks[0], &run->n_points)) {
    run->n_leading = a->n_axes - 1;
    run->leading = a->shape;
    return a->shape[run->n_leading] == call->n_columns;
  }
  run->n_points = 1;
  run->n_leading = 0;
  run->blocks[0] = (symad_columns){listed, 0, 1};
  return read_list(call, x, listed);
}

/* Results of the right shape, a new reference each; numbers stay in the run. */
static int make_results(const symad_point_call *call, point_run *run) {
  ptrdiff_t shape[MOST_AXES];
  for (int k = 0; k < run->n_leading; k++)
    shape[k] = run->leading[k];
  for (int k = 0; k < call->n_outputs; k++) {
    const int n_axes = run->n_leading + call->n_axes[k];
    ptrdiff_t width = 1;
    for (int i = 0; i < call->n_axes[k]; i++)
      width *= shape[run->n_leading + i] = call->shapes[k][i];
    run->blocks[1 + k] = (symad_columns){&run->numbers[k], width, 1};
    if (n_axes == 0)
      continue;
    run->results[k] = ((new_array *)call->new_array)(call->array_type, n_axes, shape, DOUBLE, NULL, NULL, 0, 0, NULL);
    if (run->results[k] == NULL)
      return 0;
    run->blocks[1 + k].data = (double *)(void *)((array_start *)(void *)run->results[k])->data;
  }
  return 1;
}

/* The first and the last double of a block. */
static void ends_of(const symad_columns *block, ptrdiff_t n_rows, ptrdiff_t n_columns, uintptr_t ends[2]) {
  const ptrdiff_t steps[2] = {(n_rows - 1) * block->row, (n_columns - 1) * block->column};
  double *low = block->data, *high = block->data;
  for (int k = 0; k < 2; k++)
    *(steps[k] < 0 ? &low : &high) += steps[k];
  ends[0] = (uintptr_t)low;
  ends[1] = (uintptr_t)high;
}

/* The caller's arrays as results, if they fit and no two of points and results share memory. */
static int take_results(const symad_point_call *call, PyObject *out, point_run *run) {
  const int n = call->n_outputs;
  uintptr_t ends[3][2];
  if (n == 2 && (!PyTuple_CheckExact(out) || PyTuple_Size(out) != 2))
    return 0;
  ends_of(&run->blocks[0], run->n_points, call->n_columns, ends[0]);
  for (int k = 0; k < n; k++) {
    PyObject *result = n == 2 ? PyTuple_GetItem(out, k) : out;
    const array_start *a = (const array_start *)(void *)result;
    ptrdiff_t n_points = 0, width = 1;
    if (!block_of(call, result, call->n_axes[k], &run->blocks[1 + k], &n_points) || !(a->flags & WRITEABLE) ||
        a->n_axes != run->n_leading + call->n_axes[k])
      return 0;
    for (int i = 0; i < a->n_axes; i++)
      if (a->shape[i] != (i < run->n_leading ? run->leading[i] : call->shapes[k][i - run->n_leading]))
        return 0;
    for (int i = 0; i < call->n_axes[k]; i++)
      width *= call->shapes[k][i];
    ends_of(&run->blocks[1 + k], n_points, width, ends[1 + k]);
    for (int i = 0; i <= k; i++)
      if (ends[i][0] <= ends[1 + k][1] && ends[1 + k][0] <= ends[i][1])
        return 0;
  }
  return 1;
}

/* NumPy clears flags before it looks at them: what is raised here warns of nothing. */
static void run_points(const symad_point_call *call, const point_run *run) {
  const symad_columns inputs[2] = {run->blocks[0], {NULL, 0, 0}};
  const symad_columns outputs[2] = {run->blocks[1], run->blocks[2]};
  symad_runner_run(call->runner, (size_t)run->n_points, inputs, outputs);
}

/* What was made, numbers as NumPy's; takes the references over. */
static PyObject *made_results(const symad_point_call *call, point_run *run) {
  for (int k = 0; k < call->n_outputs; k++)
    if (run->results[k] == NULL) {
      run->results[k] = ((new_scalar *)call->new_scalar)(&run->numbers[k], call->double_type, NULL);
      if (run->results[k] == NULL)
        return NULL;
    }
  if (call->n_outputs == 2)
    return PyTuple_Pack(2, run->results[0], run->results[1]);
  Py_INCREF(run->results[0]);
  return run->results[0];
}

static PyObject *point_call(PyObject *self, PyObject *const *args, Py_ssize_t n_args) {
  const symad_point_call *call = PyCapsule_GetPointer(self, NULL);
  PyObject *found = NULL, *out = n_args == 2 ? args[1] : Py_None;
  double listed[LISTED];
  point_run run = {.n_points = 0};
  if (call == NULL)
    return NULL;
  if (n_args < 1 || n_args > 2) {
    PyErr_SetString(PyExc_TypeError, "at_points takes points, and results or None");
    return NULL;
  }
  if (!read_points(call, args[0], listed, &run) || run.n_leading + 2 > MOST_AXES ||
      (out != Py_None && !take_results(call, out, &run)))
    return PyObject_CallFunctionObjArgs((PyObject *)call->otherwise, args[0], out, NULL);
  if (out != Py_None || make_results(call, &run)) {
    if (run.n_points >= call->n_long) {
      PyThreadState *state = PyEval_SaveThread();
      run_points(call, &run);
      PyEval_RestoreThread(state);
    } else if (run.n_points > 0)
      run_points(call, &run);
    if (out != Py_None)
      Py_INCREF(found = out);
    else
      found = made_results(call, &run);
  }
  Py_XDECREF(run.results[0]);
  Py_XDECREF(run.results[1]);
  return found;
}

static void point_forget(PyObject *capsule) {
  Py_XDECREF((PyObject *)PyCapsule_GetContext(capsule));
}

void *symad_point_function(symad_point_call *call, void *owner) {
  static PyMethodDef method = {"at_points", (PyCFunction)(void (*)(void))point_call, METH_FASTCALL,
                               "The ufunc, in a short way, or NotImplemented."};
  PyObject *capsule = PyCapsule_New(call, NULL, point_forget);
  if (capsule == NULL)
    return NULL;
  if (PyCapsule_SetContext(capsule, owner) != 0) {
    Py_DECREF(capsule);
    return NULL;
  }
  Py_INCREF((PyObject *)owner);
  PyObject *function = PyCFunction_NewEx(&method, capsule, NULL);
  Py_DECREF(capsule);
  return function;
}
