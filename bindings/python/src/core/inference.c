/* Inference: the type Inference, and what training does to weights. */
#include "core.h"

typedef struct {
  PyObject_HEAD
  memsim_inference *handle;
  size_t weights;
} inference_object;

static const module_state *state_of(inference_object *self) { return PyType_GetModuleState(Py_TYPE((PyObject *)self)); }

static int is_matrix(const module_state *state, const operand *values, uint64_t outputs, uint64_t inputs) {
  int fits = values->dtype == MEMSIM_FLOAT32 && inputs && !(values->count % inputs) && values->count / inputs == outputs;
  return require(state, fits, "the buffer must be float32 of outputs * inputs elements");
}

static PyObject *Inference_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  const module_state *state = PyType_GetModuleState(type);
  memsim_inference_def def;
  PyObject *context, *pairs[2];
  settings held[2] = {0};
  operand weights;
  memsim_inference_def_init(&def, sizeof def);
  if (kwargs && PyDict_Size(kwargs) > 0) return PyErr_Format(PyExc_TypeError, "Inference takes no keyword arguments"), NULL;
  if (!PyArg_ParseTuple(args, "OsO!zO!O&O&O&O&:Inference", &context, &def.model, &PyTuple_Type, &pairs[0], &def.converter,
                        &PyTuple_Type, &pairs[1], to_uint64, &def.outputs, to_uint64, &def.inputs, to_uint64, &def.seed,
                        to_operand, &weights))
    return NULL;
  memsim_inference *handle = NULL;
  if (is_matrix(state, &weights, def.outputs, def.inputs) && context_of(state, context, &def.context) &&
      given_read(&def.model_parameters, &held[0], pairs[0]) &&
      given_read(&def.converter_parameters, &held[1], pairs[1])) {
    memsim_status status;
    UNLOCKED(status, memsim_inference_create(&def, weights.view.buf, &handle));
    succeeded(state, status);
  }
  size_t count = weights.count;
  operand_release(&weights);
  for (int i = 0; i < 2; i++) settings_release(&held[i]);
  if (!handle) return NULL;
  inference_object *self = (inference_object *)PyType_GenericAlloc(type, 0);
  if (!self) return memsim_inference_destroy(handle), NULL;
  self->handle = handle;
  self->weights = count;
  return (PyObject *)self;
}

static void Inference_dealloc(inference_object *self) {
  PyTypeObject *type = Py_TYPE((PyObject *)self);
  memsim_inference *handle = self->handle;
  Py_BEGIN_ALLOW_THREADS
  memsim_inference_destroy(handle);
  Py_END_ALLOW_THREADS
  ((freefunc)PyType_GetSlot(type, Py_tp_free))((PyObject *)self);
  Py_DECREF(type);
}

static int holds(inference_object *self, const operand *out, size_t planes) {
  int fits = out->dtype == MEMSIM_FLOAT32 && out->count == planes * self->weights;
  return require(state_of(self), fits, "out must be float32 of planes * outputs * inputs elements");
}

