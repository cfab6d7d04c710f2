/* Training: layers on pairs of devices that are not ideal. A Layer never changes; its draws live in buffers of Python's. */
#include "core.h"

enum { MOST = 64 }; /* nonidealities of one layer */

typedef struct {
  PyObject_HEAD
  memsim_layer *handle;
} layer_object;

/* Nonidealities, their parameters' buffers held until nonidealities_release. */
typedef struct {
  memsim_nonideality items[MOST];
  param_list params[MOST];
  size_t count;
} nonidealities;

/* Reads a tuple of pairs (name, pairs of a parameter's name and values). Release it in any case. */
static int nonidealities_read(nonidealities *list, const module_state *state, PyObject *tuple) {
  list->count = 0;
  Py_ssize_t count = PyTuple_Size(tuple);
  if (!require(state, count <= MOST, "a layer has at most 64 nonidealities")) return 0;
  for (Py_ssize_t i = 0; i < count; i++) {
    PyObject *pairs;
    if (!PyArg_ParseTuple(PyTuple_GetItem(tuple, i), "sO!", &list->items[i].name, &PyTuple_Type, &pairs)) return 0;
    list->count = (size_t)i + 1;
    if (!params_read(&list->params[i], pairs)) return 0;
    list->items[i].params = list->params[i].items;
    list->items[i].param_count = list->params[i].count;
  }
  return 1;
}

static void nonidealities_release(nonidealities *list) {
  for (size_t i = 0; i < list->count; i++) params_release(&list->params[i]);
}

static PyObject *layer_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  const module_state *state = PyType_GetModuleState(type);
  memsim_layer_def def;
  nonidealities given;
  PyObject *context_object, *tuple;
  memsim_layer_def_init(&def, sizeof def);
  if (kwargs && PyDict_Size(kwargs) > 0) return PyErr_Format(PyExc_TypeError, "Layer takes no keyword arguments"), NULL;
  if (!PyArg_ParseTuple(args, "OO&O&idddO!i:Layer", &context_object, to_uint64, &def.inputs, to_uint64, &def.outputs,
                        &def.bias, &def.g_off, &def.g_on, &def.k_v, &PyTuple_Type, &tuple, &def.redraw))
    return NULL;
  memsim_layer *handle = NULL;
  if (nonidealities_read(&given, state, tuple) && context_of(state, context_object, &def.context)) {
    def.nonidealities = given.items;
    def.nonideality_count = given.count;
    succeeded(state, memsim_layer_create(&def, &handle));
  }
  nonidealities_release(&given);
  if (!handle) return NULL;
  layer_object *self = (layer_object *)((allocfunc)PyType_GetSlot(type, Py_tp_alloc))(type, 0);
  if (!self) return memsim_layer_destroy(handle), NULL;
  self->handle = handle;
  return (PyObject *)self;
}

