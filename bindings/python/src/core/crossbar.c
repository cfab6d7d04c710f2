/* Crossbars and periphery: products with plain matrices, converters. */
#include "core.h"

static PyObject *crossbar_vmm(PyObject *module, PyObject *args) {
  const module_state *state = PyModule_GetState(module);
  PyObject *context_object;
  memsim_context *context;
  memsim_vmm_def def;
  uint64_t rows, columns;
  operand volts, conductance, out;
  memsim_vmm_def_init(&def, sizeof def);
  if (!PyArg_ParseTuple(args, "OO&O&O&O&idO&O&O&O&:vmm", &context_object, to_operand, &conductance, to_operand, &volts,
                        to_uint64, &rows, to_uint64, &columns, &def.noise, &def.bandwidth, to_uint64, &def.key.seed,
                        to_uint64, &def.key.stream, to_uint64, &def.key.offset, to_output, &out))
    return NULL;
  PyObject *result = NULL;
  size_t batch = rows ? volts.count / rows : 0;
  if (context_of(state, context_object, &context) &&
      require(state, rows && columns, "rows and columns must be >= 1") &&
      require(state, conductance.count / columns == rows && conductance.count % columns == 0,
              "conductance must have rows * columns elements") &&
      require(state, volts.count == batch * rows, "volts must have batch * rows elements") &&
      require(state, out.count / columns == batch && out.count % columns == 0, "out must have batch * columns elements") &&
      require(state, conductance.dtype == volts.dtype && out.dtype == volts.dtype,
              "conductance, volts and out must have one element type")) {
    memsim_status status;
    UNLOCKED(status, memsim_vmm(context, conductance.view.buf, volts.view.buf, volts.dtype, rows, columns, batch, &def, out.view.buf));
    result = none_if_succeeded(state, status);
  }
  operand_release(&conductance);
  operand_release(&volts);
  operand_release(&out);
  return result;
}

static int alike(const module_state *state, const operand *values, const operand *out) {
  return require(state, out->count == values->count && out->dtype == values->dtype,
                 "out must have as many elements of the same type as values");
}

static PyObject *periphery_adc(PyObject *module, PyObject *args) {
  const module_state *state = PyModule_GetState(module);
  PyObject *context_object;
  memsim_context *context;
  memsim_adc_def def;
  operand values, out;
  memsim_adc_def_init(&def, sizeof def);
  if (!PyArg_ParseTuple(args, "OiddpO&O&:adc", &context_object, &def.bits, &def.minimum, &def.maximum, &def.clamp_low,
                        to_operand, &values, to_output, &out))
    return NULL;
  PyObject *result = NULL;
  if (context_of(state, context_object, &context) && alike(state, &values, &out)) {
    memsim_status status;
    UNLOCKED(status, memsim_adc(context, &def, values.view.buf, values.dtype, values.count, out.view.buf));
    result = none_if_succeeded(state, status);
  }
  operand_release(&values);
  operand_release(&out);
  return result;
}

static PyObject *periphery_dac(PyObject *module, PyObject *args) {
  const module_state *state = PyModule_GetState(module);
  PyObject *context_object;
  memsim_context *context;
  int bits;
  double v_max;
  operand values, out;
  if (!PyArg_ParseTuple(args, "OidO&O&:dac", &context_object, &bits, &v_max, to_operand, &values, to_output, &out))
    return NULL;
  PyObject *result = NULL;
  if (context_of(state, context_object, &context) && alike(state, &values, &out)) {
    memsim_status status;
    UNLOCKED(status, memsim_dac(context, bits, v_max, values.view.buf, values.dtype, values.count, out.view.buf));
    result = none_if_succeeded(state, status);
  }
  operand_release(&values);
  operand_release(&out);
  return result;
}

PyMethodDef crossbar_functions[] = {
    {"vmm", crossbar_vmm, METH_VARARGS,
     "vmm(context, conductance, volts, rows, columns, noise, bandwidth, seed, stream, offset, out, /)\n--\n\n"
     "See memsim_vmm."},
    {"adc", periphery_adc, METH_VARARGS,
     "adc(context, bits, minimum, maximum, clamp_low, values, out, /)\n--\n\nSee memsim_adc."},
    {"dac", periphery_dac, METH_VARARGS, "dac(context, bits, v_max, values, out, /)\n--\n\nSee memsim_dac."},
    {NULL}};
