/* Wires: what they compute. Buffers are counted here, since the header gives them no count. */
#include "wires.h"

enum { VOLTS, BIT_VOLTS, OUTPUT, FIELD, SOLVE_BUFFERS = FIELD + 6 };

static int solve_fits(PyObject *self, const operand *b, uint64_t batch) {
  const module_state *state = state_of(self);
  uint64_t rows = ((Wires *)self)->rows, columns = ((Wires *)self)->columns;
  for (int i = FIELD; i < SOLVE_BUFFERS; i++)
    if (!is_matrix(state, &b[i], batch, rows * columns, "fields must be float64 of batch * rows * columns elements"))
      return 0;
  return is_matrix(state, &b[VOLTS], batch, rows, "volts must be float64 of batch * rows elements") &&
         is_matrix(state, &b[BIT_VOLTS], batch, columns, "bit_volts must be float64 of batch * columns elements") &&
         is_matrix(state, &b[OUTPUT], batch, columns, "output must be float64 of batch * columns elements");
}

static PyObject *solve(PyObject *self, const operand *b, uint64_t batch) {
  memsim_wires_fields fields = {.size = sizeof fields};
  memsim_wires_report report = {.size = sizeof report};
  fields.device_volts = b[FIELD].view.buf;
  fields.device_current = b[FIELD + 1].view.buf;
  fields.word_current = b[FIELD + 2].view.buf;
  fields.bit_current = b[FIELD + 3].view.buf;
  fields.word_volts = b[FIELD + 4].view.buf;
  fields.bit_volts = b[FIELD + 5].view.buf;
  memsim_status status;
  UNLOCKED(status, memsim_wires_solve(wires_of(self), b[VOLTS].view.buf, b[BIT_VOLTS].view.buf, batch,
                                      b[OUTPUT].view.buf, &fields, &report));
  if (!succeeded(state_of(self), status)) return NULL;
  return Py_BuildValue("(iidd)", (int)report.iterations, (int)report.steps, report.volts, report.residual);
}

PyObject *Wires_solve(PyObject *self, PyObject *args) {
  operand b[SOLVE_BUFFERS];
  uint64_t batch;
  if (!PyArg_ParseTuple(args, "O&O&O&O&O&O&O&O&O&O&:solve", to_operand, &b[VOLTS], to_optional, &b[BIT_VOLTS],
                        to_uint64, &batch, to_output, &b[OUTPUT], to_optional_output, &b[FIELD], to_optional_output,
                        &b[FIELD + 1], to_optional_output, &b[FIELD + 2], to_optional_output, &b[FIELD + 3],
                        to_optional_output, &b[FIELD + 4], to_optional_output, &b[FIELD + 5]))
    return NULL;
  PyObject *result = solve_fits(self, b, batch) ? solve(self, b, batch) : NULL;
  release_all(b, SOLVE_BUFFERS);
  return result;
}

PyObject *Wires_transfer(PyObject *self, PyObject *args) {
  int method;
  operand out;
  if (!PyArg_ParseTuple(args, "iO&:transfer", &method, to_output, &out)) return NULL;
  PyObject *result = NULL;
  if (is_matrix(state_of(self), &out, ((Wires *)self)->rows, ((Wires *)self)->columns,
                "out must be float64 of rows * columns elements")) {
    memsim_status status;
    UNLOCKED(status, memsim_wires_transfer(wires_of(self), method, out.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&out);
  return result;
}

enum { DEVICE_VOLTS, GRAD_OUTPUT, GRAD_VOLTS, GRAD_BIT_VOLTS, GRAD_G, GRAD_R_WORD, GRAD_R_BIT, VJP_BUFFERS };

static int vjp_fits(PyObject *self, const operand *b, uint64_t batch) {
  const module_state *state = state_of(self);
  uint64_t rows = ((Wires *)self)->rows, columns = ((Wires *)self)->columns;
  return is_matrix(state, &b[DEVICE_VOLTS], batch, rows * columns,
                   "device_volts must be float64 of batch * rows * columns elements") &&
         is_matrix(state, &b[GRAD_OUTPUT], batch, columns, "grad_output must be float64 of batch * columns elements") &&
         is_matrix(state, &b[GRAD_VOLTS], batch, rows, "grad_volts must be float64 of batch * rows elements") &&
         is_matrix(state, &b[GRAD_BIT_VOLTS], batch, columns,
                   "grad_bit_volts must be float64 of batch * columns elements") &&
         is_matrix(state, &b[GRAD_G], rows, columns, "grad_conductance must be float64 of rows * columns elements") &&
         is_matrix(state, &b[GRAD_R_WORD], 1, rows, "grad_r_word must be float64 of rows elements") &&
         is_matrix(state, &b[GRAD_R_BIT], 1, columns, "grad_r_bit must be float64 of columns elements");
}

PyObject *Wires_vjp(PyObject *self, PyObject *args) {
  operand b[VJP_BUFFERS];
  uint64_t batch;
  if (!PyArg_ParseTuple(args, "O&O&O&O&O&O&O&O&:vjp", to_operand, &b[DEVICE_VOLTS], to_uint64, &batch, to_operand,
                        &b[GRAD_OUTPUT], to_optional_output, &b[GRAD_VOLTS], to_optional_output, &b[GRAD_BIT_VOLTS],
                        to_optional_output, &b[GRAD_G], to_optional_output, &b[GRAD_R_WORD], to_optional_output,
                        &b[GRAD_R_BIT]))
    return NULL;
  PyObject *result = NULL;
  if (vjp_fits(self, b, batch)) {
    memsim_status status;
    UNLOCKED(status, memsim_wires_vjp(wires_of(self), b[DEVICE_VOLTS].view.buf, batch, b[GRAD_OUTPUT].view.buf,
                                      b[GRAD_VOLTS].view.buf, b[GRAD_BIT_VOLTS].view.buf, b[GRAD_G].view.buf,
                                      b[GRAD_R_WORD].view.buf, b[GRAD_R_BIT].view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  release_all(b, VJP_BUFFERS);
  return result;
}

PyObject *Wires_write(PyObject *self, PyObject *args) {
  operand volts, bit_volts;
  double duration, tolerance;
  memsim_write_report report = {.size = sizeof report};
  if (!PyArg_ParseTuple(args, "O&O&dd:write", to_operand, &volts, to_optional, &bit_volts, &duration, &tolerance))
    return NULL;
  PyObject *result = NULL;
  const module_state *state = state_of(self);
  if (is_matrix(state, &volts, 1, ((Wires *)self)->rows, "volts must be float64 of rows elements") &&
      is_matrix(state, &bit_volts, 1, ((Wires *)self)->columns, "bit_volts must be float64 of columns elements")) {
    memsim_status status;
    UNLOCKED(status, memsim_wires_write(wires_of(self), volts.view.buf, bit_volts.view.buf, duration, tolerance,
                                        &report));
    if (succeeded(state, status))
      result = Py_BuildValue("(iidd)", (int)report.steps, (int)report.rejected, report.energy, report.device_energy);
  }
  operand_release(&volts);
  operand_release(&bit_volts);
  return result;
}
