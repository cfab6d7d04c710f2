/* Cards as plain data: models, nonidealities, selectors, pulsed devices, compounds, settings and what inference has. */
#include "core.h"

/* One kind of cards: the functions of the library that tell of it; NULL for what it does not have. */
typedef struct {
  const char *kind;
  int32_t (*count)(void);
  const char *(*name)(int32_t index);
  memsim_status (*info)(const char *name, memsim_model_card *out);
  memsim_status (*param)(const char *name, int32_t index, memsim_param_card *out);
  memsim_status (*option)(const char *name, int32_t index, memsim_option_card *out);
  memsim_status (*state)(const char *name, int32_t index, memsim_state_card *out);
  memsim_status (*quantity)(const char *name, int32_t index, memsim_state_card *out);
  memsim_status (*preset)(const char *name, int32_t index, memsim_preset_card *out);
} card_kind;

static const card_kind kinds[] = {
    {"model", memsim_model_count, memsim_model_name, memsim_model_info, memsim_model_param, memsim_model_option,
     memsim_model_state, memsim_model_quantity, memsim_model_preset},
    {.kind = "nonideality", memsim_nonideality_count, memsim_nonideality_name, memsim_nonideality_info,
     memsim_nonideality_param},
    {.kind = "selector", memsim_selector_count, memsim_selector_name, memsim_selector_info, memsim_selector_param},
    {.kind = "pulsed-device", memsim_pulsed_device_count, memsim_pulsed_device_name, memsim_pulsed_device_info,
     memsim_pulsed_device_param, memsim_pulsed_device_option, memsim_pulsed_device_state,
     .preset = memsim_pulsed_device_preset},
    {.kind = "compound", memsim_compound_count, memsim_compound_name, memsim_compound_info, memsim_compound_param,
     memsim_compound_option, memsim_compound_state},
    {.kind = "tile-settings", .info = memsim_tile_settings_info, memsim_tile_settings_param,
     memsim_tile_settings_option},
    {.kind = "inference-model", memsim_inference_model_count, memsim_inference_model_name, memsim_inference_model_info,
     memsim_inference_model_param, .state = memsim_inference_model_state},
    {.kind = "inference-converter", memsim_inference_converter_count, memsim_inference_converter_name,
     memsim_inference_converter_info, memsim_inference_converter_param},
    {.kind = "inference-settings", .info = memsim_inference_settings_info, memsim_inference_settings_param,
     memsim_inference_settings_option},
};

/* NULL with ValueError raised for one that there is not. */
static const card_kind *kind_of(const char *kind) {
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    if (strcmp(kinds[i].kind, kind) == 0) return &kinds[i];
  }
  return PyErr_Format(PyExc_ValueError, "no cards of kind \"%s\"", kind), NULL;
}

static PyObject *card_names(PyObject *Py_UNUSED(module), PyObject *args) {
  const char *text;
  if (!PyArg_ParseTuple(args, "s:card_names", &text)) return NULL;
  const card_kind *kind = kind_of(text);
  if (!kind) return NULL;
  const int32_t count = kind->count ? kind->count() : 0;
  PyObject *names = PyTuple_New(count);
  for (int32_t i = 0; names && i < count; i++) {
    PyObject *name = PyUnicode_FromString(kind->name(i));
    if (!name) Py_CLEAR(names);
    else PyTuple_SetItem(names, i, name);
  }
  return names;
}

static PyObject *param_tuple(const card_kind *kind, const module_state *state, const char *name, int32_t index) {
  memsim_param_card card = {.size = sizeof card};
  if (!succeeded(state, kind->param(name, index, &card))) return NULL;
  Py_ssize_t bytes = (Py_ssize_t)card.rows * card.columns * (Py_ssize_t)sizeof(double);
  const char *values = bytes ? (const char *)card.default_values : ""; /* a list of any length has no rows */
  return Py_BuildValue("(sssiiddy#)", card.name, card.unit, card.text, (int)card.rows, (int)card.columns, card.minimum,
                       card.maximum, values, bytes);
}

