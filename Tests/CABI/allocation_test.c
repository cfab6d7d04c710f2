/* The hot calls do not allocate. This program's own malloc and its kin take the place of the C library's, for the
 * library under test as well, and count. */
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "sections.h"

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);
extern void *__libc_memalign(size_t alignment, size_t size);

static atomic_long allocations;

static void *counted(void *memory) {
  allocations++;
  return memory;
}
void *malloc(size_t size) { return counted(__libc_malloc(size)); }
void *calloc(size_t count, size_t size) { return counted(__libc_calloc(count, size)); }
void *realloc(void *old, size_t size) { return counted(__libc_realloc(old, size)); }
void *memalign(size_t alignment, size_t size) { return counted(__libc_memalign(alignment, size)); }
void *aligned_alloc(size_t alignment, size_t size) { return counted(__libc_memalign(alignment, size)); }
int posix_memalign(void **out, size_t alignment, size_t size) {
  *out = counted(__libc_memalign(alignment, size));
  return *out ? 0 : ENOMEM;
}

enum { rows = 256, columns = 192, cells = rows * columns };

static memsim_context *context;
static memsim_array *array, *timed; /* the second of a model with a time */
static memsim_wires *wires;
static float volts[cells], out[cells];
static double conductance[cells], lines[4 * rows], currents[4 * columns];
static int32_t integers[cells];
static uint8_t bits[cells];
static const memsim_random_key key = {1, 2, 3};

static memsim_status apply_one(void) { return memsim_array_apply(array, volts, MEMSIM_FLOAT32, 1, NULL); }
static memsim_status apply_cells(void) { return memsim_array_apply(array, volts, MEMSIM_FLOAT32, cells, bits); }
static memsim_status hold(void) {
  const double duration = 1e-9;
  return memsim_array_apply_for(timed, volts, MEMSIM_FLOAT32, 1, &duration, 1, NULL);
}
static memsim_status pulse(void) { return memsim_array_pulse(timed, integers, cells, NULL); }
static memsim_status read_cells(void) { return memsim_array_read(array, volts, MEMSIM_FLOAT32, cells, NULL, out); }
static memsim_status conduct(void) { return memsim_array_conductance(array, volts, MEMSIM_FLOAT32, cells, out); }
static memsim_status vmm(void) { return memsim_array_vmm(array, volts, MEMSIM_FLOAT32, 1, NULL, out); }
static memsim_status vmm_by_cell(void) {
  const memsim_read_def def = {sizeof def, MEMSIM_NOISE_CELL, 1e8};
  return memsim_array_vmm(array, volts, MEMSIM_FLOAT32, 1, &def, out);
}
static memsim_status get_state(void) { return memsim_array_get_state(array, "r", out, MEMSIM_FLOAT32, cells); }
static memsim_status uniform(void) { return memsim_random_uniform(context, &key, 0, 1, out, MEMSIM_FLOAT32, cells); }
static memsim_status normal(void) { return memsim_random_normal(context, &key, 0, 1, out, MEMSIM_FLOAT32, cells); }
static memsim_status lognormal(void) {
  return memsim_random_lognormal(context, &key, 0, 1, out, MEMSIM_FLOAT32, cells);
}
static memsim_status exponential(void) {
  return memsim_random_exponential(context, &key, 1, out, MEMSIM_FLOAT32, cells);
}
static memsim_status bernoulli(void) {
  return memsim_random_bernoulli(context, &key, 0.5, bits, MEMSIM_UINT8, cells);
}
static memsim_status uniform_integers(void) {
  return memsim_random_integers(context, &key, 0, 9, integers, MEMSIM_INT32, cells);
}
static memsim_status adc(void) {
  const memsim_adc_def def = {sizeof def, 4, 0, 1, 1, 0};
  return memsim_adc(context, &def, volts, MEMSIM_FLOAT32, cells, out);
}
static memsim_status dac(void) { return memsim_dac(context, 4, 0.6, volts, MEMSIM_FLOAT32, cells, out); }
static memsim_status solve(void) { return memsim_wires_solve(wires, lines, NULL, 4, currents, NULL, NULL); }

static const struct {
  const char *name;
  memsim_status (*call)(void);
} calls[] = {
    {"apply, one voltage", apply_one}, {"apply, masked", apply_cells},   {"read", read_cells},
    {"conductance", conduct},          {"vmm", vmm},                     {"vmm, noise by cell", vmm_by_cell},
    {"get_state", get_state},          {"uniform", uniform},             {"normal", normal},
    {"lognormal", lognormal},          {"exponential", exponential},
    {"bernoulli", bernoulli},          {"integers", uniform_integers},   {"adc", adc},
    {"dac", dac},                      {"apply_for", hold},              {"pulse", pulse},
    {"wires", solve},
};

static int make_wires(void) {
  memsim_wires_def def;
  for (int c = 0; c < cells; c++) conductance[c] = 1e-6 * (1 + c % 97);
  for (int i = 0; i < 4 * rows; i++) lines[i] = 0.01 * (i % 31);
  ENSURE_OK(memsim_wires_def_init(&def, sizeof def));
  def.rows = rows;
  def.columns = columns;
  def.conductance = conductance;
  def.context = context;
  ENSURE_OK(memsim_wires_create(&def, &wires));
  return 0;
}

/* Each call once, so that what is made at the first use is made, then counted. */
static int count_allocations(int32_t threads) {
  memsim_context_def context_def;
  memsim_array_def def;
  ENSURE_OK(memsim_context_def_init(&context_def, sizeof context_def));
  context_def.threads = threads;
  ENSURE_OK(memsim_context_create(&context_def, &context));
  ENSURE_OK(memsim_array_def_init(&def, sizeof def));
  def.rows = rows;
  def.columns = columns;
  def.context = context;
  ENSURE_OK(memsim_array_create(&def, &array));
  def.model = "jart-vcm-v1b"; /* its flow cannot fail, and the first call at a voltage makes the tables */
  ENSURE_OK(memsim_array_create(&def, &timed));
  ENSURE(make_wires() == 0);
  int failed = 0;
  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++) {
    for (int c = 0; c < cells; c++) volts[c] = (c % 2 ? 1.6f : -1.6f); /* apply switches every cell, to and fro */
    ENSURE_OK(calls[i].call());
    const long before = allocations;
    for (int repeat = 0; repeat < 10; repeat++) ENSURE_OK(calls[i].call());
    const long made = allocations - before;
    if (made) printf("%s, %d threads: %ld allocations in 10 calls\n", calls[i].name, threads, made);
    failed |= made != 0;
  }
  memsim_array_destroy(array);
  memsim_array_destroy(timed);
  memsim_wires_destroy(wires);
  memsim_context_destroy(context);
  return failed;
}

static int counting_works(void) {
  const long before = allocations;
  memsim_array *made = make_array(8, 8, 1); /* allocates, inside the library */
  ENSURE(made && allocations > before);
  memsim_array_destroy(made);
  return 0;
}

static int one_thread_does_not_allocate(void) { return count_allocations(1); }
static int many_threads_do_not_allocate(void) { return count_allocations(3); }

int main(int argc, char **argv) {
  static const test_case tests[] = {
      {"allocation.counted", counting_works},
      {"allocation.one_thread", one_thread_does_not_allocate},
      {"allocation.three_threads", many_threads_do_not_allocate},
  };
  return run_tests(argc, argv, tests, sizeof tests / sizeof *tests);
}
