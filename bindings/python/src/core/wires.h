/* What the files of the type Wires share. */
#ifndef MEMSIM_PYTHON_WIRES_H
#define MEMSIM_PYTHON_WIRES_H

#include "array.h"

typedef struct {
  PyObject_HEAD
  memsim_wires *handle;
  PyObject *array; /* whose cells are the devices, or NULL */
  uint64_t rows, columns;
} Wires;

static inline memsim_wires *wires_of(PyObject *self) { return ((Wires *)self)->handle; }

/* Returns whether `buffer` is None or a matrix of float64; raises `sentence` where it is not. */
static inline int is_matrix(const module_state *state, const operand *buffer, uint64_t rows, uint64_t columns,
                            const char *sentence) {
  int fits = buffer->dtype == MEMSIM_FLOAT64 && columns && buffer->count / columns == rows;
  return require(state, !buffer->view.obj || (fits && buffer->count % columns == 0), sentence);
}

static inline void release_all(operand *buffers, size_t count) {
  for (size_t i = 0; i < count; i++) operand_release(&buffers[i]);
}

/* wires_calls.c */
PyObject *Wires_solve(PyObject *self, PyObject *args);
PyObject *Wires_transfer(PyObject *self, PyObject *args);
PyObject *Wires_vjp(PyObject *self, PyObject *args);
PyObject *Wires_write(PyObject *self, PyObject *args);

#endif
