/* memsim._core: a translation of memsim.h into Python objects. It checks what would corrupt memory (the extent and
 * type of buffers) and nothing else; shapes, defaults and units are the business of the Python files beside it.
 * One file per section of the header. */
#ifndef MEMSIM_PYTHON_CORE_H
#define MEMSIM_PYTHON_CORE_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "memsim.h"

/* -- module.c: what a module object owns, and statuses ------------------------------------- */

enum { STATUS_COUNT = 8 }; /* MEMSIM_OK and the seven errors; status -k raises errors[k] */

typedef struct {
  PyObject *errors[STATUS_COUNT];
  PyTypeObject *context_type;
  PyTypeObject *array_type;
  PyTypeObject *layer_type;
  PyTypeObject *wires_type;
  PyTypeObject *tile_type;
  PyTypeObject *inference_type;
} module_state;

/* Returns whether the call succeeded; otherwise raises its error with the library's sentence. */
int succeeded(const module_state *state, memsim_status status);

/* None, or NULL with the error raised. */
PyObject *none_if_succeeded(const module_state *state, memsim_status status);

/* status = call, with other Python threads running meanwhile. */
#define UNLOCKED(status, call) \
  do {                         \
    Py_BEGIN_ALLOW_THREADS     \
    status = (call);           \
    Py_END_ALLOW_THREADS       \
  } while (0)

/* Returns `condition`; where it does not hold, raises the error of MEMSIM_ERR_SHAPE with `sentence`. */
int require(const module_state *state, int condition, const char *sentence);

/* -- operand.c: arguments ------------------------------------------------------------------ */

/* A C-contiguous buffer that is held until operand_release. */
typedef struct {
  Py_buffer view; /* view.buf is NULL for None */
  memsim_dtype dtype;
  size_t count;
} operand;

/* Converters for "O&": a readable buffer, a readable buffer or None, a writable buffer, a writable buffer or None, an
 * integer 0...2^64-1. */
int to_operand(PyObject *object, void *result);
int to_optional(PyObject *object, void *result);
int to_output(PyObject *object, void *result);
int to_optional_output(PyObject *object, void *result);
int to_uint64(PyObject *object, void *result);

void operand_release(operand *buffer);

/* -- settings.c: what differs from a model's defaults --------------------------------------- */

/* Parameters by name, their buffers held until params_release. */
typedef struct {
  memsim_param *items;
  operand *holds;
  size_t count, held;
} param_list;

/* Reads a tuple of pairs (name, buffer of float64). Returns 0 with an error raised; release it in any case. */
int params_read(param_list *out, PyObject *pairs);
void params_release(param_list *list);

/* Parameters and options. */
typedef struct {
  param_list params;
  memsim_option *options;
  size_t option_count;
} settings;

/* Reads tuples of pairs (name, buffer of float64) and (name, word), as params_read. */
int settings_read(settings *out, PyObject *params, PyObject *options);
void settings_release(settings *given);

/* Settings as the library takes them, from a pair (pairs of a parameter's name and values, pairs of an option's name and
 * word), begun as zeros. Returns 0 with an error raised; release `held` in any case. */
int given_read(memsim_settings *out, settings *held, PyObject *pair);

/* -- context.c, cards.c, evaluate.c, random.c, crossbar.c, array.c, layer.c, wires.c, tile.c, inference.c */

/* The library's context behind None or a Context; 0 with TypeError raised for anything else. */
int context_of(const module_state *state, PyObject *object, memsim_context **result);

extern PyType_Spec context_spec;
extern PyType_Spec array_spec;
extern PyType_Spec layer_spec;
extern PyType_Spec wires_spec;
extern PyType_Spec tile_spec;
extern PyType_Spec inference_spec;
extern PyMethodDef card_functions[];
extern PyMethodDef evaluate_functions[];
extern PyMethodDef random_functions[];
extern PyMethodDef crossbar_functions[];
extern PyMethodDef layer_functions[];
extern PyMethodDef inference_functions[];

#endif
