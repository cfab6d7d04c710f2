/* Random numbers: every function fills `out` with the values of (seed, stream, offset), (offset + 1), ... */
#include "core.h"

/* Header of every argument tuple: the context, then the key. */
#define KEY_FORMAT "OO&O&O&"
#define KEY_ARGUMENTS(context, key) \
  &(context), to_uint64, &(key).seed, to_uint64, &(key).stream, to_uint64, &(key).offset

typedef memsim_status (*fill_two)(memsim_context *, const memsim_random_key *, double, double, void *, memsim_dtype,
                                  size_t);
typedef memsim_status (*fill_one)(memsim_context *, const memsim_random_key *, double, void *, memsim_dtype, size_t);

static PyObject *filled_two(PyObject *module, PyObject *args, fill_two fill) {
  const module_state *state = PyModule_GetState(module);
  PyObject *context_object;
  memsim_context *context;
  memsim_random_key key;
  double first, second;
  operand out;
  if (!PyArg_ParseTuple(args, KEY_FORMAT "ddO&", KEY_ARGUMENTS(context_object, key), &first, &second, to_output, &out))
    return NULL;
  PyObject *result = NULL;
  if (context_of(state, context_object, &context)) {
    memsim_status status;
    UNLOCKED(status, fill(context, &key, first, second, out.view.buf, out.dtype, out.count));
    result = none_if_succeeded(state, status);
  }
  operand_release(&out);
  return result;
}

static PyObject *filled_one(PyObject *module, PyObject *args, fill_one fill) {
  const module_state *state = PyModule_GetState(module);
  PyObject *context_object;
  memsim_context *context;
  memsim_random_key key;
  double parameter;
  operand out;
  if (!PyArg_ParseTuple(args, KEY_FORMAT "dO&", KEY_ARGUMENTS(context_object, key), &parameter, to_output, &out))
    return NULL;
  PyObject *result = NULL;
  if (context_of(state, context_object, &context)) {
    memsim_status status;
    UNLOCKED(status, fill(context, &key, parameter, out.view.buf, out.dtype, out.count));
    result = none_if_succeeded(state, status);
  }
  operand_release(&out);
  return result;
}

static PyObject *random_integers(PyObject *module, PyObject *args) {
  const module_state *state = PyModule_GetState(module);
  PyObject *context_object;
  memsim_context *context;
  memsim_random_key key;
  long long low, high;
  operand out;
  if (!PyArg_ParseTuple(args, KEY_FORMAT "LLO&", KEY_ARGUMENTS(context_object, key), &low, &high, to_output, &out))
    return NULL;
  PyObject *result = NULL;
  if (context_of(state, context_object, &context)) {
    memsim_status status;
    UNLOCKED(status, memsim_random_integers(context, &key, low, high, out.view.buf, out.dtype, out.count));
    result = none_if_succeeded(state, status);
  }
  operand_release(&out);
  return result;
}

static PyObject *random_uniform(PyObject *module, PyObject *args) {
  return filled_two(module, args, memsim_random_uniform);
}
static PyObject *random_normal(PyObject *module, PyObject *args) {
  return filled_two(module, args, memsim_random_normal);
}
static PyObject *random_lognormal(PyObject *module, PyObject *args) {
  return filled_two(module, args, memsim_random_lognormal);
}
static PyObject *random_exponential(PyObject *module, PyObject *args) {
  return filled_one(module, args, memsim_random_exponential);
}
static PyObject *random_poisson(PyObject *module, PyObject *args) {
  return filled_one(module, args, memsim_random_poisson);
}
static PyObject *random_bernoulli(PyObject *module, PyObject *args) {
  return filled_one(module, args, memsim_random_bernoulli);
}

static PyObject *random_philox(PyObject *module, PyObject *args) {
  unsigned int counter[4], key[2];
  uint32_t out[4];
  if (!PyArg_ParseTuple(args, "(IIII)(II):philox", &counter[0], &counter[1], &counter[2], &counter[3], &key[0], &key[1]))
    return NULL;
  if (!succeeded(PyModule_GetState(module), memsim_random_philox(counter, key, out))) return NULL;
  return Py_BuildValue("(IIII)", out[0], out[1], out[2], out[3]);
}

#define KEYED(rest) "(context, seed, stream, offset, " rest ", out, /)\n--\n\nSee memsim.h."

PyMethodDef random_functions[] = {
    {"uniform", random_uniform, METH_VARARGS, "uniform" KEYED("low, high")},
    {"normal", random_normal, METH_VARARGS, "normal" KEYED("mean, std")},
    {"lognormal", random_lognormal, METH_VARARGS, "lognormal" KEYED("mean, sigma")},
    {"exponential", random_exponential, METH_VARARGS, "exponential" KEYED("scale")},
    {"poisson", random_poisson, METH_VARARGS, "poisson" KEYED("rate")},
    {"bernoulli", random_bernoulli, METH_VARARGS, "bernoulli" KEYED("p")},
    {"integers", random_integers, METH_VARARGS, "integers" KEYED("low, high")},
    {"philox", random_philox, METH_VARARGS, "philox(counter, key, /)\n--\n\nThe bare generator on 32-bit words."},
    {NULL}};