static void layer_dealloc(layer_object *self) {
  PyTypeObject *type = Py_TYPE(self);
  memsim_layer_destroy(self->handle);
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

static const module_state *state_of(layer_object *self) { return PyType_GetModuleState(Py_TYPE(self)); }

static PyObject *layer_workspace(layer_object *self, PyObject *args) {
  int dtype;
  uint64_t bytes = 0;
  if (!PyArg_ParseTuple(args, "i:workspace", &dtype)) return NULL;
  if (!succeeded(state_of(self), memsim_layer_workspace(self->handle, (memsim_dtype)dtype, &bytes))) return NULL;
  return PyLong_FromUnsignedLongLong(bytes);
}

#define KEY_FORMAT "(O&O&O&O&O&)"
#define KEY_ARGUMENTS(key)                                                                                     \
  to_uint64, &(key).seed, to_uint64, &(key).stream, to_uint64, &(key).call, to_uint64, &(key).first_sample, \
      to_uint64, &(key).sample_step

/* Addresses are passed as integers: PyTorch's tensors are no buffers, and their makers know extents and types. */
static PyObject *layer_draw(layer_object *self, PyObject *args) {
  memsim_layer_key key;
  uint64_t weights, normals, workspace, capacity;
  int dtype;
  if (!PyArg_ParseTuple(args, "O&i" KEY_FORMAT "O&O&O&:draw", to_uint64, &weights, &dtype, KEY_ARGUMENTS(key), to_uint64,
                        &normals, to_uint64, &workspace, to_uint64, &capacity))
    return NULL;
  memsim_status status;
  UNLOCKED(status, memsim_layer_draw(self->handle, (const void *)(uintptr_t)weights, (memsim_dtype)dtype, &key,
                                     (const double *)(uintptr_t)normals, (void *)(uintptr_t)workspace, capacity));
  return none_if_succeeded(state_of(self), status);
}

static PyObject *layer_conductances(layer_object *self, PyObject *args) {
  memsim_layer_key key;
  uint64_t weights, out;
  int dtype;
  if (!PyArg_ParseTuple(args, "O&i" KEY_FORMAT "O&:conductances", to_uint64, &weights, &dtype, KEY_ARGUMENTS(key),
                        to_uint64, &out))
    return NULL;
  memsim_status status;
  UNLOCKED(status, memsim_layer_conductances(self->handle, (const void *)(uintptr_t)weights, (memsim_dtype)dtype, &key,
                                             (void *)(uintptr_t)out));
  return none_if_succeeded(state_of(self), status);
}

static PyObject *layer_forward(layer_object *self, PyObject *args) {
  uint64_t workspace, capacity, x, batch, y, power;
  int dtype;
  if (!PyArg_ParseTuple(args, "O&O&O&iO&O&O&:forward", to_uint64, &workspace, to_uint64, &capacity, to_uint64, &x, &dtype,
                        to_uint64, &batch, to_uint64, &y, to_uint64, &power))
    return NULL;
  memsim_status status;
  UNLOCKED(status, memsim_layer_forward(self->handle, (const void *)(uintptr_t)workspace, capacity,
                                        (const void *)(uintptr_t)x, (memsim_dtype)dtype, batch, (void *)(uintptr_t)y,
                                        (void *)(uintptr_t)power));
  return none_if_succeeded(state_of(self), status);
}

static PyObject *layer_backward(layer_object *self, PyObject *args) {
  uint64_t workspace, capacity, weights, x, y, grad_y, batch, grad_x, grad_weights;
  double penalty;
  int dtype;
  if (!PyArg_ParseTuple(args, "O&O&O&O&O&O&iO&dO&O&:backward", to_uint64, &workspace, to_uint64, &capacity, to_uint64,
                        &weights, to_uint64, &x, to_uint64, &y, to_uint64, &grad_y, &dtype, to_uint64, &batch, &penalty,
                        to_uint64, &grad_x, to_uint64, &grad_weights))
    return NULL;
  memsim_status status;
  UNLOCKED(status,
           memsim_layer_backward(self->handle, (const void *)(uintptr_t)workspace, capacity,
                                 (const void *)(uintptr_t)weights, (const void *)(uintptr_t)x,
                                 (const void *)(uintptr_t)y, (const void *)(uintptr_t)grad_y, (memsim_dtype)dtype, batch,
                                 penalty, (void *)(uintptr_t)grad_x, (void *)(uintptr_t)grad_weights));
  return none_if_succeeded(state_of(self), status);
}

static PyMethodDef layer_methods[] = {
    {"workspace", (PyCFunction)layer_workspace, METH_VARARGS, "workspace($self, dtype, /)\n--\n\nSee memsim_layer_workspace."},
    {"draw", (PyCFunction)layer_draw, METH_VARARGS,
     "draw($self, weights, dtype, key, normals, workspace, capacity, /)\n--\n\nSee memsim_layer_draw; addresses are integers."},
    {"conductances", (PyCFunction)layer_conductances, METH_VARARGS,
     "conductances($self, weights, dtype, key, out, /)\n--\n\nSee memsim_layer_conductances; addresses are integers."},
    {"forward", (PyCFunction)layer_forward, METH_VARARGS,
     "forward($self, workspace, capacity, x, dtype, batch, y, power, /)\n--\n\nSee memsim_layer_forward; addresses are integers."},
    {"backward", (PyCFunction)layer_backward, METH_VARARGS,
     "backward($self, workspace, capacity, weights, x, y, grad_y, dtype, batch, penalty, grad_x, grad_weights, /)\n--\n\n"
     "See memsim_layer_backward; addresses are integers."},
    {NULL}};

static PyType_Slot layer_slots[] = {
    {Py_tp_doc, "Layer(context, inputs, outputs, bias, g_off, g_on, k_v, nonidealities, redraw, /)\n--\n\n"
                "See memsim_layer_create."},
    {Py_tp_new, layer_new},
    {Py_tp_dealloc, layer_dealloc},
    {Py_tp_methods, layer_methods},
    {0, NULL}};

PyType_Spec layer_spec = {.name = "memsim._core.Layer",
                          .basicsize = sizeof(layer_object),
                          .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
                          .slots = layer_slots};

static PyObject *law_evaluate(PyObject *module, PyObject *args) {
  const module_state *state = PyModule_GetState(module);
  memsim_nonideality law;
  PyObject *pairs;
  param_list params;
  operand in[3], out[3];
  if (!PyArg_ParseTuple(args, "sO!O&O&O&O&O&O&:law_evaluate", &law.name, &PyTuple_Type, &pairs, to_operand, &in[0],
                        to_operand, &in[1], to_operand, &in[2], to_output, &out[0], to_output, &out[1], to_output, &out[2]))
    return NULL;
  PyObject *result = NULL;
  int fits = 1;
  size_t count = in[0].count;
  for (int i = 0; i < 3; i++) {
    fits = fits && in[i].dtype == MEMSIM_FLOAT64 && out[i].dtype == MEMSIM_FLOAT64;
    fits = fits && in[i].count == (i == 2 ? 2 * count : count) && out[i].count == count;
  }
  if (params_read(&params, pairs) && require(state, fits, "buffers must be float64 of count elements, normals of twice as many")) {
    law.params = params.items;
    law.param_count = params.count;
    memsim_status status;
    UNLOCKED(status, memsim_law_evaluate(&law, in[0].view.buf, in[1].view.buf, in[2].view.buf, count, out[0].view.buf,
                                         out[1].view.buf, out[2].view.buf));
    result = none_if_succeeded(state, status);
  }
  params_release(&params);
  for (int i = 0; i < 3; i++) operand_release(&in[i]), operand_release(&out[i]);
  return result;
}

static PyObject *pairs(PyObject *module, PyObject *args) {
  uint64_t weights, count, out;
  int dtype, mapping;
  if (!PyArg_ParseTuple(args, "O&iO&iO&:pairs", to_uint64, &weights, &dtype, to_uint64, &count, &mapping, to_uint64, &out))
    return NULL;
  memsim_status status;
  UNLOCKED(status, memsim_pairs((const void *)(uintptr_t)weights, (memsim_dtype)dtype, count, mapping, (void *)(uintptr_t)out));
  return none_if_succeeded(PyModule_GetState(module), status);
}

static PyObject *pairs_backward(PyObject *module, PyObject *args) {
  uint64_t weights, count, grad_pairs, grad_weights;
  int dtype, mapping;
  if (!PyArg_ParseTuple(args, "O&iO&iO&O&:pairs_backward", to_uint64, &weights, &dtype, to_uint64, &count, &mapping,
                        to_uint64, &grad_pairs, to_uint64, &grad_weights))
    return NULL;
  memsim_status status;
  UNLOCKED(status, memsim_pairs_backward((const void *)(uintptr_t)weights, (memsim_dtype)dtype, count, mapping,
                                         (const void *)(uintptr_t)grad_pairs, (void *)(uintptr_t)grad_weights));
  return none_if_succeeded(PyModule_GetState(module), status);
}

PyMethodDef layer_functions[] = {
    {"law_evaluate", law_evaluate, METH_VARARGS,
     "law_evaluate(name, params, volts, conductance, normals, current, d_conductance, d_voltage, /)\n--\n\n"
     "See memsim_law_evaluate."},
    {"pairs", pairs, METH_VARARGS, "pairs(weights, dtype, count, mapping, out, /)\n--\n\nSee memsim_pairs; addresses are integers."},
    {"pairs_backward", pairs_backward, METH_VARARGS,
     "pairs_backward(weights, dtype, count, mapping, grad_pairs, grad_weights, /)\n--\n\nSee memsim_pairs_backward."},
    {NULL}};
