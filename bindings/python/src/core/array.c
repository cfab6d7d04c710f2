/* Arrays: the type Array. */
#include "array.h"

PyObject *array_wrapped(PyTypeObject *type, memsim_status status, memsim_array *handle) {
  if (!succeeded(PyType_GetModuleState(type), status)) return NULL;
  Array *self = (Array *)PyType_GenericAlloc(type, 0);
  if (!self) {
    memsim_array_destroy(handle);
    return NULL;
  }
  self->handle = handle;
  memsim_array_shape(handle, &self->rows, &self->columns);
  return (PyObject *)self;
}

static PyObject *Array_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
  memsim_array_def def;
  PyObject *params, *options, *context;
  settings given;
  memsim_array_def_init(&def, sizeof def);
  if (!PyArg_ParseTuple(args, "sO&O&O&zO!O!O:Array", &def.model, to_uint64, &def.rows, to_uint64, &def.columns, to_uint64,
                        &def.seed, &def.preset, &PyTuple_Type, &params, &PyTuple_Type, &options, &context))
    return NULL;
  if (!context_of(PyType_GetModuleState(type), context, &def.context)) return NULL;
  PyObject *result = NULL;
  if (settings_read(&given, params, options)) {
    def.params = given.params.items;
    def.param_count = given.params.count;
    def.options = given.options;
    def.option_count = given.option_count;
    memsim_array *handle = NULL;
    memsim_status status;
    UNLOCKED(status, memsim_array_create(&def, &handle));
    result = array_wrapped(type, status, handle);
  }
  settings_release(&given);
  return result;
}

static void Array_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  memsim_array *handle = handle_of(self);
  Py_BEGIN_ALLOW_THREADS
  memsim_array_destroy(handle);
  Py_END_ALLOW_THREADS
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

static PyObject *Array_shape(PyObject *self, void *Py_UNUSED(closure)) {
  Array *array = (Array *)self;
  return Py_BuildValue("(KK)", (unsigned long long)array->rows, (unsigned long long)array->columns);
}

static PyObject *Array_model(PyObject *self, void *Py_UNUSED(closure)) {
  const char *name = NULL;
  memsim_status status = memsim_array_model(handle_of(self), &name);
  return succeeded(state_of(self), status) ? PyUnicode_FromString(name) : NULL;
}

static PyObject *Array_memory(PyObject *self, void *Py_UNUSED(closure)) {
  uint64_t bytes = 0;
  memsim_status status = memsim_array_memory(handle_of(self), &bytes);
  return succeeded(state_of(self), status) ? PyLong_FromUnsignedLongLong(bytes) : NULL;
}

static PyMethodDef Array_methods[] = {
    {"apply", Array_apply, METH_VARARGS, "apply($self, volts, where, /)\n--\n\nSee memsim_array_apply."},
    {"apply_for", Array_apply_for, METH_VARARGS, "apply_for($self, volts, durations, where, /)\n--\n\nSee memsim_array_apply_for."},
    {"pulse", Array_pulse, METH_VARARGS, "pulse($self, counts, where, /)\n--\n\nSee memsim_array_pulse."},
    {"sweep", Array_sweep, METH_VARARGS, "sweep($self, times, volts, where, out, /)\n--\n\nSee memsim_array_sweep."},
    {"read", Array_read, METH_VARARGS, "read($self, volts, noise, bandwidth, out, /)\n--\n\nSee memsim_array_read."},
    {"conductance", Array_conductance, METH_VARARGS, "conductance($self, volts, out, /)\n--\n\nSee memsim_array_conductance."},
    {"vmm", Array_vmm, METH_VARARGS, "vmm($self, volts, noise, bandwidth, out, /)\n--\n\nSee memsim_array_vmm."},
    {"get_state", Array_get_state, METH_VARARGS, "get_state($self, name, out, /)\n--\n\nSee memsim_array_get_state."},
    {"set_state", Array_set_state, METH_VARARGS, "set_state($self, name, values, where, /)\n--\n\nSee memsim_array_set_state."},
    {"hash", Array_hash, METH_NOARGS, "hash($self, /)\n--\n\nSee memsim_array_hash."},
    {"save", Array_save, METH_VARARGS, "save($self, path, /)\n--\n\nSee memsim_array_save."},
    {"load", Array_load, METH_VARARGS | METH_CLASS, "load($type, path, context, /)\n--\n\nSee memsim_array_load."},
    {"to_bytes", Array_to_bytes, METH_NOARGS, "to_bytes($self, /)\n--\n\nSee memsim_array_write."},
    {"from_bytes", Array_from_bytes, METH_VARARGS | METH_CLASS,
     "from_bytes($type, data, context, /)\n--\n\nSee memsim_array_read_from."},
    {NULL}};

static PyGetSetDef Array_properties[] = {{"shape", Array_shape, NULL, "(rows, columns).", NULL},
                                         {"model", Array_model, NULL, "Name of the model.", NULL},
                                         {"memory", Array_memory, NULL, "Memory the cells take, in bytes.", NULL},
                                         {NULL}};

static PyType_Slot Array_slots[] = {
    {Py_tp_doc, "Array(model, rows, columns, seed, preset, params, options, context, /)\n--\n\nA handle, see memsim_array."},
    {Py_tp_new, Array_new},
    {Py_tp_dealloc, Array_dealloc},
    {Py_tp_methods, Array_methods},
    {Py_tp_getset, Array_properties},
    {0, NULL}};

PyType_Spec array_spec = {"memsim._core.Array", sizeof(Array), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
                          Array_slots};
