/* Analog tiles: the type Tile. */
#include "core.h"

typedef struct {
  PyObject_HEAD
  memsim_tile *handle;
  size_t inputs, outputs;
} tile_object;

static const module_state *state_of(tile_object *self) { return PyType_GetModuleState(Py_TYPE((PyObject *)self)); }

enum { PARAMETERS, FORWARD, BACKWARD, UPDATE, GROUPS };

/* -- compounds -- */

enum { OWN, READ, WRITE, COMPOUND_GROUPS };

/* What a compound's part of a def refers to. */
typedef struct {
  settings groups[COMPOUND_GROUPS];
  memsim_tile_cell *cells;
  settings *held;
  size_t count;
} compound;

/* Cells, a tuple of (device, settings), to the def. Returns 0 with an error raised. */
static int cells_read(memsim_tile_def *def, compound *held, PyObject *cells) {
  held->count = (size_t)PyTuple_Size(cells);
  held->cells = PyMem_Calloc(held->count + 1, sizeof *held->cells);
  held->held = PyMem_Calloc(held->count + 1, sizeof *held->held);
  if (!held->cells || !held->held) return PyErr_NoMemory(), 0;
  for (size_t i = 0; i < held->count; i++) {
    PyObject *given;
    memsim_tile_cell *cell = &held->cells[i];
    if (!PyArg_ParseTuple(PyTuple_GetItem(cells, (Py_ssize_t)i), "sO!", &cell->device, &PyTuple_Type, &given)) return 0;
    if (!given_read(&cell->parameters, &held->held[i], given)) return 0;
  }
  def->cells = held->cells;
  def->cell_count = held->count;
  return 1;
}

/* None, or (name, settings, cells, settings of reads, of writes), to the def, begun as zeros. Returns 0 with an error
 * raised; release `held` in any case. */
static int compound_read(memsim_tile_def *def, compound *held, PyObject *given) {
  PyObject *cells, *pairs[COMPOUND_GROUPS];
  if (given == Py_None) return 1;
  if (!PyArg_ParseTuple(given, "sO!O!O!O!", &def->compound, &PyTuple_Type, &pairs[OWN], &PyTuple_Type, &cells,
                        &PyTuple_Type, &pairs[READ], &PyTuple_Type, &pairs[WRITE]))
    return 0;
  memsim_settings *to[COMPOUND_GROUPS] = {&def->compound_settings, &def->transfer_forward, &def->transfer_update};
  for (int i = 0; i < COMPOUND_GROUPS; i++)
    if (!given_read(to[i], &held->groups[i], pairs[i])) return 0;
  return cells_read(def, held, cells);
}

static void compound_release(compound *held) {
  for (int i = 0; i < COMPOUND_GROUPS; i++) settings_release(&held->groups[i]);
  for (size_t i = 0; held->held && i < held->count; i++) settings_release(&held->held[i]);
  PyMem_Free(held->held);
  PyMem_Free(held->cells);
}

/* -- the object -- */

static PyObject *Tile_new(PyTypeObject *type, PyObject *args, PyObject *kwargs) {
  const module_state *state = PyType_GetModuleState(type);
  memsim_tile_def def;
  PyObject *context, *given, *pairs[GROUPS];
  settings held[GROUPS] = {0};
  compound parts = {0};
  memsim_tile_def_init(&def, sizeof def);
  if (kwargs && PyDict_Size(kwargs) > 0) return PyErr_Format(PyExc_TypeError, "Tile takes no keyword arguments"), NULL;
  if (!PyArg_ParseTuple(args, "OsO&O&O&O!O!O!O!O:Tile", &context, &def.device, to_uint64, &def.outputs, to_uint64,
                        &def.inputs, to_uint64, &def.seed, &PyTuple_Type, &pairs[PARAMETERS], &PyTuple_Type,
                        &pairs[FORWARD], &PyTuple_Type, &pairs[BACKWARD], &PyTuple_Type, &pairs[UPDATE], &given))
    return NULL;
  memsim_settings *to[GROUPS] = {&def.parameters, &def.forward, &def.backward, &def.update};
  memsim_tile *handle = NULL;
  int read = context_of(state, context, &def.context);
  for (int i = 0; read && i < GROUPS; i++) read = given_read(to[i], &held[i], pairs[i]);
  read = read && compound_read(&def, &parts, given);
  if (read) {
    memsim_status status;
    UNLOCKED(status, memsim_tile_create(&def, &handle));
    succeeded(state, status);
  }
  for (int i = 0; i < GROUPS; i++) settings_release(&held[i]);
  compound_release(&parts);
  if (!handle) return NULL;
  tile_object *self = (tile_object *)PyType_GenericAlloc(type, 0);
  if (!self) return memsim_tile_destroy(handle), NULL;
  self->handle = handle;
  self->inputs = (size_t)def.inputs;
  self->outputs = (size_t)def.outputs;
  return (PyObject *)self;
}