static PyObject *option_tuple(const card_kind *kind, const module_state *state, const char *name, int32_t index) {
  memsim_option_card card = {.size = sizeof card};
  if (!succeeded(state, kind->option(name, index, &card))) return NULL;
  return Py_BuildValue("(sss)", card.name, card.choices, card.text);
}

static PyObject *state_tuple(const card_kind *kind, const module_state *state, const char *name, int32_t index) {
  memsim_state_card card = {.size = sizeof card};
  if (!succeeded(state, kind->state(name, index, &card))) return NULL;
  return Py_BuildValue("(sssi)", card.name, card.unit, card.text, (int)card.settable);
}

static PyObject *quantity_tuple(const card_kind *kind, const module_state *state, const char *name, int32_t index) {
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

static PyObject *preset_tuple(const card_kind *kind, const module_state *state, const char *name, int32_t index) {
  memsim_preset_card card = {.size = sizeof card};
  if (!succeeded(state, kind->preset(name, index, &card))) return NULL;
  PyObject *params = preset_params(&card);
  return params ? Py_BuildValue("(sssN)", card.name, card.text, card.source, params) : NULL;
}

typedef PyObject *(*describe)(const card_kind *kind, const module_state *state, const char *name, int32_t index);

/* `known` is whether the library has a function for these items. */
static PyObject *described(const card_kind *kind, const module_state *state, const char *name, int known,
                           int32_t count, describe item) {
  PyObject *tuple = PyTuple_New(known ? count : 0);
  for (int32_t i = 0; known && tuple && i < count; i++) {
    PyObject *card = item(kind, state, name, i);
    if (!card) Py_CLEAR(tuple);
    else PyTuple_SetItem(tuple, i, card);
  }
  return tuple;
}

/* Sets `key` of the dict; 0 with an error raised, also if `value` is NULL. Takes the reference to `value`. */
static int set(PyObject *card, const char *key, PyObject *value) {
  int done = value && PyDict_SetItemString(card, key, value) == 0;
  Py_XDECREF(value);
  return done;
}

static PyObject *card(PyObject *module, PyObject *args) {
  const char *text, *name;
  if (!PyArg_ParseTuple(args, "ss:card", &text, &name)) return NULL;
  const module_state *state = PyModule_GetState(module);
  const card_kind *kind = kind_of(text);
  memsim_model_card card = {.size = sizeof card};
  if (!kind || !succeeded(state, kind->info(name, &card))) return NULL;
  PyObject *dict = PyDict_New();
  if (dict && set(dict, "title", PyUnicode_FromString(card.title)) &&
      set(dict, "text", PyUnicode_FromString(card.text)) && set(dict, "source", PyUnicode_FromString(card.source)) &&
      set(dict, "params", described(kind, state, name, 1, card.param_count, param_tuple)) &&
      set(dict, "options", described(kind, state, name, !!kind->option, card.option_count, option_tuple)) &&
      set(dict, "states", described(kind, state, name, !!kind->state, card.state_count, state_tuple)) &&
      set(dict, "quantities", described(kind, state, name, !!kind->quantity, card.quantity_count, quantity_tuple)) &&
      set(dict, "presets", described(kind, state, name, !!kind->preset, card.preset_count, preset_tuple)) &&
      set(dict, "timed", PyBool_FromLong(card.timed)) &&
      set(dict, "voltage_limit", PyFloat_FromDouble(card.voltage_limit)))
    return dict;
  Py_XDECREF(dict);
  return NULL;
}

PyMethodDef card_functions[] = {
    {"card_names", card_names, METH_VARARGS, "card_names(kind, /)\n--\n\nNames of a kind's cards that are listed."},
    {"card", card, METH_VARARGS, "card(kind, name, /)\n--\n\nA card by its parts, see memsim_model_card."},
    {NULL}};
