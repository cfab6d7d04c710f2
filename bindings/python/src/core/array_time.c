/* Arrays: durations, training pulses and waveforms. */
#include "array.h"

PyObject *Array_apply_for(PyObject *self, PyObject *args) {
  operand volts, durations, where;
  if (!PyArg_ParseTuple(args, "O&O&O&:apply_for", to_operand, &volts, to_operand, &durations, to_optional, &where))
    return NULL;
  PyObject *result = NULL;
  if (is_mask(self, &where) &&
      require(state_of(self), durations.dtype == MEMSIM_FLOAT64, "durations must be a buffer of float64")) {
    memsim_status status;
    UNLOCKED(status, memsim_array_apply_for(handle_of(self), volts.view.buf, volts.dtype, volts.count,
                                            durations.view.buf, durations.count, where.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&volts);
  operand_release(&durations);
  operand_release(&where);
  return result;
}

PyObject *Array_pulse(PyObject *self, PyObject *args) {
  operand counts, where;
  if (!PyArg_ParseTuple(args, "O&O&:pulse", to_operand, &counts, to_optional, &where)) return NULL;
  PyObject *result = NULL;
  if (is_mask(self, &where) &&
      require(state_of(self), counts.dtype == MEMSIM_INT32, "counts must be a buffer of int32")) {
    memsim_status status;
    UNLOCKED(status, memsim_array_pulse(handle_of(self), counts.view.buf, counts.count, where.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&counts);
  operand_release(&where);
  return result;
}

PyObject *Array_sweep(PyObject *self, PyObject *args) {
  operand times, volts, where, out;
  if (!PyArg_ParseTuple(args, "O&O&O&O&:sweep", to_operand, &times, to_operand, &volts, to_optional, &where, to_output,
                        &out))
    return NULL;
  PyObject *result = NULL;
  if (is_mask(self, &where) &&
      require(state_of(self), times.dtype == MEMSIM_FLOAT64 && volts.dtype == MEMSIM_FLOAT64,
              "times and volts must be buffers of float64") &&
      require(state_of(self), times.count == volts.count, "times and volts must have the same number of elements")) {
    memsim_status status;
    UNLOCKED(status, memsim_array_sweep(handle_of(self), times.view.buf, volts.view.buf, times.count, where.view.buf,
                                        out.view.buf, out.dtype, out.count));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&times);
  operand_release(&volts);
  operand_release(&where);
  operand_release(&out);
  return result;
}
