/* Threads: the type Context. */
#include "core.h"

typedef struct {
  PyObject_HEAD
  memsim_context *handle;
} Context;

int context_of(const module_state *state, PyObject *object, memsim_context **result) {
  *result = NULL;
  if (object == Py_None) return 1;
  if (PyObject_TypeCheck(object, state->context_type)) {
    *result = ((Context *)object)->handle;
    return 1;
  }
  PyErr_SetString(PyExc_TypeError, "context must be a Context or None");
  return 0;
}

static PyObject *Context_new(PyTypeObject *type, PyObject *args, PyObject *Py_UNUSED(kwargs)) {
  memsim_context_def def;
  memsim_context_def_init(&def, sizeof def);
  if (!PyArg_ParseTuple(args, "i:Context", &def.threads)) return NULL;
  Context *self = (Context *)PyType_GenericAlloc(type, 0);
  if (!self) return NULL;
  memsim_status status;
  UNLOCKED(status, memsim_context_create(&def, &self->handle));
  if (!succeeded(PyType_GetModuleState(type), status)) Py_CLEAR(self);
  return (PyObject *)self;
}

static void Context_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  memsim_context *handle = ((Context *)self)->handle;
  Py_BEGIN_ALLOW_THREADS
  memsim_context_destroy(handle);
  Py_END_ALLOW_THREADS
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

static PyObject *Context_threads(PyObject *self, void *Py_UNUSED(closure)) {
  int32_t threads = 0;
  memsim_status status = memsim_context_threads(((Context *)self)->handle, &threads);
  return succeeded(PyType_GetModuleState(Py_TYPE(self)), status) ? PyLong_FromLong(threads) : NULL;
}

static PyGetSetDef Context_properties[] = {{"threads", Context_threads, NULL, "Threads a call may use.", NULL}, {NULL}};

static PyType_Slot Context_slots[] = {{Py_tp_doc, "Context(threads, /)\n--\n\nWorker threads, see memsim_context."},
                                      {Py_tp_new, Context_new},
                                      {Py_tp_dealloc, Context_dealloc},
                                      {Py_tp_getset, Context_properties},
                                      {0, NULL}};

PyType_Spec context_spec = {"memsim._core.Context", sizeof(Context), 0,
                            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, Context_slots};
