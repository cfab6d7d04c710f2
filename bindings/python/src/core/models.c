/* Models: the cards as plain tuples. */
#include "core.h"

static PyObject *model_names(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused)) {
  PyObject *list = PyList_New(0);
  for (int32_t i = 0; list && i < memsim_model_count(); i++) {
    PyObject *name = PyUnicode_FromString(memsim_model_name(i));
    if (!name || PyList_Append(list, name) < 0) Py_CLEAR(list);
    Py_XDECREF(name);
  }
  return list;
}

static PyObject *param_tuple(const module_state *state, const char *model, int32_t index) {
  memsim_param_card card = {.size = sizeof card};
  if (!succeeded(state, memsim_model_param(model, index, &card))) return NULL;
  Py_ssize_t bytes = (Py_ssize_t)card.rows * card.columns * (Py_ssize_t)sizeof(double);
  return Py_BuildValue("(sssiiddy#)", card.name, card.unit, card.text, (int)card.rows, (int)card.columns, card.minimum,
                       card.maximum, (const char *)card.default_values, bytes);
}

static PyObject *option_tuple(const module_state *state, const char *model, int32_t index) {
  memsim_option_card card = {.size = sizeof card};
  if (!succeeded(state, memsim_model_option(model, index, &card))) return NULL;
  return Py_BuildValue("(sss)", card.name, card.choices, card.text);
}

static PyObject *state_tuple(const module_state *state, const char *model, int32_t index) {
  memsim_state_card card = {.size = sizeof card};
  if (!succeeded(state, memsim_model_state(model, index, &card))) return NULL;
  return Py_BuildValue("(sssi)", card.name, card.unit, card.text, (int)card.settable);
}

typedef PyObject *(*describe)(const module_state *state, const char *model, int32_t index);

static PyObject *described(const module_state *state, const char *model, int32_t count, describe item) {
  PyObject *tuple = PyTuple_New(count);
  for (int32_t i = 0; tuple && i < count; i++) {
    PyObject *card = item(state, model, i);
    if (!card) Py_CLEAR(tuple);
    else PyTuple_SetItem(tuple, i, card);
  }
  return tuple;
}

static PyObject *model_card(PyObject *module, PyObject *args) {
  const module_state *state = PyModule_GetState(module);
  const char *name;
  if (!PyArg_ParseTuple(args, "s:model_card", &name)) return NULL;
  memsim_model_card card = {.size = sizeof card};
  if (!succeeded(state, memsim_model_info(name, &card))) return NULL;
  PyObject *params = described(state, name, card.param_count, param_tuple);
  PyObject *options = params ? described(state, name, card.option_count, option_tuple) : NULL;
  PyObject *states = options ? described(state, name, card.state_count, state_tuple) : NULL;
  if (states) return Py_BuildValue("(ssssNNN)", card.name, card.title, card.text, card.source, params, options, states);
  Py_XDECREF(params);
  Py_XDECREF(options);
  return NULL;
}

PyMethodDef model_functions[] = {
    {"model_names", model_names, METH_NOARGS, "model_names()\n--\n\nNames of the device models."},
    {"model_card", model_card, METH_VARARGS,
     "model_card(name, /)\n--\n\n(name, title, text, source, params, options, states), see memsim_model_card."},
    {NULL}};
