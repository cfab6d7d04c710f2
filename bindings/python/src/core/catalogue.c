/* Cards of what has nothing but parameters: nonidealities, selectors. */
#include "core.h"

PyObject *catalogue_names(const catalogue *kind) {
  PyObject *names = PyTuple_New(kind->count());
  for (int32_t i = 0; names && i < kind->count(); i++) {
    PyObject *name = PyUnicode_FromString(kind->name(i));
    if (!name) Py_CLEAR(names);
    else PyTuple_SetItem(names, i, name);
  }
  return names;
}

static PyObject *param_tuple(const catalogue *kind, const module_state *state, const char *name, int32_t index) {
  memsim_param_card card = {.size = sizeof card};
  if (!succeeded(state, kind->param(name, index, &card))) return NULL;
  return Py_BuildValue("(sssOdd)", card.name, card.unit, card.text, card.rows ? Py_False : Py_True, card.minimum,
                       card.maximum);
}

PyObject *catalogue_card(const catalogue *kind, const module_state *state, const char *name) {
  memsim_model_card card = {.size = sizeof card};
  if (!succeeded(state, kind->info(name, &card))) return NULL;
  PyObject *params = PyTuple_New(card.param_count);
  for (int32_t i = 0; params && i < card.param_count; i++) {
    PyObject *item = param_tuple(kind, state, name, i);
    if (!item) Py_CLEAR(params);
    else PyTuple_SetItem(params, i, item);
  }
  return params ? Py_BuildValue("(ssssN)", card.name, card.title, card.text, card.source, params) : NULL;
}
