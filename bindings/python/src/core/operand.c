/* Arguments: buffers with an element type, and unsigned integers. */
#include "core.h"

#include <string.h>

static int dtype_of(const Py_buffer *view, memsim_dtype *result) {
  const char *format = view->format ? view->format : "B";
  if (*format == '@' || *format == '=' || *format == '<') format++;
  if (strlen(format) != 1) return 0;
  switch (*format) {
    case 'f': *result = MEMSIM_FLOAT32; return 1;
    case 'd': *result = MEMSIM_FLOAT64; return 1;
    case 'B':
    case '?': *result = MEMSIM_UINT8; return 1;
    case 'i':
    case 'l':
    case 'q': *result = view->itemsize == 4 ? MEMSIM_INT32 : MEMSIM_INT64; return 1;
    default: return 0;
  }
}

static int acquire(PyObject *object, operand *buffer, int flags) {
  memset(buffer, 0, sizeof *buffer);
  if (PyObject_GetBuffer(object, &buffer->view, PyBUF_C_CONTIGUOUS | PyBUF_FORMAT | flags) < 0) return 0;
  if (!dtype_of(&buffer->view, &buffer->dtype)) {
    PyErr_Format(PyExc_TypeError, "a buffer has elements of format '%s'; float32, float64, int32, int64 and bool exist",
                 buffer->view.format);
    PyBuffer_Release(&buffer->view);
    return 0;
  }
  buffer->count = (size_t)(buffer->view.len / buffer->view.itemsize);
  return Py_CLEANUP_SUPPORTED;
}

void operand_release(operand *buffer) { PyBuffer_Release(&buffer->view); }

/* PyArg_ParseTuple calls a converter again with NULL when a later argument fails. */
static int released(void *buffer) {
  operand_release(buffer);
  return 1;
}

int to_operand(PyObject *object, void *result) { return object ? acquire(object, result, 0) : released(result); }

int to_output(PyObject *object, void *result) {
  return object ? acquire(object, result, PyBUF_WRITABLE) : released(result);
}

int to_optional(PyObject *object, void *result) {
  if (object != Py_None) return to_operand(object, result);
  memset(result, 0, sizeof(operand));
  return Py_CLEANUP_SUPPORTED;
}

int to_optional_output(PyObject *object, void *result) {
  return object == Py_None ? to_optional(object, result) : to_output(object, result);
}

int to_uint64(PyObject *object, void *result) {
  PyObject *integer = PyNumber_Index(object);
  if (!integer) return 0;
  unsigned long long value = PyLong_AsUnsignedLongLong(integer);
  Py_DECREF(integer);
  if (PyErr_Occurred()) return 0;
  *(uint64_t *)result = value;
  return 1;
}
