/* Settings: parameters and options that differ from a model's defaults. */
#include "core.h"

#include <string.h>

/* Zeroed memory, for at least one item. */
static void *new_list(size_t count, size_t size) {
  void *list = PyMem_Calloc(count ? count : 1, size);
  if (!list) PyErr_NoMemory();
  return list;
}

int params_read(param_list *out, PyObject *pairs) {
  memset(out, 0, sizeof *out);
  out->count = (size_t)PyTuple_Size(pairs);
  if (!(out->items = new_list(out->count, sizeof *out->items))) return 0;
  if (!(out->holds = new_list(out->count, sizeof *out->holds))) return 0;
  for (size_t i = 0; i < out->count; i++) {
    memsim_param *item = &out->items[i];
    operand *hold = &out->holds[i];
    if (!PyArg_ParseTuple(PyTuple_GetItem(pairs, (Py_ssize_t)i), "sO&", &item->name, to_operand, hold)) return 0;
    out->held = i + 1;
    if (hold->dtype != MEMSIM_FLOAT64) {
      PyErr_Format(PyExc_TypeError, "parameter %s must be a buffer of float64", item->name);
      return 0;
    }
    item->values = hold->view.buf;
    item->count = hold->count;
  }
  return 1;
}

void params_release(param_list *list) {
  for (size_t i = 0; i < list->held; i++) operand_release(&list->holds[i]);
  PyMem_Free(list->holds);
  PyMem_Free(list->items);
}

int settings_read(settings *out, PyObject *params, PyObject *options) {
  memset(out, 0, sizeof *out);
  if (!params_read(&out->params, params)) return 0;
  out->option_count = (size_t)PyTuple_Size(options);
  if (!(out->options = new_list(out->option_count, sizeof *out->options))) return 0;
  for (size_t i = 0; i < out->option_count; i++) {
    memsim_option *option = &out->options[i];
    if (!PyArg_ParseTuple(PyTuple_GetItem(options, (Py_ssize_t)i), "ss", &option->name, &option->choice)) return 0;
  }
  return 1;
}

void settings_release(settings *given) {
  PyMem_Free(given->options);
  params_release(&given->params);
}

int given_read(memsim_settings *out, settings *held, PyObject *pair) {
  PyObject *params, *options;
  if (!PyArg_ParseTuple(pair, "O!O!", &PyTuple_Type, &params, &PyTuple_Type, &options)) return 0;
  if (!settings_read(held, params, options)) return 0;
  out->params = held->params.items;
  out->param_count = held->params.count;
  out->options = held->options;
  out->option_count = held->option_count;
  return 1;
}