static PyObject *Inference_weights(inference_object *self, PyObject *args) {
  double t;
  operand out;
  if (!PyArg_ParseTuple(args, "dO&:weights", &t, to_output, &out)) return NULL;
  PyObject *result = NULL;
  if (holds(self, &out, 1)) {
    memsim_status status;
    UNLOCKED(status, memsim_inference_weights(self->handle, t, out.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&out);
  return result;
}

static PyObject *Inference_quantity(inference_object *self, PyObject *args) {
  const char *name;
  operand out;
  int32_t planes = 0;
  if (!PyArg_ParseTuple(args, "sO&:quantity", &name, to_output, &out)) return NULL;
  PyObject *result = NULL;
  memsim_status status = memsim_inference_planes(self->handle, &planes);
  if (succeeded(state_of(self), status) && holds(self, &out, (size_t)planes)) {
    UNLOCKED(status, memsim_inference_state(self->handle, name, out.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&out);
  return result;
}

static PyObject *Inference_state(inference_object *self, PyObject *Py_UNUSED(unused)) {
  uint64_t size = 0;
  memsim_status status = memsim_inference_state_size(self->handle, &size);
  if (!succeeded(state_of(self), status)) return NULL;
  PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
  if (!bytes) return NULL;
  char *out = PyBytes_AsString(bytes);
  UNLOCKED(status, memsim_inference_save(self->handle, out, (size_t)size));
  if (!succeeded(state_of(self), status)) Py_CLEAR(bytes);
  return bytes;
}

static PyObject *Inference_load(inference_object *self, PyObject *args) {
  operand bytes;
  if (!PyArg_ParseTuple(args, "O&:load", to_operand, &bytes)) return NULL;
  memsim_status status;
  UNLOCKED(status, memsim_inference_load(self->handle, bytes.view.buf, (size_t)bytes.view.len));
  operand_release(&bytes);
  return none_if_succeeded(state_of(self), status);
}

static PyObject *Inference_memory(inference_object *self, void *Py_UNUSED(closure)) {
  uint64_t bytes = 0;
  memsim_status status = memsim_inference_memory(self->handle, &bytes);
  return succeeded(state_of(self), status) ? PyLong_FromUnsignedLongLong(bytes) : NULL;
}

static PyObject *Inference_planes(inference_object *self, void *Py_UNUSED(closure)) {
  int32_t planes = 0;
  memsim_status status = memsim_inference_planes(self->handle, &planes);
  return succeeded(state_of(self), status) ? PyLong_FromLong(planes) : NULL;
}

static PyMethodDef Inference_methods[] = {
    {"weights", (PyCFunction)Inference_weights, METH_VARARGS, "weights($self, t, out, /)\n--\n\nSee memsim_inference_weights."},
    {"quantity", (PyCFunction)Inference_quantity, METH_VARARGS, "quantity($self, name, out, /)\n--\n\nSee memsim_inference_state."},
    {"state", (PyCFunction)Inference_state, METH_NOARGS, "state($self, /)\n--\n\nSee memsim_inference_save."},
    {"load", (PyCFunction)Inference_load, METH_VARARGS, "load($self, state, /)\n--\n\nSee memsim_inference_load."},
    {NULL}};

static PyGetSetDef Inference_properties[] = {
    {"memory", (getter)Inference_memory, NULL, "Memory they take, in bytes.", NULL},
    {"planes", (getter)Inference_planes, NULL, "Devices of a weight.", NULL},
    {NULL}};

static PyType_Slot Inference_slots[] = {
    {Py_tp_doc, "Inference(context, model, model_parameters, converter, converter_parameters, outputs, inputs, seed, "
                "weights, /)\n--\n\nSee memsim_inference_create."},
    {Py_tp_new, Inference_new},
    {Py_tp_dealloc, Inference_dealloc},
    {Py_tp_methods, Inference_methods},
    {Py_tp_getset, Inference_properties},
    {0, NULL}};

PyType_Spec inference_spec = {.name = "memsim._core.Inference",
                              .basicsize = sizeof(inference_object),
                              .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
                              .slots = Inference_slots};

/* -- What training does to weights -- */

static PyObject *inference_modify(PyObject *module, PyObject *args) {
  const module_state *state = PyModule_GetState(module);
  PyObject *context, *pair;
  memsim_context *threads;
  memsim_settings modifier;
  settings held = {0};
  uint64_t seed, event, outputs, inputs;
  operand weights, out;
  if (!PyArg_ParseTuple(args, "OO!O&O&O&O&O&O&:inference_modify", &context, &PyTuple_Type, &pair, to_uint64, &seed,
                        to_uint64, &event, to_operand, &weights, to_uint64, &outputs, to_uint64, &inputs, to_output, &out))
    return NULL;
  PyObject *result = NULL;
  if (is_matrix(state, &weights, outputs, inputs) && is_matrix(state, &out, outputs, inputs) &&
      context_of(state, context, &threads) && given_read(&modifier, &held, pair)) {
    memsim_status status;
    UNLOCKED(status, memsim_inference_modify(threads, &modifier, seed, event, weights.view.buf, outputs, inputs, out.view.buf));
    result = none_if_succeeded(state, status);
  }
  settings_release(&held);
  operand_release(&weights);
  operand_release(&out);
  return result;
}

static PyObject *inference_clip(PyObject *module, PyObject *args) {
  const module_state *state = PyModule_GetState(module);
  PyObject *pair;
  memsim_settings clip;
  settings held = {0};
  uint64_t outputs, inputs;
  operand weights;
  if (!PyArg_ParseTuple(args, "O!O&O&O&:inference_clip", &PyTuple_Type, &pair, to_output, &weights, to_uint64, &outputs,
                        to_uint64, &inputs))
    return NULL;
  PyObject *result = NULL;
  if (is_matrix(state, &weights, outputs, inputs) && given_read(&clip, &held, pair)) {
    memsim_status status;
    UNLOCKED(status, memsim_inference_clip(&clip, weights.view.buf, outputs, inputs));
    result = none_if_succeeded(state, status);
  }
  settings_release(&held);
  operand_release(&weights);
  return result;
}

static PyObject *inference_remap(PyObject *module, PyObject *args) {
  const module_state *state = PyModule_GetState(module);
  PyObject *pair;
  memsim_settings remap;
  settings held = {0};
  uint64_t outputs, inputs;
  operand weights, scales;
  if (!PyArg_ParseTuple(args, "O!O&O&O&O&:inference_remap", &PyTuple_Type, &pair, to_output, &weights, to_output, &scales,
                        to_uint64, &outputs, to_uint64, &inputs))
    return NULL;
  PyObject *result = NULL;
  if (is_matrix(state, &weights, outputs, inputs) && is_matrix(state, &scales, outputs, 1) &&
      given_read(&remap, &held, pair)) {
    memsim_status status;
    UNLOCKED(status, memsim_inference_remap(&remap, weights.view.buf, scales.view.buf, outputs, inputs));
    result = none_if_succeeded(state, status);
  }
  settings_release(&held);
  operand_release(&weights);
  operand_release(&scales);
  return result;
}

PyMethodDef inference_functions[] = {
    {"inference_modify", inference_modify, METH_VARARGS, "inference_modify(context, modifier, seed, event, weights, outputs, inputs, out, /)\n--\n\nSee memsim_inference_modify."},
    {"inference_clip", inference_clip, METH_VARARGS, "inference_clip(clip, weights, outputs, inputs, /)\n--\n\nSee memsim_inference_clip."},
    {"inference_remap", inference_remap, METH_VARARGS, "inference_remap(remap, weights, scales, outputs, inputs, /)\n--\n\nSee memsim_inference_remap."},
    {NULL}};
