/* Arrays: hash, files and bytes. */
#include "array.h"

PyObject *Array_hash(PyObject *self, PyObject *Py_UNUSED(unused)) {
  uint64_t hash = 0;
  memsim_status status;
  UNLOCKED(status, memsim_array_hash(handle_of(self), &hash));
  return succeeded(state_of(self), status) ? PyLong_FromUnsignedLongLong(hash) : NULL;
}

PyObject *Array_save(PyObject *self, PyObject *args) {
  PyObject *path;
  if (!PyArg_ParseTuple(args, "O&:save", PyUnicode_FSConverter, &path)) return NULL;
  memsim_status status;
  UNLOCKED(status, memsim_array_save(handle_of(self), PyBytes_AsString(path)));
  Py_DECREF(path);
  return none_if_succeeded(state_of(self), status);
}

PyObject *Array_load(PyObject *type, PyObject *args) {
  const module_state *state = PyType_GetModuleState((PyTypeObject *)type);
  PyObject *path, *context_object;
  memsim_context *context;
  if (!PyArg_ParseTuple(args, "O&O:load", PyUnicode_FSConverter, &path, &context_object)) return NULL;
  PyObject *result = NULL;
  if (context_of(state, context_object, &context)) {
    memsim_array *handle = NULL;
    memsim_status status;
    UNLOCKED(status, memsim_array_load(PyBytes_AsString(path), context, &handle));
    result = array_wrapped((PyTypeObject *)type, status, handle);
  }
  Py_DECREF(path);
  return result;
}

PyObject *Array_to_bytes(PyObject *self, PyObject *Py_UNUSED(unused)) {
  uint64_t size = 0;
  memsim_status status;
  UNLOCKED(status, memsim_array_size(handle_of(self), &size));
  if (!succeeded(state_of(self), status)) return NULL;
  PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
  if (!bytes) return NULL;
  UNLOCKED(status, memsim_array_write(handle_of(self), PyBytes_AsString(bytes), size));
  if (!succeeded(state_of(self), status)) Py_CLEAR(bytes);
  return bytes;
}

PyObject *Array_from_bytes(PyObject *type, PyObject *args) {
  const module_state *state = PyType_GetModuleState((PyTypeObject *)type);
  operand bytes;
  PyObject *context_object;
  memsim_context *context;
  if (!PyArg_ParseTuple(args, "O&O:from_bytes", to_operand, &bytes, &context_object)) return NULL;
  PyObject *result = NULL;
  if (context_of(state, context_object, &context)) {
    memsim_array *handle = NULL;
    memsim_status status;
    UNLOCKED(status, memsim_array_read_from(bytes.view.buf, (size_t)bytes.view.len, context, &handle));
    result = array_wrapped((PyTypeObject *)type, status, handle);
  }
  operand_release(&bytes);
  return result;
}
