/* Models: their names and cards. */
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

static const card_source models = {memsim_model_info,  memsim_model_param,    memsim_model_option,
                                   memsim_model_state, memsim_model_quantity, memsim_model_preset};

static PyObject *model_card(PyObject *module, PyObject *args) {
  const char *name;
  memsim_model_card card;
  if (!PyArg_ParseTuple(args, "s:model_card", &name)) return NULL;
  PyObject *dict = card_dict(&models, PyModule_GetState(module), name, &card);
  if (dict && card_set(dict, "timed", PyBool_FromLong(card.timed)) &&
      card_set(dict, "voltage_limit", PyFloat_FromDouble(card.voltage_limit)))
    return dict;
  Py_XDECREF(dict);
  return NULL;
}

PyMethodDef model_functions[] = {
    {"model_names", model_names, METH_NOARGS, "model_names()\n--\n\nNames of the device models."},
    {"model_card", model_card, METH_VARARGS, "model_card(name, /)\n--\n\nThe cards by kind, see memsim_model_card."},
    {NULL}};
