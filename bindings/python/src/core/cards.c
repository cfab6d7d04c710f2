/* Cards as plain data: parameters with their defaults, options, states, quantities, presets. */
#include "core.h"

static PyObject *param_tuple(const card_source *kind, const module_state *state, const char *name, int32_t index) {
  memsim_param_card card = {.size = sizeof card};
  if (!succeeded(state, kind->param(name, index, &card))) return NULL;
  Py_ssize_t bytes = (Py_ssize_t)card.rows * card.columns * (Py_ssize_t)sizeof(double);
  const char *values = bytes ? (const char *)card.default_values : ""; /* a list of any length has no rows */
  return Py_BuildValue("(sssiiddy#)", card.name, card.unit, card.text, (int)card.rows, (int)card.columns, card.minimum,
                       card.maximum, values, bytes);
}

static PyObject *option_tuple(const card_source *kind, const module_state *state, const char *name, int32_t index) {
  memsim_option_card card = {.size = sizeof card};
  if (!succeeded(state, kind->option(name, index, &card))) return NULL;
  return Py_BuildValue("(sss)", card.name, card.choices, card.text);
}

static PyObject *state_tuple(const card_source *kind, const module_state *state, const char *name, int32_t index) {
  memsim_state_card card = {.size = sizeof card};
  if (!succeeded(state, kind->state(name, index, &card))) return NULL;
  return Py_BuildValue("(sssi)", card.name, card.unit, card.text, (int)card.settable);
}

static PyObject *quantity_tuple(const card_source *kind, const module_state *state, const char *name, int32_t index) {
  memsim_state_card card = {.size = sizeof card};
  if (!succeeded(state, kind->quantity(name, index, &card))) return NULL;
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

static PyObject *preset_tuple(const card_source *kind, const module_state *state, const char *name, int32_t index) {
  memsim_preset_card card = {.size = sizeof card};
  if (!succeeded(state, kind->preset(name, index, &card))) return NULL;
  PyObject *params = preset_params(&card);
  return params ? Py_BuildValue("(sssN)", card.name, card.text, card.source, params) : NULL;
}

typedef PyObject *(*describe)(const card_source *kind, const module_state *state, const char *name, int32_t index);

/* `known` is whether the library has a function for these items. */
static PyObject *described(const card_source *kind, const module_state *state, const char *name, int known,
                           int32_t count, describe item) {
  PyObject *tuple = PyTuple_New(known ? count : 0);
  for (int32_t i = 0; known && tuple && i < count; i++) {
    PyObject *card = item(kind, state, name, i);
    if (!card) Py_CLEAR(tuple);
    else PyTuple_SetItem(tuple, i, card);
  }
  return tuple;
}

int card_set(PyObject *card, const char *key, PyObject *value) {
  int done = value && PyDict_SetItemString(card, key, value) == 0;
  Py_XDECREF(value);
  return done;
}

PyObject *card_dict(const card_source *kind, const module_state *state, const char *name, memsim_model_card *card) {
  *card = (memsim_model_card){.size = sizeof *card};
  if (!succeeded(state, kind->info(name, card))) return NULL;
  PyObject *dict = PyDict_New();
  if (dict && card_set(dict, "title", PyUnicode_FromString(card->title)) &&
      card_set(dict, "text", PyUnicode_FromString(card->text)) &&
      card_set(dict, "source", PyUnicode_FromString(card->source)) &&
      card_set(dict, "params", described(kind, state, name, 1, card->param_count, param_tuple)) &&
      card_set(dict, "options", described(kind, state, name, !!kind->option, card->option_count, option_tuple)) &&
      card_set(dict, "states", described(kind, state, name, !!kind->state, card->state_count, state_tuple)) &&
      card_set(dict, "quantities", described(kind, state, name, !!kind->quantity, card->quantity_count, quantity_tuple)) &&
      card_set(dict, "presets", described(kind, state, name, !!kind->preset, card->preset_count, preset_tuple)))
    return dict;
  Py_XDECREF(dict);
  return NULL;
}
