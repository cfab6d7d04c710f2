/* Arrays: voltages and states. Buffers are counted here, since the header gives outputs and masks no count. */
#include "array.h"

static size_t cells_of(PyObject *self) { return ((Array *)self)->rows * ((Array *)self)->columns; }

/* Returns whether `out` can take `count` values of type `dtype`. */
static int fits(PyObject *self, const operand *out, size_t count, memsim_dtype dtype) {
  return require(state_of(self), out->count == count, "out does not have the number of elements of the result") &&
         require(state_of(self), out->dtype == dtype, "out does not have the element type of the input");
}

int is_mask(PyObject *self, const operand *where) {
  return require(state_of(self),
                 !where->view.buf || (where->dtype == MEMSIM_UINT8 && where->count == cells_of(self)),
                 "where must be None or one bool for every cell");
}

/* -- voltages -- */

PyObject *Array_apply(PyObject *self, PyObject *args) {
  operand volts, where;
  if (!PyArg_ParseTuple(args, "O&O&:apply", to_operand, &volts, to_optional, &where)) return NULL;
  PyObject *result = NULL;
  if (is_mask(self, &where)) {
    memsim_status status;
    UNLOCKED(status, memsim_array_apply(handle_of(self), volts.view.buf, volts.dtype, volts.count, where.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&volts);
  operand_release(&where);
  return result;
}

PyObject *Array_read(PyObject *self, PyObject *args) {
  memsim_read_def def;
  operand volts, out;
  memsim_read_def_init(&def, sizeof def);
  if (!PyArg_ParseTuple(args, "O&idO&:read", to_operand, &volts, &def.noise, &def.bandwidth, to_output, &out))
    return NULL;
  PyObject *result = NULL;
  if (fits(self, &out, cells_of(self), volts.dtype)) {
    memsim_status status;
    UNLOCKED(status, memsim_array_read(handle_of(self), volts.view.buf, volts.dtype, volts.count, &def, out.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&volts);
  operand_release(&out);
  return result;
}

PyObject *Array_conductance(PyObject *self, PyObject *args) {
  operand volts, out;
  if (!PyArg_ParseTuple(args, "O&O&:conductance", to_operand, &volts, to_output, &out)) return NULL;
  PyObject *result = NULL;
  if (fits(self, &out, cells_of(self), volts.dtype)) {
    memsim_status status;
    UNLOCKED(status, memsim_array_conductance(handle_of(self), volts.view.buf, volts.dtype, volts.count, out.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&volts);
  operand_release(&out);
  return result;
}

PyObject *Array_vmm(PyObject *self, PyObject *args) {
  memsim_read_def def;
  operand volts, out;
  memsim_read_def_init(&def, sizeof def);
  if (!PyArg_ParseTuple(args, "O&idO&:vmm", to_operand, &volts, &def.noise, &def.bandwidth, to_output, &out))
    return NULL;
  PyObject *result = NULL;
  size_t batch = volts.count / ((Array *)self)->rows;
  if (require(state_of(self), volts.count % ((Array *)self)->rows == 0, "volts must have batch * rows elements") &&
      fits(self, &out, batch * ((Array *)self)->columns, volts.dtype)) {
    memsim_status status;
    UNLOCKED(status, memsim_array_vmm(handle_of(self), volts.view.buf, volts.dtype, batch, &def, out.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&volts);
  operand_release(&out);
  return result;
}

/* -- states -- */

PyObject *Array_get_state(PyObject *self, PyObject *args) {
  const char *name;
  operand out;
  if (!PyArg_ParseTuple(args, "sO&:get_state", &name, to_output, &out)) return NULL;
  memsim_status status;
  UNLOCKED(status, memsim_array_get_state(handle_of(self), name, out.view.buf, out.dtype, out.count));
  PyObject *result = none_if_succeeded(state_of(self), status);
  operand_release(&out);
  return result;
}

PyObject *Array_set_state(PyObject *self, PyObject *args) {
  const char *name;
  operand values, where;
  if (!PyArg_ParseTuple(args, "sO&O&:set_state", &name, to_operand, &values, to_optional, &where)) return NULL;
  PyObject *result = NULL;
  if (is_mask(self, &where)) {
    memsim_status status;
    UNLOCKED(status, memsim_array_set_state(handle_of(self), name, values.view.buf, values.dtype, values.count,
                                            where.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&values);
  operand_release(&where);
  return result;
}
