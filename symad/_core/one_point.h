/* One point a call without NumPy's machinery for ufuncs, which costs four times as much as what it calls for one point.
 *
 * Compiled into symad._symad behind _calls.h; knows CPython's limited API and, of NumPy, the start of an array object and
 * two functions of its C table, whose layout and numbers are the same in NumPy 1 and 2. One aligned point of doubles, or
 * one in a list or a tuple of Python's numbers, is run at once; arrays of such points go to the ufunc, which takes them
 * without fail. All else is for a function of Python. */
#include "calls.h"

/* cffi-begin */

/* A function of one argument. Pointers are Python objects, or functions of NumPy's table; the maker keeps them alive. */
typedef struct symad_point_call {
  symad_loop *loop;
  ptrdiff_t n_columns;
  int n_axes[2]; /* of each output: 0 for a number, 1 or 2 */
  ptrdiff_t shapes[2][2];
  int is_long; /* so that other threads should run meanwhile */
  void *array_type;
  void *double_type;
  void *new_array;
  void *new_scalar;
  void *ufunc;     /* for more points */
  void *otherwise; /* answers NotImplemented where it does not take an argument either */
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

enum { DOUBLE = 12 /* NPY_DOUBLE */, ALIGNED = 0x100 /* NPY_ARRAY_ALIGNED */, LISTED = 64 /* numbers of a list */ };

typedef PyObject *new_array(void *type, int n_axes, const ptrdiff_t *shape, int number, const ptrdiff_t *strides,
                            void *data, int item_size, int flags, PyObject *like);
typedef PyObject *new_scalar(void *data, void *type, PyObject *base);

static const char POINT_CALL[] = "symad_point_call";

/* NumPy's own array of doubles whose last axis is that of a point: nothing of it can refuse. */
static int has_points(const symad_point_call *call, PyObject *x) {
  const array_start *a = (const array_start *)(void *)x;
  return (void *)Py_TYPE(x) == call->array_type && a->n_axes >= 1 && a->shape[a->n_axes - 1] == call->n_columns &&
         (void *)a->type == call->double_type;
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

static void point_run(const symad_point_call *call, const symad_columns *x, const symad_columns *outputs) {
  const symad_columns inputs[2] = {*x, {NULL, 0, 0}};
  void *work = loop_take(call->loop);
  (void)symad_plan_run(call->loop->plan, 1, inputs, outputs, work);
  loop_give(call->loop, work);
  loop_forget_flags();
}

static PyObject *point_call(PyObject *self, PyObject *x) {
  symad_point_call *call = PyCapsule_GetPointer(self, POINT_CALL);
  symad_columns outputs[2] = {{NULL, 0, 1}, {NULL, 0, 1}};
  PyObject *results[2] = {NULL, NULL};
  symad_columns point = {NULL, 0, 1};
  double numbers[2], listed[LISTED];
  if (call == NULL)
    return NULL;
  if (has_points(call, x)) {
    const array_start *a = (const array_start *)(void *)x;
    if (a->n_axes > 1 || !(a->flags & ALIGNED))
      return PyObject_CallFunctionObjArgs((PyObject *)call->ufunc, x, NULL);
    point = (symad_columns){(double *)(void *)a->data, 0, a->strides[0] / (ptrdiff_t)sizeof(double)};
  } else if (read_list(call, x, listed))
    point.data = listed;
  else
    return PyObject_CallFunctionObjArgs((PyObject *)call->otherwise, x, NULL);
  const int n_outputs = call->loop->n_outputs;
  for (int k = 0; k < n_outputs; k++) {
    outputs[k].data = &numbers[k];
    if (call->n_axes[k] == 0)
      continue;
    results[k] = ((new_array *)call->new_array)(call->array_type, call->n_axes[k], call->shapes[k], DOUBLE, NULL, NULL,
                                                0, 0, NULL);
    if (results[k] == NULL)
      goto fail;
    outputs[k].data = (double *)(void *)((array_start *)(void *)results[k])->data;
  }
  if (call->is_long) {
    PyThreadState *state = PyEval_SaveThread();
    point_run(call, &point, outputs);
    PyEval_RestoreThread(state);
  } else
    point_run(call, &point, outputs);
  for (int k = 0; k < n_outputs; k++)
    if (results[k] == NULL) {
      results[k] = ((new_scalar *)call->new_scalar)(&numbers[k], call->double_type, NULL);
      if (results[k] == NULL)
        goto fail;
    }
  if (n_outputs == 1)
    return results[0];
  PyObject *pair = PyTuple_Pack(2, results[0], results[1]);
  Py_DECREF(results[0]);
  Py_DECREF(results[1]);
  return pair;
fail:
  Py_XDECREF(results[0]);
  Py_XDECREF(results[1]);
  return NULL;
}

static void point_forget(PyObject *capsule) {
  Py_XDECREF((PyObject *)PyCapsule_GetContext(capsule));
}

void *symad_point_function(symad_point_call *call, void *owner) {
  static PyMethodDef method = {"at_points", point_call, METH_O, "The ufunc, quick for one point, or NotImplemented."};
  PyObject *capsule = PyCapsule_New(call, POINT_CALL, point_forget);
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