static void Tile_dealloc(tile_object *self) {
  PyTypeObject *type = Py_TYPE((PyObject *)self);
  memsim_tile *handle = self->handle;
  Py_BEGIN_ALLOW_THREADS
  memsim_tile_destroy(handle);
  Py_END_ALLOW_THREADS
  ((freefunc)PyType_GetSlot(type, Py_tp_free))((PyObject *)self);
  Py_DECREF(type);
}

/* -- buffers -- */

static int is_matrix(tile_object *self, const operand *values) {
  int fits = values->dtype == MEMSIM_FLOAT32 && values->count == self->inputs * self->outputs;
  return require(state_of(self), fits, "the buffer must be float32 of outputs * inputs elements");
}

/* Whether `first` and `second` hold the same number of vectors of their lengths; writes it to `batch`. */
static int are_batches(tile_object *self, const operand *first, size_t length, const operand *second, size_t other,
                       size_t *batch) {
  *batch = first->count / length;
  int fits = first->dtype == MEMSIM_FLOAT32 && second->dtype == MEMSIM_FLOAT32;
  fits = fits && first->count == *batch * length && second->count == *batch * other;
  return require(state_of(self), fits, "buffers must be float32 of batch * inputs and batch * outputs elements");
}

/* -- weights and devices -- */

