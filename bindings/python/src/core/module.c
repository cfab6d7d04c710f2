/* The module: errors, statuses, library functions, initialisation. */
#include "core.h"

/* Slots of CPython 3.12 and 3.13, which the 3.11 limited API does not declare; see PyInit__core. */
#define SLOT_MULTIPLE_INTERPRETERS 3
#define PER_INTERPRETER_GIL ((void *)2)
#define SLOT_GIL 4
#define GIL_NOT_USED ((void *)1)

int succeeded(const module_state *state, memsim_status status) {
  if (status == MEMSIM_OK) return 1;
  int index = -(int)status;
  if (index < 1 || index >= STATUS_COUNT) index = -MEMSIM_ERR_ARGUMENT;
  PyErr_SetString(state->errors[index], memsim_last_error());
  return 0;
}

PyObject *none_if_succeeded(const module_state *state, memsim_status status) {
  if (!succeeded(state, status)) return NULL;
  Py_RETURN_NONE;
}

int require(const module_state *state, int condition, const char *sentence) {
  if (!condition) PyErr_SetString(state->errors[-MEMSIM_ERR_SHAPE], sentence);
  return condition;
}

static PyObject *version(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused)) {
  return PyLong_FromLong(memsim_version());
}

static PyObject *build_info(PyObject *Py_UNUSED(module), PyObject *Py_UNUSED(unused)) {
  return PyUnicode_FromString(memsim_build_info());
}

static PyMethodDef library_functions[] = {
    {"version", version, METH_NOARGS, "version()\n--\n\nVersion of the loaded library, see memsim_version."},
    {"build_info", build_info, METH_NOARGS, "build_info()\n--\n\nHow the loaded library was built."},
    {NULL}};

/* A subclass of Error, of `also` too if not NULL, for one status. */
static int add_error(PyObject *module, module_state *state, memsim_status status, const char *name, PyObject *also,
                     const char *doc) {
  PyObject *base = state->errors[-MEMSIM_ERR_ARGUMENT];
  PyObject *bases = also ? PyTuple_Pack(2, base, also) : PyTuple_Pack(1, base);
  if (!bases) return -1;
  PyObject *error = PyErr_NewExceptionWithDoc(name, doc, bases, NULL);
  Py_DECREF(bases);
  if (!error) return -1;
  state->errors[-status] = error;
  return PyModule_AddObjectRef(module, name + sizeof "memsim", error);
}

static int add_errors(PyObject *module, module_state *state) {
  PyObject *error = PyErr_NewExceptionWithDoc(
      "memsim.Error", "A call the library refused; the text names the argument, what it got and what it accepts.",
      PyExc_ValueError, NULL);
  if (!error) return -1;
  state->errors[-MEMSIM_ERR_ARGUMENT] = error;
  state->errors[-MEMSIM_ERR_SHAPE] = Py_NewRef(error);
  state->errors[-MEMSIM_ERR_CONVERGENCE] = Py_NewRef(error);
  if (PyModule_AddObjectRef(module, "Error", error) < 0) return -1;
  if (add_error(module, state, MEMSIM_ERR_MEMORY, "memsim.OutOfMemoryError", PyExc_MemoryError,
                "The memory asked for is not to be had.") < 0)
    return -1;
  if (add_error(module, state, MEMSIM_ERR_FILE, "memsim.FileError", PyExc_OSError,
                "A file could not be opened, read or written.") < 0)
    return -1;
  if (add_error(module, state, MEMSIM_ERR_FORMAT, "memsim.StateFileError", NULL,
                "A saved state is damaged, truncated or from a newer version.") < 0)
    return -1;
  return add_error(module, state, MEMSIM_ERR_BUSY, "memsim.BusyError", PyExc_RuntimeError,
                   "Another thread is inside a call on the same object.");
}

static PyTypeObject *add_type(PyObject *module, PyType_Spec *spec) {
  PyTypeObject *type = (PyTypeObject *)PyType_FromModuleAndSpec(module, spec, NULL);
  if (type && PyModule_AddType(module, type) < 0) Py_CLEAR(type);
  return type;
}

static int exec_module(PyObject *module) {
  module_state *state = PyModule_GetState(module);
  if (add_errors(module, state) < 0) return -1;
  if (!(state->context_type = add_type(module, &context_spec))) return -1;
  if (!(state->array_type = add_type(module, &array_spec))) return -1;
  if (!(state->layer_type = add_type(module, &layer_spec))) return -1;
  if (!(state->wires_type = add_type(module, &wires_spec))) return -1;
  if (!(state->tile_type = add_type(module, &tile_spec))) return -1;
  if (!(state->inference_type = add_type(module, &inference_spec))) return -1;
  if (PyModule_AddFunctions(module, card_functions) < 0) return -1;
  if (PyModule_AddFunctions(module, evaluate_functions) < 0) return -1;
  if (PyModule_AddFunctions(module, random_functions) < 0) return -1;
  if (PyModule_AddFunctions(module, layer_functions) < 0) return -1;
  if (PyModule_AddFunctions(module, inference_functions) < 0) return -1;
  return PyModule_AddFunctions(module, crossbar_functions);
}

static int traverse_module(PyObject *module, visitproc visit, void *arg) {
  module_state *state = PyModule_GetState(module);
  for (int i = 0; i < STATUS_COUNT; i++) Py_VISIT(state->errors[i]);
  Py_VISIT(state->context_type);
  Py_VISIT(state->array_type);
  Py_VISIT(state->layer_type);
  Py_VISIT(state->wires_type);
  Py_VISIT(state->tile_type);
  Py_VISIT(state->inference_type);
  return 0;
}

static int clear_module(PyObject *module) {
  module_state *state = PyModule_GetState(module);
  for (int i = 0; i < STATUS_COUNT; i++) Py_CLEAR(state->errors[i]);
  Py_CLEAR(state->context_type);
  Py_CLEAR(state->array_type);
  Py_CLEAR(state->layer_type);
  Py_CLEAR(state->wires_type);
  Py_CLEAR(state->tile_type);
  Py_CLEAR(state->inference_type);
  return 0;
}

static void free_module(void *module) { clear_module(module); }

/* Newest slots first, so that an older interpreter is given a tail of the list. */
static PyModuleDef_Slot slots[] = {{SLOT_GIL, GIL_NOT_USED},
                                   {SLOT_MULTIPLE_INTERPRETERS, PER_INTERPRETER_GIL},
                                   {Py_mod_exec, exec_module},
                                   {0, NULL}};

static PyModuleDef definition = {.m_base = PyModuleDef_HEAD_INIT,
                                 .m_name = "memsim._core",
                                 .m_doc = "The C API of memsim as Python objects. Use the package memsim.",
                                 .m_size = sizeof(module_state),
                                 .m_methods = library_functions,
                                 .m_traverse = traverse_module,
                                 .m_clear = clear_module,
                                 .m_free = free_module};

PyMODINIT_FUNC PyInit__core(void) {
  int unknown = Py_Version >= 0x030D0000 ? 0 : Py_Version >= 0x030C0000 ? 1 : 2;
  definition.m_slots = slots + unknown;
  return PyModuleDef_Init(&definition);
}
