/* Crossbars with the resistance of their wires: the type Wires. */
#include "wires.h"

/* -- how to make them -- */

/* A law or a selector, its parameters' buffers held until params_release. */
typedef struct {
  memsim_nonideality item;
  param_list params;
} named;

/* Reads a pair (name, pairs of a parameter's name and values), or None, which leaves all zero. */
static int named_read(named *out, PyObject *pair, const memsim_nonideality **result) {
  PyObject *pairs;
  if (pair == Py_None) return 1;
  if (!PyTuple_Check(pair)) return PyErr_SetString(PyExc_TypeError, "a law or selector must be a tuple or None"), 0;
  if (!PyArg_ParseTuple(pair, "sO!", &out->item.name, &PyTuple_Type, &pairs)) return 0;
  if (!params_read(&out->params, pairs)) return 0;
  out->item.params = out->params.items;
  out->item.param_count = out->params.count;
  *result = &out->item;
  return 1;
}

enum { CONDUCTANCE, NORMALS, R_WORD, R_BIT, R_SOURCE, R_SENSE, BUFFERS };

/* What wires are made from; begins as zeros. */
typedef struct {
  memsim_wires_def def;
  PyObject *context, *array, *law_pair, *selector_pair;
  operand buffers[BUFFERS];
  named law, selector;
} definition;

static int definition_parse(definition *d, PyObject *args) {
  memsim_wires_def *def = &d->def;
  operand *b = d->buffers;
  memsim_wires_def_init(def, sizeof *def);
  return PyArg_ParseTuple(args, "OO&OO&O&O&O&O&O&iOO&Odii:Wires", &d->context, to_optional, &b[CONDUCTANCE], &d->array,
                          to_uint64, &def->rows, to_uint64, &def->columns, to_operand, &b[R_WORD], to_operand,
                          &b[R_BIT], to_operand, &b[R_SOURCE], to_operand, &b[R_SENSE], &def->double_sided,
                          &d->law_pair, to_optional, &b[NORMALS], &d->selector_pair, &def->tolerance,
                          &def->max_iterations, &def->max_steps);
}

/* Takes the extents of an array, if there is one. */
static int definition_take_array(definition *d, const module_state *state) {
  if (d->array == Py_None) return 1;
  if (!PyObject_TypeCheck(d->array, state->array_type))
    return PyErr_SetString(PyExc_TypeError, "array must be an Array or None"), 0;
  d->def.array = handle_of(d->array);
  d->def.rows = ((Array *)d->array)->rows;
  d->def.columns = ((Array *)d->array)->columns;
  return 1;
}

static int definition_check(const definition *d, const module_state *state) {
  const operand *b = d->buffers;
  uint64_t rows = d->def.rows, columns = d->def.columns;
  for (int i = R_WORD; i <= R_SENSE; i++)
    if (!require(state, b[i].dtype == MEMSIM_FLOAT64, "resistances must be buffers of float64")) return 0;
  return require(state, b[CONDUCTANCE].view.obj || d->def.array, "conductance or array must be given") &&
         is_matrix(state, &b[CONDUCTANCE], rows, columns, "conductance must be float64 of rows * columns elements") &&
         is_matrix(state, &b[NORMALS], rows * columns, 2, "normals must be float64 of rows * columns * 2 elements");
}

/* Points the library's definition to what was read. */
static int definition_fill(definition *d, const module_state *state) {
  memsim_wires_def *def = &d->def;
  const operand *b = d->buffers;
  def->conductance = b[CONDUCTANCE].view.buf;
  def->normals = b[NORMALS].view.buf;
  def->r_word = b[R_WORD].view.buf, def->r_word_count = b[R_WORD].count;
  def->r_bit = b[R_BIT].view.buf, def->r_bit_count = b[R_BIT].count;
  def->r_source = b[R_SOURCE].view.buf, def->r_source_count = b[R_SOURCE].count;
  def->r_sense = b[R_SENSE].view.buf, def->r_sense_count = b[R_SENSE].count;
  return context_of(state, d->context, &def->context) && named_read(&d->law, d->law_pair, &def->law) &&
         named_read(&d->selector, d->selector_pair, &def->selector);
}

