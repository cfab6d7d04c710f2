/* Models: quantities of cells that exist only for a call. */
#include "core.h"

#include <string.h>

enum { MOST = 64 }; /* states or outputs of one call: more than any model has */

/* Buffers by name, of one type, held until named_release. */
typedef struct {
  const char *names[MOST];
  operand holds[MOST];
  Py_ssize_t count;
} named;

/* Reads a tuple of pairs (name, buffer); 0 with an error raised. Release it in any case. */
static int named_read(named *list, const module_state *state, PyObject *pairs, memsim_dtype dtype,
                      int (*converter)(PyObject *, void *)) {
  list->count = 0;
  if (!require(state, PyTuple_Size(pairs) <= MOST, "too many states or outputs")) return 0;
  for (Py_ssize_t i = 0; i < PyTuple_Size(pairs); i++) {
    if (!PyArg_ParseTuple(PyTuple_GetItem(pairs, i), "sO&", &list->names[i], converter, &list->holds[i])) return 0;
    list->count = i + 1;
    if (!require(state, list->holds[i].dtype == dtype, "volts, states and outputs must have one element type")) return 0;
  }
  return 1;
}

static void named_release(named *list) {
  for (Py_ssize_t i = 0; i < list->count; i++) operand_release(&list->holds[i]);
}

static int have_count(const named *list, const module_state *state, size_t count) {
  for (Py_ssize_t i = 0; i < list->count; i++)
    if (!require(state, list->holds[i].count == count, "an output must have as many elements as there are cells")) return 0;
  return 1;
}

static memsim_status call(memsim_context *context, memsim_evaluate_def *def, const named *states, const named *outputs) {
  memsim_values state_list[MOST];
  memsim_output output_list[MOST];
  for (Py_ssize_t i = 0; i < states->count; i++)
    state_list[i] = (memsim_values){states->names[i], states->holds[i].view.buf, states->holds[i].count};
  for (Py_ssize_t i = 0; i < outputs->count; i++)
    output_list[i] = (memsim_output){outputs->names[i], outputs->holds[i].view.buf};
  def->states = state_list;
  def->state_count = (size_t)states->count;
  memsim_status status;
  UNLOCKED(status, memsim_model_evaluate(context, def, output_list, (size_t)outputs->count));
  return status;
}

static PyObject *evaluate(PyObject *module, PyObject *args) {
  const module_state *state = PyModule_GetState(module);
  memsim_evaluate_def def;
  memsim_context *context;
  PyObject *context_object, *params, *options, *state_pairs, *output_pairs;
  operand volts;
  settings given;
  named states = {.count = 0}, outputs = {.count = 0};
  memsim_evaluate_def_init(&def, sizeof def);
  if (!PyArg_ParseTuple(args, "OszO!O!O&O!O!O&:evaluate", &context_object, &def.model, &def.preset, &PyTuple_Type,
                        &params, &PyTuple_Type, &options, to_operand, &volts, &PyTuple_Type, &state_pairs,
                        &PyTuple_Type, &output_pairs, to_uint64, &def.count))
    return NULL;
  PyObject *result = NULL;
  if (settings_read(&given, params, options) && context_of(state, context_object, &context) &&
      named_read(&states, state, state_pairs, volts.dtype, to_operand) &&
      named_read(&outputs, state, output_pairs, volts.dtype, to_output) && have_count(&outputs, state, def.count)) {
    def.dtype = (int32_t)volts.dtype;
    def.params = given.params.items;
    def.param_count = given.params.count;
    def.options = given.options;
    def.option_count = given.option_count;
    def.volts = volts.view.buf;
    def.volts_count = volts.count;
    result = none_if_succeeded(state, call(context, &def, &states, &outputs));
  }
  named_release(&outputs);
  named_release(&states);
  settings_release(&given);
  operand_release(&volts);
  return result;
}

PyMethodDef evaluate_functions[] = {
    {"evaluate", evaluate, METH_VARARGS,
     "evaluate(context, model, preset, params, options, volts, states, outputs, count, /)\n--\n\n"
     "See memsim_model_evaluate."},
    {NULL}};
