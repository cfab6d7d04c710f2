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

static PyObject *quantity_tuple(const module_state *state, const char *model, int32_t index) {
  memsim_state_card card = {.size = sizeof card};
  if (!succeeded(state, memsim_model_quantity(model, index, &card))) return NULL;
  return Py_BuildValue("(sss)", card.name, card.unit, card.text);
}

static PyObject *preset_params(const memsim_preset_card *card) {
  PyObject *tuple = PyTuple_New(card->param_count);
  for (int32_t i = 0; tuple && i < card->param_count; i++) {
    const memsim_param *param = &card->params[i];
    Py_ssize_t bytes = (Py_ssize_t)(param->count * sizeof(double));
    PyObject *pair = Py_BuildValue("(sy#)", param->name, (const char *)param->values, bytes);
    if (!pair) Py_CLEAR(tuple);
    else PyTuple_SetItem(tuple, i, pair);
  }
  return tuple;
}

static PyObject *preset_tuple(const module_state *state, const char *model, int32_t index) {
  memsim_preset_card card = {.size = sizeof card};
  if (!succeeded(state, memsim_model_preset(model, index, &card))) return NULL;
  PyObject *params = preset_params(&card);
  return params ? Py_BuildValue("(sssN)", card.name, card.text, card.source, params) : NULL;
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

/* Sets `key` of the card; 0 with an error raised, also if `value` is NULL. Takes the reference to `value`. */
static int set(PyObject *card, const char *key, PyObject *value) {
  int done = value && PyDict_SetItemString(card, key, value) == 0;
  Py_XDECREF(value);
  return done;
}

static PyObject *model_card(PyObject *module, PyObject *args) {
  const module_state *state = PyModule_GetState(module);
  const char *name;
  if (!PyArg_ParseTuple(args, "s:model_card", &name)) return NULL;
  memsim_model_card card = {.size = sizeof card};
  if (!succeeded(state, memsim_model_info(name, &card))) return NULL;
  PyObject *dict = PyDict_New();
  if (dict && set(dict, "title", PyUnicode_FromString(card.title)) && set(dict, "text", PyUnicode_FromString(card.text)) &&
      set(dict, "source", PyUnicode_FromString(card.source)) && set(dict, "timed", PyBool_FromLong(card.timed)) &&
      set(dict, "voltage_limit", PyFloat_FromDouble(card.voltage_limit)) &&
      set(dict, "params", described(state, name, card.param_count, param_tuple)) &&
      set(dict, "options", described(state, name, card.option_count, option_tuple)) &&
      set(dict, "states", described(state, name, card.state_count, state_tuple)) &&
      set(dict, "quantities", described(state, name, card.quantity_count, quantity_tuple)) &&
      set(dict, "presets", described(state, name, card.preset_count, preset_tuple)))
    return dict;
  Py_XDECREF(dict);
  return NULL;
}

PyMethodDef model_functions[] = {
    {"model_names", model_names, METH_NOARGS, "model_names()\n--\n\nNames of the device models."},
    {"model_card", model_card, METH_VARARGS, "model_card(name, /)\n--\n\nThe cards by kind, see memsim_model_card."},
    {NULL}};