static void definition_release(definition *d) {
  release_all(d->buffers, BUFFERS);
  params_release(&d->law.params);
  params_release(&d->selector.params);
}

/* -- the type -- */

static PyObject *made(PyTypeObject *type, const definition *d) {
  memsim_wires *handle = NULL;
  memsim_status status;
  UNLOCKED(status, memsim_wires_create(&d->def, &handle));
  if (!succeeded(PyType_GetModuleState(type), status)) return NULL;
  Wires *self = (Wires *)PyType_GenericAlloc(type, 0);
  if (!self) return memsim_wires_destroy(handle), NULL;
  self->handle = handle;
  self->array = d->array == Py_None ? NULL : Py_NewRef(d->array);
  self->rows = d->def.rows, self->columns = d->def.columns;
  return (PyObject *)self;
}

static PyObject *Wires_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
  const module_state *state = PyType_GetModuleState(type);
  definition d = {0};
  if (!definition_parse(&d, args)) return NULL;
  PyObject *result = NULL;
  if (definition_take_array(&d, state) && definition_check(&d, state) && definition_fill(&d, state))
    result = made(type, &d);
  definition_release(&d);
  return result;
}

static void Wires_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  memsim_wires *handle = wires_of(self);
  Py_BEGIN_ALLOW_THREADS
  memsim_wires_destroy(handle);
  Py_END_ALLOW_THREADS
  Py_XDECREF(((Wires *)self)->array);
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

static PyObject *Wires_shape(PyObject *self, void *Py_UNUSED(closure)) {
  Wires *wires = (Wires *)self;
  return Py_BuildValue("(KK)", (unsigned long long)wires->rows, (unsigned long long)wires->columns);
}

static PyObject *Wires_memory(PyObject *self, void *Py_UNUSED(closure)) {
  uint64_t bytes = 0;
  memsim_status status = memsim_wires_memory(wires_of(self), &bytes);
  return succeeded(state_of(self), status) ? PyLong_FromUnsignedLongLong(bytes) : NULL;
}

static PyMethodDef Wires_methods[] = {
    {"solve", Wires_solve, METH_VARARGS,
     "solve($self, volts, bit_volts, batch, output, device_volts, device_current, word_current, bit_current, "
     "word_volts, bit_volts_field, /)\n--\n\nSee memsim_wires_solve; returns (iterations, steps, volts, residual)."},
    {"transfer", Wires_transfer, METH_VARARGS, "transfer($self, method, out, /)\n--\n\nSee memsim_wires_transfer."},
    {"vjp", Wires_vjp, METH_VARARGS,
     "vjp($self, device_volts, batch, grad_output, grad_volts, grad_bit_volts, grad_conductance, grad_r_word, "
     "grad_r_bit, /)\n--\n\nSee memsim_wires_vjp."},
    {"write", Wires_write, METH_VARARGS,
     "write($self, volts, bit_volts, duration, tolerance, /)\n--\n\n"
     "See memsim_wires_write; returns (steps, rejected, energy, device_energy)."},
    {NULL}};

static PyGetSetDef Wires_properties[] = {{"shape", Wires_shape, NULL, "(rows, columns).", NULL},
                                         {"memory", Wires_memory, NULL, "Memory of wires and solvers, in bytes.", NULL},
                                         {NULL}};

static PyType_Slot Wires_slots[] = {
    {Py_tp_doc, "Wires(context, conductance, array, rows, columns, r_word, r_bit, r_source, r_sense, double_sided, "
                "law, normals, selector, tolerance, max_iterations, max_steps, /)\n--\n\nA handle, see memsim_wires."},
    {Py_tp_new, Wires_new},
    {Py_tp_dealloc, Wires_dealloc},
    {Py_tp_methods, Wires_methods},
    {Py_tp_getset, Wires_properties},
    {0, NULL}};

PyType_Spec wires_spec = {"memsim._core.Wires", sizeof(Wires), 0, Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
                          Wires_slots};
