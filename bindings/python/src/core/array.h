/* What the files of the type Array share. */
#ifndef MEMSIM_PYTHON_ARRAY_H
#define MEMSIM_PYTHON_ARRAY_H

#include "core.h"

typedef struct {
  PyObject_HEAD
  memsim_array *handle;
  uint64_t rows, columns;
} Array;

static inline memsim_array *handle_of(PyObject *self) { return ((Array *)self)->handle; }
static inline const module_state *state_of(PyObject *self) { return PyType_GetModuleState(Py_TYPE(self)); }

/* An object that owns `handle`, or NULL with the status's error raised. */
PyObject *array_wrapped(PyTypeObject *type, memsim_status status, memsim_array *handle);

/* Returns whether `where` is None or has one byte for every cell; raises where it does not. */
int is_mask(PyObject *self, const operand *where);

/* array_time.c */
PyObject *Array_apply_for(PyObject *self, PyObject *args);
PyObject *Array_pulse(PyObject *self, PyObject *args);
PyObject *Array_sweep(PyObject *self, PyObject *args);

/* array_cells.c */
PyObject *Array_apply(PyObject *self, PyObject *args);
PyObject *Array_read(PyObject *self, PyObject *args);
PyObject *Array_conductance(PyObject *self, PyObject *args);
PyObject *Array_vmm(PyObject *self, PyObject *args);
PyObject *Array_get_state(PyObject *self, PyObject *args);
PyObject *Array_set_state(PyObject *self, PyObject *args);

/* array_files.c */
PyObject *Array_hash(PyObject *self, PyObject *unused);
PyObject *Array_save(PyObject *self, PyObject *args);
PyObject *Array_load(PyObject *type, PyObject *args);
PyObject *Array_to_bytes(PyObject *self, PyObject *unused);
PyObject *Array_from_bytes(PyObject *type, PyObject *args);

#endif