static PyObject *Tile_set_weights(tile_object *self, PyObject *args) {
  operand values;
  if (!PyArg_ParseTuple(args, "O&:set_weights", to_operand, &values)) return NULL;
  PyObject *result = NULL;
  if (is_matrix(self, &values)) {
    memsim_status status;
    UNLOCKED(status, memsim_tile_set_weights(self->handle, values.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&values);
  return result;
}

static PyObject *Tile_weights(tile_object *self, PyObject *args) {
  operand out;
  if (!PyArg_ParseTuple(args, "O&:weights", to_output, &out)) return NULL;
  PyObject *result = NULL;
  if (is_matrix(self, &out)) {
    memsim_status status;
    UNLOCKED(status, memsim_tile_weights(self->handle, out.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&out);
  return result;
}

static PyObject *Tile_hidden(tile_object *self, PyObject *args) {
  const char *name;
  operand out;
  if (!PyArg_ParseTuple(args, "sO&:hidden", &name, to_output, &out)) return NULL;
  PyObject *result = NULL;
  if (is_matrix(self, &out)) {
    memsim_status status;
    UNLOCKED(status, memsim_tile_hidden(self->handle, name, out.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&out);
  return result;
}

static PyObject *Tile_set_hidden(tile_object *self, PyObject *args) {
  const char *name;
  operand values;
  if (!PyArg_ParseTuple(args, "sO&:set_hidden", &name, to_operand, &values)) return NULL;
  PyObject *result = NULL;
  if (is_matrix(self, &values)) {
    memsim_status status;
    UNLOCKED(status, memsim_tile_set_hidden(self->handle, name, values.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&values);
  return result;
}

/* -- products and updates -- */

typedef memsim_status (*product)(memsim_tile *tile, const float *in, size_t batch, float *out);

static PyObject *multiplied(tile_object *self, PyObject *args, product multiply, size_t in_length, size_t out_length) {
  operand in, out;
  size_t batch;
  if (!PyArg_ParseTuple(args, "O&O&", to_operand, &in, to_output, &out)) return NULL;
  PyObject *result = NULL;
  if (are_batches(self, &in, in_length, &out, out_length, &batch)) {
    memsim_status status;
    UNLOCKED(status, multiply(self->handle, in.view.buf, batch, out.view.buf));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&in);
  operand_release(&out);
  return result;
}

static PyObject *Tile_forward(tile_object *self, PyObject *args) {
  return multiplied(self, args, memsim_tile_forward, self->inputs, self->outputs);
}

static PyObject *Tile_backward(tile_object *self, PyObject *args) {
  return multiplied(self, args, memsim_tile_backward, self->outputs, self->inputs);
}

static PyObject *Tile_update(tile_object *self, PyObject *args) {
  operand x, d;
  double learning_rate;
  size_t batch;
  if (!PyArg_ParseTuple(args, "O&O&d:update", to_operand, &x, to_operand, &d, &learning_rate)) return NULL;
  PyObject *result = NULL;
  if (are_batches(self, &x, self->inputs, &d, self->outputs, &batch)) {
    memsim_status status;
    UNLOCKED(status, memsim_tile_update(self->handle, x.view.buf, d.view.buf, batch, learning_rate));
    result = none_if_succeeded(state_of(self), status);
  }
  operand_release(&x);
  operand_release(&d);
  return result;
}

static PyObject *Tile_step(tile_object *self, PyObject *Py_UNUSED(unused)) {
  memsim_status status;
  UNLOCKED(status, memsim_tile_step(self->handle));
  return none_if_succeeded(state_of(self), status);
}

static PyObject *Tile_drift(tile_object *self, PyObject *args) {
  double seconds;
  if (!PyArg_ParseTuple(args, "d:drift", &seconds)) return NULL;
  memsim_status status;
  UNLOCKED(status, memsim_tile_drift(self->handle, seconds));
  return none_if_succeeded(state_of(self), status);
}

static PyObject *Tile_reset(tile_object *self, PyObject *args) {
  uint64_t start, count;
  double probability;
  if (!PyArg_ParseTuple(args, "O&O&d:reset", to_uint64, &start, to_uint64, &count, &probability)) return NULL;
  memsim_status status;
  UNLOCKED(status, memsim_tile_reset(self->handle, start, count, probability));
  return none_if_succeeded(state_of(self), status);
}

/* -- the whole state -- */

static PyObject *Tile_state(tile_object *self, PyObject *Py_UNUSED(unused)) {
  uint64_t size = 0;
  memsim_status status = memsim_tile_state_size(self->handle, &size);
  if (!succeeded(state_of(self), status)) return NULL;
  PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)size);
  if (!bytes) return NULL;
  char *out = PyBytes_AsString(bytes);
  UNLOCKED(status, memsim_tile_save(self->handle, out, (size_t)size));
  if (!succeeded(state_of(self), status)) Py_CLEAR(bytes);
  return bytes;
}

static PyObject *Tile_load(tile_object *self, PyObject *args) {
  operand bytes;
  if (!PyArg_ParseTuple(args, "O&:load", to_operand, &bytes)) return NULL;
  memsim_status status;
  UNLOCKED(status, memsim_tile_load(self->handle, bytes.view.buf, (size_t)bytes.view.len));
  operand_release(&bytes);
  return none_if_succeeded(state_of(self), status);
}

static PyObject *Tile_memory(tile_object *self, void *Py_UNUSED(closure)) {
  uint64_t bytes = 0;
  memsim_status status = memsim_tile_memory(self->handle, &bytes);
  return succeeded(state_of(self), status) ? PyLong_FromUnsignedLongLong(bytes) : NULL;
}

static PyMethodDef Tile_methods[] = {
    {"set_weights", (PyCFunction)Tile_set_weights, METH_VARARGS, "set_weights($self, values, /)\n--\n\nSee memsim_tile_set_weights."},
    {"weights", (PyCFunction)Tile_weights, METH_VARARGS, "weights($self, out, /)\n--\n\nSee memsim_tile_weights."},
    {"hidden", (PyCFunction)Tile_hidden, METH_VARARGS, "hidden($self, name, out, /)\n--\n\nSee memsim_tile_hidden."},
    {"set_hidden", (PyCFunction)Tile_set_hidden, METH_VARARGS, "set_hidden($self, name, values, /)\n--\n\nSee memsim_tile_set_hidden."},
    {"forward", (PyCFunction)Tile_forward, METH_VARARGS, "forward($self, x, out, /)\n--\n\nSee memsim_tile_forward."},
    {"backward", (PyCFunction)Tile_backward, METH_VARARGS, "backward($self, d, out, /)\n--\n\nSee memsim_tile_backward."},
    {"update", (PyCFunction)Tile_update, METH_VARARGS, "update($self, x, d, learning_rate, /)\n--\n\nSee memsim_tile_update."},
    {"step", (PyCFunction)Tile_step, METH_NOARGS, "step($self, /)\n--\n\nSee memsim_tile_step."},
    {"drift", (PyCFunction)Tile_drift, METH_VARARGS, "drift($self, seconds, /)\n--\n\nSee memsim_tile_drift."},
    {"reset", (PyCFunction)Tile_reset, METH_VARARGS, "reset($self, start, count, probability, /)\n--\n\nSee memsim_tile_reset."},
    {"state", (PyCFunction)Tile_state, METH_NOARGS, "state($self, /)\n--\n\nSee memsim_tile_save."},
    {"load", (PyCFunction)Tile_load, METH_VARARGS, "load($self, state, /)\n--\n\nSee memsim_tile_load."},
    {NULL}};

static PyGetSetDef Tile_properties[] = {{"memory", (getter)Tile_memory, NULL, "Memory the tile takes, in bytes.", NULL},
                                        {NULL}};

static PyType_Slot Tile_slots[] = {
    {Py_tp_doc, "Tile(context, device, outputs, inputs, seed, parameters, forward, backward, update, compound, /)\n--\n\n"
                "See memsim_tile_create."},
    {Py_tp_new, Tile_new},
    {Py_tp_dealloc, Tile_dealloc},
    {Py_tp_methods, Tile_methods},
    {Py_tp_getset, Tile_properties},
    {0, NULL}};

PyType_Spec tile_spec = {.name = "memsim._core.Tile",
                         .basicsize = sizeof(tile_object),
                         .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE,
                         .slots = Tile_slots};

/* -- cards -- */
